"""Speech of the family: words to the prosody of a sentence, and a prosody to samples, streamed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.errors import UsageError
from engine.models.layers import from_spectrum
from engine.models.speech.aiprod.acoustic import (
    DECIBELS,
    LANGUAGES,
    OCTAVES,
    AcousticModel,
    VoiceFacts,
    at_level,
)
from engine.models.speech.aiprod.grid import BINS, FRAMES, HOP, RATE
from engine.models.speech.aiprod.prosody import (
    HIGHEST_ENERGY,
    HIGHEST_PITCH,
    LONGEST_PHONE,
    LOWEST_ENERGY,
    LOWEST_PITCH,
    PhoneProsody,
    Prosody,
    checked,
)
from engine.models.speech.aiprod.tokens import Token, tokens_of
from engine.models.speech.aiprod.vocoder import GRID, Pulses, VoiceVocoder, pulse_spectrum
from engine.models.speech.family import Word
from engine.models.speech.ipa import divided

_LONGEST = 400  # symbols that are read at once
_FIRST, _NEXT = 40, 200  # frames of the first stretch of a stream, and of those after it
_OVER = 4  # frames that a window reaches over, and one more


class AiprodSpeaker:
    """A voice that is loaded: the networks and who speaks. Threads may share it."""

    rate = RATE

    def __init__(
        self, acoustic: AcousticModel, vocoder: VoiceVocoder, facts: VoiceFacts, vector: Tensor
    ) -> None:
        self._acoustic, self._vocoder = acoustic.eval(), vocoder.eval()
        self._facts = facts
        self._speaker = torch.nn.functional.normalize(vector.float(), dim=0)[None]
        self._language = torch.tensor([LANGUAGES.index(facts.language[:2])])

    def synthesize(
        self, words: Sequence[Word], *, speed: float = 1.0, pitch: float = 0.0, seed: int = 0
    ) -> NDArray[np.float32]:
        """The words at 24 kHz as the voice would say them; the same arguments, the same samples."""
        return self.speak(words, self.plan(words).paced(speed).moved(pitch), seed=seed)

    @torch.inference_mode()
    def plan(self, words: Sequence[Word]) -> Prosody:
        """How the voice would say the words, phone by phone."""
        return Prosody(
            tuple(
                phone
                for part, offset in _parts(words)
                for phone in self._planned(part, self._read(part), offset)
            )
        )

    def speak(
        self, words: Sequence[Word], prosody: Prosody, *, seed: int = 0
    ) -> NDArray[np.float32]:
        """The words at 24 kHz, said so: as long as the prosody is, within half a frame.

        Raises UsageError when the prosody is of other words or holds what cannot be spoken.
        """
        made = list(self.stream(words, prosody, seed=seed))
        return np.concatenate(made) if made else np.zeros(0, np.float32)

    def stream(
        self, words: Sequence[Word], prosody: Prosody, *, seed: int = 0
    ) -> Iterator[NDArray[np.float32]]:
        """What `speak` gives, stretch by stretch, each as soon as it is made."""
        parts = list(_parts(words))
        _check(parts, checked(prosody))
        noise, pulses, at = np.random.default_rng(seed), Pulses(), 0
        frames = prosody.frames()
        for tokens, _ in parts:
            phones = prosody.phones[at : at + len(tokens)]
            each = frames[at : at + len(tokens)]
            at += len(tokens)
            with torch.inference_mode():
                told, line = self._told(tokens, phones, each)
            yield from self._stretches(_Stretch(told, line, noise, pulses))

    def _read(self, tokens: Sequence[Token]) -> Tensor:
        rows = torch.tensor([[token.row for token in tokens]])
        count = torch.tensor([len(tokens)])
        return self._acoustic.read(rows, count, self._speaker, self._language)

    def _planned(
        self, tokens: Sequence[Token], known: Tensor, offset: int
    ) -> Iterator[PhoneProsody]:
        found = self._acoustic.predict(known, torch.tensor([len(tokens)]))[0].double().numpy()
        for token, (length, pitch, energy) in zip(tokens, found, strict=True):
            frames = max(0.0, math.expm1(min(length, 7.0)))
            if not token.phone and frames < 1:
                frames = 0.0
            yield PhoneProsody(
                token.phone,
                token.word + offset if token.word >= 0 else -1,
                round(min(frames / FRAMES, LONGEST_PHONE), 4),
                round(_within(self._hertz(pitch), LOWEST_PITCH, HIGHEST_PITCH), 1),
                round(_within(self._decibels(energy), LOWEST_ENERGY, HIGHEST_ENERGY), 1),
            )

    def _hertz(self, pitch: float) -> float:
        return self._facts.hertz * 2.0 ** (_within(pitch, -12, 12) / OCTAVES)

    def _decibels(self, energy: float) -> float:
        return self._facts.level + DECIBELS * energy

    def _told(
        self,
        tokens: Sequence[Token],
        phones: Sequence[PhoneProsody],
        frames: NDArray[np.int64],
    ) -> tuple[Tensor, Tensor]:
        said = [
            (
                OCTAVES * math.log2(phone.pitch / self._facts.hertz),
                (phone.energy - self._facts.level) / DECIBELS,
            )
            for phone in phones
        ]
        return self._acoustic.decoder.conditions(
            self._read(tokens),
            torch.tensor([said], dtype=torch.float32),
            torch.from_numpy(frames)[None],
            self._speaker,
            int(frames.sum()),
        )

    @torch.inference_mode()
    def _stretches(self, made: _Stretch) -> Iterator[NDArray[np.float32]]:
        """Samples of a part: what a stretch depends on beyond its ends is made before it."""
        total, start, ahead = made.total, 0, _OVER + self._vocoder.reach + _OVER
        while start < total:
            stop = min(total, start + (_NEXT if start else _FIRST))
            self._draw(made, min(total, stop + ahead))
            yield self._heard(made, start, stop)
            start = stop

    def _draw(self, made: _Stretch, upto: int) -> None:
        """Go on with mel picture, melody, pulses and noise to frame `upto`."""
        done, decoder = made.mel.shape[2], self._acoustic.decoder
        if upto <= done:
            return
        low, high = max(0, done - decoder.reach), min(made.total, upto + decoder.reach)
        _, mel, melody = decoder(made.told[:, low:high])
        here = slice(done - low, upto - low)
        line = made.line[:, done:upto]
        level = torch.tensor([self._facts.level])
        made.mel = torch.cat([made.mel, at_level(mel[:, :, here], line[..., 1], level)], 2)
        octaves = ((melody[:, here, 0] + line[..., 0]) / OCTAVES).clamp(-3, 3)
        hertz = self._facts.hertz * 2.0**octaves * (melody[:, here, 1] > 0)
        made.hertz = torch.cat([made.hertz, hertz], 1)
        made.go_on(hertz[0].numpy())

    def _heard(self, made: _Stretch, start: int, stop: int) -> NDArray[np.float32]:
        low, high = max(0, start - _OVER), min(made.total, stop + _OVER)
        reach = self._vocoder.reach
        first, last = max(0, low - reach), min(made.total, high + reach)
        pulses, hiss, turn = self._vocoder.shapes(
            made.mel[:, :, first:last], made.hertz[:, first:last]
        )
        here = slice(low - first, high - first)
        found = torch.polar(pulses[:, :, here].exp(), turn[:, :, here]) * made.source(low, high)
        found = found + hiss[:, :, here].exp() * made.noise(low, high)
        wave = from_spectrum(found, self._vocoder.window, GRID)[0].numpy()
        return np.clip(wave[(start - low) * HOP : (stop - low) * HOP], -1, 1).astype(np.float32)


@dataclass(eq=False)
class _Stretch:
    """What is made so far of a part of a sentence."""

    told: Tensor  # (1, T, C)
    line: Tensor  # (1, T, 2)
    random: np.random.Generator
    pulses: Pulses
    mel: Tensor = field(default_factory=lambda: torch.zeros(1, GRID.bands, 0))
    hertz: Tensor = field(default_factory=lambda: torch.zeros(1, 0))
    _wave: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))
    _noise: list[NDArray[np.complex64]] = field(default_factory=list)

    @property
    def total(self) -> int:
        """Frames in all."""
        return self.told.shape[1]

    def go_on(self, hertz: NDArray[np.float32]) -> None:
        """Add pulses and noise of these frames."""
        self._wave = np.concatenate((self._wave, self.pulses.more(hertz)))
        for _ in hertz:
            pairs = self.random.standard_normal((BINS, 2), np.float32) * np.float32(0.5**0.5)
            self._noise.append(pairs.view(np.complex64)[:, 0])

    def source(self, low: int, high: int) -> Tensor:
        """The spectrum of the pulses (1, bins, high - low)."""
        edge = _OVER * HOP
        wave = np.pad(self._wave, (edge, max(0, edge + high * HOP - len(self._wave))))
        part = wave[low * HOP : high * HOP + 2 * edge]
        return pulse_spectrum(torch.from_numpy(part)[None])[:, :, _OVER : _OVER + high - low]

    def noise(self, low: int, high: int) -> Tensor:
        """Complex noise (1, bins, high - low)."""
        return torch.from_numpy(np.stack(self._noise[low:high], 1))[None]


def _parts(words: Sequence[Word]) -> Iterator[tuple[tuple[Token, ...], int]]:
    """Words in parts that are read at once, with the number of the first word of each."""
    offset = 0
    for part in divided(words, _LONGEST):
        yield tokens_of(part), offset
        offset += len(part)


def _check(parts: Sequence[tuple[Sequence[Token], int]], prosody: Prosody) -> None:
    wanted = [token.phone for tokens, _ in parts for token in tokens]
    if wanted != [phone.phone for phone in prosody.phones]:
        raise UsageError(
            "the durations, pitches and energies are of other words",
            where="prosody",
            mend="Let the voice plan these words, and edit what it gives",
        )


def _within(value: float, low: float, high: float) -> float:
    return float(min(max(value, low), high))
