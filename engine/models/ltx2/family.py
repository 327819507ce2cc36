"""The ltx2 family as samplers see it: picture and sound, by one network, from public files."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from einops import rearrange
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.errors import ModelError, UsageError
from engine.media import Sound
from engine.media.resample import conform_sample_rate
from engine.models.checkpoint import load_network
from engine.models.family import Beside, PromptFeatures, ShotPlan
from engine.models.joint import JointGuidance, Query
from engine.models.lora import Lora, beside, check_fits
from engine.models.ltx2.audio_vae import from_tokens, to_tokens
from engine.models.ltx2.catalogue import how_to_get, text_folder
from engine.models.ltx2.geometry import (
    SPACE,
    TIME,
    Geometry,
    audio_positions,
    video_positions,
)
from engine.models.ltx2.loading import load_part
from engine.models.ltx2.mel import FLOOR, log_mel
from engine.models.ltx2.opening import Opened, open_checkpoint
from engine.models.ltx2.plan import Decoding, Denoising, plan_decoding, plan_denoising
from engine.models.ltx2.schedules import FEW, REFINING, token_shifted
from engine.models.ltx2.slices import SLICE
from engine.models.ltx2.stage import Stage
from engine.models.ltx2.text import (
    LONGEST,
    Features,
    TextModel,
    fingerprint,
    load_features,
    project,
    save_features,
)
from engine.models.ltx2.tiles import Tiling, decode_tiles, tiling_of
from engine.models.ltx2.transformer import Captioned, Changes, Kept, StreamInput, Turned
from engine.models.ltx2.upsampler import LatentUpsampler, UpsamplerConfig
from engine.models.quantize import keep
from engine.runtime.device import Precision
from engine.runtime.ladder import Rung
from engine.runtime.memory import amount, free_memory

RATE = Fraction(24)
MOST_FRAMES = 8 * 60 + 1  # positions reach to 20 s at 24 frames a second
LEAST_SIDE, MOST_SIDE = 64, 2048
REGISTERS = 128
LEAST_BUDGET = 2**20  # bytes


@dataclass
class Ltx2Model:
    """An opened checkpoint; its networks are loaded as they are needed, one on the device."""

    opened: Opened
    upsamplers: Mapping[str, Path]
    text: TextModel
    precision: Precision
    loras: Sequence[tuple[Lora, float]] = ()
    budget: int | None = None  # bytes of the device; None: what is free
    _stage: Stage = field(init=False)
    _prompts: list[str] = field(default_factory=list)
    _contexts: dict[str, tuple[Tensor, Tensor]] = field(default_factory=dict)
    _cut: set[str] = field(default_factory=set)  # prompts that are longer than is read
    _plans: dict[tuple[int, int, int], Decoding] = field(default_factory=dict)
    _denoising: dict[tuple[int, int], Denoising] = field(default_factory=dict)
    _is_narrow: bool = False
    _kept: tuple[Tensor, int, Kept] | None = None
    _turned: tuple[tuple[Tensor, Tensor], list[Turned]] | None = None
    _captions: dict[str, list[Captioned]] = field(default_factory=dict)
    _adapted: ExitStack = field(default_factory=ExitStack)

    def __post_init__(self) -> None:
        compute = self.precision.compute
        load: dict[str, Any] = {
            part: partial(load_part, self.opened, part, dtype=compute)
            for part in self.opened.parts
            if part not in ("transformer", "text")
        }
        load["transformer"] = self._load_transformer
        load["text"] = partial(load_part, self.opened, "text", dtype=torch.float32)
        load |= {name: partial(load_upsampler, file) for name, file in self.upsamplers.items()}
        self._stage = Stage(self.precision.device, load)

    @property
    def rate(self) -> Fraction:
        """Frames a second of what it makes."""
        return RATE

    @property
    def latent_channels(self) -> int:
        """Channels of a picture's latents."""
        return self.opened.config.transformer.in_channels

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
        return MOST_FRAMES

    @property
    def blocks(self) -> int:
        """Blocks of the transformer."""
        return self.opened.config.transformer.num_layers

    @property
    def reference_time(self) -> float:
        """References lie where the clip begins."""
        return 0.0

    @property
    def linears(self) -> Mapping[str, tuple[int, ...]]:
        """Shapes of the transformer's matrices by layer, as the checkpoint's header has them."""
        return {
            name.removesuffix(".weight"): facts.shape
            for name, facts in self.opened.parts["transformer"].items()
            if name.endswith(".weight") and len(facts.shape) == 2
        }

    @property
    def is_distilled(self) -> bool:
        """Whether the checkpoint, or a LoRA on it, was distilled to few steps."""
        return self.opened.is_distilled or any(
            "distilled" in lora.name.lower() for lora, strength in self.loras if strength
        )

    @property
    def guidance(self) -> JointGuidance:
        """As published: skipping block 29 in LTX-2.0, 28 from 2.3 on."""
        newer = self.opened.config.transformer.cross_attention_adaln
        return JointGuidance(blocks=(min(28 if newer else 29, self.blocks - 1),))

    @property
    def refining(self) -> Tensor:
        """The published levels of the second stage."""
        return torch.tensor(REFINING)

    @property
    def reference_scale(self) -> float:
        """What an IC-LoRA's metadata says of its references; 1 without one."""
        for lora, _ in self.loras:
            found = lora.metadata.get("reference_downscale_factor")
            if found is not None:
                try:
                    scale = float(found)
                except ValueError:
                    scale = 0.0
                if not 1 <= scale <= 16:
                    raise ModelError(
                        f"its reference_downscale_factor is {found}", where=f"LoRA {lora.name}"
                    )
                return scale
        return 1.0

    def sigmas(self, steps: int, tokens: int) -> Tensor:
        """The published levels: a fixed list when distilled, else shifted by the token count."""
        return torch.tensor(FEW) if self.is_distilled else token_shifted(steps, tokens)

    def plan(self, width: int, height: int, frames: int) -> ShotPlan:
        """How to make that size. Raises UsageError that names legal ones nearby."""
        for name, value in (("width", width), ("height", height)):
            if not LEAST_SIDE <= value <= MOST_SIDE or value % SPACE:
                low = min(max(LEAST_SIDE, value // SPACE * SPACE), MOST_SIDE)
                near = sorted({low, min(low + SPACE, MOST_SIDE)})
                raise UsageError(
                    f"{name} is {value}; LTX-2 makes multiples of {SPACE} from "
                    f"{LEAST_SIDE} to {MOST_SIDE}",
                    where="size",
                    mend=f"Use {' or '.join(map(str, near))}.",
                )
        if not 1 <= frames <= MOST_FRAMES or (frames - 1) % TIME:
            low = min(max(1, 1 + (frames - 1) // TIME * TIME), MOST_FRAMES)
            near = sorted({low, min(low + TIME, MOST_FRAMES)})
            raise UsageError(
                f"{frames} frames cannot be made: 1 + a multiple of {TIME}, at most {MOST_FRAMES}",
                where="frames",
                mend=f"Use {' or '.join(map(str, near))}.",
            )
        return ShotPlan(width, height, 1 + (frames - 1) // TIME, height // SPACE, width // SPACE, 0)

    def frames_of(self, seconds: float) -> int:
        """The legal frame count nearest to a duration. Raises UsageError."""
        most = MOST_FRAMES / float(RATE)
        if not 0 < seconds <= most + 0.5:
            raise UsageError(
                f"{seconds:g} s is not a length that LTX-2 makes: above 0, at most {most:.0f}",
                where="seconds",
            )
        return min(MOST_FRAMES, 1 + TIME * max(0, round((seconds * float(RATE) - 1) / TIME)))

    def encode_prompt(self, text: str) -> PromptFeatures:
        """The number of a prompt, whose features are kept here and in a file."""
        if text not in self._contexts:
            features = self._features(text)
            self._contexts[text] = self._connected(features)
            self._prompts.append(text)
            if features.video.shape[1] >= LONGEST:
                self._cut.add(text)
        number = torch.tensor([[self._prompts.index(text)]])
        notes = (f"of the prompt {LONGEST} tokens are read: its end is left out",)
        return PromptFeatures(number, bool(text.strip()), notes if text in self._cut else ())

    def sound_tokens(self, frames: int) -> tuple[int, int]:
        """25 tokens a second of the clip."""
        clip = Geometry(SPACE, SPACE, 1 + TIME * (frames - 1), RATE)
        return clip.audio_tokens, self.opened.config.transformer.audio_in_channels

    def places(self, extent: tuple[int, int, int], *, first: int, spread: float) -> Tensor:
        """Bounds (1, 3, N, 2) in seconds and pixels; `spread` widens those in pixels."""
        t, h, w = extent
        clip = Geometry(w * SPACE, h * SPACE, 1 + TIME * (t - 1), RATE)
        found = video_positions(clip, first_frame=first)
        return found * torch.tensor([1, spread, spread])[:, None, None]

    def sound_places(self, count: int) -> Tensor:
        """Bounds (1, 1, M, 2) in seconds."""
        return audio_positions(count)

    @torch.inference_mode()
    def predict(self, query: Query) -> tuple[Tensor, Tensor]:
        """Velocities (1, N, C) and (1, M, C) in float32 on the CPU."""
        model: Any = self._stage.use("transformer", resident=self._resident(query))
        picture, sound = self._streams(query, model)
        skipped = query.blocks if query.told == "skipping" else ()
        changes = Changes(skipped, skipped, apart=query.told == "apart")
        keep = resume = None
        if query.blocks and query.told == "prompt":  # what guidance skips later begins like this
            keep = Kept(min(query.blocks))
            self._kept = query.picture, int(query.prompt), keep
        elif query.told == "skipping" and self._kept is not None:
            tokens, prompt, kept = self._kept
            resume = kept if tokens is query.picture and prompt == int(query.prompt) else None
            self._kept = None
        v, a = model(picture, sound, changes, keep=keep, resume=resume)
        return v.float().cpu(), a.float().cpu()

    def _streams(self, query: Query, model: Any) -> list[StreamInput]:
        """What both streams are given; where they lie and what they are told is made ready once."""
        device, dtype = self.precision.device, self.precision.compute
        if self._turned is None or any(
            known is not now for known, now in zip(self._turned[0], query.places, strict=True)
        ):
            turned = [
                model.turned(places.to(device), audio=bool(n))
                for n, places in enumerate(query.places)
            ]
            self._turned = query.places, turned
        text = self._prompts[int(query.prompt)]
        if text not in self._captions:
            self._captions[text] = [
                model.captioned(context.to(device, dtype), audio=bool(n))
                for n, context in enumerate(self._contexts[text])
            ]
        given = (query.picture, query.sound), (query.picture_levels, query.sound_levels)
        return [
            StreamInput(
                tokens=given[0][n].to(device, dtype),
                timesteps=given[1][n].to(device),
                sigma=torch.tensor([query.sigma[n]], device=device),
                positions=self._turned[1][n],
                context=self._captions[text][n],
            )
            for n in (0, 1)
        ]

    def velocity(
        self,
        latent: Tensor,
        sigma: Tensor,
        words: Tensor,
        *,
        beside: Beside | None = None,
        skip: Collection[int] = (),
    ) -> Tensor:
        """Velocity of the picture alone, apart from sound. Raises UsageError for `beside`."""
        if beside is not None:
            raise UsageError("this model looks at pictures beside a clip with its sound only")
        t, h, w = latent.shape[2:]
        levels = sigma[:, :, None].expand(-1, -1, h * w).flatten(1)
        count, channels = self.sound_tokens(t)
        query = Query(
            rearrange(latent, "b c t h w -> b (t h w) c"),
            torch.zeros(1, count, channels),
            levels,
            torch.zeros(1, count),
            (float(sigma.max()), 0.0),
            (self.places((t, h, w), first=0, spread=1.0), self.sound_places(count)),
            words,
            "skipping" if skip else "apart",
            tuple(skip),
        )
        found, _ = self.predict(query)
        return rearrange(found, "b (t h w) c -> b c t h w", t=t, h=h)

    @torch.inference_mode()
    def encode(self, picture: Tensor) -> Tensor:
        """Picture (1, 3, 1+8k, 32h, 32w) in -1..1 to its latent, float32."""
        vae: Any = self._stage.use("vae")
        found: Tensor = vae.encode(picture.to(self.precision.device, self.precision.compute))
        return found.float()

    def decode(self, latent: Tensor) -> Tensor:
        """Latent (1, C, 1+k, h, w) to the whole picture (1, 3, 1+8k, 32h, 32w), on the CPU."""
        return rearrange(torch.cat(list(self._pieces(latent))), "t h w c -> 1 c t h w")

    def decode_frames(self, latent: Tensor) -> Iterator[NDArray[Any]]:
        """The picture frame by frame, uint8 (H, W, 3)."""
        for piece in self._pieces(latent):
            yield from ((piece + 1) * 127.5).round().clamp(0, 255).to(torch.uint8).numpy()

    @torch.inference_mode()
    def _pieces(self, latent: Tensor) -> Iterator[Tensor]:
        """Frames (t, H, W, 3) in order, however long the clip is."""
        self._turned = None
        self._captions.clear()  # the device is for the picture now
        plan = self._decoding(tuple(latent.shape[2:]))  # type: ignore[arg-type]
        vae: Any = self._stage.use("vae")
        device, dtype = self.precision.device, self.precision.compute
        tiling = Tiling(max(latent.shape[3:])) if plan.tile is None else tiling_of(plan.tile)

        def decode(part: Tensor) -> Iterator[Tensor]:
            frames: Iterator[Tensor] = vae.decode_slices(part.to(device, dtype), most=plan.slice)
            return frames

        yield from decode_tiles(decode, latent, tiling)

    @torch.inference_mode()
    def upsample(self, latent: Tensor) -> Tensor:
        """Latent (1, C, T, h, w) to one of twice the rows and columns. Raises ModelError."""
        if "spatial_2x" not in self.upsamplers:
            raise ModelError(
                "the spatial upsampler of LTX-2 is not here",
                where="upsampler",
                mend=how_to_get("spatial_2x"),
            )
        statistics: Any = self._stage.get("vae").get_submodule("per_channel_statistics")
        plain = statistics.restore(latent)
        larger = self._stage.use("spatial_2x")(plain.to(self.precision.device)).float().cpu()
        found: Tensor = statistics.normalise(larger)
        return found

    @torch.inference_mode()
    def encode_sound(self, sound: Sound, count: int) -> Tensor:
        """The first `count` tokens (1, M, C) of a sound, silence behind it."""
        config = self.opened.config.audio_vae
        if config is None or "audio_vae" not in self.opened.parts:
            raise ModelError("the file holds no sound encoder", where=str(self.opened.path))
        samples = torch.from_numpy(conform_sample_rate(sound, config.sampling_rate).array()).T
        wanted = 4 * count * config.hop_length
        samples = nn.functional.pad(samples[:2], (0, max(0, wanted - samples.shape[1])))
        samples = samples[:, :wanted].expand(config.in_channels, -1).contiguous()
        mel = log_mel(
            samples,
            rate=config.sampling_rate,
            size=config.filter_length,
            hop=config.hop_length,
            bands=config.mel_bins,
        )[:, :, : 4 * count].clamp(min=float(np.log(FLOOR)))
        vae: Any = self._stage.use("audio_vae")
        latent = vae.encode(mel.to(self.precision.device, self.precision.compute))
        return to_tokens(latent.float().cpu())[:, :count]

    @torch.inference_mode()
    def decode_sound(self, tokens: Tensor) -> tuple[NDArray[np.float32], int]:
        """Samples (N, 2) in -1..1 and their rate. Raises ModelError without a vocoder."""
        config = self.opened.config
        if config.audio_vae is None or config.vocoder is None:
            raise ModelError("the file holds no vocoder", where=str(self.opened.path))
        latent = from_tokens(tokens, config.audio_vae.z_channels)
        vae: Any = self._stage.use("audio_vae")
        mel = vae.decode(latent.to(self.precision.device, self.precision.compute))
        sound = self._stage.use("vocoder")(mel)[0].float().cpu()
        rate = (config.bandwidth or config.vocoder).output_sampling_rate
        return np.ascontiguousarray(sound.clamp(-1, 1).T.numpy()), rate

    def release(self) -> None:
        """Take everything off the device."""
        self._stage.leave()
        self.text.release()

    def _features(self, text: str) -> Features:
        if "text" not in self.opened.parts:
            raise ModelError("the file holds no text projection", where=str(self.opened.path))
        projection = self._stage.get("text")
        mark = fingerprint(projection)
        found = load_features(text, mark)
        if found is None:
            self._stage.leave()
            found = project(self.text.states(text).cpu(), projection)
            save_features(found, text, mark)
        return found

    @torch.inference_mode()
    def _connected(self, features: Features) -> tuple[Tensor, Tensor]:
        """Both contexts, with learned registers behind the text up to the full length."""
        self.text.release()
        made = []
        for name, value in (("video", features.video), ("audio", features.audio)):
            count = min(value.shape[1], LONGEST)
            padded = nn.functional.pad(value[:, :count], (0, 0, 0, LONGEST - count))
            valid = torch.arange(LONGEST)[None] < count
            connector = self._stage.use(f"{name}_connector")
            device, dtype = self.precision.device, self.precision.compute
            made.append(connector(padded.to(device, dtype), valid.to(device)).cpu())
        return made[0], made[1]

    def _load_transformer(self) -> nn.Module:
        module = load_part(self.opened, "transformer", dtype=self.precision.compute)
        for lora, _ in self.loras:
            check_fits(lora, module)
        self._adapted.enter_context(beside(module, self.loras))
        return module

    def _resident(self, query: Query) -> int | None:
        """How many blocks stay on the device for so many tokens; None for all that there are."""
        if self.precision.device.type == "cpu" and self.budget is None:
            return None  # mapped weights come and go by themselves
        counts = query.picture.shape[1], query.sound.shape[1]
        if counts not in self._denoising:
            self._denoising[counts] = plan_denoising(
                self.opened, *counts, self._room(), self.precision.compute
            )
        plan = self._denoising[counts]
        if plan.weights == "fp8" and not self._is_narrow:
            self._is_narrow = True
            self._stage.leave()
            keep(self._stage.get("transformer"), "fp8", only=_is_in_block)
        return plan.resident

    def _decoding(self, extent: tuple[int, int, int]) -> Decoding:
        """The picture's tiles and slices; a CPU decodes whole, in slices that its caches hold."""
        if self.precision.device.type == "cpu" and self.budget is None:
            return Decoding(None, SLICE, None)
        if extent not in self._plans:
            t, h, w = extent
            clip = Geometry(w * SPACE, h * SPACE, 1 + TIME * (t - 1), RATE)
            room = self._room()
            self._plans[extent] = plan_decoding(self.opened, clip, room, self.precision.compute)
        return self._plans[extent]

    def ease(self, rung: Rung) -> str | None:
        """Plan anew for half of the memory: smaller tiles, fetched blocks, fp8, as that needs.

        None when so little is left that nothing can be planned, or less than a run needs.
        """
        budget = self._room() // 2
        if rung != "tile" or budget < LEAST_BUDGET:
            return None
        try:
            for counts in self._denoising:
                plan_denoising(self.opened, *counts, budget, self.precision.compute)
        except ModelError:
            return None
        self._stage.leave()
        self.budget = budget
        self._plans.clear()
        self._denoising.clear()
        return f"the model is planned anew for {amount(budget)}"

    def _room(self) -> int:
        """Bytes of the device for one network and its work."""
        if self.budget is not None:
            return self.budget
        self._stage.leave()
        return free_memory(self.precision.device)


def _is_in_block(name: str) -> bool:
    return name.startswith("transformer_blocks.")


def load_ltx2(
    checkpoint: Path,
    others: Mapping[str, Path],
    precision: Precision,
    loras: Sequence[tuple[Lora, float]] = (),
    *,
    budget: int | None = None,
) -> Ltx2Model:
    """Open a checkpoint with what goes beside it. Raises ModelError when something does not fit.

    `others` are upsamplers by name, the further files of a split checkpoint, and the text model's
    folder as `text_model`.
    """
    upsamplers = {name: path for name, path in others.items() if name in UPSAMPLERS}
    more = [path for name, path in others.items() if name not in {*UPSAMPLERS, "text_model"}]
    opened = open_checkpoint(checkpoint, *more)
    missing = {"transformer", "vae", "video_connector", "audio_connector"} - opened.parts.keys()
    if missing:
        raise ModelError(
            f"it lacks its {', '.join(sorted(missing))}",
            where=str(checkpoint),
            mend="Import the file that holds everything, or the other files that it is split into.",
        )
    text = TextModel(others.get("text_model", text_folder()), precision.device, torch.bfloat16)
    return Ltx2Model(opened, upsamplers, text, precision, tuple(loras), budget)


UPSAMPLERS = ("spatial_2x", "spatial_1.5x", "temporal_2x")


def upsampler_kind(config: UpsamplerConfig) -> str:
    """The name of an upsampler's part."""
    if config.temporal_upsample:
        return "temporal_2x"
    return "spatial_2x" if config.spatial_scale == 2 else "spatial_1.5x"


def load_upsampler(path: Path) -> LatentUpsampler:
    """An upsampler by its own configuration. Raises ModelError when it is none of LTX-2's."""
    made = load_network(LatentUpsampler, cast(Any, _upsampler_config), path)
    return made.eval().requires_grad_(False)


def _upsampler_config(**table: Any) -> UpsamplerConfig:
    """Keys that it does not know do not matter to the network."""
    known = UpsamplerConfig.__dataclass_fields__
    return UpsamplerConfig(**{name: value for name, value in table.items() if name in known})
