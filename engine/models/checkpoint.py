"""Reads safetensors files safely: the header is checked before anything is allocated."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from engine.errors import ModelError

if TYPE_CHECKING:
    from torch import Tensor, nn

_Network = TypeVar("_Network", bound="nn.Module")

_LARGEST_HEADER = 64 * 2**20
_BYTES = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U8": 1}
_BYTES |= {"BOOL": 1, "F8_E4M3": 1, "F8_E5M2": 1}
_WHOLE = ("I64", "I32", "I16", "I8", "U8", "BOOL")
_AGAIN = "Get the file again from where its owner publishes it."
_SCALE = ".scale"  # after a tensor's name: what its rows of 8-bit numbers are multiplied by
_LEAST = 1 << 14  # numbers: 8 bits would save next to nothing of smaller tensors (a last layer)


@dataclass(frozen=True)
class TensorFacts:
    """What a header says of one tensor."""

    dtype: str
    shape: tuple[int, ...]


@dataclass(frozen=True)
class Header:
    """Names, types and shapes of a safetensors file, and its metadata."""

    tensors: Mapping[str, TensorFacts]
    metadata: Mapping[str, str]


def read_header(path: Path) -> Header:
    """Read and check a safetensors header; nothing else of the file is read.

    Raises ModelError when the file is not safetensors, or when its header does not agree with
    its size: lengths that lie, overlapping tensors, unknown types.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if size < 8 or length > min(size - 8, _LARGEST_HEADER):
                raise _damaged(path, f"its header says {length} bytes, the file has {size}")
            table = json.loads(file.read(length))
    except OSError as error:
        raise ModelError(f"cannot be read ({error.strerror})", where=str(path)) from None
    except (ValueError, RecursionError):
        raise _damaged(path, "its header is not JSON") from None
    return _checked(table, size - 8 - length, path)


def narrowed(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The same weights in about half the bytes of 16 bits: matrices as I8 of -127 to 127.

    Every row (all that belongs to one index of the first axis) has a scale of its own, kept as F32
    under the tensor's name and `.scale`. Vectors and small tensors stay as they are.
    """
    import torch

    kept: dict[str, Tensor] = {}
    for name, value in tensors.items():
        if value.dim() < 2 or value.numel() < _LEAST or not value.is_floating_point():
            kept[name] = value
            continue
        rows = value.float().flatten(1)
        scale = rows.abs().amax(1).clamp(min=1e-12) / 127
        numbers = (rows / scale[:, None]).round().clamp(-127, 127)
        kept[name] = numbers.to(torch.int8).view(value.shape).contiguous()
        kept[name + _SCALE] = scale
    return kept


def load_into(module: nn.Module, path: Path, *, prefix: str = "") -> None:
    """Fill a module with a file's tensors as float32, after comparing every name and shape.

    Tensors of 8-bit numbers are multiplied by their scales: see `narrowed`.

    Raises ModelError that lists what is missing, left over, misshapen or not a number.
    """
    import torch
    from safetensors import safe_open

    header = read_header(path)
    wanted = _fitting(module, header, path, prefix)
    scaled = _scaled(header)
    state: dict[str, Tensor] = {}
    with safe_open(path, "pt") as file:
        for name in wanted:
            value = file.get_tensor(name).float()
            if name in scaled:
                scale = file.get_tensor(name + _SCALE)
                value = value * scale.view(-1, *[1] * (value.dim() - 1))
            if not bool(torch.isfinite(value).all()):
                raise _damaged(path, f"{name} holds values that are not numbers")
            state[name.removeprefix(prefix)] = value
    module.load_state_dict(state)


def load_network(network: Callable[[Any], _Network], config: type[Any], path: Path) -> _Network:
    """The network that a file's own configuration describes, filled with the file's tensors.

    It is first made without memory and compared with the file's header: a configuration that claims
    more than the file holds costs nothing. Raises ModelError.
    """
    import torch

    header = read_header(path)
    table = config_of(header, path)
    try:
        settings = config(**table)
        with torch.device("meta"), _at_most(4 * len(header.tensors) + 64):
            empty = network(settings)
    except (TypeError, ValueError, ArithmeticError, RuntimeError) as error:
        raise _damaged(path, f"its configuration does not fit ({error})") from None
    _fitting(empty, header, path, "")
    module = network(settings)
    load_into(module, path)
    return module


@contextmanager
def _at_most(count: int) -> Iterator[None]:
    """Raise ValueError as soon as more parameters are made: a network of too many layers."""
    from torch.nn.modules.module import register_module_parameter_registration_hook

    made = 0

    def note(*_: object) -> None:
        nonlocal made
        made += 1
        if made > count:
            raise ValueError("it has more layers than the file has tensors")

    handle = register_module_parameter_registration_hook(note)
    try:
        yield
    finally:
        handle.remove()


def _fitting(module: nn.Module, header: Header, path: Path, prefix: str) -> Collection[str]:
    """The names of a module's tensors in the file. Raises ModelError when they do not agree."""
    state = {prefix + name: value for name, value in module.state_dict().items()}
    wanted = {name: tuple(value.shape) for name, value in state.items()}
    scaled = _scaled(header)
    scales = {name + _SCALE for name in scaled}
    found = {
        name: facts.shape
        for name, facts in header.tensors.items()
        if name.startswith(prefix) and name not in scales
    }
    problems = [f"{name} is missing" for name in wanted.keys() - found.keys()]
    problems += [f"{name} is not expected" for name in found.keys() - wanted.keys()]
    problems += [
        f"{name} is {found[name]}, not {wanted[name]}"
        for name in wanted.keys() & found.keys()
        if found[name] != wanted[name]
    ]
    problems += [
        f"{name} is in whole numbers and has no scale"
        for name in wanted.keys() & found.keys() - scaled
        if header.tensors[name].dtype in _WHOLE and state[name].is_floating_point()
    ]
    if problems:
        shown = "; ".join(sorted(problems)[:8])
        raise _damaged(path, f"{len(problems)} tensors do not fit: {shown}")
    return wanted.keys()


def _scaled(header: Header) -> Collection[str]:
    """The tensors of 8-bit numbers that have a scale for each of their rows."""
    return {
        name
        for name, facts in header.tensors.items()
        if facts.dtype == "I8"
        and facts.shape
        and header.tensors.get(name + _SCALE) == TensorFacts("F32", facts.shape[:1])
    }


def config_of(header: Header, path: Path) -> dict[str, Any]:
    """The network's configuration, kept as JSON in the metadata under `config`."""
    try:
        table = json.loads(header.metadata["config"])
    except (KeyError, ValueError):
        raise _damaged(path, "it carries no configuration") from None
    if not isinstance(table, dict):
        raise _damaged(path, "its configuration is not a table")
    return table


def _checked(table: object, room: int, path: Path) -> Header:
    if not isinstance(table, dict):
        raise _damaged(path, "its header is not a table")
    metadata = table.pop("__metadata__", {})
    if not isinstance(metadata, dict) or not all(isinstance(v, str) for v in metadata.values()):
        raise _damaged(path, "its metadata is not a table of texts")
    tensors: dict[str, TensorFacts] = {}
    spans: list[tuple[int, int]] = []
    for name, entry in table.items():
        facts, span = _checked_tensor(name, entry, path)
        tensors[name] = facts
        spans.append(span)
    spans.sort()
    at = 0
    for start, stop in spans:
        if start != at:
            raise _damaged(path, "its tensors overlap or leave gaps")
        at = stop
    if at != room:
        raise _damaged(path, f"its tensors take {at} bytes, the file has room for {room}")
    return Header(tensors, metadata)


def _checked_tensor(name: str, entry: object, path: Path) -> tuple[TensorFacts, tuple[int, int]]:
    try:
        assert isinstance(entry, dict)
        dtype, shape = str(entry["dtype"]), tuple(_whole(n) for n in entry["shape"])
        start, stop = (_whole(n) for n in entry["data_offsets"])
        size = _BYTES[dtype] * math.prod(shape)
    except (AssertionError, KeyError, TypeError, ValueError):
        raise _damaged(path, f"its entry for {name!r} is not one of a tensor") from None
    if min(shape, default=0) < 0 or start < 0 or stop - start != size:
        raise _damaged(path, f"{name!r} says {stop - start} bytes for a {dtype} of shape {shape}")
    return TensorFacts(dtype, shape), (start, stop)


def _whole(number: object) -> int:
    if type(number) is not int:
        raise TypeError(f"{number!r} is not a whole number")
    return number


def _damaged(path: Path, cause: str) -> ModelError:
    return ModelError(f"not usable as weights: {cause}", where=str(path), mend=_AGAIN)
