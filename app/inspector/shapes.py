"""From a parameter of a node type to the shape of its values that an editor is made from."""

from __future__ import annotations

import dataclasses
import enum
import inspect
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from PySide6.QtCore import QCoreApplication

from app.editing.media import portable
from engine.errors import AiprodError
from engine.graph import NodeSpec, Param, ProjectSettings
from engine.graph.annotations import Angle, Color, File, Label, Multiline, Range, Seed
from engine.graph.checks import to_json
from engine.graph.signatures import Reading, read
from widgets.editors import (
    ChoiceShape,
    ColorShape,
    CurveShape,
    FileShape,
    FramesShape,
    KeyframesShape,
    ListShape,
    NumberShape,
    OptionalShape,
    PartShape,
    RatioShape,
    RawShape,
    RecordShape,
    SeedShape,
    Shape,
    TableShape,
    TextShape,
    ToggleShape,
    VectorShape,
    Vocabulary,
)
from widgets.editors.shapes import blank

RATES = (
    *("24000/1001", "24", "25", "30000/1001", "30"),
    *("48", "50", "60000/1001", "60", "8", "12"),
)
_TIMECODE = re.compile(r"\d{2}:[0-5]\d:[0-5]\d[:;.,]\d{2,3}")
_DEEPEST = 6
_TOP_SEED = 2**63 - 1
_FRAME_NAMES = frozenset({"at", "frames", "gap", "fade_in", "fade_out"})
_ENDINGS: dict[str, tuple[str, ...]] = {
    "video": (".mp4", ".mov", ".mkv", ".webm", ".avi", ".mxf", ".m4v", ".mts", ".gif"),
    "image": (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".exr", ".dpx", ".bmp"),
    "sound": (".wav", ".flac", ".mp3", ".ogg", ".m4a", ".aac", ".aif", ".aiff", ".opus"),
    "edit": (".otio", ".fcpxml", ".edl"),
    "model": (".safetensors",),
    "captions": (".srt", ".vtt", ".ass"),
    "font": (".ttf", ".otf", ".ttc"),
}


@dataclass(frozen=True)
class Surroundings:
    """What shapes depend on beside the parameter: project settings, its folder, vocabulary.

    `rate` is what frames count at; None where that is not known. `offers` gives ready texts for
    parameters that name something, by "type.param".
    """

    settings: ProjectSettings = field(default_factory=ProjectSettings)
    base_dir: Path | None = None
    rate: Fraction | None = None
    vocabulary: Vocabulary | None = None
    offers: Callable[[str], tuple[str, ...]] | None = field(default=None, compare=False)


def translated(text: str) -> str:
    """A title, label or help text of a node type in the user's language."""
    return QCoreApplication.translate("nodes", text) if text else ""


def shape_of(param: Param, spec: NodeSpec | None, around: Surroundings) -> Shape:
    """The shape of a parameter's values. `spec` is the node type that declares it."""
    reading = _reading(spec.function, param.name) if spec is not None else None
    if reading is None:
        return RawShape()
    made = _shape(reading, param.name, around, 0)
    if isinstance(made, TextShape):
        place = f"{spec.id}.{param.name}" if spec else ""
        return _told_text(made, param, place, around)
    return made


@lru_cache(maxsize=1024)
def _reading(function: Callable[..., Any], name: str) -> Reading | None:
    parameter = inspect.signature(function).parameters.get(name)
    if parameter is None or parameter.annotation is parameter.empty:
        return None
    return read(parameter.annotation, vars(sys.modules[function.__module__]))


def _shape(reading: Reading, name: str, around: Surroundings, depth: int) -> Shape:
    if reading.note(Seed) is not None:
        limits = reading.note(Range) or Range()
        lo, hi = int(limits.lo or 0), int(limits.hi or _TOP_SEED)
        return SeedShape(lo, hi, optional=reading.optional)
    made = _plain(reading, name, around, depth)
    if not reading.optional:
        return made
    return OptionalShape(made, _start(made, name, around), _nothing(name))


def _plain(reading: Reading, name: str, around: Surroundings, depth: int) -> Shape:
    kind, origin, limits = reading.type, get_origin(reading.type), reading.note(Range) or Range()
    if kind is bool:
        return ToggleShape()
    if kind is int and (limits.unit == "frames" or (depth and _counts_frames(name))):
        return frames_shape(around.rate, limits)
    if kind in (int, float):
        return NumberShape(
            whole=kind is int,
            lo=limits.lo,
            hi=limits.hi,
            step=limits.step,
            unit=translated(limits.unit or ""),
            angle=reading.note(Angle) is not None,
        )
    if kind is Fraction:
        return _ratio(limits, name)
    if kind is str:
        if reading.note(Color):
            return ColorShape()
        return TextShape(multiline=reading.note(Multiline) is not None or name == "note")
    if kind is Path:
        return _file(reading.note(File) or File(), around)
    if origin is Literal:
        return _choice(get_args(kind))
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return _choice(tuple(member.value for member in kind))
    if depth >= _DEEPEST:
        return RawShape()
    return _structure(reading, around, depth)


def _structure(reading: Reading, around: Surroundings, depth: int) -> Shape:
    kind, origin, args = reading.type, get_origin(reading.type), get_args(reading.type)
    inner = depth + 1
    if origin is dict:
        return TableShape(_shape(read(args[1], {}), "", around, inner))
    if origin is list or (origin is tuple and len(args) == 2 and args[1] is Ellipsis):
        item = read(args[0], {})
        over = _over_axis(item, around)
        return over or ListShape(_shape(item, "", around, inner))
    if origin is tuple:
        parts = [_shape(read(arg, {}), "", around, inner) for arg in args]
        numbers = [part for part in parts if isinstance(part, NumberShape)]
        if parts and len(numbers) == len(parts):
            return VectorShape(tuple(numbers), _axes(len(numbers)))
        return RawShape()
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _record(kind, around, inner)
    return RawShape()


def _over_axis(item: Reading, around: Surroundings) -> Shape | None:
    """Keyframes for a list of (frame, value), a curve for (x, y); either may add how to go on."""
    args = get_args(item.type)
    if get_origin(item.type) is not tuple or not 2 <= len(args) <= 3 or Ellipsis in args:
        return None
    first, second = (read(arg, {}) for arg in args[:2])
    ways: tuple[str, ...] = ()
    if len(args) == 3:
        third = read(args[2], {})
        ways = get_args(third.type) if get_origin(third.type) is Literal else ()
        if not ways or not all(isinstance(way, str) for way in ways):
            return None
    value = _shape(second, "", around, _DEEPEST)
    if not isinstance(value, NumberShape):
        return None
    if first.type is int:
        limits = first.note(Range) or Range(0)
        return KeyframesShape(value, ways, frames_shape(around.rate, limits))
    x = _shape(first, "", around, _DEEPEST)
    return CurveShape(x, value, ways) if isinstance(x, NumberShape) else None


def _record(kind: type, around: Surroundings, depth: int) -> Shape:
    namespace = vars(sys.modules[kind.__module__])
    parts = []
    for part in dataclasses.fields(kind):
        if not part.init:
            continue
        reading = read(part.type, namespace)
        default, required = _default(part)
        label = reading.note(Label).text if reading.note(Label) else _label(part.name)
        parts.append(
            PartShape(
                part.name,
                translated(label),
                _shape(reading, part.name, around, depth),
                default,
                required,
            )
        )
    return RecordShape(tuple(parts), kind.__name__)


def _default(part: dataclasses.Field[Any]) -> tuple[Any, bool]:
    if part.default is not dataclasses.MISSING:
        return to_json(part.default), False
    if part.default_factory is not dataclasses.MISSING:
        return to_json(part.default_factory()), False
    return None, True


def _told_text(shape: TextShape, param: Param, place: str, around: Surroundings) -> Shape:
    """A text parameter with what is known of its content."""
    offers = around.offers
    if isinstance(param.default, str) and _TIMECODE.fullmatch(param.default):
        return dataclasses.replace(shape, problem=_timecode_problem, placeholder=param.default)
    if around.vocabulary is not None and shape.multiline:
        return dataclasses.replace(shape, vocabulary=around.vocabulary)
    if offers is not None and offers(place):
        return dataclasses.replace(shape, offers=lambda: offers(place))
    return shape


def frames_shape(rate: Fraction | None, limits: Range) -> FramesShape:
    """Frames, with timecode when the rate is known."""
    lo, hi = (None if limit is None else int(limit) for limit in (limits.lo, limits.hi))
    if rate is None:
        return FramesShape(lo, hi)

    def spell(frame: int) -> str:
        from engine.media import timecode_text

        return timecode_text(max(0, frame), rate)

    def frames(text: str) -> int:
        from engine.media import timecode_frame

        try:
            return timecode_frame(text, rate)
        except AiprodError as error:
            raise ValueError(str(error)) from None

    return FramesShape(lo, hi, spell, frames, max(1, round(rate)))


def _timecode_problem(text: str) -> str:
    if _TIMECODE.fullmatch(text):
        return ""
    return QCoreApplication.translate("Inspector", "Write it as 00:00:00:00.")


def _ratio(limits: Range, name: str) -> Shape:
    lo, hi = (None if limit is None else Fraction(limit) for limit in (limits.lo, limits.hi))
    if name == "rate":
        presets = tuple((value, rate_label(Fraction(value))) for value in RATES)
        return RatioShape(lo or Fraction(1), hi, translated(limits.unit or ""), presets)
    return RatioShape(lo, hi, translated(limits.unit or ""))


def rate_label(rate: Fraction) -> str:
    """A frame rate as editors write it: 24, 23.976, 29.97."""
    return str(rate) if rate.denominator == 1 else f"{float(rate):.3f}".rstrip("0")


def _choice(values: tuple[Any, ...]) -> Shape:
    return ChoiceShape(values, tuple(translated(str(value)) for value in values))


def _file(file: File, around: Surroundings) -> Shape:
    base = around.base_dir
    endings = _ENDINGS.get(file.kind, ())
    patterns = " ".join(f"*{ending}" for ending in endings)
    every = QCoreApplication.translate("Inspector", "All files (*)")
    filters = f"{translated(file.kind.capitalize())} ({patterns});;{every}" if endings else every
    return FileShape(
        folder_kind=file.kind == "folder",
        save=file.save,
        filters=filters,
        endings=endings,
        stored=lambda path: portable((base or Path()) / path, base),
        folder=lambda: str(base or Path.home()),
    )


def _start(shape: Shape, name: str, around: Surroundings) -> Any:
    """What an optional value has when it is first set: the project's, if that is what it was."""
    settings = around.settings
    of_project = {
        "width": settings.width,
        "height": settings.height,
        "rate": str(settings.rate),
        "sample_rate": settings.sample_rate,
    }
    return of_project.get(name, blank(shape))


def _nothing(name: str) -> str:
    if name in ("width", "height", "rate", "sample_rate"):
        return QCoreApplication.translate("Inspector", "as it comes")
    if name == "out_frame":
        return QCoreApplication.translate("Inspector", "to the end")
    if name in ("transition", "gap", "loudness"):
        return QCoreApplication.translate("Inspector", "none")
    return ""


def _counts_frames(name: str) -> bool:
    return name in _FRAME_NAMES or name.endswith(("_frame", "_frames"))


def _axes(count: int) -> tuple[str, ...]:
    return tuple("xyzw"[:count]) if count <= 4 else tuple(str(n + 1) for n in range(count))


def _label(name: str) -> str:
    words = name.strip("_").replace("_", " ")
    return words[:1].upper() + words[1:]
