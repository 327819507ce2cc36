"""The optimisers of all trainings: Muon for matrices inside the network, AdamW for the rest."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn
from torch.optim import Optimizer

Inner = Callable[[str], bool]


def optimisers(
    module: nn.Module, *, matrix_rate: float, rate: float, inner: Inner
) -> tuple[Optimizer, ...]:
    """Muon (Jordan 2024) for the matrices that `inner(name)` picks, AdamW for everything else."""
    matrices, rest = split(module, inner)
    return (
        torch.optim.Muon(
            matrices, lr=matrix_rate, weight_decay=0.02, adjust_lr_fn="match_rms_adamw"
        ),
        torch.optim.AdamW(rest, lr=rate, betas=(0.9, 0.97), weight_decay=0.01),
    )


def split(module: nn.Module, inner: Inner) -> tuple[list[nn.Parameter], list[nn.Parameter]]:
    """The matrices that `inner` picks by name, and the other parameters."""
    matrices: list[nn.Parameter] = []
    rest: list[nn.Parameter] = []
    for name, parameter in module.named_parameters():
        is_matrix = parameter.ndim == 2 and min(parameter.shape) > 8
        (matrices if is_matrix and inner(name) else rest).append(parameter)
    return matrices, rest
