"""Sound: samples that are made or read only when asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.errors import MediaError, UsageError

Samples: TypeAlias = NDArray[np.float32]
"""float32 of shape (samples, channels); full scale is -1 to 1."""

ReadSamples: TypeAlias = Callable[[int, int], Iterator[Samples]]
"""`read(start, stop)` yields blocks of any size that hold exactly those samples."""

CHANNELS: dict[str, tuple[str, ...]] = {
    "mono": ("FC",),
    "stereo": ("FL", "FR"),
    "2.1": ("FL", "FR", "LFE"),
    "3.0": ("FL", "FR", "FC"),
    "4.0": ("FL", "FR", "FC", "BC"),
    "quad": ("FL", "FR", "BL", "BR"),
    "5.0": ("FL", "FR", "FC", "BL", "BR"),
    "5.1": ("FL", "FR", "FC", "LFE", "BL", "BR"),
    "6.1": ("FL", "FR", "FC", "LFE", "BC", "SL", "SR"),
    "7.1": ("FL", "FR", "FC", "LFE", "BL", "BR", "SL", "SR"),
}
"""Places of the loudspeakers of each layout, in the order of the channels."""

DEFAULT_LAYOUTS = {
    1: "mono",
    2: "stereo",
    3: "3.0",
    4: "quad",
    5: "5.0",
    6: "5.1",
    7: "6.1",
    8: "7.1",
}
_BLOCK = 65536


@dataclass(frozen=True, eq=False)
class Sound:
    """`sample_count` samples a channel at `rate` Hz, laid out as `layout` (see CHANNELS)."""

    rate: int
    layout: str
    sample_count: int
    read: ReadSamples = field(repr=False)
    name: str = ""

    def __post_init__(self) -> None:
        if self.layout not in CHANNELS:
            raise UsageError(
                f"{self.layout!r} is no channel layout", mend=f"Use one of {', '.join(CHANNELS)}"
            )
        if self.rate <= 0 or self.sample_count < 0:
            raise UsageError(f"no sound has {self.sample_count} samples at {self.rate} Hz")

    @classmethod
    def from_array(
        cls, array: NDArray[np.generic], rate: int, *, layout: str | None = None, name: str = ""
    ) -> Sound:
        """A sound of an array of shape (samples,) or (samples, channels), full scale -1 to 1."""
        samples = np.asarray(array, np.float32)
        if samples.ndim == 1:
            samples = samples[:, None]
        layout = layout or _layout_of(samples.shape[1])
        if samples.ndim != 2 or samples.shape[1] != len(CHANNELS[layout]):
            raise UsageError(f"an array of shape {samples.shape} is no {layout} sound")

        def read(start: int, stop: int) -> Iterator[Samples]:
            yield samples[start:stop]

        return cls(rate, layout, len(samples), read, name)

    @classmethod
    def silent(cls, sample_count: int, rate: int, *, layout: str = "stereo") -> Sound:
        """A sound of nothing."""
        width = len(CHANNELS[layout])

        def read(start: int, stop: int) -> Iterator[Samples]:
            return silence(stop - start, width)

        return cls(rate, layout, sample_count, read, "silence")

    @property
    def channels(self) -> int:
        """Number of channels."""
        return len(CHANNELS[self.layout])

    @property
    def duration(self) -> Fraction:
        """Length in seconds."""
        return Fraction(self.sample_count, self.rate)

    def blocks(
        self, start: int = 0, stop: int | None = None, size: int = _BLOCK
    ) -> Iterator[Samples]:
        """Samples `start` to `stop` in blocks of `size` samples; the last may be shorter.

        The arrays may be views: copy before you write into one. Raises MediaError when the
        sound ends early.
        """
        start, stop = _clamped(start, stop, self.sample_count)
        pending: list[Samples] = []
        held = given = 0
        for part in self.read(start, stop) if stop > start else ():
            pending.append(part)
            held += len(part)
            while held >= size:
                block, pending, held = _take(pending, held, size)
                given += size
                yield block
        if given + held != stop - start:
            raise MediaError(
                f"the sound has {start + given + held} of {self.sample_count} samples",
                where=self.name or None,
            )
        if held:
            yield _joined(pending)

    def array(self, start: int = 0, stop: int | None = None) -> Samples:
        """All samples at once, a new array of shape (samples, channels)."""
        start, stop = _clamped(start, stop, self.sample_count)
        result = np.empty((stop - start, self.channels), np.float32)
        at = 0
        for block in self.blocks(start, stop):
            result[at : at + len(block)] = block
            at += len(block)
        return result

    def part(self, start: int, stop: int) -> Sound:
        """Samples `start` to `stop`, with silence where these lie outside the sound."""
        if stop < start:
            raise UsageError(f"a part of a sound cannot end ({stop}) before it starts ({start})")
        whole = self

        def read(begin: int, end: int) -> Iterator[Samples]:
            begin, end = begin + start, end + start
            before, after = min(end, 0), max(begin, whole.sample_count)
            yield from silence(before - begin, whole.channels)
            if max(begin, 0) < min(end, whole.sample_count):
                yield from whole.blocks(max(begin, 0), min(end, whole.sample_count))
            yield from silence(end - after, whole.channels)

        return replace(self, sample_count=stop - start, read=read)


def silence(count: int, channels: int) -> Iterator[Samples]:
    """`count` samples of nothing (none when that is below 0), in blocks of bounded size."""
    for begin in range(0, count, _BLOCK):
        yield np.zeros((min(_BLOCK, count - begin), channels), np.float32)


def _layout_of(channels: int) -> str:
    if channels not in DEFAULT_LAYOUTS:
        raise UsageError(f"no layout has {channels} channels", mend="Use 1 to 8 channels")
    return DEFAULT_LAYOUTS[channels]


def checked(samples: Samples, at: int, sound: Sound) -> Samples:
    """The samples, which begin at place `at`. Raises MediaError when one is no number."""
    with np.errstate(invalid="ignore", over="ignore"):
        if np.isfinite(samples.sum()):
            return samples
    wrong = ~np.isfinite(samples).all(axis=1)
    if not wrong.any():  # the sum alone was too large
        return samples
    seconds = (at + int(wrong.argmax())) / sound.rate
    raise MediaError(
        f"a sample at {seconds:.3f} s is no number (NaN or infinite)",
        where=sound.name or None,
        mend='Put a "Repair sound" node before this one, or make the file again',
    )


def in_numbers(samples: Samples) -> Samples:
    """The samples with silence for each that is NaN or infinite; the same array when none is."""
    good = np.isfinite(samples)
    return samples if good.all() else np.where(good, samples, np.float32(0.0))


def _clamped(start: int, stop: int | None, count: int) -> tuple[int, int]:
    stop = count if stop is None else min(stop, count)
    start = max(0, start)
    return start, max(start, stop)


def _take(pending: list[Samples], held: int, size: int) -> tuple[Samples, list[Samples], int]:
    whole = _joined(pending)
    rest = whole[size:]
    return whole[:size], [rest] if len(rest) else [], held - size


def _joined(parts: list[Samples]) -> Samples:
    return parts[0] if len(parts) == 1 else np.concatenate(parts)
