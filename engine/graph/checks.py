"""Which JSON values a parameter takes, and the Python values that its function gets for them."""

from __future__ import annotations

import dataclasses
import enum
import math
import re
import sys
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args, get_origin

from engine.graph.annotations import Color, File, Range
from engine.graph.artifacts import output_name_problem
from engine.graph.signatures import Reading, read

Check: TypeAlias = Callable[[Any], Any]
"""Turns a JSON value into a Python value, or raises ParamError."""

_COLOR = re.compile(r"#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")
_RATIO = re.compile(r"-?\d{1,12}(?:/\d{1,12}|\.\d{1,9})?")
_INT_LIMIT = 2**63


class ParamError(ValueError):
    """A value does not fit; the message says what would."""


def make_check(reading: Reading) -> tuple[str, Check]:
    """The kind of a parameter and the check of its values.

    Kinds: bool, int, float, text, color, choice, path, fraction, data.
    Raises TypeError for types that a project file cannot hold.
    """
    kind, check = _make(reading)
    return kind, _or_none(check) if reading.optional else check


def parse_fraction(text: object) -> Fraction:
    """An exact ratio from 24, "24", "23.976" or "24000/1001". Raises ParamError."""
    if isinstance(text, Fraction):
        return text
    if isinstance(text, int) and not isinstance(text, bool) and abs(text) < _INT_LIMIT:
        return Fraction(text)
    if isinstance(text, str) and _RATIO.fullmatch(text):
        try:
            return Fraction(text)
        except ZeroDivisionError:
            pass
    raise ParamError(f'{_shown(text)} is not a ratio such as "24" or "24000/1001"')


def to_json(value: object) -> Any:
    """The JSON form of a parameter's Python value."""
    if value is None or type(value) in (bool, int, float, str):
        return value
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, Path):
        return value.as_posix()
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, (list, tuple)):
        return [to_json(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): to_json(item) for key, item in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_json(getattr(value, f.name)) for f in dataclasses.fields(value)}
    raise TypeError(f"a project cannot hold a {type(value).__name__}")


def _shown(value: object) -> str:
    text = repr(value) if not isinstance(value, int) or abs(value) < 10**30 else "a huge number"
    return text if len(text) <= 60 else text[:57] + "..."


def _or_none(check: Check) -> Check:
    return lambda value: None if value is None else check(value)


def _make(reading: Reading) -> tuple[str, Check]:
    kind, origin = reading.type, get_origin(reading.type)
    if kind is bool:
        return "bool", _bool
    if kind is int:
        return "int", _ranged(_int, reading.note(Range))
    if kind is float:
        return "float", _ranged(_float, reading.note(Range))
    if kind is str:
        return ("color", _color) if reading.note(Color) else ("text", _text)
    if kind is Path:
        return "path", _output_path if (reading.note(File) or File()).save else _path
    if kind is Fraction:
        return "fraction", _ranged(parse_fraction, reading.note(Range))
    if origin is Literal:
        return "choice", _choice(dict(zip(get_args(kind), get_args(kind), strict=True)))
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return "choice", _choice({member.value: member for member in kind})
    if origin in (list, tuple, dict) or dataclasses.is_dataclass(kind):
        return "data", _structure(reading)
    raise TypeError(f"{kind!r} can be neither a socket nor a parameter of a node")


def _bool(value: Any) -> bool:
    if value is True or value is False:
        return bool(value)
    raise ParamError(f"{_shown(value)} is neither true nor false")


def _int(value: Any) -> int:
    if type(value) is float and value.is_integer():
        value = int(value)
    if type(value) is int and -_INT_LIMIT <= value < _INT_LIMIT:
        return int(value)
    raise ParamError(f"{_shown(value)} is not a whole number")


def _float(value: Any) -> float:
    if type(value) is float and math.isfinite(value):
        return float(value)
    if type(value) is int and -_INT_LIMIT <= value < _INT_LIMIT:
        return float(value)
    raise ParamError(f"{_shown(value)} is not a number")


def _text(value: Any) -> str:
    if type(value) is str:
        return str(value)
    raise ParamError(f"{_shown(value)} is not text")


def _color(value: Any) -> str:
    if isinstance(value, str) and _COLOR.fullmatch(value):
        return value.lower()
    raise ParamError(f"{_shown(value)} is not a colour such as #ff8800")


def _path(value: Any) -> Path:
    if isinstance(value, str) and value and "\0" not in value and len(value) < 4096:
        return Path(value)
    raise ParamError(f"{_shown(value)} is not the path of a file")


def _output_path(value: Any) -> Path:
    if not isinstance(value, str):
        raise ParamError(f"{_shown(value)} is not a file name")
    problem = output_name_problem(value)
    if problem:
        raise ParamError(problem)
    return Path(value)


def _ranged(check: Check, limits: Range | None) -> Check:
    if limits is None:
        return check
    lo, hi = limits.lo, limits.hi
    lowest = -math.inf if lo is None else lo
    highest = math.inf if hi is None else hi
    unit = f" {limits.unit}" if limits.unit else ""

    def ranged(value: Any) -> Any:
        number = check(value)
        if lowest <= number <= highest:
            return number
        if lo is not None and hi is not None:
            legal = f"between {float(lo):g} and {float(hi):g}{unit}"
        elif lo is not None:
            legal = f"{float(lo):g}{unit} or more"
        else:
            legal = f"{float(highest):g}{unit} or less"
        raise ParamError(f"{_shown(value)} is out of range: it must be {legal}")

    return ranged


def _choice(members: Mapping[Any, Any]) -> Check:
    names = ", ".join(str(name) for name in members)

    def choice(value: Any) -> Any:
        if isinstance(value, (str, int)) and not isinstance(value, bool) and value in members:
            return members[value]
        raise ParamError(f"{_shown(value)} is not one of {names}")

    return choice


def _structure(reading: Reading) -> Check:
    kind, origin, args = reading.type, get_origin(reading.type), get_args(reading.type)
    if origin is dict:
        if args[0] is not str:
            raise TypeError("a project holds only dictionaries with text keys")
        return _mapping(_item_check(args[1]))
    if origin is list:
        return _list(_item_check(args[0]), list)
    if origin is tuple and len(args) == 2 and args[1] is Ellipsis:
        return _list(_item_check(args[0]), tuple)
    if origin is tuple:
        return _row([_item_check(arg) for arg in args])
    return _record(kind)


def _item_check(annotation: Any) -> Check:
    return make_check(read(annotation, {}))[1]


def _list(check: Check, build: Callable[[list[Any]], Any]) -> Check:
    def items(value: Any) -> Any:
        if not isinstance(value, (list, tuple)):
            raise ParamError(f"{_shown(value)} is not a list")
        return build([_at(f"[{n}]", check, item) for n, item in enumerate(value)])

    return items


def _row(checks: list[Check]) -> Check:
    def row(value: Any) -> Any:
        if not isinstance(value, (list, tuple)) or len(value) != len(checks):
            raise ParamError(f"{_shown(value)} is not a list of {len(checks)}")
        pairs = zip(checks, value, strict=True)
        return tuple(_at(f"[{n}]", check, item) for n, (check, item) in enumerate(pairs))

    return row


def _mapping(check: Check) -> Check:
    def mapping(value: Any) -> Any:
        if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
            raise ParamError(f"{_shown(value)} is not a table of names and values")
        return {key: _at(f".{key}", check, item) for key, item in value.items()}

    return mapping


def _record(kind: Any) -> Check:
    namespace = vars(sys.modules[kind.__module__])
    fields = {f.name: f for f in dataclasses.fields(kind) if f.init}
    checks: dict[str, Check] = {}  # filled at first use: a record may hold its own kind

    def record(value: Any) -> Any:
        if isinstance(value, kind):
            value = to_json(value)
        if not isinstance(value, dict):
            raise ParamError(f"{_shown(value)} is not a table with {', '.join(fields)}")
        if not checks:
            checks.update({n: make_check(read(f.type, namespace))[1] for n, f in fields.items()})
        unknown = value.keys() - fields.keys()
        if unknown:
            raise ParamError(f"there is no field {min(map(str, unknown))!r}")
        for name, spec in fields.items():
            required = (
                spec.default is dataclasses.MISSING and spec.default_factory is dataclasses.MISSING
            )
            if required and name not in value:
                raise ParamError(f"the field {name!r} is missing")
        made = {name: _at(f".{name}", checks[name], item) for name, item in value.items()}
        try:
            return kind(**made)
        except ValueError as error:
            raise ParamError(str(error)) from None

    return record


def _at(place: str, check: Check, value: Any) -> Any:
    try:
        return check(value)
    except ParamError as error:
        head, _, rest = str(error).partition("\t")
        path, message = (place + head, rest) if rest else (place, head)
        raise ParamError(f"{path}\t{message}") from None
