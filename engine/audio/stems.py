"""Stems: dialogue, music and effects, which together are the mix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.audio.ducking import duck
from engine.audio.process import mix
from engine.errors import UsageError
from engine.media.sound import Sound


@dataclass(frozen=True)
class Stems:
    """Three stems of one rate, layout and length, and their sum."""

    dialogue: Sound
    music: Sound
    effects: Sound
    mixed: Sound


def make_stems(
    dialogue: Sequence[Sound] = (),
    music: Sequence[Sound] = (),
    effects: Sequence[Sound] = (),
    *,
    gains: tuple[float, float, float] = (0.0, 0.0, 0.0),
    ducking: float = 0.0,
) -> Stems:
    """Sounds of one rate and layout as stems, each stem by its gain in dB.

    ducking: dB by which music is lowered under the dialogue, in its stem too, so that the stems
    always sum to the mix. An empty stem is silence. Raises UsageError when all are empty.
    """
    given = [*dialogue, *music, *effects]
    if not given:
        raise UsageError("there is nothing in any stem")
    rate, layout = given[0].rate, given[0].layout
    count = max(sound.sample_count for sound in given)
    silent = Sound.silent(count, rate, layout=layout)

    def summed(sounds: Sequence[Sound], gain: float) -> Sound:
        return mix([silent, *sounds], gains=[0.0, *[gain] * len(sounds)])

    spoken, played, heard = (
        summed(sounds, gain) for sounds, gain in zip((dialogue, music, effects), gains, strict=True)
    )
    if ducking and dialogue and music:
        played = duck(played, spoken, depth=ducking)
    return Stems(spoken, played, heard, mix([spoken, played, heard]))
