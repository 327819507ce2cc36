"""One picture stream and one sound stream of a file that is being written."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, cast

import numpy as np
from av import AudioFrame, AudioStream, VideoFrame, VideoStream
from av.codec.context import Flags, ThreadType
from av.container import OutputContainer

from engine.errors import MediaError
from engine.media.clip import Clip
from engine.media.color import ColorInfo
from engine.media.mixing import conform_layout
from engine.media.pixels import converted
from engine.media.presets import AudioCodec, Preset
from engine.media.repeatable import repeatable
from engine.media.resample import conform_sample_rate
from engine.media.shape import extended, whole_chroma
from engine.media.sound import Samples, Sound, checked

_SOUND_BLOCK = 4096
_INTEGER_SCALE = {"s16": (2.0**15, np.int16, 0), "s32": (2.0**23, np.int32, 8)}


class PictureEncoder:
    """Encodes the frames of a clip in order."""

    def __init__(
        self,
        file: OutputContainer,
        clip: Clip,
        preset: Preset,
        *,
        options: Mapping[str, str],
        color: ColorInfo,
        codec_tag: str | None,
    ) -> None:
        alpha = clip.has_alpha and preset.alpha_format is not None
        self._file = file
        self._clip = clip
        self._color = color
        self._format = preset.alpha_format if alpha and preset.alpha_format else preset.pixel_format
        width, height = whole_chroma(clip.width, clip.height, self._format)
        os.environ.setdefault("SVT_LOG", "1")  # the AV1 encoder tells its settings to stderr
        options = {**preset.options, **(preset.alpha_options if alpha else {}), **options}
        options = repeatable(preset.encoder, width, options)
        added = file.add_stream(preset.encoder, rate=clip.rate, options=options)
        self.stream = cast("VideoStream", added)
        context = self.stream.codec_context
        context.width, context.height, context.pix_fmt = width, height, self._format
        context.time_base = 1 / clip.rate
        context.sample_aspect_ratio = Fraction(1)
        context.color_primaries, context.color_trc, context.colorspace = color.codes
        context.color_range = 2 if color.full_range else 1
        context.thread_count = preset.threads
        context.thread_type = ThreadType.FRAME if preset.frame_threads else ThreadType.SLICE
        context.flags |= Flags.bitexact
        if codec_tag:
            context.codec_tag = codec_tag

    def write(self) -> Iterator[int]:
        """Encode all frames; yields the number of frames done after each."""
        size = self.stream.codec_context.width, self.stream.codec_context.height
        whole = (extended(frame, *size) for frame in self._clip.frames())
        frames = converted(whole, self._clip.color, self._format, self._color)
        for index, frame in enumerate(frames):
            self._file.mux(self.stream.encode(self._stamped(frame, index)))
            yield index + 1

    def finish(self) -> None:
        """Write what the encoder still holds."""
        self._file.mux(self.stream.encode(None))

    def _stamped(self, frame: VideoFrame, index: int) -> VideoFrame:
        """The frame at its time, free of what its decoder knew: it would steer the encoder."""
        frame.pts, frame.time_base = index, 1 / self._clip.rate
        frame.pict_type = 0
        primaries, transfer, matrix = self._color.codes
        frame.color_primaries, frame.color_trc = primaries, transfer
        frame.colorspace, frame.color_range = matrix, 2 if self._color.full_range else 1
        return frame


class SoundEncoder:
    """Encodes a sound in order, at a rate and in a layout that its codec has."""

    def __init__(self, file: OutputContainer, sound: Sound, codec: AudioCodec) -> None:
        self._file = file
        self._sound = _accepted(sound, codec)
        self._codec = codec
        self.done = 0
        self.total = self._sound.sample_count
        self.rate = self._sound.rate
        options = {"compression_level": "2"} if self._has_long_blocks() else {}
        added = file.add_stream(
            codec.encoder, rate=self.rate, layout=self._sound.layout, options=options
        )
        self.stream = cast("AudioStream", added)
        context = self.stream.codec_context
        context.format = codec.sample_format
        context.time_base = Fraction(1, self.rate)
        if codec.bit_rate:
            context.bit_rate = codec.bit_rate * self._sound.channels
        context.thread_count = 1
        context.flags |= Flags.bitexact
        self._blocks: Iterator[Samples] | None = None

    def _has_long_blocks(self) -> bool:
        """Whether FFmpeg's FLAC would make blocks of 105 ms too large for its own reader."""
        return self._codec.encoder == "flac" and self.rate > 96_000

    def write_until(self, seconds: Fraction) -> None:
        """Encode whole blocks until at least `seconds` of the sound are written."""
        while self.done < self.total and Fraction(self.done, self.rate) < seconds:
            self.write_block()

    def write_block(self) -> None:
        """Encode the next block, if there is one."""
        if self._blocks is None:
            size = self.stream.codec_context.frame_size or _SOUND_BLOCK
            self._blocks = self._sound.blocks(size=size)
        block = next(self._blocks, None)
        if block is None:
            return
        block = checked(block, self.done, self._sound)
        frame = _frame(block, self._codec.sample_format, self._sound.layout)
        frame.sample_rate, frame.pts = self.rate, self.done
        frame.time_base = Fraction(1, self.rate)
        self.done += len(block)
        self._file.mux(self.stream.encode(frame))

    def finish(self) -> None:
        """Write what the encoder still holds."""
        self._file.mux(self.stream.encode(None))


def _accepted(sound: Sound, codec: AudioCodec) -> Sound:
    if sound.layout not in codec.layouts:
        sound = conform_layout(sound, "5.1" if sound.channels > 2 else "stereo")
    if codec.rates and sound.rate not in codec.rates:
        above = [rate for rate in codec.rates if rate >= sound.rate]
        sound = conform_sample_rate(sound, min(above) if above else max(codec.rates))
    if codec.highest is not None and sound.rate > codec.highest:
        sound = conform_sample_rate(sound, codec.highest)
    return sound


def _frame(block: Samples, sample_format: str, layout: str) -> AudioFrame:
    """A frame of float32 samples; integers are rounded, and clipped at full scale."""
    if sample_format == "fltp":
        return AudioFrame.from_ndarray(np.ascontiguousarray(block.T), "fltp", layout)
    array: Any = block
    if sample_format in _INTEGER_SCALE:
        scale, dtype, shift = _INTEGER_SCALE[sample_format]
        whole = np.clip(np.rint(block.astype(np.float64) * scale), -scale, scale - 1)
        array = whole.astype(np.int64).astype(dtype) << shift
    elif sample_format != "flt":
        raise MediaError(f"no sound is written as {sample_format}")
    return AudioFrame.from_ndarray(
        np.ascontiguousarray(array).reshape(1, -1), sample_format, layout
    )
