"""Recursive processing that still gives the same samples from any starting point.

A filter with feedback remembers all that came before. Here it begins anew, from silence, at fixed
places (segments), early enough before each that what it forgot no longer counts (`memory`). So a
sample depends on its place alone: any block size and any starting point give bit-identical
samples, and a jump to the end of an hour costs no more than a segment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

import numpy as np

from engine.audio.lazy import GRID, from_chunks
from engine.errors import UsageError
from engine.media.sound import Samples, Sound, checked

Step: TypeAlias = Callable[[Sequence[Samples]], Samples]
"""Takes the next window (GRID + after samples) of every source; gives the next GRID samples."""

_SHORTEST = 8  # chunks in a segment
_WARM_UPS = 4  # a segment is as many times longer than the warm-up before it


def through_segments(
    sources: Sequence[Sound],
    begin: Callable[[], Step],
    *,
    memory: int,
    after: int = 0,
    layout: str | None = None,
    sample_count: int | None = None,
) -> Sound:
    """What steps make of the sources, chunk by chunk; the first source gives rate and length.

    begin: makes a step that has heard nothing yet. memory: samples after which what a step heard
    no longer counts. after: samples of sight past each chunk. The sources are read once.
    Raises UsageError when their rates differ, and MediaError at samples that are no numbers.
    """
    first_source = sources[0]
    for source in sources[1:]:
        if source.rate != first_source.rate:
            raise UsageError(
                f"sounds at {first_source.rate} Hz and {source.rate} Hz cannot be processed as one",
                mend="Convert them to one sample rate first",
            )
    count = first_source.sample_count if sample_count is None else sample_count
    warm = -(-memory // GRID)
    length = max(_SHORTEST, _WARM_UPS * warm)

    def chunks(first: int) -> Iterator[Samples]:
        number = max(0, first // length * length - warm)
        steps: dict[int, Step] = {}
        for windows in _windows(sources, number, after, count):
            coming, current = (number + warm) // length, number // length
            if coming not in steps:
                steps[coming] = begin()
            steps.pop(current - 1, None)
            made = {segment: step(windows) for segment, step in steps.items()}
            if number >= first:
                yield made[current]
            number += 1

    return from_chunks(
        chunks,
        size=GRID,
        rate=first_source.rate,
        layout=layout or first_source.layout,
        sample_count=count,
        name=first_source.name,
    )


def _windows(
    sources: Sequence[Sound], number: int, after: int, count: int
) -> Iterator[list[Samples]]:
    """GRID + after samples of every source, chunk by chunk from `number` on."""
    at = number * GRID
    stop = max(count, at) + after + 2 * GRID
    held = [np.zeros((0, source.channels), np.float32) for source in sources]
    for blocks in zip(
        *(source.part(at, stop).blocks(size=GRID) for source in sources), strict=True
    ):
        for place, (block, source) in enumerate(zip(blocks, sources, strict=True)):
            block = checked(block, at, source)
            held[place] = np.concatenate([held[place], block]) if len(held[place]) else block
        at += len(blocks[0])
        while len(held[0]) >= GRID + after:
            yield [part[: GRID + after] for part in held]
            held = [part[GRID:] for part in held]
