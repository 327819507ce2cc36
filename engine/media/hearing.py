"""Decodes the sound of a file, each sample at its place."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from av import AudioFrame
from av.codec.context import ThreadType
from numpy.typing import NDArray

from engine.errors import MediaError
from engine.media.container import opened
from engine.media.rates import frames_in
from engine.media.sound import CHANNELS, Samples, silence
from engine.media.streams import sound_stream

if TYPE_CHECKING:
    from engine.media.index import AudioIndex, FileIndex

_PREROLL = Fraction(1)  # seconds decoded before the wanted sample: codecs need their past
_NEAR = 20  # seconds up to which decoding begins at the beginning, which is always exact
_JITTER = Fraction(1, 50)  # seconds by which rounded times may differ from counted samples
_FULL_SCALE = {"u8": 128.0, "s16": 32768.0, "s32": 2147483648.0, "s64": 9223372036854775808.0}


def heard(
    file: FileIndex, audio: AudioIndex, origin: Fraction, start: int, stop: int
) -> Iterator[Samples]:
    """Samples `start` to `stop`, counted from `origin` (seconds of the file), without a gap.

    Where the file has no sound there is silence. Overlapping sound is left out.
    """
    channels = len(CHANNELS[audio.layout])
    at = start
    for place, block in _placed(file, audio, origin, start):
        skipped = at - place
        if skipped >= len(block):
            continue
        if skipped < 0:
            gap = min(-skipped, stop - at)
            yield from silence(gap, channels)
            at += gap
            skipped = 0
        if at >= stop:
            return
        part = block[skipped : skipped + stop - at]
        yield part
        at += len(part)
        if at >= stop:
            return
    if at < stop:
        yield from silence(stop - at, channels)


def samples_of_frame(frame: AudioFrame) -> Samples:
    """A decoded frame as float32 (samples, channels), full scale -1 to 1."""
    kind = frame.format.name.removesuffix("p")
    array: Any = _long_integers(frame) if kind == "s64" else frame.to_ndarray()
    samples = array.T if frame.format.is_planar else array.reshape(frame.samples, -1)
    if kind in ("flt", "dbl"):
        return np.ascontiguousarray(samples, np.float32)
    offset = 128.0 if kind == "u8" else 0.0
    scaled = (samples.astype(np.float64) - offset) / _FULL_SCALE[kind]
    return np.ascontiguousarray(scaled, np.float32)


def _long_integers(frame: AudioFrame) -> NDArray[np.int64]:
    """64-bit samples, which PyAV does not hand out as an array."""
    width = frame.samples * (1 if frame.format.is_planar else len(frame.layout.channels))
    return np.stack([np.frombuffer(bytes(plane), np.int64)[:width] for plane in frame.planes])


def _placed(
    file: FileIndex, audio: AudioIndex, origin: Fraction, start: int
) -> Iterator[tuple[int, Samples]]:
    """Decoded blocks from `start` or before, each with the sample that it begins at."""
    exact = (1 / (audio.time_base * audio.rate)).denominator == 1
    seconds = Fraction(start, audio.rate) + origin - _PREROLL
    far = seconds > audio.begin + _NEAR
    step = None if exact or not far else _step(file, audio, origin)
    counted: int | None = None
    for frame in _frames(file, audio, seconds if far and (exact or step) else None):
        block = samples_of_frame(frame)
        if block.shape[1] != len(CHANNELS[audio.layout]) or frame.sample_rate != audio.rate:
            raise MediaError("its sound changes rate or channels midway", where=file.path.name)
        stated = _place(frame, origin, audio.rate)
        if counted is None and step and stated is not None:
            first, length = step
            stated = first + round((stated - first) / length) * length
        if counted is None:
            counted = stated or 0
        elif stated is not None:
            tolerance = 0 if exact else frames_in(_JITTER, Fraction(audio.rate))
            if abs(stated - counted) > tolerance:
                counted = stated
        yield counted, block
        counted += len(block)


def _step(file: FileIndex, audio: AudioIndex, origin: Fraction) -> tuple[int, int] | None:
    """Where the second block begins and how long all blocks are; None when they differ.

    With it, a block is placed exactly although its time is rounded.
    """
    if not audio.even:
        return None
    sizes: list[int] = []
    first: int | None = None
    for frame in _frames(file, audio, None):
        if first is None:
            first = _place(frame, origin, audio.rate)
        sizes.append(frame.samples)
        if len(sizes) == 4:
            break
    if first is None or len(sizes) < 4 or len(set(sizes[1:])) != 1:
        return None
    return first + sizes[0], sizes[1]


def _place(frame: AudioFrame, origin: Fraction, rate: int) -> int | None:
    if frame.pts is None or frame.time_base is None:
        return None
    return frames_in(frame.pts * frame.time_base - origin, Fraction(rate))


def _frames(file: FileIndex, audio: AudioIndex, seconds: Fraction | None) -> Iterator[AudioFrame]:
    with opened(file.path) as container:
        stream = sound_stream(container)
        if stream is None:
            return
        stream.codec_context.thread_type = ThreadType.AUTO
        if seconds is not None:
            container.seek(int(seconds / audio.time_base), stream=stream)
        yield from container.decode(stream)
