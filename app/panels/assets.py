"""The assets panel: the media files that the project refers to, and a way to missing ones."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHeaderView,
    QLabel,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from app.context import AppContext
from app.editing.drops import Drop, add_drops, read_drops
from app.editing.level import Level
from app.media_files import (
    PRESENT,
    MediaFile,
    find_missing,
    known_by,
    media_of,
    relinked,
    state_of,
)
from app.panels.asset_list import FOLDER, NAME, USES, AssetList
from app.panels.command_row import command_row
from app.said import said
from engine.errors import Cancelled

_SETTLE_MS = 150  # after an edit


class AssetsPanel(QWidget):
    """Files with their state and users; relinks them, each time as one step of undo."""

    relinked = Signal(int)
    """So many files were found again."""

    _listed = Signal(object)
    _seen = Signal(object)
    _found = Signal(object)
    _read = Signal(object)
    _told = Signal(str)

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._document = context.document
        self._search = threading.Event()
        self.model = AssetList(self)
        self.view = QTreeView()
        self.view.setModel(self.model)
        self.view.setRootIsDecorated(False)
        self.view.setUniformRowHeights(True)
        self.view.setAllColumnsShowFocus(True)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.view.setAccessibleName(self.tr("Media files of the project"))
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        header = self.view.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        self.view.activated.connect(self._select_users)
        self.setAcceptDrops(True)
        self.hint = QLabel()
        self.hint.setWordWrap(True)
        self.hint.setTextFormat(Qt.TextFormat.PlainText)
        self.hint.setContentsMargins(8, 4, 8, 4)
        self._add_commands()
        row = command_row(
            context.actions,
            (
                *("assets.add", "", "assets.relink", "assets.find", ""),
                *("assets.select", "assets.reveal", "assets.refresh"),
            ),
            title=self.tr("Commands for media files"),
            parent=self,
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for widget in (row, self.hint, self.view):
            layout.addWidget(widget)
        layout.setStretchFactor(self.view, 1)
        self.setFocusProxy(self.view)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SETTLE_MS)
        self._timer.timeout.connect(self.refresh)
        self._document.changed.connect(self._wait)
        self._document.replaced.connect(self._wait)
        self._document.path_changed.connect(self._wait)
        context.bridge.registry_changed.connect(self._wait)
        queued = Qt.ConnectionType.QueuedConnection
        self._listed.connect(self.model.set_files, queued)
        self._seen.connect(self._note_states, queued)
        self._found.connect(self._use_found, queued)
        self._read.connect(self._add_read, queued)
        self._told.connect(self._tell, queued)
        self.view.selectionModel().selectionChanged.connect(self._enable)
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        letter = self.fontMetrics().averageCharWidth()
        for column, letters in ((USES, 44), (FOLDER, 64)):  # tooltips have them too
            self.view.setColumnHidden(column, event.size().width() < letters * letter)

    def _tell(self, text: str) -> None:
        self.hint.setText(said(text))

    def chosen(self) -> list[MediaFile]:
        """The files that are chosen."""
        rows = [index.row() for index in self.view.selectionModel().selectedRows(NAME)]
        return [file for row in sorted(rows) if (file := self.model.row(row)) is not None]

    def missing(self) -> list[MediaFile]:
        """The files that are not there."""
        return [file for file in self.model.rows() if self.model.state(file.name) != PRESENT]

    def refresh(self) -> None:
        """Look which files the project refers to, and whether they are there."""
        project, registry = self._document.project, self._document.registry
        base_dir = self._document.base_dir

        def look() -> None:
            files = media_of(project, registry)
            self._listed.emit(files)
            self._seen.emit({name: state_of(file.path(base_dir)) for name, file in files.items()})

        self._in_background(look)

    def relink(self, file: MediaFile, path: Path) -> None:
        """Let every node that uses a file use another."""
        self._apply({file.name: path})

    def find_in(self, folder: Path) -> None:
        """Search a folder and those in it for all files that are missing."""
        base_dir = self._document.base_dir
        lost = {file.path(base_dir): file.name for file in self.missing()}
        self._search.set()
        self._search = stop = threading.Event()
        self.hint.setText(self.tr("{folder} is searched…").format(folder=folder))

        def check_cancelled() -> None:
            if stop.is_set():
                raise Cancelled

        def search() -> None:
            known = known_by(self._context.bridge.services().cache)
            found = find_missing(lost, folder, known=known, check_cancelled=check_cancelled)
            self._found.emit({lost[path]: place for path, place in found.items()})

        self._in_background(search)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        if _local_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        files = _local_files(event.mimeData())
        event.acceptProposedAction()
        self.add(files)

    def add(self, files: list[Path]) -> None:
        """Add a loading node for each film, picture and sound, all in one step."""
        self._in_background(lambda: self._read.emit(read_drops(files)))

    def _add_commands(self) -> None:
        for name, text, slot, keys, icon in (
            ("assets.add", self.tr("&Add media files…"), self._choose_new, "Ctrl+I", "add"),
            ("assets.relink", self.tr("Re&link to another file…"), self._choose_other, "", "link"),
            ("assets.find", self.tr("&Find missing files…"), self._choose_folder, "", "search"),
            (
                "assets.select",
                self.tr("&Select the nodes using it"),
                self._select_users,
                "",
                "graph",
            ),
            ("assets.reveal", self.tr("Show in its f&older"), self._reveal, "", "folder"),
            ("assets.refresh", self.tr("Look &again"), self.refresh, "F5", "reload"),
        ):
            action = self._context.actions.add(
                name, text, slot, owner=self, category="assets", shortcuts=keys, icon=icon
            )
            self.view.addAction(action)

    def _wait(self, _change: Any = None) -> None:
        self._timer.start()

    def _in_background(self, work: Callable[[], None]) -> None:
        def run() -> None:
            try:
                try:
                    work()
                except Cancelled:
                    return
                except Exception as error:  # a library's, too: the work is over in any case
                    self._told.emit(str(error) or type(error).__name__)
            except RuntimeError:
                return  # the panel is gone

        threading.Thread(target=run, name="assets", daemon=True).start()

    def _note_states(self, states: Mapping[str, str]) -> None:
        self.model.set_states(states)
        self._tell_count()
        self._enable()

    def _use_found(self, found: Mapping[str, Path]) -> None:
        lost = len(self.missing())
        if found:
            self._apply(found)
        text = self.tr("{found} of {lost} missing files were found.")
        self.hint.setText(text.format(found=len(found), lost=lost))
        self.relinked.emit(len(found))

    def _apply(self, changes: Mapping[str, Path]) -> None:
        document = self._document
        folder = document.base_dir if document.path else None
        patch = relinked(document.project, document.registry, changes, folder)
        document.apply(self.tr("Relink media"), patch)
        self.refresh()

    def _add_read(self, drops: tuple[Drop, ...]) -> None:
        document = self._document
        scope = self._context.selection.scope
        level = Level(document.project, document.registry, scope)
        places = [node.pos for node in level.nodes.values()]
        left = min((x for x, _ in places), default=0.0)
        below = max((y for _, y in places), default=-160.0) + 160.0
        folder = document.base_dir if document.path else None
        made = add_drops(level, drops, (left, below), base_dir=folder, as_media=True)
        if not made.nodes:
            self.hint.setText(self.tr("None of these files is a film, a picture or a sound."))
            return
        document.apply(self.tr("Add media files"), made.patch)
        self._context.selection.select(made.nodes)

    def _tell_count(self) -> None:
        missing = len([file for file in self.missing() if self.model.state(file.name)])
        if not self.model.rowCount():
            self.hint.setText(self.tr("The project uses no files yet. Drop some here."))
        elif missing:
            self.hint.setText(self.tr("%n file(s) cannot be found.", "", missing))
        else:
            self.hint.setText(self.tr("%n file(s), all here.", "", self.model.rowCount()))

    def _enable(self, *_changed: object) -> None:
        chosen = self.chosen()
        actions = self._context.actions
        actions["assets.relink"].setEnabled(len(chosen) == 1)
        actions["assets.select"].setEnabled(bool(chosen))
        actions["assets.reveal"].setEnabled(bool(chosen))
        actions["assets.find"].setEnabled(bool(self.missing()))

    def _choose_new(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(self, self.tr("Add media files"))
        if names:
            self.add([Path(name) for name in names])

    def _choose_other(self) -> None:
        chosen = self.chosen()
        if len(chosen) != 1:
            return
        title = self.tr("Another file for {name}").format(name=Path(chosen[0].name).name)
        name, _ = QFileDialog.getOpenFileName(self, title, str(self._document.base_dir))
        if name:
            self.relink(chosen[0], Path(name))

    def _choose_folder(self) -> None:
        title = self.tr("Search this folder for missing files")
        name = QFileDialog.getExistingDirectory(self, title, str(self._document.base_dir))
        if name:
            self.find_in(Path(name))

    def _select_users(self, _index: object = None) -> None:
        uses = [use for file in self.chosen() for use in file.uses]
        scope = uses[0].scope if uses else None
        selection = self._context.selection
        if uses and scope != selection.scope:
            selection.enter((scope,) if scope is not None else ())
        selection.select(use.node for use in uses if use.scope == scope)

    def _reveal(self) -> None:
        for file in self.chosen()[:1]:
            folder = file.path(self._document.base_dir).parent
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def _local_files(data: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
