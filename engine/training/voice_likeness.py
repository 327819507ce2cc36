"""How unlike two mel pictures are, to the eye and to the ear: losses beside their plain distance.

A picture that is near in every band on the average may still be blurred where a consonant is told
from another; these two notice.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from engine.models.layers import FLOOR, MelGrid, mel_edges
from engine.models.speech import align_network as ears
from engine.models.speech.aiprod.grid import BANDS, HOP, RATE, WINDOW

if TYPE_CHECKING:
    from engine.models.speech.align_network import AlignerNetwork

_SEEN = 7  # frames and bands of a window
_RANGE = 12.0  # natural logarithms from the quietest band to the loudest, about


def seen_apart(drawn: Tensor, wanted: Tensor) -> Tensor:
    """1 - SSIM (B, 80, T) of mel pictures (Wang et al., IEEE TIP 2004), by windows of 7 x 7."""
    x, y = ((mel[:, None] - FLOOR) / _RANGE for mel in (drawn, wanted))

    def mean(values: Tensor) -> Tensor:
        return F.avg_pool2d(values, _SEEN, 1, _SEEN // 2, count_include_pad=False)

    mx, my = mean(x), mean(y)
    vx, vy, both = mean(x * x) - mx * mx, mean(y * y) - my * my, mean(x * y) - mx * my
    light = (2 * mx * my + 1e-4) / (mx * mx + my * my + 1e-4)
    shape = (2 * both + 9e-4) / (vx + vy + 9e-4)
    return (1 - light * shape)[:, 0]


def heard_apart(aligner: AlignerNetwork, drawn: Tensor, wanted: Tensor, here: Tensor) -> Tensor:
    """How far the sounds that the aligner hears in `drawn` (B, 80, T) are from those in `wanted`.

    The mean divergence of Kullback and Leibler over the frames that are `here` (B, T), in nats.
    """
    power = _power(wanted, here)
    loud = ears.loudest(power)
    with torch.no_grad():
        known = aligner(ears.against(power, loud))
    # cuDNN gives no gradients through an LSTM that is not being trained itself.
    with torch.backends.cudnn.flags(enabled=False):
        found = aligner(ears.against(_power(drawn, here), loud))
    apart = F.kl_div(found, known, log_target=True, reduction="none").sum(-1)
    return apart[here].mean()


def _power(mel: Tensor, here: Tensor) -> Tensor:
    """The power (B, T, 48) in the aligner's bands, about: of a longer window."""
    power = (2 * mel.masked_fill(~here[:, None], FLOOR)).exp()
    return power.transpose(1, 2) @ _bands().to(mel)


@cache
def _bands() -> Tensor:
    """What the power in a band (80) of the voices adds to one (48) of the aligner."""
    middles = mel_edges(MelGrid(RATE, HOP, WINDOW, BANDS))[1:-1]
    bank = ears.bank(ears.AlignerConfig().bands).numpy()
    bins = np.arange(len(bank)) * (ears.RATE / 2) / (len(bank) - 1)
    near = np.stack([np.interp(bins, middles, row) for row in np.eye(BANDS)])
    return torch.from_numpy((near @ bank).astype(np.float32))
