"""Sound to the log-mel pictures that LTX-2's sound autoencoder reads."""

from __future__ import annotations

import math

import torch
from torch import Tensor

FLOOR = 1e-5


def log_mel(samples: Tensor, *, rate: int, size: int, hop: int, bands: int) -> Tensor:
    """Samples (channels, N) to log-mel (1, channels, 1 + N / hop, bands).

    Magnitudes of centred Hann windows in bands of Slaney's scale, each of equal area, from 0 to
    half the rate.
    """
    window = torch.hann_window(size)
    spectrum = torch.stft(
        samples, size, hop, window=window, center=True, pad_mode="reflect", return_complex=True
    ).abs()  # (channels, bins, T)
    filters = mel_filters(bands, rate=rate, size=size)
    return (filters @ spectrum).clamp(min=FLOOR).log().transpose(1, 2)[None]


def mel_filters(bands: int, *, rate: int, size: int) -> Tensor:
    """Triangles (bands, bins) that are evenly spread over Slaney's mel scale."""
    top = _mel(rate / 2)
    edges = torch.tensor([_hertz(top * n / (bands + 1)) for n in range(bands + 2)])
    bins = torch.linspace(0, rate / 2, size // 2 + 1)
    low, middle, high = (edges[n : n + bands, None] for n in range(3))
    rising, falling = (bins - low) / (middle - low), (high - bins) / (high - middle)
    return torch.minimum(rising, falling).clamp(min=0) * (2 / (high - low))


def _mel(hertz: float) -> float:
    """Linear below 1 kHz, logarithmic above (Slaney, Auditory Toolbox)."""
    if hertz < 1000:
        return 3 * hertz / 200
    return 15 + 27 * math.log(hertz / 1000) / math.log(6.4)


def _hertz(mel: float) -> float:
    if mel < 15:
        return 200 * mel / 3
    return 1000 * math.exp(math.log(6.4) * (mel - 15) / 27)
