"""Frames of a clip as an edit counts them: at the edit's rate, in any order, at any size."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence as Row
from fractions import Fraction
from itertools import groupby

from av import VideoFrame

from engine.media.clip import Clip
from engine.media.color import RGB709
from engine.media.pixels import array_of_frame, converted
from engine.timeline.blend import Picture
from engine.timeline.times import floor

_SKIP = 250  # frames; a longer way ahead is sought, not decoded
_BACKWARDS_BYTES = 128 << 20  # memory for frames that are played backwards


def frame_at(clip: Clip, rate: Fraction, number: int) -> int:
    """The clip's own frame shown at frame `number` of an edit at `rate`.

    It is the one on screen at the middle of the edit's frame, as in `conform_rate`: 8 frames a
    second in an edit of 24 are each held three times.
    """
    own = floor((Fraction(number) + Fraction(1, 2)) * clip.rate / rate)
    return max(0, min(own, clip.frame_count - 1))


def picked_frames(clip: Clip, numbers: Row[int]) -> Iterator[VideoFrame]:
    """The frames of those numbers, as stored but upright; rising or falling, in bounded memory."""
    if not numbers:
        return iter(())
    if numbers[0] > numbers[-1]:
        return _falling(clip, numbers)
    return _rising(clip, numbers)


def pictures(
    clip: Clip, numbers: Row[int], size: tuple[int, int] | None = None
) -> Iterator[Picture]:
    """Those frames as uint8 arrays in Rec.709, scaled to `size`; straight alpha where there is.

    A number that is repeated gives the same array again: do not write into it.
    """
    width, height = size or clip.shown
    distinct = [number for number, _ in groupby(numbers)]
    frames = converted(
        picked_frames(clip, distinct),
        clip.color,
        "rgba" if clip.has_alpha else "rgb24",
        RGB709,
        width=width,
        height=height,
    )
    for _, run in groupby(numbers):
        picture = array_of_frame(next(frames))
        for _ in run:
            yield picture


def _rising(clip: Clip, numbers: Row[int]) -> Iterator[VideoFrame]:
    position = numbers[0]
    frames = clip.frames(position, numbers[-1] + 1)
    frame: VideoFrame | None = None
    for number in numbers:
        if number - position > _SKIP:
            position = number
            frames = clip.frames(position, numbers[-1] + 1)
        while position <= number:
            frame = next(frames)
            position += 1
        assert frame is not None
        yield frame


def _falling(clip: Clip, numbers: Row[int]) -> Iterator[VideoFrame]:
    chunk = max(1, min(64, _BACKWARDS_BYTES // (clip.width * clip.height * 4)))
    for first in range(0, len(numbers), chunk):
        backwards = list(numbers[first : first + chunk])
        yield from reversed(list(_rising(clip, backwards[::-1])))
