"""How loud voices are, and what brings them all to one loudness."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from engine.models.speech.family import Speaker, Word

TARGET = -23.0  # LUFS, that of a programme (EBU R 128)
_MOST = 20.0  # dB: more would be noise made loud


def gain_to_target(loudness: float) -> float:
    """The dB that bring speech of so many LUFS to TARGET; none where nothing is heard."""
    return max(-_MOST, min(_MOST, TARGET - loudness)) if math.isfinite(loudness) else 0.0


def loudness_of(model: Speaker, words: Sequence[Word]) -> float:
    """The loudness in LUFS of words as a voice says them (ITU-R BS.1770-4)."""
    from engine.audio.loudness import measure
    from engine.media.sound import Sound

    wave = model.synthesize(words)
    if not np.isfinite(wave).all():
        return -math.inf  # whoever speaks with it is told
    return measure(Sound.from_array(wave - np.mean(wave), model.rate)).integrated
