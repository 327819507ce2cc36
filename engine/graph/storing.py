"""Writes and reads single values of a result through the codecs of their socket types."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from engine.graph.sockets import Codec, Loadable, SocketType, resolve

Progress: TypeAlias = Callable[[float, float], None]


def save_value(
    kind: SocketType,
    value: Any,
    folder: Path,
    count: int | None,
    progress: Progress | None = None,
) -> None:
    """Write one value, or `count` values of a list, into a new folder."""
    folder.mkdir()
    codec = _codec(kind)
    save = resolve(codec.save)
    told = {"progress": progress} if progress and _takes_progress(codec.save) else {}
    if count is None:
        save(value, folder, **told)
        return
    for number, item in enumerate(value):
        part = folder / str(number)
        part.mkdir()
        save(item, part, **told)


def load_value(kind: SocketType, folder: Path, count: int | None) -> Any:
    """Read what `save_value` wrote."""
    load = resolve(_codec(kind).load)
    if count is None:
        return load(folder)
    return [load(folder / str(number)) for number in range(count)]


def _codec(kind: SocketType) -> Codec:
    if kind.codec is None:
        raise TypeError(f"a {kind.name} cannot be stored")
    return kind.codec


@cache
def _takes_progress(save: Loadable) -> bool:
    return "progress" in inspect.signature(resolve(save)).parameters
