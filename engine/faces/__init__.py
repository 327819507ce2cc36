"""Faces: how they move, as curves of blend shapes, and how they are drawn."""

from __future__ import annotations

from engine.faces.acting import act
from engine.faces.arkit import SHAPES
from engine.faces.curves import CLOSED, FaceCurves, lip_gap
from engine.faces.drawing import draw_face
from engine.faces.exchange import read_curves, write_curves
from engine.faces.looks import LOOKS, Look, LookName, look_named
from engine.faces.talking import at_rate, talking_clip

__all__ = [
    "CLOSED",
    "LOOKS",
    "SHAPES",
    "FaceCurves",
    "Look",
    "LookName",
    "act",
    "at_rate",
    "draw_face",
    "lip_gap",
    "look_named",
    "read_curves",
    "talking_clip",
    "write_curves",
]
