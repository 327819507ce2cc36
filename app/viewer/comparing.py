"""What a picture is compared with: other takes of a shot, or how it was before the last change."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal

from app.bridge import View, ViewFailure
from app.context import AppContext
from app.viewer.looking import takes_project
from app.viewer.subject import Subject, takes_of

_KEPT = 8  # results of nodes that are remembered to be compared with


class Comparing(QObject):
    """Offers takes by name, and brings the chosen one to the playback.

    `changed` says that the names or the chosen one are others.
    """

    changed = Signal()
    failed = Signal(str)

    def __init__(self, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._subject: Subject | None = None
        self._results: dict[str, list[tuple[str, Any]]] = {}  # node -> (key, value), newest last
        self._chosen = ""
        self._ticket = 0
        context.bridge.view_ready.connect(self._take)
        context.bridge.view_failed.connect(self._fail)

    @property
    def chosen(self) -> str:
        """The name of the take that is compared; empty for none."""
        return self._chosen

    @property
    def names(self) -> tuple[str, ...]:
        """The takes that can be compared with."""
        if self._subject is None:
            return ()
        before = [self.before] if len(self._results.get(self._subject.name, ())) > 1 else []
        return (*before, *takes_of(self._subject.node))

    @property
    def before(self) -> str:
        """The name for the result before the one that is shown."""
        return self.tr("Before the last change")

    def show(self, subject: Subject | None, view: View | None = None) -> None:
        """This node is shown now, with this result."""
        other = self._subject is None or subject is None or subject.name != self._subject.name
        self._subject = subject
        if subject is not None and view is not None:
            results = self._results.setdefault(subject.name, [])
            results[:] = [item for item in results if item[0] != view.key][-1:]
            results.append((view.key, view.value))
            while len(self._results) > _KEPT:
                del self._results[next(iter(self._results))]
        if other:
            self.choose("")
        self.changed.emit()

    def choose(self, name: str) -> None:
        """Compare with the take of this name; empty for none."""
        self._cancel()
        self._chosen = name
        subject = self._subject
        if not name or subject is None:
            self._chosen = ""
            self._context.playback.compare(None)
        elif name == self.before:
            self._context.playback.compare(self._results[subject.name][-2][1])
        else:
            take = takes_of(subject.node)[name]
            project = takes_project(self._context.document, subject, take)
            base_dir = self._context.document.base_dir
            self._ticket = self._context.bridge.view(
                project, base_dir, subject.name, subject.output
            )
        self.changed.emit()

    def clear(self) -> None:
        """Another project: forget everything."""
        self._results.clear()
        self.show(None)

    def _cancel(self) -> None:
        if self._ticket:
            self._context.bridge.cancel_view(self._ticket)
            self._ticket = 0

    def _take(self, view: View) -> None:
        if view.ticket == self._ticket:
            self._ticket = 0
            self._context.playback.compare(view.value)

    def _fail(self, failure: ViewFailure) -> None:
        if failure.ticket == self._ticket:
            self._ticket = 0
            self._chosen = ""
            self.failed.emit(failure.message)
            self.changed.emit()
