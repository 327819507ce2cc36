"""One stretch of playing as a value: which frame and which samples come when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Run:
    """Playing from frame `start` at `speed` (-8 to 8, not 0) within frames `first` to `stop`.

    A run counts *steps*: frames of the source that have gone by since its start, whichever way it
    plays and however often it loops. `serial` tells it from the runs before it.
    """

    serial: int
    start: int
    speed: int
    first: int
    stop: int
    rate: Fraction
    loop: bool = False

    @property
    def length(self) -> int:
        """Frames of the range that it plays in."""
        return self.stop - self.first

    @property
    def steps(self) -> int | None:
        """Steps until its end; None when it has none."""
        if self.loop:
            return None
        return max(0, self.stop - self.start if self.speed > 0 else self.start - self.first + 1)

    def frame_at(self, step: int) -> int:
        """The frame shown at a step; after the end, the last one."""
        moved = step if self.speed > 0 else -step
        if self.loop:
            return self.first + (self.start - self.first + moved) % self.length
        return max(self.first, min(self.start + moved, self.stop - 1))

    def samples(self, sample_rate: int) -> Iterator[tuple[int, int]]:
        """Stretches of samples (begin, count) in the order of playing; backwards when speed < 0.

        A stretch of a backward run is read from its end to its begin. Stretches end where a loop
        turns round; their lengths add up to the exact time of their steps.
        """

        def at(frames: int) -> int:
            return round(frames / self.rate * sample_rate)

        turn = self.stop - self.start if self.speed > 0 else self.start - self.first + 1
        before = 0
        while turn > before:
            count = at(turn) - at(before)
            whole = before > 0
            if self.speed > 0:
                yield at(self.first if whole else self.start), count
            else:
                yield at(self.stop if whole else self.start + 1) - count, count
            if not self.loop:
                return
            before, turn = turn, turn + self.length
