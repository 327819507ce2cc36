"""Where frames lie on the screen: zoom and scroll position."""

from __future__ import annotations

from collections.abc import Sequence

SMALLEST, LARGEST = 0.0005, 160.0  # pixels a frame


class Scale:
    """Pixels a frame, and the frame (a float) at the left edge."""

    def __init__(self) -> None:
        self.pixels = 4.0
        self.first = 0.0

    def x(self, frame: float) -> float:
        """The x of a frame's left edge."""
        return frame * self.pixels - self.offset

    @property
    def offset(self) -> int:
        """Pixels to the left of the view: whole ones, so that scrolling moves all edges alike."""
        return round(self.first * self.pixels)

    def frame(self, x: float) -> int:
        """The frame that covers an x."""
        return int((x / self.pixels + self.first) // 1)

    def nearest(self, x: float) -> int:
        """The frame whose left edge is nearest to an x."""
        return max(0, round(x / self.pixels + self.first))

    def frames(self, pixels: float) -> float:
        """How many frames so many pixels show."""
        return pixels / self.pixels

    def zoom(self, pixels: float, *, at: float) -> None:
        """Show so many pixels a frame; the frame at the x `at` stays where it is."""
        held = self.first + at / self.pixels
        self.pixels = min(LARGEST, max(SMALLEST, pixels))
        self.first = max(0.0, held - at / self.pixels)


def tick_steps(pixels: float, rate: int, room: float) -> tuple[int, int]:
    """Frames from one labelled tick to the next, `room` pixels apart or more, and between ticks."""
    seconds = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200)
    few: Sequence[int] = [step for step in (1, 2, 5, 10) if step < rate]
    steps = [*few, *(rate * second for second in seconds)]
    major = next((step for step in steps if step * pixels >= room), steps[-1])
    minor = 1
    for parts in (10, 5, 4, 3, 2):
        if major % parts == 0 and major // parts * pixels >= 6:
            minor = major // parts
            break
    else:
        minor = major
    return major, minor
