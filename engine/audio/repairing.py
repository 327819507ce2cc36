"""Replaces samples that are no numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.media.sound import Samples, Sound, in_numbers


def repair(sound: Sound) -> Sound:
    """`sound` with silence for every sample that is NaN or infinite; the others stay."""

    def read(start: int, stop: int) -> Iterator[Samples]:
        for block in sound.blocks(start, stop):
            yield in_numbers(block)

    return replace(sound, read=read)
