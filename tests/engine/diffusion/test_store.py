"""Kept latents and steps: read back as they were; damaged and hostile files are refused at once."""

from __future__ import annotations

import json
import struct
from fractions import Fraction
from pathlib import Path

import pytest
import torch

from engine.diffusion.solvers import Point
from engine.diffusion.store import load_latent, load_step, save_latent, save_step, save_tensors
from engine.diffusion.values import Latent
from engine.errors import ModelError

FACTS = {"model": "m", "rate": "8", "width": "64", "height": "48"}


def latent() -> Latent:
    return Latent(torch.randn(1, 4, 2, 6, 8), "m", Fraction(24000, 1001), 64, 48)


def write(folder: Path, header: object, data: bytes = b"") -> None:
    raw = json.dumps(header).encode()
    (folder / "latent.safetensors").write_bytes(struct.pack("<Q", len(raw)) + raw + data)


def test_a_latent_reads_back_as_it_was(tmp_path: Path) -> None:
    kept = latent()
    save_latent(kept, tmp_path)
    found = load_latent(tmp_path)
    assert torch.equal(found.tensor, kept.tensor)
    assert vars(found) | {"tensor": 0} == vars(kept) | {"tensor": 0}


@pytest.mark.parametrize(
    ("shape", "stop"), [([1, 4, 10**5, 10**3, 10**3], 4 * 10**11 * 4), ([2], 8), ([0], 0)]
)
def test_a_latent_that_claims_what_it_has_not_is_refused(tmp_path: Path, shape, stop) -> None:
    entry = {"dtype": "F32", "shape": shape, "data_offsets": [0, stop]}
    write(tmp_path, {"__metadata__": FACTS, "latent": entry}, b"\0" * 8 if shape == [2] else b"")
    with pytest.raises(ModelError):
        load_latent(tmp_path)


@pytest.mark.parametrize("size", [0, 7, 8, 60, 300])
def test_a_latent_cut_short_anywhere_is_refused(tmp_path: Path, size: int) -> None:
    save_latent(latent(), tmp_path)
    path = tmp_path / "latent.safetensors"
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(ModelError):
        load_latent(tmp_path)


@pytest.mark.parametrize("change", [{"rate": "x"}, {"rate": "1/0"}, {"width": "wide"}])
def test_a_latent_with_odd_facts_is_refused(tmp_path: Path, change) -> None:
    save_tensors(tmp_path / "latent.safetensors", {"latent": latent().tensor}, FACTS | change)
    with pytest.raises(ModelError, match="not a latent"):
        load_latent(tmp_path)


def test_a_latent_of_values_that_are_no_numbers_is_refused(tmp_path: Path) -> None:
    tensor = torch.full((1, 4, 2, 6, 8), float("nan"))
    save_tensors(tmp_path / "latent.safetensors", {"latent": tensor}, FACTS)
    with pytest.raises(ModelError, match="not numbers"):
        load_latent(tmp_path)


def test_a_step_reads_back_with_the_solvers_past(tmp_path: Path) -> None:
    x = torch.randn(1, 4, 2, 6, 8)
    past = (Point(0.1 + 0.2, x + 1, x + 2), Point(0.9, x + 3, x + 4))
    save_step(tmp_path / "step", 5, x, past)
    kept = load_step(tmp_path / "step", x.shape)
    assert kept is not None
    assert (kept.step, [point.sigma for point in kept.past]) == (5, [0.1 + 0.2, 0.9])
    assert torch.equal(kept.x, x)
    assert torch.equal(kept.past[1].clean, x + 4)


def test_a_step_of_another_size_or_a_damaged_one_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "step"
    assert load_step(path, (1,)) is None
    save_step(path, 5, torch.zeros(1, 4, 2, 6, 8))
    assert load_step(path, (1, 4, 3, 6, 8)) is None
    path.write_bytes(path.read_bytes()[:-1])
    assert load_step(path, (1, 4, 2, 6, 8)) is None
