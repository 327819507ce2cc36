"""How large a project may be, checked before its text is taken apart."""

from __future__ import annotations

import math
from typing import Any

from engine.errors import ProjectError

MAX_BYTES = 16 * 2**20
MAX_NODES = 50_000
MAX_LINKS = 100_000
MAX_DEPTH = 32  # of a parameter's value
_MAX_DIGITS = 25
_INT_LIMIT = 2**63
_MAX_COUNTS = {"{": 300_000, "[": 200_000, ":": 600_000, ",": 1_000_000}


def check_size(size: int) -> None:
    """Raises ProjectError for a file of more bytes than a project can have."""
    if size > MAX_BYTES:
        raise ProjectError(
            f"the file has {size / 2**20:.0f} MB, and a project at most {MAX_BYTES / 2**20:.0f} MB"
        )


def check_text(text: str) -> None:
    """Raises ProjectError for JSON text with more parts than a project can have."""
    for sign, limit in _MAX_COUNTS.items():
        if text.count(sign) > limit:
            raise ProjectError(f"the file has {sign!r} more than {limit} times, and is no project")


def whole_number(digits: str) -> int:
    """The number that JSON digits mean. Raises ProjectError beyond 63 bits."""
    number = int(digits) if len(digits) <= _MAX_DIGITS else _INT_LIMIT
    if not -_INT_LIMIT <= number < _INT_LIMIT:
        shown = digits if len(digits) <= 40 else f"{digits[:20]}..."
        raise ProjectError(f"the number {shown} is too large")
    return number


def finite_number(digits: str) -> float:
    """The number that JSON digits mean. Raises ProjectError for infinities."""
    number = float(digits)
    if not math.isfinite(number):
        raise ProjectError(f"the number {digits[:40]} is too large")
    return number


def no_constant(name: str) -> float:
    """Raises ProjectError: NaN and Infinity are no JSON."""
    raise ProjectError(f"the file has {name} for a number")


def no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object. Raises ProjectError when a name comes twice in it."""
    made = dict(pairs)
    if len(made) != len(pairs):
        seen: set[str] = set()
        twin = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise ProjectError(f"the name {twin[:80]!r} appears twice in one place")
    return made


def check_value(value: Any, where: str, depth: int = 0) -> None:
    """Raises ProjectError, naming `where`, unless `value` is JSON that a project may hold."""
    kind = type(value)
    if kind is str:
        if not value.isascii():
            check_writable(value, where)
    elif kind is bool or value is None:
        return
    elif kind is int:
        if not -_INT_LIMIT <= value < _INT_LIMIT:
            raise ProjectError("the number is too large", where=where)
    elif kind is float:
        if not math.isfinite(value):
            raise ProjectError(f"{value} is not a number that a project can hold", where=where)
    elif depth >= MAX_DEPTH:
        raise ProjectError(f"the value is nested deeper than {MAX_DEPTH}", where=where)
    elif kind is list or kind is tuple:
        for item in value:
            check_value(item, where, depth + 1)
    elif isinstance(value, dict):
        for name, item in value.items():
            if type(name) is not str:
                raise ProjectError(f"{name!r} is not a name", where=where)
            check_value(name, where)
            check_value(item, where, depth + 1)
    else:
        raise ProjectError(f"a project cannot hold a {kind.__name__}", where=where)


def check_writable(text: str, where: str) -> None:
    """Raises ProjectError for text that UTF-8 cannot hold (half a surrogate pair)."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ProjectError("the text has half a character in it", where=where) from None
