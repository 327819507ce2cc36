"""Steps down when memory is short: each gives some back, costs something, and is told.

What is planned not to fit steps down before it starts; what runs out of memory all the same steps
down and starts again from what it kept.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from typing import Literal, Protocol, TypeAlias, TypeVar, runtime_checkable

import torch

from engine.errors import ModelError
from engine.runtime.memory import amount

Rung: TypeAlias = Literal["release", "tile", "offload", "narrow"]
"""Let go of what can be had again; smaller parts at a time; weights fetched block by block; weights
in fewer bits."""

RUNGS: tuple[Rung, ...] = ("release", "tile", "offload", "narrow")
"""From what costs least to what costs most."""

_Made = TypeVar("_Made")
_CAUSES = ("out of memory", "can't allocate memory", "not enough memory")


@runtime_checkable
class Yielding(Protocol):
    """What can do with less memory."""

    def ease(self, rung: Rung) -> str | None:
        """Take one step of that kind and say what it was; None when there is none left."""


class OutOfMemory(ModelError):
    """Memory ran out and no step down was left."""


def descend(
    work: Callable[[], _Made],
    parts: Sequence[object],
    tell: Callable[[str], None],
    *,
    need: Callable[[], int] | None = None,
    room: Callable[[], int] = lambda: 0,
) -> _Made:
    """Run `work`, with one more step down of `parts` whenever it does not fit.

    need: the bytes that it takes as things stand, against `room` bytes, before it starts. The work
    begins anew after each step: what it keeps on disk is its own. Raises OutOfMemory.
    """
    while need is not None and (wanted := need()) > (free := room()):
        step = _step(parts)
        if step is None:
            break  # the plan may be too careful
        tell(f"{amount(wanted)} of memory would be needed, {amount(free)} are free: {step}")
    while True:
        try:
            return work()
        except (RuntimeError, MemoryError) as error:
            if not ran_out(error):
                raise
        step = _step(parts)  # outside of the handler, whose error holds what the work held
        if step is None:
            raise OutOfMemory(
                "there is not enough memory, with every way to save it taken",
                where="memory",
                mend="Make the shot smaller or shorter, or let it become smaller by itself.",
            )
        tell(f"memory ran out: {step}")


def ran_out(error: BaseException) -> bool:
    """Whether an error says that memory ran out: not every device has a type of its own for it."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    said = str(error).lower()
    return isinstance(error, RuntimeError) and any(cause in said for cause in _CAUSES)


def _step(parts: Sequence[object]) -> str | None:
    for rung in RUNGS:
        for part in parts:
            step = part.ease(rung) if isinstance(part, Yielding) else None
            if step is not None:
                release_caches()
                return step
    return None


def release_caches() -> None:
    """Give back what Python and the devices' allocators keep for later."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    if torch.backends.mps.is_available():
        torch.mps.empty_cache()
