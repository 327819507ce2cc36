"""Turns one channel layout into another, by ITU-R BS.775 where channels are folded down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.media.sound import CHANNELS, Samples, Sound

_HALF_POWER = 0.5**0.5  # -3 dB
_TWINS = {"BL": "SL", "BR": "SR", "SL": "BL", "SR": "BR"}
_SIDE = {"BL": "FL", "SL": "FL", "BR": "FR", "SR": "FR"}


def mix_matrix(source: str, target: str) -> NDArray[np.float64]:
    """Gains of shape (target channels, source channels) between two layouts.

    Surround to stereo is Lo = L + 0.7071 C + 0.7071 Ls (BS.775); to mono L and R count 0.7071,
    C 1 and the surrounds 0.5. LFE is left out where the target has none. Mono goes to both sides
    of stereo at full level, and stereo to mono is their mean, so that there and back is the same.
    """
    inputs, outputs = CHANNELS[source], CHANNELS[target]
    matrix = np.zeros((len(outputs), len(inputs)))
    for column, name in enumerate(inputs):
        for place, gain in _where(name, source, target):
            matrix[outputs.index(place), column] = gain
    return matrix


def conform_layout(sound: Sound, layout: str) -> Sound:
    """The sound in another channel layout."""
    if layout == sound.layout:
        return sound
    matrix = mix_matrix(sound.layout, layout).T.astype(np.float32)

    def read(start: int, stop: int) -> Iterator[Samples]:
        for block in sound.blocks(start, stop):
            yield np.einsum("ni,io->no", block, matrix)

    return replace(sound, layout=layout, read=read)


def _where(name: str, source: str, target: str) -> list[tuple[str, float]]:
    """Where a channel goes and how loud."""
    outputs = CHANNELS[target]
    if name in outputs:
        return [(name, 1.0)]
    if name in _TWINS and _TWINS[name] in outputs:
        return [(_TWINS[name], _HALF_POWER if _TWINS[name] in CHANNELS[source] else 1.0)]
    if name == "LFE":
        return []
    if target == "mono":
        if name in ("FL", "FR"):
            return [("FC", 0.5 if "FC" not in CHANNELS[source] else _HALF_POWER)]
        return [("FC", 0.5)]
    if name == "FC":
        gain = 1.0 if source == "mono" else _HALF_POWER
        return [("FL", gain), ("FR", gain)]
    if name == "BC":
        if "BL" in outputs:
            return [("BL", _HALF_POWER), ("BR", _HALF_POWER)]
        return [("FL", 0.5), ("FR", 0.5)]
    return [(_SIDE[name], _HALF_POWER)]
