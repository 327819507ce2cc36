"""Hears the words of a sound with faster-whisper, stretch by stretch, in bounded memory.

The model hears half a minute in one language, and leaves out what is said in another. Where the
language is not given, speech that no word was found in is therefore heard once more by itself.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import ModelError, UsageError
from engine.media.transcript import HeardWord, Transcript
from engine.models.ears.folders import ears_folder

if TYPE_CHECKING:
    from engine.media.sound import Sound

RATE = 16000
_STRETCH = 300 * RATE  # samples that are heard at once, about
_SEARCH = 30 * RATE  # at the end of a stretch: it is cut where this is quietest
_STEP = RATE // 50
_TOLD_APART = 1000  # times are rounded to milliseconds
_LARGE = 600_000_000  # bytes of a model that is computed in 8 bits: smaller ones lose words by it
_PAUSE = 300  # milliseconds between two pieces of speech
_SHORTEST = Fraction(3, 5)  # seconds of speech that hold a word for certain
_NEAR = Fraction(1)  # seconds between pieces that are heard again as one
_TELLING = (4, 30)  # seconds of speech that tell a language, in most cases and at most
_SURE = 0.8  # certainty of a language that is believed; speech of one voice has 0.9 and more
_LOOPS = 2.4  # times that text shrinks by zlib: above, the model repeats itself (Whisper's figure)
_MISSED = 0.4  # part of a piece under words: with less, it was left out

_Span = tuple[Fraction, Fraction]


def transcribe(
    sound: Sound,
    ears: str = "base",
    *,
    language: str = "",
    hints: str = "",
    on_progress: Callable[[float, float], None] | None = None,
) -> Transcript:
    """The words that are heard in a sound, with their times.

    ears: a name of EARS. language: "en", "fr", ...; "" finds it, and hears lines in another one
    too, whose words then tell theirs. hints: names and terms that may be said, which are then
    heard more readily. on_progress(done, total) is in
    seconds and may raise Cancelled. The same sound and model give the same words on one machine.
    Raises ModelError when the model or the package `faster-whisper` is not here, UsageError for an
    unknown language, MediaError when the sound cannot be read or has samples that are no numbers.
    """
    model = _loaded(ears_folder(ears))
    _check_language(model, language)
    words: list[HeardWord] = []
    total = float(sound.duration)
    for start, wave in _stretches(sound):
        told = _Told(on_progress, start / RATE, total)
        if language:
            heard = _hear(model, wave, language, hints, told)
        else:
            heard = _hear_all(model, wave, hints, words[-1].language if words else "", told)
        words += [_later(word, Fraction(start, RATE)) for word in heard]
    if on_progress:
        on_progress(total, total)
    return _transcript(words, language)


def _transcript(words: Sequence[HeardWord], language: str) -> Transcript:
    """Words that tell their language only where it is not that of all; `language` if none."""
    spoken = {word.language for word in words}
    if len(spoken) > 1:
        return Transcript(tuple(words))
    language = next(iter(spoken), language)
    return Transcript(tuple(replace(word, language="") for word in words), language)


@dataclass(frozen=True)
class _Told:
    """Tells how far the ears are, in seconds of the whole sound."""

    tell: Callable[[float, float], None] | None
    start: float
    total: float

    def silent(self) -> _Told:
        """Tells nothing: what is heard a second time is no progress."""
        return _Told(None, self.start, self.total)

    def at(self, seconds: float) -> None:
        if self.tell:
            self.tell(min(self.start + seconds, self.total), self.total)


def _hear_all(
    model: Any, wave: NDArray[np.float32], hints: str, before: str, told: _Told
) -> list[HeardWord]:
    """The words of one stretch, whatever languages it is in; `before` is that of the last words."""
    told.at(0)
    pieces = _speech(wave)
    if not pieces:
        return []
    language, sure = _language(model, wave, pieces)
    if before and not sure:
        language = before
    words = _hear(model, wave, language, hints, told)
    for start, stop in _left_out(pieces, words):
        told.at(len(wave) / RATE)
        part = wave[int(start * RATE) : int(stop * RATE)]
        own, sure = _language(model, part, [(Fraction(0), stop - start)])
        if sure:  # a laugh is of no language, and words in it would be made up
            words += [_later(word, start) for word in _hear(model, part, own, hints, told.silent())]
    return _in_order(words)


def _hear(
    model: Any, wave: NDArray[np.float32], language: str, hints: str, told: _Told
) -> list[HeardWord]:
    """The words of a wave in one language; none where nothing is said."""
    if not np.abs(wave).max(initial=0.0) > 1e-5:
        return []
    told.at(0)
    found: list[HeardWord] = []
    with _one_at_a_time:
        for segment in _segments(model, wave, language, hints):
            if segment.compression_ratio > _LOOPS:
                found += _without_loop(model, wave, segment, language, hints)
            else:
                found += _words(segment, language)
            told.at(float(segment.end))
    return found


def _segments(
    model: Any, wave: NDArray[np.float32], language: str, hints: str, *, unrepeated: int = 0
) -> Iterator[Any]:
    """What the model hears, by passages; no run of `unrepeated` tokens comes twice in one."""
    segments, _ = model.transcribe(
        wave,
        language=language,
        beam_size=5,
        temperature=0.0,  # no chance in it
        condition_on_previous_text=False,  # a mistake stays where it was made
        no_repeat_ngram_size=unrepeated,
        word_timestamps=True,
        vad_filter=True,  # what is no speech is not heard as some
        hotwords=hints or None,
    )
    yield from segments


def _without_loop(
    model: Any, wave: NDArray[np.float32], looping: Any, language: str, hints: str
) -> list[HeardWord]:
    """The words of a passage in which the model fell to saying one thing over and over."""
    start = Fraction(round(looping.start * _TOLD_APART), _TOLD_APART)
    part = wave[int(start * RATE) : int(looping.end * RATE)]
    again = _segments(model, part, language, hints, unrepeated=3)
    return [_later(word, start) for segment in again for word in _words(segment, language)]


def _words(segment: Any, language: str) -> list[HeardWord]:
    parts = [word for part in segment.words or () if (word := _word(part, language))]
    return elisions_joined(parts)


def _language(model: Any, wave: NDArray[np.float32], pieces: Sequence[_Span]) -> tuple[str, bool]:
    """The language of the first speech, of more where that leaves doubt; and whether it is sure."""
    language, certainty = "", 0.0
    for number in _pieces_heard(pieces):
        parts = [wave[int(start * RATE) : int(stop * RATE)] for start, stop in pieces[:number]]
        with _one_at_a_time:
            language, certainty, _ = model.detect_language(np.concatenate(parts))
        if certainty >= _SURE:
            break
    return str(language), certainty >= _SURE


def _pieces_heard(pieces: Sequence[_Span]) -> list[int]:
    """How many pieces tell a language: a few seconds, then half a minute."""
    lasts = list(accumulate(stop - start for start, stop in pieces))
    counts = (1 + sum(last < seconds for last in lasts) for seconds in _TELLING)
    return sorted({min(count, len(pieces)) for count in counts})


def _speech(wave: NDArray[np.float32]) -> list[_Span]:
    """Pieces of speech between pauses, in seconds."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    pieces = get_speech_timestamps(wave, VadOptions(min_silence_duration_ms=_PAUSE))
    return [(Fraction(piece["start"], RATE), Fraction(piece["end"], RATE)) for piece in pieces]


def _left_out(pieces: Sequence[_Span], words: Sequence[HeardWord]) -> list[_Span]:
    """Pieces of speech in which hardly a word was heard; those that are near as one."""
    found: list[_Span] = []
    for start, stop in pieces:
        if stop - start < _SHORTEST or _under(words, start, stop) > _MISSED * (stop - start):
            continue
        if found and start - found[-1][1] < _NEAR and not _between(words, found[-1][1], start):
            found[-1] = (found[-1][0], stop)
        else:
            found.append((start, stop))
    return found


def _under(words: Sequence[HeardWord], start: Fraction, stop: Fraction) -> Fraction:
    """Seconds of a piece that words take up."""
    nothing = Fraction(0)
    shared = (min(word.stop, stop) - max(word.start, start) for word in words)
    return sum((max(nothing, part) for part in shared), nothing)


def _between(words: Sequence[HeardWord], start: Fraction, stop: Fraction) -> bool:
    return any(start <= (word.start + word.stop) / 2 < stop for word in words)


def _in_order(words: Sequence[HeardWord]) -> list[HeardWord]:
    """By the middle of each word, none beginning before the one before it ends."""
    found: list[HeardWord] = []
    for word in sorted(words, key=lambda word: word.start + word.stop):
        start = max(word.start, found[-1].stop) if found else word.start
        found.append(replace(word, start=start, stop=max(start, word.stop)))
    return found


def _later(word: HeardWord, by: Fraction) -> HeardWord:
    return replace(word, start=word.start + by, stop=word.stop + by)


def _word(part: Any, language: str) -> HeardWord | None:
    text = str(part.word).strip()
    if not text:
        return None
    start, stop = (Fraction(round(t * _TOLD_APART), _TOLD_APART) for t in (part.start, part.end))
    certainty = round(float(part.probability), 4)
    return HeardWord(text, start, max(start, stop), certainty, language=language)


def elisions_joined(parts: list[HeardWord]) -> list[HeardWord]:
    """Words with what hangs on them by an apostrophe or a hyphen: "s", "'est" are "s'est"."""
    words: list[HeardWord] = []
    for part in parts:
        if words and part.text[0] in "'’-" and len(part.text) > 1:
            first = words[-1]
            certainty = min(first.certainty, part.certainty)
            text = first.text + part.text
            words[-1] = replace(first, text=text, stop=part.stop, certainty=certainty)
        else:
            words.append(part)
    return words


def _stretches(sound: Sound) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """The sound in mono at RATE, in stretches cut at quiet places, each with its first sample."""
    from engine.media.conforming import conform_sound
    from engine.media.sound import checked

    heard = conform_sound(sound, rate=RATE, layout="mono")
    held = np.zeros(0, np.float32)
    start = 0
    for block in heard.blocks():
        held = np.concatenate((held, checked(block, start + len(held), heard)[:, 0]))
        while len(held) >= _STRETCH:
            cut = _quietest(held)
            yield start, held[:cut]
            held, start = held[cut:], start + cut
    if len(held):
        yield start, held


def _quietest(wave: NDArray[np.float32]) -> int:
    """The sample in the last _SEARCH of a stretch around which a third of a second is quietest."""
    tail = wave[_STRETCH - _SEARCH : _STRETCH].reshape(-1, _STEP)
    power = np.convolve(np.square(tail).mean(axis=1), np.ones(15) / 15, "valid")
    return _STRETCH - _SEARCH + (int(power.argmin()) + 7) * _STEP


def _check_language(model: Any, language: str) -> None:
    known = list(model.supported_languages)
    if language and language not in known:
        raise UsageError(
            f"these ears hear no language {language!r}",
            where="language",
            mend=f"Use a code such as en or fr: {', '.join(known)}",
        )


_one_at_a_time = threading.Lock()


@cache
def _loaded(folder: Path) -> Any:
    """The model of a folder, loaded once a process. Raises ModelError."""
    try:
        from faster_whisper import WhisperModel
    except ModuleNotFoundError:
        raise ModelError(
            "hearing words needs the package faster-whisper, which is not installed",
            where="ears",
            mend="Install it: pip install 'aiprod[ears]'",
        ) from None
    try:
        large = (folder / "model.bin").stat().st_size > _LARGE
        kind = "int8" if large else "float32"
        return WhisperModel(str(folder), device="cpu", compute_type=kind, local_files_only=True)
    except (RuntimeError, ValueError, OSError) as error:
        raise ModelError(
            f"the Whisper model cannot be loaded ({error})",
            where=str(folder),
            mend="Get its folder again from its owner's page and import it",
        ) from None
