"""Moves the view by dragging the ground."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from widgets.canvas.gestures.gesture import Pointer

if TYPE_CHECKING:
    from widgets.canvas.view import CanvasView


class Pan:
    """Middle button, or the left one while space is held."""

    pans_at_edges = False
    cursor = Qt.CursorShape.ClosedHandCursor

    def __init__(self, view: CanvasView) -> None:
        self._view = view
        self._before = view.camera

    def start(self, pointer: Pointer) -> None:
        self._from = pointer.view
        self._before = self._view.camera

    def move(self, pointer: Pointer) -> None:
        way = pointer.view - self._from
        self._view.set_camera(self._before.panned(way.x(), way.y()))

    def end(self, pointer: Pointer) -> None:
        self.move(pointer)

    def cancel(self) -> None:
        self._view.set_camera(self._before)

    def paint(self, painter: QPainter) -> None:
        """Nothing to draw."""
