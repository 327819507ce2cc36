"""What happens in a picture and when: cuts, and moments that the frames before do not foretell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter

from engine.media import Clip
from engine.quality.picture import reduced

_CUT = 0.08  # mean change of a picture that a cut makes at least
_CUT_OVER = 4.0  # and times the usual change around it
_MOVED = 0.03  # change of brightness from which a pixel counts as moving
_TURN = 0.02  # of the picture's width: a turn of the motion that is one unit of surprise
_BURST = 0.02  # growth of the mean change that is one unit of surprise
_EVENT_OVER = 3.0  # times the usual surprise around it
_EVENT = 0.45  # and at least so much
_CALM = 3  # frames between two events

Luma = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Sight:
    """Curves over the frames of a clip: `surprise` 0 and up; frames of `events` and `cuts`."""

    surprise: NDArray[np.float32]
    events: tuple[int, ...]
    cuts: tuple[int, ...]


def look_at(clip: Clip, on_progress: Callable[[float, float], None] | None = None) -> Sight:
    """Look at every frame once, made small; one small picture is kept.

    The surprise of a frame is how much the place of what moves turns from its straight way, and
    how much more moves than before: a steady motion has none; a bounce, a flash and an entrance
    have much.
    """
    change: list[float] = []
    places: list[tuple[float, float]] = []
    before: Luma | None = None
    full_range = clip.color.full_range or clip.color.is_rgb
    for number, luma in enumerate(reduced(clip.stored(), full_range=full_range)):
        moved = np.abs(luma - before) if before is not None else np.zeros_like(luma)
        change.append(float(moved.mean()))
        places.append(_place(moved))
        before = luma
        if on_progress and number % 25 == 0:
            on_progress(float(number / clip.rate), float(clip.duration))
    amounts = np.array(change)
    cuts = _cuts(amounts)
    surprise = _surprise(amounts, np.array(places).reshape(-1, 2), cuts)
    return Sight(surprise.astype(np.float32), _events(surprise), cuts)


def _place(moved: Luma) -> tuple[float, float]:
    """Where the picture changes, in parts of its width; no numbers where it does not."""
    weights = np.where(moved > _MOVED, moved, 0.0)
    total = float(weights.sum())
    if total == 0.0:
        return float("nan"), float("nan")
    rows, columns = weights.sum(axis=1), weights.sum(axis=0)
    width = moved.shape[1]
    return (
        float(columns @ np.arange(len(columns))) / total / width,
        float(rows @ np.arange(len(rows))) / total / width,
    )


def _surprise(
    change: NDArray[np.float64], places: NDArray[np.float64], cuts: tuple[int, ...]
) -> NDArray[np.float64]:
    """Turns and bursts in units of _TURN and _BURST; none at a cut nor beside it."""
    turn = np.zeros(len(change))
    if len(places) > 2:
        turn[1:-1] = np.linalg.norm(np.diff(places, 2, axis=0), axis=1)
    burst = np.maximum(np.diff(change, prepend=change[:1]), 0.0)
    found = np.nan_to_num(turn) / _TURN + burst / _BURST
    for cut in cuts:
        found[max(0, cut - 1) : cut + 3] = 0.0
    return np.minimum(found, 10.0)


def _cuts(change: NDArray[np.float64]) -> tuple[int, ...]:
    usual = median_filter(change, 17, mode="nearest")
    found = np.flatnonzero((change > _CUT) & (change > _CUT_OVER * usual + 0.02))
    return tuple(int(at) for at in found if at)


def _events(surprise: NDArray[np.float64]) -> tuple[int, ...]:
    """Frames at which a surprise begins."""
    usual = median_filter(surprise, 13, mode="nearest")
    high = surprise > np.maximum(_EVENT_OVER * usual, _EVENT)
    found: list[int] = []
    last = -_CALM - 1
    for at in np.flatnonzero(high):
        if at - last > _CALM:
            found.append(int(at))
        last = int(at)
    return tuple(found)
