"""Trains the sound of the shdt family: codec and vocoder, then the stream over the picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from engine.diffusion.schedules import shift_sigma
from engine.models.shdt import lexicon
from engine.models.shdt.audio import SoundConfig, SoundModel, log_mel
from engine.models.shdt.transformer import ShdtTransformer
from engine.models.shdt.vae import VideoAutoencoder
from engine.runtime.device import Precision
from engine.training.flow import LatentSet, latent_set
from engine.training.loop import LoopConfig, Report, Trainee, train
from engine.training.optimisers import optimisers
from engine.training.redrawing import Redrawing
from engine.training.sound_sets import encode_all, landings, seen_set, sound_set, to_wave


@dataclass(frozen=True)
class CodecTraining:
    """The `[training]` table of the first stage: clips to hear, and the learning rate."""

    clips: int = 4000
    seed: int = 23
    bed_seconds: float = 60.0  # ambience of each scene, from which clips take their stretch
    rate: float = 1e-3
    resolutions: Sequence[int] = (256, 512, 1024, 2048)


@dataclass(frozen=True)
class StreamTraining:
    """The `[training]` table of the second stage: the clips whose pictures are looked at."""

    buckets: Sequence[Sequence[int]]  # rows of (width, height, clips, weight in per cent)
    bouncing: Sequence[Sequence[int]] = ()  # such rows of clips in which something bounces
    clips: int = 6000  # heard: the first of every set
    seed: int = 23
    bed_seconds: float = 60.0
    matrix_rate: float = 1e-3  # Muon, on the blocks' matrices
    rate: float = 1e-3  # AdamW, on all else
    shift: float = 1.0
    drop_prompt: float = 0.5
    landing: float = 0.5  # part of the samples in which something lands
    landing_weight: float = 6.0  # of the loss while it does: it is short, and what must be in time
    watching: float = 0.3  # weight of the loss of the watcher, who has to say what lands when
    redrawn: Sequence[float] = (0.0, 0.5, 0.7)  # pictures by the transformer, from these levels
    steps: int = 3  # of drawing them
    guidance: float = 3.0

    @property
    def redrawing(self) -> Redrawing:
        """How pictures are drawn again before they are looked at."""
        return Redrawing(self.redrawn, self.steps, self.guidance)


def train_codec(
    loop: LoopConfig,
    training: CodecTraining,
    config: SoundConfig,
    folder: Path,
    *,
    precision: Precision,
    report: Report | None = None,
) -> SoundModel:
    """Train encoder, decoder and vocoder together and measure the latent statistics."""
    del precision  # short signals: float32 throughout
    torch.manual_seed(loop.seed)
    model = SoundModel(config)
    sounds = sound_set(
        folder.parent / "clips", training.clips, training.seed, bed_seconds=training.bed_seconds
    )

    def loss(generator: torch.Generator) -> tuple[Tensor, Mapping[str, float]]:
        index = torch.randint(len(sounds), (loop.batch,), generator=generator)
        wave = to_wave(sounds[index.numpy()])
        mel = log_mel(wave)
        latent = model.encode(wave)
        latent = latent + 0.02 * torch.randn(latent.shape, generator=generator)
        decoded = model.decode_mel(latent)
        heard = model.vocoder(decoded.detach())
        shape = F.l1_loss(decoded, mel)
        spectrum = spectral_loss(heard, wave, training.resolutions)
        return shape + spectrum, {"mel": float(shape.detach())}

    model.stream.requires_grad_(False)
    parts = [p for p in model.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(parts, lr=training.rate, betas=(0.9, 0.95), weight_decay=0.01)
    average = train(Trainee(model, (optimiser,), loss), loop, folder, report=report)
    model.load_state_dict(average, strict=False)
    _measure_statistics(model.eval(), sounds)
    return model


def train_stream(
    loop: LoopConfig,
    training: StreamTraining,
    model: SoundModel,
    folder: Path,
    *,
    vae: VideoAutoencoder,
    transformer: ShdtTransformer,
    precision: Precision,
    report: Report | None = None,
) -> SoundModel:
    """Train the stream over a finished transformer and codec, which stay as they are."""
    torch.manual_seed(loop.seed)
    lessons = [
        _lesson(folder.parent / "clips", row, motion, training, model, vae, transformer, precision)
        for rows, motion in ((training.buckets, ""), (training.bouncing, "bounces"))
        for row in rows
    ]
    weights = torch.tensor([lesson.weight for lesson in lessons])
    model.stream.train().requires_grad_(True)

    def loss(generator: torch.Generator) -> tuple[Tensor, Mapping[str, float]]:
        lesson = lessons[int(torch.multinomial(weights, 1, generator=generator))]
        index = torch.randint(len(lesson.audio), (loop.batch,), generator=generator)
        some = torch.nonzero(lesson.heard.amax(1) > 0)[:, 0]
        chosen = torch.rand(loop.batch, generator=generator) < training.landing
        if len(some):
            again = some[torch.randint(len(some), (loop.batch,), generator=generator)]
            index = torch.where(chosen, again, index)
        words = heard_words(lesson.clips, index, training, generator)
        clean, heard = lesson.audio[index], lesson.heard[index]
        noise = torch.randn(clean.shape, generator=generator)
        level = shift_sigma(torch.rand(len(index), generator=generator), training.shift)
        sigma = level[:, None, None]
        taps = torch.from_numpy(lesson.seen[index.numpy()]).unbind(1)
        with precision.autocast():
            happening, lands = model.stream.watcher(taps)
            predicted = model.stream((1 - sigma) * clean + sigma * noise, level, words, happening)
        weight = 1 + (training.landing_weight - 1) * (heard > 0).float()
        square = (predicted.float() - (noise - clean)).square().mean(2)
        flow = (square * weight).sum() / weight.sum()
        watched = F.binary_cross_entropy_with_logits(lands.float(), (heard > 1).float())
        values = {"flow": float(flow.detach()), "watched": float(watched.detach())}
        return flow + training.watching * watched, values

    parts = optimisers(
        model.stream,
        matrix_rate=training.matrix_rate,
        rate=training.rate,
        inner=lambda name: name.startswith("blocks."),
    )
    average = train(Trainee(model.stream, parts, loss), loop, folder, report=report)
    model.stream.load_state_dict(average)
    return model.eval()


@dataclass(frozen=True)
class _Lesson:
    """Clips, the latents of their sound, what lands in them, what is seen, how often they come."""

    clips: LatentSet
    audio: Tensor
    heard: Tensor
    seen: np.ndarray
    weight: float


def _lesson(
    folder: Path,
    row: Sequence[int],
    motion: str,
    training: StreamTraining,
    model: SoundModel,
    vae: VideoAutoencoder,
    transformer: ShdtTransformer,
    precision: Precision,
) -> _Lesson:
    width, height, count, weight = row
    clips = latent_set(
        *(folder, vae, precision),
        count=count,
        width=width,
        height=height,
        seed=training.seed,
        motion=motion,
    )
    made = count if motion else training.clips  # all other sets share the sounds of one
    sounds = sound_set(
        folder, made, training.seed, bed_seconds=training.bed_seconds, motion=motion
    )[:count]
    seen = seen_set(
        *(folder, clips, transformer, model.config.taps, training.redrawing, vae, precision),
        motion=motion,
    )
    heard = landings(len(sounds), training.seed, motion=motion)
    return _Lesson(clips, encode_all(model, sounds), heard, seen, float(weight))


def heard_words(
    clips: LatentSet, index: Tensor, training: StreamTraining, generator: torch.Generator
) -> Tensor:
    """The prompts of these clips; without them the picture has to say what is heard."""
    words = clips.tokens[index].clone()
    dropped = torch.rand((len(index), 1), generator=generator) < training.drop_prompt
    return words.masked_fill(dropped, lexicon.NOTHING)


def spectral_loss(heard: Tensor, wave: Tensor, resolutions: Sequence[int]) -> Tensor:
    """Mean over resolutions of spectral convergence plus the L1 of log magnitudes.

    Yamamoto, Song and Kim, Parallel WaveGAN, ICASSP 2020, equations 3 to 6.
    """
    total = wave.new_zeros(())
    for size in resolutions:
        window = torch.hann_window(size, device=wave.device)
        found, wanted = (
            torch.stft(x, size, size // 4, window=window, return_complex=True).abs() + 1e-5
            for x in (heard, wave)
        )
        total = (
            total + (found - wanted).norm() / wanted.norm() + F.l1_loss(found.log(), wanted.log())
        )
    return total / len(resolutions)


@torch.no_grad()
def _measure_statistics(model: SoundModel, sounds: np.ndarray) -> None:
    latents = encode_all(model, sounds[:512]) * model.deviation + model.mean
    model.mean.copy_(latents.mean((0, 1)))
    model.deviation.copy_(latents.std((0, 1)))
