"""Gradient checkpointing: a network's blocks are computed again in the backward pass, not kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import nn
from torch.utils.checkpoint import checkpoint


def recompute_blocks(module: nn.Module) -> int:
    """Let every block of the network's lists keep only its input (Chen et al. 2016).

    Their count is returned. The gradients are the same; a step takes about a third longer.
    """
    blocks = [
        block
        for part in module.modules()
        if isinstance(part, nn.ModuleList)
        for block in part
        if not isinstance(block, nn.ModuleList)
    ]
    for block in blocks:
        block.forward = partial(_again, block.forward)
    return len(blocks)


def _again(forward: Callable[..., Any], *inputs: Any, **named: Any) -> Any:
    if not torch.is_grad_enabled():
        return forward(*inputs, **named)
    return checkpoint(forward, *inputs, use_reentrant=False, **named)
