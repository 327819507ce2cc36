"""Runs what takes most of the memory so that it fits, and says what was given up for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from engine.models.family import Sparing, VideoModel, Work
from engine.runtime.ladder import descend

_Made = TypeVar("_Made")


def within_memory(
    work: Callable[[], _Made],
    model: VideoModel,
    kind: Work,
    shape: Sequence[int],
    *,
    on_note: Callable[[str], None] | None,
    others: object,
) -> _Made:
    """Run `work` on a latent of `shape` (C, T, h, w), giving up what it takes to fit; each is told.

    Raises OutOfMemory.
    """
    tell = on_note or (lambda _note: None)
    if not isinstance(model, Sparing):
        return descend(work, [others, model], tell)
    with model.easing(kind, shape) as easing:
        return descend(work, [others, easing], tell, need=easing.need, room=model.free_memory)
