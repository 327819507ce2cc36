"""Plans how an LTX-2 checkpoint runs in a given amount of memory, before anything is loaded.

Weights are counted from the file's header, everything else by running the networks on the meta
device, tensor by tensor.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from math import prod
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from engine.errors import ModelError
from engine.models.ltx2.config import Ltx2Config, TransformerConfig
from engine.models.ltx2.geometry import SPACE, TIME, Geometry
from engine.models.ltx2.opening import Opened
from engine.models.ltx2.transformer import Ltx2Transformer, StreamInput
from engine.models.ltx2.video_vae import VideoVae
from engine.runtime.footprint import footprint, weight_bytes

CONTEXT = 1024  # tokens of the prompt
RESERVE = 0.08  # part of the memory that drivers and fragmentation take
_TILES = ((None, None), (768, 64), (512, 64), (384, 48), (256, 32), (192, 24))
WIDTHS = {"bf16": 2.0, "fp8": 1.0}


@dataclass(frozen=True)
class Phase:
    """One part of the work: bytes of weights on the device, of weights fetched, of all else."""

    name: str
    resident: int
    fetched: int  # what is fetched in all, block by block, in one pass
    room: int  # for the two fetched blocks on the device at a time
    working: int
    flops: int
    note: str = ""

    @property
    def peak(self) -> int:
        """Bytes on the device at its height."""
        return self.resident + self.room + self.working


@dataclass(frozen=True)
class Plan:
    """How a clip is made within `budget` bytes."""

    clip: Geometry
    budget: int
    weights: str  # bf16 or fp8
    resident_blocks: int
    blocks: int
    tile: tuple[int, int] | None  # pixels and frames; None decodes whole
    phases: tuple[Phase, ...]

    @property
    def peak(self) -> int:
        """Bytes on the device at the height of the whole."""
        return max(phase.peak for phase in self.phases)

    def as_dict(self) -> dict[str, Any]:
        """The plan as JSON values; sizes in bytes."""
        phases = [{**dataclasses.asdict(phase), "peak": phase.peak} for phase in self.phases]
        return {
            "width": self.clip.width,
            "height": self.clip.height,
            "frames": self.clip.frames,
            "budget": self.budget,
            "peak": self.peak,
            "weights": self.weights,
            "resident_blocks": self.resident_blocks,
            "blocks": self.blocks,
            "tile": self.tile,
            "phases": phases,
        }

    def seconds(self, steps: int, passes: int, *, flops: float, link: float) -> float:
        """Expected time, from operations a second and bytes a second to the device.

        Fetching goes on beside computing: the slower of the two counts.
        """
        total = 0.0
        for phase in self.phases:
            times = steps * passes if phase.name == "denoise" else 1
            total += times * max(phase.flops / flops, phase.fetched / link)
        return total


def make_plan(opened: Opened, clip: Geometry, budget: int) -> Plan:
    """The plan with the fewest compromises that fits: bf16 before fp8, resident before fetched.

    Raises ModelError that says how much memory it needs at least.
    """
    room = round(budget * (1 - RESERVE))
    config = opened.config
    working, flops = _denoising(config.transformer, clip)
    for kind, width in WIDTHS.items():
        block, rest = _transformer_bytes(opened, width)
        count = config.transformer.num_layers
        free = room - rest - working
        resident = count if free >= count * block else int(free // block) - 2
        if resident < 0:
            continue
        fetched = (count - resident) * block
        phases = [
            Phase(
                name="denoise",
                resident=rest + resident * block,
                fetched=fetched,
                room=min(2, count - resident) * block,
                working=working,
                flops=flops,
                note="" if resident == count else f"{count - resident} of {count} blocks fetched",
            )
        ]
        tile, others = _decoding(config, opened, clip, room)
        return Plan(clip, budget, kind, resident, count, tile, (*phases, *others))
    block, rest = _transformer_bytes(opened, WIDTHS["fp8"])
    least = (rest + 2 * block + working) / (1 - RESERVE)
    raise ModelError(
        f"{clip.width}x{clip.height} with {clip.frames} frames does not fit into "
        f"{budget / 2**30:.1f} GB: at least {least / 2**30:.1f} GB are needed",
        where="memory",
        mend="Make it smaller or shorter.",
    )


def denoise_footprint(config: TransformerConfig, clip: Geometry, device: str) -> int:
    """Bytes beyond the weights at the height of one pass, on `device` ("meta" computes nothing)."""
    model, video, audio = _pass(config, clip, device)
    return footprint(lambda: model(video, audio)).peak


def _denoising(config: TransformerConfig, clip: Geometry) -> tuple[int, int]:
    """Working bytes, and operations of a pass. One block stands for all: they are alike."""
    one = dataclasses.replace(config, num_layers=1)
    model, video, audio = _pass(one, clip, "meta")
    working = footprint(lambda: model(video, audio)).peak
    counts = []
    for layers in (1, 2):
        model, video, audio = _pass(dataclasses.replace(config, num_layers=layers), clip, "meta")
        counts.append(_flops(partial(model, video, audio)))
    whole = counts[0] + (config.num_layers - 1) * (counts[1] - counts[0])
    return working, whole


def _pass(
    config: TransformerConfig, clip: Geometry, device: str
) -> tuple[nn.Module, StreamInput, StreamInput]:
    caption = not config.caption_proj_before_connector
    with torch.device(device):
        model = Ltx2Transformer(config).to(torch.bfloat16).requires_grad_(False)

        def stream(count: int, channels: int, axes: int, width: int) -> StreamInput:
            return StreamInput(
                tokens=torch.zeros(1, count, channels, dtype=torch.bfloat16),
                timesteps=torch.zeros(1, 1),
                sigma=torch.zeros(1),
                positions=torch.zeros(1, axes, count, 2),
                context=torch.zeros(
                    1, CONTEXT, config.caption_channels if caption else width, dtype=torch.bfloat16
                ),
            )

        video = stream(clip.tokens, config.in_channels, 3, config.width)
        audio = stream(clip.audio_tokens, config.audio_in_channels, 1, config.audio_width)
    return model, video, audio


def _transformer_bytes(opened: Opened, width: float) -> tuple[int, int]:
    """Bytes of one block, and of all the rest, with linear weights at `width` bytes each."""
    block = rest = 0
    for name, facts in opened.parts["transformer"].items():
        matrix = name.endswith(".weight") and len(facts.shape) == 2
        size = round(prod(facts.shape) * (width if matrix else 2))
        if name.startswith("transformer_blocks."):
            block += size
        else:
            rest += size
    return block // opened.config.transformer.num_layers, rest


def _decoding(
    config: Ltx2Config, opened: Opened, clip: Geometry, room: int
) -> tuple[tuple[int, int] | None, list[Phase]]:
    """The largest tiles of the picture that fit, and the phases after denoising."""
    phases: list[Phase] = []
    if config.audio_vae is not None and "vocoder" in opened.parts:
        weights = sum(_part_bytes(opened.parts[part]) for part in ("audio_vae", "vocoder"))
        working = 64 * 2**20 + clip.audio_tokens * 2**17
        phases.append(Phase("decode sound", weights, 0, 0, working, 0))
    if config.vae is None or "vae" not in opened.parts:
        return None, phases
    with torch.device("meta"):
        vae = VideoVae(config.vae).to(torch.bfloat16).requires_grad_(False)
    weights = weight_bytes(vae.decoder)
    picture = 3 * clip.frames * clip.height * clip.width * 2
    for pixels, frames in _TILES:
        shape = _tile_shape(clip, pixels, frames)
        latent = torch.zeros((1, config.vae.latent_channels, *shape), device="meta").bfloat16()
        decode = partial(vae.decode, latent)
        need = footprint(decode).peak
        held = 0 if pixels is None else picture
        if weights + need + held <= room or (pixels, frames) == _TILES[-1]:
            tiles = _tile_count(clip, shape)
            flops = tiles * _flops(decode)
            note = "whole" if pixels is None else f"{tiles} tiles of {pixels} px, {frames} frames"
            phases.append(Phase("decode picture", weights, 0, 0, need + held, flops, note))
            tile = None if pixels is None or frames is None else (pixels, frames)
            return tile, phases
    raise AssertionError("the last tile is always taken")


def _tile_shape(clip: Geometry, pixels: int | None, frames: int | None) -> tuple[int, int, int]:
    t, h, w = clip.latent
    if pixels is None or frames is None:
        return t, h, w
    return min(t, frames // TIME + 1), min(h, pixels // SPACE), min(w, pixels // SPACE)


def _tile_count(clip: Geometry, shape: tuple[int, int, int]) -> int:
    """Tiles that overlap by two latent places in space and three in time."""
    counts = []
    for whole, tile, overlap in zip(clip.latent, shape, (3, 2, 2), strict=True):
        step = max(1, tile - overlap)
        counts.append(1 if tile >= whole else -(-(whole - overlap) // step))
    return prod(counts)


def _part_bytes(facts: Mapping[str, Any]) -> int:
    return sum(2 * prod(tensor.shape) for tensor in facts.values())


def _flops(work: Callable[[], Tensor | tuple[Tensor, ...]]) -> int:
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        work()
    return int(counter.get_total_flops())
