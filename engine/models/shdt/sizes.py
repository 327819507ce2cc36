"""Which sizes and lengths the shdt family makes: plain numbers, known without a network."""

from __future__ import annotations

import math
from fractions import Fraction

from engine.errors import UsageError
from engine.models.family import ShotPlan

RATE = Fraction(8)  # frames a second of the starter world
LONGEST = 17  # frames of one generation
SPACE, TIME, PATCH = 8, 4, 2
BASE = (56, 80)  # shortest side of the base picture: what the transformer was trained on
DOUBLINGS = 4
WIDEST = 2.4  # the long side over the short one, at most


def plan(width: int, height: int, frames: int) -> ShotPlan:
    """How to make a picture of that size: the base latent, then how many times it is doubled.

    Raises UsageError that names legal sizes and frame counts nearby.
    """
    _check_frames(frames)
    for doublings in range(DOUBLINGS + 1):
        part = 2**doublings
        short = min(width, height) / part
        fits = BASE[0] <= short <= BASE[1] and width % part == 0 and height % part == 0
        if fits and max(width, height) <= WIDEST * min(width, height):
            return _plan(width, height, frames, doublings)
    raise UsageError(
        f"{width}x{height} is not a size that this model makes",
        where="size",
        mend=f"Nearby: {', '.join(f'{w}x{h}' for w, h in _legal_sizes(width, height))}.",
    )


def _plan(width: int, height: int, frames: int, doublings: int) -> ShotPlan:
    step = SPACE * PATCH
    part = 2**doublings
    return ShotPlan(
        width=width,
        height=height,
        frames=1 + (frames - 1) // TIME,
        rows=-(-height // part // step) * PATCH,
        columns=-(-width // part // step) * PATCH,
        doublings=doublings,
    )


def _check_frames(frames: int) -> None:
    if 1 <= frames <= LONGEST and (frames - 1) % TIME == 0:
        return
    low = max(1, min(LONGEST, 1 + (frames - 1) // TIME * TIME))
    near = sorted({low, min(LONGEST, low + TIME)})
    raise UsageError(
        f"{frames} frames cannot be made: 1 + a multiple of {TIME}, at most {LONGEST}",
        where="frames",
        mend=f"Use {' or '.join(map(str, near))}.",
    )


def _legal_sizes(width: int, height: int) -> list[tuple[int, int]]:
    """The two nearest legal sizes of about the same shape, then one that is trained on."""
    width, height = max(1, width), max(1, height)
    area, ratio = width * height, min(WIDEST, max(width, height) / min(width, height))
    wide = width >= height

    def apart(size: tuple[int, int]) -> float:
        return abs(math.log(size[0] * size[1] / area))

    near = []
    for doublings in range(DOUBLINGS + 1):
        step = max(2, 2**doublings)  # films are even
        low, high = (edge * 2**doublings for edge in BASE)
        short = min(high, max(low, round(math.sqrt(area / ratio) / step) * step))
        long = min(round(short * ratio / step), math.floor(short * WIDEST / step)) * step
        near.append((long, short) if wide else (short, long))
    shapes = ((128, 72), (72, 128), (64, 64), (96, 72), (72, 96))
    shape = min(shapes, key=lambda base: abs(math.log(base[0] / base[1] * height / width)))
    known = [(shape[0] * 2**n, shape[1] * 2**n) for n in range(DOUBLINGS + 1)]
    found = [*sorted(near, key=apart)[:2], min(known, key=apart)]
    return list(dict.fromkeys(found))


def frames_of(seconds: float) -> int:
    """The legal frame count nearest to a duration. Raises UsageError outside 0..2.2 s."""
    longest = LONGEST / float(RATE)
    if not 0 < seconds <= longest + 0.1:
        raise UsageError(
            f"{seconds:g} s cannot be made in one shot: above 0 and at most {longest:.3g} s",
            where="seconds",
            mend="Make several shots and cut them together.",
        )
    steps = round((seconds * float(RATE) - 1) / TIME)
    return 1 + TIME * max(0, min((LONGEST - 1) // TIME, steps))
