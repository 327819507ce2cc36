"""Pictures mixed with pictures: compositing, placement, and a frame of each transition.

A picture is uint8 of shape (H, W, 3), opaque, or (H, W, 4) with alpha and its colours multiplied by
it. None is nothing at all. Sums are whole numbers, so that every machine gives the same bytes.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.timeline.transitions import Transition
from engine.timeline.wipes import wipe_mask

Picture: TypeAlias = NDArray[np.uint8]
Layer: TypeAlias = "Picture | None"


def premultiplied(picture: Picture) -> Picture:
    """A straight RGBA picture with its colours multiplied by its alpha; RGB as it is."""
    if picture.shape[2] == 3:
        return picture
    made = picture.copy()
    made[..., :3] = _divided(picture[..., :3].astype(np.uint16) * picture[..., 3:], 255)
    return made


def over(top: Layer, below: Picture) -> Picture:
    """`top` laid over an opaque picture."""
    if top is None:
        return below
    if top.shape[2] == 3:
        return top
    rest = np.uint16(255) - top[..., 3:]
    return top[..., :3] + _divided(below.astype(np.uint16) * rest, 255)


def faded(layer: Layer, opacity: float) -> Layer:
    """The layer at an opacity of 0 to 1."""
    weight = round(255 * opacity)
    if layer is None or weight == 255:
        return layer
    if weight == 0:
        return None
    return _divided(with_alpha(layer).astype(np.uint16) * np.uint16(weight), 255)


def placed(picture: Picture, size: tuple[int, int], centre: tuple[float, float]) -> Layer:
    """The picture on nothing of `size` (width, height), its centre at `centre`; cut off outside."""
    width, height = size
    rows, columns = picture.shape[:2]
    left = round(centre[0] - columns / 2)
    top = round(centre[1] - rows / 2)
    if (left, top, columns, rows) == (0, 0, width, height):
        return picture
    x0, x1 = max(0, left), min(width, left + columns)
    y0, y1 = max(0, top), min(height, top + rows)
    if x0 >= x1 or y0 >= y1:
        return None
    canvas = np.zeros((height, width, 4), np.uint8)
    inner = picture[y0 - top : y1 - top, x0 - left : x1 - left]
    canvas[y0:y1, x0:x1] = with_alpha(inner)
    return canvas


def with_alpha(picture: Picture) -> Picture:
    """The picture with four channels."""
    if picture.shape[2] == 4:
        return picture
    made = np.full((*picture.shape[:2], 4), 255, np.uint8)
    made[..., :3] = picture
    return made


def transition_frame(
    transition: Transition,
    step: int,
    steps: int,
    outgoing: Layer,
    incoming: Layer,
    size: tuple[int, int],
) -> Layer:
    """Frame `step` of `steps` of a transition; it is (step + 1/2) / steps of the way done."""
    done, whole = 2 * step + 1, 2 * steps
    if transition.kind == "dissolve":
        return mixed(outgoing, incoming, done, whole)
    if transition.kind == "dip":
        color = _plain(transition.color, size)
        if done < steps:
            return mixed(outgoing, color, 2 * done, whole)
        return mixed(color, incoming, 2 * done - whole, whole)
    if outgoing is None and incoming is None:
        return None
    before, after = _alike(outgoing, incoming, size)
    if transition.kind == "wipe":
        mask = wipe_mask(
            transition.code,
            *size,
            done / whole,
            softness=transition.softness,
            reverse=transition.reverse,
        )
        return _masked(before, after, mask)
    return _moved(before, after, done / whole, transition.direction, push=transition.kind == "push")


def mixed(first: Layer, second: Layer, done: int, whole: int) -> Layer:
    """`first` mixed with `second`, `done` parts of `whole` of the latter."""
    if first is None and second is None:
        return None
    size = (first if first is not None else second).shape[1::-1]  # type: ignore[union-attr]
    one, other = _alike(first, second, size)
    wide = np.dtype(np.uint16 if 255 * whole + whole // 2 < 1 << 16 else np.uint32)
    total = one.astype(wide) * (whole - done)
    total += other.astype(wide) * done
    return _divided(total, whole)


def _divided(total: NDArray[Any], by: int) -> Picture:
    """Rounded division; the sums are far enough below their type's limit."""
    return np.asarray((total + by // 2) // by, np.uint8)


def _alike(first: Layer, second: Layer, size: tuple[int, int]) -> tuple[Picture, Picture]:
    """Both as pictures of equal channels; nothing becomes transparent."""
    if first is not None and second is not None and first.shape[2] == second.shape[2]:
        return first, second
    nothing = np.zeros((size[1], size[0], 4), np.uint8)
    return (
        nothing if first is None else with_alpha(first),
        nothing if second is None else with_alpha(second),
    )


def _masked(before: Picture, after: Picture, mask: NDArray[np.uint8]) -> Picture:
    weights = mask[..., None]
    if not np.any((mask != 0) & (mask != 255)):
        return np.where(weights != 0, after, before)
    total = before.astype(np.uint32) * (np.uint32(255) - weights)
    total += after.astype(np.uint32) * weights
    return _divided(total, 255)


def _moved(before: Picture, after: Picture, done: float, direction: str, *, push: bool) -> Picture:
    """`after` moves in; with `push` it moves `before` out, else it covers it."""
    axis = 1 if direction in ("left", "right") else 0
    length = before.shape[axis]
    shift = round(length * done)
    forward = direction in ("right", "down")

    def part(start: int, stop: int) -> tuple[slice, ...]:
        return (slice(start, stop),) if axis == 0 else (slice(None), slice(start, stop))

    made = before.copy()
    if push:
        rest = length - shift
        made[part(shift, length) if forward else part(0, rest)] = before[
            part(0, rest) if forward else part(shift, length)
        ]
    made[part(0, shift) if forward else part(length - shift, length)] = after[
        part(length - shift, length) if forward else part(0, shift)
    ]
    return made


def _plain(color: str, size: tuple[int, int]) -> Picture:
    made = np.empty((size[1], size[0], 3), np.uint8)
    made[:] = tuple(int(color[place : place + 2], 16) for place in (1, 3, 5))
    return made
