"""Weights in fewer bits: how much smaller, how near, and what stays untouched."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from engine.models.quantize import KINDS, StoredLinear, keep


def network() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(64, 128), nn.SiLU(), nn.Linear(128, 48), nn.LayerNorm(48)).eval()


@pytest.mark.parametrize(
    ("kind", "part", "error"),
    [("bf16", 0.5, 0.01), ("fp8", 0.27, 0.05), ("int8", 0.27, 0.02), ("int4", 0.26, 0.15)],
)
@torch.no_grad()
def test_weights_take_a_part_of_the_memory_and_give_nearly_the_same(
    kind: str, part: float, error: float
) -> None:
    model, x = network(), torch.randn(16, 64)
    wanted = model[2](model[1](model[0](x)))
    before = sum(layer.weight.nbytes for layer in (model[0], model[2]))
    saved = keep(model, kind)  # type: ignore[arg-type]
    found = model[2](model[1](model[0](x)))
    assert before - saved <= part * before
    assert float((found - wanted).norm() / wanted.norm()) < error
    assert type(model[3]) is nn.LayerNorm


@torch.no_grad()
def test_a_large_number_costs_the_other_rows_nothing() -> None:
    model = nn.Sequential(nn.Linear(64, 2, bias=False))
    model[0].weight[0, 0] = 1e4
    kept = model[0].weight[1].clone()
    keep(model, "int8")
    assert torch.allclose(model[0].wide(torch.float32)[1], kept, atol=2e-3)


@torch.no_grad()
def test_only_the_layers_asked_for_are_kept_so() -> None:
    model = network()
    keep(model, "fp8", only=lambda name: name == "2")
    assert [isinstance(model[n], StoredLinear) for n in (0, 2)] == [False, True]


@pytest.mark.parametrize("kind", KINDS)
@torch.no_grad()
def test_rows_of_zeros_stay_zeros(kind: str) -> None:
    layer = nn.Sequential(nn.Linear(32, 3))
    layer[0].weight.zero_()
    keep(layer, kind)  # type: ignore[arg-type]
    assert not layer[0].wide(torch.float32).any()
