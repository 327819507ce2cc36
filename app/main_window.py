"""The window: the nodes of a project, and a render of it with its progress."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QAction, QCloseEvent, QDesktopServices, QKeySequence
from PySide6.QtWidgets import (
    QFileDialog,
    QHeaderView,
    QMainWindow,
    QMessageBox,
    QProgressBar,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from app.bridge import Bridge
from engine.errors import AiprodError
from engine.graph import events
from engine.project import Project, load

NODE, TYPE, STATE = range(3)


class MainWindow(QMainWindow):
    """Opens a project, shows its nodes, renders it into a folder beside it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("AIPROD")
        self.resize(900, 600)
        self._path: Path | None = None
        self._project: Project | None = None
        self._items: dict[str, QTreeWidgetItem] = {}
        self.bridge = Bridge(self)
        self.bridge.happened.connect(self._show_event)
        self.bridge.finished.connect(lambda: self._end(f"Rendered into {self.output_dir()}"))
        self.bridge.failed.connect(self._end)
        self.bridge.stopped.connect(lambda: self._end("Stopped; what was finished is kept"))

        self.nodes = QTreeWidget()
        self.nodes.setHeaderLabels(["Node", "Type", "State"])
        self.nodes.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.nodes.setAccessibleName("Nodes of the project")
        self.setCentralWidget(self.nodes)
        self.progress = QProgressBar()
        self.progress.setMaximumWidth(200)
        self.progress.setAccessibleName("Progress of the render")
        self.progress.hide()
        self.statusBar().addPermanentWidget(self.progress)

        bar = self.addToolBar("Project")
        bar.setObjectName("project")
        self.open_action = QAction("&Open…", self, shortcut=QKeySequence("Ctrl+O"))
        self.render_action = QAction("&Render", self, shortcut=QKeySequence("Ctrl+R"))
        self.stop_action = QAction("&Stop", self, shortcut=QKeySequence("Esc"))
        self.files_action = QAction("Show &files", self)
        self.open_action.triggered.connect(self._choose_project)
        self.render_action.triggered.connect(self.render_project)
        self.stop_action.triggered.connect(self.bridge.stop)
        self.files_action.triggered.connect(self._show_files)
        bar.addActions([self.open_action, self.render_action, self.stop_action, self.files_action])
        self._update_actions()
        self.statusBar().showMessage("Open a project to render it")

    def open_project(self, path: Path) -> None:
        """Show the project at `path`, or say why it cannot be read."""
        try:
            self._project = load(path)
        except (AiprodError, OSError) as error:
            QMessageBox.warning(self, "AIPROD", str(error))
            return
        self._path = path.resolve()
        self.setWindowFilePath(str(self._path))
        self.nodes.clear()
        self._items = {}
        for node in self._project.graph.nodes.values():
            item = QTreeWidgetItem([node.title or node.id, node.type, ""])
            self._items[node.id] = item
            self.nodes.addTopLevelItem(item)
        self.statusBar().showMessage(f"{len(self._items)} nodes")
        self._update_actions()

    def output_dir(self) -> Path:
        """The folder that renders go to: named after the project, in `out` beside it."""
        path = self._path or Path.cwd() / "untitled"
        return path.parent / "out" / path.stem

    def render_project(self) -> None:
        """Begin to render the open project."""
        if self._project is None or self._path is None or self.bridge.is_busy:
            return
        for item in self._items.values():
            item.setText(STATE, "")
        self.progress.setRange(0, 0)
        self.progress.show()
        self.bridge.render(self._project, self._path.parent, self.output_dir())
        self._update_actions(rendering=True)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        self.bridge.stop()
        self.bridge.wait(10)
        event.accept()

    def _show_event(self, event: events.Event) -> None:
        match event:
            case events.NodeStarted():
                self._set_state(event.node, "running")
            case events.NodeProgress(total=total) if total > 0:
                self.progress.setRange(0, 1000)
                self.progress.setValue(round(1000 * event.done / total))
                left = "" if event.seconds_left is None else f", {event.seconds_left:.0f} s left"
                self.statusBar().showMessage(f"{event.title}{left}")
            case events.NodeFinished():
                self._set_state(event.node, "from the cache" if event.cached else "done")
            case events.NodeFailed() | events.Warning():
                self._set_state(event.node, event.message)
            case _:
                pass

    def _set_state(self, node: str, text: str) -> None:
        if node in self._items:
            self._items[node].setText(STATE, text)

    def _end(self, message: str) -> None:
        self.progress.hide()
        self.statusBar().showMessage(message)
        self._update_actions()

    def _update_actions(self, *, rendering: bool = False) -> None:
        self.open_action.setEnabled(not rendering)
        self.render_action.setEnabled(self._project is not None and not rendering)
        self.stop_action.setEnabled(rendering)
        self.files_action.setEnabled(self._path is not None and self.output_dir().is_dir())

    def _choose_project(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Open project", "", "AIPROD (*.aiprod)")
        if name:
            self.open_project(Path(name))

    def _show_files(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.output_dir())))
