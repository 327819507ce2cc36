"""A limiter that looks ahead at true peaks: nothing passes the ceiling, nothing clicks."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from engine.audio.lazy import GRID, through_windows
from engine.audio.scale import amplitude
from engine.audio.true_peak import AFTER, BEFORE, peak_curve
from engine.errors import UsageError
from engine.media.sound import Samples, Sound

_HOP = 32  # samples between points of the gain curve
_MARGIN = 0.04  # dB kept free, as a changing gain moves true peaks a little
_LONGEST_RISE = 4.0  # interpolation raises no sample more than this


def limit(
    sound: Sound, *, peak: float = -1.0, look_ahead: float = 0.005, release: float = 0.15
) -> Sound:
    """`sound` with no true peak above `peak` dBTP.

    The gain falls within `look_ahead` seconds before a peak and recovers within `release`
    seconds after it, the same in all channels. Quieter passages stay as they are.
    """
    if look_ahead < 0 or release < 0:
        raise UsageError("a limiter's times cannot be below 0 seconds")
    ceiling = amplitude(peak - _MARGIN)
    ahead = max(2, round(look_ahead * sound.rate / _HOP))
    recover = max(1, round(release * sound.rate / _HOP))
    ramp = np.hanning(ahead + 2)[1:-1]
    ramp /= ramp.sum()
    fall = np.cos(np.linspace(0.0, np.pi / 2.0, recover, endpoint=False)) ** 2
    before = _HOP * (recover + ahead + 2)
    after = _HOP * (ahead + 2)

    def process(window: Samples, _: int) -> Samples:
        chunk = window[before + BEFORE + 1 :][:GRID]
        if float(np.abs(window).max()) * _LONGEST_RISE <= ceiling:
            return chunk
        peaks = peak_curve(window, sound.rate).reshape(-1, _HOP).max(axis=1)
        reduction = np.log(np.maximum(peaks / ceiling, 1.0))
        curve = _smoothed(_held(reduction, fall), ramp)
        points = curve[3 : GRID // _HOP + 4]  # each covers the hops on both its sides
        places = np.arange(GRID) / _HOP
        return (chunk * np.exp(-np.interp(places, np.arange(len(points)), points))[:, None]).astype(
            np.float32
        )

    return through_windows(sound, process, before=before + BEFORE + 1, after=after + AFTER)


def _held(reduction: NDArray[np.float64], fall: NDArray[np.float64]) -> NDArray[np.float64]:
    """Every reduction kept on, falling as `fall` does; shorter by its length - 1."""
    windows = sliding_window_view(reduction, len(fall))
    return np.asarray((windows * fall[::-1]).max(axis=1))


def _smoothed(reduction: NDArray[np.float64], ramp: NDArray[np.float64]) -> NDArray[np.float64]:
    """Reached softly before it is needed and never below what is needed."""
    most = sliding_window_view(reduction, len(ramp) + 2).max(axis=1)
    return np.convolve(most, ramp, mode="valid")
