"""Noise of any spectrum that may change over time, made of overlapping random grains.

A grain is the inverse FFT of random numbers times the wanted spectrum, under the square root of a
Hann window: grains overlap by half, so powers add up to one and no seam is heard. Every grain
depends on its number alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from engine.audio.streams import Stream
from engine.media.sound import Samples

Spectrum: TypeAlias = Callable[[float], NDArray[np.floating]]
"""Takes seconds; gives amplitudes (channels, size // 2 + 1). All ones is white noise, RMS 1."""


def bin_frequencies(size: int, rate: int) -> NDArray[np.float64]:
    """Frequencies in Hz of a spectrum's amplitudes."""
    return np.asarray(np.fft.rfftfreq(size, 1.0 / rate), np.float64)


class SpectralNoise:
    """A layer of noise in chunks of `size // 2` samples; chunk k depends on k alone.

    `width` goes from 0, all channels alike, to 1, channels that share nothing.
    """

    def __init__(
        self,
        stream: Stream,
        spectrum: Spectrum,
        *,
        rate: int,
        size: int,
        channels: int = 2,
        width: float = 1.0,
    ) -> None:
        self._stream = stream
        self._spectrum = spectrum
        self._hop = size // 2
        self._size = size
        self._rate = rate
        self._channels = channels
        self._common = np.sqrt(1.0 - width) if channels > 1 else 0.0
        self._own = np.sqrt(1.0 - self._common**2)
        self._window = np.sin(np.pi * (np.arange(size) + 0.5) / size).astype(np.float32)

    def chunks(self, first: int) -> Iterator[Samples]:
        """Chunks from number `first` on, without end."""
        tail = self._grain(first)[:, self._hop :]
        number = first
        while True:
            number += 1
            grain = self._grain(number)
            yield np.ascontiguousarray((tail + grain[:, : self._hop]).T)
            tail = grain[:, self._hop :]

    def _grain(self, number: int) -> NDArray[np.float32]:
        """Grain k spans chunks k - 1 and k; its spectrum is that of its middle."""
        random = self._stream.at(number)
        bins = self._hop + 1
        draws = random.standard_normal((self._channels + 1, bins, 2), np.float32)
        values = draws.view(np.complex64)[..., 0]
        own, common = values[:-1], values[-1]
        mixed = own if not self._common else self._own * own + self._common * common
        shaped = mixed * self._spectrum(number * self._hop / self._rate)
        shaped = (shaped * np.sqrt(self._hop)).astype(np.complex64)  # of variance `size` a bin
        shaped[:, 0] = 0.0
        shaped[:, -1] = 0.0
        grain = scipy.fft.irfft(shaped, self._size, axis=1)
        return np.asarray(grain * self._window, np.float32)
