"""The review panel: films that wait for a yes, what the check found, and the verdict."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QListView,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.context import AppContext
from app.panels.command_row import command_row
from app.said import said
from app.worker.messages import ReviewAsked
from engine.errors import AiprodError
from engine.jobs import Interrupted
from widgets import icons

SETTING = "review_before_delivery"
_FILMS = {".mp4", ".mov", ".mkv", ".webm", ".avi", ".mxf", ".png", ".jpg", ".wav", ".flac", ".m4a"}
_NONE = QModelIndex()
Index = QModelIndex | QPersistentModelIndex
JOB = Qt.ItemDataRole.UserRole
PATH = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True)
class Waiting:
    """A job in review as the panel shows it; `folder` is None when it was cut off meanwhile."""

    job: int
    name: str
    folder: Path | None
    findings: tuple[str, ...] = ()


class ReviewPanel(QWidget):
    """Shows finished films before they are delivered, and tells the verdict."""

    view_file = Signal(object)
    """Path: a film of a job in review, to be played in the viewer."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._bridge = context.bridge
        self.model = WaitingList(self)
        self.jobs = QListView()
        self.jobs.setModel(self.model)
        self.jobs.setAccessibleName(self.tr("Jobs that wait for a review"))
        self.films = _Films(self)
        self.files = QListView()
        self.files.setModel(self.films)
        self.files.setAccessibleName(self.tr("Files of the job"))
        self.files.activated.connect(self._play)
        self.findings = QPlainTextEdit()
        self.findings.setReadOnly(True)
        self.findings.setAccessibleName(self.tr("What the check found"))
        self.findings.setPlaceholderText(self.tr("The check found nothing to remark."))
        self.note = QPlainTextEdit()
        self.note.setAccessibleName(self.tr("Note"))
        self.note.setPlaceholderText(self.tr("Note: why it is turned down, or what was decided"))
        self.note.setTabChangesFocus(True)
        self.always = QCheckBox(self.tr("Let every render wait for a review"))
        self.always.setChecked(bool(context.settings.get(SETTING)))
        self.always.toggled.connect(self._set_always)
        context.settings.changed.connect(self._show_setting)
        self._add_commands()
        self.empty = QLabel(self.tr("No films wait for a review."))
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._compose()
        self.jobs.selectionModel().currentChanged.connect(self._show)
        self._bridge.review_asked.connect(self._update)
        self._bridge.job_changed.connect(self._update)
        self._update()

    def chosen(self) -> Waiting | None:
        """The job that is chosen."""
        return self.model.row(self.jobs.currentIndex().row())

    def _add_commands(self) -> None:
        for name, text, slot, keys, icon in (
            ("review.play", self.tr("&Play film"), self._play_chosen, "Ctrl+P", "play"),
            ("review.approve", self.tr("&Approve"), self._approve, "Ctrl+Return", "check"),
            ("review.reject", self.tr("&Turn down"), self._reject, "Ctrl+Backspace", "cancel"),
            ("review.resume", self.tr("&Bring back to review"), self._resume, "", "reload"),
        ):
            self._context.actions.add(
                name, text, slot, owner=self, category="review", shortcuts=keys, icon=icon
            )

    def _compose(self) -> None:
        row = command_row(
            self._context.actions,
            ("review.play", "review.resume"),
            title=self.tr("Commands for films in review"),
            parent=self,
        )
        self.approve = QPushButton(icons.icon("check", "good"), self.tr("Approve"))
        self.reject = QPushButton(icons.icon("cancel", "danger"), self.tr("Turn down"))
        self.approve.clicked.connect(self._context.actions["review.approve"].trigger)
        self.reject.clicked.connect(self._context.actions["review.reject"].trigger)
        buttons = QHBoxLayout()
        buttons.addWidget(self.reject)
        buttons.addWidget(self.approve)
        self.body = QWidget()
        inner = QVBoxLayout(self.body)
        inner.setContentsMargins(8, 0, 8, 8)
        inner.addWidget(row)
        for widget, stretch in (
            *((self.jobs, 2), (self.files, 2), (self.findings, 2), (self.note, 1)),
        ):
            inner.addWidget(widget, stretch)
        inner.addLayout(buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.body, 1)
        layout.addWidget(self.empty, 1)
        always = QHBoxLayout()
        always.setContentsMargins(8, 4, 8, 8)
        always.addWidget(self.always)
        layout.addLayout(always)
        self.setFocusProxy(self.jobs)

    def _update(self, _changed: object = None) -> None:
        waiting = [
            Waiting(item.job, self._name(item), item.folder, item.findings)
            for item in self._bridge.reviews()
        ]
        known = {item.job for item in waiting}
        waiting += [
            Waiting(job.id, job.request.name, None)
            for job in self._bridge.jobs()
            if job.state == Interrupted(during="review") and job.id not in known
        ]
        self.model.set_rows(sorted(waiting, key=lambda item: item.job))
        self.body.setVisible(bool(waiting))
        self.empty.setVisible(not waiting)
        if waiting and not self.jobs.currentIndex().isValid():
            self.jobs.setCurrentIndex(self.model.index(0))
        self._show()

    def _name(self, asked: ReviewAsked) -> str:
        return self._bridge.job(asked.job).request.name

    def _show(self, *_changed: object) -> None:
        row = self.chosen()
        self.films.set_folder(row.folder if row else None)
        if row is not None and row.folder is None:
            self.findings.setPlainText(
                self.tr("The window was closed meanwhile. Bring it back: nothing is made again.")
            )
        else:
            self.findings.setPlainText("\n".join(map(said, row.findings)) if row else "")
        ready = row is not None and row.folder is not None
        actions = self._context.actions
        for name in ("review.play", "review.approve", "review.reject"):
            actions[name].setEnabled(ready)
        actions["review.resume"].setEnabled(row is not None and not ready)
        for widget in (self.approve, self.reject, self.note):
            widget.setEnabled(ready)

    def _play_chosen(self) -> None:
        index = self.files.currentIndex()
        self._play(index if index.isValid() else self.films.index(0))

    def _play(self, index: QModelIndex) -> None:
        if index.isValid():
            self.view_file.emit(index.data(PATH))

    def _approve(self) -> None:
        self._decide(approved=True)

    def _reject(self) -> None:
        self._decide(approved=False)

    def _decide(self, *, approved: bool) -> None:
        row = self.chosen()
        if row is not None and row.folder is not None:
            note = self.note.toPlainText().strip()
            self._bridge.decide(row.job, approved=approved, note=note)
            self.note.clear()

    def _resume(self) -> None:
        row = self.chosen()
        if row is None or row.folder is not None:
            return
        try:
            self._bridge.resume(row.job)
        except AiprodError as error:
            self._context.requests.say.emit(str(error))

    def _set_always(self, wanted: bool) -> None:  # noqa: FBT001
        self._context.settings.set(SETTING, wanted)

    def _show_setting(self, key: str) -> None:
        if key == SETTING:
            self.always.setChecked(bool(self._context.settings.get(SETTING)))


class WaitingList(QAbstractListModel):
    """Jobs that wait, oldest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Waiting] = []

    def row(self, number: int) -> Waiting | None:
        """The job in that row, if there is one."""
        return self._rows[number] if 0 <= number < len(self._rows) else None

    def set_rows(self, rows: list[Waiting]) -> None:
        """Show these jobs, changing only the rows that differ."""
        wanted = {row.job: row for row in rows}
        for number in reversed(range(len(self._rows))):
            if self._rows[number].job not in wanted:
                self.beginRemoveRows(QModelIndex(), number, number)
                del self._rows[number]
                self.endRemoveRows()
        for number, row in enumerate(rows):
            if number < len(self._rows) and self._rows[number].job == row.job:
                if self._rows[number] != row:
                    self._rows[number] = row
                    self.dataChanged.emit(self.index(number), self.index(number))
                continue
            self.beginInsertRows(QModelIndex(), number, number)
            self._rows.insert(number, row)
            self.endInsertRows()

    def rowCount(self, parent: Index = _NONE) -> int:  # noqa: N802
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row(index.row())
        if row is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return f"{row.name}  ·  {row.job}"
            case Qt.ItemDataRole.DecorationRole:
                return icons.icon("review" if row.folder else "warning", "warning")
            case _ if role == JOB:
                return row.job
        return None


class _Films(QAbstractListModel):
    """The files of a job that can be seen or heard, films first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder: Path | None = None
        self._files: list[Path] = []

    def set_folder(self, folder: Path | None) -> None:
        """Show the files in this folder."""
        if folder == self._folder:
            return
        self.beginResetModel()
        self._folder = folder
        self._files = _files_in(folder) if folder is not None else []
        self.endResetModel()

    def rowCount(self, parent: Index = _NONE) -> int:  # noqa: N802
        return 0 if parent.isValid() else len(self._files)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or self._folder is None:
            return None
        path = self._files[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return path.relative_to(self._folder).as_posix()
            case Qt.ItemDataRole.DecorationRole:
                return icons.icon("film" if _rank(path)[0] == 0 else "file")
            case _ if role == PATH:
                return path
        return None


def _files_in(folder: Path) -> list[Path]:
    found = [
        Path(root, name)
        for root, _, names in os.walk(folder)
        for name in names
        if Path(name).suffix.lower() in _FILMS
    ]
    return sorted(found, key=_rank)


def _rank(path: Path) -> tuple[int, int, str]:
    moving = path.suffix.lower() in {".mp4", ".mov", ".mkv", ".webm", ".avi", ".mxf"}
    return (0 if moving else 1, len(path.parts), path.name)
