"""Convolution with long impulse responses, in equal partitions of the spectrum.

Uniformly partitioned overlap-save: T. G. Stockham, "High-speed convolution and correlation"
(1966); F. Wefers, "Partitioned convolution algorithms for real-time auralization" (2014),
chapter 5. A chunk depends on its place alone, and the delay of the method is made up for.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, rfft

from engine.audio.lazy import GRID, from_chunks
from engine.errors import UsageError
from engine.media.sound import CHANNELS, Samples, Sound, checked

LONGEST = 30.0
"""Seconds that an impulse response may last."""


def convolve(
    sound: Sound, responses: NDArray[np.floating], *, layout: str | None = None, tail: bool = True
) -> Sound:
    """`sound` through responses of shape (samples, inputs, outputs), summed over the inputs.

    Shape (samples, channels) filters every channel by itself. tail: the result rings out after
    the end of the sound.
    """
    layout = layout or sound.layout
    outputs = len(CHANNELS[layout])
    apart = responses.ndim == 2
    if responses.shape[1:] != ((outputs,) if apart else (sound.channels, outputs)) or (
        apart and outputs != sound.channels
    ):
        raise UsageError(
            f"responses of shape {responses.shape} do not take {sound.layout} to {layout}"
        )
    if not 0 < len(responses) <= LONGEST * sound.rate:
        raise UsageError(
            f"an impulse response of {len(responses) / sound.rate:g} s cannot be used",
            mend=f"Use one of up to {LONGEST:g} s",
        )
    if not np.isfinite(responses).all():
        raise UsageError("the impulse response has samples that are no numbers")
    spectra = _partitions(np.asarray(responses, np.float32))
    count = sound.sample_count + (len(responses) - 1 if tail else 0)

    def chunks(first: int) -> Iterator[Samples]:
        begin = first - len(spectra)
        source = sound.part(begin * GRID, max(count, begin * GRID) + 2 * GRID)
        heard: deque[NDArray[np.complex64] | None] = deque(maxlen=len(spectra))
        last = np.zeros((GRID, sound.channels), np.float32)
        for number, block in enumerate(source.blocks(size=GRID), begin):
            if len(block) < GRID:
                block = np.concatenate([block, np.zeros((GRID - len(block), block.shape[1]), "f")])
            block = checked(block, number * GRID, sound)
            window = np.concatenate([last, block])
            heard.appendleft(rfft(window, axis=0) if window.any() else None)
            last = block
            if number >= first:
                yield _summed(heard, spectra, apart=apart, outputs=outputs)

    return from_chunks(
        chunks,
        size=GRID,
        rate=sound.rate,
        layout=layout,
        sample_count=count,
        name=sound.name,
    )


def _partitions(responses: NDArray[np.float32]) -> list[NDArray[np.complex64]]:
    return [
        np.asarray(rfft(responses[at : at + GRID], 2 * GRID, axis=0), np.complex64)
        for at in range(0, len(responses), GRID)
    ]


def _summed(
    heard: deque[NDArray[np.complex64] | None],
    spectra: list[NDArray[np.complex64]],
    *,
    apart: bool,
    outputs: int,
) -> Samples:
    total = np.zeros((GRID + 1, outputs), np.complex64)
    for past, spectrum in zip(heard, spectra, strict=False):
        if past is None:
            continue
        if apart:
            total += past * spectrum
        else:
            for place in range(past.shape[1]):
                total += past[:, place, None] * spectrum[:, place]
    return np.asarray(irfft(total, axis=0)[GRID:], np.float32)
