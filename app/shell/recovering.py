"""Keeps unsaved edits on disk, and offers what windows that died left behind."""

from __future__ import annotations

import threading

from PySide6.QtCore import QDateTime, QLocale, QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from app.context import AppContext
from app.recovery import Recoverable, Recovery, discard, recoverable
from app.shell.asking import tell
from app.shell.banner import Banner
from app.shell.files import ProjectFiles
from engine.errors import AiprodError


class Recovering(QObject):
    """The recovery file of the open project, and the offer at the start.

    `written` comes each time the edits have been kept.
    """

    written = Signal()

    _found = Signal(object)

    def __init__(self, context: AppContext, files: ProjectFiles, window: QWidget) -> None:
        super().__init__(window)
        self._context = context
        self._files = files
        self._window = window
        self._banner: Banner | None = None
        self._waiting: list[Recoverable] = []
        self._has_looked = False
        self._recovery: Recovery | None = None
        self._found.connect(self._offer, Qt.ConnectionType.QueuedConnection)

    def start(self) -> None:
        """Keep edits on disk from now on, and look for what was left behind."""
        if self._recovery is not None:
            return
        seconds = self._context.settings.get("autosave_seconds")
        self._recovery = Recovery(self._context.document, self, seconds=seconds)
        self._recovery.written.connect(self.written)
        self._recovery.failed.connect(self._context.requests.say)
        self._context.settings.changed.connect(self._use_setting)
        if not self._has_looked:
            self._has_looked = True
            threading.Thread(target=self._look, name="recovery", daemon=True).start()

    def use(self, banner: Banner) -> None:
        """Offer in this banner; what is still on offer is offered there anew."""
        self._banner = banner
        self._show_next()

    def forget(self) -> None:
        """The user has decided about all edits: nothing is to be recovered."""
        if self._recovery is not None:
            self._recovery.forget()

    def close(self) -> None:
        """Write down what is not written yet, and end."""
        if self._recovery is not None:
            self._recovery.close()

    def _look(self) -> None:
        found = recoverable()
        if found:
            self._found.emit(found)

    def _offer(self, found: tuple[Recoverable, ...]) -> None:
        self._waiting = list(found)
        self._show_next()

    def _show_next(self) -> None:
        if self._banner is None or not self._waiting:
            return
        item = self._waiting[0]
        moment = QDateTime.fromSecsSinceEpoch(int(item.time.timestamp()))
        when = QLocale().toString(moment, QLocale.FormatType.ShortFormat)
        edits = self.tr("%n edit(s)", "", item.edits)
        text = self.tr(
            "AIPROD ended unexpectedly. {edits} of “{name}” from {time} can be recovered."
        ).format(edits=edits, name=item.name or self.tr("Untitled"), time=when)
        self._banner.ask(
            text,
            {
                self.tr("&Recover"): self._recover,
                self.tr("&Discard"): self._discard,
                self.tr("&Later"): self._put_off,
            },
        )

    def _recover(self) -> None:
        item = self._waiting.pop(0)
        if self._recovery is None or not self._files.may_leave():
            self._waiting.insert(0, item)
            self._show_next()
            return
        try:
            self._recovery.recover(item)
        except (AiprodError, OSError) as error:
            tell(self._window, self.tr("The edits cannot be recovered"), str(error))
            return
        self._files.opened.emit()
        self._show_next()

    def _discard(self) -> None:
        discard(self._waiting.pop(0))
        self._show_next()

    def _put_off(self) -> None:
        self._waiting.pop(0)
        self._show_next()

    def _use_setting(self, key: str) -> None:
        if key == "autosave_seconds" and self._recovery is not None:
            self._recovery.set_seconds(self._context.settings.get(key))
