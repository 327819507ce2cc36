"""From where the canvas is seen: whole when a project was opened, later as bookmarks keep it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer

from app.canvas.edits import CanvasEdits
from app.context import AppContext
from app.editing.frames import Bookmark, bookmarks_of
from app.editing.level import way_to
from widgets.canvas import CanvasView, ViewState

_TOUCHES = {
    QEvent.Type.MouseButtonPress,
    QEvent.Type.Wheel,
    QEvent.Type.KeyPress,
    QEvent.Type.TabletPress,
    QEvent.Type.NativeGesture,
    QEvent.Type.Gesture,
}
"""What a user does to the canvas; from then on the view is theirs."""


class Fitting(QObject):
    """Fills the canvas with a project that was opened, also while the window is laid out."""

    def __init__(self, context: AppContext, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self._is_on = True
        view.installEventFilter(self)
        view.minimap.installEventFilter(self)
        context.document.changed.connect(self.end)
        context.selection.scope_changed.connect(self.end)
        context.actions.triggered.connect(self._command_given)

    def begin(self) -> None:
        """Show everything, now and after changes of the size, until somebody looks elsewhere."""
        self._is_on = True
        self._view.fit()

    def end(self, _patch: object = None) -> None:
        """Leave the view where it is."""
        self._is_on = False

    def _command_given(self, name: str) -> None:
        if name.startswith("canvas."):
            self.end()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if self._is_on:
            if event.type() in _TOUCHES:
                self.end()
            elif event.type() == QEvent.Type.Resize and watched is self._view:
                QTimer.singleShot(0, self, self._again)
        return super().eventFilter(watched, event)

    def _again(self) -> None:
        if self._is_on:
            self._view.fit()


class Bookmarks(QObject):
    """Keeps what is seen under names, and leads back there, also into groups."""

    def __init__(self, context: AppContext, view: CanvasView, edits: CanvasEdits) -> None:
        super().__init__(view)
        self._context = context
        self._view = view
        self._edits = edits

    def set(self) -> None:
        """Remember what is seen now, under the next number."""
        taken = {mark.name for mark in bookmarks_of(self._context.document.project)}
        number = 1
        while (name := self.tr("View {number}").format(number=number)) in taken:
            number += 1
        state, scope = self._view.view_state(), self._context.selection.scope
        self._edits.set_bookmark(Bookmark(name, state.x, state.y, state.zoom, scope))
        self._context.requests.say.emit(self.tr("Bookmarked as “{name}”").format(name=name))

    def go_to(self, number: int) -> None:
        """Show what a bookmark keeps, by its place among them."""
        project, selection = self._context.document.project, self._context.selection
        marks = bookmarks_of(project)
        if number >= len(marks):
            return
        mark = marks[number]
        if mark.scope != selection.scope:
            way = way_to(project, mark.scope)
            if way is None:
                return
            selection.enter(*way)
        self._view.restore_view_state(ViewState(mark.x, mark.y, mark.zoom))
