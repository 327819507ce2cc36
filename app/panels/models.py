"""The models panel: what is here and what is missing, with licences, memory and sources."""

from __future__ import annotations

import html
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QResizeEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHeaderView,
    QLabel,
    QProgressBar,
    QSplitter,
    QTextBrowser,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from app.context import AppContext
from app.panels.command_row import command_row
from app.panels.model_list import (
    FAMILY,
    FILM_FAMILIES,
    LICENCE,
    NAME,
    ModelList,
    ModelRow,
    find_models,
    size_text,
)
from app.said import said
from app.shell.asking import ask
from engine.errors import UsageError
from engine.project import Project


class ModelsPanel(QWidget):
    """Lists models, checks their files against their cards, and takes in files of the user."""

    changed = Signal()
    """A model was imported."""

    _found = Signal(object)
    _checked = Signal(str, str, bool)
    _below = Signal(str, str)
    _told = Signal(str)
    _ended = Signal()

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._checks: dict[str, tuple[str, bool]] = {}
        self._busy = 0
        self.model = ModelList(self)
        self.view = QTreeView()
        self.view.setModel(self.model)
        self.view.setRootIsDecorated(False)
        self.view.setUniformRowHeights(True)
        self.view.setAllColumnsShowFocus(True)
        self.view.setAccessibleName(self.tr("Models"))
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        header = self.view.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(48)
        self.details = QTextBrowser()
        self.details.setOpenExternalLinks(True)
        self.details.setAccessibleName(self.tr("About the model"))
        self.work = QProgressBar()
        self.work.setRange(0, 0)
        self.work.setTextVisible(False)
        self.work.setFixedHeight(6)
        self.work.setAccessibleName(self.tr("Files are read"))
        self.work.hide()
        self.notice = QLabel()
        self.notice.setWordWrap(True)
        self.notice.setTextFormat(Qt.TextFormat.PlainText)
        self.notice.setContentsMargins(8, 4, 8, 4)
        self.notice.hide()
        self._add_commands()
        row = command_row(
            context.actions,
            (
                *("models.import", "models.verify", "models.promote", "models.rollback"),
                *("models.source", "models.reveal", "models.refresh"),
            ),
            title=self.tr("Commands for models"),
            parent=self,
        )
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.view)
        split.addWidget(self.details)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for widget in (row, self.work, self.notice, split):
            layout.addWidget(widget)
        layout.setStretchFactor(split, 1)
        self.setFocusProxy(self.view)
        self.view.selectionModel().currentChanged.connect(self._show)
        self.model.dataChanged.connect(self._show)
        self.model.modelReset.connect(self._show)
        queued = Qt.ConnectionType.QueuedConnection
        self._found.connect(self._take, queued)
        self._checked.connect(self._note_check, queued)
        self._told.connect(self._say, queued)
        self._below.connect(self._ask_below, queued)
        self._ended.connect(self._end, queued)
        context.document.replaced.connect(self.refresh)
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        letter = self.fontMetrics().averageCharWidth()
        for column, letters in ((FAMILY, 60), (LICENCE, 120)):  # the text below has them too
            self.view.setColumnHidden(column, event.size().width() < letters * letter)

    def chosen(self) -> ModelRow | None:
        """The model that is chosen."""
        return self.model.row(self.view.currentIndex().row())

    def refresh(self) -> None:
        """Look again which models there are."""
        used = used_models(self._context.document.project)
        self._in_background(lambda: self._found.emit(find_models(used)))

    def verify(self, row: ModelRow) -> None:
        """Read a model's files whole and compare them with their cards."""
        self._note_check(row.name, self.tr("is read…"), False)
        self._in_background(lambda: self._verify(row))

    def import_file(self, path: Path) -> None:
        """Copy a weights file with the card beside it into the user's models."""
        self._in_background(lambda: self._import(path))

    def _add_commands(self) -> None:
        for name, text, slot, icon in (
            ("models.import", self.tr("&Import weights…"), self._choose_file, "download"),
            ("models.verify", self.tr("&Verify files"), self._verify_chosen, "check"),
            ("models.promote", self.tr("Make it the &default"), self._promote_chosen, "star"),
            ("models.rollback", self.tr("Back to the default &before"), self.roll_back, "undo"),
            ("models.source", self.tr("Open the owner's &page"), self._open_source, "link"),
            ("models.reveal", self.tr("Show &files"), self._reveal, "folder"),
            ("models.refresh", self.tr("&Look again"), self.refresh, "reload"),
        ):
            keys = "F5" if name == "models.refresh" else ""
            action = self._context.actions.add(
                name, text, slot, owner=self, category="models", shortcuts=keys, icon=icon
            )
            self.view.addAction(action)

    def _in_background(self, work: Callable[[], None]) -> None:
        def run() -> None:
            try:
                try:
                    work()
                except Exception as error:  # a library's, too: the work is over in any case
                    self._told.emit(str(error) or type(error).__name__)
                self._ended.emit()
            except RuntimeError:
                return  # the panel is gone

        self._busy += 1
        self.work.show()
        threading.Thread(target=run, name="models", daemon=True).start()

    def _end(self) -> None:
        self._busy -= 1
        self.work.setVisible(self._busy > 0)

    def _verify(self, row: ModelRow) -> None:
        from engine.models.registry import loras, models, verify

        added = loras()
        entry = models().get(row.name)
        parts = {"lora": added[row.name]} if row.name in added else entry.parts if entry else {}
        if not parts:
            self._checked.emit(row.name, self.tr("its files are gone"), True)
            return
        for part, weights in sorted(parts.items()):
            try:
                problem = verify(weights)
            except OSError as error:  # gone meanwhile, or not to be read
                problem = error.strerror or str(error)
            if problem:
                self._checked.emit(row.name, f"{part}: {problem}", True)
                return
        self._checked.emit(row.name, self.tr("whole"), False)

    def _import(self, path: Path) -> None:
        from engine.models.registry import register

        weights = register(path)
        self._told.emit(self.tr("{file} is here now.").format(file=weights.path.name))
        self._look_again()

    def promote(self, name: str, *, force: bool = False) -> None:
        """Let shots that name no model use this one; asks when it measures worse than theirs."""
        from engine.models.registry import promote

        def work() -> None:
            try:
                promote(name, force=force)
            except UsageError as error:
                if force:
                    raise
                self._below.emit(name, error.message)
                return
            self._told.emit(self.tr("{name} is the default now.").format(name=name))
            self._look_again()

        self._in_background(work)

    def roll_back(self) -> None:
        """Let shots that name no model use again what they used before the latest promotion."""
        from engine.models.registry import rollback

        def work() -> None:
            name = rollback()
            self._told.emit(self.tr("{name} is the default now.").format(name=name))
            self._look_again()

        self._in_background(work)

    def _look_again(self) -> None:
        self._found.emit(find_models(used_models(self._context.document.project)))
        self.changed.emit()

    def _ask_below(self, name: str, why: str) -> None:
        """A model that measures worse is made the default only when the user says so."""
        title = self.tr("Make it the default?")
        if ask(self, title, said(why), self.tr("&Make it the default"), name="below_default"):
            self.promote(name, force=True)

    def _promote_chosen(self) -> None:
        row = self.chosen()
        if row is not None and row.is_here and row.family in FILM_FAMILIES:
            self.promote(row.name)

    def _take(self, rows: list[ModelRow]) -> None:
        checked = []
        for row in rows:
            text, damaged = self._checks.get(row.name, ("", False))
            checked.append(replace(row, check=text, is_damaged=damaged))
        self.model.set_rows(checked)
        if checked and not self.view.currentIndex().isValid():
            self.view.setCurrentIndex(self.model.index(0, 0))
        self._show()

    def _note_check(self, name: str, text: str, damaged: bool) -> None:  # noqa: FBT001
        self._checks[name] = (text, damaged)
        self._take(self.model.rows())

    def _say(self, text: str) -> None:
        self.notice.setText(said(text))
        self.notice.setVisible(bool(text))

    def _show(self, *_changed: object) -> None:
        row = self.chosen()
        self.details.setHtml(self._about(row) if row is not None else "")
        actions = self._context.actions
        actions["models.verify"].setEnabled(bool(row and row.parts))
        usable = bool(row and row.is_here and row.family in FILM_FAMILIES and not row.is_default)
        actions["models.promote"].setEnabled(usable)
        actions["models.reveal"].setEnabled(bool(row and row.parts))
        actions["models.source"].setEnabled(bool(row and row.source.startswith("http")))

    def _about(self, row: ModelRow) -> str:
        """What there is to know of a model, as HTML with everything of others escaped."""
        safe = html.escape
        lines = [f"<b>{safe(row.name)}</b>"]
        if row.memory:
            lines.append(self._memory_line(row))
        if row.licence:
            lines.append(self.tr("Licence: {text}").format(text=safe(row.licence)))
        if row.source.startswith("http"):
            link = f'<a href="{safe(row.source)}">{safe(row.source)}</a>'
            lines.append(self.tr("Its owner publishes it at {link}").format(link=link))
        elif row.source:
            lines.append(self.tr("Source: {text}").format(text=safe(row.source)))
        if not row.parts:
            hint = self.tr("Get its files there, then import them with their cards (.json).")
            lines.append(safe(row.hint or hint))
        if row.templates:
            names = safe(", ".join(row.templates))
            lines.append(self.tr("Templates that need it: {names}").format(names=names))
        if row.used_by:
            nodes = ", ".join(row.used_by)
            lines.append(self.tr("Used by {nodes}").format(nodes=safe(nodes)))
        if row.figures:
            shown = ", ".join(f"{safe(name)} {value:g}" for name, value in row.figures)
            lines.append(self.tr("Measured: {text}").format(text=shown))
        if row.training:
            lines.append(self.tr("Training: {text}").format(text=safe(row.training)))
        lines += [
            f"{safe(part.part)}: {safe(part.path.name)}, {size_text(part.bytes)}<br>"
            f"<small>SHA-256 {safe(part.sha256)}</small>"
            for part in row.parts
        ]
        return "<p>".join(lines)

    def _memory_line(self, row: ModelRow) -> str:
        import psutil

        free = psutil.virtual_memory().available
        text = self.tr("Memory: its weights take {need}; {free} are free on this machine.")
        line = text.format(need=size_text(row.memory), free=size_text(free))
        if row.memory > free:
            line += f" <b>{html.escape(self.tr('That is not enough.'))}</b>"
        return line

    def _verify_chosen(self) -> None:
        row = self.chosen()
        if row is not None and row.parts:
            self.verify(row)

    def _choose_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, self.tr("Import weights"), "", self.tr("Weights (*.safetensors)")
        )
        if name:
            self.import_file(Path(name))

    def _open_source(self) -> None:
        row = self.chosen()
        if row is not None and row.source.startswith("http"):
            QDesktopServices.openUrl(QUrl(row.source))

    def _reveal(self) -> None:
        row = self.chosen()
        if row is not None and row.parts:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(row.parts[0].path.parent)))


def used_models(project: Project) -> dict[str, tuple[str, ...]]:
    """The models that the project chooses by name, each with the nodes that do."""
    used: dict[str, tuple[str, ...]] = {}
    graph = project.graph
    for nodes in (graph.nodes, *(group.nodes for group in graph.groups.values())):
        for node in nodes.values():
            name = node.params.get("name")
            if node.type == "generate.model" and isinstance(name, str):
                used[name] = (*used.get(name, ()), node.title or node.id)
    return used
