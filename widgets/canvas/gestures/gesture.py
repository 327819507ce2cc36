"""What every gesture is: told of the pointer from press to release, or cancelled by Esc."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter

from widgets.canvas.views import Point


@dataclass(frozen=True, slots=True)
class Pointer:
    """Where the pointer is, in pixels of the view and on the canvas, and the keys held."""

    view: QPointF
    place: Point
    shift: bool = False
    control: bool = False
    alt: bool = False


class Gesture(Protocol):
    """One use of the pointer. `pans_at_edges`: the view follows a pointer that is at its edge."""

    pans_at_edges: bool
    cursor: Qt.CursorShape

    def start(self, pointer: Pointer) -> None:
        """The pointer was pressed here and has begun to move."""

    def move(self, pointer: Pointer) -> None:
        """The pointer is here now."""

    def end(self, pointer: Pointer) -> None:
        """Released here: say what is asked for."""

    def cancel(self) -> None:
        """Leave everything as it was before the start."""

    def paint(self, painter: QPainter) -> None:
        """Draw over the canvas, in pixels of the view."""
