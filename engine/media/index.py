"""The index of a media file: when each frame is shown, where decoding can start, what it is.

A file is read through once (its packets, nothing is decoded but the first frame); the index is
kept in memory by path, size and time of change.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

import numpy as np
from av import AudioStream, Packet, VideoFrame, VideoStream
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Stream
from numpy.typing import NDArray

from engine.errors import MediaError
from engine.media.clip import Geometry
from engine.media.color import ColorInfo, completed, range_is_full
from engine.media.container import check_readable, opened, reason_of
from engine.media.decode import decoded_from_start, video_stream
from engine.media.riff import check_chunks
from engine.media.streams import layout_name, picture_stream, sound_stream, timecode_of
from engine.media.timing import Timing, timing_of

_LATE = Fraction(1, 10)  # seconds by which a file may end before the length it declares


@dataclass(frozen=True, eq=False)
class VideoIndex:
    """One picture stream. `times` are the presentation times of its frames in `time_base`.

    Decoding can start at frames `keys`, after a seek to `seeks`. `counted` streams have no usable
    times: their frames are counted from the beginning and `times` are those numbers.
    """

    times: NDArray[np.int64]
    time_base: Fraction
    keys: NDArray[np.int64]
    seeks: NDArray[np.int64]
    counted: bool
    timing: Timing
    geometry: Geometry
    pixel_format: str
    color: ColorInfo
    alpha_decoder: str | None

    @property
    def begin(self) -> Fraction:
        """When the first frame is shown, in the seconds of the file."""
        return Fraction(0) if self.counted else int(self.times[0]) * self.time_base


@dataclass(frozen=True)
class AudioIndex:
    """One sound stream; `begin` and `end` in the seconds of the file."""

    begin: Fraction
    end: Fraction
    rate: int
    layout: str
    time_base: Fraction
    even: bool  # all packets but the last last equally long


@dataclass(frozen=True, eq=False)
class FileIndex:
    """The best picture stream and the best sound stream of a file.

    `sound_fault` says why the sound of a film is not among it: it cannot be decoded at all.
    """

    path: Path
    video: VideoIndex | None
    audio: AudioIndex | None
    timecode: str | None
    sound_fault: str = ""


def index_file(path: Path | str) -> FileIndex:
    """The index of a file. Raises MediaError when it is missing, damaged, cut short or no media."""
    path = Path(path).absolute()
    check_readable(path)
    facts = path.stat()
    return _indexed(path, facts.st_size, facts.st_mtime_ns)


@dataclass
class _Scan:
    """What the packets of one stream told."""

    shown: list[int]
    keyed: list[tuple[int, int]]
    lengths: list[int]
    packets: int = 0
    timeless: bool = False
    end: Fraction = Fraction(0)
    longest: Fraction = Fraction(0)  # packet, in seconds: the last may be part padding


@lru_cache(maxsize=64)
def _indexed(path: Path, size: int, changed: int) -> FileIndex:
    del changed
    check_chunks(path, size)
    with opened(path) as container:
        picture, sound = picture_stream(container), sound_stream(container)
        if picture is None and sound is None:
            raise MediaError("it has neither pictures nor sound", where=path.name)
        first = _first_frame(path) if picture is not None else None
        seeks_by_dts = "mov" in container.format.name
        scans = {
            s.index: _Scan([], [], []) for s in container.streams if s.type in ("video", "audio")
        }
        _scan(container, scans, seeks_by_dts=seeks_by_dts)
        _check_complete(path, container, scans, size)
        video, audio, sound_fault = None, None, ""
        if picture is not None and first is not None:
            video = _video_index(path, picture, scans[picture.index], first)
        if sound is not None and scans[sound.index].packets:
            try:
                audio = _audio_index(path, sound, scans[sound.index])
            except MediaError as error:
                if video is None:
                    raise
                sound_fault = _fault(error)
        return FileIndex(path, video, audio, timecode_of(container), sound_fault)


def _fault(error: MediaError) -> str:
    cause = error.__cause__
    return f"FFmpeg: {reason_of(cause)}" if isinstance(cause, FFmpegError) else error.message


def _scan(container: InputContainer, scans: dict[int, _Scan], *, seeks_by_dts: bool) -> None:
    for packet in container.demux():
        scan = scans.get(packet.stream_index)
        if scan is not None and packet.size:
            _note(scan, packet, seeks_by_dts=seeks_by_dts)


def _note(scan: _Scan, packet: Packet[Stream], *, seeks_by_dts: bool) -> None:
    scan.packets += 1
    if packet.pts is None:
        scan.timeless = True
        return
    length = packet.duration or 0
    scan.longest = max(scan.longest, length * packet.time_base)
    scan.end = max(scan.end, (packet.pts + length) * packet.time_base)
    if packet.is_discard:
        return
    scan.shown.append(packet.pts)
    scan.lengths.append(length)
    if packet.is_keyframe:
        seek = packet.dts if seeks_by_dts and packet.dts is not None else packet.pts
        scan.keyed.append((packet.pts, seek))


def _first_frame(path: Path) -> tuple[VideoFrame, str | None]:
    with opened(path) as container:
        stream = picture_stream(container)
        if stream is None:
            raise MediaError("it has no pictures", where=path.name)
        special = _alpha_decoder(stream)
        for frame in decoded_from_start(container, stream, special):
            return frame, special
    raise MediaError("no frame of it can be decoded", where=path.name, mend="Make or copy it again")


def _first_sound(path: Path) -> Fraction:
    """When the first sample sounds, without those that only prime the decoder."""
    with opened(path) as container:
        stream = sound_stream(container)
        for frame in container.decode(stream) if stream is not None else ():
            if frame.pts is None or frame.time_base is None:
                break
            return frame.pts * frame.time_base
    return Fraction(0)


def _alpha_decoder(stream: VideoStream) -> str | None:
    """FFmpeg's own VP8 and VP9 decoders leave transparency out; libvpx reads it."""
    if stream.metadata.get("alpha_mode") != "1":
        return None
    return {"vp9": "libvpx-vp9", "vp8": "libvpx"}.get(stream.codec_context.codec.canonical_name)


def _check_complete(
    path: Path, container: InputContainer, scans: dict[int, _Scan], size: int
) -> None:
    """Raises MediaError when the file ends before what its header says."""
    names = set(container.format.name.split(","))
    if "mov" in names:
        ends = [e.pos + e.size for s in container.streams for e in s.index_entries]
        if max(ends, default=0) > size:
            raise _cut_short(path, f"its header speaks of {max(ends)} bytes, it has {size}")
    if names & {"matroska", "webm", "flac", "avi"} and container.duration:
        declared = Fraction(container.duration, 1_000_000)
        start = Fraction(container.start_time or 0, 1_000_000)
        end = max((scan.end for scan in scans.values()), default=Fraction(0)) - start
        sounds = [scans[s.index] for s in container.streams.audio]
        padding = max((scan.longest for scan in sounds), default=Fraction(0))
        if end < declared - max(_LATE, declared / 1000, 2 * padding):
            raise _cut_short(path, f"it ends at {float(end):.2f} of {float(declared):.2f} s")


def _cut_short(path: Path, why: str) -> MediaError:
    return MediaError(f"the file is cut short: {why}", where=path.name, mend="Copy it again")


def _video_index(
    path: Path, stream: VideoStream, scan: _Scan, first: tuple[VideoFrame, str | None]
) -> VideoIndex:
    frame, special = first
    color = completed(
        ColorInfo.from_codes(
            primaries=frame.color_primaries,
            transfer=frame.color_trc,
            matrix=frame.colorspace,
            full_range=range_is_full(frame.color_range) or frame.format.name.startswith("yuvj"),
        ),
        width=frame.width,
        height=frame.height,
        rgb=frame.format.is_rgb or frame.format.has_palette,
    )
    counted = scan.timeless or _times_are_made_up(stream)
    time_base = stream.time_base or Fraction(1, 1000)
    if counted:
        count = _counted(path, scan.packets, special)
        times, keys, seeks = np.arange(count), np.zeros(1, np.int64), np.zeros(1, np.int64)
    else:
        times = np.unique(np.array(scan.shown, np.int64))
        keyed = sorted(scan.keyed) or [(int(times[0]), int(times[0]))]
        keys = np.searchsorted(times, np.array([shown for shown, _ in keyed], np.int64))
        seeks = np.array([seek for _, seek in keyed], np.int64)
    last = scan.lengths[int(np.argmax(scan.shown))] if scan.shown else 0
    guesses = [r for r in (stream.average_rate, stream.guessed_rate, stream.base_rate) if r]
    try:
        timing = timing_of(times, time_base, last, guesses, counted=counted)
    except MediaError as error:
        raise MediaError(error.message, where=path.name, mend="Copy it again") from error
    return VideoIndex(
        times=times,
        time_base=time_base,
        keys=keys,
        seeks=seeks,
        counted=counted,
        timing=timing,
        geometry=_geometry(stream, frame),
        pixel_format=frame.format.name,
        color=color,
        alpha_decoder=special,
    )


def _times_are_made_up(stream: VideoStream) -> bool:
    """AVI stores no times: FFmpeg numbers its packets, which is wrong where frames reorder."""
    container = stream.container.format.name
    return container == "avi" and stream.codec_context.has_b_frames


def _counted(path: Path, packets: int, special: str | None) -> int:
    with opened(path) as container:
        stream = picture_stream(container)
        if stream is None:
            return packets
        return sum(1 for _ in decoded_from_start(container, video_stream(stream), special))


def _geometry(stream: VideoStream, frame: VideoFrame) -> Geometry:
    aspect = stream.sample_aspect_ratio or stream.codec_context.sample_aspect_ratio
    if not aspect or not Fraction(1, 8) <= aspect <= 8:
        aspect = Fraction(1)
    rotation = round(-frame.rotation / 90) * 90 % 360
    return Geometry(frame.width, frame.height, Fraction(aspect), rotation)


def _audio_index(path: Path, stream: AudioStream, scan: _Scan) -> AudioIndex:
    base = stream.time_base or Fraction(1, 1000)
    begin = _first_sound(path)
    end = max(scan.end, begin)
    lengths = scan.lengths[1:-1]
    even = bool(lengths) and max(lengths) - min(lengths) <= (0 if base * stream.rate == 1 else 1)
    layout = layout_name(stream.codec_context.layout.name, stream.codec_context.channels, path)
    return AudioIndex(begin, end, stream.rate, layout, base, even)
