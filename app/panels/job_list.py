"""The jobs as a list model: at work, then waiting in their order, then ended, newest first."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from app.bridge import Bridge, Happening
from app.progress import Progress
from app.said import said
from engine.jobs import (
    Assembling,
    Cancelled,
    Checking,
    Delivered,
    Failed,
    Generating,
    Interrupted,
    Job,
    Planning,
    Queued,
    Review,
    State,
    is_active,
)

translate = QCoreApplication.translate

JOB = Qt.ItemDataRole.UserRole
STATE = Qt.ItemDataRole.UserRole + 1
SHARE = Qt.ItemDataRole.UserRole + 2
"""How much is made, 0 to 1; None when no bar is to be shown."""
LEFT = Qt.ItemDataRole.UserRole + 3
"""Time left, or when it ended, as text."""
TONE = Qt.ItemDataRole.UserRole + 4
"""The role of the theme that the state is written in."""

_NONE = QModelIndex()
Index = QModelIndex | QPersistentModelIndex


class JobList(QAbstractListModel):
    """Follows the bridge, row by row."""

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._ids: list[int] = _ordered(bridge.jobs(), bridge.queue())
        bridge.job_changed.connect(self._change)
        bridge.queue_changed.connect(self._arrange)
        bridge.happened.connect(self._advance)

    def rowCount(self, parent: Index = _NONE) -> int:  # noqa: N802
        return 0 if parent.isValid() else len(self._ids)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        job = self._bridge.job(self._ids[index.row()])
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return job.request.name or translate("Jobs", "Untitled")
            case Qt.ItemDataRole.ToolTipRole:
                return str(job.request.output)
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._sentence(job)
            case _ if role == JOB:
                return job.id
            case _ if role == STATE:
                return state_text(job.state, self._bridge.progress(job.id))
            case _ if role == SHARE:
                return self._share(job)
            case _ if role == LEFT:
                return self._left(job)
            case _ if role == TONE:
                return tone(job.state)
        return None

    def index_of(self, job: int) -> QModelIndex:
        """Where a job is."""
        return self.index(self._ids.index(job)) if job in self._ids else QModelIndex()

    def _share(self, job: Job) -> float | None:
        if not is_active(job.state) or isinstance(job.state, Review):
            return None
        return max(job.done, self._bridge.progress(job.id).share)

    def _left(self, job: Job) -> str:
        if is_active(job.state):
            seconds = self._bridge.progress(job.id).seconds_left
            return time_left(seconds) if isinstance(job.state, Generating | Assembling) else ""
        if isinstance(job.state, Queued):
            return ""
        return ago(time.time() - job.changed)

    def _sentence(self, job: Job) -> str:
        share, left = self._share(job), self._left(job)
        parts = [job.request.name, state_text(job.state, self._bridge.progress(job.id))]
        if share is not None:
            parts.append(f"{share:.0%}")
        return ", ".join(part for part in (*parts, left) if part)

    def _change(self, job: int) -> None:
        if job not in self._ids:
            self.beginInsertRows(QModelIndex(), 0, 0)
            self._ids.insert(0, job)
            self.endInsertRows()
        self._arrange()
        index = self.index_of(job)
        self.dataChanged.emit(index, index)

    def _arrange(self) -> None:
        """Move rows to where they belong, one by one, so that the selection stays."""
        jobs = [self._bridge.job(job) for job in self._ids]
        for place, job in enumerate(_ordered(jobs, self._bridge.queue())):
            now = self._ids.index(job)
            if now != place:
                self.beginMoveRows(QModelIndex(), now, now, QModelIndex(), place)
                self._ids.insert(place, self._ids.pop(now))
                self.endMoveRows()

    def _advance(self, told: tuple[Happening, ...]) -> None:
        for job in {item.job for item in told if item.job}:
            index = self.index_of(job)
            if index.isValid():
                self.dataChanged.emit(index, index)


def state_text(state: State, progress: Progress) -> str:
    """What a job does, or how it ended, in a few words."""
    match state:
        case Queued():
            return translate("Jobs", "Waits")
        case Planning():
            return translate("Jobs", "Is being planned")
        case Generating() | Assembling():
            what = ": ".join(part for part in (progress.title, progress.note) if part)
            return said(what) or translate("Jobs", "Is being made")
        case Checking():
            return translate("Jobs", "Finished files are checked")
        case Review():
            return translate("Jobs", "Waits for your review")
        case Delivered(files=files, warnings=warnings):
            if warnings:
                return translate("Jobs", "Delivered with warnings: %n file(s)", None, len(files))
            return translate("Jobs", "Delivered: %n file(s)", None, len(files))
        case Failed(message=message):
            return said(message.splitlines()[0]) if message else translate("Jobs", "Failed")
        case Cancelled(during="review"):
            return translate("Jobs", "Turned down in review")
        case Cancelled():
            return translate("Jobs", "Stopped")
        case Interrupted():
            return translate("Jobs", "Cut off; can be resumed")


def during_text(name: str) -> str:
    """What a job was at, by the name of its state, as in "cut off while it was …"."""
    match name:
        case "planning":
            return translate("Jobs", "being planned")
        case "generating" | "assembling":
            return translate("Jobs", "being made")
        case "checking":
            return translate("Jobs", "being checked")
        case "review":
            return translate("Jobs", "in review")
        case _:
            return name


def tone(state: State) -> str:
    """The role of the theme that a state is written in."""
    match state:
        case Delivered(warnings=()):
            return "good"
        case Failed():
            return "danger"
        case Delivered() | Interrupted() | Review():
            return "warning"
        case _:
            return "dim"


def time_left(seconds: float | None) -> str:
    """Seconds left, in words; "" when they are not known."""
    if seconds is None:
        return ""
    if seconds < 90:
        return translate("Jobs", "{n} s left").format(n=round(seconds))
    if seconds < 5400:
        return translate("Jobs", "{n} min left").format(n=round(seconds / 60))
    return translate("Jobs", "{n:.1f} h left").format(n=seconds / 3600)


def ago(seconds: float) -> str:
    """How long ago something was, in words."""
    if seconds < 60:
        return translate("Jobs", "just now")
    if seconds < 3600:
        return translate("Jobs", "{n} min ago").format(n=round(seconds / 60))
    if seconds < 86400:
        return translate("Jobs", "{n} h ago").format(n=round(seconds / 3600))
    return translate("Jobs", "%n day(s) ago", None, round(seconds / 86400))


def _ordered(jobs: Sequence[Job], queue: tuple[int, ...]) -> list[int]:
    places = {job: place for place, job in enumerate(queue)}

    def rank(job: Job) -> tuple[int, float]:
        if is_active(job.state):
            return 0, job.id
        if isinstance(job.state, Queued):
            return 1, places.get(job.id, len(places))
        return 2, -job.changed

    return [job.id for job in sorted(jobs, key=rank)]
