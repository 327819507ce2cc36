"""Random numbers addressed by name and place, and slow random curves made from them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Stream:
    """Random numbers that do not depend on the order in which places are visited."""

    key: int

    @classmethod
    def drawn(cls, random: np.random.Generator) -> Stream:
        """A stream whose key is the next number of `random`."""
        return cls(int(random.integers(0, 2**63)))

    def child(self, name: str) -> Stream:
        """An independent stream for one use."""
        digest = hashlib.sha256(f"{self.key}/{name}".encode()).digest()
        return Stream(int.from_bytes(digest[:8], "big"))

    def at(self, place: int) -> np.random.Generator:
        """The generator of one place, 0 or more; always the same."""
        return np.random.Generator(np.random.Philox(key=self.key, counter=[0, 0, 0, place]))


class Wander:
    """A smooth random curve over time: new aims about every `period` seconds, within lo..hi.

    Half of it moves with the period, a quarter twice as fast. A longer curve of the same stream
    begins as a shorter one.
    """

    def __init__(self, stream: Stream, *, period: float, lo: float, hi: float) -> None:
        self._stream = stream
        self._period = period
        self._lo = lo
        self._hi = hi
        self._knots: dict[int, float] = {}

    def __call__(self, seconds: float) -> float:
        """The value at a time from 0 on."""
        slow = self._noise(seconds / self._period, 0)
        fast = self._noise(2.0 * seconds / self._period, 1)
        return self._lo + (self._hi - self._lo) * (0.7 * slow + 0.3 * fast)

    def _noise(self, at: float, octave: int) -> float:
        knot = int(at)
        u = at - knot
        u = u * u * (3.0 - 2.0 * u)
        return (1.0 - u) * self._knot(2 * knot + octave) + u * self._knot(2 * knot + 2 + octave)

    def _knot(self, number: int) -> float:
        if number not in self._knots:
            if len(self._knots) > 64:
                self._knots.clear()
            self._knots[number] = float(self._stream.at(number).random())
        return self._knots[number]
