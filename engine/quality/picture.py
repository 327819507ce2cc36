"""Looks for black and frozen stretches in a stream of frames."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

import numpy as np
from av import VideoFrame
from av.video.reformatter import ColorRange, Interpolation, VideoReformatter
from numpy.typing import NDArray

from engine.errors import MediaError
from engine.media import Clip
from engine.quality.limits import Limits
from engine.quality.report import Finding, Span

_WIDTH = 160  # pixels that a frame is reduced to; each is the mean of what it covers
_LIT = 0.1  # mean of a picture that is clearly not dark


class PictureWatch:
    """Notes black and frozen stretches while frames pass; remembers two small pictures."""

    def __init__(self, rate: Fraction, limits: Limits) -> None:
        self._rate = rate
        self._limits = limits
        self._count = 0
        self._black_since: int | None = None
        self._lit_before = False
        self._reference: NDArray[np.float32] | None = None
        self._frozen_since = 0
        self.black: list[Span] = []
        self.flashes: list[Span] = []
        self.frozen: list[Span] = []

    def push(self, luma: NDArray[np.float32]) -> None:
        """The next frame as a small picture from 0 (black) to 1."""
        is_black = bool(np.mean(luma < self._limits.black_level) >= self._limits.black_share)
        self._watch_black(is_black, float(luma.mean()))
        self._watch_frozen(luma, is_black)
        self._count += 1

    def finish(self) -> None:
        """The film ends."""
        self._end_black(lit=False)
        self._end_frozen()

    @property
    def frames(self) -> int:
        """Number of frames seen."""
        return self._count

    def _watch_black(self, is_black: bool, mean: float) -> None:  # noqa: FBT001
        if is_black:
            if self._black_since is None:
                self._black_since = self._count
            return
        self._end_black(lit=mean > _LIT)
        self._lit_before = mean > _LIT

    def _end_black(self, *, lit: bool) -> None:
        if self._black_since is None:
            return
        span = Span.of_frames(self._black_since, self._count, self._rate)
        if span.length >= self._limits.black_seconds:
            self.black.append(span)
        elif lit and self._lit_before and self._black_since > 0:
            self.flashes.append(span)
        self._black_since = None

    def _watch_frozen(self, luma: NDArray[np.float32], is_black: bool) -> None:  # noqa: FBT001
        if self._reference is not None and not is_black:
            change = np.abs(luma - self._reference)
            if change.max() <= self._limits.frozen_most and (
                change.mean() <= self._limits.frozen_mean
            ):
                return
        self._end_frozen()
        self._reference = None if is_black else luma
        self._frozen_since = self._count

    def _end_frozen(self) -> None:
        if self._reference is None:
            return
        span = Span.of_frames(self._frozen_since, self._count, self._rate)
        if span.length >= self._limits.frozen_seconds:
            self.frozen.append(span)


def check_picture(
    clip: Clip, limits: Limits, on_progress: Callable[[float, float], None] | None = None
) -> Iterator[Finding]:
    """Decodes all frames once and reports what is black, frozen or cannot be decoded."""
    watch = PictureWatch(clip.rate, limits)
    broken: MediaError | None = None
    try:
        for luma in reduced(clip.stored(), full_range=clip.color.full_range or clip.color.is_rgb):
            watch.push(luma)
            if on_progress:
                on_progress(watch.frames, clip.frame_count)
    except MediaError as error:
        broken = error
    watch.finish()
    if broken is not None:
        yield Finding(
            "picture",
            "error",
            f"it cannot be decoded after frame {watch.frames}: {broken.message}",
            Span.of_frames(watch.frames, clip.frame_count, clip.rate),
            broken.mend or "Make or copy it again",
        )
    yield from _black_findings(watch, clip)
    yield from _frozen_findings(watch, clip)


def reduced(frames: Iterator[VideoFrame], *, full_range: bool) -> Iterator[NDArray[np.float32]]:
    """The brightness of every frame as a small picture from 0 to 1."""
    scaler = VideoReformatter()
    source = ColorRange.JPEG if full_range else ColorRange.MPEG
    for frame in frames:
        width = min(_WIDTH, frame.width)
        height = max(1, round(frame.height * width / frame.width))
        small = scaler.reformat(
            frame,
            width,
            height,
            "gray",
            interpolation=Interpolation.AREA,
            src_color_range=source,
            dst_color_range=ColorRange.JPEG,
            threads=1,
        )
        yield np.asarray(small.to_ndarray(), np.float32) / np.float32(255.0)


def _black_findings(watch: PictureWatch, clip: Clip) -> Iterator[Finding]:
    for span in watch.black:
        whole = span.first_frame == 0 and span.end_frame == clip.frame_count
        yield Finding(
            "black",
            "error" if whole else "warning",
            "the whole picture is black" if whole else f"black for {float(span.length):.2f} s",
            span,
            "Look for a missing clip, or shorten the fade",
        )
    for span in watch.flashes:
        count = (span.end_frame or 0) - (span.first_frame or 0)
        yield Finding(
            "black",
            "warning",
            f"{count} black frame{'s' if count > 1 else ''} between two pictures",
            span,
            "Close the gap in the edit",
        )
    if not watch.black and not watch.flashes:
        yield Finding("black", "ok", "no black stretches")


def _frozen_findings(watch: PictureWatch, clip: Clip) -> Iterator[Finding]:
    for span in watch.frozen:
        whole = span.first_frame == 0 and span.end_frame == clip.frame_count
        yield Finding(
            "frozen",
            "warning",
            "the picture never moves" if whole else f"frozen for {float(span.length):.2f} s",
            span,
            "Look for a clip that is too short or a stalled shot",
        )
    if not watch.frozen:
        yield Finding("frozen", "ok", "no frozen stretches")
