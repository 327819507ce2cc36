"""Gestures by mouse events on a widget that shows a canvas, each step timed until it is drawn."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterable
from typing import Any

import psutil
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

FRAMES = 60
NONE, LEFT, MIDDLE = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton


class Paints(QObject):
    """Counts the paint events of a widget: a step that drew nothing would prove nothing."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Paint:
            self.count += 1
        return super().eventFilter(watched, event)


def drag(widget: QWidget, start: QPointF, steps: Iterable[QPointF], button: Qt.MouseButton) -> dict:
    """Press, move step by step, release; the moves are timed."""
    _send(widget, QEvent.Type.MouseButtonPress, start, button, button)
    moves = list(steps)
    for nearer in (0.3, 0.6):  # past the distance from which a press is a drag
        _send(widget, QEvent.Type.MouseMove, start + (moves[0] - start) * nearer, NONE, button)
    draw()
    figures = timed(
        widget,
        [
            lambda point=point: _send(widget, QEvent.Type.MouseMove, point, NONE, button)
            for point in moves
        ],
    )
    _send(widget, QEvent.Type.MouseButtonRelease, moves[-1], button, NONE)
    draw()
    return figures


def there_and_back(middle: QPointF, radius: float = 180.0, frames: int = FRAMES) -> list[QPointF]:
    """Places of a pointer that goes away and a part of the way back, some pixels a frame."""
    far = frames * 2 // 3
    steps = [i if i < far else 2 * far - i for i in range(1, frames + 1)]
    return [middle + QPointF(radius * s / frames * 2, radius * s / frames) for s in steps]


def wheel(widget: QWidget, at: QPointF, turns: int) -> Callable[[], None]:
    """One notch of a wheel."""

    def act() -> None:
        place = QPointF(widget.mapToGlobal(at.toPoint()))
        event = QWheelEvent(
            at, place, QPoint(), QPoint(0, 120 * turns), NONE, Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(widget, event)

    return act


def timed(widget: QWidget, acts: Iterable[Callable[[], object]]) -> dict[str, Any]:
    """Wall and CPU time of each act until it is drawn, in milliseconds."""
    paints = Paints(widget)
    wall, cpu = [], []
    gc.collect()
    for act in acts:
        before, used = time.perf_counter(), time.process_time()
        act()
        draw()
        wall.append((time.perf_counter() - before) * 1e3)
        cpu.append((time.process_time() - used) * 1e3)
    widget.removeEventFilter(paints)
    if paints.count < len(wall) / 2:
        raise RuntimeError(f"{len(wall)} steps were drawn only {paints.count} times")
    ordered = sorted(wall)
    return {
        "frames": len(wall),
        "median_ms": round(statistics.median(wall), 2),
        "p99_ms": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))], 2),
        "cpu_median_ms": round(statistics.median(cpu), 2),
        "cpu_p99_ms": round(sorted(cpu)[min(len(cpu) - 1, int(len(cpu) * 0.99))], 2),
    }


def draw() -> None:
    """Let Qt do all that waits: layout, timers that are due, and painting."""
    QApplication.sendPostedEvents()
    QApplication.processEvents()


def settle(seconds: float = 0.4) -> None:
    """Let the application come to rest, so that what follows is measured alone."""
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        draw()
        time.sleep(0.005)


def memory() -> float:
    """Resident memory of this process in MiB."""
    gc.collect()
    return psutil.Process().memory_info().rss / 2**20


def _send(
    widget: QWidget, kind: QEvent.Type, at: QPointF, button: Qt.MouseButton, held: Qt.MouseButton
) -> None:
    place = QPointF(widget.mapToGlobal(at.toPoint()))
    event = QMouseEvent(kind, at, place, button, held, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(widget, event)
