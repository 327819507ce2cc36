"""Layers of single sounds that come again and again: chirps, bird calls.

A caller's k-th call begins in the k-th of its periods, at a place and in a form that depend on k
alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from engine.audio.streams import Stream
from engine.media.sound import Samples


@dataclass(frozen=True)
class Caller:
    """Calls once in every `period` seconds, somewhere in the part `spread` of it.

    `call(k, random)` makes the k-th call, float32 of shape (n, channels); no longer than
    `longest` seconds, and of no samples when it stays silent.
    """

    stream: Stream
    period: float
    spread: float
    longest: float
    call: Callable[[int, np.random.Generator], Samples]

    def start(self, number: int) -> float:
        """When a call begins, in seconds."""
        return (number + self.spread * float(self.stream.at(2 * number).random())) * self.period

    def sound(self, number: int) -> Samples:
        """The samples of a call."""
        return self.call(number, self.stream.at(2 * number + 1))


class CallLayer:
    """All callers together, in chunks of `size` samples; chunk k depends on k alone."""

    def __init__(
        self, callers: Sequence[Caller], *, rate: int, size: int, channels: int = 2
    ) -> None:
        self._callers = callers
        self._rate = rate
        self._size = size
        self._channels = channels

    def chunks(self, first: int) -> Iterator[Samples]:
        """Chunks from number `first` on, without end."""
        sounding: dict[tuple[int, int], tuple[int, Samples]] = {}
        number = first
        while True:
            begin, end = number * self._size, (number + 1) * self._size
            self._begin_calls(sounding, begin, end)
            chunk = np.zeros((self._size, self._channels), np.float32)
            for key in sorted(sounding):
                start, samples = sounding[key]
                if start + self._callers[key[0]].longest * self._rate <= begin:
                    del sounding[key]
                    continue
                low, high = max(start, begin), min(start + len(samples), end)
                if low < high:
                    chunk[low - begin : high - begin] += samples[low - start : high - start]
            yield chunk
            number += 1

    def _begin_calls(
        self, sounding: dict[tuple[int, int], tuple[int, Samples]], begin: int, end: int
    ) -> None:
        """Add the calls that sound between two samples, as far as they are not there."""
        for place, caller in enumerate(self._callers):
            early = (begin / self._rate - caller.longest) / caller.period - caller.spread
            late = end / self._rate / caller.period
            for number in range(max(0, int(early)), int(late) + 1):
                start = round(caller.start(number) * self._rate)
                if (place, number) in sounding or start >= end:
                    continue
                if start + caller.longest * self._rate > begin:
                    sounding[place, number] = (start, caller.sound(number))
