"""What is planned for LTX-2 against what is measured, and for the public models by arithmetic."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch

from benchmarks._ltx2_peer import write_prompts, write_tiny
from engine.diffusion.sample import Sampling
from engine.diffusion.shot import Shot, sample_shot
from engine.errors import ModelError
from engine.models.ltx2.audio_vae import from_tokens
from engine.models.ltx2.family import load_ltx2
from engine.models.ltx2.geometry import Geometry, audio_positions, video_positions
from engine.models.ltx2.loading import load_part
from engine.models.ltx2.opening import open_checkpoint
from engine.models.ltx2.plan import make_plan, plan_decoding, plan_denoising
from engine.models.ltx2.tiles import decode_tiles, tiling_of
from engine.models.ltx2.transformer import StreamInput
from engine.models.quantize import StoredLinear
from engine.runtime.device import Precision
from engine.runtime.footprint import footprint
from tests.engine.models.ltx2.test_opening import full_list, write_sparse

GB = 2**30
CLIP = Geometry(192, 128, 33, Fraction(24))
F32 = torch.float32


@pytest.fixture
def checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return write_tiny(tmp_path / "small.safetensors", layers=3)


def near(planned: int, measured: int) -> None:
    assert planned == pytest.approx(measured, rel=0.1)


@torch.no_grad()
def test_denoising_takes_what_was_planned(checkpoint: Path) -> None:
    opened = open_checkpoint(checkpoint)
    model: Any = load_part(opened, "transformer")
    config = opened.config.transformer
    counts = CLIP.tokens, CLIP.audio_tokens
    places = video_positions(CLIP), audio_positions(counts[1])
    streams = [
        StreamInput(
            tokens=torch.zeros(1, count, channels),
            timesteps=torch.full((1, 1), 0.5),
            sigma=torch.full((1,), 0.5),
            positions=place,
            context=torch.zeros(1, 1024, config.caption_channels),
        )
        for count, channels, place in zip(
            counts, (config.in_channels, config.audio_in_channels), places, strict=True
        )
    ]
    plan = plan_denoising(opened, *counts, GB, F32)
    near(plan.phase.working, footprint(lambda: model(*streams)).peak)
    near(plan.phase.resident, sum(value.nbytes for value in model.parameters()))


@pytest.mark.parametrize("pixels", [None, 64], ids=["whole", "tiles"])
@torch.no_grad()
def test_decoding_takes_what_was_planned(
    pixels: int | None, checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.models.ltx2.plan._WAYS", ((pixels, 20_000),))
    opened = open_checkpoint(checkpoint)
    vae: Any = load_part(opened, "vae")
    plan = plan_decoding(opened, CLIP, GB, F32)
    assert (plan.tile, plan.slice) == (pixels, 20_000)
    decode = partial(vae.decode_slices, most=plan.slice)
    latent = torch.zeros(1, 16, *CLIP.latent)

    def work() -> None:
        pieces = decode(latent) if pixels is None else decode_tiles(decode, latent, tiling_of(64))
        for _ in pieces:
            pass

    assert plan.phase is not None
    blending = 3 * 2 * CLIP.width * CLIP.height * 4 * 4 if pixels else 0  # lies on the CPU
    measured = footprint(work).peak
    assert plan.phase.working * 0.9 <= measured <= plan.phase.working * 1.1 + blending


@torch.no_grad()
def test_sound_takes_what_was_planned(checkpoint: Path) -> None:
    opened = open_checkpoint(checkpoint)
    vae: Any = load_part(opened, "audio_vae")
    vocoder: Any = load_part(opened, "vocoder")
    phases = {phase.name: phase for phase in make_plan(opened, CLIP, GB, F32).phases}
    tokens = torch.zeros(1, CLIP.audio_tokens, opened.config.transformer.audio_in_channels)
    assert opened.config.audio_vae is not None
    latent = from_tokens(tokens, opened.config.audio_vae.z_channels)
    mel = vae.decode(latent)
    near(phases["decode sound"].working, footprint(lambda: vae.decode(latent)).peak)
    near(phases["make the wave"].working, footprint(lambda: vocoder(mel)).peak)


@pytest.mark.parametrize("variant", ["19b", "22b"])
def test_the_public_models_fit_into_8_to_24_gb(variant: str, tmp_path: Path) -> None:
    path = tmp_path / f"{variant}.safetensors"
    write_sparse(path, *full_list(variant))
    opened = open_checkpoint(path)
    clip = Geometry(768, 512, 121, CLIP.rate)
    found = []
    for budget in (8, 12, 16, 24):
        denoising = plan_denoising(
            opened, clip.tokens, clip.audio_tokens, budget * GB, torch.bfloat16
        )
        assert denoising.phase.peak < budget * GB
        found.append(denoising.resident)
    assert found == sorted(found)
    assert found[-1] > found[0]
    if variant == "19b":  # the decoder of both is the same
        decoding = plan_decoding(opened, clip, 8 * GB, torch.bfloat16)
        assert decoding.phase is not None
        assert decoding.tile is None
        assert decoding.phase.peak < 3 * GB


def test_what_cannot_fit_is_said_with_what_is_needed(checkpoint: Path) -> None:
    with pytest.raises(ModelError, match=r"does not fit into .* are needed"):
        plan_denoising(open_checkpoint(checkpoint), 400, 50, 2**20, F32)


def test_a_small_budget_fetches_blocks_keeps_fp8_and_gives_nearly_the_same(
    checkpoint: Path,
) -> None:
    write_prompts(checkpoint, "a dog", "")
    cpu = Precision(torch.device("cpu"), F32)
    shot = Shot("a dog", "", 96, 64, 9)
    wanted = sample_shot(load_ltx2(checkpoint, {}, cpu), "small", shot, Sampling(1, 3.0)).tensor
    opened = open_checkpoint(checkpoint)
    counts = 12, 9
    budgets = range(2**20, 2**25, 2**16)
    fits = [b for b in budgets if _resident(opened, counts, b) is not None]
    for kind, limit in (("fp8", 0.1), ("stored", 1e-6)):
        budget = next(b for b in fits if _resident(opened, counts, b) == (kind, 0))
        model = load_ltx2(checkpoint, {}, cpu, budget=budget)
        made = sample_shot(model, "small", shot, Sampling(1, 3.0)).tensor
        assert float((made - wanted).abs().max() / wanted.abs().max()) < limit
        layers = model._stage.get("transformer").modules()
        assert any(isinstance(layer, StoredLinear) for layer in layers) == (kind == "fp8")


def _resident(opened: Any, counts: tuple[int, int], budget: int) -> tuple[str, int] | None:
    try:
        plan = plan_denoising(opened, *counts, budget, F32)
    except ModelError:
        return None
    return plan.weights, plan.resident
