"""Face curves as files of other programs: the CSV of Live Link Face, and JSON with weights.

The JSON has the keys that readers of blend-shape weights for Blender and Maya look for:
`exportFps`, `numFrames`, `facsNames` and `weightMat` (one list of weights a frame).
"""

from __future__ import annotations

import csv
import io
import json
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import MediaError, UsageError
from engine.faces.arkit import PLACE, SHAPES
from engine.faces.curves import Curves, FaceCurves
from engine.runtime.files import atomic_write

ROTATIONS = (
    *("HeadYaw", "HeadPitch", "HeadRoll"),
    *("LeftEyeYaw", "LeftEyePitch", "LeftEyeRoll"),
    *("RightEyeYaw", "RightEyePitch", "RightEyeRoll"),
)
SUFFIXES = (".csv", ".json")
_EYE = 0.5  # radians that an eye turns at a look shape of 1
_LARGEST = 200 * 2**20  # bytes of a file that is read
_TIMECODE = re.compile(r"(\d+):(\d\d):(\d\d)[:;](\d+(?:\.\d+)?)")


def write_curves(curves: FaceCurves, path: Path, *, start: int = 0) -> None:
    """Write a `.csv` or `.json` file, by its suffix; `start` is the timecode of frame 0 in frames.

    Raises UsageError for another suffix.
    """
    match path.suffix.lower():
        case ".csv":
            atomic_write(path, _csv(curves, start))
        case ".json":
            atomic_write(path, _json(curves))
        case _:
            raise UsageError(
                f"face curves go into a file that ends in .csv or .json, not {path.name!r}"
            )


def read_curves(path: Path, rate: Fraction | None = None) -> FaceCurves:
    """Curves of a file that Live Link Face or `write_curves` wrote, or of JSON with those keys.

    rate: of a CSV, which does not say it. Without one it is the number of frames in a second of its
    timecode. Shapes that the file lacks are 0. Raises MediaError when it cannot be read.
    """
    try:
        if path.stat().st_size > _LARGEST:
            raise MediaError("the file is too large for face curves", where=str(path))
        text = path.read_text(encoding="utf-8-sig")
        if path.suffix.lower() == ".json":
            return _of_json(json.loads(text), path)
        return _of_csv(text, path, rate)
    except (OSError, UnicodeDecodeError) as error:
        raise MediaError(f"cannot be read ({error})", where=str(path)) from None
    except (ValueError, KeyError, TypeError, IndexError, RecursionError, UsageError) as error:
        raise MediaError(
            f"holds no face curves ({error})",
            where=str(path),
            mend="Give a CSV of Live Link Face, or JSON with facsNames and weightMat",
        ) from None


def timecode(frame: int, rate: Fraction) -> str:
    """HH:MM:SS:FF.000 of a frame, without drop-frame."""
    base = max(1, round(rate))
    seconds, rest = divmod(frame, base)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours % 24:02}:{minute:02}:{second:02}:{rest:02}.000"


def _csv(curves: FaceCurves, start: int) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    columns = [name[0].upper() + name[1:] for name in SHAPES]
    writer.writerow(["Timecode", "BlendshapeCount", *columns, *ROTATIONS])
    count = len(SHAPES) + len(ROTATIONS)
    rows = np.concatenate([curves.shapes, curves.head, _eye_turns(curves.shapes)], axis=1)
    for number, row in enumerate(rows):
        at = timecode(start + number, curves.rate)
        writer.writerow([at, count, *(f"{value:.6f}" for value in row + 0.0)])
    return out.getvalue()


def _eye_turns(shapes: Curves) -> Curves:
    """Yaw, pitch and roll of the left, then the right eye (frames, 6), from the look shapes."""
    turns = []
    for side, sign in (("Left", 1.0), ("Right", -1.0)):
        look = {way: shapes[:, PLACE[f"eyeLook{way}{side}"]] for way in ("In", "Out", "Up", "Down")}
        turns += [
            sign * _EYE * (look["Out"] - look["In"]),
            _EYE * (look["Up"] - look["Down"]),
            np.zeros(len(shapes), np.float32),
        ]
    return np.stack(turns, axis=1)


def _json(curves: FaceCurves) -> str:
    def rows(values: Curves) -> str:
        lines = (
            "[" + ", ".join(f"{value:.6g}" for value in np.round(row, 6) + 0.0) + "]"
            for row in values
        )
        return "[\n" + ",\n".join(f"  {line}" for line in lines) + "\n ]"

    head: dict[str, Any] = {
        "format": "face curves",
        "rate": str(curves.rate),
        "exportFps": float(curves.rate),
        "numPoses": len(SHAPES),
        "numFrames": curves.frame_count,
        "facsNames": list(SHAPES),
    }
    lines = [f" {json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()]
    lines += [f' "weightMat": {rows(curves.shapes)}', f' "headTurns": {rows(curves.head)}']
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _of_json(table: Any, path: Path) -> FaceCurves:
    names = [str(name) for name in table["facsNames"]]
    weights = np.asarray(table["weightMat"], np.float32).reshape(-1, len(names))
    rate = Fraction(str(table.get("rate") or table["exportFps"])).limit_denominator(1001)
    turns = table.get("headTurns")
    empty = np.zeros((len(weights), 3), np.float32)
    head = empty if turns is None else np.asarray(turns, np.float32).reshape(-1, 3)
    return FaceCurves(rate, _columns(names, weights), head, path.stem)


def _of_csv(text: str, path: Path, rate: Fraction | None) -> FaceCurves:
    rows = list(csv.reader(io.StringIO(text)))
    header, rows = [name.strip() for name in rows[0]], [row for row in rows[1:] if row]
    if header[0].lower() != "timecode":
        raise ValueError("its first column is no timecode")
    values = np.array([row[1 : len(header)] for row in rows], np.float32)
    values = values.reshape(len(rows), len(header) - 1)
    places = {name.lower(): place for place, name in enumerate(header[1:])}
    turns = [places.get(name.lower()) for name in ROTATIONS[:3]]
    nothing = np.zeros(len(rows), np.float32)
    head = np.stack([nothing if at is None else values[:, at] for at in turns], axis=1)
    found = rate or _rate_of([row[0] for row in rows])
    return FaceCurves(found, _columns(header[1:], values), head, path.stem)


def _columns(names: list[str], values: Curves) -> Curves:
    """Shapes (frames, 52) from columns named in any case. Raises ValueError when none is known."""
    known = {name.lower(): place for place, name in enumerate(SHAPES)}
    shapes = np.zeros((len(values), len(SHAPES)), np.float32)
    found = 0
    for column, name in enumerate(names):
        place = known.get(name.lower())
        if place is not None:
            shapes[:, place] = np.clip(values[:, column], 0.0, 1.0)
            found += 1
    if not found:
        raise ValueError("none of its columns is a blend shape of ARKit")
    return shapes


def _rate_of(timecodes: list[str]) -> Fraction:
    """Rows in a whole second of timecode."""
    seconds: dict[int, int] = {}
    for text in timecodes:
        match = _TIMECODE.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"{text!r} is no timecode")
        hours, minutes, second = (int(part) for part in match.groups()[:3])
        at = hours * 3600 + minutes * 60 + second
        seconds[at] = seconds.get(at, 0) + 1
    whole = sorted(list(seconds.values())[1:-1]) or sorted(seconds.values())
    if len(seconds) < 2:
        raise ValueError("it is too short to tell its rate: give it")
    return Fraction(whole[len(whole) // 2])
