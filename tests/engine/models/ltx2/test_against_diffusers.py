"""The LTX-2 networks against an independent implementation, with the same random weights."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from benchmarks._ltx2_peer import fill, peer_transformer, peer_vae, small_transformer, small_vae
from engine.models.ltx2.transformer import Changes, Ltx2Transformer, StreamInput
from engine.models.ltx2.video_vae import VideoVae


def relative(made: Tensor, wanted: Tensor) -> float:
    return float((made - wanted).abs().max() / wanted.abs().max())


def streams(config: object, *, clean: int) -> tuple[StreamInput, StreamInput, dict[str, Tensor]]:
    """Both streams of a small clip whose first `clean` video tokens are given without noise."""
    generator = torch.Generator().manual_seed(7)

    def draw(*shape: int) -> Tensor:
        return torch.randn(shape, generator=generator)

    captions = 40 if not config.caption_proj_before_connector else 0  # type: ignore[attr-defined]
    widths = (captions or config.width, captions or config.audio_width)  # type: ignore[attr-defined]
    sigma = torch.tensor([0.7, 0.3])
    levels = sigma[:, None].expand(2, 24).clone()
    levels[:, :clean] = 0
    places = (
        torch.rand((2, 3, 24, 2), generator=generator)
        * torch.tensor([4.0, 400, 600])[:, None, None]
    )
    seconds = torch.rand((2, 1, 7, 2), generator=generator) * 4
    video = StreamInput(draw(2, 24, 16), levels, sigma, places, draw(2, 6, widths[0]))
    audio = StreamInput(
        draw(2, 7, 16), sigma[:, None].expand(2, 7), sigma, seconds, draw(2, 6, widths[1])
    )
    return video, audio, {"sigma": sigma}


def ask_peer(
    peer: object, video: StreamInput, audio: StreamInput, **options: object
) -> list[Tensor]:
    out: list[Tensor] = peer(  # type: ignore[operator]
        hidden_states=video.tokens,
        audio_hidden_states=audio.tokens,
        encoder_hidden_states=video.context,
        audio_encoder_hidden_states=audio.context,
        timestep=1000 * video.timesteps,
        audio_timestep=1000 * audio.timesteps,
        sigma=1000 * video.sigma,
        audio_sigma=1000 * audio.sigma,
        video_coords=video.positions,
        audio_coords=audio.positions,
        use_cross_timestep=True,
        return_dict=False,
        **options,
    )
    return out


@pytest.mark.parametrize("newer", [False, True], ids=["2.0", "2.3"])
@pytest.mark.parametrize("clean", [0, 8])
def test_the_transformer_gives_the_same_velocities(newer: bool, clean: int) -> None:
    config = small_transformer(newer=newer)
    model = fill(Ltx2Transformer(config), seed=1)
    peer = peer_transformer(config, model.state_dict())
    video, audio, _ = streams(config, clean=clean)
    made, wanted = model(video, audio), ask_peer(peer, video, audio)
    assert max(map(relative, made, wanted)) < 1e-4


@pytest.mark.parametrize("newer", [False, True], ids=["2.0", "2.3"])
def test_streams_apart_and_values_passed_are_the_same(newer: bool) -> None:
    config = small_transformer(newer=newer)
    model = fill(Ltx2Transformer(config), seed=2)
    peer = peer_transformer(config, model.state_dict())
    video, audio, _ = streams(config, clean=0)
    made = model(video, audio, Changes(apart=True))
    assert max(map(relative, made, ask_peer(peer, video, audio, isolate_modalities=True))) < 1e-4
    made = model(video, audio, Changes(video_blocks={1}, audio_blocks={1}))
    wanted = ask_peer(peer, video, audio, spatio_temporal_guidance_blocks=[1])
    assert max(map(relative, made, wanted)) < 1e-4


def test_the_video_autoencoder_gives_the_same_latents_and_pictures() -> None:
    config = small_vae()
    vae = fill(VideoVae(config), seed=3)
    peer = peer_vae(config, vae.state_dict())
    picture = torch.rand((1, 3, 9, 64, 96), generator=torch.Generator().manual_seed(4)) * 2 - 1
    wanted = peer.encode(picture).latent_dist.mode()
    latent = vae.encode(picture)
    restored = vae.per_channel_statistics.restore(latent)
    assert relative(restored, wanted) < 1e-4
    assert relative(vae.decode(latent), peer.decode(wanted, return_dict=False)[0]) < 1e-4
