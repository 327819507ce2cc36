"""What every family of speech models offers, and how its sentences become one narration."""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.errors import UsageError
from engine.media.sound import Sound
from engine.models.speech.voices import Voice, weights_of
from engine.models.speech.voices import voice as voice_named

RATE = 24000
LONGEST = 20_000  # characters of one text: about 20 minutes
SLOWEST, FASTEST = 0.5, 2.0

_PARAGRAPH = 2.0  # a paragraph ends with this many pauses
_QUIET = 10.0 ** (-42.0 / 20.0)  # of a sentence's peak: below, it has not begun or has ended
_LEAD, _TAIL = 0.04, 0.12  # seconds kept around what is heard
_FRAME = 120  # samples: 5 ms


class SpeechModel(Protocol):
    """A loaded voice. It speaks one sentence at a time."""

    def sentences(self, paragraph: str) -> list[str]:
        """A paragraph as the sentences that `speak` takes."""

    def speak(
        self, sentence: str, speed: float, random: np.random.Generator
    ) -> NDArray[np.float32]:
        """A sentence at 24 kHz; no samples when nothing of it can be pronounced."""


def say(
    text: str,
    voice: str = "heart",
    speed: float = 1.0,
    *,
    pause: float = 0.35,
    seed: int = 0,
    warn: Callable[[str], None] | None = None,
) -> Sound:
    """`text` spoken by a voice, mono at 24 kHz, beginning and ending with the voice.

    speed: 0.5 to 2, where 1 is the voice's own pace. pause: seconds between sentences; between
    paragraphs (lines set apart by an empty one) twice as long. The same text, voice, speed, pause
    and seed give the same samples. `[word](/phonemes/)` sets a pronunciation.
    `warn` is told what cannot be pronounced. Raises UsageError for an empty or too long text and
    for an unknown voice, ModelError when the weights of the voice are not here.
    """
    chosen = voice_named(voice)
    paragraphs = _paragraphs(text)
    if not SLOWEST <= speed <= FASTEST:
        raise UsageError(f"a voice cannot speak at {speed:g} times its pace", mend="Use 0.5 to 2")
    if not 0 <= pause <= 60:
        raise UsageError(f"a pause cannot be {pause:g} seconds long", mend="Use 0 to 60")
    _tell_unknown_letters(text, warn)
    model = loaded(chosen)
    parts: list[NDArray[np.float32]] = []
    for paragraph in paragraphs:
        for number, sentence in enumerate(model.sentences(paragraph)):
            random = np.random.default_rng([seed, len(parts)])
            spoken = _trimmed(model.speak(sentence, speed, random))
            if not len(spoken):
                continue
            if parts:
                length = pause * (_PARAGRAPH if number == 0 else 1.0)
                parts.append(np.zeros(round(length * RATE), np.float32))
            parts.append(spoken)
    if not parts:
        raise UsageError(
            f"nothing in {_shown(text)} can be pronounced in {chosen.language}",
            mend="Write it in words of that language",
        )
    return Sound.from_array(np.concatenate(parts), RATE, name=_shown(text))


_loading = threading.Lock()


def loaded(voice: Voice) -> SpeechModel:
    """The model of a voice, loaded once a process. Raises ModelError."""
    with _loading:
        return _load(voice)


@cache
def _load(voice: Voice) -> SpeechModel:
    from engine.models.speech.hibari import SHIPPED, HibariVoice

    return HibariVoice(voice, weights_of(voice, SHIPPED))


def _paragraphs(text: str) -> list[str]:
    if not text.strip():
        raise UsageError("there is no text to speak", mend="Write what the voice shall say")
    if len(text) > LONGEST:
        raise UsageError(
            f"the text has {len(text):,} characters, more than {LONGEST:,} at once",
            mend="Divide it over several Speech nodes",
        )
    lines = [" ".join(line.split()) for line in text.strip().splitlines()]
    blocks = "\n".join(lines).split("\n\n")
    return [" ".join(block.split("\n")).strip() for block in blocks if block.strip()]


def _tell_unknown_letters(text: str, warn: Callable[[str], None] | None) -> None:
    foreign = sorted({c for c in text if c.isalpha() and "LATIN" not in unicodedata.name(c, "")})
    if foreign and warn is not None:
        warn(f"these letters are not spoken: {''.join(foreign[:40])}")


def _trimmed(wave: NDArray[np.float32]) -> NDArray[np.float32]:
    """A sentence without the silence around it, its ends softened."""
    frames = np.abs(wave[: len(wave) // _FRAME * _FRAME]).reshape(-1, _FRAME).max(axis=1, initial=0)
    heard = np.flatnonzero(frames > _QUIET * frames.max(initial=0.0))
    if not heard.size:
        return wave[:0]
    first = max(0, int(heard[0]) * _FRAME - round(_LEAD * RATE))
    last = min(len(wave), (int(heard[-1]) + 1) * _FRAME + round(_TAIL * RATE))
    part = wave[first:last].copy()
    rise, fall = (min(len(part), round(t * RATE)) for t in (_LEAD / 4, _TAIL / 2))
    part[:rise] *= np.linspace(0.0, 1.0, rise, endpoint=False, dtype=np.float32)
    part[len(part) - fall :] *= np.linspace(1.0, 0.0, fall, dtype=np.float32)
    return part


def _shown(text: str) -> str:
    line = " ".join(text.split())
    return repr(line if len(line) <= 40 else line[:37] + "...")
