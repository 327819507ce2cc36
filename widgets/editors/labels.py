"""The label of a field: a drag along it changes the number beside it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from widgets.editors.editor import Editor
from widgets.editors.numbers import pace

SOFT = 4.0  # pixels before a press on the label becomes a drag
PER_STEP = 3.0  # pixels


class ScrubLabel(QLabel):
    """A label that wraps; dragged sideways it scrubs the editor that it follows.

    The drag is soft: it starts after a few pixels, and going back undoes it exactly. With Shift
    it is ten times finer, with Ctrl coarser.
    """

    clicked = Signal()

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._editor: Editor | None = None
        self._last: float | None = None
        self._way = 0.0
        self._steps = 0.0
        self._dragging = False

    def follow(self, editor: Editor) -> None:
        """Scrub this editor."""
        self._editor = editor
        self.setCursor(Qt.CursorShape.SizeHorCursor)

    def longest_word(self) -> int:
        """The width that no word is broken at."""
        words = self.text().split() or [""]
        return max(self.fontMetrics().horizontalAdvance(word) for word in words) + 4

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton:
            self._last, self._way, self._steps = event.position().x(), 0.0, 0.0
            self._dragging = False
        else:
            event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._last is None or self._editor is None or not self._editor.isEnabled():
            return
        x = event.position().x()
        way, self._last = x - self._last, x
        self._way += way
        if not self._dragging:
            if abs(self._way) < SOFT:
                return
            self._dragging = True
            way = self._way
        self._steps += way / PER_STEP * pace(event.modifiers())
        self._editor.scrub(self._steps)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:  # noqa: N802
        dragged, self._dragging, self._last = self._dragging, False, None
        if dragged and self._editor is not None:
            self._editor.end_scrub()
        elif not dragged:
            if self.buddy() is not None:
                self.buddy().setFocus(Qt.FocusReason.TabFocusReason)
            self.clicked.emit()
