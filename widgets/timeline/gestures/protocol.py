"""What a gesture is, and what it works on."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from widgets.timeline.intents import Intent, Verdict
from widgets.timeline.rows import Rows
from widgets.timeline.scale import Scale
from widgets.timeline.snapping import Snapper


@dataclass(frozen=True)
class Pointer:
    """The mouse: its place in the lanes (scrolled), the frame edge nearest to it, keys held."""

    pos: QPointF
    frame: int
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier

    def holds(self, key: Qt.KeyboardModifier) -> bool:
        """Whether a key is held."""
        return bool(self.modifiers & key)


class Stage(Protocol):
    """What gestures see of the lanes and do to them."""

    rows: Rows
    scale: Scale

    @property
    def selected(self) -> Collection[str]:
        """Ids of the selected clips."""

    def select(self, clips: Iterable[str]) -> None:
        """Select these clips and no others."""

    def snapper(self, *, without: Collection[str] = ()) -> Snapper:
        """What to snap to; nothing when snapping is off."""

    def judge(self, intent: Intent) -> Verdict:
        """What an intent may become."""

    def ask(self, intent: Intent) -> None:
        """The user wants this."""

    def guide(self, frame: int | None) -> None:
        """Show a line at the frame that a drag snapped to."""

    def say(self, text: str) -> None:
        """Show a word beside the mouse."""

    def duration(self, frames: int) -> str:
        """A signed number of frames as text."""

    def box(self, track: str, start: int, stop: int) -> QRectF:
        """The place of some frames of a track."""

    def area(self) -> QRectF:
        """What is visible of the lanes."""

    def repaint_overlay(self) -> None:
        """What the gesture paints has changed."""

    def scroll_by(self, dx: float, dy: float) -> None:
        """Scroll by pixels."""

    def show_frames(self, start: float, stop: float) -> None:
        """Zoom so that these frames fill the width."""


class Gesture(Protocol):
    """A press that became a drag: it follows the mouse, then ends or is cancelled."""

    cursor: Qt.CursorShape

    def move(self, pointer: Pointer) -> None:
        """The mouse moved."""

    def end(self, pointer: Pointer) -> None:
        """The button was let go: what the user wants is asked for."""

    def cancel(self) -> None:
        """Forget it; nothing has changed."""

    def paint(self, painter: QPainter) -> None:
        """Paint the ghost of what would come about."""
