"""Keyframes and times of a clip that is made anew in part: counted from its first new frame on.

The shots that make it see more than they make, so that their own frames have other numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from engine.diffusion.prompting import Change
from engine.diffusion.values import Condition, Keyframe
from engine.errors import UsageError
from engine.media import Image, conform_rate, trim


@dataclass(frozen=True)
class Counted:
    """Numbers of new frames, at the model's rate: of a shot's first frame, and of those it makes.

    `first` is below 0 where the shot sees frames before the new ones. `count` are made in all.
    """

    first: int
    made: range
    count: int


def placed(conditions: Sequence[Condition], counted: Counted, rate: Fraction) -> list[Condition]:
    """A shot's part of the conditions, with its own frame numbers; the rest as it is.

    Raises UsageError for a keyframe that lies outside of what is made anew.
    """
    found = []
    for condition in conditions:
        if not isinstance(condition.what, Keyframe):
            found.append(condition)
        elif (part := _part(condition.what, counted, rate)) is not None:
            found.append(Condition(part))
    return found


def later(changes: Sequence[Change], counted: Counted, rate: Fraction) -> tuple[Change, ...]:
    """Changes of a prompt at the times of the shot."""
    return tuple(replace(change, at=change.at - float(counted.first / rate)) for change in changes)


def _part(keyframe: Keyframe, counted: Counted, rate: Fraction) -> Keyframe | None:
    """What of a keyframe's frames the shot makes; None when others make them."""
    picture = keyframe.picture
    shown = picture if isinstance(picture, Image) else conform_rate(picture, rate)
    length = 1 if isinstance(shown, Image) else shown.frame_count
    at = keyframe.at if keyframe.at >= 0 else counted.count + 1 + keyframe.at - length
    if at < 0 or at + length > counted.count:
        raise UsageError(
            f"a keyframe is at frame {at}, and frames 0 to {counted.count - 1} are made anew",
            where="keyframe",
            mend="Count from the first new frame, at the model's rate, and stay within them.",
        )
    start, stop = max(at, counted.made.start), min(at + length, counted.made.stop)
    if start >= stop:
        return None
    if not isinstance(shown, Image):
        shown = trim(shown, start - at, stop - at)
    return replace(keyframe, picture=shown, at=start - counted.first)
