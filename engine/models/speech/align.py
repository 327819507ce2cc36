"""Places known words and phones in recorded or made speech: when each begins and ends.

A small network (`align_network`) says every 10 milliseconds which sounds are likely; the likeliest
way through the known phones, in order and with pauses between words where there are any, gives
the times (Viterbi 1967).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.errors import ModelError, UsageError
from engine.models.speech.align_phones import SILENCE, SYMBOLS, sounds_of
from engine.runtime.folders import resources_dir

if TYPE_CHECKING:
    from engine.models.speech.align_network import AlignerNetwork

FRAME = 0.01  # seconds from one frame of the network to the next
LONGEST = 180.0  # seconds that are placed at once

_SILENCE = SYMBOLS.index(SILENCE)
_PAUSE = 4  # frames of the shortest pause between two words
_LEAST = 2  # frames of the shortest sound, where the speech has room for it
_NEVER = np.float32(-1e30)


@dataclass(frozen=True)
class TimedPhone:
    """A phone in IPA as it was asked for, and its seconds from the beginning of the sound."""

    phone: str
    start: float
    end: float


@dataclass(frozen=True)
class TimedWord:
    """A word's seconds and phones. Between two words that do not touch there is a pause."""

    start: float
    end: float
    phones: tuple[TimedPhone, ...]

    def later(self, seconds: float) -> TimedWord:
        """The word with all its times so many seconds later."""
        moved = (TimedPhone(p.phone, p.start + seconds, p.end + seconds) for p in self.phones)
        return TimedWord(self.start + seconds, self.end + seconds, tuple(moved))


def align(
    samples: NDArray[np.floating], rate: int, phones_by_word: Sequence[Sequence[str]]
) -> tuple[TimedWord, ...]:
    """When each word and phone of known speech is heard.

    samples: (n) or (n, channels), any level; rate in Hz. phones_by_word: IPA, one string a phone
    (`ipa.phones_of` splits a word). A word without phones takes no time where it stands.
    Raises UsageError when a phone is no IPA, or when the sound is empty, not finite, too short for
    so many phones or longer than LONGEST.
    """
    wave = _at_rate(samples, rate)
    words = [[(phone, sounds_of(phone)) for phone in word] for word in phones_by_word]
    sounds = [[list(found) for _, found in word] for word in words]
    likely = score(wave)
    states = best_path(likely, [[s for phone in word for s in phone] for word in sounds])
    seconds = len(wave) / _rate()
    return _timed(words, states, seconds)


def score(wave: NDArray[np.float32]) -> NDArray[np.float32]:
    """Log probability (frames, sounds) of mono sound at 16 kHz."""
    import torch

    from engine.models.speech.align_network import log_mel

    hears = network()
    with torch.inference_mode():
        mel = log_mel(torch.from_numpy(np.ascontiguousarray(wave))[None], hears.config.bands)
        return np.asarray(hears(mel)[0].numpy())


def best_path(likely: NDArray[np.float32], words: Sequence[Sequence[int]]) -> NDArray[np.int64]:
    """The likeliest first frame of every sound, and where it ends: (sounds, 2).

    likely: log probabilities (frames, sounds); words: indices of sounds. Before, between and after
    words there may be silence. Raises UsageError when there are fewer frames than sounds.
    """
    count = sum(map(len, words))
    frames = len(likely)
    if count > frames:
        raise UsageError(
            f"{count} sounds do not fit into {frames * FRAME:.2f} seconds of speech",
            mend="Check that the words belong to this sound",
        )
    if count == 0:
        return np.zeros((0, 2), np.int64)
    least = _LEAST if _LEAST * count <= frames * 0.7 else 1
    sound, owner, into, skip = _states(words, least)
    return _spans(_viterbi(likely, sound, into, skip), owner, count)


def _states(
    words: Sequence[Sequence[int]], least: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_], NDArray[np.int64]]:
    """The chain of states: sound, which known sound it belongs to (-1 silence), may stay, skip.

    A sound is `least` states long at least; a silence can be passed over, from the state before
    it (`skip`, the state that may also come before; -1 none).
    """
    sound: list[int] = []
    owner: list[int] = []
    stay: list[bool] = []
    skip: list[int] = []

    def add(symbol: int, belongs: int, length: int, over: int) -> None:
        for step in range(length):
            sound.append(symbol)
            owner.append(belongs)
            stay.append(step == length - 1)
            skip.append(over if step == 0 else -1)

    add(_SILENCE, -1, 1, -1)
    number = 0
    before = -1  # the last state ahead of the silence just added
    for place, word in enumerate(w for w in words if w):
        if place:
            before = len(sound) - 1
            add(_SILENCE, -1, _PAUSE, -1)
        for at, symbol in enumerate(word):
            add(symbol, number, least, before if at == 0 else -1)
            number += 1
    add(_SILENCE, -1, 1, -1)
    return np.array(sound), np.array(owner), np.array(stay), np.array(skip)


def _viterbi(
    likely: NDArray[np.float32],
    sound: NDArray[np.int64],
    stay: NDArray[np.bool_],
    skip: NDArray[np.int64],
) -> NDArray[np.int64]:
    """The state (frames) of every frame on the likeliest way from the first states to the last."""
    frames, count = len(likely), len(sound)
    came = np.zeros((frames, count), np.int8)  # 0 stayed, 1 from the state before, 2 over a silence
    blocked = np.where(stay, np.float32(0), _NEVER)
    over = np.flatnonzero(skip >= 0)
    source = skip[over]
    value = np.full(count, _NEVER, np.float32)
    value[:2] = likely[0, sound[:2]]  # in silence, or in the first sound
    for frame in range(1, frames):
        best = value + blocked
        step = np.concatenate(([_NEVER], value[:-1]))
        moved = step > best
        best = np.where(moved, step, best)
        came[frame] = moved
        jump = value[source]
        better = jump > best[over]
        best[over] = np.where(better, jump, best[over])
        came[frame, over[better]] = 2
        value = best + likely[frame, sound]
    state = count - 1 if value[-1] >= value[-2] else count - 2
    path = np.empty(frames, np.int64)
    for frame in range(frames - 1, -1, -1):
        path[frame] = state
        state = int(skip[state]) if came[frame, state] == 2 else state - int(came[frame, state])
    return path


def _spans(path: NDArray[np.int64], owner: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """First frame and end of each known sound; one that the path lacks takes no time."""
    belongs = owner[path]
    spans = np.zeros((count, 2), np.int64)
    for number in range(count):
        at = np.flatnonzero(belongs == number)
        if at.size:
            spans[number] = at[0], at[-1] + 1
        elif number:
            spans[number] = spans[number - 1, 1]
    return spans


def _timed(
    words: Sequence[Sequence[tuple[str, tuple[int, ...]]]],
    spans: NDArray[np.int64],
    seconds: float,
) -> tuple[TimedWord, ...]:
    """Spans of sounds as seconds of phones and words."""
    found: list[TimedWord] = []
    at, now = 0, 0.0
    for word in words:
        phones: list[TimedPhone] = []
        for phone, sounds in word:
            start = end = now
            if sounds:
                first, last = spans[at, 0], spans[at + len(sounds) - 1, 1]
                start, end = (_seconds(frame, seconds) for frame in (first, last))
                at += len(sounds)
            phones.append(TimedPhone(phone, start, end))
            now = end
        start = phones[0].start if phones else now
        found.append(TimedWord(start, now, tuple(phones)))
    return tuple(found)


def _seconds(frame: int, longest: float) -> float:
    """Where frame `frame` begins: half a frame before its centre."""
    return round(min(max(0.0, (int(frame) - 0.5) * FRAME), longest), 4)


def _at_rate(samples: NDArray[np.floating], rate: int) -> NDArray[np.float32]:
    """Mono samples at the network's rate. Raises UsageError for what is no speech to place."""
    from engine.media.resample import conform_sample_rate
    from engine.media.sound import Sound

    wave = np.asarray(samples, np.float32)
    if wave.ndim == 2:
        wave = wave.mean(axis=1)
    if not wave.size or wave.ndim != 1:
        raise UsageError("there is no sound to place words in")
    if len(wave) / rate > LONGEST:
        raise UsageError(
            f"{len(wave) / rate:.0f} seconds of speech are more than the {LONGEST:.0f} that "
            "words are placed in at once",
            mend="Place the words sentence by sentence",
        )
    if not np.isfinite(wave).all():
        raise UsageError("the sound holds samples that are not numbers")
    return conform_sample_rate(Sound.from_array(wave, rate), _rate()).array()[:, 0]


def _rate() -> int:
    return 16000


def weights() -> Path:
    """The shipped weights of the network."""
    return resources_dir() / "models" / "aligner.safetensors"


@cache
def network() -> AlignerNetwork:
    """The network, loaded once a process. Raises ModelError when its weights are not whole."""
    from engine.models.checkpoint import config_of, load_into, read_header
    from engine.models.speech.align_network import AlignerConfig, AlignerNetwork

    path = weights()
    try:
        made = AlignerNetwork(AlignerConfig(**config_of(read_header(path), path)))
    except TypeError as error:
        raise ModelError(
            f"its configuration is of another network ({error})", where=str(path)
        ) from None
    load_into(made, path)
    return made.eval()
