"""Plans how an LTX-2 checkpoint runs in a given amount of memory, before anything is loaded.

Weights are counted from the file's header, everything else by running the networks on the meta
device, tensor by tensor.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from math import prod
from typing import Any, Literal, get_args

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from engine.errors import ModelError
from engine.models.ltx2.audio_vae import from_tokens
from engine.models.ltx2.config import TransformerConfig
from engine.models.ltx2.geometry import Geometry
from engine.models.ltx2.opening import Opened, build
from engine.models.ltx2.slices import lay_flat
from engine.models.ltx2.tiles import spans, tiling_of
from engine.models.ltx2.transformer import Ltx2Transformer, StreamInput
from engine.models.ltx2.video_vae import VideoVae
from engine.runtime.footprint import footprint, weight_bytes

CONTEXT = 1024  # tokens of the prompt
RESERVE = 0.08  # part of the memory that drivers and fragmentation take
# Ways to decode: pixels of a tile, or None for the whole picture, and numbers in a slice in time.
_WAYS = (
    (None, 2**24),
    (None, 2**22),
    (768, 2**22),
    (512, 2**21),
    (384, 2**21),
    (256, 2**20),
    (192, 2**19),
)
_NARROW = {"F8_E4M3": 1, "BF16": 2, "F16": 2}  # bytes of a number
Kept = Literal["stored", "fp8"]  # how the weights of the blocks wait: as in the file, or narrower


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
    weights: Kept
    resident_blocks: int
    blocks: int
    tile: int | None  # pixels; None decodes the whole picture
    slice: int  # numbers that a slice in time holds inside of the decoder
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
            "slice": self.slice,
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


@dataclass(frozen=True)
class Denoising:
    """How the transformer runs: the weights of its blocks, and how many of them stay."""

    weights: Kept
    resident: int
    phase: Phase


def make_plan(
    opened: Opened, clip: Geometry, budget: int, dtype: torch.dtype = torch.bfloat16
) -> Plan:
    """The plan with the fewest compromises that fits, to compute in `dtype`.

    Raises ModelError that says how much memory it needs at least.
    """
    denoising = plan_denoising(opened, clip.tokens, clip.audio_tokens, budget, dtype)
    decoding = plan_decoding(opened, clip, budget, dtype)
    config = opened.config.transformer
    sound = [_sound(opened, part, clip, dtype) for part in ("audio_vae", "vocoder")]
    found = [phase for phase in (denoising.phase, *sound, decoding.phase) if phase is not None]
    return Plan(
        clip,
        budget,
        denoising.weights,
        denoising.resident,
        config.num_layers,
        decoding.tile,
        decoding.slice,
        tuple(found),
    )


def plan_denoising(
    opened: Opened, tokens: int, audio_tokens: int, budget: int, dtype: torch.dtype
) -> Denoising:
    """Weights as stored before fp8, resident before fetched. Raises ModelError."""
    room = round(budget * (1 - RESERVE))
    config = opened.config.transformer
    working, flops = _denoising(config, tokens, audio_tokens, dtype)
    count = config.num_layers
    least = 0.0
    for kind in get_args(Kept):
        block, rest = _transformer_bytes(opened, kind, dtype)
        free = room - rest - working
        resident = count if free >= count * block else int(free // block) - 2
        least = (rest + min(2, count) * block + working) / (1 - RESERVE)
        if resident < 0:
            continue
        phase = Phase(
            name="denoise",
            resident=rest + resident * block,
            fetched=(count - resident) * block,
            room=min(2, count - resident) * block,
            working=working,
            flops=flops,
            note="" if resident == count else f"{count - resident} of {count} blocks fetched",
        )
        return Denoising(kind, resident, phase)
    raise ModelError(
        f"a shot of {tokens} places does not fit into "
        f"{budget / 2**30:.1f} GB: at least {least / 2**30:.1f} GB are needed",
        where="memory",
        mend="Make it smaller or shorter.",
    )


@lru_cache(maxsize=16)
def _denoising(
    config: TransformerConfig, tokens: int, audio_tokens: int, dtype: torch.dtype
) -> tuple[int, int]:
    """Working bytes, and operations of a pass. One block stands for all: they are alike."""
    found = []
    for layers in (1, 2):
        short = dataclasses.replace(config, num_layers=layers)
        model, video, audio = _pass(short, tokens, audio_tokens, dtype)
        work = partial(model, video, audio)
        found.append((footprint(work).peak, _flops(work)))
    (working, first), (_, second) = found
    return working, first + (config.num_layers - 1) * (second - first)


def _pass(
    config: TransformerConfig, tokens: int, audio_tokens: int, dtype: torch.dtype
) -> tuple[nn.Module, StreamInput, StreamInput]:
    before = config.caption_proj_before_connector
    with torch.device("meta"):
        model = Ltx2Transformer(config).to(dtype).requires_grad_(False)

        def stream(count: int, channels: int, axes: int, width: int) -> StreamInput:
            context = width if before else config.caption_channels
            return StreamInput(
                tokens=torch.zeros(1, count, channels, dtype=dtype),
                timesteps=torch.zeros(1, 1),
                sigma=torch.zeros(1),
                positions=torch.zeros(1, axes, count, 2),
                context=torch.zeros(1, CONTEXT, context, dtype=dtype),
            )

        video = stream(tokens, config.in_channels, 3, config.width)
        audio = stream(audio_tokens, config.audio_in_channels, 1, config.audio_width)
    return model, video, audio


def _transformer_bytes(opened: Opened, kind: Kept, dtype: torch.dtype) -> tuple[int, int]:
    """Bytes of one block, and of all the rest. Matrices of blocks stay as narrow as they are."""
    block = rest = 0
    for name, facts in opened.parts["transformer"].items():
        inside = name.startswith("transformer_blocks.")
        width = dtype.itemsize
        if inside and name.endswith(".weight") and len(facts.shape) == 2:
            width = 1 if kind == "fp8" else min(width, _NARROW.get(facts.dtype, width))
        if inside:
            block += width * prod(facts.shape)
        else:
            rest += width * prod(facts.shape)
    return block // opened.config.transformer.num_layers, rest


@dataclass(frozen=True)
class Decoding:
    """How the picture is decoded: pixels of a tile, or None for the whole; numbers in a slice."""

    tile: int | None
    slice: int
    phase: Phase | None


def plan_decoding(opened: Opened, clip: Geometry, budget: int, dtype: torch.dtype) -> Decoding:
    """The fewest tiles and largest slices that fit; the smallest when none do."""
    config = opened.config
    if config.vae is None or "vae" not in opened.parts:
        return Decoding(*_WAYS[0], None)
    with torch.device("meta"):
        vae = VideoVae(config.vae).to(dtype).requires_grad_(False)
        lay_flat(vae)
    weights = weight_bytes(vae.decoder)
    for pixels, most in _WAYS:
        need, tiles = _tiles(vae, clip, pixels, most)
        if weights + need <= round(budget * (1 - RESERVE)):
            break
    flops = tiles * _flops(partial(vae.decode, _tile(vae, clip, pixels), most=2**60))
    note = "whole, in slices" if pixels is None else f"{tiles} tiles of {pixels} px"
    return Decoding(pixels, most, Phase("decode picture", weights, 0, 0, need, flops, note))


def _tiles(vae: VideoVae, clip: Geometry, pixels: int | None, most: int) -> tuple[int, int]:
    """Working bytes, and the number of tiles that are decoded side by side.

    Every tile keeps frames for its next slice; one of them works at a time.
    """
    tile = _tile(vae, clip, pixels)
    overlap = tiling_of(pixels).overlap if pixels is not None else 0
    sides = zip(clip.latent[1:], tile.shape[3:], strict=True)
    count = prod(len(spans(whole, part, overlap)) for whole, part in sides)
    one = footprint(partial(_side_by_side, vae, tile, most, 1)).peak
    kept = footprint(partial(_side_by_side, vae, tile, most, 2)).peak - one if count > 1 else 0
    return one + (count - 1) * kept, count


def _tile(vae: VideoVae, clip: Geometry, pixels: int | None) -> Tensor:
    t, h, w = clip.latent
    space = max(h, w) if pixels is None else tiling_of(pixels).space
    shape = (1, vae.config.latent_channels, t, min(h, space), min(w, space))
    weight = vae.decoder.conv_in.conv.weight
    return torch.zeros(shape, device=weight.device, dtype=weight.dtype)


def _side_by_side(vae: VideoVae, latent: Tensor, most: int, count: int) -> None:
    streams = [vae.decode_slices(latent, most=most) for _ in range(count)]
    while [None for stream in streams if next(stream, None) is not None]:
        pass


def _sound(opened: Opened, part: str, clip: Geometry, dtype: torch.dtype) -> Phase | None:
    """A network that sound goes through after denoising."""
    audio = opened.config.audio_vae
    if audio is None or part not in opened.parts:
        return None
    network: Any = build(opened.config, part, opened.parts[part])
    network = network.to(dtype).requires_grad_(False)
    with torch.device("meta"):
        if part == "audio_vae":
            channels = opened.config.transformer.audio_in_channels
            tokens = torch.zeros(1, clip.audio_tokens, channels, dtype=dtype)
            work = partial(network.decode, from_tokens(tokens, audio.z_channels))
        else:
            mel = torch.zeros(1, audio.out_ch, 4 * clip.audio_tokens, audio.mel_bins, dtype=dtype)
            work = partial(network, mel)
        name = "decode sound" if part == "audio_vae" else "make the wave"
        return Phase(name, weight_bytes(network), 0, 0, footprint(work).peak, _flops(work))


def _flops(work: Callable[[], Any]) -> int:
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        work()
    return int(counter.get_total_flops())
