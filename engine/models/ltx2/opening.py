"""Opens LTX-2 files: recognised and checked by their headers alone; nothing is loaded here."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from engine.errors import ModelError
from engine.models.checkpoint import Header, TensorFacts, read_header
from engine.models.ltx2.audio_vae import AudioVae
from engine.models.ltx2.config import Ltx2Config, read_config
from engine.models.ltx2.connector import Connector, TextProjection
from engine.models.ltx2.transformer import Ltx2Transformer
from engine.models.ltx2.video_vae import VideoVae
from engine.models.ltx2.vocoder import Vocoder, VocoderWithBandwidth

_INNER = "model.diffusion_model."
PREFIXES: Mapping[str, str] = {
    "video_connector": f"{_INNER}video_embeddings_connector.",
    "audio_connector": f"{_INNER}audio_embeddings_connector.",
    "transformer": _INNER,
    "vae": "vae.",
    "audio_vae": "audio_vae.",
    "vocoder": "vocoder.",
    "text": "text_embedding_projection.",
}
NEWEST = (2, 3)  # what this AIPROD reads; a later version is named, and what of it would fit
# Left over from training in some files; nothing reads them.
_UNUSED = ("per_channel_statistics.channel", "per_channel_statistics.mean-of-stds")
_SCALES = (".weight_scale", ".input_scale")  # of fp8 layers
_WEIGHTS = ("F64", "F32", "F16", "BF16", "F8_E4M3")
_AGAIN = "Get the file again from where its owner publishes it."


@dataclass(frozen=True)
class Opened:
    """A checked checkpoint: its configuration, and which tensors of which file make each part."""

    path: Path
    config: Ltx2Config
    parts: Mapping[str, Mapping[str, TensorFacts]]  # names without the part's prefix
    files: Mapping[str, tuple[Path, ...]]  # by part; a part of a split file may lie in several

    @property
    def bytes(self) -> int:
        """The size of its files."""
        every = {self.path, *(path for paths in self.files.values() for path in paths)}
        return sum(path.stat().st_size for path in every)

    @property
    def is_distilled(self) -> bool:
        """Whether it is made to be sampled in a few steps: only the file's name says so."""
        return "distilled" in self.path.stem.lower()


def is_ltx2(header: Header) -> bool:
    """Whether a file is an LTX-2 checkpoint, or a part of one: its configuration has sound.

    LTX-Video, the generation before, has pictures only.
    """
    if any(name.startswith(f"{_INNER}audio_patchify_proj.") for name in header.tensors):
        return "config" in header.metadata
    try:
        table = json.loads(header.metadata["config"])
        return "audio_num_attention_heads" in table["transformer"] and any(
            name.startswith(tuple(PREFIXES.values())) for name in header.tensors
        )
    except (KeyError, TypeError, ValueError):
        return False


def is_piece(header: Header) -> bool:
    """Whether all tensors of a file have names of LTX-2's networks."""
    prefixes = tuple(PREFIXES.values())
    return bool(header.tensors) and all(name.startswith(prefixes) for name in header.tensors)


def open_checkpoint(path: Path, *others: Path) -> Opened:
    """Read the headers and compare every name and shape with what the configuration makes.

    `others` hold the rest of the same model where it is split over files, by part or anywhere.
    Takes well under two seconds for any size: nothing is loaded. Raises ModelError that lists
    missing, unexpected and misshapen tensors.
    """
    headers = {file: read_header(file) for file in (path, *others)}
    version = headers[path].metadata.get("model_version", "")
    signs = later_signs([name for header in headers.values() for name in header.tensors])
    if not is_ltx2(headers[path]):
        if signs:
            raise _later(path, version, [], signs)
        raise ModelError("it is not an LTX-2 checkpoint", where=str(path))
    config = _config(headers[path], path, version)
    parts: dict[str, dict[str, TensorFacts]] = {}
    files: dict[str, tuple[Path, ...]] = {}
    problems = []
    for file, header in headers.items():
        found, unknown = _by_part(header)
        problems += [f"{name} is not expected" for name in unknown]
        for part, names in found.items():
            twice = names.keys() & parts.get(part, {}).keys()
            if twice:
                here = files[part][-1].name
                raise ModelError(
                    f"{PREFIXES[part]}{min(twice)} is in {here} already", where=str(file)
                )
            parts[part] = {**parts.get(part, {}), **names}
            files[part] = (*files.get(part, ()), file)
    is_later = _is_later(version)
    suspects = () if is_later or signs else _too_deep(config, parts)  # told without building any
    wrong = {part: check_part(config, part, parts[part]) for part in suspects or parts}
    problems += [problem for found in wrong.values() for problem in found]
    if is_later or (problems and signs):
        fitting = [part for part, found in wrong.items() if not found]
        raise _later(path, version, fitting, signs)
    if problems:
        shown = "; ".join(sorted(problems)[:10])
        more = f"; and {len(problems) - 10} more" if len(problems) > 10 else ""
        what = (
            "1 tensor does not fit" if len(problems) == 1 else f"{len(problems)} tensors do not fit"
        )
        raise ModelError(f"{what}: {shown}{more}", where=str(path), mend=_AGAIN)
    return Opened(path, config, parts, files)


def check_piece(path: Path) -> None:
    """Compare a piece of a split checkpoint with its configuration, as far as it says one.

    Raises ModelError for tensors that no LTX-2 has, and for misshapen ones.
    """
    header = read_header(path)
    parts, problems = _by_part(header)
    problems = [f"{name} is not expected" for name in problems]
    if "config" in header.metadata:
        config = _config(header, path, header.metadata.get("model_version", ""))
        for part, found in parts.items():
            problems += [p for p in check_part(config, part, found) if not p.endswith("is missing")]
    if problems or not parts:
        told = "; ".join(sorted(problems)[:10]) or "it holds no tensors"
        raise ModelError(f"no piece of an LTX-2 checkpoint: {told}", where=str(path), mend=_AGAIN)


def build(config: Ltx2Config, part: str, found: Mapping[str, TensorFacts]) -> nn.Module:
    """The network of a part on the meta device: shapes without memory. Raises ValueError."""
    with torch.device("meta"):
        match part:
            case "transformer":
                return Ltx2Transformer(config.transformer)
            case "video_connector" | "audio_connector":
                return Connector(config.transformer, audio=part == "audio_connector")
            case "text":
                states = [
                    f.shape[1] for n, f in found.items() if n.endswith("weight") and f.shape[1:]
                ]
                return TextProjection(config.transformer, max(states, default=1))
            case "vae" if config.vae is not None:
                return VideoVae(config.vae)
            case "audio_vae" if config.audio_vae is not None:
                return AudioVae(config.audio_vae)
            case "vocoder" if config.vocoder is not None:
                if config.bandwidth is not None:
                    return VocoderWithBandwidth(config.vocoder, config.bandwidth)
                return Vocoder(config.vocoder)
    raise ValueError(f"its configuration says nothing of its {part}")


def check_part(config: Ltx2Config, part: str, found: Mapping[str, TensorFacts]) -> list[str]:
    """What does not fit of a part's tensors: missing, unexpected, misshapen or oddly stored."""
    prefix = PREFIXES[part]
    try:
        _check_depth(config, part, found)
        module = build(config, part, found)
    except (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError) as error:
        return [f"{part}: {error}"]
    wanted = {name: tuple(value.shape) for name, value in module.state_dict().items()}
    problems = [f"{prefix}{name} is missing" for name in wanted.keys() - found.keys()]
    for name, facts in found.items():
        if name.endswith(_SCALES):
            weight = found.get(f"{name.rpartition('.')[0]}.weight")
            if weight is None or weight.dtype != "F8_E4M3" or facts.shape not in ((), (1,)):
                problems.append(f"{prefix}{name} is no scale of an fp8 weight")
        elif name not in wanted:
            problems.append(f"{prefix}{name} is not expected")
        elif facts.dtype not in _WEIGHTS:
            problems.append(f"{prefix}{name} is stored as {facts.dtype}, which is not read")
        elif facts.shape != wanted[name]:
            problems.append(f"{prefix}{name} is {facts.shape}, not {wanted[name]}")
    return problems


def _too_deep(
    config: Ltx2Config, parts: Mapping[str, Mapping[str, TensorFacts]]
) -> tuple[str, ...]:
    """The parts that claim more layers than they have tensors."""
    deep = []
    for part, found in parts.items():
        try:
            _check_depth(config, part, found)
        except (ArithmeticError, TypeError, ValueError):
            deep.append(part)
    return tuple(deep)


def _check_depth(config: Ltx2Config, part: str, found: Mapping[str, TensorFacts]) -> None:
    """A configuration that lies about its depth would take long to build even without memory."""
    layers = [config.transformer.num_layers, config.transformer.connector_num_layers]
    if part == "vae" and config.vae is not None:
        blocks = (*config.vae.encoder_blocks, *config.vae.decoder_blocks)
        layers = [int(options.get("num_layers", 0)) for _, options in blocks]
    elif part == "audio_vae" and config.audio_vae is not None:
        layers = [config.audio_vae.num_res_blocks]
    elif part == "transformer":
        layers = layers[:1]
    elif not part.endswith("connector"):
        return
    else:
        layers = layers[1:]
    if max(layers) > len(found):
        raise ValueError(f"{max(layers)} layers cannot be in {len(found)} tensors")


def _config(header: Header, path: Path, version: str) -> Ltx2Config:
    try:
        return read_config(json.loads(header.metadata["config"]), version)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        if _is_later(version):
            raise _later(path, version, [], later_signs([*header.tensors])) from None
        raise ModelError(
            f"its configuration is not one of LTX-2 ({error})",
            where=str(path),
            mend="This AIPROD reads LTX-2.0 to 2.3.",
        ) from None


def _by_part(header: Header) -> tuple[dict[str, dict[str, TensorFacts]], list[str]]:
    """Tensors by part, names without prefix, and those that belong to none."""
    parts: dict[str, dict[str, TensorFacts]] = {}
    unknown = []
    for name, facts in header.tensors.items():
        for part, prefix in PREFIXES.items():
            if name.startswith(prefix):
                inner = name.removeprefix(prefix)
                if not inner.startswith(_UNUSED):
                    parts.setdefault(part, {})[inner] = facts
                break
        else:
            unknown.append(name)
    return parts, unknown


def _is_later(version: str) -> bool:
    numbers = [int(part) for part in version.split(".") if part.isdigit()]
    return tuple(numbers[:2]) > NEWEST


def later_signs(names: Sequence[str]) -> list[str]:
    """What of a file came with LTX-2.5: a version need not be noted in it.

    From what `diffusers` 0.42 builds for that version.
    """
    found = []
    if any(name.startswith("duration_head.") or ".duration_head." in name for name in names):
        found.append("a duration head")
    if any("keyframes_abs_pos_embedding" in name for name in names):
        found.append("an embedding of keyframes")
    if any("vae.decoder." in name and ".attn" in name for name in names):
        found.append("a diffusion decoder")
    feeds = [name for name in names if ".transformer_blocks." in name and ".ff.net.2." in name]
    if feeds and not any(name.endswith(".bias") for name in feeds):
        found.append("feed-forward layers without biases")
    return found


def _later(path: Path, version: str, fitting: Sequence[str], signs: Sequence[str]) -> ModelError:
    works = f"of its parts only {', '.join(fitting)} are as before" if fitting else "no part fits"
    what = f"version {version}" if _is_later(version) else "2.5 or later"
    has = f", with {', '.join(signs)}" if signs else ""
    return ModelError(
        f"it is LTX-2 {what}{has}; this AIPROD reads 2.0 to 2.3 ({works}), so it is not used",
        where=str(path),
        mend="Use an LTX-2.0 to 2.3 checkpoint, or a newer AIPROD.",
    )
