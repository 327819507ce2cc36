"""Runs a training file (TOML): reads and checks it, trains, writes the weights with their card."""

from __future__ import annotations

import json
import time
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, TypeVar

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from engine.errors import UsageError
from engine.models.card import Card, file_sha256, write_card
from engine.models.checkpoint import config_of, load_into, read_header
from engine.models.lipsync.network import LipConfig
from engine.models.registry import STARTER
from engine.models.shdt import lexicon
from engine.models.shdt.audio import SoundConfig, SoundModel
from engine.models.shdt.transformer import ShdtTransformer, TransformerConfig
from engine.models.shdt.upsampler import UpsamplerConfig
from engine.models.shdt.vae import VaeConfig, VideoAutoencoder
from engine.runtime.device import DeviceName, Precision, choose
from engine.runtime.files import atomic_path
from engine.training.adapting import LoraTraining, train_lora
from engine.training.autoencoder import AutoencoderTraining, train_autoencoder
from engine.training.distil import DistilTraining, train_distilled
from engine.training.flow import FlowTraining, train_flow
from engine.training.lips import LipTraining, train_lips
from engine.training.loop import LoopConfig, Report, read_log
from engine.training.sound import CodecTraining, StreamTraining, train_codec, train_stream
from engine.training.upsampling import UpsamplerTraining, train_upsampler

Table = Mapping[str, Any]
SHIPPED = "Trained by aiprod-engine train on clips that engine.training.world draws."
SPEECH = "Trained by aiprod-engine train on speech of flite and of the shipped voice."
OWN = "Trained by aiprod-engine train on the user's own footage."
_Config = TypeVar("_Config")
_Network = TypeVar("_Network", bound=nn.Module)


@dataclass(frozen=True)
class Job:
    """A training file, read: what to train and where its files go."""

    path: Path
    table: Table
    folder: Path  # checkpoints, log and rendered clips' neighbour
    models: Path  # where the weights and their card are written
    precision: Precision
    report: Report | None

    @property
    def name(self) -> str:
        """The stem of the weights file."""
        return str(self.table["name"])


@dataclass(frozen=True)
class Trained:
    """What a training made: tensors by name, and the configuration that builds their network."""

    tensors: Mapping[str, Tensor]
    config: Table
    source: str = SHIPPED

    @staticmethod
    def of(module: nn.Module) -> Trained:
        """A whole network in half precision."""
        config: Any = module.config
        weights = {name: value.half().contiguous() for name, value in module.state_dict().items()}
        return Trained(weights, asdict(config))


def run(
    path: Path,
    *,
    work: Path = Path("runs"),
    models: Path = Path("resources/models"),
    device: DeviceName = "auto",
    report: Report | None = None,
) -> Path:
    """Train what the file describes and return the weights file. Resumes from `work`.

    Raises UsageError when the file is not a training file.
    """
    table = _read(path)
    job = Job(path, table, work / str(table["name"]), models, choose(device), report)
    loop = _config(LoopConfig, table, "loop", path)
    began = time.monotonic()
    trained = _KINDS[table["kind"]](job, loop)
    return _write(job, loop, trained, time.monotonic() - began)


def _train_autoencoder(job: Job, loop: LoopConfig) -> Trained:
    start = job.table.get("start")
    earlier = job.folder.parent / str(start) / f"{start}.safetensors"
    module = train_autoencoder(
        loop,
        _config(AutoencoderTraining, job.table, "training", job.path),
        _config(VaeConfig, job.table, "model", job.path),
        job.folder,
        start=load_file(earlier) if start else None,
        precision=job.precision,
        report=job.report,
    )
    return Trained.of(module)


def _train_flow(job: Job, loop: LoopConfig) -> Trained:
    model = {"vocabulary": lexicon.VOCABULARY, **job.table["model"]}
    start = job.table.get("start")
    module = train_flow(
        loop,
        _config(FlowTraining, job.table, "training", job.path),
        _config(TransformerConfig, {**job.table, "model": model}, "model", job.path),
        job.folder,
        vae=_vae(job),
        start=_weights(job.folder.parent / start / "checkpoint.safetensors") if start else None,
        precision=job.precision,
        report=job.report,
    )
    return Trained.of(module)


def _train_upsampler(job: Job, loop: LoopConfig) -> Trained:
    module = train_upsampler(
        loop,
        _config(UpsamplerTraining, job.table, "training", job.path),
        _config(UpsamplerConfig, job.table, "model", job.path),
        job.folder,
        vae=_vae(job),
        precision=job.precision,
        report=job.report,
    )
    return Trained.of(module)


def _train_codec(job: Job, loop: LoopConfig) -> Trained:
    model = {"vocabulary": lexicon.VOCABULARY, **job.table.get("model", {})}
    module = train_codec(
        loop,
        _config(CodecTraining, job.table, "training", job.path),
        _config(SoundConfig, {**job.table, "model": model}, "model", job.path),
        job.folder,
        precision=job.precision,
        report=job.report,
    )
    return Trained.of(module)


def _train_sound(job: Job, loop: LoopConfig) -> Trained:
    name = str(job.table["start"])
    module = train_stream(
        loop,
        _config(StreamTraining, job.table, "training", job.path),
        _module(SoundModel, SoundConfig, job.folder.parent / name / f"{name}.safetensors"),
        job.folder,
        vae=_vae(job),
        transformer=_module(
            ShdtTransformer, TransformerConfig, job.models / f"{job.table['picture']}.safetensors"
        ),
        precision=job.precision,
        report=job.report,
    )
    return Trained.of(module)


def _train_lora(job: Job, loop: LoopConfig) -> Trained:
    training = _config(LoraTraining, job.table, "training", job.path)
    tensors = train_lora(
        loop,
        training,
        _module(
            ShdtTransformer, TransformerConfig, job.models / f"{job.table['base']}.safetensors"
        ),
        job.folder,
        footage=job.path.parent / training.footage,
        vae=_vae(job),
        precision=job.precision,
        report=job.report,
    )
    config = {"base": job.table["base"], "rank": training.rank, "alpha": training.alpha}
    return Trained(tensors, config, OWN)


def _train_distilled(job: Job, loop: LoopConfig) -> Trained:
    module = train_distilled(
        loop,
        _config(DistilTraining, job.table, "training", job.path),
        _module(
            ShdtTransformer, TransformerConfig, job.models / f"{job.table['teacher']}.safetensors"
        ),
        job.folder,
        vae=_vae(job),
        precision=job.precision,
        report=job.report,
    )
    return Trained.of(module)


def _train_lips(job: Job, loop: LoopConfig) -> Trained:
    start = job.table.get("start")
    module = train_lips(
        loop,
        _config(LipTraining, job.table, "training", job.path),
        _config(LipConfig, job.table, "model", job.path),
        job.folder,
        start=_weights(job.folder.parent / start / "checkpoint.safetensors") if start else None,
        report=job.report,
    )
    return replace(Trained.of(module), source=SPEECH)


_KINDS: dict[str, Callable[[Job, LoopConfig], Trained]] = {
    "autoencoder": _train_autoencoder,
    "flow": _train_flow,
    "upsampler": _train_upsampler,
    "codec": _train_codec,
    "sound": _train_sound,
    "lora": _train_lora,
    "distil": _train_distilled,
    "lips": _train_lips,
}
_PART = {
    "autoencoder": "vae",
    "flow": "transformer",
    "upsampler": "upsampler",
    "codec": "sound",
    "sound": "sound",
    "lora": "lora",
    "distil": "transformer",
    "lips": "lips",
}
_OWN_NAME = ("lora", "distil")  # the others are parts of the starter
_FAMILY = {"lips": "lipsync"}  # the others are of shdt


def _vae(job: Job) -> VideoAutoencoder:
    return _module(VideoAutoencoder, VaeConfig, job.models / f"{job.table['vae']}.safetensors")


def _module(network: type[_Network], config: type[Any], path: Path) -> _Network:
    """A trained network from its weights file, to be used as it is."""
    module = network(config(**config_of(read_header(path), path)))
    load_into(module, path)
    return module.eval().requires_grad_(False)


def _weights(checkpoint: Path) -> dict[str, Tensor]:
    """The averaged weights of an earlier training's checkpoint."""
    prefix = "average/"
    tensors = load_file(checkpoint)
    return {n.removeprefix(prefix): v for n, v in tensors.items() if n.startswith(prefix)}


def _write(job: Job, loop: LoopConfig, trained: Trained, seconds: float) -> Path:
    folder = job.folder if job.table.get("intermediate") else job.models
    target = folder / f"{job.name}.safetensors"
    target.parent.mkdir(parents=True, exist_ok=True)
    family = _FAMILY.get(job.table["kind"], "shdt")
    metadata = {"config": json.dumps(trained.config, sort_keys=True), "family": family}
    with atomic_path(target) as temporary:
        save_file(dict(trained.tensors), temporary, metadata=metadata)
    entries, ours = read_log(job.folder), trained.source in (SHIPPED, SPEECH)
    card = Card(
        name=job.name if job.table["kind"] in _OWN_NAME or family != "shdt" else STARTER,
        base=STARTER if job.table["kind"] == "distil" else "",
        family=family,
        part=_PART[job.table["kind"]],
        sha256=file_sha256(target),
        bytes=target.stat().st_size,
        licence=str(job.table.get("licence", "Apache-2.0" if ours else "unstated")),
        source=trained.source,
        training={
            "file": job.path.name,
            "start": job.table.get("start"),
            "data": dict(job.table["training"]),
            "steps": loop.steps,
            "batch": loop.batch,
            "seconds_a_step": entries[-1]["seconds_a_step"],
            "seconds": round(seconds),
            "loss_first": entries[0]["loss"],
            "loss_last": entries[-1]["loss"],
            "parameters": sum(value.numel() for value in trained.tensors.values()),
            "torch": torch.__version__,
        },
    )
    write_card(card, target.with_suffix(".json"))
    return target


def _read(path: Path) -> Table:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"not a training file ({error})", where=str(path)) from None
    if table.get("kind") not in _KINDS:
        kinds = ", ".join(_KINDS)
        raise UsageError(f"kind is one of {kinds}", where=f"{path}: kind")
    if not isinstance(table.get("name"), str) or not Path(table["name"]).name == table["name"]:
        raise UsageError("name is the stem of the weights file", where=f"{path}: name")
    return table


def _config(kind: type[_Config], table: Table, key: str, path: Path) -> _Config:
    """The dataclass of one table of the file; wrong keys are named."""
    values = table.get(key, {})
    known = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    unknown = sorted(set(values) - known)
    if unknown:
        raise UsageError(
            f"unknown: {', '.join(unknown)}",
            where=f"{path}: [{key}]",
            mend=f"Known: {', '.join(sorted(known))}.",
        )
    try:
        return kind(**values)
    except (TypeError, ValueError) as error:
        raise UsageError(str(error), where=f"{path}: [{key}]") from None
