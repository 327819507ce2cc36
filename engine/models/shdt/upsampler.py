"""The learned latent upsampler: twice the rows and columns, the same frames."""

from __future__ import annotations

from dataclasses import dataclass

from einops import rearrange
from torch import Tensor, nn
from torch.nn import functional as F

from engine.models.shdt.layers import Conv, RmsNorm, blocks, run_blocks


@dataclass(frozen=True)
class UpsamplerConfig:
    """Widths of the network; read from the checkpoint."""

    latent_channels: int = 16
    coarse: int = 96
    coarse_blocks: int = 4
    fine: int = 64
    fine_blocks: int = 2


class LatentUpsampler(nn.Module):
    """Latent (B, C, T, h, w) to (B, C, T, 2h, 2w): a correction of the bilinear one."""

    def __init__(self, config: UpsamplerConfig) -> None:
        super().__init__()
        self.config = config
        self.into = Conv(config.latent_channels, config.coarse, 3)
        self.coarse = blocks(config.coarse, config.coarse_blocks)
        self.up = Conv(config.coarse, 4 * config.fine)
        self.fine = blocks(config.fine, config.fine_blocks)
        self.norm = RmsNorm(config.fine)
        self.head = Conv(config.fine, config.latent_channels, 3).zero()

    def forward(self, latent: Tensor) -> Tensor:
        frames = latent.shape[2]
        x = rearrange(latent, "b c t h w -> (b t) c h w")
        h = run_blocks(self.coarse, self.into(x), frames)
        h = run_blocks(self.fine, F.pixel_shuffle(self.up(h), 2), frames)
        h = self.head(F.silu(self.norm(h)))
        return rearrange(bilinear(x) + h, "(b t) c h w -> b c t h w", t=frames)


def bilinear(x: Tensor) -> Tensor:
    """Twice the rows and columns by plain interpolation: what the network starts from."""
    return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
