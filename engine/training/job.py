"""A training file as it was read, and the networks and weights that it begins from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from safetensors.torch import load_file
from torch import Tensor, nn

from engine.errors import UsageError
from engine.models.card import file_sha256
from engine.models.checkpoint import config_of, load_into, read_header
from engine.models.registry import model
from engine.models.shdt.transformer import ShdtTransformer, TransformerConfig
from engine.models.shdt.vae import VaeConfig, VideoAutoencoder
from engine.runtime.device import Precision
from engine.training.loop import Report

Table = Mapping[str, Any]
SHIPPED = "Trained by aiprod-engine train on clips that engine.training.world draws."
SPEECH = "Trained by aiprod-engine train on speech of flite and of the shipped voice."
VOICES = "Trained by aiprod-engine train on speech of the voices that its training names."
OWN = "Trained by aiprod-engine train on the user's own footage."
_Config = TypeVar("_Config")
_Network = TypeVar("_Network", bound=nn.Module)


@dataclass(frozen=True)
class Job:
    """A training file, read: what to train and where its files go."""

    path: Path
    table: Table
    folder: Path  # checkpoints, log and rendered clips' neighbour
    models: Path  # where weights are that it begins from
    target: Path  # the weights that it makes
    precision: Precision
    report: Report | None = None

    @property
    def name(self) -> str:
        """The stem of the weights file."""
        return str(self.table["name"])

    def weights(self, key: str, part: str) -> Path:
        """The weights that the file names under `key`: of the models folder, else registered.

        Raises UsageError or ModelError when there are none of that name.
        """
        name = self.table.get(key)
        if not isinstance(name, str):
            raise UsageError("it names the weights to begin from", where=f"{self.path}: {key}")
        path = self.models / f"{name}.safetensors"
        return path if path.exists() else model(name).parts[part].path

    def inputs(self) -> dict[str, str]:
        """The weights that it begins from, by SHA-256."""
        found = {}
        parts = {"vae": "vae", "speakers": "speakers", "acoustic": "voices"}
        parts |= {"upsampler": "upsampler", "refiner": "refiner"}
        others = ("picture", "base", "teacher", "first")
        for key in (*parts, *others):
            if key in self.table:
                found[key] = file_sha256(self.weights(key, parts.get(key, "transformer")))
        if "start" in self.table:
            found["start"] = file_sha256(self.earlier("checkpoint"))
        return found

    def earlier(self, stem: str) -> Path:
        """A file of the run that this one goes on from. Raises UsageError when it is not there."""
        start = str(self.table["start"])
        path = self.folder.parent / start / f"{stem}.safetensors"
        if not path.exists():
            raise UsageError(
                f"there is no {path}",
                where=f"{self.path}: start",
                mend=f"Train {start} first, with the same --work.",
            )
        return path


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


def vae(job: Job) -> VideoAutoencoder:
    """The autoencoder that the file names."""
    return network(VideoAutoencoder, VaeConfig, job.weights("vae", "vae"))


def transformer(job: Job, key: str) -> ShdtTransformer:
    """The transformer that the file names under `key`."""
    return network(ShdtTransformer, TransformerConfig, job.weights(key, "transformer"))


def network(kind: type[_Network], facts: type[Any], path: Path) -> _Network:
    """A trained network from its weights file, to be used as it is."""
    module = kind(facts(**config_of(read_header(path), path)))
    load_into(module, path)
    return module.eval().requires_grad_(False)


def averages(checkpoint: Path) -> dict[str, Tensor]:
    """The averaged weights of an earlier training's checkpoint."""
    prefix = "average/"
    tensors = load_file(checkpoint)
    return {n.removeprefix(prefix): v for n, v in tensors.items() if n.startswith(prefix)}


def begun(job: Job) -> dict[str, Tensor] | None:
    """The averaged weights that the training goes on from; None when its file names no start."""
    return averages(job.earlier("checkpoint")) if job.table.get("start") else None


def settings(kind: type[_Config], table: Table, key: str, path: Path) -> _Config:
    """The dataclass of one table of the file; wrong keys and kinds of values are named."""
    values, where = table.get(key, {}), f"{path}: [{key}]"
    known = get_type_hints(kind)
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise UsageError(
            f"unknown: {', '.join(unknown)}",
            where=where,
            mend=f"Known: {', '.join(sorted(known))}.",
        )
    for name, value in values.items():
        if not _is(value, known[name]):
            raise UsageError(f"{name} is {_told(known[name])}, not {value!r}", where=where)
    try:
        return kind(**values)
    except (TypeError, ValueError) as error:
        raise UsageError(str(error), where=where) from None


_TOLD = {int: "a whole number", float: "a number", bool: "true or false", str: "a text"}


def _is(value: object, wanted: Any) -> bool:
    """Whether a value of a TOML file is of a field's type; tables are checked where used."""
    inner = [part for part in get_args(wanted) if part is not Ellipsis]
    if get_origin(wanted) is Literal:
        return value in inner
    if get_origin(wanted) in (Sequence, tuple):
        return isinstance(value, list) and all(_is(part, inner[0]) for part in value)
    if wanted in (int, float):
        exact = (int,) if wanted is int else (int, float)
        return isinstance(value, exact) and not isinstance(value, bool)
    return isinstance(value, wanted) if wanted in (bool, str) else True


def _told(wanted: Any) -> str:
    inner = [part for part in get_args(wanted) if part is not Ellipsis]
    if get_origin(wanted) is Literal:
        return f"one of {', '.join(map(str, inner))}"
    if inner:
        return f"a list, each of it {_told(inner[0])}"
    return _TOLD.get(wanted, "a table")
