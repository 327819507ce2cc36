"""Draws a talking face: shoulders, head, hair, eyes and mouth from one frame of curves."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.faces.arkit import PLACE, SHAPES
from engine.faces.canvas import Canvas, Points, ellipse, smooth
from engine.faces.curves import Curves, lip_gap
from engine.faces.eyes import draw_brows, draw_eyes
from engine.faces.hair import draw_beard, draw_before, draw_behind
from engine.faces.looks import Look, Rgb, between, rgb, shade
from engine.faces.mouth import draw_mouth, mouth_of
from engine.faces.pose import Pose

_DROP = 0.2  # units that the chin falls with the jaw


def draw_face(
    shapes: Curves, head: Curves, look: Look, width: int, height: int
) -> NDArray[np.uint8]:
    """A picture (height, width, 3) of shapes (52,) and a head's yaw, pitch and roll (3,).

    The same values give the same pixels.
    """
    finer = _finer(height)
    ground = _ground(width * finer, height * finer, look.background)
    return _drawn(shapes, head, look, ground, finer)


def draw_cut_out(
    shapes: Curves, head: Curves, look: Look, width: int, height: int
) -> NDArray[np.uint8]:
    """As `draw_face`, without a background: (height, width, 4) with straight alpha.

    What differs between the face on black and on white is how much of the ground is seen through.
    """
    finer = _finer(height)
    grounds = (Image.new("RGB", (width * finer, height * finer), name) for name in ("#000", "#fff"))
    on_black, on_white = (
        _drawn(shapes, head, look, ground, finer).astype(np.int32) for ground in grounds
    )
    opaque = np.clip(255 - (on_white - on_black).max(axis=2), 0, 255)
    colour = (on_black * 255 + opaque[..., None] // 2) // np.maximum(opaque, 1)[..., None]
    return np.dstack([np.clip(colour, 0, 255), opaque]).astype(np.uint8)


def _finer(height: int) -> int:
    return 3 if height <= 540 else 2


def _drawn(
    shapes: Curves, head: Curves, look: Look, ground: Image.Image, finer: int
) -> NDArray[np.uint8]:
    """The face on a ground that is `finer` times as large as the picture."""
    width, height = ground.size
    canvas = Canvas(ground, finer)
    face = {name: float(shapes[place]) for name, place in PLACE.items()}
    face |= {name: (face[f"{name}Left"] + face[f"{name}Right"]) / 2 for name in _PAIRS}
    gap = float(lip_gap(shapes[None])[0])
    yaw, pitch, roll = (float(angle) for angle in head)
    unit = 0.24 * min(height, width)
    middle = width / 2, 0.53 * height
    pose = Pose(middle, unit, yaw, pitch, roll)
    body = Pose((middle[0], middle[1] + 0.03 * unit * np.sin(pitch)), unit, 0.35 * yaw)
    _draw(canvas, pose, body, face, gap, look)
    return canvas.finished()


_PAIRS = tuple(
    name.removesuffix("Left")
    for name in SHAPES
    if name.endswith("Left") and name not in ("jawLeft", "mouthLeft")
)


def _draw(
    canvas: Canvas, pose: Pose, body: Pose, face: Mapping[str, float], gap: float, look: Look
) -> None:
    skin, hair, lips = rgb(look.skin), rgb(look.hair), rgb(look.lips)
    drop = _DROP * face["jawOpen"]
    if look.style != "long":
        draw_behind(canvas, pose, look.style, hair)
        _draw_body(canvas, body, pose, rgb(look.clothes), skin)
    else:  # hair over the shoulders
        _draw_body(canvas, body, pose, rgb(look.clothes), skin)
        draw_behind(canvas, pose, look.style, hair)
        _draw_neck(canvas, body, pose, rgb(look.clothes), skin)
    _draw_ears(canvas, pose, skin)
    outline = pose.place(_outline(drop), depth=0.0)
    canvas.fill(outline, skin)
    _draw_light(canvas, pose, skin, lips, face, drop)
    if look.style == "beard":
        draw_beard(canvas, pose, hair, drop)
    draw_mouth(canvas, pose, mouth_of(face, gap), lips, hair if look.style == "beard" else skin)
    _draw_nose(canvas, pose, skin, face)
    draw_eyes(canvas, pose, face, rgb(look.iris), skin)
    brows = shade(hair, 0.82) if sum(hair) > 240 else hair
    draw_brows(canvas, pose, face, brows)
    draw_before(canvas, pose, look.style, hair)


def _outline(drop: float) -> Points:
    """The face from the hair line to the chin, which falls with the jaw."""
    right = [
        (0.0, -1.34),
        (0.55, -1.24),
        (0.92, -0.88),
        (1.03, -0.35),
        (1.02, 0.2),
        (0.93, 0.62 + 0.3 * drop),
        (0.68, 1.02 + 0.8 * drop),
        (0.36, 1.23 + drop),
        (0.0, 1.29 + drop),
    ]
    left = [(-x, y) for x, y in right[-2:0:-1]]
    return smooth(np.array([*right, *left]))


def _draw_light(
    canvas: Canvas, pose: Pose, skin: Rgb, lips: Rgb, face: Mapping[str, float], drop: float
) -> None:
    """Shade under the hair and at the jaw, blush on the cheeks, light on the forehead."""
    unit = pose.unit
    blush = between(shade(skin, 0.9, warm=0.6), lips, 0.5)
    lift = 0.06 * face["mouthSmile"]
    for side in (-1.0, 1.0):
        cheek = pose.at(side * 0.6, 0.36 - lift)
        canvas.glow(cheek, (0.34 * unit, 0.25 * unit), blush, 0.42 + 0.2 * face["cheekSquint"])
        if face["mouthSmile"] > 0.12:
            fold = np.array([[side * 0.45, 0.47 - lift], [side * 0.5, 0.55], [side * 0.5, 0.64]])
            strength = min(1.0, 2 * face["mouthSmile"])
            colour = between(skin, shade(skin, 0.82, warm=0.3), strength)
            canvas.line(pose.place(smooth(fold, closed=False)), 0.016 * unit, colour)
    canvas.glow(pose.at(0.0, -0.7), (0.6 * unit, 0.34 * unit), shade(skin, 1.3), 0.55)
    canvas.glow(pose.at(0.0, 1.14 + drop), (0.26 * unit, 0.15 * unit), shade(skin, 1.2), 0.35)


def _draw_nose(canvas: Canvas, pose: Pose, skin: Rgb, face: Mapping[str, float]) -> None:
    """The shade beside the bridge, the tip, and two nostrils."""
    unit, dark = pose.unit, shade(skin, 0.8, warm=0.35)
    up = 0.03 * face["noseSneer"]
    lit = -np.sign(pose.yaw) if abs(pose.yaw) > 0.02 else 1.0
    bridge = np.array([[lit * 0.105, -0.1], [lit * 0.085, 0.08], [lit * 0.135, 0.22 - up]])
    canvas.line(
        pose.place(smooth(bridge, closed=False), depth=0.86), 0.018 * unit, shade(skin, 0.9)
    )
    tip = np.array([[-0.15, 0.27 - up], [-0.09, 0.335 - up], [0.0, 0.35], [0.09, 0.335 - up],
                    [0.15, 0.27 - up]])  # fmt: skip
    canvas.line(pose.place(smooth(tip, closed=False), depth=0.92), 0.026 * unit, dark)
    canvas.glow(pose.at(0.0, 0.2, depth=0.98), (0.12 * unit, 0.1 * unit), shade(skin, 1.5), 0.6)


def _draw_ears(canvas: Canvas, pose: Pose, skin: Rgb) -> None:
    for side in (-1.0, 1.0):
        canvas.fill(pose.place(ellipse(side * 1.04, 0.04, 0.17, 0.26), depth=-0.1), skin)
        inner = ellipse(side * 1.06, 0.05, 0.085, 0.15)
        canvas.fill(pose.place(inner, depth=-0.1), shade(skin, 0.86, warm=0.3))


def _draw_body(canvas: Canvas, body: Pose, pose: Pose, clothes: Rgb, skin: Rgb) -> None:
    """Shoulders in a round-necked top, and the neck."""
    half = [(0.0, 1.78), (0.62, 1.82), (1.35, 2.02), (1.85, 2.4), (2.05, 3.2), (0.0, 3.4)]
    shoulders = smooth(np.array([*half, *[(-x, y) for x, y in half[-2:0:-1]]]))
    canvas.fill(body.place(shoulders, depth=-0.2), clothes)
    for side in (-1.0, 1.0):
        sleeve = np.array([[side * 1.22, 2.45], [side * 1.3, 2.8], [side * 1.3, 3.3]])
        canvas.line(
            body.place(smooth(sleeve, closed=False), depth=-0.2),
            0.03 * body.unit,
            shade(clothes, 0.84),
        )
    _draw_neck(canvas, body, pose, clothes, skin)


def _draw_neck(canvas: Canvas, body: Pose, pose: Pose, clothes: Rgb, skin: Rgb) -> None:
    collar = ellipse(0.0, 1.84, 0.66, 0.33)
    canvas.fill(body.place(collar, depth=-0.2), shade(clothes, 0.8))
    opening = ellipse(0.0, 1.8, 0.57, 0.29)
    shaded = shade(skin, 0.82, warm=0.8)
    canvas.fill(body.place(opening, depth=-0.2), shade(skin, 0.95))
    top = pose.place(np.array([[-0.45, 0.7], [0.45, 0.7]]), depth=-0.1)
    foot = body.place(np.array(_NECK_FOOT), depth=-0.1)
    canvas.fill(np.concatenate([top, foot]), shade(skin, 0.95))
    canvas.fill(pose.place(np.array(_NECK_SHADE), depth=-0.1), shaded)


_NECK_FOOT = [(0.52, 1.8), (0.3, 1.98), (0.0, 2.04), (-0.3, 1.98), (-0.52, 1.8)]
_NECK_SHADE = [
    *[(-0.46, 0.8), (0.46, 0.8), (0.46, 1.42)],
    *[(0.25, 1.58), (0.0, 1.64), (-0.25, 1.58), (-0.46, 1.42)],
]


@lru_cache(maxsize=8)
def _ground(width: int, height: int, colour: str) -> Image.Image:
    """A wall that is lighter behind the head."""
    middle, edge = shade(rgb(colour), 1.35), shade(rgb(colour), 0.82)
    y, x = np.mgrid[0:height:4, 0:width:4]
    away = np.hypot((x - width / 2) / (0.62 * width), (y - 0.42 * height) / (0.75 * height))
    part = np.clip(away, 0, 1)[..., None] ** 1.3
    pixels = np.array(middle) * (1 - part) + np.array(edge) * part
    small = Image.fromarray(np.round(pixels).astype(np.uint8), "RGB")
    return small.resize((width, height), Image.Resampling.BICUBIC)
