"""Opening LTX-2 files: every public name and shape, and whatever can be wrong with a file."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from math import prod
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from benchmarks.parity_ltx2 import compare_cuts
from engine.errors import ModelError
from engine.models.checkpoint import TensorFacts
from engine.models.ltx2.config import read_config
from engine.models.ltx2.loading import load_part
from engine.models.ltx2.opening import PREFIXES, check_part, check_piece, open_checkpoint

DATA = Path(__file__).parents[3] / "data" / "ltx2"
WIDTHS = {"BF16": 2, "F32": 4}


def full_list(variant: str) -> tuple[dict[str, Any], dict[str, tuple[int, ...]]]:
    """The configuration of a full model, and all its names with their shapes."""
    table = json.loads((DATA / f"full_{variant}.json").read_text(encoding="utf-8"))
    layers = table["config"]["transformer"]["num_layers"]
    names: dict[str, tuple[int, ...]] = {}
    for name, shape in table["keys"].items():
        repeats = layers if ".transformer_blocks.0." in name else 1
        for number in range(repeats):
            name_here = name.replace(".transformer_blocks.0.", f".transformer_blocks.{number}.")
            names[name_here] = tuple(shape)
    return table["config"], names


def write_sparse(
    path: Path, config: dict[str, Any], names: dict[str, tuple[int, ...]], version: str = "2.0.0"
) -> None:
    """A file of that header whose numbers take no room on disk."""
    table: dict[str, Any] = {
        "__metadata__": {"config": json.dumps(config), "model_version": version}
    }
    at = 0
    for name, shape in names.items():
        stop = at + 2 * prod(shape)
        table[name] = {"dtype": "BF16", "shape": shape, "data_offsets": [at, stop]}
        at = stop
    text = json.dumps(table).encode()
    with path.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        file.truncate(8 + len(text) + at)


@pytest.mark.parametrize("variant", ["19b", "22b"])
def test_every_public_name_and_shape_is_used_and_none_is_left_over(variant: str) -> None:
    table, names = full_list(variant)
    config = read_config(table, "")
    used: set[str] = set()
    for part, prefix in PREFIXES.items():
        found = {
            name.removeprefix(prefix): TensorFacts("BF16", shape)
            for name, shape in names.items()
            if name.startswith(prefix) and name not in used
        }
        assert check_part(config, part, found) == [] or not found
        used |= {prefix + name for name in found}
    assert used == names.keys()
    assert len(names) > 4000


@pytest.mark.parametrize("variant", ["19b", "22b"])
def test_a_file_of_40_gb_opens_within_two_seconds(variant: str, tmp_path: Path) -> None:
    path = tmp_path / f"{variant}.safetensors"
    write_sparse(path, *full_list(variant))
    seconds = []
    for _ in range(2):  # the better one: other work on the machine slows either
        began = time.thread_time()
        opened = open_checkpoint(path)
        seconds.append(time.thread_time() - began)
    assert min(seconds) < 2
    assert opened.bytes > 38e9
    assert opened.parts.keys() >= {"transformer", "vae", "audio_vae", "vocoder"}


def test_recorded_outputs_of_the_reference_are_met() -> None:
    errors = compare_cuts()
    assert len(errors) == 4
    assert max(errors.values()) < 1e-4


def test_parts_split_over_files_are_one_model(tmp_path: Path) -> None:
    config, names = full_list("19b")
    first, second = tmp_path / "picture.safetensors", tmp_path / "sound.safetensors"
    sound = {name: shape for name, shape in names.items() if name.startswith(("audio_", "vocoder"))}
    write_sparse(first, config, {n: s for n, s in names.items() if n not in sound})
    write_sparse(second, config, sound)
    opened = open_checkpoint(first, second)
    assert opened.parts.keys() == PREFIXES.keys() - {"text"}
    assert (opened.files["vae"], opened.files["vocoder"]) == ((first,), (second,))
    again = tmp_path / "again.safetensors"
    write_sparse(again, config, sound)
    with pytest.raises(ModelError, match=r"audio_vae\..* is in sound"):
        open_checkpoint(first, second, again)


def test_a_part_that_is_split_anywhere_is_whole_with_all_its_pieces(tmp_path: Path) -> None:
    config, names = full_list("22b")
    files = [tmp_path / f"model-0000{n}-of-00003.safetensors" for n in (1, 2, 3)]
    for number, file in enumerate(files):
        write_sparse(file, config, dict(list(names.items())[number::3]))
        check_piece(file)
    opened = open_checkpoint(*files)
    assert opened.files["transformer"] == tuple(files)
    assert opened.bytes > 38e9
    with pytest.raises(ModelError, match="is missing"):
        open_checkpoint(*files[:2])


def lose_one(names: dict[str, tuple[int, ...]]) -> None:
    del names["vae.decoder.conv_in.conv.weight"]


def add_one(names: dict[str, tuple[int, ...]]) -> None:
    names["vae.decoder.surplus"] = (3,)


def add_a_stranger(names: dict[str, tuple[int, ...]]) -> None:
    names["optimizer.state"] = (3,)


def misshape_one(names: dict[str, tuple[int, ...]]) -> None:
    names["model.diffusion_model.proj_out.bias"] = (127,)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lose_one, "1 tensor does not fit: vae.decoder.conv_in.conv.weight is missing"),
        (add_one, "vae.decoder.surplus is not expected"),
        (add_a_stranger, "optimizer.state is not expected"),
        (misshape_one, "model.diffusion_model.proj_out.bias is (127,), not (128,)"),
    ],
    ids=["missing", "extra", "stranger", "misshapen"],
)
def test_tensors_that_do_not_fit_are_named(
    change: Callable[[dict[str, tuple[int, ...]]], None], told: str, tmp_path: Path
) -> None:
    config, names = full_list("19b")
    change(names)
    path = tmp_path / "file.safetensors"
    write_sparse(path, config, names)
    with pytest.raises(ModelError, match=re.escape(told)):
        open_checkpoint(path)


@pytest.mark.parametrize(
    ("where", "value"),
    [
        ("num_layers", 10**9),
        ("num_layers", -1),
        ("num_layers", "many"),
        ("attention_head_dim", 10**15),
        ("num_attention_heads", None),
        ("rope_type", "none"),
        ("connector_num_layers", 10**8),
    ],
)
def test_configurations_that_lie_are_refused_at_once(
    where: str, value: object, tmp_path: Path
) -> None:
    config, names = full_list("19b")
    config["transformer"][where] = value
    path = tmp_path / "file.safetensors"
    write_sparse(path, config, names)
    began = time.thread_time()
    with pytest.raises(ModelError):
        open_checkpoint(path)
    assert time.thread_time() - began < 2


def test_a_decoder_of_endless_depth_is_refused_at_once(tmp_path: Path) -> None:
    config, names = full_list("19b")
    config["vae"]["decoder_blocks"][0][1]["num_layers"] = 10**9
    path = tmp_path / "file.safetensors"
    write_sparse(path, config, names)
    with pytest.raises(ModelError, match="layers cannot be in"):
        open_checkpoint(path)


def damaged(table: dict[str, Any], *, room: int = 64) -> bytes:
    text = json.dumps(table).encode()
    return len(text).to_bytes(8, "little") + text + bytes(room)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff" * 8,
        (2**40).to_bytes(8, "little") + b"{}",
        damaged({"a": {"dtype": "F32", "shape": [25 * 10**9], "data_offsets": [0, 10**11]}}),
        damaged(
            {
                "a": {"dtype": "F32", "shape": [8], "data_offsets": [0, 32]},
                "b": {"dtype": "F32", "shape": [8], "data_offsets": [16, 48]},
            },
            room=48,
        ),
        damaged({"a": {"dtype": "F32", "shape": [-4, -4], "data_offsets": [0, 64]}}),
        damaged({"a": {"dtype": "Q3", "shape": [16], "data_offsets": [0, 64]}}),
        damaged({"a": {"dtype": "F32", "shape": [2**62, 2**62], "data_offsets": [0, 64]}}),
        b"\x40" + bytes(7) + b"[" * 64,
    ],
    ids=["empty", "length", "1 TB header", "100 GB", "overlap", "negative", "type", "huge", "deep"],
)
def test_damaged_files_are_refused_at_once(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file.safetensors"
    path.write_bytes(content)
    with pytest.raises(ModelError, match="not usable as weights"):
        open_checkpoint(path)


def test_another_kind_of_file_is_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "other.safetensors"
    save_file({"weight": torch.zeros(3)}, path)
    with pytest.raises(ModelError, match="not an LTX-2 checkpoint"):
        open_checkpoint(path)


def test_a_later_version_is_named_with_what_of_it_fits(tmp_path: Path) -> None:
    config, names = full_list("22b")
    path = tmp_path / "ltx-2.5.safetensors"
    for layers in (50, 10**6):  # also where no layers of that number can be in its tensors
        config["transformer"]["num_layers"] = layers
        write_sparse(path, config, names, version="2.5.0")
        with pytest.raises(ModelError, match=r"LTX-2 version 2\.5\.0.*only .*vae.* are as before"):
            open_checkpoint(path)
    write_sparse(path, {"transformer": {"audio_num_attention_heads": 1}}, names, version="3.0")
    with pytest.raises(ModelError, match=r"version 3\.0.*no part fits"):
        open_checkpoint(path)


def lose_biases(names: dict[str, tuple[int, ...]]) -> None:
    for name in [n for n in names if ".ff.net." in n and n.endswith(".bias")]:
        del names[name]


def add_a_duration_head(names: dict[str, tuple[int, ...]]) -> None:
    names["duration_head.to_q.weight"] = (64, 64)


def add_a_keyframe_embedding(names: dict[str, tuple[int, ...]]) -> None:
    names["model.diffusion_model.keyframes_abs_pos_embedding"] = (1, 4096)


def use_a_diffusion_decoder(names: dict[str, tuple[int, ...]]) -> None:
    for name in [n for n in names if n.startswith("vae.decoder.")]:
        del names[name]
    names["vae.decoder.blocks.0.attn.to_q.weight"] = (64, 64)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lose_biases, "feed-forward layers without biases"),
        (add_a_duration_head, "a duration head"),
        (add_a_keyframe_embedding, "an embedding of keyframes"),
        (use_a_diffusion_decoder, "a diffusion decoder"),
    ],
    ids=["biases", "duration", "keyframes", "decoder"],
)
def test_what_came_with_a_later_version_is_recognised_where_none_is_noted(
    change: Callable[[dict[str, tuple[int, ...]]], None], told: str, tmp_path: Path
) -> None:
    config, names = full_list("22b")
    change(names)
    path = tmp_path / "file.safetensors"
    write_sparse(path, config, names, version="")
    with pytest.raises(ModelError, match=rf"LTX-2 2\.5 or later, with {told}.*audio_vae.* are as"):
        open_checkpoint(path)


@pytest.mark.parametrize("scaled", [False, True], ids=["cast", "scaled"])
def test_fp8_matrices_stay_so_and_are_widened_at_use(scaled: bool, tmp_path: Path) -> None:
    whole = DATA / "tiny_19b.safetensors"
    prefix = "model.diffusion_model.video_embeddings_connector."
    tensors = {n: v for n, v in load_file(whole).items() if n.startswith(prefix)}
    stored = {}
    for name, value in tensors.items():
        if name.endswith("weight") and value.ndim == 2:
            scale = value.abs().max() / 448 if scaled else torch.ones(())
            stored[name] = (value / scale).to(torch.float8_e4m3fn)
            if scaled:
                stored[name + "_scale"] = scale
                stored[name.replace("weight", "input_scale")] = torch.ones(())
        else:
            stored[name] = value
    path = tmp_path / "fp8.safetensors"
    metadata = {"config": json.dumps(config_of_tiny()), "model_version": "2.0.0"}
    save_file(stored, path, metadata=metadata)
    narrow = load_part(open_checkpoint(path), "video_connector")
    wide = load_part(open_checkpoint(whole), "video_connector")
    layer = narrow.get_submodule("transformer_1d_blocks.0.attn1.to_q")
    assert layer.weight.dtype == torch.float8_e4m3fn
    x, valid = torch.randn(1, 128, 40), torch.ones(1, 128, dtype=torch.bool)
    made, wanted = narrow(x, valid), wide(x, valid)
    assert float((made - wanted).abs().max() / wanted.abs().max()) < 0.15
    assert float((made - wanted).abs().max()) > 0


def config_of_tiny() -> dict[str, Any]:
    from engine.models.checkpoint import read_header

    found: dict[str, Any] = json.loads(
        read_header(DATA / "tiny_19b.safetensors").metadata["config"]
    )
    return found


def test_a_packed_type_that_is_not_read_is_named(tmp_path: Path) -> None:
    tensors = load_file(DATA / "tiny_22b.safetensors")
    name = next(n for n in tensors if n.endswith("to_q.weight"))
    tensors[name] = tensors[name].to(torch.uint8)
    path = tmp_path / "packed.safetensors"
    save_file(tensors, path, metadata=dict(header_of("22b")))
    with pytest.raises(ModelError, match="stored as U8, which is not read"):
        open_checkpoint(path)


def header_of(variant: str) -> dict[str, str]:
    from engine.models.checkpoint import read_header

    return dict(read_header(DATA / f"tiny_{variant}.safetensors").metadata)
