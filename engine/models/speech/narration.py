"""Text spoken sentence by sentence, with its words, as one sound."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.errors import ModelError, UsageError
from engine.media.sound import Sound
from engine.models.speech.aiprod.prosody import PhoneProsody
from engine.models.speech.curves import Curves, PhoneSpeaker, no_phones
from engine.models.speech.emphasis import emphasised
from engine.models.speech.family import FrontEnd, Passage, Script, Spoken, Voice, Word
from engine.models.speech.pronunciations import Pronunciations
from engine.models.speech.turns import Rest, Style, Turn, turns_of
from engine.models.speech.voices import DEFAULT, front_end, gain, speaker
from engine.models.speech.voices import voice as voice_named

RATE = 24000
LONGEST = 20_000  # characters of one text: about 20 minutes
SLOWEST, FASTEST = 0.5, 2.0

_PARAGRAPH = 2.0  # a paragraph ends with this many pauses
_QUIET = 10.0 ** (-42.0 / 20.0)  # of a sentence's peak: below, it has not begun or has ended
_LEAD, _TAIL = 0.04, 0.12  # seconds kept around what is heard
_FRAME = 120  # samples: 5 ms
_LOUDEST = np.float32(0.98)

Warn = Callable[[str], None]


@dataclass(frozen=True)
class Manner:
    """How a text is spoken.

    speed: 0.5 to 2, where 1 is the voice's own pace. pitch: semitones, -12 to 12. pause: seconds
    between sentences; between paragraphs twice as long. cast: speakers named in the text
    (`Anna: ...`) and their voices. curves: phones that are said otherwise, by voices that can.
    """

    voice: str = DEFAULT
    speed: float = 1.0
    pitch: float = 0.0
    pause: float = 0.35
    seed: int = 0
    cast: Mapping[str, str] = field(default_factory=dict)
    pronunciations: Pronunciations = field(default_factory=Pronunciations)
    curves: Curves = field(default_factory=Curves)


@dataclass(frozen=True, eq=False)
class Piece:
    """The next samples of a narration, silence before them included, and what they say.

    phones: how each phone is said, by a voice that can tell.
    """

    samples: NDArray[np.float32]
    passage: Passage
    phones: tuple[PhoneProsody, ...] = ()


def say(
    text: str, voice: str = DEFAULT, speed: float = 1.0, *, pause: float = 0.35, seed: int = 0
) -> Sound:
    """`speak` as a sound, mono at 24 kHz, beginning and ending with the voice."""
    return as_sound(speak(text, voice, speed, pause=pause, seed=seed), text)


def as_sound(spoken: Spoken, text: str) -> Sound:
    """What was spoken as a sound, named after its text."""
    return Sound.from_array(spoken.samples, spoken.rate, name=_shown(text))


def speak(
    text: str,
    voice: str = DEFAULT,
    speed: float = 1.0,
    *,
    pitch: float = 0.0,
    pause: float = 0.35,
    seed: int = 0,
) -> Spoken:
    """`text` spoken at 24 kHz, and its words; see `Manner` and `narrate`."""
    return joined(narrate(text, Manner(voice, speed, pitch, pause, seed)))


def joined(pieces: Iterator[Piece]) -> Spoken:
    """The pieces of a narration as one."""
    made = list(pieces)
    samples = np.concatenate([piece.samples for piece in made])
    return Spoken(samples, RATE, Script(tuple(piece.passage for piece in made)))


def narrate(text: str, manner: Manner | None = None, warn: Warn | None = None) -> Iterator[Piece]:
    """`text` sentence by sentence, each given as soon as it is spoken.

    Plain text, whose paragraphs are set apart by an empty line, or SSML, which begins with
    `<speak`; `[word](/phones/)` sets a pronunciation in IPA. The same text and manner give the
    same samples. `warn` is told what cannot be pronounced. Raises UsageError for an empty or too
    long text, wrong markup, and an unknown voice, ModelError when the files of a voice are missing.
    """
    manner = manner or Manner()
    turns = check_text(text, manner)
    _tell_unknown_letters(turns, warn)
    at = number = passed = 0
    rest: float | None = None
    for turn in turns:
        if isinstance(turn, Rest):
            rest = (rest or 0.0) + turn.seconds
            continue
        opens, chosen = turn.opens, voice_named(turn.style.voice)
        for words in _sentences(turn, front_end(chosen)):
            wave, phones = _spoken(words, chosen, turn.style, manner, number, passed)
            passed += len(phones)
            if not len(wave):
                continue
            wanted = rest if rest is not None else manner.pause * (_PARAGRAPH if opens else 1.0)
            gap = round(wanted * RATE) if number or rest is not None else 0
            start, at = at + gap, at + gap + len(wave)
            passage = Passage(start / RATE, at / RATE, chosen.name, chosen.language, words)
            yield Piece(np.concatenate([np.zeros(gap, np.float32), wave]), passage, phones)
            number, opens, rest = number + 1, False, None
        if turn.goes_on and rest is None:
            rest = 0.0
    if not number:
        raise UsageError(
            f"nothing in {_shown(text)} can be pronounced in {voice_named(manner.voice).language}",
            mend="Write it in words of that language",
        )


def _sentences(turn: Turn, language: FrontEnd) -> Iterator[tuple[Word, ...]]:
    text = turn.text
    if turn.goes_on and text[-1].isalnum():
        text += ","  # so that the voice does not fall as at an end
    stressed = list(turn.stressed)
    for sentence in language.sentences(text):
        words = language.words(sentence)
        if words:
            yield emphasised(words, stressed, language) if stressed else words


def _spoken(
    words: Sequence[Word], voice: Voice, style: Style, manner: Manner, number: int, passed: int
) -> tuple[NDArray[np.float32], tuple[PhoneProsody, ...]]:
    """A sentence at 24 kHz, at its loudness, without silence around it, and how it is said.

    passed: phones of the sentences before it.
    """
    model = speaker(voice)
    own = int(np.random.SeedSequence([manner.seed, number]).generate_state(1)[0])
    speed = min(FASTEST, max(SLOWEST, style.speed))
    pitch = min(12.0, max(-12.0, style.pitch))
    phones: tuple[PhoneProsody, ...] = ()
    if isinstance(model, PhoneSpeaker):
        prosody = manner.curves.applied(model.plan(words).paced(speed).moved(pitch), passed)
        wave, phones = model.speak(words, prosody, seed=own), prosody.phones
    elif manner.curves:
        raise no_phones(voice)
    else:
        wave = model.synthesize(words, speed=speed, pitch=pitch, seed=own)
    if not np.isfinite(wave).all():
        raise ModelError(
            f"the voice {voice.name} made samples that are no numbers",
            mend="Its files may be damaged: register them again",
        )
    level = style.volume + gain(voice)
    wave = _at_rate(wave, model.rate) * np.float32(10.0 ** (level / 20.0))
    wave = _trimmed(wave - np.mean(wave, dtype=np.float64).astype(np.float32))
    peak = np.max(np.abs(wave), initial=0.0)
    return (wave * (_LOUDEST / peak) if peak > _LOUDEST else wave), phones


def check_text(text: str, manner: Manner) -> list[Turn | Rest]:
    """The turns of a text, its markup and voices checked. Raises UsageError; see `narrate`."""
    _check(text, manner)
    voice_named(manner.voice)
    style = Style(manner.voice, manner.speed, manner.pitch)
    turns = turns_of(text, style, manner.cast, manner.pronunciations)
    for turn in turns:
        if isinstance(turn, Turn):
            voice_named(turn.style.voice)
    return turns


def _check(text: str, manner: Manner) -> None:
    if not text.strip():
        raise UsageError("there is no text to speak", mend="Write what the voice shall say")
    if len(text) > LONGEST:
        raise UsageError(
            f"the text has {len(text):,} characters, more than {LONGEST:,} at once",
            mend="Divide it over several Speech nodes",
        )
    if not SLOWEST <= manner.speed <= FASTEST:
        raise UsageError(
            f"a voice cannot speak at {manner.speed:g} times its pace", mend="Use 0.5 to 2"
        )
    if not -12 <= manner.pitch <= 12:
        raise UsageError(f"a voice cannot move by {manner.pitch:g} semitones", mend="Use -12 to 12")
    if not 0 <= manner.pause <= 60:
        raise UsageError(f"a pause cannot be {manner.pause:g} seconds long", mend="Use 0 to 60")


def _at_rate(wave: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    if rate == RATE or not len(wave):
        return wave
    from engine.media import conform_sound

    return conform_sound(Sound.from_array(wave, rate), rate=RATE, layout="mono").array()[:, 0]


def _tell_unknown_letters(turns: Sequence[Turn | Rest], warn: Warn | None) -> None:
    text = "".join(turn.text for turn in turns if isinstance(turn, Turn))
    if warn is None or "](/" in text:
        return
    foreign = sorted({c for c in text if c.isalpha() and "LATIN" not in unicodedata.name(c, "")})
    if foreign:
        warn(f"these letters are not spoken: {''.join(foreign[:40])}")
    signs = sorted({c for c in text if c > "\u2190" and unicodedata.category(c) == "So"})
    if signs:
        warn(f"these signs are not spoken: {''.join(signs[:40])}")


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
