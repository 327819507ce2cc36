"""A caption, and all captions of a film in one language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from engine.errors import MediaError, UsageError


@dataclass(frozen=True)
class Caption:
    """Lines of text over the picture from `start` to before `stop` seconds.

    speaker: who says it; "" where nobody is named.
    """

    start: Fraction
    stop: Fraction
    lines: tuple[str, ...]
    speaker: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.stop:
            raise UsageError(f"no caption lasts from {self.start} to {self.stop} seconds")

    @property
    def text(self) -> str:
        """Its lines as one."""
        return " ".join(self.lines)

    @property
    def duration(self) -> Fraction:
        """Seconds on the screen."""
        return self.stop - self.start


@dataclass(frozen=True)
class Captions:
    """Captions in order of their start, and their language as a BCP 47 tag ("" unknown)."""

    captions: tuple[Caption, ...]
    language: str = ""

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.captions, key=lambda caption: (caption.start, caption.stop)))
        object.__setattr__(self, "captions", ordered)

    def at(self, seconds: Fraction) -> tuple[Caption, ...]:
        """The captions that are seen at a time."""
        return tuple(c for c in self.captions if c.start <= seconds < c.stop)

    def shifted(self, seconds: Fraction) -> Captions:
        """The captions later, or earlier below 0; what would lie before 0 is cut or dropped."""
        moved = (
            replace(c, start=max(c.start + seconds, Fraction(0)), stop=c.stop + seconds)
            for c in self.captions
            if c.stop + seconds > 0
        )
        return Captions(tuple(moved), self.language)

    def on_frames(self, rate: Fraction) -> Captions:
        """The captions with times moved to the nearest frame; each keeps one frame at least."""
        return Captions(
            tuple(
                replace(c, start=Fraction(first) / rate, stop=Fraction(last) / rate)
                for c in self.captions
                for first, last in [frame_span(c, rate)]
            ),
            self.language,
        )

    def as_dict(self) -> dict[str, Any]:
        """JSON values; times as exact fractions of a second in text."""
        rows = [[str(c.start), str(c.stop), list(c.lines), c.speaker] for c in self.captions]
        return {"language": self.language, "captions": rows}


def captions_of(facts: Mapping[str, Any]) -> Captions:
    """The captions that `as_dict` gave. Raises MediaError for anything else."""
    try:
        rows = facts["captions"]
        found = tuple(
            Caption(Fraction(start), Fraction(stop), tuple(str(line) for line in lines), str(who))
            for start, stop, lines, who in rows
        )
        return Captions(found, str(facts["language"]))
    except (KeyError, TypeError, ValueError, ZeroDivisionError) as error:
        raise MediaError(f"these are no captions ({error})") from None


def save_captions(captions: Captions, folder: Path) -> None:
    """Write captions into `folder` of the cache."""
    text = json.dumps(captions.as_dict(), ensure_ascii=False)
    (folder / "captions.json").write_text(text, encoding="utf-8")


def load_captions(folder: Path) -> Captions:
    """The captions that `save_captions` wrote. Raises MediaError when they are damaged."""
    path = folder / "captions.json"
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise MediaError(f"these are no captions ({error})", where=str(path)) from None
    return captions_of(facts)


def frame_span(caption: Caption, rate: Fraction) -> tuple[int, int]:
    """The first frame that shows a caption, and the first that does so no more, at `rate`."""
    first = _nearest(caption.start * rate)
    return first, max(first + 1, _nearest(caption.stop * rate))


def _nearest(frames: Fraction) -> int:
    return int(frames + Fraction(1, 2))
