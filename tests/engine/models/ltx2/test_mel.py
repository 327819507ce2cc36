"""The log-mel pictures that LTX-2 hears, against transformers and against a known tone."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.models.ltx2.mel import log_mel, mel_filters

RATE, SIZE, HOP, BANDS = 16000, 1024, 160, 64


def test_log_mel_pictures_are_those_of_transformers() -> None:
    from transformers.audio_utils import mel_filter_bank, spectrogram, window_function

    samples = np.random.default_rng(1).normal(size=6000).astype(np.float32) / 4
    filters = mel_filter_bank(
        num_frequency_bins=SIZE // 2 + 1,
        num_mel_filters=BANDS,
        min_frequency=0,
        max_frequency=RATE / 2,
        sampling_rate=RATE,
        norm="slaney",
        mel_scale="slaney",
    )
    wanted = spectrogram(
        samples,
        window_function(SIZE, "hann"),
        frame_length=SIZE,
        hop_length=HOP,
        power=1.0,
        mel_filters=filters,
        log_mel="log",
        mel_floor=1e-5,
    ).T
    stereo = torch.from_numpy(np.stack([samples, samples / 2]))
    made = log_mel(stereo, rate=RATE, size=SIZE, hop=HOP, bands=BANDS)
    assert made.shape == (1, 2, 1 + 6000 // HOP, BANDS)
    assert np.abs(made[0, 0].numpy() - wanted).max() < 1e-3
    assert torch.allclose(made[0, 1], made[0, 0] - np.log(2), atol=1e-4)


@pytest.mark.parametrize("hertz", [440, 3000])
def test_a_tone_is_loudest_in_the_band_around_it(hertz: int) -> None:
    tone = torch.sin(2 * torch.pi * hertz * torch.arange(RATE) / RATE)[None]
    band = int(log_mel(tone, rate=RATE, size=SIZE, hop=HOP, bands=BANDS)[0, 0, 50].argmax())
    weights = mel_filters(BANDS, rate=RATE, size=SIZE)[band]
    bins = torch.linspace(0, RATE / 2, SIZE // 2 + 1)[weights > 0]
    assert bins.min() <= hertz <= bins.max()


def test_bands_have_equal_areas_above_the_width_of_a_bin() -> None:
    areas = mel_filters(BANDS, rate=RATE, size=16 * SIZE).sum(1) * RATE / (16 * SIZE)
    assert torch.allclose(areas, torch.ones(BANDS), atol=0.02)
