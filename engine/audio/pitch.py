"""Pitch and length, each changed without the other."""

from __future__ import annotations

from fractions import Fraction

from engine.errors import UsageError
from engine.media.sound import Sound
from engine.media.stretch import stretch_sound
from engine.media.varispeed import varispeed

_FINEST = 1000  # of the fractions that factors are taken as


def shift_pitch(sound: Sound, semitones: float) -> Sound:
    """`sound` higher (above 0) or lower by semitones, as long as it was, within 24 of them."""
    if not -24 <= semitones <= 24:
        raise UsageError(f"a pitch cannot move by {semitones:g} semitones", mend="Use -24 to 24")
    factor = Fraction(2.0 ** (semitones / 12.0)).limit_denominator(_FINEST)
    return varispeed(stretch_sound(sound, factor), factor).part(0, sound.sample_count)


def change_length(sound: Sound, factor: float) -> Sound:
    """`sound` `factor` times as long at its own pitch (0.25 to 4).

    By overlapping similar slices (WSOLA: W. Verhelst, M. Roelands, ICASSP 1993, as FFmpeg's
    `atempo`). A part is made from the beginning on: read it in order.
    """
    if not 0.25 <= factor <= 4:
        raise UsageError(f"a sound cannot be {factor:g} times as long", mend="Use 0.25 to 4")
    return stretch_sound(sound, Fraction(factor).limit_denominator(_FINEST))
