"""Text spoken sentence by sentence, with its words, as one sound."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.errors import UsageError
from engine.media.sound import Sound
from engine.models.speech.family import Passage, Script, Spoken, Voice
from engine.models.speech.voices import DEFAULT, front_end, speaker
from engine.models.speech.voices import voice as voice_named

RATE = 24000
LONGEST = 20_000  # characters of one text: about 20 minutes
SLOWEST, FASTEST = 0.5, 2.0

_PARAGRAPH = 2.0  # a paragraph ends with this many pauses
_QUIET = 10.0 ** (-42.0 / 20.0)  # of a sentence's peak: below, it has not begun or has ended
_LEAD, _TAIL = 0.04, 0.12  # seconds kept around what is heard
_FRAME = 120  # samples: 5 ms

Warn = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Piece:
    """The next samples of a narration, silence before them included, and what they say."""

    samples: NDArray[np.float32]
    passage: Passage


def say(
    text: str,
    voice: str = DEFAULT,
    speed: float = 1.0,
    *,
    pitch: float = 0.0,
    pause: float = 0.35,
    seed: int = 0,
    warn: Warn | None = None,
) -> Sound:
    """`speak` as a sound, mono at 24 kHz, beginning and ending with the voice."""
    spoken = speak(text, voice, speed, pitch=pitch, pause=pause, seed=seed, warn=warn)
    return Sound.from_array(spoken.samples, spoken.rate, name=_shown(text))


def speak(
    text: str,
    voice: str = DEFAULT,
    speed: float = 1.0,
    *,
    pitch: float = 0.0,
    pause: float = 0.35,
    seed: int = 0,
    warn: Warn | None = None,
) -> Spoken:
    """`text` spoken by a voice, and its words.

    speed: 0.5 to 2, where 1 is the voice's own pace. pitch: semitones, -12 to 12. pause: seconds
    between sentences; between paragraphs (lines set apart by an empty one) twice as long. The same
    arguments give the same samples. `[word](/phones/)` sets a pronunciation in IPA. `warn` is told
    what cannot be pronounced. Raises UsageError for an empty or too long text and for an unknown
    voice, ModelError when the files of the voice are not here.
    """
    pieces = list(narrate(text, voice, speed, pitch=pitch, pause=pause, seed=seed, warn=warn))
    samples = np.concatenate([piece.samples for piece in pieces])
    return Spoken(samples, RATE, Script(tuple(piece.passage for piece in pieces)))


def narrate(
    text: str,
    voice: str = DEFAULT,
    speed: float = 1.0,
    *,
    pitch: float = 0.0,
    pause: float = 0.35,
    seed: int = 0,
    warn: Warn | None = None,
) -> Iterator[Piece]:
    """`speak` sentence by sentence, each given as soon as it is spoken."""
    chosen = voice_named(voice)
    paragraphs = _paragraphs(text)
    _check(speed, pitch, pause)
    _tell_unknown_letters(text, warn)
    language, model = front_end(chosen), speaker(chosen)
    at = number = 0
    for paragraph in paragraphs:
        first = True
        for sentence in language.sentences(paragraph):
            words = language.words(sentence)
            if not words:
                continue
            wave = model.synthesize(words, speed=speed, pitch=pitch, seed=_seed(seed, number))
            wave = _trimmed(_at_rate(wave, model.rate))
            if not len(wave):
                continue
            gap = round(pause * (_PARAGRAPH if first else 1.0) * RATE) if number else 0
            start, at = at + gap, at + gap + len(wave)
            passage = Passage(start / RATE, at / RATE, voice, chosen.language, words)
            yield Piece(np.concatenate([np.zeros(gap, np.float32), wave]), passage)
            number, first = number + 1, False
    if not number:
        raise _unpronounceable(text, chosen)


def _check(speed: float, pitch: float, pause: float) -> None:
    if not SLOWEST <= speed <= FASTEST:
        raise UsageError(f"a voice cannot speak at {speed:g} times its pace", mend="Use 0.5 to 2")
    if not -12 <= pitch <= 12:
        raise UsageError(f"a voice cannot move by {pitch:g} semitones", mend="Use -12 to 12")
    if not 0 <= pause <= 60:
        raise UsageError(f"a pause cannot be {pause:g} seconds long", mend="Use 0 to 60")


def _unpronounceable(text: str, voice: Voice) -> UsageError:
    return UsageError(
        f"nothing in {_shown(text)} can be pronounced in {voice.language}",
        mend="Write it in words of that language",
    )


def _seed(seed: int, number: int) -> int:
    return int(
        np.random.SeedSequence([seed, number]).generate_state(1, np.uint64)[0] >> np.uint64(1)
    )


def _at_rate(wave: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    if rate == RATE or not len(wave):
        return wave
    from engine.media import conform_sound

    return conform_sound(Sound.from_array(wave, rate), rate=RATE, layout="mono").array()[:, 0]


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


def _tell_unknown_letters(text: str, warn: Warn | None) -> None:
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
