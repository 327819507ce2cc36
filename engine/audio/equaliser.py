"""An equaliser of second-order filters, by Robert Bristow-Johnson's Audio EQ Cookbook.

"Cookbook formulae for audio equalizer biquad filter coefficients" (W3C Note, 2021).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.signal import sosfilt

from engine.audio.bands import Band
from engine.audio.segments import Step, through_segments
from engine.errors import UsageError
from engine.media.sound import Samples, Sound

_WITH_GAIN = ("peak", "low shelf", "high shelf")
_FORGOTTEN = math.log(1e-7)  # of what a filter remembers, -140 dB is none


def equalise(sound: Sound, bands: Sequence[Band]) -> Sound:
    """`sound` through all bands, one after the other.

    Raises UsageError when a band that changes anything lies at or above half the sample rate.
    """
    if not bands:
        return sound
    sections = np.array([section(band, sound.rate) for band in bands])

    def begin() -> Step:
        state = np.zeros((len(sections), 2, sound.channels))

        def step(windows: Sequence[Samples]) -> Samples:
            nonlocal state
            made, state = sosfilt(sections, windows[0].astype(np.float64), axis=0, zi=state)
            return np.asarray(made, np.float32)

        return step

    return through_segments([sound], begin, memory=memory(sections))


def section(band: Band, rate: int) -> list[float]:
    """The filter as a second-order section [b0, b1, b2, 1, a1, a2]."""
    if band.frequency >= rate / 2 and band.kind in _WITH_GAIN and not band.gain:
        return [1.0, 0.0, 0.0, 1.0, 0.0, 0.0]
    if band.frequency >= rate / 2:
        raise UsageError(
            f"a filter at {band.frequency:g} Hz cannot work at a sample rate of {rate} Hz",
            mend=f"Use a frequency below {rate / 2:g} Hz, or a sound of a higher rate",
        )
    w = 2.0 * math.pi * band.frequency / rate
    cos, alpha = math.cos(w), math.sin(w) / (2.0 * band.q)
    a = 10.0 ** (band.gain / 40.0)
    match band.kind:
        case "peak":
            b = [1 + alpha * a, -2 * cos, 1 - alpha * a]
            d = [1 + alpha / a, -2 * cos, 1 - alpha / a]
        case "low shelf" | "high shelf":
            b, d = _shelf(a, cos, 2.0 * math.sqrt(a) * alpha, high=band.kind == "high shelf")
        case "low pass":
            b = [(1 - cos) / 2, 1 - cos, (1 - cos) / 2]
            d = [1 + alpha, -2 * cos, 1 - alpha]
        case "high pass":
            b = [(1 + cos) / 2, -(1 + cos), (1 + cos) / 2]
            d = [1 + alpha, -2 * cos, 1 - alpha]
        case "band pass":  # of 0 dB at its peak
            b = [alpha, 0.0, -alpha]
            d = [1 + alpha, -2 * cos, 1 - alpha]
        case "notch":
            b = [1.0, -2 * cos, 1.0]
            d = [1 + alpha, -2 * cos, 1 - alpha]
    return [value / d[0] for value in (*b, *d)]


def memory(sections: NDArray[np.float64]) -> int:
    """Samples after which what the sections heard has decayed by 140 dB."""
    slowest = 0.0
    for _, _, _, _, a1, a2 in sections:
        radius = max(abs(root) for root in np.roots([1.0, a1, a2]))
        slowest = max(slowest, min(float(radius), 0.999_999))
    # Several slow poles together take longer than one of them.
    return math.ceil((1.0 + 0.1 * len(sections)) * _FORGOTTEN / math.log(max(slowest, 0.5)))


def response(bands: Sequence[Band], frequencies: NDArray[np.float64], rate: int) -> list[float]:
    """What the bands add at the frequencies, in dB."""
    z = np.exp(-2j * np.pi * np.asarray(frequencies) / rate)
    total = np.ones(len(z), complex)
    for band in bands:
        b0, b1, b2, _, a1, a2 = section(band, rate)
        total *= (b0 + b1 * z + b2 * z * z) / (1.0 + a1 * z + a2 * z * z)
    return [float(v) for v in 20.0 * np.log10(np.maximum(np.abs(total), 1e-12))]


def _shelf(a: float, cos: float, slope: float, *, high: bool) -> tuple[list[float], list[float]]:
    sign = -1.0 if high else 1.0
    up, down = a + 1, a - 1
    b = [
        a * (up - sign * down * cos + slope),
        sign * 2 * a * (down - sign * up * cos),
        a * (up - sign * down * cos - slope),
    ]
    d = [
        up + sign * down * cos + slope,
        -sign * 2 * (down + sign * up * cos),
        up + sign * down * cos - slope,
    ]
    return b, d
