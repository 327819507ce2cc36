"""Guidance: how the predictions with and without the prompt are put together."""

from __future__ import annotations

from torch import Tensor


def classifier_free(with_prompt: Tensor, without: Tensor, scale: float) -> Tensor:
    """Classifier-free guidance (Ho and Salimans 2022): 1 is no guidance, more follows closer."""
    return without + scale * (with_prompt - without)
