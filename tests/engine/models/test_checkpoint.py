"""Weights files: good ones load; damaged and hostile ones are refused, nothing allocated."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import save_file
from torch import nn

from engine.errors import ModelError
from engine.models.checkpoint import load_into, read_header


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


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(tmp_path_factory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "a.safetensors"
    path.write_bytes(data)
    try:
        read_header(path)
    except ModelError:
        return
    assert data[8:9] == b"{"
