"""A small model of the starter's family, with random weights none of which is zero."""

from __future__ import annotations

import torch

from engine.models.shdt import lexicon
from engine.models.shdt.family import ShdtModel
from engine.models.shdt.transformer import ShdtTransformer, TransformerConfig
from engine.models.shdt.upsampler import LatentUpsampler, UpsamplerConfig
from engine.models.shdt.vae import VaeConfig, VideoAutoencoder
from engine.runtime.device import Precision


def small_model() -> ShdtModel:
    torch.manual_seed(0)
    sizes = {"width": 48, "depth": 4, "heads": 6, "hidden": 64}
    transformer = ShdtTransformer(
        TransformerConfig(vocabulary=lexicon.VOCABULARY, latent_channels=4, **sizes)
    )
    vae = VideoAutoencoder(
        VaeConfig(latent_channels=4, fine=8, coarse=8, coarse_blocks=0, top_blocks=1)
    )
    upsampler = LatentUpsampler(UpsamplerConfig(latent_channels=4, coarse=16, fine=16))
    for parameter in (*transformer.parameters(), *vae.parameters()):
        torch.nn.init.normal_(parameter, std=0.1)
    for network in (transformer, vae, upsampler):
        network.eval().requires_grad_(False)
    return ShdtModel(vae, transformer, upsampler, Precision(torch.device("cpu"), torch.float32))
