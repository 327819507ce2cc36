"""The starter world: draws labelled clips of one shape that moves through a simple scene.

Everything random is drawn once into a `Scenario`, in units of the frame height, so that the same
scenario can be rendered at any size: pairs of sizes train the latent upsampler.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from engine.models.shdt.lexicon import FACETS

VERSION = 2  # of what is drawn: clips kept on disk carry it in their name
FRAMES = 17
RATE = 8
BOUNCE = 1.3  # seconds from contact to contact at speed 1

COLOURS: Mapping[str, tuple[float, float, float]] = {
    "red": (0.86, 0.13, 0.12),
    "orange": (0.97, 0.52, 0.08),
    "yellow": (0.97, 0.86, 0.12),
    "green": (0.13, 0.66, 0.22),
    "cyan": (0.10, 0.78, 0.82),
    "blue": (0.13, 0.27, 0.86),
    "purple": (0.54, 0.17, 0.72),
    "white": (0.96, 0.96, 0.96),
}
RADIUS = {"small": 0.135, "large": 0.245}  # of the frame height
LIGHT = np.array([-0.55, -0.65, 0.55], np.float32)  # from the upper left, towards the viewer


@dataclass(frozen=True)
class Scenario:
    """A clip before it is drawn: what the caption says, and the draws that it leaves open."""

    concepts: Mapping[str, str]
    seed: int
    horizon: float  # -0.5 (top) .. 0.5 (bottom), of the height
    place: tuple[float, float]  # rest position; x as a part of the half width, y of the height
    radius: float
    speed: float
    phase: float
    light: float
    tilt: float


def combination(concepts: Mapping[str, str]) -> str:
    """The name of a combination of concepts, camera apart: what is held out as a whole."""
    return "/".join(concepts[facet] for facet in FACETS if facet != "camera")


def held_out(concepts: Mapping[str, str]) -> bool:
    """True for the tenth of all combinations that no training ever sees."""
    return hashlib.sha256(combination(concepts).encode()).digest()[0] < 26


def draw_concepts(rng: np.random.Generator, *, held: bool = False) -> dict[str, str]:
    """A random combination: a held-out one or one that training may use."""
    while True:
        concepts = {facet: str(rng.choice(list(names))) for facet, names in FACETS.items()}
        concepts["surface"] = str(rng.choice(["plain", "striped", "dotted"], p=[0.5, 0.25, 0.25]))
        concepts["camera"] = str(rng.choice(["fixed", "push", "pan"], p=[0.7, 0.15, 0.15]))
        if held_out(concepts) == held:
            return concepts


def draw_scenario(rng: np.random.Generator, concepts: Mapping[str, str]) -> Scenario:
    """The open draws of a clip: horizon, place, size, speed, phase and light."""
    return Scenario(
        concepts=dict(concepts),
        seed=int(rng.integers(2**31)),
        horizon=float(rng.uniform(0.06, 0.2)),
        place=(float(rng.uniform(-0.22, 0.22)), float(rng.uniform(-0.08, 0.08))),
        radius=RADIUS[concepts["size"]] * float(rng.uniform(0.92, 1.08)),
        speed=float(rng.uniform(0.85, 1.15)),
        phase=float(rng.uniform(0, 1)),
        light=float(rng.uniform(0.92, 1.06)),
        tilt=float(rng.uniform(-0.25, 0.25)),
    )


def render(scenario: Scenario, width: int, height: int, frames: int = FRAMES) -> np.ndarray:
    """Draw the clip: uint8 (frames, height, width, 3), RGB, at `RATE` frames a second."""
    x, y = _grid(width, height)
    pixel = 1.0 / height
    t = np.arange(frames, dtype=np.float32)[:, None, None] / RATE
    zoom, slide = _camera(scenario, t)
    sky = _scene(scenario, x / zoom + slide, y / zoom, t)
    pose = _pose(scenario, t, width / height, frames)
    picture = _shadow(sky, x, y, pose)
    picture = _object(scenario, picture, x, y, pose, pixel, zoom)
    if scenario.concepts["scene"] == "snow":
        picture = _snowfall(scenario, picture, x, y, t)
    return (np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8)


@dataclass(frozen=True)
class Pose:
    """Where the shape is in every frame; arrays (frames, 1, 1), in frame heights and radians."""

    x: np.ndarray
    y: np.ndarray
    radius: np.ndarray
    angle: np.ndarray
    squash: np.ndarray  # vertical scale, 1 = round
    ground: float


def contacts(scenario: Scenario) -> list[float]:
    """The seconds at which a bouncing shape touches the ground."""
    if scenario.concepts["motion"] != "bounces":
        return []
    period = BOUNCE / scenario.speed
    first = (1.0 - scenario.phase % 1.0) * period
    return [first + k * period for k in range(8) if first + k * period <= (FRAMES - 1) / RATE]


def pose(scenario: Scenario, aspect: float, frames: int = FRAMES) -> Pose:
    """Where the shape is drawn in a picture that is `aspect` times as wide as high."""
    t = np.arange(frames, dtype=np.float32)[:, None, None] / RATE
    made = _pose(scenario, t, aspect, frames)
    return replace(made, radius=_drawn(made.radius, _camera(scenario, t)[0]))


def track(scenario: Scenario, aspect: float) -> np.ndarray:
    """Where the shape is in each frame: (frames, 3) float32.

    x and y from the picture's middle and the logarithm of the radius, in heights of the picture.
    """
    made = pose(scenario, aspect)
    parts = [np.broadcast_to(part.ravel(), FRAMES) for part in (made.x, made.y, made.radius)]
    found = np.stack(parts, 1).astype(np.float32)
    found[:, 2] = np.log(found[:, 2])
    return found


def places(scenario: Scenario, width: int, height: int, cell: int) -> np.ndarray:
    """Where the shape is: bool (frames, height / cell, width / cell), true in cells it touches."""
    t = np.arange(FRAMES, dtype=np.float32)[:, None, None] / RATE
    pose = _pose(scenario, t, width / height, FRAMES)
    x, y = _grid(width // cell, height // cell)
    reach = pose.radius * 1.15 + 0.5 * cell / height
    return (x - pose.x) ** 2 + ((y - pose.y) / pose.squash) ** 2 < reach**2


def _grid(width: int, height: int) -> tuple[np.ndarray, np.ndarray]:
    x = (np.arange(width, dtype=np.float32) + 0.5 - width / 2) / height
    y = (np.arange(height, dtype=np.float32) + 0.5 - height / 2) / height
    return x[None, None, :], y[None, :, None]


def _camera(scenario: Scenario, t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Zoom and sideways travel of the background; a pan keeps the shape in frame."""
    still = np.zeros_like(t)
    if scenario.concepts["camera"] == "push":
        return 1 + 0.16 * t, still
    if scenario.concepts["camera"] == "pan":
        return 1 + still, (0.28 if scenario.phase > 0.5 else -0.28) * t
    return 1 + still, still


def _pose(scenario: Scenario, t: np.ndarray, aspect: float, frames: int) -> Pose:
    motion = scenario.concepts["motion"]
    span = (frames - 1) / RATE
    u = t / span  # 0..1
    run = 2 * u - 1  # -1..1
    radius = np.full_like(t, scenario.radius)
    ground = min(0.46, scenario.horizon + 0.20)
    x = np.full_like(t, scenario.place[0] * aspect)
    y = np.full_like(t, min(ground - scenario.radius, scenario.place[1] + 0.05))
    angle = np.full_like(t, scenario.tilt)
    squash = np.ones_like(t)
    reach = max(0.10, aspect / 2 - scenario.radius - 0.04)
    if motion in ("left", "right"):
        way = -1.0 if motion == "left" else 1.0
        x = way * run * min(reach, 0.42) * scenario.speed + scenario.place[0] * 0.3
    elif motion in ("rises", "falls"):
        way = -1.0 if motion == "rises" else 1.0
        y = way * run * (0.46 - scenario.radius * 0.9) * scenario.speed
    elif motion == "bounces":
        beat = (t * scenario.speed / BOUNCE + scenario.phase) % 1.0
        arc = 4 * beat * (1 - beat)
        y = ground - radius - arc * (0.62 - scenario.radius)
        squash = 1 - 0.28 * np.exp(-((np.minimum(beat, 1 - beat) / 0.09) ** 2))
    elif motion == "spins":
        angle = scenario.tilt + 2 * np.pi * u * scenario.speed
    elif motion == "grows":
        radius = scenario.radius * (0.5 + 0.95 * u)
    elif motion == "shrinks":
        radius = scenario.radius * (1.45 - 0.95 * u)
    return Pose(x, y, radius, angle, squash, ground)


def _mix(a: np.ndarray, b: np.ndarray, amount: np.ndarray) -> np.ndarray:
    return a + (b - a) * amount


def _rgb(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


def _ramp(y: np.ndarray, top: np.ndarray, bottom: np.ndarray, lo: float, hi: float) -> np.ndarray:
    amount = np.clip((y - lo) / (hi - lo), 0, 1)[..., None]
    return _mix(top, bottom, amount)


def _step(value: np.ndarray, width: float | np.ndarray) -> np.ndarray:
    """A soft step around zero, `width` wide."""
    amount = np.clip(value / width + 0.5, 0, 1)
    return amount * amount * (3 - 2 * amount)


def _waves(value: np.ndarray) -> np.ndarray:
    return 0.5 + 0.5 * np.sin(value)


SKIES: Mapping[
    str, tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...], tuple[float, ...]]
]
SKIES = {  # sky top, sky at the horizon, ground at the horizon, ground at the bottom
    "studio": ((0.62, 0.64, 0.68), (0.80, 0.80, 0.82), (0.70, 0.68, 0.66), (0.50, 0.48, 0.47)),
    "sea": ((0.33, 0.20, 0.42), (0.98, 0.58, 0.30), (0.70, 0.38, 0.38), (0.13, 0.17, 0.33)),
    "night": ((0.02, 0.03, 0.10), (0.09, 0.12, 0.28), (0.05, 0.07, 0.12), (0.02, 0.03, 0.06)),
    "meadow": ((0.32, 0.58, 0.90), (0.76, 0.88, 0.96), (0.46, 0.68, 0.28), (0.22, 0.46, 0.16)),
    "desert": ((0.50, 0.70, 0.84), (0.96, 0.88, 0.70), (0.90, 0.72, 0.44), (0.72, 0.50, 0.27)),
    "snow": ((0.58, 0.66, 0.76), (0.83, 0.87, 0.91), (0.90, 0.93, 0.96), (0.74, 0.80, 0.88)),
}


def _scene(scenario: Scenario, x: np.ndarray, y: np.ndarray, t: np.ndarray) -> np.ndarray:
    """The background: (frames, height, width, 3), values about 0..1."""
    name = scenario.concepts["scene"]
    top, low, near, far = (_rgb(*colour) for colour in SKIES[name])
    horizon = scenario.horizon
    edge = horizon + _ridge(scenario, name, x)
    y, x, _ = np.broadcast_arrays(y + 0 * t, x + 0 * t, edge + 0 * t)
    sky = _ramp(y, top, low, -0.5, horizon)
    ground = _ramp(y, near, far, horizon, 0.5)
    depth = np.clip((y - horizon) / (0.5 - horizon), 0.02, 1)
    if name == "sea":
        ripple = np.sin(9 / depth**0.6 + 5 * x + 3.0 * t + 6.28 * scenario.phase)
        ripple = ripple * np.sin(4 * x - 1.7 * t + 9 * depth)
        ground = ground + 0.10 * (ripple * depth**0.3)[..., None] * _rgb(1.0, 0.8, 0.7)
        sun_x = 0.55 * np.sin(6.28 * scenario.phase)
        sun = np.hypot(x - sun_x, y - horizon + 0.10)
        sky = _mix(sky, _rgb(1.0, 0.86, 0.55), _step(0.085 - sun, 0.02)[..., None])
        sky = sky + (0.20 * np.exp(-((sun / 0.25) ** 2)))[..., None] * _rgb(1.0, 0.7, 0.4)
        glint = np.exp(-(((x - sun_x) / (0.05 + 0.14 * depth)) ** 2))
        ground = ground + (0.30 * glint * (0.6 + 0.4 * ripple))[..., None] * _rgb(1.0, 0.7, 0.4)
    elif name == "night":
        sky = sky + _stars(scenario, x, y, t)[..., None]
        moon = np.hypot(x + 0.5 * np.sin(6.28 * scenario.phase + 1), y + 0.33)
        sky = _mix(sky, _rgb(0.95, 0.94, 0.85), _step(0.07 - moon, 0.015)[..., None])
        sky = sky + (0.10 * np.exp(-((moon / 0.2) ** 2)))[..., None]
    elif name == "meadow":
        tufts = np.sin(23 * x + 7 * np.sin(31 * depth)) * np.sin(26 / (depth + 0.35))
        ground = ground + 0.05 * tufts[..., None] * _rgb(0.9, 1.0, 0.5)
        cloud = _clouds(scenario, x, y, t)
        sky = _mix(sky, _rgb(0.98, 0.98, 0.99), cloud[..., None])
    elif name == "desert":
        dunes = np.sin(3.1 * x + 4.0 * depth + 6.28 * scenario.phase)
        ground = ground + 0.06 * dunes[..., None] + 0.03 * np.sin(30 * depth + 4 * dunes)[..., None]
    elif name == "snow":
        drift = np.sin(2.6 * x + 3.0 * depth + 6.28 * scenario.phase)
        ground = ground + 0.035 * drift[..., None]
    else:
        spot = np.exp(-((x / 0.7) ** 2) - (((y + 0.1) / 0.5) ** 2))
        sky = sky + 0.12 * spot[..., None]
        ground = ground + 0.06 * np.exp(-((x / 0.6) ** 2))[..., None]
    blur = {"studio": 0.10, "snow": 0.03}.get(name, 0.012)
    return _mix(sky, ground, _step(y - edge, blur)[..., None]) * scenario.light


def _ridge(scenario: Scenario, name: str, x: np.ndarray) -> np.ndarray:
    """Hills along the horizon, in frame heights."""
    height = {"night": 0.035, "meadow": 0.025, "desert": 0.05, "snow": 0.03}.get(name, 0.0)
    turn = 6.28 * scenario.phase
    return -height * (np.sin(2.3 * x + turn) + 0.5 * np.sin(5.1 * x + 2 * turn))


def _stars(scenario: Scenario, x: np.ndarray, y: np.ndarray, t: np.ndarray) -> np.ndarray:
    rng = np.random.default_rng(scenario.seed)
    light = np.zeros(np.broadcast_shapes(x.shape, y.shape, t.shape), np.float32)
    for _ in range(26):
        px, py = rng.uniform(-1.0, 1.0), rng.uniform(-0.5, 0.12)
        size, turn, rate = rng.uniform(0.009, 0.015), rng.uniform(0, 6.28), rng.uniform(2, 5)
        twinkle = 0.55 + 0.35 * np.sin(rate * t + turn)
        light += twinkle * np.exp(-((x - px) ** 2 + (y - py) ** 2) / (2 * size * size))
    return light


def _clouds(scenario: Scenario, x: np.ndarray, y: np.ndarray, t: np.ndarray) -> np.ndarray:
    rng = np.random.default_rng(scenario.seed)
    cover = np.zeros(np.broadcast_shapes(x.shape, y.shape, t.shape), np.float32)
    for _ in range(3):
        px, py = rng.uniform(-0.9, 0.9), rng.uniform(-0.42, -0.15)
        for _ in range(4):
            dx, dy, size = (
                rng.uniform(-0.12, 0.12),
                rng.uniform(-0.02, 0.02),
                rng.uniform(0.05, 0.09),
            )
            far = ((x - px - dx - 0.02 * t) / 1.5) ** 2 + (y - py - dy) ** 2
            cover = np.maximum(cover, _step(size - np.sqrt(far), 0.05))
    return 0.85 * cover


def _snowfall(
    scenario: Scenario,
    picture: np.ndarray,
    x: np.ndarray,
    y: np.ndarray,
    t: np.ndarray,
) -> np.ndarray:
    rng = np.random.default_rng(scenario.seed + 1)
    cover = np.zeros(picture.shape[:3], np.float32)
    for _ in range(30):
        px, py = rng.uniform(-0.95, 0.95), rng.uniform(0, 1)
        size, rate, sway = rng.uniform(0.008, 0.016), rng.uniform(0.18, 0.34), rng.uniform(0, 6.28)
        fy = (py + rate * t) % 1.1 - 0.55
        fx = px + 0.03 * np.sin(1.5 * t + sway)
        cover += np.exp(-((x - fx) ** 2 + (y - fy) ** 2) / (2 * size * size))
    return _mix(picture, _rgb(1.0, 1.0, 1.0), np.clip(cover, 0, 1)[..., None] * 0.8)


def _shadow(picture: np.ndarray, x: np.ndarray, y: np.ndarray, pose: Pose) -> np.ndarray:
    """A soft ellipse on the ground below the shape, fainter the higher it floats."""
    lift = np.clip((pose.ground - pose.y - pose.radius) / 0.5, 0, 1)
    width = pose.radius * (1.0 + 0.5 * lift)
    far = ((x - pose.x - 0.08 * lift) / width) ** 2 + ((y - pose.ground) / (0.25 * width)) ** 2
    strength = (0.42 - 0.28 * lift) * np.exp(-(far**1.5))
    return picture * (1 - strength[..., None])


def _object(
    scenario: Scenario,
    picture: np.ndarray,
    x: np.ndarray,
    y: np.ndarray,
    pose: Pose,
    pixel: float,
    zoom: np.ndarray,
) -> np.ndarray:
    radius = _drawn(pose.radius, zoom)
    dx, dy = (x - pose.x) / radius, (y - pose.y) / (radius * pose.squash)
    cos, sin = np.cos(pose.angle), np.sin(pose.angle)
    u, v = cos * dx + sin * dy, -sin * dx + cos * dy  # the shape's own frame, radius 1
    shape = scenario.concepts["shape"]
    distance = _DISTANCE[shape](u, v)
    cover = _step(-distance, 1.6 * pixel / radius)
    tint = _surface(scenario, u, v)
    shade, gloss = _shading(shape, dx, dy, u, v)
    rim = np.clip(1 + distance / 0.16, 0, 1)
    body = tint * (shade * (1 - 0.45 * rim * rim))[..., None] + gloss[..., None]
    return _mix(picture, body * scenario.light, cover[..., None])


def _drawn(radius: np.ndarray, zoom: np.ndarray) -> np.ndarray:
    """A push comes nearer to the shape than to what lies behind it."""
    return radius * (1 + 0.35 * (zoom - 1))


def _surface(scenario: Scenario, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    colour = _rgb(*COLOURS[scenario.concepts["colour"]])
    pale = (
        _rgb(0.30, 0.30, 0.34) if scenario.concepts["colour"] == "white" else _rgb(0.97, 0.95, 0.9)
    )
    surface = scenario.concepts["surface"]
    if surface == "striped":
        amount = _step(np.sin(7.5 * (u + 0.35 * v)) - 0.35, 0.5)
    elif surface == "dotted":
        amount = _step(_waves(7.4 * u) * _waves(7.4 * v) - 0.55, 0.3)
    elif scenario.concepts["shape"] in ("ball", "ring"):
        amount = 0.55 * _step(0.34 - np.abs(np.arctan2(v, u) - 0.6), 0.15)  # so that a turn shows
    else:
        amount = np.zeros_like(u)
    return _mix(colour, pale, amount[..., None] * 0.8)


def _shading(
    shape: str, dx: np.ndarray, dy: np.ndarray, u: np.ndarray, v: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Diffuse factor and gloss; light stays where it is while the shape turns."""
    if shape == "cube":
        face = (
            np.where(np.abs(u) > np.abs(v), np.sign(u), 0.0),
            np.where(np.abs(v) >= np.abs(u), np.sign(v), 0.0),
        )
        edge = np.maximum(np.abs(u), np.abs(v)) > 0.62
        shade = 0.93 - 0.16 * np.where(edge, face[0] + face[1], 0.0)
        return shade, np.zeros_like(u)
    if shape == "ring":
        reach = np.hypot(dx, dy) + 1e-6
        lean = np.clip((reach - 0.70) / 0.30, -1, 1)
        nx, ny = lean * dx / reach, lean * dy / reach
    else:
        nx, ny = dx, dy
    nz = np.sqrt(np.clip(1 - nx * nx - ny * ny, 0.04, 1))
    light = LIGHT / np.linalg.norm(LIGHT)
    diffuse = np.clip(nx * light[0] + ny * light[1] + nz * light[2], 0, 1)
    gloss = 0.55 * np.clip(diffuse, 0, 1) ** 22 if shape in ("ball", "ring") else 0.18 * diffuse**10
    return 0.55 + 0.50 * diffuse, gloss


def _ball(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    return np.hypot(u, v) - 1


def _cube(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    qx, qy = np.abs(u) - 0.80, np.abs(v) - 0.80
    outside = np.hypot(np.maximum(qx, 0), np.maximum(qy, 0))
    return outside + np.minimum(np.maximum(qx, qy), 0) - 0.06


def _ring(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    return np.abs(np.hypot(u, v) - 0.70) - 0.30


def _star(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Five points; distance approximated by the edge line of the folded sector."""
    angle = np.arctan2(u, -v)
    sector = 2 * np.pi / 5
    fold = np.abs((angle + sector / 2) % sector - sector / 2)
    reach = np.hypot(u, v)
    px, py = reach * np.cos(fold), reach * np.sin(fold)
    outer, inner = 1.12, 0.50
    ax, ay = outer, 0.0
    bx, by = inner * np.cos(sector / 2), inner * np.sin(sector / 2)
    nx, ny = by - ay, ax - bx
    return ((px - ax) * nx + (py - ay) * ny) / np.hypot(nx, ny)


def _heart(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """The curve (x^2 + y^2 - 1)^3 = x^2 y^3, scaled to the unit frame and made a distance."""
    x, y = u * 1.22, -v * 1.22 + 0.12
    value = (x * x + y * y - 1) ** 3 - x * x * y**3
    return np.cbrt(value) * 0.45


_DISTANCE = {"ball": _ball, "cube": _cube, "ring": _ring, "star": _star, "heart": _heart}
