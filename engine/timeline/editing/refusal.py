"""Why an edit is refused: a plain sentence, and the nearest edit that would be legal."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from engine.errors import AiprodError

Told: TypeAlias = str | Callable[[int], str]
"""A reason, or what makes it of the limit that was passed."""


class RefusedEdit(AiprodError):
    """An edit that would leave an illegal sequence; nothing was changed.

    `nearest` is the number of frames, in place of the one asked for, that would be legal; None
    when no number is. `where` names the shot or cut.
    """

    def __init__(
        self,
        message: str,
        *,
        where: str | None = None,
        mend: str | None = None,
        nearest: int | None = None,
    ) -> None:
        super().__init__(message, where=where, mend=mend)
        self.nearest = nearest


def check_between(by: int, low: int, high: int, too_low: Told, too_high: Told) -> int:
    """`by` when it lies between the limits. Raises RefusedEdit with what the one passed says."""
    if low <= by <= high:
        return by
    told, limit = (too_low, low) if by < low else (too_high, high)
    raise RefusedEdit(told if isinstance(told, str) else told(limit), nearest=limit)


def count(frames: int) -> str:
    """A number of frames in words: `1 frame`, `12 frames`."""
    return f"{frames} {'frame' if abs(frames) == 1 else 'frames'}"
