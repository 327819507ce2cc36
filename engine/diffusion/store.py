"""Latents on disk: safetensors with what surrounds the tensor in the metadata."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from engine.diffusion.values import Latent
from engine.errors import ModelError
from engine.runtime.files import atomic_path

_NAME = "latent.safetensors"


def save_latent(latent: Latent, folder: Path) -> None:
    """Keep a latent in a folder of the cache."""
    facts = {"model": latent.model, "rate": str(latent.rate)}
    facts |= {"width": str(latent.width), "height": str(latent.height)}
    with atomic_path(folder / _NAME) as temporary:
        save_file({"latent": latent.tensor.contiguous()}, temporary, metadata=facts)


def load_latent(folder: Path) -> Latent:
    """Read what `save_latent` kept. Raises ModelError when the file is damaged."""
    path = folder / _NAME
    try:
        with safe_open(path, "pt") as file:
            facts = file.metadata()
            return Latent(
                tensor=file.get_tensor("latent"),
                model=facts["model"],
                rate=Fraction(facts["rate"]),
                width=int(facts["width"]),
                height=int(facts["height"]),
            )
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        raise ModelError(f"not a latent ({error})", where=str(path)) from None


def save_step(path: Path, step: int, x: Tensor) -> None:
    """Keep a half-finished sample: the last finished step and the latent after it."""
    with atomic_path(path) as temporary:
        save_file({"x": x.contiguous().cpu()}, temporary, metadata={"step": str(step)})


def load_step(path: Path) -> tuple[int, Tensor] | None:
    """What `save_step` kept; None when there is nothing usable."""
    try:
        with safe_open(path, "pt") as file:
            return int(file.metadata()["step"]), file.get_tensor("x")
    except (OSError, SafetensorError, KeyError, ValueError, TypeError):
        return None
