"""Draws a mouth from blend shapes: lips, teeth, tongue, and what of them is seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.faces.canvas import Canvas, Points, ellipse
from engine.faces.looks import Rgb, between, shade
from engine.faces.pose import Pose

_HEIGHT = 0.66  # of the closed lips
_OPENS = 0.44  # units that a lip gap of 1 is high
_DARK: Rgb = (70, 22, 28)
_TEETH: Rgb = (250, 247, 240)
_TONGUE: Rgb = (186, 76, 86)


@dataclass(frozen=True)
class Mouth:
    """Measures of a mouth in units of the head."""

    half: float  # of the width
    gap: float  # between the lips, in the middle
    raised: float  # part of the gap by which the upper lip is higher than at rest
    corner: float  # height of the corners
    upper: float  # thickness of the lips
    lower: float
    jaw: float
    tongue: float
    press: float
    rounded: float  # 0 to 1, as in "oo": the lips stand before the teeth


def mouth_of(shape: Mapping[str, float], gap: float) -> Mouth:
    """The mouth that mean values of shapes (names without a side) and their lip gap make."""
    pucker, funnel, press = shape["mouthPucker"], shape["mouthFunnel"], shape["mouthPress"]
    smile, stretch = shape["mouthSmile"], shape["mouthStretch"]
    round_ = min(1.0, pucker + 0.55 * funnel)
    wide = 1 + 0.24 * smile + 0.2 * stretch + 0.1 * shape["mouthDimple"]
    full = 1 + 0.35 * round_ + 0.15 * funnel - 0.35 * press
    lifts = 0.25 * shape["mouthUpperUp"] + 0.07 * funnel + 0.12 * shape["mouthRollLower"]
    return Mouth(
        half=0.37 * wide * (1 - 0.46 * round_) * (1 - 0.1 * min(1.0, gap)),
        gap=_OPENS * gap,
        raised=float(np.clip(lifts / max(gap, 0.05), 0.12, 0.6)),
        corner=-0.13 * smile + 0.08 * shape["mouthFrown"] + 0.02 * stretch,
        upper=0.072 * full * (1 - 0.7 * shape["mouthRollUpper"]),
        lower=0.105 * full * (1 - 0.75 * shape["mouthRollLower"]) * (1 - 0.15 * smile),
        jaw=shape["jawOpen"],
        tongue=shape["tongueOut"],
        press=press,
        rounded=round_,
    )


def draw_mouth(canvas: Canvas, pose: Pose, mouth: Mouth, lips: Rgb, skin: Rgb) -> None:
    """Lips with the mouth open between them, on the front of the head."""
    inner = _inner(mouth)
    seen = pose.place(inner)
    red, green, blue = lips
    bright = min(255, round(1.13 * red)), min(255, round(1.1 * green)), min(255, round(1.1 * blue))
    canvas.fill(pose.place(_outer_lower(mouth)), bright)
    canvas.fill(pose.place(_outer_upper(mouth)), lips)
    canvas.line(pose.place(_shine(mouth)), 0.03 * pose.unit, shade(bright, 1.25))
    if mouth.gap > 0.012:
        canvas.within(seen, _inside(mouth, pose), _DARK)
    seam = shade(lips, 0.55)
    edge = _edge(mouth, 0.0) if mouth.gap <= 0.012 else None
    if edge is not None:
        canvas.line(pose.place(edge), (0.02 + 0.006 * mouth.press) * pose.unit, seam)
    for side in (-1.0, 1.0):
        x, y = side * mouth.half, _HEIGHT + mouth.corner + _hang(mouth)
        tick = np.array([[x - side * 0.03, y + 0.005], [x + side * 0.012, y - 0.008]])
        canvas.line(pose.place(tick), 0.017 * pose.unit, between(seam, skin, 0.35))
    low = _HEIGHT + mouth.gap * (1 - mouth.raised) + mouth.lower + 0.075
    curve = np.linspace(-1, 1, 9)
    fold = np.stack([curve * 0.15, low - 0.02 * (1 - curve**2)], axis=1)
    canvas.line(pose.place(fold), 0.016 * pose.unit, shade(skin, 0.88))


def _hang(mouth: Mouth) -> float:
    """How far the corners go down with the jaw."""
    return 0.33 * mouth.gap * (1 - mouth.raised)


def _across(width: float, count: int = 33) -> Points:
    """x from corner to corner, denser at the corners, and its part of the half width."""
    part = np.sin(np.linspace(-np.pi / 2, np.pi / 2, count))
    return np.stack([part * width, part], axis=1)


def _edge(mouth: Mouth, opening: float) -> Points:
    """The inner edge of a lip, `opening` below the seam in the middle (above, if negative)."""
    grid = _across(0.94 * mouth.half)
    part = np.abs(grid[:, 1])
    corner = mouth.corner + _hang(mouth)
    bow = (1 - part**2.4) ** 0.75
    y = _HEIGHT + corner * (1 - bow) + opening * bow
    if mouth.gap <= 0.012:
        y = y + 0.012 * (1 - part**2) * (1 - 3 * np.exp(-((part / 0.16) ** 2)) * 0.3)
    return np.stack([grid[:, 0], y], axis=1)


def _top(mouth: Mouth) -> Points:
    return _edge(mouth, -mouth.raised * mouth.gap)


def _bottom(mouth: Mouth) -> Points:
    return _edge(mouth, (1 - mouth.raised) * mouth.gap)


def _inner(mouth: Mouth) -> Points:
    return np.concatenate([_top(mouth), _bottom(mouth)[::-1]])


def _outer_upper(mouth: Mouth) -> Points:
    """The upper lip with its bow."""
    grid = _across(mouth.half)
    part = np.abs(grid[:, 1])
    bow = np.clip(1 - part**1.8, 0, 1) ** 0.85
    dip = 1 - 0.24 * np.exp(-((part / 0.13) ** 2))
    corner = mouth.corner + _hang(mouth)
    base = _HEIGHT + corner * (1 - bow) - mouth.raised * mouth.gap * bow
    top = np.stack([grid[:, 0], base - mouth.upper * bow * dip], axis=1)
    return np.concatenate([top, (_top(mouth) + np.array([0.0, 0.008]))[::-1]])


def _outer_lower(mouth: Mouth) -> Points:
    grid = _across(0.97 * mouth.half)
    part = np.abs(grid[:, 1])
    bow = np.clip(1 - part**2.2, 0, 1) ** 0.8
    corner = mouth.corner + _hang(mouth)
    base = _HEIGHT + corner * (1 - bow) + (1 - mouth.raised) * mouth.gap * bow
    low = np.stack([grid[:, 0], base + mouth.lower * bow], axis=1)
    return np.concatenate([_bottom(mouth) - np.array([0.0, 0.008]), low[::-1]])


def _shine(mouth: Mouth) -> Points:
    """A light on the lower lip."""
    part = np.linspace(-1, 1, 9)
    y = _HEIGHT + (1 - mouth.raised) * mouth.gap + mouth.lower * (0.42 + 0.12 * part**2)
    return np.stack([part * mouth.half * 0.32, y], axis=1)


def _inside(mouth: Mouth, pose: Pose) -> list[tuple[Points, Rgb]]:
    """Lower teeth, tongue and upper teeth behind the lips, hindmost first."""
    reach = mouth.half * 0.86
    floor = _HEIGHT + (1 - mouth.raised) * mouth.gap
    jaw = _HEIGHT + 0.05 + 0.3 * mouth.jaw
    teeth = _rounded(-0.8 * reach, jaw, 0.8 * reach, jaw + 0.09)
    rise = 0.09 + 0.24 * mouth.tongue + 0.12 * min(mouth.gap, 0.3)
    tongue = ellipse(0.0, floor + 0.07 - 0.1 * mouth.tongue, reach * 0.66, rise)
    groove = np.array(
        [[-0.008, floor - rise * 0.4], [0.008, floor - rise * 0.4], [0.012, floor], [-0.012, floor]]
    )
    above = _rounded(-reach, _HEIGHT - 0.2, reach, _HEIGHT + 0.055 - 0.1 * mouth.rounded)
    shapes: list[tuple[Points, Rgb]] = [
        (pose.place(teeth), shade(_TEETH, 0.86)),
        (pose.place(tongue), _TONGUE),
        (pose.place(groove), shade(_TONGUE, 0.84)),
        (pose.place(above), _TEETH),
    ]
    if mouth.tongue > 0.08:  # between the teeth
        tip = ellipse(0.0, _HEIGHT + 0.075, reach * 0.5, 0.1 * min(1.0, mouth.tongue * 2.4))
        shapes.append((pose.place(tip), shade(_TONGUE, 1.08)))
    return shapes


def _rounded(left: float, top: float, right: float, bottom: float) -> Points:
    """A row of teeth: a bar with round lower corners."""
    radius = min(0.06, (right - left) / 4, (bottom - top) / 2)
    angle = np.linspace(0, np.pi / 2, 7)
    right_arc = np.stack(
        [right - radius + radius * np.cos(angle), bottom - radius + radius * np.sin(angle)], 1
    )
    left_arc = np.stack(
        [left + radius - radius * np.sin(angle), bottom - radius + radius * np.cos(angle)], 1
    )
    return np.concatenate([[[left, top], [right, top]], right_arc, left_arc])
