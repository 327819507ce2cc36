"""LTX-2's vocoders: log-mel to stereo sound, and from there to a wider band.

HiFi-GAN (Kong et al. 2020) in LTX-2.0; from 2.3 on with the periodic, anti-aliased activations of
BigVGAN (Lee et al. 2023), and a second generator that adds what lies above 8 kHz.
"""

from __future__ import annotations

import math

import torch
from einops import rearrange
from torch import Tensor, nn
from torch.nn import functional as F

from engine.models.ltx2.config import VocoderConfig

FILTER = 12  # taps of the anti-aliasing filters


class Vocoder(nn.Module):
    """Log-mel (B, 2, T, bands) to sound (B, 2, T x the product of the rates)."""

    def __init__(self, config: VocoderConfig) -> None:
        super().__init__()
        self.config = config
        self.periodic = config.activation in ("snake", "snakebeta")
        width = config.upsample_initial_channel
        channels = 2 if config.stereo else 1
        self.conv_pre = nn.Conv1d(channels * config.mel_bins, width, 7, padding=3)
        self.ups = nn.ModuleList()
        self.resblocks = nn.ModuleList()
        for rate, kernel in zip(config.upsample_rates, config.upsample_kernel_sizes, strict=True):
            padding = (kernel - rate) // 2
            self.ups.append(nn.ConvTranspose1d(width, width // 2, kernel, rate, padding))
            width //= 2
            for size, spread in zip(
                config.resblock_kernel_sizes, config.resblock_dilation_sizes, strict=True
            ):
                self.resblocks.append(ResBlock(width, size, spread, periodic=self.periodic))
        if self.periodic:
            self.act_post = Periodic(width)
        self.conv_post = nn.Conv1d(width, channels, 7, padding=3, bias=config.use_bias_at_final)

    def forward(self, mel: Tensor) -> Tensor:
        x = self.conv_pre(rearrange(mel, "b c t f -> b (c f) t"))
        kinds = len(self.config.resblock_kernel_sizes)
        for index, up in enumerate(self.ups):
            x = up(x if self.periodic else F.leaky_relu(x, 0.1))
            blocks = list(self.resblocks)[index * kinds : (index + 1) * kinds]
            x = torch.stack([block(x) for block in blocks]).mean(0)
        x = self.conv_post(self.act_post(x) if self.periodic else F.leaky_relu(x))
        if not self.config.apply_final_activation:
            return x
        return torch.tanh(x) if self.config.use_tanh_at_final else x.clamp(-1, 1)


class ResBlock(nn.Module):
    """Pairs of convolutions, the first of each spread out, around shortcuts."""

    def __init__(
        self, channels: int, kernel: int, spread: tuple[int, ...], *, periodic: bool
    ) -> None:
        super().__init__()
        self.convs1 = nn.ModuleList(
            nn.Conv1d(channels, channels, kernel, dilation=d, padding=d * (kernel - 1) // 2)
            for d in spread
        )
        self.convs2 = nn.ModuleList(
            nn.Conv1d(channels, channels, kernel, padding=(kernel - 1) // 2) for _ in spread
        )
        make = Periodic if periodic else Leaky
        self.acts1 = nn.ModuleList(make(channels) for _ in spread)
        self.acts2 = nn.ModuleList(make(channels) for _ in spread)

    def forward(self, x: Tensor) -> Tensor:
        parts = zip(self.acts1, self.convs1, self.acts2, self.convs2, strict=True)
        for act1, conv1, act2, conv2 in parts:
            x = x + conv2(act2(conv1(act1(x))))
        return x


class Leaky(nn.Module):
    """Leaky ReLU with slope 0.1."""

    def __init__(self, channels: int) -> None:
        del channels
        super().__init__()

    def forward(self, x: Tensor) -> Tensor:
        return F.leaky_relu(x, 0.1)


class Periodic(nn.Module):
    """SnakeBeta at twice the rate, between filters that keep its overtones from folding back."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.act = SnakeBeta(channels)
        self.upsample = Filter(low_pass(FILTER, ratio=2))
        self.downsample = nn.ModuleDict({"lowpass": Filter(low_pass(FILTER, ratio=2))})

    def forward(self, x: Tensor) -> Tensor:
        x = self.act(doubled(x, self.upsample.filter))
        kernel = self.downsample["lowpass"].get_buffer("filter")
        x = F.pad(x, (FILTER // 2 - 1, FILTER // 2), mode="replicate")
        return F.conv1d(x, kernel.expand(x.shape[1], -1, -1), stride=2, groups=x.shape[1])


class SnakeBeta(nn.Module):
    """x + sin(a x)^2 / b with a and b of each channel kept as logarithms."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.alpha = nn.Parameter(torch.zeros(channels))
        self.beta = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        alpha, beta = self.alpha.exp()[:, None], self.beta.exp()[:, None]
        return x + torch.sin(x * alpha).square() / (beta + 1e-9)


class Filter(nn.Module):
    """A fixed filter that the files carry along: (1, 1, taps)."""

    filter: Tensor

    def __init__(self, taps: Tensor) -> None:
        super().__init__()
        self.register_buffer("filter", taps[None, None])


class VocoderWithBandwidth(nn.Module):
    """A vocoder at a low rate, and a generator that adds the upper band at a high one."""

    resampler: Tensor

    def __init__(self, low: VocoderConfig, high: VocoderConfig) -> None:
        super().__init__()
        self.ratio = high.output_sampling_rate // high.input_sampling_rate
        self.hop = high.hop_length
        self.vocoder = Vocoder(low)
        self.bwe_generator = Vocoder(high)
        self.mel_stft = MelSpectrum(high)
        self.register_buffer("resampler", hann_sinc(self.ratio), persistent=False)

    def forward(self, mel: Tensor) -> Tensor:
        """Log-mel (B, 2, T, bands) to sound (B, 2, N) in -1..1 at the high rate."""
        sound = self.vocoder(mel)
        count = sound.shape[-1]
        sound = F.pad(sound, (0, -count % self.hop))
        channels = sound.shape[1]
        seen = self.mel_stft(sound.flatten(0, 1)).unflatten(0, (-1, channels))
        upper = self.bwe_generator(seen.transpose(2, 3))
        whole = upper + resampled(sound, self.resampler, self.ratio)
        return whole.clamp(-1, 1)[..., : count * self.ratio]


class MelSpectrum(nn.Module):
    """Log-mel of a sound by the bases that the file carries: (B, N) to (B, bands, N / hop)."""

    mel_basis: Tensor

    def __init__(self, config: VocoderConfig) -> None:
        super().__init__()
        bins = config.n_fft // 2 + 1
        self.past = max(0, (config.win_size or config.n_fft) - config.hop_length)
        self.hop = config.hop_length
        self.stft_fn = Bases(bins, config.n_fft)
        self.register_buffer("mel_basis", torch.zeros(config.num_mels, bins))

    def forward(self, sound: Tensor) -> Tensor:
        padded = F.pad(sound[:, None], (self.past, 0))
        real, imaginary = F.conv1d(padded, self.stft_fn.forward_basis, stride=self.hop).chunk(2, 1)
        magnitude = (real.square() + imaginary.square()).sqrt()
        return (self.mel_basis.to(magnitude) @ magnitude).clamp(min=1e-5).log()


class Bases(nn.Module):
    """Windowed Fourier bases as the file carries them; only the forward one is used."""

    forward_basis: Tensor
    inverse_basis: Tensor

    def __init__(self, bins: int, size: int) -> None:
        super().__init__()
        self.register_buffer("forward_basis", torch.zeros(2 * bins, 1, size))
        self.register_buffer("inverse_basis", torch.zeros(2 * bins, 1, size))


def doubled(x: Tensor, kernel: Tensor) -> Tensor:
    """x (B, C, N) at twice its rate."""
    side = FILTER // 2 - 1
    x = F.pad(x, (side, side), mode="replicate")
    kernel = kernel.to(x).expand(x.shape[1], -1, -1)
    x = 2 * F.conv_transpose1d(x, kernel, stride=2, groups=x.shape[1])
    cut = 2 * side + (FILTER - 2) // 2
    return x[..., cut:-cut]


def resampled(x: Tensor, kernel: Tensor, ratio: int) -> Tensor:
    """x (B, C, N) at `ratio` times its rate, by the windowed sinc of `hann_sinc`."""
    width = (len(kernel) - 1) // (2 * ratio)
    x = F.pad(x, (width, width), mode="replicate")
    taps = kernel.to(x)[None, None].expand(x.shape[1], -1, -1)
    x = ratio * F.conv_transpose1d(x, taps, stride=ratio, groups=x.shape[1])
    return x[..., 2 * width * ratio : len(kernel) * -1 + ratio]


def low_pass(taps: int, *, ratio: int) -> Tensor:
    """An even Kaiser-windowed sinc that passes the lowest 1/`ratio` of the band; its sum is 1."""
    cutoff, half_width = 0.5 / ratio, 0.6 / ratio
    attenuation = 2.285 * (taps // 2 - 1) * math.pi * 4 * half_width + 7.95
    window = torch.kaiser_window(taps, periodic=False, beta=_kaiser_beta(attenuation))
    places = torch.arange(-(taps // 2), taps // 2) + 0.5
    kernel = 2 * cutoff * window * torch.sinc(2 * cutoff * places)
    return kernel / kernel.sum()


def _kaiser_beta(attenuation: float) -> float:
    """Kaiser's formula for the window's shape from the attenuation in dB (Oppenheim, Schafer)."""
    if attenuation > 50:
        return 0.1102 * (attenuation - 8.7)
    if attenuation >= 21:
        return 0.5842 * (attenuation - 21) ** 0.4 + 0.07886 * (attenuation - 21)
    return 0.0


def hann_sinc(ratio: int, *, zeros: int = 6, rolloff: float = 0.99) -> Tensor:
    """A sinc under a squared cosine, for resampling by a whole ratio."""
    width = math.ceil(zeros / rolloff)
    places = (torch.arange(2 * width * ratio + 1) / ratio - width) * rolloff
    window = torch.cos(places.clamp(-zeros, zeros) * math.pi / zeros / 2).square()
    return torch.sinc(places) * window * rolloff / ratio
