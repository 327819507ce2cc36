"""Opens LTX-2 files: recognised and checked by their header alone, then loaded part by part."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import safe_open
from torch import Tensor, nn

from engine.errors import ModelError
from engine.models.checkpoint import Header, TensorFacts, read_header
from engine.models.ltx2.audio_vae import AudioVae
from engine.models.ltx2.config import Ltx2Config, read_config
from engine.models.ltx2.connector import TextProjection
from engine.models.ltx2.transformer import Ltx2Transformer
from engine.models.ltx2.video_vae import VideoVae
from engine.models.ltx2.vocoder import Vocoder, VocoderWithBandwidth

PREFIXES: Mapping[str, str] = {
    "transformer": "model.diffusion_model.",
    "vae": "vae.",
    "audio_vae": "audio_vae.",
    "vocoder": "vocoder.",
    "text": "text_embedding_projection.",
}
# Left over from training in some files; nothing reads them.
_UNUSED = ("per_channel_statistics.channel", "per_channel_statistics.mean-of-stds")
_SCALES = ("weight_scale", "input_scale")  # of fp8 layers


@dataclass(frozen=True)
class Opened:
    """A checked checkpoint: its configuration, and which tensors make each part it holds."""

    path: Path
    config: Ltx2Config
    parts: Mapping[str, Mapping[str, TensorFacts]]  # names without the part's prefix

    @property
    def bytes(self) -> int:
        """The size of the file."""
        return self.path.stat().st_size


def is_ltx2(header: Header) -> bool:
    """Whether a file is an LTX-2 checkpoint: joint video and sound streams in its transformer."""
    return (
        "config" in header.metadata
        and "model.diffusion_model.audio_patchify_proj.weight" in header.tensors
    )


def open_checkpoint(path: Path) -> Opened:
    """Read the header and compare every name and shape with what the configuration makes.

    Takes well under two seconds for any size: nothing is loaded. Raises ModelError that lists
    missing, unexpected and misshapen tensors.
    """
    header = read_header(path)
    if not is_ltx2(header):
        raise ModelError("it is not an LTX-2 checkpoint", where=str(path))
    config = _config(header, path)
    parts = {part: _names(header, prefix) for part, prefix in PREFIXES.items()}
    parts = {part: names for part, names in parts.items() if names}
    known = tuple(PREFIXES.values())
    problems = [f"{name} is not expected" for name in header.tensors if not name.startswith(known)]
    for part, found in parts.items():
        problems += _compare(part, _shapes(build(config, part, found)), found)
    if problems:
        shown = "; ".join(sorted(problems)[:10])
        more = f"; and {len(problems) - 10} more" if len(problems) > 10 else ""
        raise ModelError(
            f"{len(problems)} tensors do not fit: {shown}{more}",
            where=str(path),
            mend="Get the file again from where its owner publishes it.",
        )
    return Opened(path, config, parts)


def build(config: Ltx2Config, part: str, found: Mapping[str, TensorFacts]) -> nn.Module:
    """The network of a part on the meta device: shapes without memory."""
    missing = {"vae": config.vae, "audio_vae": config.audio_vae, "vocoder": config.vocoder}
    if part in missing and missing[part] is None:
        raise ModelError(f"its configuration says nothing of its {part}", where=part)
    with torch.device("meta"):
        if part == "transformer":
            return Ltx2Transformer(config.transformer)
        if part == "text":
            states = next(facts.shape[1] for name, facts in found.items() if "weight" in name)
            return TextProjection(config.transformer, states)
        if part == "vae":
            assert config.vae is not None
            return VideoVae(config.vae)
        if part == "audio_vae":
            assert config.audio_vae is not None
            return AudioVae(config.audio_vae)
        assert config.vocoder is not None
        if config.bandwidth is not None:
            return VocoderWithBandwidth(config.vocoder, config.bandwidth)
        return Vocoder(config.vocoder)


def load_part(opened: Opened, part: str, *, dtype: torch.dtype = torch.float32) -> nn.Module:
    """A part with its weights, on the CPU. Raises ModelError when the file does not hold it."""
    if part not in opened.parts:
        raise ModelError(f"the file holds no {part}", where=str(opened.path))
    module = build(opened.config, part, opened.parts[part])
    prefix = PREFIXES[part]
    state: dict[str, Tensor] = {}
    with safe_open(opened.path, "pt") as file:
        for name in opened.parts[part]:
            value = file.get_tensor(prefix + name)
            state[name] = value.to(dtype) if value.is_floating_point() else value
    fixed = {n for n, _ in module.named_buffers()} - set(module.state_dict())
    with torch.device("cpu"):
        for name in fixed:
            _make_buffer(module, name, opened.config)
    module.load_state_dict(state, assign=True)
    return module.eval().requires_grad_(False)


def _make_buffer(module: nn.Module, name: str, config: Ltx2Config) -> None:
    """Buffers that no file carries are made anew."""
    del config
    if isinstance(module, VocoderWithBandwidth) and name == "resampler":
        from engine.models.ltx2.vocoder import hann_sinc

        module.resampler = hann_sinc(module.ratio)


def _config(header: Header, path: Path) -> Ltx2Config:
    try:
        table = json.loads(header.metadata["config"])
        return read_config(table, header.metadata.get("model_version", ""))
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(
            f"its configuration is not one of LTX-2 ({error})",
            where=str(path),
            mend="This AIPROD reads LTX-2.0 to 2.3.",
        ) from None


def _names(header: Header, prefix: str) -> dict[str, TensorFacts]:
    return {
        name.removeprefix(prefix): facts
        for name, facts in header.tensors.items()
        if name.startswith(prefix) and not name.removeprefix(prefix).startswith(_UNUSED)
    }


def _shapes(module: nn.Module) -> dict[str, tuple[int, ...]]:
    return {name: tuple(value.shape) for name, value in module.state_dict().items()}


def _compare(
    part: str, wanted: Mapping[str, tuple[int, ...]], found: Mapping[str, TensorFacts]
) -> list[str]:
    prefix = PREFIXES[part]
    problems = [f"{prefix}{name} is missing" for name in wanted.keys() - found.keys()]
    for name, facts in found.items():
        if name not in wanted:
            if not name.endswith(_SCALES):
                problems.append(f"{prefix}{name} is not expected")
        elif facts.shape != wanted[name]:
            problems.append(f"{prefix}{name} is {facts.shape}, not {wanted[name]}")
    return problems
