"""Rough times of phones that a voice of Kokoro goes by while it speaks.

Its network says for every symbol how many frames it lasts, and draws the sound from that. These
times lag behind what is heard, and a pause belongs to the sound before it; but they tell where in a
sentence a phone is, and that is what an aligner has to know to begin with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import ModelError
from engine.models.speech import kokoro
from engine.models.speech.align_network import HOP
from engine.models.speech.align_phones import FEATURES, SILENCE, SYMBOLS, feature_table, sounds_of
from engine.models.speech.family import Voice, Word
from engine.models.speech.ipa import symbols, to_symbols

UNKNOWN = -100  # the mark of a frame whose sound is not known
_LASTS = "/encoder/Clip_output_0"  # the tensor of durations inside the exported model
_STEP = 0.025  # seconds: a duration of 1
# Seconds that what is heard comes before the model's times, by the fricatives of four voices.
_BEFORE_VOWEL, _BEFORE, _BEFORE_END = 0.045, 0.075, 0.06
_APART = 0.05  # between two words: a pause
_QUIET = 38.0  # dB below the loud frames of a sentence
_LEAST_QUIET = 8  # frames
_SILENCE = SYMBOLS.index(SILENCE)


@dataclass(frozen=True)
class ToldPhone:
    """A phone, the place of its word, and the seconds between which the model puts it."""

    phone: str
    word: int
    start: float
    end: float


class Teller:
    """A voice of Kokoro that says when it meant each phone."""

    rate = kokoro.RATE

    def __init__(self, voice: Voice) -> None:
        """Raises ModelError when its files are not here, or give no durations."""
        model, styles = kokoro.files_of(voice)
        self._session: Any = kokoro.open_model(model, _LASTS)
        read = kokoro.read_styles(styles, voice.name)
        self._speaker = kokoro.KokoroSpeaker(self._session, read, voice.language)

    def speak(
        self, words: Sequence[Word], speed: float
    ) -> tuple[NDArray[np.float32], tuple[ToldPhone, ...]]:
        """The words at 24 kHz, and their phones. Raises ModelError for too long a sentence."""
        text = symbols(words)
        feeds = self._speaker.feeds(text, speed)
        if not feeds:
            return np.zeros(0, np.float32), ()
        wave, lasts = self._session.run(None, feeds)
        edges = np.cumsum(np.concatenate(([0], lasts.ravel()))) * _STEP
        if len(edges) != len(self._speaker.known(text)) + 3:  # an edge of the sentence at each end
            raise ModelError("it is too long to be spoken in one go", where=text[:40])
        return np.asarray(wave, np.float32).ravel(), self._told(words, edges[1:])

    def _told(self, words: Sequence[Word], edges: NDArray[np.float64]) -> tuple[ToldPhone, ...]:
        found, before = [], ""
        for number, word in enumerate(words):
            before = (before + word.before).lstrip()
            for place, phone in enumerate(word.phones):
                first, last = (
                    len(self._speaker.known(before + to_symbols(word.phones[:count])))
                    for count in (place, place + 1)
                )
                found.append(ToldPhone(phone, number, float(edges[first]), float(edges[last])))
            before += to_symbols(word.phones) + word.after
        return tuple(found)


def rough_frames(wave: NDArray[np.float32], told: Sequence[ToldPhone]) -> NDArray[np.int64]:
    """The sound (index of SYMBOLS) of every 10 ms of mono sound at 16 kHz, where it is likely.

    UNKNOWN where one sound goes over into the next: there the times are not good enough.
    """
    found = np.full(len(wave) // HOP + 1, _SILENCE, np.int64)
    heard = [phone for phone in told if sounds_of(phone.phone)]
    starts = [max(0.0, phone.start - _before(phone.phone)) for phone in heard]
    for number, phone in enumerate(heard):
        end = phone.end - _BEFORE_END
        if number + 1 < len(heard):
            after, following = starts[number + 1], heard[number + 1]
            if following.word == phone.word or after - end <= _APART:
                end = after
        sounds = sounds_of(phone.phone)
        first = round(100 * starts[number])
        edges = np.linspace(first, max(first + 1, round(100 * end)), len(sounds) + 1).astype(int)
        for sound, (low, high) in zip(sounds, pairwise(edges), strict=True):
            found[low:high] = sound
    found[_quiet(wave, len(found))] = _SILENCE
    changes = np.flatnonzero(np.diff(found))
    found[changes] = found[changes + 1] = UNKNOWN
    return found


def _before(phone: str) -> float:
    """Seconds by which a phone is heard before its time."""
    is_vowel = feature_table()[sounds_of(phone)[0], FEATURES.index("vowel")] > 0
    return _BEFORE_VOWEL if is_vowel else _BEFORE


def _quiet(wave: NDArray[np.float32], frames: int) -> NDArray[np.bool_]:
    """Which frames lie in a stretch without speech."""
    padded = np.pad(wave, (HOP, 2 * HOP))
    power = np.array([np.mean(padded[n * HOP : (n + 2) * HOP] ** 2) for n in range(frames)])
    level = 10 * np.log10(power + 1e-10)
    quiet = level < np.quantile(level, 0.95) - _QUIET
    edges = np.flatnonzero(np.diff(np.concatenate(([False], quiet, [False])).astype(int)))
    for low, high in edges.reshape(-1, 2):
        if high - low < _LEAST_QUIET:
            quiet[low:high] = False
    return quiet
