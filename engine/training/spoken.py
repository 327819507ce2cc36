"""Sentences that the aligner learns from: flite's with exact times, other voices' with phones."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.media.resample import conform_sample_rate
from engine.media.sound import Sound
from engine.models.speech.align_network import HOP, RATE
from engine.models.speech.align_phones import SILENCE, SYMBOLS, sounds_of
from engine.runtime.files import atomic_path
from engine.training import flite
from engine.training.told_times import Teller, rough_frames
from engine.training.voice_texts import voice_sentences

VERSION = 5  # of the sets on disk
_NAMES = "aa ae ah ao aw ax axr ay b ch d dh dx eh er ey f g hh ih iy jh k l m n ng ow oy p r s sh"
_NAMES += " t th uh uw v w y z zh"
_SOUNDS = "ɑ æ ʌ ɔ aʊ ə ɚ aɪ b tʃ d ð ɾ ɛ ɝ eɪ f ɡ h ɪ i dʒ k l m n ŋ oʊ ɔɪ p ɹ s ʃ"
_SOUNDS += " t θ ʊ u v w j z ʒ"
ARPABET = dict(zip(_NAMES.split(), _SOUNDS.split(), strict=True))
"""The phones of flite in IPA."""

_SILENCE = SYMBOLS.index(SILENCE)
Made: TypeAlias = "Callable[[], Iterator[tuple[NDArray[np.float32], Utterance]]]"


@dataclass(frozen=True)
class Utterance:
    """One sentence: samples `start` to `stop` of its set, and what is known of it.

    frames: the sound of every frame where times are known, UNKNOWN for single ones, empty where
    none is; words: sounds by word.
    """

    start: int
    stop: int
    frames: tuple[int, ...]
    words: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, eq=False)
class SpeechSet:
    """Sentences of a voice: int16 samples at 16 kHz one after the other, shortest first."""

    samples: NDArray[np.int16]
    utterances: tuple[Utterance, ...]

    def wave(self, index: int) -> NDArray[np.float32]:
        """The samples of a sentence, -1 to 1."""
        utterance = self.utterances[index]
        part = self.samples[utterance.start : utterance.stop]
        return part.astype(np.float32) / np.float32(32768)


def flite_set(folder: Path, voice: str, count: int, seed: int) -> SpeechSet:
    """`count` sentences of a voice of flite at many paces and pitches, made once."""

    def made() -> Iterator[tuple[NDArray[np.float32], Utterance]]:
        random = np.random.default_rng([seed, *voice.encode()])
        for text in flite.sentences(count, seed):
            stretch, pitch = random.uniform(0.7, 1.4), random.uniform(75, 240)
            taught = flite.speak(text, voice, stretch=stretch, pitch=pitch)
            wave = _at_rate(taught.samples, taught.rate)
            yield wave, Utterance(0, 0, tuple(frame_sounds(taught.phones, len(wave))), ())

    return _kept(folder / f"flite-{voice}-v{VERSION}-{count}-{seed}", made)


def voice_set(folder: Path, voice: str, count: int, seed: int) -> SpeechSet:
    """`count` sentences of one of our voices at many paces, made once: the phones are known.

    Of voices of Kokoro times are known roughly, of others not. Raises UsageError or ModelError when
    there is no such voice here.
    """
    from engine.models.speech.voices import front_end, speaker
    from engine.models.speech.voices import voice as voice_named

    chosen = voice_named(voice)

    def made() -> Iterator[tuple[NDArray[np.float32], Utterance]]:
        language = front_end(chosen)
        model = Teller(chosen) if chosen.family == "kokoro" else speaker(chosen)
        random = np.random.default_rng([seed, *voice.encode()])
        for number, text in enumerate(voice_sentences(chosen.language, count, seed)):
            words = language.words(text)
            speed, frames = random.uniform(0.8, 1.4), ()
            if isinstance(model, Teller):
                spoken, told = model.speak(words, speed)
                wave = _at_rate(spoken, model.rate)
                frames = tuple(rough_frames(wave, told))
            else:
                wave = _at_rate(
                    model.synthesize(words, speed=speed, seed=seed + number), model.rate
                )
            sounds = (tuple(s for p in word.phones for s in sounds_of(p)) for word in words)
            yield wave, Utterance(0, 0, frames, tuple(sounds))

    return _kept(folder / f"{voice}-v{VERSION}-{count}-{seed}", made)


def frame_sounds(phones: Sequence[flite.TaughtPhone], samples: int) -> NDArray[np.int64]:
    """The sound at the centre of every frame; the two of a diphthong share its time evenly."""
    centres = np.arange(samples // HOP + 1) * HOP / RATE
    sounds: list[int] = []
    ends: list[float] = []
    for phone in phones:
        parts = sounds_of(ARPABET[phone.name]) if phone.name != "pau" else (_SILENCE,)
        for place, sound in enumerate(parts):
            sounds.append(sound)
            ends.append(phone.start + (phone.end - phone.start) * (place + 1) / len(parts))
    index = np.minimum(np.searchsorted(ends, centres, "right"), len(sounds) - 1)
    return np.array(sounds)[index]


def _kept(folder: Path, made: Made) -> SpeechSet:
    """The set in a folder, made when it is not there yet."""
    if not folder.is_dir():
        entries = sorted(made(), key=lambda entry: len(entry[0]))
        stops = np.cumsum([len(wave) for wave, _ in entries])
        with atomic_path(folder) as part:
            part.mkdir(parents=True)
            pressed = [np.clip(wave * 32768, -32768, 32767).astype(np.int16) for wave, _ in entries]
            np.save(part / "samples.npy", np.concatenate(pressed))
            facts = [
                {"start": int(stop) - len(wave), "stop": int(stop),
                 "frames": [int(s) for s in known.frames], "words": known.words}
                for (wave, known), stop in zip(entries, stops, strict=True)
            ]  # fmt: skip
            (part / "utterances.json").write_text(json.dumps(facts))
    table = json.loads((folder / "utterances.json").read_text())
    utterances = tuple(
        Utterance(
            entry["start"],
            entry["stop"],
            tuple(entry["frames"]),
            tuple(tuple(word) for word in entry["words"]),
        )
        for entry in table
    )
    return SpeechSet(np.load(folder / "samples.npy", mmap_mode="r"), utterances)


def _at_rate(wave: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    return conform_sample_rate(Sound.from_array(wave, rate), RATE).array()[:, 0]
