"""An example plugin: one node that changes a sound. Copy it and make it your own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from engine.graph import Range, node

if TYPE_CHECKING:
    from engine import Sound


@node("Tremolo", category="Example")
def tremolo(
    sound: Sound,
    speed: Annotated[float, Range(0.1, 20, unit="Hz")] = 5.0,
    depth: Annotated[float, Range(0, 1, step=0.05)] = 0.5,
) -> Sound:
    """Let the loudness of a sound swing; a depth of 1 swings down to silence."""
    import numpy as np

    from engine import Sound

    samples = sound.array()  # (samples, channels), 32-bit floats
    seconds = np.arange(len(samples)) / sound.rate
    gain = 1 - depth * (0.5 - 0.5 * np.cos(2 * np.pi * speed * seconds))
    return Sound.from_array((samples * gain[:, None]).astype(np.float32), sound.rate)
