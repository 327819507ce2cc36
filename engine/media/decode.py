"""Decodes frames of a file, from its beginning or from a keyframe before the wanted frame."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

import av
from av import VideoFrame, VideoStream
from av.codec.context import ThreadType
from av.container import InputContainer
from av.video.codeccontext import VideoCodecContext

from engine.errors import MediaError
from engine.media.container import opened
from engine.media.streams import picture_stream

if TYPE_CHECKING:
    from engine.media.index import FileIndex, VideoIndex

_check: ContextVar[Callable[[], None] | None] = ContextVar("check", default=None)


@contextmanager
def interruptible(check: Callable[[], None]) -> Iterator[None]:
    """Inside, `check` is called for each frame that is decoded only to get past it.

    From a keyframe to the wanted frame may be hundreds of them; `check` may raise to give up.
    """
    before = _check.set(check)
    try:
        yield
    finally:
        _check.reset(before)


def video_stream(stream: VideoStream) -> VideoStream:
    """The stream, set to decode with all processors."""
    stream.codec_context.thread_type = ThreadType.AUTO
    return stream


def decoded_from_start(
    container: InputContainer, stream: VideoStream, special: str | None = None
) -> Iterator[VideoFrame]:
    """Frames from where the container stands; `special` names another decoder to use."""
    if special is None:
        yield from container.decode(stream)
        return
    decoder = av.CodecContext.create(special, "r")
    if not isinstance(decoder, VideoCodecContext):
        raise MediaError(f"the decoder {special} decodes no pictures")
    decoder.extradata = stream.codec_context.extradata
    for packet in container.demux(stream):
        yield from decoder.decode(packet if packet.size else None)


def decoded(file: FileIndex, video: VideoIndex, first: int, stop: int) -> Iterator[VideoFrame]:
    """Stored frames `first` to `stop` of a file, each exactly once, in the order shown.

    Raises MediaError that names the first frame which cannot be decoded.
    """
    key = int((video.keys <= first).nonzero()[0][-1]) if video.keys[0] <= first else -1
    while True:
        seek = int(video.seeks[key]) if key > 0 and not video.counted else None
        progress = first
        try:
            for frame in _decoded_after(file, video, seek, first, stop):
                progress += 1
                yield frame
        except MediaError as error:
            raise _undecodable(file, video, progress) from error
        if progress == stop:
            return
        if progress > first or seek is None:
            raise _undecodable(file, video, progress)
        key -= 1  # the seek led past the frame: start a keyframe earlier


def _undecodable(file: FileIndex, video: VideoIndex, frame: int) -> MediaError:
    return MediaError(
        f"frame {frame} of {len(video.times)} cannot be decoded",
        where=file.path.name,
        mend="The file is damaged: make or copy it again",
    )


def _decoded_after(
    file: FileIndex, video: VideoIndex, seek: int | None, first: int, stop: int
) -> Iterator[VideoFrame]:
    """Frames `first` to `stop` in a row, decoded from the seek on; stops where one is missing."""
    with opened(file.path) as container:
        stream = picture_stream(container)
        if stream is None:
            return
        if seek is not None:
            container.seek(seek, stream=stream)
        wanted = first
        number = -1
        for frame in decoded_from_start(container, video_stream(stream), video.alpha_decoder):
            number += 1
            time = number if video.counted else frame.pts
            if time is None or time < video.times[wanted]:
                check = _check.get()
                if check is not None:
                    check()
                continue
            if time > video.times[wanted]:
                return
            wanted += 1
            yield frame
            if wanted == stop:
                return
