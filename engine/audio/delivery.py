"""Levels that broadcasters and services ask for, and sounds brought to them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from engine.audio.k_weighting import KWeighting, channel_weights
from engine.audio.levelling import levelled
from engine.audio.loudness import Loudness
from engine.audio.presets import DELIVERIES
from engine.errors import UsageError
from engine.media.sound import Sound

_SPEECH = -50.0  # LUFS over 400 ms above which a dialogue stem speaks
_GATE = -70.0
_OFFSET = -0.691


@dataclass(frozen=True)
class Delivered:
    """A sound at its level: what that level measures now, and all of the programme's loudness."""

    sound: Sound
    level: float
    loudness: Loudness


def deliver(sound: Sound, preset: str, *, dialogue: Sound | None = None) -> Delivered:
    """`sound` as a preset of DELIVERIES asks: its loudness within 0.1 LU, no peak above its own.

    dialogue: the stem of what is spoken in it, which a dialogue-gated preset needs. Raises
    UsageError for an unknown preset, and when a preset needs a dialogue that speaks.
    """
    if preset not in DELIVERIES:
        raise UsageError(
            f"there is no delivery {preset!r}", mend=f"Use one of {', '.join(DELIVERIES)}"
        )
    asked = DELIVERIES[preset]
    if not asked.dialogue:
        return Delivered(
            *levelled(sound, asked.lufs, asked.peak, lambda _, found: found.integrated)
        )
    if dialogue is None:
        raise UsageError(
            f"{preset} is measured where somebody speaks, and no dialogue is given",
            mend="Link the dialogue stem, or choose a preset that measures the whole programme",
        )
    spoken = dialogue
    made = levelled(
        sound, asked.lufs, asked.peak, lambda tried, _: dialogue_loudness(tried, spoken)
    )
    if not math.isfinite(made[1]):
        raise UsageError("nobody speaks in the dialogue that is given", where=dialogue.name or None)
    return Delivered(*made)


def dialogue_loudness(sound: Sound, dialogue: Sound) -> float:
    """The loudness of `sound` in LUFS where its dialogue speaks; -inf where it never does.

    Blocks of 400 ms, every 100 ms, count while the dialogue stem is above -50 LUFS in them and
    the sound above -70; there is no relative gate (dialogue-gated measuring after ITU-R BS.1770-1
    and ATSC A/85, with the stem in place of a detector of speech).
    """
    if dialogue.rate != sound.rate:
        raise UsageError(
            f"a dialogue at {dialogue.rate} Hz does not fit a sound at {sound.rate} Hz",
            mend="Convert it to the sound's rate first",
        )
    heard = _momentary(sound)
    spoken = _momentary(dialogue.part(0, sound.sample_count))
    counted = heard[(_lufs(spoken) > _SPEECH) & (_lufs(heard) > _GATE)]
    return float(_lufs(counted.mean())) if counted.size else -math.inf


def _momentary(sound: Sound) -> np.ndarray:
    """The weighted powers of all blocks of 400 ms, 100 ms apart."""
    weigh, weights = KWeighting(sound.rate, sound.channels), channel_weights(sound.layout)
    size = sound.rate // 10
    powers = [
        float((np.square(weigh(block)) @ weights).sum()) / size for block in sound.blocks(size=size)
    ]
    powers += [0.0] * (4 - len(powers))
    return np.asarray(sliding_window_view(np.array(powers), 4).mean(axis=1))


def _lufs(power: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore"):
        return np.asarray(_OFFSET + 10.0 * np.log10(power))
