"""Speech that lasts exactly as long as it shall."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np

from engine.errors import UsageError
from engine.media.sound import Sound
from engine.models.speech.family import Script, Spoken
from engine.models.speech.narration import FASTEST, RATE, SLOWEST, Manner, Warn, joined, narrate

_CLOSE = 0.03  # of the length: what is left is stretched, which is not heard
_TRIES = 4


def speak_in(
    text: str, seconds: float, manner: Manner | None = None, warn: Warn | None = None
) -> Spoken:
    """`text` as by `narrate`, at the pace that makes it `seconds` long, to the sample.

    Pauses keep step. Raises UsageError that says how short or long it can be when the pace would
    have to leave 0.5 to 2 times the voice's own, and otherwise as `narrate`.
    """
    if not 0.1 <= seconds <= 3600:
        raise UsageError(f"speech cannot be {seconds:g} s long", mend="Use 0.1 to 3600")
    manner = manner or Manner()
    tried = manner
    spoken = joined(narrate(text, tried, warn))
    for _ in range(_TRIES):
        length = len(spoken.samples) / RATE
        if abs(length / seconds - 1) <= _CLOSE:
            return _stretched(spoken, seconds)
        speed = min(FASTEST, max(SLOWEST, tried.speed * length / seconds))
        if speed == tried.speed:
            raise _unreachable(seconds, length, speed)
        tried = replace(tried, speed=speed, pause=min(60.0, manner.pause * manner.speed / speed))
        spoken = joined(narrate(text, tried))
    return _stretched(spoken, seconds)


def _stretched(spoken: Spoken, seconds: float) -> Spoken:
    """What is nearly as long as it shall be, stretched, and cut or filled to the sample."""
    from engine.media.stretch import stretch_sound

    wanted = round(seconds * RATE)
    factor = wanted / len(spoken.samples)
    near = Fraction(factor).limit_denominator(10_000)
    made = stretch_sound(Sound.from_array(spoken.samples, RATE), near).array()[:, 0]
    samples = np.zeros(wanted, np.float32)
    samples[: len(made)] = made[:wanted]
    fade = min(wanted, RATE // 100)
    samples[wanted - fade :] *= np.linspace(1.0, 0.0, fade, dtype=np.float32)
    passages = tuple(
        replace(each, start=each.start * factor, end=min(seconds, each.end * factor))
        for each in spoken.script.passages
    )
    return Spoken(samples, RATE, Script(passages))


def _unreachable(seconds: float, length: float, speed: float) -> UsageError:
    end = "fastest" if speed == FASTEST else "slowest"
    return UsageError(
        f"the text cannot be spoken in {seconds:g} s: at its {end} it takes {length:.2f} s",
        where="fit",
        mend="Shorten the text" if speed == FASTEST else "Lengthen the text or its pauses",
    )
