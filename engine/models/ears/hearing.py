"""Hears the words of a sound with faster-whisper, stretch by stretch, in bounded memory."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
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


@dataclass(frozen=True)
class _Heard:
    words: tuple[HeardWord, ...]
    language: str


def transcribe(
    sound: Sound,
    ears: str = "base",
    *,
    language: str = "",
    hints: str = "",
    on_progress: Callable[[float, float], None] | None = None,
) -> Transcript:
    """The words that are heard in a sound, with their times.

    ears: a name of EARS. language: "en", "fr", ...; "" finds it from the first words. hints: names
    and terms that may be said, which are then heard more readily. on_progress(done, total) is in
    seconds and may raise Cancelled. The same sound and model give the same words on one machine.
    Raises ModelError when the model or the package `faster-whisper` is not here, UsageError for an
    unknown language, MediaError when the sound cannot be read or has samples that are no numbers.
    """
    model = _loaded(ears_folder(ears))
    _check_language(model, language)
    words: list[HeardWord] = []
    total = float(sound.duration)
    for start, wave in _stretches(sound):
        heard = _hear(model, wave, language, hints, _Told(on_progress, start / RATE, total))
        language = language or heard.language
        begin = Fraction(start, RATE)
        words += [
            HeardWord(w.text, w.start + begin, w.stop + begin, w.certainty) for w in heard.words
        ]
    if on_progress:
        on_progress(total, total)
    return Transcript(tuple(words), language)


@dataclass(frozen=True)
class _Told:
    """Tells how far the ears are, in seconds of the whole sound."""

    tell: Callable[[float, float], None] | None
    start: float
    total: float

    def at(self, seconds: float) -> None:
        if self.tell:
            self.tell(min(self.start + seconds, self.total), self.total)


def _hear(model: Any, wave: NDArray[np.float32], language: str, hints: str, told: _Told) -> _Heard:
    """The words of one stretch, which is silence where nothing is said."""
    if not np.abs(wave).max(initial=0.0) > 1e-5:
        return _Heard((), "")
    told.at(0)
    with _one_at_a_time:
        segments, info = model.transcribe(
            wave,
            language=language or None,
            beam_size=5,
            temperature=0.0,  # no chance in it
            condition_on_previous_text=False,  # a mistake stays where it was made
            word_timestamps=True,
            vad_filter=True,  # what is no speech is not heard as some
            hotwords=hints or None,
        )
        found: list[HeardWord] = []
        for segment in segments:
            parts = [word for part in segment.words or () if (word := _word(part))]
            found += elisions_joined(parts)
            told.at(float(segment.end))
    return _Heard(tuple(found), str(info.language) if found else "")


def _word(part: Any) -> HeardWord | None:
    text = str(part.word).strip()
    if not text:
        return None
    start, stop = (Fraction(round(t * _TOLD_APART), _TOLD_APART) for t in (part.start, part.end))
    return HeardWord(text, start, max(start, stop), round(float(part.probability), 4))


def elisions_joined(parts: list[HeardWord]) -> list[HeardWord]:
    """Words with what hangs on them by an apostrophe or a hyphen: "s", "'est" are "s'est"."""
    words: list[HeardWord] = []
    for part in parts:
        if words and part.text[0] in "'’-" and len(part.text) > 1:
            first = words[-1]
            certainty = min(first.certainty, part.certainty)
            words[-1] = HeardWord(first.text + part.text, first.start, part.stop, certainty)
        else:
            words.append(part)
    return words


def _stretches(sound: Sound) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """The sound in mono at RATE, in stretches cut at quiet places, each with its first sample."""
    from engine.audio.segments import checked
    from engine.media.conforming import conform_sound

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
        return WhisperModel(str(folder), device="cpu", compute_type="int8", local_files_only=True)
    except (RuntimeError, ValueError, OSError) as error:
        raise ModelError(
            f"the Whisper model cannot be loaded ({error})",
            where=str(folder),
            mend="Get its folder again from its owner's page and import it",
        ) from None
