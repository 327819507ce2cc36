"""Draws eyes and brows from blend shapes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.faces.canvas import Canvas, Points, ellipse, smooth
from engine.faces.looks import Rgb, between, shade
from engine.faces.pose import Pose

_X, _Y, _HALF = 0.43, -0.06, 0.215  # place and half width of an eye
_WHITE: Rgb = (250, 249, 246)
_LASH: Rgb = (38, 28, 30)
_IRIS = 0.118


def draw_eyes(canvas: Canvas, pose: Pose, shape: Mapping[str, float], iris: Rgb, skin: Rgb) -> None:
    """Both eyes, the face's left one on the right of the picture."""
    for side, name in ((-1.0, "Right"), (1.0, "Left")):
        _eye(canvas, pose, side, _one(shape, name), iris, skin)


def draw_brows(canvas: Canvas, pose: Pose, shape: Mapping[str, float], hair: Rgb) -> None:
    """Both brows."""
    for side, name in ((-1.0, "Right"), (1.0, "Left")):
        inner = 0.1 * shape["browInnerUp"] - 0.07 * shape[f"browDown{name}"]
        outer = 0.1 * shape[f"browOuterUp{name}"] - 0.03 * shape[f"browDown{name}"]
        arch = 0.5 * (inner + outer)
        points = [
            (0.19, -0.375 - inner),
            (0.42, -0.435 - arch),
            (0.64, -0.375 - outer),
            (0.7, -0.315 - outer),
            (0.63, -0.335 - outer),
            (0.43, -0.375 - arch),
            (0.2, -0.31 - inner),
        ]
        curve = smooth(np.array(points) * [side, 1.0])
        canvas.fill(pose.place(curve), hair)


def _one(shape: Mapping[str, float], name: str) -> dict[str, float]:
    """The shapes of one eye, without its side."""
    return {key.removesuffix(name): value for key, value in shape.items() if key.endswith(name)}


def _eye(
    canvas: Canvas, pose: Pose, side: float, eye: Mapping[str, float], iris: Rgb, skin: Rgb
) -> None:
    open_ = float(np.clip(1 - eye["eyeBlink"] + 0.25 * eye["eyeWide"], 0.0, 1.25))
    top = 0.142 * open_ - 0.03 * (1 - min(open_, 1.0))
    low = 0.088 * (1 - 0.5 * max(eye["eyeSquint"], 0.3 * eye["cheekSquint"]))
    upper, lower = _lid(side, -top), _lid(side, low)
    canvas.fill(pose.place(np.concatenate([_lid(side, -0.15), lower[::-1]])), shade(skin, 0.95))
    if open_ > 0.08:
        looks = 0.09 * (eye["eyeLookOut"] - eye["eyeLookIn"]) * side
        down = 0.07 * (eye["eyeLookDown"] - eye["eyeLookUp"])
        x, y = side * _X + looks, _Y - 0.012 + down
        pupil = ellipse(x, y, 0.055, 0.055)
        light = ellipse(x - 0.04, y - 0.045, 0.03, 0.03, count=20)
        shadow = np.concatenate([_lid(side, -top), _lid(side, -top + 0.045)[::-1]])
        shapes = [
            (pose.place(ellipse(x, y, _IRIS, _IRIS)), shade(iris, 0.62)),
            (pose.place(ellipse(x, y, _IRIS * 0.86, _IRIS * 0.86)), iris),
            (pose.place(ellipse(x, y + 0.035, _IRIS * 0.62, _IRIS * 0.5)), shade(iris, 1.35)),
            (pose.place(pupil), (22, 18, 20)),
            (pose.place(shadow), between(_WHITE, skin, 0.5)),
            (pose.place(light), (255, 255, 255)),
            (pose.place(ellipse(x + 0.045, y + 0.05, 0.014, 0.014, count=14)), (255, 255, 255)),
        ]
        # the shadow of the lid lies on the white only
        shapes.insert(0, shapes.pop(4))
        canvas.within(pose.place(np.concatenate([upper, lower[::-1]])), shapes, _WHITE)
    canvas.fill(pose.place(_lash(side, upper)), _LASH)
    canvas.line(pose.place(lower[5:-5]), 0.012 * pose.unit, shade(skin, 0.74, warm=0.3))
    crease = _lid(side, -max(top, 0.06) - 0.055)[4:-3]
    canvas.line(pose.place(crease), 0.014 * pose.unit, shade(skin, 0.8, warm=0.2))


def _lid(side: float, height: float) -> Points:
    """A lid from the inner to the outer corner, at its highest a bit to the outside."""
    part = np.linspace(-1, 1, 25)
    bow = (1 - part**2) ** 0.72 * (1 + 0.08 * part)
    x = side * (_X + part * _HALF)
    y = _Y + 0.018 - 0.036 * (part + 1) / 2 + height * bow
    return np.stack([x, y], axis=1)


def _lash(side: float, upper: Points) -> Points:
    """The dark rim of the upper lid, thicker outwards, ending in a small wing."""
    part = np.linspace(0, 1, len(upper))
    thick = np.stack([np.zeros_like(part), 0.012 + 0.03 * part], axis=1)
    wing = upper[-1] + np.array([side * 0.045, -0.035])
    rim = upper + np.array([0.0, 0.008])
    return np.concatenate([rim, wing[None], (upper - thick)[::-1]])
