"""Low-rank adaptations (Hu et al. 2021): read, checked against a network, applied and taken off.

A file holds pairs of matrices A (rank, in) and B (out, rank) by the name of a linear layer; the
layer's weight becomes W + strength (alpha / rank) B A.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import safe_open
from torch import Tensor, nn
from torch.nn import functional as F

from engine.errors import ModelError
from engine.models.checkpoint import Header, read_header

# How the two matrices are called by those who write such files.
_NAMES = ((".lora_A.weight", ".lora_B.weight"), (".lora_down.weight", ".lora_up.weight"))
_PREFIXES = ("diffusion_model.", "model.diffusion_model.", "transformer.")
_ANOTHER = "Choose another file, or get this one again."


@dataclass(frozen=True, eq=False)
class LowRank:
    """What is added to one layer: scale x B A."""

    a: Tensor  # (rank, in)
    b: Tensor  # (out, rank)
    scale: float

    def delta(self, strength: float) -> Tensor:
        """The change of the weight (out, in), in float32."""
        return (strength * self.scale) * (self.b.float() @ self.a.float())


@dataclass(frozen=True, eq=False)
class Lora:
    """A file's adaptations by layer name, and what its metadata says."""

    name: str
    layers: Mapping[str, LowRank]
    metadata: Mapping[str, str]

    @property
    def rank(self) -> int:
        """The largest rank of its layers."""
        return max(part.a.shape[0] for part in self.layers.values())


Shapes = Mapping[str, tuple[int, ...]]
"""The weights (out, in) of layers by name."""


def read_lora(path: Path, wanted: Shapes | None = None) -> Lora:
    """Read a LoRA file, for a network whose linear layers are `wanted`.

    Raises ModelError when it is damaged, holds something else or does not fit: then nothing but its
    header is read, so that a file that claims more than its network has costs nothing.
    """
    header = read_header(path)
    pairs = _pairs(header, path)
    if wanted is not None:
        found = {
            layer: (header.tensors[up].shape[0], header.tensors[down].shape[1])
            for layer, (down, up, _) in pairs.items()
        }
        _check_shapes(path.stem, found, wanted)
    layers = {}
    with safe_open(path, "pt") as file:
        for layer, (down, up, alpha) in pairs.items():
            a, b = file.get_tensor(down), file.get_tensor(up)
            if not bool(torch.isfinite(a.float()).all() and torch.isfinite(b.float()).all()):
                raise ModelError(
                    f"{layer} holds values that are not numbers", where=str(path), mend=_ANOTHER
                )
            scale = _alpha(file.get_tensor(alpha), path) / a.shape[0] if alpha else 1.0
            layers[layer] = LowRank(a, b, scale)
    return Lora(path.stem, layers, header.metadata)


def _alpha(value: Tensor, path: Path) -> float:
    found = value.float().flatten()
    if len(found) != 1 or not bool(torch.isfinite(found).all()):
        raise ModelError("an alpha is not one number", where=str(path), mend=_ANOTHER)
    return float(found)


def _pairs(header: Header, path: Path) -> dict[str, tuple[str, str, str | None]]:
    """The names of both matrices, and of alpha where there is one, by layer."""
    pairs: dict[str, tuple[str, str, str | None]] = {}
    for name, facts in header.tensors.items():
        for down, up in _NAMES:
            if not name.endswith(down):
                continue
            stem = name.removesuffix(down)
            other = header.tensors.get(stem + up)
            if other is None or len(facts.shape) != 2 or other.shape[1:] != facts.shape[:1]:
                raise ModelError(f"{stem} lacks its second matrix", where=str(path), mend=_ANOTHER)
            if facts.shape[0] > max(facts.shape[1], other.shape[0]):
                raise ModelError(
                    f"{stem} is of rank {facts.shape[0]}, more than its layer has",
                    where=str(path),
                    mend=_ANOTHER,
                )
            alpha = stem + ".alpha"
            pairs[_layer(stem)] = (name, stem + up, alpha if alpha in header.tensors else None)
    used = {part for names in pairs.values() for part in names if part}
    extra = sorted(header.tensors.keys() - used)
    if not pairs or extra:
        what = f"{extra[0]} belongs to no pair" if pairs else "it holds no low-rank pairs"
        raise ModelError(f"{what}: not a LoRA file", where=str(path), mend=_ANOTHER)
    return pairs


def _layer(stem: str) -> str:
    for prefix in _PREFIXES:
        if stem.startswith(prefix):
            return stem.removeprefix(prefix)
    return stem


def linear_shapes(module: nn.Module) -> Shapes:
    """Those of a network that LoRAs can go on top of."""
    linears = ((name, part) for name, part in module.named_modules() if isinstance(part, nn.Linear))
    return {name: (part.out_features, part.in_features) for name, part in linears}


def check_fits(lora: Lora, module: nn.Module) -> None:
    """Raise ModelError unless every layer of the LoRA is a linear layer of that shape here."""
    found = {name: (part.b.shape[0], part.a.shape[1]) for name, part in lora.layers.items()}
    _check_shapes(lora.name, found, linear_shapes(module))


def _check_shapes(name: str, found: Shapes, wanted: Shapes) -> None:
    unknown = sorted(found.keys() - wanted.keys())
    if unknown:
        raise ModelError(
            f"{len(unknown)} of its {len(found)} layers are not in this model, "
            f"such as {unknown[0]}",
            where=f"LoRA {name}",
            mend="Use it with a model of the family that it was trained for.",
        )
    for layer, shape in found.items():
        if shape != wanted[layer]:
            raise ModelError(
                f"{layer} is {shape}, the model's {wanted[layer]}",
                where=f"LoRA {name}",
                mend="Use it with a model of the family and size that it was trained for.",
            )


Stack = Sequence[tuple[Lora, float]]
"""LoRAs with their strengths, in the order in which they are added."""


def merge(module: nn.Module, stack: Stack) -> dict[str, Tensor]:
    """Add the stack to the weights, and give those of the changed layers as they were.

    Raises ModelError before anything changes when a LoRA does not fit.
    """
    for lora, _ in stack:
        check_fits(lora, module)
    kept: dict[str, Tensor] = {}
    for lora, strength in stack:
        for name, part in lora.layers.items():
            weight = module.get_submodule(name).get_parameter("weight")
            kept.setdefault(name, weight.detach().clone())
            with torch.no_grad():
                weight.copy_(weight.float() + part.delta(strength).to(weight.device))
    return kept


@contextmanager
def merged(module: nn.Module, stack: Stack) -> Iterator[None]:
    """Add the stack to the weights; afterwards they are what they were, bit for bit."""
    kept = merge(module, stack)
    try:
        yield
    finally:
        for name, value in kept.items():
            with torch.no_grad():
                module.get_submodule(name).get_parameter("weight").copy_(value)


@contextmanager
def beside(module: nn.Module, stack: Stack) -> Iterator[None]:
    """Compute the stack beside the layers, whose weights stay untouched (quantised ones, too)."""
    handles = []
    try:
        for lora, strength in stack:
            check_fits(lora, module)
            for name, part in lora.layers.items():
                hook = _Beside(part, strength)
                handles.append(module.get_submodule(name).register_forward_hook(hook))
        yield
    finally:
        for handle in handles:
            handle.remove()


class _Beside:
    """Adds one layer's low-rank path to its output."""

    def __init__(self, part: LowRank, strength: float) -> None:
        self.part, self.factor = part, strength * part.scale

    def __call__(self, _module: nn.Module, inputs: tuple[Tensor, ...], out: Tensor) -> Tensor:
        x = inputs[0]
        a, b = (
            matrix.to(device=x.device, dtype=out.dtype) for matrix in (self.part.a, self.part.b)
        )
        return out + self.factor * F.linear(F.linear(x.to(out.dtype), a), b)
