"""The shdt networks: shapes, causality, frames with their own sigma, sizes that are legal."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from benchmarks._plain_transformer import PlainTransformer
from engine.errors import ModelError, UsageError
from engine.models.family import Beside
from engine.models.shdt import lexicon
from engine.models.shdt.family import ShdtModel, load_shdt
from engine.models.shdt.sizes import frames_of, plan
from engine.models.shdt.transformer import ShdtTransformer, TransformerConfig, attend
from engine.models.shdt.upsampler import LatentUpsampler, UpsamplerConfig
from engine.models.shdt.vae import VaeConfig, VideoAutoencoder
from engine.runtime.device import choose
from tests.engine.runtime.small import small_model

SMALL = VaeConfig(latent_channels=4, fine=16, coarse=16)


def transformer(**changes) -> ShdtTransformer:
    torch.manual_seed(0)
    sizes = {"vocabulary": lexicon.VOCABULARY, "latent_channels": 4, "width": 48, "depth": 2}
    model = ShdtTransformer(TransformerConfig(**(sizes | {"heads": 6, "hidden": 32} | changes)))
    for parameter in model.parameters():  # nothing may stay at zero, or nothing would be tested
        torch.nn.init.normal_(parameter, std=0.2)
    return model.eval()


@pytest.mark.parametrize("frames", [1, 5, 9, 17])
def test_the_autoencoder_gives_back_the_size_it_was_given(frames: int) -> None:
    model = VideoAutoencoder(SMALL)
    picture = torch.randn(1, 3, frames, 16, 24)
    latent = model.encode(picture)
    assert latent.shape == (1, 4, 1 + (frames - 1) // 4, 2, 3)
    assert model.decode(latent).shape == picture.shape


def test_the_autoencoder_never_looks_ahead_in_time() -> None:
    torch.manual_seed(1)
    model = VideoAutoencoder(SMALL).eval()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.1)
    picture = torch.randn(1, 3, 9, 16, 16)
    changed = picture.clone()
    changed[:, :, 5:] += 1
    before, after = model.encode(picture), model.encode(changed)
    assert torch.equal(before[:, :, :2], after[:, :, :2])
    assert not torch.equal(before[:, :, 2], after[:, :, 2])


@pytest.mark.parametrize("attention", ["full", "factorised"])
def test_the_transformer_takes_any_even_size(attention: str) -> None:
    model = transformer(attention=attention)
    for rows, columns in ((4, 4), (6, 10)):
        latent = torch.randn(2, 4, 3, rows, columns)
        words = torch.full((2, 7), lexicon.NOTHING)
        assert model(latent, torch.rand(2, 3), words).shape == latent.shape


def test_the_velocity_depends_on_words_and_on_each_frames_sigma() -> None:
    model = transformer()
    latent, sigma = torch.randn(1, 4, 3, 4, 4), torch.full((1, 3), 0.5)
    words = torch.tensor([lexicon.tokens({"colour": "red"})])
    base = model(latent, sigma, words)
    clean_first = sigma.clone()
    clean_first[:, 0] = 0
    assert not torch.allclose(base, model(latent, clean_first, words))
    assert not torch.allclose(
        base, model(latent, sigma, torch.tensor([lexicon.tokens({"colour": "blue"})]))
    )


def test_a_sample_does_not_depend_on_its_neighbours_in_the_batch() -> None:
    model = transformer()
    latent, sigma = torch.randn(3, 4, 3, 4, 4), torch.rand(3, 3)
    words = torch.randint(0, lexicon.VOCABULARY, (3, 7))
    alone = model(latent[1:2], sigma[1:2], words[1:2])
    assert torch.allclose(model(latent, sigma, words)[1:2], alone, atol=1e-5)


def test_plain_attention_equals_the_fused_kernel() -> None:
    q, k, v = torch.randn(2, 6, 20, 8), torch.randn(2, 2, 30, 8), torch.randn(2, 2, 30, 8)
    fused = torch.nn.functional.scaled_dot_product_attention(q, k, v, enable_gqa=True)
    assert torch.allclose(attend(q, k, v), fused, atol=1e-5)


def test_the_upsampler_doubles_rows_and_columns() -> None:
    model = LatentUpsampler(UpsamplerConfig(latent_channels=4, coarse=16, fine=16))
    assert model(torch.randn(1, 4, 3, 5, 8)).shape == (1, 4, 3, 10, 16)


def test_a_plan_halves_the_picture_down_to_what_the_model_was_trained_on() -> None:
    found = plan(1024, 576, 17)
    assert (found.rows, found.columns, found.frames, found.doublings) == (10, 16, 5, 3)


@pytest.mark.parametrize(
    ("size", "frames", "mend"),
    [((1280, 720), 17, "1024x576"), ((350, 350), 17, "256x256"), ((256, 144), 18, "17")],
)
def test_illegal_sizes_and_lengths_name_legal_ones(size, frames, mend) -> None:
    with pytest.raises(UsageError, match=mend):
        plan(*size, frames)


@pytest.mark.parametrize(
    ("size", "near"),
    [
        ((170, 170), ["160x160", "224x224", "128x128"]),
        ((257, 144), ["256x144"]),
        ((300, 100), ["268x112"]),
        ((50, 50), ["56x56"]),
        ((4096, 4096), ["1280x1280"]),
    ],
)
def test_the_nearest_legal_sizes_are_named_and_all_are_legal(size, near) -> None:
    with pytest.raises(UsageError) as caught:
        plan(*size, 17)
    named = str(caught.value.mend).removeprefix("Nearby: ").rstrip(".").split(", ")
    assert named[: len(near)] == near
    for name in named:
        width, height = map(int, name.split("x"))
        assert plan(width, height, 17).width == width


def test_seconds_become_the_nearest_legal_number_of_frames() -> None:
    assert [frames_of(seconds) for seconds in (0.1, 1, 2, 2.125)] == [1, 9, 17, 17]
    with pytest.raises(UsageError, match="several shots"):
        frames_of(5)


def test_impossible_configurations_are_refused() -> None:
    with pytest.raises(ValueError, match="heads"):
        TransformerConfig(vocabulary=10, width=100, heads=6)


def model_of(transformer: ShdtTransformer) -> ShdtModel:
    upsampler = LatentUpsampler(UpsamplerConfig(latent_channels=4, coarse=16, fine=16))
    return ShdtModel(VideoAutoencoder(SMALL), transformer, upsampler, choose("cpu"))


def test_a_frame_beside_the_clip_is_seen_and_is_no_part_of_it() -> None:
    model = model_of(transformer())
    latent, sigma = torch.randn(1, 4, 3, 4, 4), torch.full((1, 3), 0.5)
    words = torch.full((1, 7), lexicon.NOTHING)
    alone = model.velocity(latent, sigma, words)

    def seen(picture: torch.Tensor, time: float, level: float = 0.0) -> torch.Tensor:
        beside = Beside(picture, torch.tensor([time]), torch.full((1, 1), level))
        return model.velocity(latent, sigma, words, beside=beside)

    one, two = torch.randn(2, 1, 4, 1, 4, 4)
    assert seen(one, model.reference_time).shape == alone.shape
    found = [alone, seen(one, model.reference_time), seen(two, model.reference_time),
             seen(one, 1.5), seen(one, 1.5, 0.4)]  # fmt: skip
    assert all(not torch.allclose(a, b) for n, a in enumerate(found) for b in found[n + 1 :])


def test_a_block_that_is_skipped_changes_the_velocity() -> None:
    model = model_of(transformer())
    latent, sigma = torch.randn(1, 4, 3, 4, 4), torch.full((1, 3), 0.5)
    words = torch.full((1, 7), lexicon.NOTHING)
    found = [model.velocity(latent, sigma, words, skip=skip) for skip in ((), (0,), (1,), (0, 1))]
    assert all(not torch.allclose(a, b) for n, a in enumerate(found) for b in found[n + 1 :])
    assert torch.equal(found[0], model.velocity(latent, sigma, words))


def test_parts_that_were_not_trained_together_are_told_apart(tmp_path: Path) -> None:
    networks = {
        "vae": VideoAutoencoder(SMALL),
        "transformer": transformer(latent_channels=8),
        "upsampler": LatentUpsampler(UpsamplerConfig(latent_channels=4, coarse=16, fine=16)),
    }
    files = {part: tmp_path / f"{part}.safetensors" for part in networks}
    for part, network in networks.items():
        config = {"config": json.dumps(asdict(network.config))}
        save_file(network.state_dict(), files[part], metadata=config)
    with pytest.raises(ModelError, match="transformer works on latents of 8 channels") as told:
        load_shdt(files, choose("cpu"))
    assert told.value.mend == "Register parts that were trained together."


def test_the_transformer_gives_what_the_same_network_of_stock_parts_gives() -> None:
    ours = small_model().transformer
    generator = torch.Generator().manual_seed(4)
    latent = torch.randn((2, 4, 3, 8, 6), generator=generator)
    sigma = torch.rand((2, 3), generator=generator)
    words = torch.randint(lexicon.VOCABULARY, (2, len(lexicon.FACETS)), generator=generator)
    with torch.inference_mode():
        found = ours(latent, sigma, words)
        torch.testing.assert_close(found, PlainTransformer(ours)(latent, sigma, words))
