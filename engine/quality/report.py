"""What a check of a file says: findings with level, place and mend."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal, TypeAlias

from engine.audio import Loudness
from engine.media.probing import MediaInfo

Level: TypeAlias = Literal["ok", "warning", "error"]
_SEVERITY: dict[Level, int] = {"ok": 0, "warning": 1, "error": 2}


@dataclass(frozen=True)
class Span:
    """A stretch of a file in seconds, and in frames where it has pictures; ends are excluded."""

    start: Fraction
    end: Fraction
    first_frame: int | None = None
    end_frame: int | None = None

    @classmethod
    def of_frames(cls, first: int, end: int, rate: Fraction) -> Span:
        """Frames `first` to `end`."""
        return cls(first / rate, end / rate, first, end)

    @classmethod
    def of_seconds(cls, start: Fraction, end: Fraction, rate: Fraction | None) -> Span:
        """A stretch of sound; with a frame rate, also the frames that it touches."""
        if rate is None:
            return cls(start, end)
        return cls(start, end, math.floor(start * rate), math.ceil(end * rate))

    @property
    def length(self) -> Fraction:
        """Seconds from start to end."""
        return self.end - self.start

    def __str__(self) -> str:
        times = f"{float(self.start):.2f}-{float(self.end):.2f} s"
        if self.first_frame is None or self.end_frame is None:
            return times
        return f"{times}, frames {self.first_frame}-{self.end_frame - 1}"

    def as_dict(self) -> dict[str, Any]:
        """As JSON values; seconds as decimal numbers."""
        return {
            "start": round(float(self.start), 6),
            "end": round(float(self.end), 6),
            "first_frame": self.first_frame,
            "end_frame": self.end_frame,
        }


@dataclass(frozen=True)
class Finding:
    """One result of one check: how bad, what, where, and what to do about it."""

    check: str
    level: Level
    message: str
    span: Span | None = None
    mend: str | None = None

    def __str__(self) -> str:
        place = f" ({self.span})" if self.span else ""
        mend = f". {self.mend}" if self.mend else ""
        return f"{self.check}: {self.message}{place}{mend}"

    def as_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "check": self.check,
            "level": self.level,
            "message": self.message,
            "span": self.span.as_dict() if self.span else None,
            "mend": self.mend,
        }


@dataclass(frozen=True)
class Report:
    """Everything found about one file. `info` is None when the file could not be read."""

    path: Path
    info: MediaInfo | None
    loudness: Loudness | None
    findings: tuple[Finding, ...]

    @property
    def level(self) -> Level:
        """The worst level of all findings."""
        return worst(self.findings)

    def as_dict(self) -> dict[str, Any]:
        """As JSON values; loudness and peaks of silence are null."""
        return {
            "file": self.path.name,
            "level": self.level,
            "info": self.info.as_dict() if self.info else None,
            "loudness": _numbers(self.loudness) if self.loudness else None,
            "findings": [finding.as_dict() for finding in self.findings],
        }


def worst(findings: Sequence[Finding]) -> Level:
    """The worst level of some findings; ok when there are none."""
    return max((f.level for f in findings), key=_SEVERITY.__getitem__, default="ok")


def _numbers(loudness: Loudness) -> dict[str, float | None]:
    return {
        name: round(value, 2) if math.isfinite(value) else None
        for name, value in vars(loudness).items()
    }
