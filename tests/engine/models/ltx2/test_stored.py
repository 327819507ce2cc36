"""LTX-2 files as they are stored: in pieces, in fp8, with numbers that are none."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from benchmarks._ltx2_peer import relative, write_prompts, write_tiny
from engine.diffusion import Condition
from engine.diffusion.sample import Sampling
from engine.diffusion.shot import Shot, sample_shot
from engine.errors import ModelError
from engine.models.checkpoint import read_header
from engine.models.joint import JointGuidance
from engine.models.ltx2.catalogue import go_together
from engine.models.ltx2.family import Ltx2Model, load_ltx2
from engine.models.ltx2.opening import open_checkpoint
from engine.models.quantize import StoredLinear
from engine.models.registry import model, register
from engine.runtime.device import Precision

CPU = Precision(torch.device("cpu"), torch.float32)
BLOCKS = "model.diffusion_model.transformer_blocks."


@pytest.fixture
def checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    path = write_tiny(tmp_path / "small.safetensors")
    write_prompts(path, "a dog", "")
    return path


def rewritten(source: Path, target: Path, change: Callable[[dict[str, Tensor]], None]) -> Path:
    tensors = load_file(source)
    change(tensors)
    save_file(tensors, target, metadata=dict(read_header(source).metadata))
    return target


def in_fp8(tensors: dict[str, Tensor], *, scaled: bool) -> None:
    for name in [n for n in tensors if n.startswith(BLOCKS) and n.endswith(".weight")]:
        value = tensors[name]
        if value.ndim == 2:
            scale = value.abs().max() / 448 if scaled else torch.ones(())
            tensors[name] = (value / scale).to(torch.float8_e4m3fn)
            if scaled:
                tensors[f"{name}_scale"] = scale
                tensors[name.replace("weight", "input_scale")] = torch.ones(())


PLAIN = Condition(JointGuidance(1.0, 0.0, (), 1.0, 0.0))  # guidance makes differences larger


def picture(loaded: Ltx2Model) -> Tensor:
    shot = Shot("a dog", "", 96, 64, 9)
    latent = sample_shot(loaded, "small", shot, Sampling(4, 1.0), conditions=[PLAIN])
    return loaded.decode(latent.tensor)


@pytest.mark.parametrize("scaled", [False, True], ids=["cast", "scaled"])
def test_a_picture_of_fp8_weights_is_within_35_db_of_float32(
    scaled: bool, checkpoint: Path, tmp_path: Path
) -> None:
    path = rewritten(
        checkpoint, tmp_path / "fp8.safetensors", lambda found: in_fp8(found, scaled=scaled)
    )
    narrow = load_ltx2(path, {}, CPU)
    wanted, made = picture(load_ltx2(checkpoint, {}, CPU)), picture(narrow)
    layers = narrow._stage.get("transformer").modules()
    assert sum(isinstance(layer, StoredLinear) for layer in layers) > 40
    error = float((made - wanted).square().mean().sqrt())
    assert error > 0
    assert 20 * math.log10(float(wanted.max() - wanted.min()) / error) >= 35


def test_pieces_are_registered_one_by_one_and_make_the_same_picture(
    checkpoint: Path, tmp_path: Path
) -> None:
    tensors, header = load_file(checkpoint), read_header(checkpoint)
    names = sorted(tensors)
    for number in range(3):
        path = tmp_path / f"small-0000{number + 1}-of-00003.safetensors"
        save_file({n: tensors[n] for n in names[number::3]}, path, metadata=dict(header.metadata))
        assert register(path).card.name == "small"
    parts = {part: weights.path for part, weights in model("small").parts.items()}
    assert parts.keys() == {"checkpoint", "piece_2", "piece_3"}
    loaded = load_ltx2(parts.pop("checkpoint"), parts, CPU)
    assert relative(picture(loaded), picture(load_ltx2(checkpoint, {}, CPU))) < 1e-4


def test_a_piece_alone_says_what_is_missing(checkpoint: Path, tmp_path: Path) -> None:
    tensors = load_file(checkpoint)
    path = tmp_path / "small-00001-of-00002.safetensors"
    half = dict(sorted(tensors.items())[::2])
    save_file(half, path, metadata=dict(read_header(checkpoint).metadata))
    register(path)
    with pytest.raises(ModelError, match=r"tensors do not fit: .* is missing"):
        load_ltx2(model("small").parts["checkpoint"].path, {}, CPU)


@pytest.mark.parametrize(
    "name", [f"{BLOCKS}0.ff.net.0.proj.weight", "vae.decoder.conv_in.conv.bias"]
)
def test_values_that_are_not_numbers_are_found_when_a_file_is_registered(
    name: str, checkpoint: Path, tmp_path: Path
) -> None:
    def spoil(tensors: dict[str, Tensor]) -> None:
        tensors[name].view(-1)[3] = math.nan

    path = rewritten(checkpoint, tmp_path / "spoilt.safetensors", spoil)
    with pytest.raises(ModelError, match=r"holds values that are not numbers"):
        register(path)
    with pytest.raises(ModelError, match=r"not numbers|not a number"):
        picture(load_ltx2(path, {}, CPU))


def test_upsamplers_whose_configuration_lies_are_refused_at_once(tmp_path: Path) -> None:
    config = {"in_channels": 8, "mid_channels": 10**9, "num_blocks_per_stage": 10**9}
    path = tmp_path / "upsampler.safetensors"
    save_file(
        {"post_upsample_res_blocks.0.conv1.weight": torch.zeros(1)},
        path,
        metadata={"config": json.dumps(config)},
    )
    began = time.thread_time()
    with pytest.raises(ModelError):
        register(path)
    assert time.thread_time() - began < 2


def test_a_file_that_ends_early_is_refused_at_once(checkpoint: Path, tmp_path: Path) -> None:
    path = tmp_path / "short.safetensors"
    path.write_bytes(checkpoint.read_bytes()[:-1000])
    with pytest.raises(ModelError, match="not usable as weights"):
        open_checkpoint(path)
    with pytest.raises(ModelError, match="not usable as weights"):
        register(path)


def test_an_upsampler_goes_with_checkpoints_of_its_own_version() -> None:
    assert go_together("ltx-2-spatial-upscaler-x2-1.0", "ltx-2-19b-dev")
    assert not go_together("ltx-2.3-spatial-upscaler-x2-1.1", "ltx-2-19b-dev")
    assert not go_together("ltx-2-spatial-upscaler-x2-1.0", "ltx-2.3-22b-distilled-1.1")
    assert go_together("ltx-2.3-spatial-upscaler-x2-1.1", "mine")
