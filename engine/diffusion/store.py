"""Latents on disk: safetensors with what surrounds the tensor in the metadata."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from engine.diffusion.solvers import Past, Point
from engine.diffusion.values import Latent
from engine.errors import ModelError
from engine.models.checkpoint import read_header
from engine.runtime.files import atomic_path

_NAME = "latent.safetensors"
_LARGEST = 2**33  # numbers of a latent: more is a damaged file


@dataclass(frozen=True, eq=False)
class KeptStep:
    """A half-finished run: its last finished step, the sample and the solver's past after it."""

    step: int
    x: Tensor
    past: Past


def save_latent(latent: Latent, folder: Path) -> None:
    """Keep a latent in a folder of the cache."""
    facts = {"model": latent.model, "rate": str(latent.rate)}
    facts |= {"width": str(latent.width), "height": str(latent.height)}
    tensors = {"latent": latent.tensor}
    if latent.sound is not None:
        tensors["sound"] = latent.sound
    save_tensors(folder / _NAME, tensors, facts)


def load_latent(folder: Path) -> Latent:
    """Read what `save_latent` kept. Raises ModelError when the file is damaged."""
    path = folder / _NAME
    header = read_header(path)
    try:
        shape = header.tensors["latent"].shape
        if len(shape) != 5 or not 0 < math.prod(shape) <= _LARGEST:
            raise ValueError(f"a tensor of shape {shape}")
        facts = header.metadata
        with safe_open(path, "pt") as file:
            latent = Latent(
                tensor=file.get_tensor("latent"),
                model=facts["model"],
                rate=Fraction(facts["rate"]),
                width=int(facts["width"]),
                height=int(facts["height"]),
                sound=file.get_tensor("sound") if "sound" in header.tensors else None,
            )
        held = (latent.tensor, latent.sound) if latent.sound is not None else (latent.tensor,)
        if not all(bool(torch.isfinite(tensor).all()) for tensor in held):
            raise ValueError("it holds values that are not numbers")
    except (OSError, SafetensorError, KeyError, ValueError, ZeroDivisionError) as error:
        raise ModelError(f"not a latent ({error})", where=str(path)) from None
    return latent


def save_step(path: Path, step: int, x: Tensor, past: Past = ()) -> None:
    """Keep a half-finished run."""
    tensors = {"x": x}
    for index, point in enumerate(past):
        tensors |= {f"x.{index}": point.x, f"clean.{index}": point.clean}
    sigmas = " ".join(repr(point.sigma) for point in past)
    save_tensors(path, tensors, {"step": str(step), "sigmas": sigmas})


def load_step(path: Path, shape: Sequence[int]) -> KeptStep | None:
    """What `save_step` kept of a sample of that shape; None when there is nothing usable."""
    try:
        header = read_header(path)
        if any(facts.shape != tuple(shape) for facts in header.tensors.values()):
            return None
        sigmas = [float(sigma) for sigma in header.metadata["sigmas"].split()]
        with safe_open(path, "pt") as file:
            past = tuple(
                Point(sigma, file.get_tensor(f"x.{index}"), file.get_tensor(f"clean.{index}"))
                for index, sigma in enumerate(sigmas)
            )
            return KeptStep(int(header.metadata["step"]), file.get_tensor("x"), past)
    except (ModelError, OSError, SafetensorError, KeyError, ValueError, TypeError):
        return None


def save_tensors(path: Path, tensors: Mapping[str, Tensor], metadata: Mapping[str, str]) -> None:
    """Write a safetensors file, whole or not at all, with the mode that the umask gives."""
    held = {name: value.contiguous().cpu() for name, value in tensors.items()}
    kept = {name: value.clone() for name, value in held.items()}  # two names never share memory
    with atomic_path(path) as temporary:
        save_file(kept, temporary, metadata=dict(metadata))
