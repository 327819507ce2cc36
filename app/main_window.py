"""The window: start page and workbench, menus and bars; it joins what others do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QMainWindow,
    QMenu,
    QMenuBar,
    QSizePolicy,
    QStackedWidget,
    QStatusBar,
    QTabBar,
    QToolBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.actions import Actions
from app.context import AppContext
from app.settings import Settings
from app.shell import commands, dropping, language
from app.shell.banner import Banner
from app.shell.exporting import Exporting
from app.shell.files import ProjectFiles
from app.shell.full_screen import FullScreen
from app.shell.joining import Joining
from app.shell.menus import Menus
from app.shell.parts import make_context
from app.shell.places import PLACES, title_of
from app.shell.recovering import Recovering
from app.shell.start_page import StartPage
from app.shell.status import Status
from app.shell.templates import Template
from app.shell.workbench import Workbench
from app.shell.workspaces import WORKSPACES, workspace_title
from widgets import theme

SIZE = QSize(1440, 900)
SMALLEST = QSize(960, 600)
CLOSE_SECONDS = 10.0


class MainWindow(QMainWindow):
    """One project with all that is around it. `settled` comes when every panel is there."""

    settled = Signal()

    def __init__(
        self, settings: Settings | None = None, *, context: AppContext | None = None
    ) -> None:
        super().__init__()
        self.setObjectName("main_window")
        self.setMinimumSize(SMALLEST)
        self.resize(SIZE)
        self.setAcceptDrops(True)
        self.context = context or make_context(settings or Settings(), self)
        self.settings = self.context.settings
        self.document = self.context.document
        self.files = ProjectFiles(self.context, self)
        self.exporting = Exporting(self.context, self.files, self)
        self.recovering = Recovering(self.context, self.files, self)
        self._asks_before_closing = True
        self._sits = False
        self.settings.changed.connect(self._use_setting)
        self.files.opened.connect(self.show_workbench)
        self.files.recent_changed.connect(self._fill_recent)
        self.document.path_changed.connect(self._update_title)
        self.document.replaced.connect(self._update_title)
        self.document.stack.cleanChanged.connect(self._update_title)
        self.document.stack.indexChanged.connect(self._name_undo)
        requests = self.context.requests
        requests.open_project.connect(self.files.open)
        requests.open_text.connect(self.files.open_text)
        requests.show_panel.connect(self.show_panel)
        self._joining = Joining(self)
        self._compose()
        geometry = QByteArray.fromBase64(self.settings.get("geometry").encode())
        if not geometry.isEmpty():
            self.restoreGeometry(geometry)

    # What it shows.

    def show_workbench(self) -> None:
        """Show the panels, in the workspace used last."""
        if not self.workbench.workspace:
            wanted = self.settings.get("workspace")
            self.show_workspace(wanted if wanted in WORKSPACES else "graph")
        self._stack.setCurrentWidget(self.workbench)
        self.workbench.focus_main_panel()
        self.workbench.complete_soon()

    def show_start_page(self) -> None:
        """Show templates and recent projects."""
        self.start_page.set_recent(self.files.recent())
        self.start_page.set_can_go_back(possible=bool(self.workbench.workspace))
        self._stack.setCurrentWidget(self.start_page)

    @property
    def is_at_start(self) -> bool:
        """Whether the start page is shown."""
        return self._stack.currentWidget() is self.start_page

    def show_workspace(self, name: str) -> None:
        """Show the panels as a workspace arranges them. Raises KeyError."""
        self.workbench.show_workspace(name)
        self._stack.setCurrentWidget(self.workbench)
        self._tabs.setCurrentIndex(list(WORKSPACES).index(name))
        self.settings.set("workspace", name)
        self.workbench.focus_main_panel()

    def show_panel(self, name: str) -> None:
        """Bring a panel to the front. Raises KeyError."""
        self.show_workbench()
        self.workbench.show_panel(name)

    def panel(self, name: str) -> QWidget:
        """A panel by its name, such as "canvas"; it is made when it was not there yet."""
        return self.workbench.panel(name)

    # Projects.

    def open_project(self, path: Path) -> bool:
        """Open the project at `path`, or say why it cannot be read."""
        return self.files.open(path)

    def new_project(self) -> None:
        """Begin an empty project."""
        self.files.new()

    def open_template(self, template: Template) -> None:
        """Begin a project from a template."""
        self.files.open_copy(template.project, template.shown_title)

    # Its own life.

    def speak(self, name: str) -> None:
        """Show everything in this language ("" is the system's); the project stays as it is."""
        application = QApplication.instance()
        if application is None:
            return
        was_at_start, workspace = self.is_at_start, self.workbench.workspace
        self.workbench.keep_layout()
        language.use(application, name)
        self._compose()
        if workspace:
            self.show_workspace(workspace)
            self.workbench.complete_soon()
        if was_at_start:
            self.show_start_page()

    def close_without_asking(self) -> None:
        """Close the window; edits that are not saved stay in the recovery file."""
        self._asks_before_closing = False
        self.close()

    def sits_for_picture(self) -> None:
        """Leave no traces and ask no questions: this window is only looked at."""
        self._asks_before_closing = False
        self._sits = True
        self.files.share_everything()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        if self._asks_before_closing:
            if not self.files.may_leave():
                event.ignore()
                return
            self.recovering.forget()
        self.full_screen.leave()
        self.workbench.keep_layout()
        self.settings.set("geometry", bytes(self.saveGeometry().toBase64().data()).decode())
        self.settings.flush()
        self.recovering.close()
        self.document.stack.blockSignals(True)  # it is cleared when the window is gone
        self.context.playback.close()
        self.context.problems.stop()
        self.context.thumbnails.stop()
        self.context.bridge.close(CLOSE_SECONDS)
        self.files.close()
        event.accept()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        if not self._sits:
            self.recovering.start()
        self.workbench.complete_soon()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        if dropping.has_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        if dropping.take(self, event.mimeData()):
            event.acceptProposedAction()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange and "window.full_screen" in (
            self.context.actions
        ):
            self.context.actions["window.full_screen"].setChecked(self.isFullScreen())

    def _compose(self) -> None:
        """Make bars, pages and commands, in the language in force, over the same project."""
        self._take_apart()
        custom = self.settings.get("shortcuts")
        actions = Actions(self)
        actions.customise({name: tuple(keys) for name, keys in custom.items()})
        self.context = replace(self.context, actions=actions)
        self.exporting.use(self.context)
        self.recent_menu = QMenu(self.tr("Open &recent"), self)
        self.recent_menu.setObjectName("recent")
        self.panels_menu = QMenu(self.tr("&Panels"), self)
        self.panels_menu.setObjectName("panels")
        self.full_screen = FullScreen(self)
        commands.register(self)
        self.workbench = Workbench(self.context)
        self.workbench.completed.connect(self.settled)
        self._joining.follow()
        self.start_page = StartPage()
        self.start_page.template_chosen.connect(self.open_template)
        self.start_page.recent_chosen.connect(self.files.open)
        self.start_page.new_asked.connect(self.new_project)
        self.start_page.open_asked.connect(self.files.choose)
        self.start_page.back_asked.connect(self.show_workbench)
        self.start_page.tour_asked.connect(actions["help.tour"].trigger)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.start_page)
        self._stack.addWidget(self.workbench)
        self.banner = Banner()
        self.setCentralWidget(self._make_centre())
        self.recovering.use(self.banner)
        self.addToolBar(self._make_bar())
        self.status = Status(self.context, self.statusBar())
        self.status.stop_asked.connect(self.exporting.stop)
        self.menus = Menus(
            self.menuBar(), actions, recent=self.recent_menu, panels=self.panels_menu
        )
        self._fill_recent()
        self._fill_panels()
        self._update_title()
        self.show_start_page()

    def _take_apart(self) -> None:
        """Remove what the last language was written in."""
        for bar in self.findChildren(QToolBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
            self.removeToolBar(bar)
            bar.deleteLater()
        old = self.takeCentralWidget()
        if old is None:
            return
        self.menus.stop()
        self.context.actions.take_from(self)
        old.deleteLater()
        for part in (self.recent_menu, self.panels_menu, self.context.actions, self.full_screen):
            part.deleteLater()
        self.setMenuBar(QMenuBar())
        self.setStatusBar(QStatusBar())

    def _make_bar(self) -> QToolBar:
        bar = QToolBar(self.tr("Workspaces"))
        bar.setObjectName("workspaces")
        bar.setMovable(False)
        bar.setFloatable(False)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        bar.setIconSize(QSize(20, 20))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        actions = self.context.actions
        for name in ("file.start_page", "file.open", "file.save", "edit.undo", "edit.redo"):
            bar.addAction(actions[name])
        bar.addWidget(_stretch())
        self._tabs = QTabBar()
        self._tabs.setObjectName("workspace_tabs")
        self._tabs.setAccessibleName(self.tr("Workspaces"))
        self._tabs.setExpanding(False)
        for name in WORKSPACES:
            index = self._tabs.addTab(actions[f"window.{name}"].icon(), workspace_title(name))
            keys = actions[f"window.{name}"].shortcut().toString()
            self._tabs.setTabToolTip(index, f"{workspace_title(name)} ({keys})")
        self._tabs.tabBarClicked.connect(self._click_tab)
        self._tabs.currentChanged.connect(self._choose_tab)
        bar.addWidget(self._tabs)
        bar.addWidget(_stretch())
        for name in ("window.palette", "export.stop", "export.render_project"):
            bar.addAction(actions[name])
        for action in bar.actions():
            button = bar.widgetForAction(action)
            if isinstance(button, QToolButton):
                button.setAccessibleName(action.toolTip())
                button.setAutoRaise(True)
        render = bar.widgetForAction(actions["export.render_project"])
        if isinstance(render, QToolButton):
            render.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        return bar

    def _make_centre(self) -> QWidget:
        centre = QWidget()
        layout = QVBoxLayout(centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.banner)
        layout.addWidget(self._stack, 1)
        return centre

    def _click_tab(self, index: int) -> None:
        if self.is_at_start and index == self._tabs.currentIndex():
            self._choose_tab(index)

    def _choose_tab(self, index: int) -> None:
        self.show_workspace(list(WORKSPACES)[index])
        self.workbench.complete_soon()

    def _use_setting(self, key: str) -> None:
        application = QApplication.instance()
        if key == "theme" and isinstance(application, QApplication):
            theme.use(application, self.settings.get("theme"))
            commands.tick_theme(self)
        elif key == "language":
            self.speak(self.settings.get("language"))

    def _name_undo(self, _index: int) -> None:
        commands.name_undo(self)

    def _update_title(self, _clean: object = None) -> None:
        path = self.document.path
        self.setWindowTitle(f"{self.files.title}[*] - AIPROD")
        self.setWindowModified(self.document.is_dirty)
        self.setWindowFilePath(str(path) if path else "")
        self.setWindowTitle(f"{self.files.title}[*] - AIPROD")

    def _fill_recent(self) -> None:
        self.recent_menu.clear()
        for path in self.files.recent():
            action = self.recent_menu.addAction(path.stem)
            action.setToolTip(str(path))
            action.triggered.connect(lambda _checked=False, path=path: self.files.open(path))
        self.recent_menu.setEnabled(not self.recent_menu.isEmpty())
        if not self.recent_menu.isEmpty():
            self.recent_menu.addSeparator()
            forget = self.recent_menu.addAction(self.tr("&Empty this list"))
            forget.triggered.connect(self.files.forget_recent)

    def _fill_panels(self) -> None:
        for name in PLACES:
            action = self.workbench.dock(name).toggleViewAction()
            action.setText(title_of(name))
            self.panels_menu.addAction(action)


def _stretch() -> QWidget:
    widget = QWidget()
    widget.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    return widget
