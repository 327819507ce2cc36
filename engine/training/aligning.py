"""Trains the aligner: on exact times, on rough ones of what a voice goes by, else on its own paths.

Rough times are learned from inside sounds only: where one goes over into the next the network
finds out from what both are like. Its own best paths have to do where nothing is known; learned
from for long they make vowels shorter and shorter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from engine.models.speech.align import best_path
from engine.models.speech.align_network import HOP, AlignerConfig, AlignerNetwork, log_mel
from engine.models.speech.align_phones import SILENCE, SYMBOLS
from engine.training.loop import LoopConfig, Report, Trainee, train
from engine.training.spoken import SpeechSet, flite_set, voice_set
from engine.training.told_times import UNKNOWN

_SILENCE = SYMBOLS.index(SILENCE)


@dataclass(frozen=True)
class AlignerTraining:
    """The `[training]` table of an aligner's training file.

    `voices` whose times are not even known roughly join at step `join`, placed by the network.
    """

    flite: Sequence[str] = ("slt", "rms", "kal16")
    flite_sentences: int = 700  # a voice
    voices: Sequence[str] = ("heart",)
    voice_sentences: int = 500  # a voice
    join: int = 800
    seed: int = 31  # of flite's sentences
    voice_seed: int = 31
    exact: float = 0.6  # part of the steps that learn from exact times
    rate: float = 2e-3
    smoothing: float = 0.05


def train_aligner(
    loop: LoopConfig,
    training: AlignerTraining,
    config: AlignerConfig,
    folder: Path,
    *,
    start: Mapping[str, Tensor] | None = None,
    report: Report | None = None,
) -> AlignerNetwork:
    """Train from `start` or from nothing, and go on from `folder`'s checkpoint."""
    torch.manual_seed(loop.seed)
    model = AlignerNetwork(config)
    if start is not None:
        model.load_state_dict(start)
    made = folder.parent / "speech"
    exact = [
        flite_set(made, voice, training.flite_sentences, training.seed) for voice in training.flite
    ]
    loose = [
        voice_set(made, voice, training.voice_sentences, training.voice_seed)
        for voice in training.voices
    ]
    rough = [source for source in loose if source.utterances[0].frames]
    unplaced = [source for source in loose if source not in rough]

    def loss(generator: torch.Generator) -> tuple[Tensor, Mapping[str, float]]:
        others = rough + (unplaced if step_of() >= training.join else [])
        sources = others if others and _uniform(generator) >= training.exact else exact
        source = sources[int(_uniform(generator) * len(sources))]
        waves, known, words, lengths = _batch(source, loop.batch, generator)
        mel = _disturbed(log_mel(waves, config.bands), generator)
        likely = model(mel)
        wanted = _placed(likely, words, lengths) if source in unplaced else known
        square = F.nll_loss(likely.flatten(0, 1), wanted.flatten(), ignore_index=UNKNOWN)
        even = -likely[wanted != UNKNOWN].mean()
        right = (likely.argmax(-1) == wanted)[wanted != UNKNOWN].float().mean()
        total = (1 - training.smoothing) * square + training.smoothing * even
        return total, {"right": float(right)}

    optimiser = torch.optim.AdamW(model.parameters(), lr=training.rate, betas=(0.9, 0.98))

    def step_of() -> int:
        """Steps that the optimiser has made, counted over every run of this training."""
        state = next(iter(optimiser.state.values()), None)
        return int(state["step"]) if state else 0

    model.load_state_dict(train(Trainee(model, (optimiser,), loss), loop, folder, report=report))
    return model.eval()


def _batch(
    source: SpeechSet, size: int, generator: torch.Generator
) -> tuple[Tensor, Tensor, list[tuple[tuple[int, ...], ...]], list[int]]:
    """Sentences of about one length at changed paces: waves, sounds of frames, words, frames."""
    around = int(_uniform(generator) * len(source.utterances))
    reach = max(size, len(source.utterances) // 8)
    low = max(0, min(around - reach // 2, len(source.utterances) - reach))
    chosen = (low + torch.randperm(reach, generator=generator)[:size]).tolist()
    waves, known, words = [], [], []
    for index in chosen:
        pace = 0.8 + 0.45 * _uniform(generator)
        wave = _louder(_faster(source.wave(index), pace), generator)
        waves.append(wave)
        utterance = source.utterances[index]
        known.append(_frames(np.array(utterance.frames, np.int64), len(wave) // HOP + 1))
        words.append(utterance.words)
    longest = max(map(len, waves))
    frames = longest // HOP + 1
    stacked = torch.stack(
        [F.pad(torch.from_numpy(wave), (0, longest - len(wave))) for wave in waves]
    )
    marks = torch.stack([F.pad(k, (0, frames - len(k)), value=UNKNOWN) for k in known])
    return stacked, marks, words, [len(k) for k in known]


def _frames(frames: NDArray[np.int64], count: int) -> Tensor:
    """Sounds of frames at another pace."""
    if not len(frames):
        return torch.full((count,), UNKNOWN)
    index = np.minimum((np.arange(count) * (len(frames) / count)).astype(int), len(frames) - 1)
    return torch.from_numpy(frames[index])


def _placed(
    likely: Tensor, words: Sequence[Sequence[Sequence[int]]], lengths: Sequence[int]
) -> Tensor:
    """Sounds of frames on the best path that the network itself finds through the words."""
    wanted = torch.full(likely.shape[:2], UNKNOWN)
    for row, (sentence, length) in enumerate(zip(words, lengths, strict=True)):
        sounds = [sound for word in sentence for sound in word]
        if len(sounds) > length:
            continue
        found = np.full(length, _SILENCE)
        spans = best_path(likely[row, :length].detach().numpy(), sentence)
        for sound, (first, end) in zip(sounds, spans, strict=True):
            found[first:end] = sound
        wanted[row, :length] = torch.from_numpy(found)
    return wanted


def _faster(wave: NDArray[np.float32], pace: float) -> NDArray[np.float32]:
    """Played faster or slower: pace, pitch and size of the speaker change together."""
    count = int(len(wave) / pace)
    return np.interp(np.arange(count) * pace, np.arange(len(wave)), wave).astype(np.float32)


def _louder(wave: NDArray[np.float32], generator: torch.Generator) -> NDArray[np.float32]:
    """Noise below the voice by 12 to 60 dB, white to brownish, and some echo of a room."""
    seed = int(torch.randint(2**31, (1,), generator=generator))
    random = np.random.default_rng(seed)
    white = random.standard_normal(len(wave)).astype(np.float32)
    if random.random() < 0.5:
        white = np.convolve(white, np.exp(-np.arange(32) / 6).astype(np.float32), "same")
    level = np.sqrt(np.mean(wave**2)) + 1e-6
    decibels = random.uniform(12, 60)
    noisy = wave + white * (level / white.std() * 10 ** (-decibels / 20))
    if random.random() < 0.3:
        from scipy.signal import fftconvolve

        tail = random.standard_normal(3200) * np.exp(-np.arange(3200) / random.uniform(150, 900))
        tail[0] = np.abs(tail).sum() / random.uniform(2, 8)
        noisy = fftconvolve(noisy, tail / np.abs(tail[0]))[: len(wave)].astype(np.float32)
    return noisy.astype(np.float32)


def _disturbed(mel: Tensor, generator: torch.Generator) -> Tensor:
    """Another microphone: a smooth curve over the bands, and sometimes nothing above 4 kHz."""
    batch, _, bands = mel.shape
    knots = torch.randn((batch, 1, 6), generator=generator) * 0.12
    mel = mel + F.interpolate(knots, bands, mode="linear", align_corners=True)
    narrow = torch.rand((batch,), generator=generator) < 0.15
    if narrow.any():
        top = bands * 3 // 4
        mel[narrow, :, top:] = mel[narrow].amin((1, 2), keepdim=True)
    return mel


def _uniform(generator: torch.Generator) -> float:
    return float(torch.rand((), generator=generator))
