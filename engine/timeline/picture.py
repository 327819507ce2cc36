"""Renders the picture of a timeline: tracks over tracks, transitions between shots, streamed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Sequence as Row
from dataclasses import dataclass
from fractions import Fraction
from itertools import repeat

import numpy as np

from engine.errors import MediaError
from engine.media import Clip, Sound, conform_rate
from engine.timeline.blend import Layer, Picture, faded, over, placed, premultiplied
from engine.timeline.blend import transition_frame as frame_of_transition
from engine.timeline.footage import frame_at, pictures
from engine.timeline.layout import Element, Join, Layout, Shot, lay_out
from engine.timeline.values import Media, Timeline, facts, media_key, media_url


def render_video(
    timeline: Timeline,
    *,
    rate: Fraction | None = None,
    width: int | None = None,
    height: int | None = None,
) -> Clip:
    """The timeline's picture as a lazy clip: opaque, without sound, over black.

    Size and rate are the timeline's unless given; another rate shows the timeline's nearest
    frames. Memory does not grow with its length. Raises MediaError, when frames are asked for, if
    a shot's media is missing.
    """
    size = (width or timeline.size[0], height or timeline.size[1])
    layouts = [lay_out(track, timeline.rate) for track in timeline.video_tracks]

    def make(start: int, stop: int) -> Iterator[Picture]:
        black = np.zeros((size[1], size[0], 3), np.uint8)
        stage = _Stage(timeline.media, timeline.rate, size)
        tracks = [stage.layers(layout, start, stop) for layout in layouts]
        for layers in zip(*tracks, strict=True) if tracks else repeat((), stop - start):
            picture = black
            for layer in layers:
                picture = over(layer, picture)
            yield picture

    clip = Clip.from_arrays(
        make,
        rate=timeline.rate,
        width=size[0],
        height=size[1],
        frame_count=timeline.frame_count,
        start=timeline.start,
        name=timeline.name,
    )
    return clip if rate is None else conform_rate(clip, rate)


def shot_clip(media: Media, shot: Shot) -> Clip:
    """The clip of a shot. Raises MediaError when it is not there or has no picture."""
    key = media_key(shot.clip) or media_url(shot.clip) or ""
    found = media.get(key)
    if isinstance(found, Clip):
        return found
    what = "is a sound, not a picture" if isinstance(found, Sound) else "is not loaded"
    raise MediaError(f"its media {key!r} {what}", where=shot.name)


def shot_pictures(
    clip: Clip, shot: Shot, rate: Fraction, start: int, stop: int, size: tuple[int, int] | None
) -> Iterator[Picture]:
    """The shot's frames from `start` to `stop`, counted from its in point; handles included."""
    numbers = [frame_at(clip, rate, shot.media_frame(number)) for number in range(start, stop)]
    return pictures(clip, numbers, size)


@dataclass(frozen=True)
class _Stage:
    """Where shots are put: the frame's size, and the media to take them from."""

    media: Media
    rate: Fraction
    size: tuple[int, int]

    def layers(self, layout: Layout, start: int, stop: int) -> Iterator[Layer]:
        """What a track shows in its frames `start` to `stop`."""
        position = start
        for first, last, draw in self._spans(layout):
            first, last = max(first, start), min(last, stop)
            if first < last:
                yield from repeat(None, first - position)
                yield from draw(first, last)
                position = last
        yield from repeat(None, stop - position)

    def _spans(
        self, layout: Layout
    ) -> Iterator[tuple[int, int, Callable[[int, int], Iterator[Layer]]]]:
        """The pieces of a track in order: shots by themselves, and transitions."""
        for index, element in enumerate(layout.elements):
            entering, leaving = layout.joins.get(index), layout.joins.get(index + 1)
            if entering is not None:
                yield entering.start, entering.stop, self._join_drawer(entering)
            first = entering.stop if entering else element.start
            last = leaving.start if leaving else element.stop
            yield first, last, self._shot_drawer(element)
        leaving = layout.joins.get(len(layout.elements))
        if leaving is not None:
            yield leaving.start, leaving.stop, self._join_drawer(leaving)

    def _join_drawer(self, join: Join) -> Callable[[int, int], Iterator[Layer]]:
        def draw(first: int, last: int) -> Iterator[Layer]:
            outgoing = self._shot_drawer(join.outgoing)(first, last)
            incoming = self._shot_drawer(join.incoming)(first, last)
            both = zip(outgoing, incoming, strict=True)
            for step, (before, after) in enumerate(both, first - join.start):
                yield frame_of_transition(
                    join.transition, step, join.frames, before, after, self.size
                )

        return draw

    def _shot_drawer(self, element: Element) -> Callable[[int, int], Iterator[Layer]]:
        def draw(first: int, last: int) -> Iterator[Layer]:
            if not isinstance(element, Shot) or not element.enabled:
                yield from repeat(None, last - first)
                return
            clip = shot_clip(self.media, element)
            kept = facts(element.clip)
            opacity = float(kept.get("opacity", 1.0))
            size, centre = self._place(clip, kept)
            start, stop = first - element.start, last - element.start
            before: Picture | None = None
            layer: Layer = None
            for picture in shot_pictures(clip, element, self.rate, start, stop, size):
                if picture is not before:
                    layer = faded(placed(premultiplied(picture), self.size, centre), opacity)
                    before = picture
                yield layer

        return draw

    def _place(
        self, clip: Clip, kept: Mapping[str, object]
    ) -> tuple[tuple[int, int], tuple[float, float]]:
        """The size of a shot on the frame, and where its centre lies, in pixels."""
        width, height = self.size
        scale = _numbers(kept.get("scale", 1.0))[0]
        x, y = _numbers(kept.get("position", (0.0, 0.0)))
        size = fitted(clip.shown, (width, height), scale)
        return size, (width * (0.5 + x), height * (0.5 + y))


def fitted(shown: tuple[int, int], frame: tuple[int, int], scale: float = 1.0) -> tuple[int, int]:
    """The size of a picture that fits whole into a frame, times a scale."""
    factor = min(Fraction(frame[0], shown[0]), Fraction(frame[1], shown[1])) * Fraction(scale)
    return max(1, round(shown[0] * factor)), max(1, round(shown[1] * factor))


def _numbers(value: object) -> Row[float]:
    if isinstance(value, int | float):
        return (float(value),)
    return tuple(float(part) for part in value)  # type: ignore[attr-defined]
