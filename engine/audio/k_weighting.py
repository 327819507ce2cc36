"""The K-weighting filter and channel weights of ITU-R BS.1770-4."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.signal import sosfilt

from engine.media.sound import CHANNELS

# The analogue prototypes behind the coefficients that the standard prints for 48 kHz.
_SHELF_HZ, _SHELF_DB, _SHELF_Q = 1681.974450955533, 3.999843853973347, 0.7071752369554196
_SHELF_SLOPE = 0.4996667741545416
_HIGH_PASS_HZ, _HIGH_PASS_Q = 38.13547087602444, 0.5003270373238773

_SURROUND = 1.41
_SIDES = {"SL", "SR"}
_BACKS = {"BL", "BR"}


def channel_weights(layout: str) -> NDArray[np.float64]:
    """The weight of every channel's power: 1.41 beside the listener, 0 for LFE, else 1."""
    names = CHANNELS[layout]
    beside = _SIDES if _SIDES & set(names) else _BACKS
    return np.array(
        [0.0 if name == "LFE" else _SURROUND if name in beside else 1.0 for name in names]
    )


def k_weighting_sections(rate: int) -> NDArray[np.float64]:
    """The filter at `rate` Hz as two second-order sections for `scipy.signal.sosfilt`."""
    k = math.tan(math.pi * _SHELF_HZ / rate)
    high = 10.0 ** (_SHELF_DB / 20.0)
    middle = high**_SHELF_SLOPE
    a0 = 1.0 + k / _SHELF_Q + k * k
    shelf = [
        (high + middle * k / _SHELF_Q + k * k) / a0,
        2.0 * (k * k - high) / a0,
        (high - middle * k / _SHELF_Q + k * k) / a0,
        1.0,
        2.0 * (k * k - 1.0) / a0,
        (1.0 - k / _SHELF_Q + k * k) / a0,
    ]
    k = math.tan(math.pi * _HIGH_PASS_HZ / rate)
    a0 = 1.0 + k / _HIGH_PASS_Q + k * k
    high_pass = [
        1.0,
        -2.0,
        1.0,
        1.0,
        2.0 * (k * k - 1.0) / a0,
        (1.0 - k / _HIGH_PASS_Q + k * k) / a0,
    ]
    return np.array([shelf, high_pass])


class KWeighting:
    """The filter over a stream: what it remembers lets blocks join without a seam."""

    def __init__(self, rate: int, channels: int) -> None:
        self._sections = k_weighting_sections(rate)
        self._state = np.zeros((len(self._sections), 2, channels))

    def __call__(self, block: NDArray[np.floating]) -> NDArray[np.float64]:
        """The next (n, channels) samples, weighted."""
        if not len(block):
            return np.zeros(block.shape)
        weighted, self._state = sosfilt(
            self._sections, np.asarray(block, np.float64), axis=0, zi=self._state
        )
        return np.asarray(weighted)
