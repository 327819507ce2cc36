"""The shdt family as samplers see it: words in, velocities out, pictures to latents and back."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.errors import ModelError
from engine.models.checkpoint import load_network
from engine.models.family import Beside, Piece, PromptFeatures, ShotPlan, Sight, Work
from engine.models.shdt import lexicon
from engine.models.shdt.audio import RATE as SOUND_RATE
from engine.models.shdt.audio import SoundConfig, SoundModel
from engine.models.shdt.decoding import pieces
from engine.models.shdt.easing import ShdtEasing, Way
from engine.models.shdt.recogniser import (
    ALIKE,
    ASKED,
    Recogniser,
    RecogniserConfig,
    asked,
    named,
    shown,
    sight,
)
from engine.models.shdt.sizes import LONGEST, RATE, SPACE, TIME, frames_of, plan
from engine.models.shdt.transformer import REFERENCE_TIME, ShdtTransformer, TransformerConfig
from engine.models.shdt.upsampler import LatentUpsampler, UpsamplerConfig
from engine.models.shdt.vae import VaeConfig, VideoAutoencoder
from engine.models.shdt.watcher import Watched, Watcher
from engine.runtime.device import Precision
from engine.runtime.memory import free_memory


@dataclass(frozen=True)
class ShdtModel:
    """The loaded networks, on one device; without `sound` its shots are silent.

    `second` has another transformer, which draws again what was doubled once, and may have another
    upsampler, which doubles that. `recogniser` says what
    references show; without it they are looked at, and no more.
    """

    vae: VideoAutoencoder
    transformer: ShdtTransformer
    upsampler: LatentUpsampler
    precision: Precision
    sound: SoundModel | None = None
    second: ShdtModel | None = None
    recogniser: Recogniser | None = None
    way: Way = field(default_factory=Way, compare=False)

    @property
    def batches(self) -> bool:
        """Whether several predictions are made at once."""
        return self.way.batched

    @property
    def is_changed(self) -> bool:
        """Whether its weights are kept in fewer bits than its files have."""
        return self.way.narrow or (self.second is not None and self.second.is_changed)

    def free_memory(self) -> int:
        """What is free on its device."""
        return free_memory(self.precision.device)

    def easing(self, work: Work, shape: Sequence[int]) -> ShdtEasing:
        """What it gives up for a latent of `shape` (C, T, h, w)."""
        channels, frames, rows, columns = shape
        return ShdtEasing(self, work, (channels, frames, rows, columns))

    def pieces(self, latent: Tensor) -> Iterator[Piece]:
        """The picture part after part, in constant memory."""
        return pieces(self.vae, latent, self.precision, side=self.way.side)

    @property
    def latent_channels(self) -> int:
        """Channels of the latents."""
        return self.vae.config.latent_channels

    @property
    def rate(self) -> Fraction:
        """Frames a second of what the model makes."""
        return RATE

    def plan(self, width: int, height: int, frames: int) -> ShotPlan:
        """See `plan`."""
        return plan(width, height, frames)

    def frames_of(self, seconds: float) -> int:
        """See `frames_of`."""
        return frames_of(seconds)

    def encode_prompt(self, text: str) -> PromptFeatures:
        """The concept tokens (1, L) of a prompt, and what of it was not understood."""
        reading = lexicon.read_prompt(text)
        tokens = torch.tensor([lexicon.tokens(reading.concepts)])
        return PromptFeatures(tokens, bool(reading.concepts), tuple(_notes(reading)))

    @torch.inference_mode()
    def recognise(self, pixels: NDArray[np.uint8]) -> PromptFeatures:
        """The concept tokens (1, L) of what a picture (H, W, 3 or 4) shows, where it is sure."""
        concepts = named(self._look(pixels)) if self.recogniser is not None else {}
        notes = (f"the reference is taken for: {lexicon.caption(concepts)}",) if concepts else ()
        return PromptFeatures(torch.tensor([lexicon.tokens(concepts)]), bool(concepts), notes)

    def completed(self, words: Tensor, more: Tensor) -> Tensor:
        """Words (B, L) that say what `more` (1, L) says wherever they say nothing themselves."""
        return torch.where(words == lexicon.NOTHING, more, words)

    def can_tell(self, words: Tensor) -> bool:
        """Whether words (1, L) name a size, colour, surface or shape."""
        return self.recogniser is not None and bool(asked(words))

    @torch.inference_mode()
    def sees(self, frames: NDArray[np.uint8], words: Tensor, *, alike: bool = False) -> Sight:
        """How well a clip (F, H, W, 3) shows size, colour, surface and shape of words (1, L)."""
        if not self.can_tell(words):
            return Sight()
        demand = ALIKE if alike else ASKED
        places = np.linspace(0, len(frames) - 1, demand.looks).round().astype(int)
        return sight([self._look(frames[place]) for place in places], asked(words), demand)

    def _look(self, pixels: NDArray[np.uint8]) -> list[Tensor]:
        """The logits (1, concepts) of each facet of a picture (H, W, 3 or 4)."""
        assert self.recogniser is not None
        latent = self.encode(shown(pixels, SPACE))
        with self.precision.autocast():
            logits: list[Tensor] = self.recogniser(latent)
        return logits

    @property
    def space(self) -> int:
        """Pixels that a latent's row or column spans."""
        return SPACE

    @property
    def time(self) -> int:
        """Frames that a latent frame after the first spans."""
        return TIME

    @property
    def longest(self) -> int:
        """Frames of the longest shot."""
        return LONGEST

    @property
    def blocks(self) -> int:
        """Blocks of the transformer."""
        return self.transformer.config.depth

    @property
    def reference_time(self) -> float:
        """Where a reference lies in time."""
        return REFERENCE_TIME

    @torch.inference_mode()
    def velocity(
        self,
        latent: Tensor,
        sigma: Tensor,
        words: Tensor,
        *,
        beside: Beside | None = None,
        skip: Collection[int] = (),
    ) -> Tensor:
        """Velocity (B, C, T, h, w) in float32, for sigma (B, T) and words (B, L)."""
        device, frames = self.precision.device, latent.shape[2]
        times = torch.arange(frames, dtype=torch.float32)
        if beside is not None:
            latent = torch.cat([latent, beside.latent.expand(len(latent), -1, -1, -1, -1)], 2)
            sigma = torch.cat([sigma, beside.sigma.expand(len(sigma), -1)], 1)
            times = torch.cat([times, beside.times])
        with self.precision.autocast():
            out: Tensor = self.transformer(
                *(part.to(device) for part in (latent, sigma, words, times)), skip=skip
            )
        return out[:, :, :frames].float()

    @torch.inference_mode()
    def encode(self, picture: Tensor) -> Tensor:
        """Picture (1, 3, 1+4k, 8h, 8w) in -1..1 to its latent (1, C, 1+k, h, w)."""
        with self.precision.autocast():
            return self.vae.encode(picture.to(self.precision.device)).float()

    @torch.inference_mode()
    def decode(self, latent: Tensor) -> Tensor:
        """Latent (1, C, 1+k, h, w) to the picture (1, 3, 1+4k, 8h, 8w) in -1..1."""
        with self.precision.autocast():
            return self.vae.decode(latent.to(self.precision.device)).float()

    @torch.inference_mode()
    def upsample(self, latent: Tensor) -> Tensor:
        """Latent (1, C, T, h, w) to (1, C, T, 2h, 2w)."""
        with self.precision.autocast():
            out: Tensor = self.upsampler(latent.to(self.precision.device))
        return out.float()

    @property
    def sound_channels(self) -> int:
        """Channels of the sound tokens; 0 without weights for sound."""
        return self.sound.config.channels if self.sound else 0

    @torch.inference_mode()
    def look(self, picture: Tensor) -> Tensor:
        """What is seen to happen in each frame (1, F, width) of a base latent."""
        watcher = self._sound().stream.watcher
        with self.precision.autocast():
            seen: Watched = watcher(picture.to(self.precision.device))
        return seen.features

    @torch.inference_mode()
    def sound_velocity(self, tokens: Tensor, sigma: Tensor, words: Tensor, seen: Tensor) -> Tensor:
        """Velocity (1, M, C) in float32 of the sound tokens at sigma (1,)."""
        device = self.precision.device
        with self.precision.autocast():
            out: Tensor = self._sound().stream(
                tokens.to(device), sigma.to(device), words.to(device), seen
            )
        return out.float().cpu()

    @torch.inference_mode()
    def decode_sound(self, tokens: Tensor) -> tuple[np.ndarray, int]:
        """Tokens (1, M, C) to mono samples (N, 1), an eighth of a second each, and their rate."""
        heard = self._sound().decode(tokens.to(self.precision.device))
        return heard[0, :, None].clamp(-1, 1).cpu().numpy(), SOUND_RATE

    def _sound(self) -> SoundModel:
        if self.sound is None:
            raise ModelError("the model has no weights for sound", where="model")
        return self.sound


def _notes(reading: lexicon.Reading) -> Iterator[str]:
    """What of a prompt was not understood, for the user."""
    if reading.unknown:
        yield f"the model does not know: {', '.join(reading.unknown)}"
    for names in reading.conflicts:
        yield f"only the first counts of: {names}"


def load_shdt(parts: Mapping[str, Path], precision: Precision) -> ShdtModel:
    """Build and fill the networks. Raises ModelError when a file, or a part, does not fit."""
    sound = None
    if "sound" in parts:
        sound = _load(SoundModel, SoundConfig, parts["sound"], precision)
    first = ShdtModel(
        vae=_load(VideoAutoencoder, VaeConfig, parts["vae"], precision),
        transformer=_load(ShdtTransformer, TransformerConfig, parts["transformer"], precision),
        upsampler=_load(LatentUpsampler, UpsamplerConfig, parts["upsampler"], precision),
        precision=precision,
        sound=sound,
    )
    if "recogniser" in parts:
        recogniser = _load(Recogniser, RecogniserConfig, parts["recogniser"], precision)
        first = replace(first, recogniser=recogniser)
    _check_latents("transformer", first.transformer, first, parts)
    _check_latents("upsampler", first.upsampler, first, parts)
    if sound is not None:
        _check_latents("sound", sound.stream.watcher, first, parts)
    if "refiner" not in parts:
        return first
    refiner = _load(ShdtTransformer, TransformerConfig, parts["refiner"], precision)
    _check_latents("refiner", refiner, first, parts)
    second = replace(first, transformer=refiner, sound=None, way=Way())
    if "enlarger" in parts:
        enlarger = _load(LatentUpsampler, UpsamplerConfig, parts["enlarger"], precision)
        _check_latents("enlarger", enlarger, first, parts)
        second = replace(second, upsampler=enlarger)
    return replace(first, second=second)


def _check_latents(
    part: str,
    network: ShdtTransformer | LatentUpsampler | Watcher,
    model: ShdtModel,
    parts: Mapping[str, Path],
) -> None:
    own, wanted = network.config.latent_channels, model.latent_channels
    if own != wanted:
        raise ModelError(
            f"the {part} works on latents of {own} channels, the autoencoder's have {wanted}",
            where=str(parts[part]),
            mend="Register parts that were trained together.",
        )


_Network = TypeVar("_Network", bound=nn.Module)


def _load(network: type[_Network], config: type[Any], path: Path, precision: Precision) -> _Network:
    module = load_network(network, config, path)
    return module.to(precision.device).eval().requires_grad_(False)
