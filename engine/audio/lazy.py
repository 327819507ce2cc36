"""Sounds made chunk by chunk on a fixed grid, so that the same samples come whatever is asked for.

A chunk is always computed as a whole and from the same numbers; blocks of other sizes are cut from
chunks. So any block size and any starting point give bit-identical samples.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

import numpy as np

from engine.media.sound import Samples, Sound

GRID = 8192
"""Samples in a chunk of a filtered sound."""

Chunks: TypeAlias = Callable[[int], Iterator[Samples]]
"""`chunks(k)` yields chunk k, k + 1, ... for as long as they are asked for."""

Window: TypeAlias = Callable[[Samples, int], Samples]
"""Takes the samples around a chunk and the number of its first sample; gives the chunk."""


def from_chunks(
    chunks: Chunks, *, size: int, rate: int, layout: str, sample_count: int, name: str = ""
) -> Sound:
    """A sound whose chunk k holds the samples from k * size on."""

    def read(start: int, stop: int) -> Iterator[Samples]:
        first = start // size
        for number, chunk in enumerate(chunks(first), first):
            begin = number * size
            yield chunk[max(start - begin, 0) : min(stop - begin, size)]
            if begin + size >= stop:
                return

    return Sound(rate, layout, sample_count, read, name)


def through_windows(
    sound: Sound, process: Window, *, before: int = 0, after: int = 0, layout: str | None = None
) -> Sound:
    """`sound` changed chunk by chunk, with sight of the samples `before` and `after` each.

    `process` gets GRID + before + after samples, silence outside the sound, and gives GRID.
    """

    def chunks(first: int) -> Iterator[Samples]:
        begin = first * GRID - before
        source = sound.part(begin, max(sound.sample_count + after, begin) + GRID)
        held = np.zeros((0, sound.channels), np.float32)
        number = first
        for block in source.blocks(size=GRID):
            held = np.concatenate([held, block]) if len(held) else block
            while len(held) >= GRID + before + after:
                yield process(held[: GRID + before + after], number * GRID)
                held = held[GRID:]
                number += 1

    return from_chunks(
        chunks,
        size=GRID,
        rate=sound.rate,
        layout=layout or sound.layout,
        sample_count=sound.sample_count,
        name=sound.name,
    )
