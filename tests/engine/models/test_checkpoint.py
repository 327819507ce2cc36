"""Weights files: good ones load; damaged and hostile ones are refused, nothing allocated."""

from __future__ import annotations

import json
import struct
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import save_file
from torch import nn

from engine.errors import ModelError
from engine.models.checkpoint import load_into, load_network, narrowed, read_header
from engine.models.lora import read_lora


def write(path: Path, header: object, data: bytes = b"") -> Path:
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(raw)) + raw + data)
    return path


def entry(shape: list[int], start: int, stop: int, dtype: str = "F32") -> dict[str, object]:
    return {"dtype": dtype, "shape": shape, "data_offsets": [start, stop]}


def test_a_file_written_by_the_library_reads_back(tmp_path: Path) -> None:
    layer = nn.Linear(3, 2)
    save_file(layer.state_dict(), tmp_path / "a.safetensors", metadata={"config": "{}"})
    header = read_header(tmp_path / "a.safetensors")
    assert header.tensors["weight"].shape == (2, 3)
    other = nn.Linear(3, 2)
    load_into(other, tmp_path / "a.safetensors")
    assert torch.equal(other.weight, layer.weight)


@pytest.mark.parametrize(
    ("header", "data", "cause"),
    [
        (b"{", b"", "not JSON"),
        (b"[" * 200_000, b"", "not JSON"),
        ([1, 2], b"", "not a table"),
        ({"a": entry([2], 0, 8), "b": entry([2], 4, 12)}, b"0" * 12, "overlap"),
        ({"a": entry([2], 8, 16)}, b"0" * 16, "overlap or leave gaps"),
        ({"a": entry([10**11], 0, 4 * 10**11)}, b"0" * 8, "room for"),
        ({"a": entry([3], 0, 8)}, b"0" * 8, "says 8 bytes"),
        ({"a": entry([-1], 0, -4)}, b"", "says"),
        ({"a": entry([2], 0, 8, "F33")}, b"0" * 8, "not one of a tensor"),
        ({"a": 3}, b"", "not one of a tensor"),
        ({"a": entry([2.0], 0, 8)}, b"0" * 8, "not one of a tensor"),  # type: ignore[list-item]
        ({"a": entry(["2"], 0, 8)}, b"0" * 8, "not one of a tensor"),  # type: ignore[list-item]
        ({"a": entry([True, 2], 0, 8)}, b"0" * 8, "not one of a tensor"),
        ({"a": entry([2**40, 2**40], 0, 8)}, b"0" * 8, "says 8 bytes"),
        ({"__metadata__": {"config": 3}}, b"", "metadata"),
    ],
)
def test_a_header_that_lies_is_refused(tmp_path: Path, header, data, cause) -> None:
    with pytest.raises(ModelError, match=cause):
        read_header(write(tmp_path / "a.safetensors", header, data))


def test_a_header_longer_than_the_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    path.write_bytes(struct.pack("<Q", 2**40) + b"{}")
    with pytest.raises(ModelError, match="header says"):
        read_header(path)


def test_missing_extra_and_misshapen_tensors_are_all_named(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    save_file({"weight": torch.zeros(2, 2), "odd": torch.zeros(1)}, path)
    with pytest.raises(ModelError) as caught:
        load_into(nn.Linear(3, 2), path)
    message = str(caught.value)
    assert all(name in message for name in ("bias is missing", "odd is not", "weight is (2, 2)"))


def test_weights_that_are_not_numbers_are_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    save_file({"weight": torch.full((2, 3), float("nan")), "bias": torch.zeros(2)}, path)
    with pytest.raises(ModelError, match="weight holds values that are not numbers"):
        load_into(nn.Linear(3, 2), path)


@given(st.integers(0, 10_000), st.floats(1e-3, 1e3))
def test_narrowed_weights_come_back_to_half_a_step_of_their_row(seed: int, size: float) -> None:
    draws = torch.Generator().manual_seed(seed)
    layer = nn.Conv1d(64, 64, 5)
    with torch.no_grad():
        layer.weight.normal_(0, 1, generator=draws).mul_(size)
        layer.weight[3] *= 1000  # costs the other rows nothing
        layer.weight[5] = 0
    kept = narrowed(layer.state_dict())
    assert kept["weight"].dtype == torch.int8
    assert torch.equal(kept["bias"], layer.bias)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.safetensors"
        save_file(kept, path)
        assert path.stat().st_size < 0.4 * layer.weight.nbytes
        other = nn.Conv1d(64, 64, 5)
        load_into(other, path)
    rows = layer.weight.abs().amax((1, 2), keepdim=True)
    assert ((other.weight - layer.weight).abs() <= rows / 254 * 1.001).all()


def test_small_tensors_are_not_narrowed() -> None:
    layer = nn.Linear(192, 82)
    assert torch.equal(narrowed(layer.state_dict())["weight"], layer.weight)


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"weight.scale": None}, "weight is in whole numbers and has no scale"),
        ({"weight.scale": torch.ones(2)}, "weight is in whole numbers and has no scale"),
        ({"weight.scale": torch.ones(64).half()}, "weight.scale is not expected"),
        ({"weight.scale": torch.full((64,), torch.inf)}, "weight holds values that are not"),
        ({"bias.scale": torch.ones(64)}, "bias.scale is not expected"),
    ],
)
def test_narrow_weights_without_a_scale_that_fits_are_refused(
    tmp_path: Path, change: dict[str, torch.Tensor | None], cause: str
) -> None:
    whole: dict[str, torch.Tensor | None] = {**narrowed(nn.Linear(256, 64).state_dict()), **change}
    path = tmp_path / "a.safetensors"
    save_file({name: value for name, value in whole.items() if value is not None}, path)
    with pytest.raises(ModelError, match=cause):
        load_into(nn.Linear(256, 64), path)


@dataclass(frozen=True)
class Sizes:
    """Of the network below."""

    width: int
    depth: int = 1


class Network(nn.Module):
    """A row of layers as wide and as many as it is told."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(sizes.width, sizes.width) for _ in range(sizes.depth))


def test_a_network_is_made_as_its_file_says(tmp_path: Path) -> None:
    whole = Network(Sizes(4, 2))
    save_file(whole.state_dict(), tmp_path / "a.safetensors", {"config": '{"width":4,"depth":2}'})
    found = load_network(Network, Sizes, tmp_path / "a.safetensors")
    assert torch.equal(found.layers[1].weight, whole.layers[1].weight)


@pytest.mark.parametrize(
    ("config", "cause"),
    [
        ('{"width": 100000000}', "do not fit"),  # 40 PB
        ('{"width": 4, "depth": 100000000}', "more layers than"),
        ('{"width": -4}', "configuration"),
        ('{"width": "4"}', "configuration"),
        ('{"wide": 4}', "configuration"),
        ('{"width": 1e99}', "configuration"),
        ("[4]", "not a table"),
        ("{", "no configuration"),
    ],
)
def test_a_configuration_that_claims_more_than_the_file_holds_costs_nothing(
    tmp_path: Path, config: str, cause: str
) -> None:
    path = tmp_path / "a.safetensors"
    save_file(Network(Sizes(4)).state_dict(), path, {"config": config})
    before = psutil.Process().memory_info().rss
    began = time.thread_time()
    with pytest.raises(ModelError, match=cause):
        load_network(Network, Sizes, path)
    assert psutil.Process().memory_info().rss - before < 64 * 2**20
    assert time.thread_time() - began < 2


def test_a_file_of_100_gb_that_holds_something_else_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    count = 25 * 2**30
    write(path, {"weight": entry([count], 0, 4 * count), "__metadata__": {"config": '{"width":4}'}})
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size + 4 * count)  # a hole: the disk holds nothing of it
    began = time.thread_time()
    for refuse in (
        lambda: load_network(Network, Sizes, path),
        lambda: load_into(nn.Linear(2, 2), path),
        lambda: read_lora(path),
    ):
        with pytest.raises(ModelError):
            refuse()
    assert time.thread_time() - began < 2


def test_a_file_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    save_file(nn.Linear(8, 8).state_dict(), path)
    whole = path.read_bytes()
    for length in (4, 40, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(ModelError, match="not usable"):
            load_into(nn.Linear(8, 8), path)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(tmp_path_factory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "a.safetensors"
    path.write_bytes(data)
    try:
        read_header(path)
    except ModelError:
        return
    assert data[8:9] == b"{"
