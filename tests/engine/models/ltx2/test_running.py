"""Ways to run an LTX-2 model in less memory, and what its shots take."""

from __future__ import annotations

import itertools
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from einops import rearrange
from torch import Tensor

from benchmarks._ltx2_peer import relative, write_prompts, write_tiny
from engine.diffusion import Condition, GivenSound, Keyframe, ReferenceClip
from engine.diffusion.sample import Sampling
from engine.diffusion.shot import Shot, decode_sound, sample_shot
from engine.errors import ModelError, UsageError
from engine.media import Clip, Image, Sound
from engine.models.joint import JointModel
from engine.models.lora import Lora, LowRank, linear_shapes
from engine.models.ltx2.family import Ltx2Model, load_ltx2
from engine.models.ltx2.loading import load_part
from engine.models.ltx2.opening import open_checkpoint
from engine.models.ltx2.schedules import FEW, token_shifted
from engine.models.ltx2.stage import Stage
from engine.models.ltx2.text import load_features
from engine.models.ltx2.tiles import Tiling, decode_tiles, spans
from engine.runtime.device import Precision
from engine.runtime.footprint import footprint

CPU = Precision(torch.device("cpu"), torch.float32)
SHOT = Shot("a dog", "", 96, 64, 9)


@pytest.fixture
def checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    path = write_tiny(tmp_path / "ltx-2-small.safetensors")
    write_prompts(path, "a dog", "")
    return path


@pytest.fixture
def model(checkpoint: Path) -> Ltx2Model:
    return load_ltx2(checkpoint, {}, CPU)


def sampled(model: Ltx2Model, *conditions: object, steps: int = 2) -> tuple[Tensor, Tensor]:
    found = sample_shot(
        model,
        "small",
        SHOT,
        Sampling(steps, 3.0),
        conditions=[Condition(item) for item in conditions],  # type: ignore[arg-type]
    )
    assert found.sound is not None
    return found.tensor, found.sound


def test_blocks_that_are_fetched_give_the_same_as_resident_ones(model: Ltx2Model) -> None:
    wanted = sampled(model)
    stage: Stage = model._stage  # the only way to force what a large model has
    use = stage.use
    stage.use = lambda part, resident=None: use(  # type: ignore[method-assign]
        part, resident=0 if part == "transformer" else None
    )
    assert all(torch.equal(a, b) for a, b in zip(sampled(model), wanted, strict=True))


def test_a_keyframe_at_full_strength_is_in_the_latent_exactly(model: Ltx2Model) -> None:
    picture = Image.from_array(np.full((64, 96, 3), 90, np.uint8))
    made, _ = sampled(model, Keyframe(picture, 0))
    still = torch.full((1, 3, 1, 64, 96), 90 / 127.5 - 1)
    assert relative(made[:, :, :1], model.encode(still)) < 1e-3
    assert made.shape == (1, 16, 2, 2, 3)


def test_sound_that_is_followed_is_kept(model: Ltx2Model) -> None:
    tone = 0.2 * np.sin(np.arange(24000) / 9)
    sound = Sound.from_array(np.stack([tone, tone], 1).astype(np.float32), 48000)
    _, made = sampled(model, GivenSound(sound))
    assert relative(made, model.encode_sound(sound, made.shape[1])) < 1e-5


def test_what_is_seen_beside_changes_the_shot_and_is_no_part_of_it(model: Ltx2Model) -> None:
    plain, _ = sampled(model)
    clip = Clip.from_array(np.full((9, 64, 96, 3), 200, np.uint8), Fraction(24))
    made, _ = sampled(model, ReferenceClip(clip))
    assert made.shape == plain.shape
    assert not torch.equal(made, plain)


def test_sound_has_the_length_of_the_clip(model: Ltx2Model) -> None:
    found = sample_shot(model, "small", SHOT, Sampling(1, 1.0))
    sound = decode_sound(model, found, seconds=Fraction(9, 24))
    assert sound is not None
    assert sound.sample_count == 9000


def test_a_lora_beside_the_weights_changes_and_strength_0_does_not(checkpoint: Path) -> None:
    layer = "transformer_blocks.0.attn1.to_q"
    a, b = torch.randn(2, 96), torch.randn(96, 2)
    lora = Lora("look", {layer: LowRank(a, b, 1.0)}, {"reference_downscale_factor": "2"})
    plain, _ = sampled(load_ltx2(checkpoint, {}, CPU))
    off, on = (load_ltx2(checkpoint, {}, CPU, [(lora, strength)]) for strength in (0.0, 1.0))
    assert torch.equal(sampled(off)[0], plain)
    assert not torch.equal(sampled(on)[0], plain)
    assert on.reference_scale == 2


def test_what_a_lora_fits_on_is_known_from_the_header(checkpoint: Path) -> None:
    model = load_ltx2(checkpoint, {}, CPU)
    network = linear_shapes(load_part(model.opened, "transformer"))
    assert network.items() <= model.linears.items()


def test_a_prompt_without_features_says_what_is_missing(model: Ltx2Model) -> None:
    with pytest.raises(ModelError) as told:
        model.encode_prompt("words that were never read")
    for part in ("gemma-3-12b-it-qat", "24 GB", "Gemma Terms of Use", "huggingface.co/google"):
        assert part in str(told.value)


def test_a_prompt_that_is_too_long_is_told(checkpoint: Path, model: Ltx2Model) -> None:
    write_prompts(checkpoint, "a dog and so on", tokens=1024)
    assert model.encode_prompt("a dog").notes == ()
    for _ in range(2):
        (note,) = model.encode_prompt("a dog and so on").notes
        assert "1024 tokens" in note


def test_damaged_features_are_read_anew(checkpoint: Path, model: Ltx2Model) -> None:
    files = list((checkpoint.parent / "aiprod" / "prompts").glob("*.safetensors")) or list(
        checkpoint.parent.rglob("prompts/*.safetensors")
    )
    for file in files:
        file.write_bytes(b"no safetensors")
    assert load_features("a dog", "x") is None
    with pytest.raises(ModelError):
        model.encode_prompt("a dog")


@pytest.mark.parametrize(
    ("width", "height", "frames", "told"),
    [(100, 64, 9, "96 or 128"), (96, 64, 10, "9 or 17"), (96, 4096, 9, "64 to 2048")],
)
def test_sizes_that_cannot_be_are_told_with_those_nearby(
    width: int, height: int, frames: int, told: str, model: Ltx2Model
) -> None:
    with pytest.raises(UsageError, match=told):
        model.plan(width, height, frames)


def test_it_is_a_joint_model(model: Ltx2Model) -> None:
    assert isinstance(model, JointModel)


def test_published_levels() -> None:
    found = token_shifted(40, 4096)
    assert len(found) == 41
    assert float(found[0]) == 1
    assert float(found[-2]) == pytest.approx(0.1)
    assert len(FEW) == 9


@pytest.mark.parametrize(
    ("whole", "tile", "overlap"), [(16, 6, 2), (7, 7, 2), (9, 4, 2), (5, 8, 3)]
)
def test_tiles_cover_everything_and_overlap_enough(whole: int, tile: int, overlap: int) -> None:
    bounds = spans(whole, tile, overlap)
    assert bounds[0][0] == 0
    assert bounds[-1][1] == whole
    for (_, stop), (start, _) in itertools.pairwise(bounds):
        assert stop - start >= overlap


@pytest.mark.parametrize("most", [1, 3000, 2**30])
@torch.no_grad()
def test_a_picture_in_slices_is_the_whole_one_and_takes_less_memory(
    most: int, checkpoint: Path
) -> None:
    vae: Any = load_part(open_checkpoint(checkpoint), "vae")
    latent = torch.randn(1, 16, 5, 2, 3, generator=torch.Generator().manual_seed(1))
    wanted = vae.decode(latent, most=2**40)
    made = torch.cat(list(vae.decode_slices(latent, most=most)), 1)
    assert relative(rearrange(made, "b t h w c -> b c t h w"), wanted) < 1e-5


@torch.no_grad()
def test_a_picture_is_encoded_the_same_in_slices(checkpoint: Path) -> None:
    vae: Any = load_part(open_checkpoint(checkpoint), "vae")
    picture = torch.rand((1, 3, 25, 64, 64), generator=torch.Generator().manual_seed(2)) * 2 - 1
    assert relative(vae.encode(picture, most=1), vae.encode(picture, most=2**40)) < 1e-5


@torch.no_grad()
def test_decoding_a_longer_clip_takes_no_more_memory(checkpoint: Path) -> None:
    vae: Any = load_part(open_checkpoint(checkpoint), "vae").to("meta")

    def peak(frames: int) -> int:
        latent = torch.zeros(1, 16, frames, 2, 2, device="meta")
        return footprint(lambda: [None for _ in vae.decode_slices(latent, most=2048)]).peak

    assert peak(16) <= 1.1 * peak(8)  # slices of other frames differ a little


@torch.no_grad()
def test_a_picture_in_tiles_is_the_whole_one_where_tiles_see_enough(checkpoint: Path) -> None:
    vae: Any = load_part(open_checkpoint(checkpoint), "vae")
    latent = torch.randn(1, 16, 3, 2, 20, generator=torch.Generator().manual_seed(1))
    wanted = vae.decode(latent)[0]
    decode = partial(vae.decode_slices, most=50_000)
    pieces = list(decode_tiles(decode, latent, Tiling(18, 16)))
    assert len(pieces) > 1
    assert relative(rearrange(torch.cat(pieces), "t h w c -> c t h w"), wanted) < 1e-3
