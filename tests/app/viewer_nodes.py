"""Nodes for tests of the viewer: numbered frames, a shot that waits for a gate, one that fails."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.errors import RenderError
from engine.graph import Context, Registry, node
from engine.nodes import builtin_registry

if TYPE_CHECKING:
    from engine.diffusion import Condition
    from engine.media import Clip, Image, Sound

GATE = threading.Event()


@node("Numbered", category="Test", cache=False)
def numbered(count: int = 48, first: int = 0) -> Clip:
    """Frames that tell their number by their grey; costs nothing to make."""
    return _numbered(count, first)


@node("Test shot", category="Test")
def shot(
    conditions: list[Condition] = (),  # type: ignore[assignment]
    mask: Image | None = None,
    level: int = 60,
    *,
    ctx: Context,
) -> Clip:
    """Eight frames that take work: it tells how it goes, and waits for the gate."""
    from engine.media import Clip

    for step in range(3):
        ctx.progress(step + 1, 4, "denoising")
        ctx.preview(np.full((36, 64, 3), 40 * step, np.uint8))
    while not GATE.wait(0.01):
        ctx.check_cancelled()
    return Clip.from_array(np.full((8, 36, 64, 3), level, np.uint8), Fraction(8))


@node("Broken", category="Test")
def broken() -> Clip:
    """Always fails."""
    raise RenderError("the reel broke", mend="Splice it.")


@node("Hum", category="Test", cache=False)
def hum() -> Sound:
    """Two seconds of a loud tone."""
    from engine.media import Sound

    times = np.arange(96000) / 48000
    tone = np.sin(times * 2 * np.pi * 997).astype(np.float32)
    return Sound.from_array(np.stack([tone * 0.5, tone * 0.25], axis=1), 48000)


@node("Lost voice", category="Test")
def lost_voice() -> Sound:
    """A sound that always fails."""
    raise RenderError("the tape broke", mend="Splice it.")


def viewer_registry() -> Registry:
    """The built-in nodes and those above as `test.<name>`."""
    registry = builtin_registry().copy()
    for function in (numbered, shot, broken, hum, lost_voice):
        registry.add_function(function, type_id=f"test.{function.__name__}")
    return registry


def _numbered(count: int, first: int) -> Clip:
    from engine.media import Clip

    def make(start: int, stop: int) -> Iterator[Any]:
        for number in range(start, stop):
            yield np.full((36, 64, 3), (first + number) % 200 + 20, np.uint8)

    return Clip.from_arrays(
        make, rate=Fraction(24), width=64, height=36, frame_count=count, name="numbered"
    )
