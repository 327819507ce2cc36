"""Draws a coherence check: picture, sound, lips and words over time, the shots with their lags."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.media import Image
from engine.quality.coherence import Coherence, ShotCoherence
from engine.runtime.folders import resources_dir

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

_PAPER, _INK, _FAINT = (22, 24, 28), (226, 228, 232), (92, 98, 108)
_PICTURE, _SOUND, _LIPS = (92, 160, 230), (110, 190, 110), (229, 143, 176)
_BAD = (240, 150, 90)
_LEFT, _RIGHT, _TOP, _ROW, _GAP = 86, 20, 44, 110, 26
_MOST_WORDS = 400


def plot_coherence(found: Coherence, *, width: int = 1280) -> Image:
    """A picture (uint8, H x width x 3) with a row each for picture, sound, lips and words."""
    from PIL import Image as Canvas
    from PIL import ImageDraw

    rows = 2 + (found.lips is not None) + (found.transcript is not None)
    height = _TOP + rows * (_ROW + _GAP) + 20
    paper = Canvas.new("RGB", (width, height), _PAPER)
    draw = ImageDraw.Draw(paper)
    axis = _Axis(draw, width, max(1, len(found.motion)), float(found.rate))
    _shots(axis, found, height)
    top = _TOP
    _label(axis, top, "picture")
    axis.bars(np.sqrt(found.motion), top, _PICTURE)
    axis.ticks([float(at) for at in found.picture_events], top, _INK)
    top += _ROW + _GAP
    _label(axis, top, "sound")
    axis.bars(found.level, top, _SOUND)
    axis.ticks([at * axis.rate for at in found.onsets], top, _INK)
    top += _ROW + _GAP
    if found.lips is not None:
        _label(axis, top, "lips")
        axis.bars(found.lips, top, _LIPS)
        top += _ROW + _GAP
    if found.transcript is not None:
        _label(axis, top, "words")
        _words(axis, found, top)
    _seconds(axis, height)
    return Image.from_array(np.asarray(paper, np.uint8), name="coherence")


class _Axis:
    """Time from left to right, in frames."""

    def __init__(self, draw: ImageDraw, width: int, frames: int, rate: float) -> None:
        self.draw, self.frames, self.rate = draw, frames, rate
        self.left, self.right = _LEFT, width - _RIGHT

    def x(self, frame: float) -> float:
        """Where a frame lies."""
        return self.left + (self.right - self.left) * frame / self.frames

    def bars(self, values: NDArray[np.float32], top: int, colour: tuple[int, int, int]) -> None:
        """A curve from the bottom of its row, its largest value at the top."""
        columns = self.right - self.left
        edges = np.linspace(0, len(values), columns + 1)
        largest = max(float(values.max(initial=0.0)), 1e-9)
        for column in range(columns):
            first, last = int(edges[column]), max(int(edges[column]) + 1, int(edges[column + 1]))
            part = values[first:last]
            if not part.size:
                continue
            tall = round(_ROW * float(part.max()) / largest)
            x = self.left + column
            self.draw.line((x, top + _ROW - tall, x, top + _ROW), fill=colour)
        self.draw.line((self.left, top + _ROW, self.right, top + _ROW), fill=_FAINT)

    def ticks(self, frames: list[float], top: int, colour: tuple[int, int, int]) -> None:
        """A short line above the row for each event."""
        for frame in frames:
            x = self.x(frame)
            self.draw.line((x, top - 10, x, top - 2), fill=colour, width=2)


def _shots(axis: _Axis, found: Coherence, height: int) -> None:
    for shot in found.shots:
        x = axis.x(shot.first_frame)
        axis.draw.line((x, 22, x, height - 20), fill=_FAINT)
        text, bad = str(shot), _is_bad(shot)
        if axis.x(shot.end_frame) - x > 8 * len(text) * 0.55:
            axis.draw.text((x + 4, 6), text, font=_font(13), fill=_BAD if bad else _INK)


def _is_bad(shot: ShotCoherence) -> bool:
    """Whether there is something to mend in a shot."""
    late = any(lag is not None and abs(lag) > 1.5 for lag in (shot.lag, shot.lip_lag))
    return late or (shot.words is not None and shot.words.rate > 0.1)


def _words(axis: _Axis, found: Coherence, top: int) -> None:
    assert found.transcript is not None
    wrong = {error.start for shot in found.shots if shot.words for error in shot.words.errors}
    ends = [axis.left - 1.0] * 4
    for word in found.transcript.words[:_MOST_WORDS]:
        x = axis.x(float(word.start) * axis.rate)
        line = next((place for place, end in enumerate(ends) if end < x), None)
        if line is None:
            continue
        colour = _BAD if word.start in wrong else _INK
        axis.draw.line((x, top, x, top + 8 + 25 * line), fill=_FAINT)
        axis.draw.text((x + 2, top + 6 + 25 * line), word.text, font=_font(13), fill=colour)
        ends[line] = x + _font(13).getlength(word.text) + 6


def _seconds(axis: _Axis, height: int) -> None:
    total = axis.frames / axis.rate
    step = next((s for s in (0.5, 1, 2, 5, 10, 30, 60, 300, 600) if total / s <= 20), 3600.0)
    for number in range(int(total / step) + 1):
        x = axis.x(number * step * axis.rate)
        axis.draw.line((x, height - 20, x, height - 15), fill=_INK)
        axis.draw.text((x + 3, height - 18), f"{number * step:g} s", font=_font(12), fill=_INK)


def _label(axis: _Axis, top: int, text: str) -> None:
    axis.draw.text((10, top + _ROW // 2 - 8), text, font=_font(15), fill=_INK)


@cache
def _font(size: int) -> FreeTypeFont:
    from PIL import ImageFont

    return ImageFont.truetype(str(resources_dir() / "fonts" / "Roboto-Medium.ttf"), size)
