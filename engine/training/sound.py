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
from engine.models.shdt.vae import VideoAutoencoder
from engine.models.shdt.watcher import Watched, cell_of
from engine.runtime.device import Precision
from engine.training.courses import landings, tracks, wild_courses
from engine.training.flow import LatentSet, latent_set
from engine.training.loop import LoopConfig, Report, Trainee, train
from engine.training.optimisers import optimisers
from engine.training.sound_sets import encode_all, sound_set, to_wave


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
    noise: float = 0.3  # largest deviation of the noise on a latent: samples are not renders
    placing: float = 1.0  # weight of the watcher's loss of where things are
    watching: float = 1.0  # of that of what lands when
    courses: int = 20000  # ways without pictures that landings are learned from too


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
    precision: Precision,
    report: Report | None = None,
) -> SoundModel:
    """Train the stream, with its watcher, over a finished codec, which stays as it is."""
    torch.manual_seed(loop.seed)
    wild = wild_courses(training.courses, training.seed)
    lessons = [
        _lesson(folder.parent / "clips", row, motion, training, model, vae, precision)
        for rows, motion in ((training.buckets, ""), (training.bouncing, "bounces"))
        for row in rows
    ]
    weights = torch.tensor([lesson.weight for lesson in lessons])
    model.stream.train().requires_grad_(True)

    def loss(generator: torch.Generator) -> tuple[Tensor, Mapping[str, float]]:
        lesson = lessons[int(torch.multinomial(weights, 1, generator=generator))]
        index = torch.randint(len(lesson.audio), (loop.batch,), generator=generator)
        some = torch.nonzero(lesson.lands.amax(1) > 0)[:, 0]
        chosen = torch.rand(loop.batch, generator=generator) < training.landing
        if len(some):
            again = some[torch.randint(len(some), (loop.batch,), generator=generator)]
            index = torch.where(chosen, again, index)
        words = heard_words(lesson.clips, index, training, generator)
        clean, lands = lesson.audio[index], lesson.lands[index]
        noise = torch.randn(clean.shape, generator=generator)
        level = shift_sigma(torch.rand(len(index), generator=generator), training.shift)
        sigma = level[:, None, None]
        latent = torch.from_numpy(lesson.clips.latents[index.numpy()]).float()
        spread = training.noise * torch.rand((len(index), 1, 1, 1, 1), generator=generator)
        latent = latent + spread * torch.randn(latent.shape, generator=generator)
        with precision.autocast():
            seen = model.stream.watcher(latent)
            predicted = model.stream(
                (1 - sigma) * clean + sigma * noise, level, words, seen.features
            )
        weight = 1 + (training.landing_weight - 1) * (lands > 0.2).float()
        square = (predicted.float() - (noise - clean)).square().mean(2)
        flow = (square * weight).sum() / weight.sum()
        placed = _placed(seen, lesson.tracks[index], latent.shape[3:])
        course = torch.randint(len(wild[0]), (4 * loop.batch,), generator=generator)
        told = model.stream.watcher.course(wild[0][course])
        watched = _told(seen.lands, lands) + _told(told, wild[1][course])
        values = {"flow": flow, "placed": placed, "watched": watched}
        loss = flow + training.placing * placed + training.watching * watched
        return loss, {name: float(value.detach()) for name, value in values.items()}

    parts = optimisers(
        model.stream,
        matrix_rate=training.matrix_rate,
        rate=training.rate,
        inner=lambda name: name.startswith(("blocks.", "watcher.blocks.")),
    )
    average = train(Trainee(model.stream, parts, loss), loop, folder, report=report)
    model.stream.load_state_dict(average)
    return model.eval()


def _placed(seen: Watched, track: Tensor, cells: Sequence[int]) -> Tensor:
    """The loss of where things are (B, F, 3), and in which of the rows and columns of cells."""
    rows, columns = cells
    found = F.cross_entropy(seen.cells.flatten(0, 1), cell_of(track, rows, columns).flatten())
    return 5 * F.l1_loss(seen.track, track) + 0.1 * found


def _told(logits: Tensor, lands: Tensor) -> Tensor:
    return F.binary_cross_entropy_with_logits(logits.float(), lands)


@dataclass(frozen=True)
class _Lesson:
    """Clips, the latents of their sound, where things are and land, and how often they come."""

    clips: LatentSet
    audio: Tensor
    tracks: Tensor
    lands: Tensor
    weight: float


def _lesson(
    folder: Path,
    row: Sequence[int],
    motion: str,
    training: StreamTraining,
    model: SoundModel,
    vae: VideoAutoencoder,
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
    where = tracks(count, training.seed, width / height, motion=motion)
    lands = landings(count, training.seed, motion=motion)
    return _Lesson(clips, encode_all(model, sounds), where, lands, float(weight))


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
