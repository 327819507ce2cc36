"""LTX-2's widening vocoder and its latent upsamplers against diffusers, with the same weights."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor

from engine.models.ltx2.config import VocoderConfig
from engine.models.ltx2.upsampler import LatentUpsampler, UpsamplerConfig
from engine.models.ltx2.vocoder import VocoderWithBandwidth

LOW = VocoderConfig(
    upsample_rates=(5, 4),
    upsample_kernel_sizes=(11, 8),
    resblock_kernel_sizes=(3, 7),
    resblock_dilation_sizes=((1, 3, 5), (1, 3, 5)),
    upsample_initial_channel=32,
    output_sampling_rate=16000,
    activation="snakebeta",
    mel_bins=16,
    use_bias_at_final=False,
    apply_final_activation=False,
)
HIGH = VocoderConfig(
    upsample_rates=(6, 4),
    upsample_kernel_sizes=(12, 8),
    resblock_kernel_sizes=(3, 7),
    resblock_dilation_sizes=((1, 3, 5), (1, 3, 5)),
    upsample_initial_channel=16,
    output_sampling_rate=48000,
    activation="snakebeta",
    mel_bins=16,
    num_mels=16,
    use_bias_at_final=False,
    apply_final_activation=False,
    hop_length=8,
    n_fft=64,
    win_size=64,
    input_sampling_rate=16000,
)
NAMES = (
    ("conv_in", "conv_pre"),
    ("conv_out", "conv_post"),
    ("upsamplers", "ups"),
    ("resnets", "resblocks"),
    ("act_out", "act_post"),
    ("downsample.filter", "downsample.lowpass.filter"),
)


def relative(made: Tensor, wanted: Tensor) -> float:
    return float((made - wanted).abs().max() / wanted.abs().max())


def ours(name: str) -> str:
    for theirs, mine in NAMES:
        name = name.replace(theirs, mine)
    return name


@torch.no_grad()
def test_the_widening_vocoder_gives_the_same_sound() -> None:
    from diffusers.pipelines.ltx2.vocoder import LTX2VocoderWithBWE

    torch.manual_seed(0)
    peer = LTX2VocoderWithBWE(
        in_channels=32,
        hidden_channels=32,
        upsample_kernel_sizes=[11, 8],
        upsample_factors=[5, 4],
        resnet_kernel_sizes=[3, 7],
        resnet_dilations=[[1, 3, 5]] * 2,
        bwe_in_channels=32,
        bwe_hidden_channels=16,
        bwe_upsample_kernel_sizes=[12, 8],
        bwe_upsample_factors=[6, 4],
        bwe_resnet_kernel_sizes=[3, 7],
        bwe_resnet_dilations=[[1, 3, 5]] * 2,
        filter_length=64,
        hop_length=8,
        window_length=64,
        num_mel_channels=16,
    )
    for value in peer.mel_stft.buffers():
        value.normal_().mul_(0.1)
    for value in peer.parameters():
        if value.ndim == 1:
            value.normal_().mul_(0.2)
    model = VocoderWithBandwidth(LOW, HIGH)
    model.load_state_dict({ours(name): value for name, value in peer.state_dict().items()})
    mel = torch.randn(2, 2, 10, 16)
    made = model(mel)
    assert made.shape == (2, 2, 10 * 5 * 4 * 3)
    assert relative(made, peer(mel)) < 1e-4


@pytest.mark.parametrize(
    ("theirs", "mine", "shape"),
    [
        ({"use_rational_resampler": False}, {}, (3, 8, 12)),
        (
            {"rational_spatial_scale": 1.5},
            {"spatial_scale": 1.5, "rational_resampler": True},
            (3, 6, 9),
        ),
        (
            {"spatial_upsample": False, "temporal_upsample": True},
            {"spatial_upsample": False, "temporal_upsample": True},
            (5, 4, 6),
        ),
        ({"temporal_upsample": True}, {"temporal_upsample": True}, (5, 8, 12)),
        ({"dims": 2, "use_rational_resampler": False}, {"dims": 2}, (3, 8, 12)),
    ],
    ids=["2x", "1.5x", "time", "both", "flat"],
)
@torch.no_grad()
def test_the_upsamplers_give_the_same_latents(
    theirs: dict[str, Any], mine: dict[str, Any], shape: tuple[int, ...]
) -> None:
    from diffusers.pipelines.ltx2.latent_upsampler import LTX2LatentUpsamplerModel

    torch.manual_seed(1)
    peer = LTX2LatentUpsamplerModel(
        in_channels=8, mid_channels=32, num_blocks_per_stage=1, **theirs
    )
    model = LatentUpsampler(UpsamplerConfig(8, 32, 1, **mine))
    model.load_state_dict(peer.state_dict())
    latent = torch.randn(1, 8, 3, 4, 6)
    made = model(latent)
    assert made.shape == (1, 8, *shape)
    assert relative(made, peer(latent)) < 1e-4
