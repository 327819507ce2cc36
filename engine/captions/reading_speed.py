"""Captions that are gone before they are read."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from engine.captions.values import Caption, Captions


@dataclass(frozen=True)
class Hurried:
    """A caption, and the words a minute that it asks of its reader."""

    caption: Caption
    words_per_minute: int


def words_per_minute(caption: Caption) -> int:
    """Words a minute that a reader must read: a word is a run of characters between spaces."""
    return round(Fraction(60 * len(caption.text.split())) / caption.duration)


def too_fast(captions: Captions, limit: int = 200) -> tuple[Hurried, ...]:
    """The captions that ask for more words a minute than `limit`."""
    paces = ((caption, words_per_minute(caption)) for caption in captions.captions)
    return tuple(Hurried(caption, pace) for caption, pace in paces if pace > limit)
