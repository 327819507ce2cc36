"""The starter's pictures are decoded part after part, with memory that does not grow."""

from __future__ import annotations

import pytest
import torch

from engine.models.checkpoint import load_network
from engine.models.shdt.decoding import pieces, spans, working_bytes
from engine.models.shdt.vae import VaeConfig, VideoAutoencoder
from engine.runtime.device import Precision
from engine.runtime.folders import resources_dir
from engine.runtime.footprint import footprint

SMALL = VaeConfig(latent_channels=4, fine=8, coarse=8, coarse_blocks=1, top_blocks=1)
TINY = VaeConfig(latent_channels=4, fine=8, coarse=8, coarse_blocks=0, top_blocks=1)
CPU = Precision(torch.device("cpu"), torch.float32)


def small(config: VaeConfig = SMALL) -> VideoAutoencoder:
    torch.manual_seed(0)
    model = VideoAutoencoder(config).eval().requires_grad_(False)
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    return model


def joined(model: VideoAutoencoder, latent: torch.Tensor, side: int | None) -> torch.Tensor:
    frames = 1 + 4 * (latent.shape[2] - 1)
    made = torch.full((3, frames, 8 * latent.shape[3], 8 * latent.shape[4]), torch.nan)
    for piece in pieces(model, latent, CPU, side=side):
        _, t, h, w = piece.picture.shape
        place = slice(piece.frame, piece.frame + t), slice(piece.top, piece.top + h)
        made[:, *place, piece.left : piece.left + w] = piece.picture
    return made


def peak(model: VideoAutoencoder, frames: int, rows: int, columns: int, side: int | None) -> int:
    latent = torch.zeros(1, 4, frames, rows, columns)

    def work() -> None:
        for _ in pieces(model, latent, CPU, side=side):
            pass

    return footprint(work).peak


@pytest.mark.parametrize("side", [None, 8, 11])
def test_tiles_and_pieces_of_time_join_to_the_whole_picture(side: int | None) -> None:
    model, latent = small(), torch.randn(1, 4, 3, 30, 12)
    with torch.inference_mode():
        whole = model.decode(latent)[0]
    assert float((joined(model, latent, side) - whole).abs().max()) < 1e-5


def test_the_shipped_weights_decode_in_tiles_to_the_same_picture() -> None:
    path = resources_dir() / "models" / "shdt-vae.safetensors"
    model = load_network(VideoAutoencoder, VaeConfig, path).eval().requires_grad_(False)
    latent = torch.randn(1, 16, 2, 6, 40)
    with torch.inference_mode():
        whole = model.decode(latent)[0]
    assert float((joined(model, latent, 8) - whole).abs().max()) < 1e-3


def test_memory_does_not_grow_with_the_clips_length() -> None:
    model = small(TINY)
    assert peak(model, 7, 12, 12, None) == peak(model, 3, 12, 12, None)


def test_many_tiles_take_no_more_than_one() -> None:
    model, seen = small(TINY), 8 + 2 * TINY.reach
    one = peak(model, 3, seen, seen, None)
    assert peak(model, 3, 24, 20, 8) <= 1.3 * one
    assert peak(model, 3, 24, 20, None) > 2 * one


def test_the_need_is_known_before_it_starts() -> None:
    planned = working_bytes(TINY, 24, 20, 8)
    assert planned == pytest.approx(peak(small(TINY), 3, 24, 20, 8), rel=0.1)


def test_spans_cover_every_place_once() -> None:
    for whole in range(1, 70):
        found = spans(whole, 8, 3)
        made = [n for span in found for n in range(span.first, span.first + span.count)]
        assert made == list(range(whole))
        assert all(0 <= span.inner <= 3 and span.count <= 8 for span in found)
