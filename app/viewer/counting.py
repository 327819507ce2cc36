"""Timecode of what is shown, for widgets that know nothing of rates."""

from __future__ import annotations

from app.playback import Facts
from engine.media.rates import nominal_rate, timecode_frame, timecode_text
from widgets.viewer import Counting


def counting_of(facts: Facts) -> Counting:
    """How the frames of a source count, as its timecode says."""

    def text(frame: int) -> str:
        return timecode_text(frame + facts.start, facts.rate, drop=facts.drop_frame)

    def read(text: str) -> int:
        return timecode_frame(text, facts.rate) - facts.start

    second = nominal_rate(facts.rate)
    return Counting(facts.frame_count, second, text, read, facts.drop_frame)


def rate_text(facts: Facts) -> str:
    """The rate as people write it: 24, 23.976."""
    return f"{float(facts.rate):.3f}".rstrip("0").rstrip(".")
