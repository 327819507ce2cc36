"""Draws hair: what lies behind the head, and what falls over the forehead."""

from __future__ import annotations

import numpy as np

from engine.faces.canvas import Canvas, Points, ellipse, mirrored, smooth
from engine.faces.looks import Hair, Rgb, shade
from engine.faces.pose import Pose

_BEHIND = -0.35


def draw_behind(canvas: Canvas, pose: Pose, style: Hair, colour: Rgb) -> None:
    """Hair behind the head, neck and ears."""
    dark = shade(colour, 0.78)
    match style:
        case "bob":
            _fill(
                canvas,
                pose,
                _sides(
                    [
                        (0.0, -1.5),
                        (0.75, -1.35),
                        (1.2, -0.75),
                        (1.3, 0.1),
                        (1.28, 0.8),
                        (1.08, 1.14),
                        (0.6, 1.05),
                        (0.0, 0.9),
                    ]
                ),
                dark,
            )
        case "long":
            _fill(
                canvas,
                pose,
                _sides(
                    [
                        (0.0, -1.48),
                        (0.75, -1.32),
                        (1.16, -0.7),
                        (1.24, 0.2),
                        (1.32, 1.1),
                        (1.38, 1.9),
                        (1.2, 2.5),
                        (0.6, 2.4),
                        (0.0, 2.2),
                    ]
                ),
                dark,
            )
        case "bun":
            _fill(canvas, pose, ellipse(0.0, -1.62, 0.46, 0.42), colour)
            _fill(canvas, pose, ellipse(-0.1, -1.7, 0.28, 0.22), shade(colour, 1.18))
            _fill(
                canvas,
                pose,
                _sides(
                    [(0.0, -1.44), (0.7, -1.3), (1.08, -0.75), (1.12, 0.0), (1.0, 0.5), (0.0, 0.6)]
                ),
                dark,
            )
        case "curls":
            for x, y, radius in _RINGS:
                _fill(canvas, pose, ellipse(x, y, radius, radius), dark)
        case "short" | "beard":
            _fill(canvas, pose, _sides([(0.0, -1.42), (0.7, -1.3), (1.07, -0.8), (1.1, -0.2),
                                        (0.98, 0.25), (0.0, 0.3)]), dark)  # fmt: skip


def draw_before(canvas: Canvas, pose: Pose, style: Hair, colour: Rgb) -> None:
    """Hair over the forehead and temples."""
    light = shade(colour, 1.16)
    match style:
        case "bob":
            _fill(
                canvas,
                pose,
                smooth(
                    [
                        (-1.12, 0.3),
                        (-1.2, -0.5),
                        (-0.85, -1.28),
                        (0.0, -1.52),
                        (0.85, -1.28),
                        (1.2, -0.5),
                        (1.12, 0.3),
                        (1.0, -0.2),
                        (0.86, -0.62),
                        (0.3, -0.8),
                        (-0.35, -0.66),
                        (-0.8, -0.46),
                        (-1.0, -0.1),
                    ]
                ),
                colour,
                0.15,
            )
            _strand(canvas, pose, [(-0.2, -1.3), (-0.62, -1.08), (-0.88, -0.62)], light)
            _strand(canvas, pose, [(0.25, -1.28), (0.68, -1.08), (0.95, -0.7)], light)
        case "long":
            part = [(0.0, -1.46), (0.55, -1.38), (0.98, -1.0), (1.13, -0.3), (1.14, 0.5),
                    (1.02, 0.05), (0.93, -0.42), (0.62, -0.82), (0.06, -1.08)]  # fmt: skip
            for half in (smooth(part), mirrored(smooth(part))):
                _fill(canvas, pose, half, colour, 0.15)
            for side in (-1.0, 1.0):
                _strand(canvas, pose, [(side * 0.25, -1.3), (side * 0.75, -1.02),
                                       (side * 1.0, -0.5)], light)  # fmt: skip
        case "bun":
            _fill(
                canvas,
                pose,
                smooth(
                    [
                        (-1.07, 0.0),
                        (-1.1, -0.6),
                        (-0.75, -1.24),
                        (0.0, -1.46),
                        (0.75, -1.24),
                        (1.1, -0.6),
                        (1.07, 0.0),
                        (0.97, -0.35),
                        (0.75, -0.8),
                        (0.0, -0.98),
                        (-0.75, -0.8),
                        (-0.97, -0.35),
                    ]
                ),
                colour,
                0.15,
            )
            for x in (-0.55, 0.0, 0.55):
                _strand(canvas, pose, [(x, -1.0 + 0.12 * abs(x)), (x * 0.75, -1.2),
                                       (x * 0.45, -1.36)], light)  # fmt: skip
        case "curls":
            for x, y, radius in _FRINGE:
                _fill(canvas, pose, ellipse(x, y, radius, radius), colour, 0.2)
            for x, y, radius in _FRINGE[::2]:
                arc = ellipse(x - 0.03, y - 0.03, radius * 0.6, radius * 0.6)[20:31]
                canvas.line(pose.place(arc, depth=0.2), 0.022 * pose.unit, shade(colour, 1.25))
        case "short" | "beard":
            _fill(canvas, pose, smooth([(-1.05, -0.05), (-1.12, -0.6), (-0.9, -1.2), (-0.2, -1.5),
                                        (0.6, -1.44), (1.06, -1.0), (1.12, -0.5), (1.05, -0.05),
                                        (0.97, -0.42), (0.86, -0.72), (0.4, -0.86),
                                        (-0.3, -0.98), (-0.8, -0.78), (-0.96, -0.42)]),
                  colour, 0.15)  # fmt: skip
            _strand(canvas, pose, [(-0.6, -1.05), (0.0, -1.2), (0.62, -1.1)], light)
            _strand(canvas, pose, [(-0.2, -1.33), (0.35, -1.34), (0.8, -1.12)], light)


def draw_beard(canvas: Canvas, pose: Pose, colour: Rgb, drop: float) -> None:
    """A beard around the mouth that follows the jaw, `drop` units down."""
    outer = _sides([(0.0, 1.42 + drop), (0.5, 1.3 + drop), (0.84, 0.92 + 0.6 * drop), (1.0, 0.3),
                    (0.93, 0.2), (0.8, 0.55 + 0.3 * drop), (0.56, 0.56), (0.3, 0.43),
                    (0.0, 0.47)])  # fmt: skip
    canvas.fill(pose.place(outer), colour)
    for side in (-1.0, 1.0):
        line = [(side * 0.25, 1.1 + drop), (side * 0.18, 1.24 + drop)]
        _strand(canvas, pose, line, shade(colour, 1.2))


def _sides(right: list[tuple[float, float]]) -> Points:
    """A closed curve from its right half, whose first and last points lie in the middle."""
    left = [(-x, y) for x, y in right[-2:0:-1]]
    return smooth([*right, *left])


def _fill(canvas: Canvas, pose: Pose, points: Points, colour: Rgb, depth: float = _BEHIND) -> None:
    canvas.fill(pose.place(points, depth=depth), colour)


def _strand(canvas: Canvas, pose: Pose, points: list[tuple[float, float]], colour: Rgb) -> None:
    curve = smooth(np.array(points), closed=False)
    canvas.line(pose.place(curve, depth=0.2), 0.03 * pose.unit, colour)


def _around(count: int, wide: float, high: float, radius: float, start: float, stop: float
            ) -> list[tuple[float, float, float]]:  # fmt: skip
    """Curls on an arc around the head, from angle to angle in turns, larger and smaller."""
    angles = np.linspace(start, stop, count) * 2 * np.pi
    return [
        (float(wide * np.cos(a)), float(high * np.sin(a) - 0.15), radius * (1 + 0.12 * (n % 3)))
        for n, a in enumerate(angles)
    ]


_RINGS = [
    *_around(19, 1.12, 1.28, 0.36, 0.44, 1.06),
    *_around(12, 0.75, 0.9, 0.5, 0.5, 1.0),
]
_FRINGE = [
    *_around(13, 1.04, 1.12, 0.22, 0.5, 1.0),
    *_around(9, 0.78, 0.95, 0.21, 0.56, 0.94),
]
