"""Trains the sound of the shdt family: codec and vocoder, then the stream over the picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from engine.diffusion.schedules import shift_sigma
from engine.models.shdt import lexicon
from engine.models.shdt.audio import RATE, SoundConfig, SoundModel, log_mel
from engine.models.shdt.transformer import ShdtTransformer
from engine.models.shdt.vae import VideoAutoencoder
from engine.runtime.device import Precision
from engine.training import world
from engine.training.clips import scenarios
from engine.training.flow import LatentSet, fingerprint, kept, latent_set
from engine.training.loop import LoopConfig, Report, Trainee, train
from engine.training.optimisers import optimisers
from engine.training.redrawing import Redrawing, redrawn
from engine.training.world_sound import make_beds, render_sound


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
    sets = [
        latent_set(
            folder.parent / "clips",
            vae,
            precision,
            count=count,
            width=width,
            height=height,
            seed=training.seed,
        )
        for width, height, count, _ in training.buckets
    ]
    weights = torch.tensor([float(row[3]) for row in training.buckets])
    sounds = sound_set(
        folder.parent / "clips", training.clips, training.seed, bed_seconds=training.bed_seconds
    )
    audio = encode_all(model, sounds)
    heard = landings(len(audio), training.seed)
    weight = 1 + (training.landing_weight - 1) * (heard > 0).float()
    landing = torch.nonzero(heard.amax(1) > 0)[:, 0]
    seen = [
        seen_set(
            *(folder.parent / "clips", clips, transformer, model.config.taps),
            *(training.redrawing, vae, precision),
        )
        for clips in sets
    ]
    model.stream.train().requires_grad_(True)

    def loss(generator: torch.Generator) -> tuple[Tensor, Mapping[str, float]]:
        choice = int(torch.multinomial(weights, 1, generator=generator))
        clips = sets[choice]
        known = min(len(audio), len(clips.latents))
        index = torch.randint(known, (loop.batch,), generator=generator)
        some = landing[landing < known]
        chosen = torch.rand(loop.batch, generator=generator) < training.landing
        if len(some):
            again = some[torch.randint(len(some), (loop.batch,), generator=generator)]
            index = torch.where(chosen, again, index)
        words = heard_words(clips, index, training, generator)
        clean = audio[index]
        noise = torch.randn(clean.shape, generator=generator)
        level = shift_sigma(torch.rand(len(index), generator=generator), training.shift)
        sigma = level[:, None, None]
        taps = torch.from_numpy(seen[choice][index.numpy()]).unbind(1)
        with precision.autocast():
            happening, lands = model.stream.watcher(taps)
            predicted = model.stream((1 - sigma) * clean + sigma * noise, level, words, happening)
        square = (predicted.float() - (noise - clean)).square().mean(2)
        flow = (square * weight[index]).sum() / weight[index].sum()
        watched = F.binary_cross_entropy_with_logits(lands.float(), (heard[index] > 1).float())
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


def landings(count: int, seed: int) -> Tensor:
    """What each token of each clip hears: 2 something that lands, 1 its end, 0 neither; (N, F)."""
    heard = torch.zeros((count, world.FRAMES), dtype=torch.uint8)
    for clip, scenario in enumerate(scenarios(count, seed)):
        for moment in world.contacts(scenario):
            first = int(moment * world.RATE)
            heard[clip, first + 1 : first + 2] = 1
            heard[clip, first] = 2
    return heard


def seen_set(
    folder: Path,
    clips: LatentSet,
    transformer: ShdtTransformer,
    taps: Sequence[int],
    how: Redrawing,
    vae: VideoAutoencoder,
    precision: Precision,
) -> np.ndarray:
    """What the transformer sees in pictures of its own: (N, taps, T, H, W, C), made once, kept."""
    count, _, _, rows, columns = clips.latents.shape
    marks = "-".join(map(str, (*taps, *how.marks, fingerprint(vae), fingerprint(transformer))))
    path = folder / f"seen-v{world.VERSION}-{columns}x{rows}-{count}-{marks}.npy"
    kept(path, _seen(clips, transformer, taps, how, precision))
    return np.load(path, mmap_mode="r")


@torch.no_grad()
def _seen(
    clips: LatentSet,
    transformer: ShdtTransformer,
    taps: Sequence[int],
    how: Redrawing,
    precision: Precision,
) -> Iterator[Tensor]:
    for latent in redrawn(clips, transformer, how, precision):
        sigma = torch.zeros(latent.shape[0], latent.shape[2])
        nothing = torch.full((len(latent), clips.tokens.shape[1]), lexicon.NOTHING)
        with precision.autocast():
            yield torch.stack(transformer.states(latent, sigma, nothing, taps), 1).half()


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


def sound_set(folder: Path, count: int, seed: int, *, bed_seconds: float) -> np.ndarray:
    """Sounds (N, samples) int16 of the first `count` clips of a set, made once."""
    path = folder / f"sound-v{world.VERSION}-{count}-{seed}-{bed_seconds:g}.npy"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        beds = make_beds(bed_seconds)
        samples = world.FRAMES * RATE // world.RATE
        store = np.lib.format.open_memmap(
            path.with_suffix(".part"), "w+", np.int16, (count, samples)
        )
        for index, scenario in enumerate(scenarios(count, seed)):
            store[index] = np.round(render_sound(scenario, beds) * 32767)
        store.flush()
        path.with_suffix(".part").replace(path)
    return np.load(path, mmap_mode="r")


def to_wave(sounds: np.ndarray) -> Tensor:
    """int16 (B, samples) to float -1..1."""
    return torch.from_numpy(sounds.astype(np.float32)) / 32767


@torch.no_grad()
def encode_all(model: SoundModel, sounds: np.ndarray) -> Tensor:
    """The latents (N, F, C) of a set of sounds."""
    parts = [model.encode(to_wave(sounds[at : at + 64])) for at in range(0, len(sounds), 64)]
    return torch.cat(parts)


@torch.no_grad()
def _measure_statistics(model: SoundModel, sounds: np.ndarray) -> None:
    latents = encode_all(model, sounds[:512]) * model.deviation + model.mean
    model.mean.copy_(latents.mean((0, 1)))
    model.deviation.copy_(latents.std((0, 1)))
