"""Keeps face curves in a folder of the cache, and gives them back bit for bit."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np

from engine.errors import MediaError
from engine.faces.curves import FaceCurves

_FACTS, _SHAPES, _HEAD = "face.json", "shapes.npy", "head.npy"


def save_face(curves: FaceCurves, folder: Path) -> None:
    """Write curves into `folder`."""
    np.save(folder / _SHAPES, curves.shapes, allow_pickle=False)
    np.save(folder / _HEAD, curves.head, allow_pickle=False)
    facts = {"rate": str(curves.rate), "name": curves.name}
    (folder / _FACTS).write_text(json.dumps(facts), encoding="utf-8")


def load_face(folder: Path) -> FaceCurves:
    """The curves that `save_face` wrote. Raises MediaError when they are damaged."""
    try:
        facts = json.loads((folder / _FACTS).read_text(encoding="utf-8"))
        shapes = np.load(folder / _SHAPES, allow_pickle=False)
        head = np.load(folder / _HEAD, allow_pickle=False)
        return FaceCurves(Fraction(facts["rate"]), shapes, head, facts["name"])
    except (OSError, ValueError, KeyError) as error:
        raise MediaError(
            f"the stored face curves are damaged ({error})", where=str(folder)
        ) from None
