"""Replaces samples that are no numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from engine.media.sound import Samples, Sound


def repair(sound: Sound) -> Sound:
    """`sound` with silence for every sample that is NaN or infinite; the others stay."""

    def read(start: int, stop: int) -> Iterator[Samples]:
        for block in sound.blocks(start, stop):
            good = np.isfinite(block)
            yield block if good.all() else np.where(good, block, np.float32(0.0))

    return replace(sound, read=read)
