"""Commands that render: the project, what is selected, a film, an edit; and the way to stop."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from app.context import AppContext
from app.shell import delivering
from app.shell.asking import tell
from app.shell.delivering import Source
from app.shell.files import ProjectFiles
from engine.errors import AiprodError
from engine.jobs import is_active
from engine.project import Project


class Exporting(QObject):
    """Puts renders into the queue; `queued` tells the job's id."""

    queued = Signal(int)

    def __init__(self, context: AppContext, files: ProjectFiles, window: QWidget) -> None:
        super().__init__(window)
        self._context = context
        self._document = context.document
        self._files = files
        self._window = window
        context.bridge.job_changed.connect(self._enable_stop)
        self._folder: Path | None = None  # where an unsaved project renders to, once chosen

    def use(self, context: AppContext) -> None:
        """Go on with the same document under other commands."""
        self._context = context

    def output_dir(self) -> Path:
        """The folder that renders of the project go to, named after it, in `out` beside it."""
        path = self._document.path
        if path is not None:
            return path.parent / "out" / path.stem
        return self._folder or _films_folder() / self._files.title

    def render_project(self) -> None:
        """Render everything that the project writes."""
        registry = self._document.registry
        nodes = self._document.project.graph.nodes.values()
        sinks = [n for n in nodes if (spec := registry.get(n.type)) is not None and spec.sink]
        if not sinks:
            self.export_film()
            return
        self._render(self._document.project, self._chosen_folder(), None)

    def render_selected(self) -> None:
        """Render what the selected nodes write, or make their results."""
        chosen = [n for n in self._context.selection.nodes if self._context.selection.scope is None]
        if not chosen:
            self._context.requests.say.emit(self.tr("Select the nodes to render first"))
            return
        self._render(self._document.project, self._chosen_folder(), chosen)

    def export_film(self) -> None:
        """Ask for format and file, and render a timeline or a clip into it."""
        sources = self._sources("Timeline", "Clip")
        if not sources:
            self._say_nothing_there()
            return
        from app.shell.export_dialogs import ExportFilmDialog

        proposal = self.output_dir() / f"{self._files.title}.mp4"
        dialog = ExportFilmDialog(sources, proposal, self._window)
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return
        made = delivering.film(
            self._document.project,
            dialog.chosen,
            dialog.path.name,
            dialog.preset.currentData(),
            loudness=dialog.target_loudness,
        )
        self._render(made.project, dialog.path.parent, [made.target])

    def export_edit(self) -> None:
        """Ask for formats and folder, and write the edit with its media."""
        sources = self._sources("Timeline")
        if not sources:
            self._say_nothing_there()
            return
        from app.shell.export_dialogs import ExportEditDialog

        name = self._files.title
        dialog = ExportEditDialog(sources, self.output_dir(), name, self._window)
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return
        made = delivering.edit(
            self._document.project,
            dialog.chosen,
            dialog.name.text().strip(),
            dialog.preset.currentData(),
            formats=dialog.wanted,
        )
        self._render(made.project, dialog.folder, [made.target])

    def stop(self) -> None:
        """Stop every render."""
        self._context.bridge.stop_all()

    @property
    def is_rendering(self) -> bool:
        """Whether a job is at work."""
        return any(is_active(job.state) for job in self._context.bridge.jobs())

    def _enable_stop(self, _job: int) -> None:
        if "export.stop" in self._context.actions:
            self._context.actions["export.stop"].setEnabled(self.is_rendering)

    def show_files(self) -> None:
        """Open the folder of the finished files in the system's file manager."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.output_dir())))

    def _sources(self, *types: str) -> list[Source]:
        """What can be exported; what is selected first."""
        found = delivering.sources(self._document.project, self._document.registry, types=types)
        chosen = self._context.selection.nodes
        return sorted(found, key=lambda source: source.node not in chosen)

    def _chosen_folder(self) -> Path | None:
        if self._document.path is None and self._folder is None:
            name = QFileDialog.getExistingDirectory(
                self._window, self.tr("Folder for the finished files"), str(_films_folder())
            )
            if not name:
                return None
            self._folder = Path(name)
        return self.output_dir()

    def _render(self, project: Project, output: Path | None, targets: list[str] | None) -> None:
        if output is None:
            return
        bridge, base_dir = self._context.bridge, self._document.base_dir
        try:
            job = bridge.render(project, base_dir, output, targets=targets)
        except (AiprodError, OSError) as error:
            tell(self._window, self.tr("The project cannot be rendered"), str(error))
            return
        self.queued.emit(job)

    def _say_nothing_there(self) -> None:
        tell(
            self._window,
            self.tr("There is nothing to export yet"),
            self.tr("Add a Timeline node, or a node that makes a clip."),
        )


def _films_folder() -> Path:
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.MoviesLocation)
    return Path(place) if place else Path.home()
