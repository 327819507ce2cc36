"""What kinds of values there are to edit, as frozen view values that an editor is made from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, TypeAlias


class _Mixed:
    """The value that a field shows when several things are edited whose values differ."""

    def __repr__(self) -> str:
        return "MIXED"


MIXED = _Mixed()


@dataclass(frozen=True)
class NumberShape:
    """A number, whole or not, within limits (None is open); `angle` shows a dial in degrees."""

    whole: bool = False
    lo: float | None = None
    hi: float | None = None
    step: float | None = None
    unit: str = ""
    angle: bool = False


@dataclass(frozen=True)
class FramesShape:
    """A count of frames; with `spell` and `read` it can be read and typed as timecode.

    `spell(frames)` gives the timecode, `read(text)` the frames or raises ValueError. `second` is
    how many frames a coarse step is.
    """

    lo: int | None = 0
    hi: int | None = None
    spell: Callable[[int], str] | None = None
    read: Callable[[str], int] | None = None
    second: int = 24


@dataclass(frozen=True)
class RatioShape:
    """An exact ratio as JSON text or number, such as "24000/1001", with ready ones to choose."""

    lo: Fraction | None = None
    hi: Fraction | None = None
    unit: str = ""
    presets: tuple[tuple[str, str], ...] = ()  # (value, label)


@dataclass(frozen=True)
class ToggleShape:
    """Yes or no."""


@dataclass(frozen=True)
class ChoiceShape:
    """One of some values, each with its label."""

    values: tuple[Any, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True)
class UnknownWord:
    """A word that is not understood, where it stands, and known words that come near it."""

    start: int
    length: int
    nearest: tuple[str, ...] = ()


@dataclass(frozen=True)
class PromptReading:
    """What was found in a prompt: unknown words, and remarks on the whole."""

    unknown: tuple[UnknownWord, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Vocabulary:
    """The words that are understood: `read` judges a text in well under a millisecond a word."""

    read: Callable[[str], PromptReading] = field(compare=False)
    words: tuple[str, ...] = ()
    name: str = ""  # whose words they are, such as a model's name


@dataclass(frozen=True)
class TextShape:
    """Text; `problem` says why a text does not do ("" when it does), `offers` gives ready ones."""

    multiline: bool = False
    placeholder: str = ""
    vocabulary: Vocabulary | None = None
    problem: Callable[[str], str] | None = None
    offers: Callable[[], tuple[str, ...]] | None = None


@dataclass(frozen=True)
class SeedShape:
    """A whole number that chance starts from, or None for one that is given elsewhere."""

    lo: int = 0
    hi: int = 2**31 - 1
    optional: bool = True


@dataclass(frozen=True)
class FileShape:
    """The path of a file or folder.

    `shown(value)` is how a path is displayed, `stored(path)` what is kept of a chosen one,
    `folder()` where a dialog starts. `filters` are those of a file dialog, `endings` what may be
    dropped (none: all). With `save` it is a plain name to be written.
    """

    folder_kind: bool = False
    save: bool = False
    filters: str = ""
    endings: tuple[str, ...] = ()
    shown: Callable[[str], str] = str
    stored: Callable[[str], str] = str
    folder: Callable[[], str] = str


@dataclass(frozen=True)
class ColorShape:
    """A colour as #rrggbb, with `alpha` also #rrggbbaa."""

    alpha: bool = True


@dataclass(frozen=True)
class VectorShape:
    """A fixed row of numbers, each with a short label."""

    parts: tuple[NumberShape, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True)
class PartShape:
    """A named part of a record. A part that is left out has the `default`."""

    name: str
    label: str
    shape: Shape
    default: Any = None
    required: bool = False


@dataclass(frozen=True)
class RecordShape:
    """An object with named parts; parts that have their default are left out of the value."""

    parts: tuple[PartShape, ...]
    title: str = ""


@dataclass(frozen=True)
class ListShape:
    """Any number of items of one kind; `noun` is what one is called."""

    item: Shape
    noun: str = ""


@dataclass(frozen=True)
class TableShape:
    """Values of one kind under names that the user gives."""

    item: Shape


@dataclass(frozen=True)
class KeyframesShape:
    """Values over time: a list of [frame, value], or [frame, value, way] with `ways` to the next.

    Numbers between two keys follow a straight line, or as their way says ("hold", "smooth").
    """

    value: NumberShape = NumberShape()
    ways: tuple[str, ...] = ()
    frames: FramesShape = FramesShape()


@dataclass(frozen=True)
class CurveShape:
    """Points of a curve: a list of [x, y], or [x, y, way] with `ways` ("linear", "smooth")."""

    x: NumberShape = NumberShape(lo=0, hi=1)
    y: NumberShape = NumberShape(lo=0, hi=1)
    ways: tuple[str, ...] = ()


@dataclass(frozen=True)
class OptionalShape:
    """A value, or None: it then follows by itself. `start` is what it has when first set."""

    inner: Shape
    start: Any = None
    nothing: str = ""  # what None means, such as "as the project"


@dataclass(frozen=True)
class RawShape:
    """Any JSON value, to read only: nothing is known of what may stand there."""


Shape: TypeAlias = (
    NumberShape
    | FramesShape
    | RatioShape
    | ToggleShape
    | ChoiceShape
    | TextShape
    | SeedShape
    | FileShape
    | ColorShape
    | VectorShape
    | RecordShape
    | ListShape
    | TableShape
    | KeyframesShape
    | CurveShape
    | OptionalShape
    | RawShape
)


def blank(shape: Shape) -> Any:
    """A value of the shape to start from."""
    match shape:
        case NumberShape():
            value = min(max(0.0, _or(shape.lo, 0.0)), _or(shape.hi, float("inf")))
            return int(value) if shape.whole else float(value)
        case FramesShape():
            return max(0, shape.lo or 0)
        case RatioShape():
            return shape.presets[0][0] if shape.presets else "1"
        case ToggleShape():
            return False
        case ChoiceShape():
            return shape.values[0] if shape.values else ""
        case ColorShape():
            return "#000000"
        case VectorShape():
            return [blank(part) for part in shape.parts]
        case RecordShape():
            return {part.name: blank(part.shape) for part in shape.parts if part.required}
        case ListShape() | KeyframesShape() | CurveShape():
            return []
        case TableShape():
            return {}
        case SeedShape():
            return None if shape.optional else shape.lo
        case OptionalShape() | RawShape():
            return None
        case _:
            return ""


def in_words(shape: Shape, value: Any) -> str:
    """A value in a few words, for the cell of a table."""
    match shape, value:
        case _, None:
            return ""
        case _, _Mixed():
            return "—"
        case OptionalShape(inner=inner), _:
            return in_words(inner, value)
        case ToggleShape(), _:
            return "✓" if value else "–"
        case ChoiceShape(values=values, labels=labels), _ if value in values:
            return labels[values.index(value)]
        case NumberShape(), int() | float():
            return f"{value:.6g}"
        case VectorShape(parts=parts), [*items] if len(items) == len(parts):
            return ", ".join(in_words(*pair) for pair in zip(parts, items, strict=True))
        case ((ListShape() | KeyframesShape() | CurveShape()), [*items]):
            return str(len(items))
        case RecordShape(parts=parts), Mapping():
            said = (in_words(part.shape, value.get(part.name)) for part in parts)
            return ", ".join(text for text in said if text not in ("", "✓", "–"))[:60]
        case _:
            return str(value)


def _or(value: float | None, other: float) -> float:
    return other if value is None else value
