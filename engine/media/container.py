"""Opens media files with FFmpeg, closes them, and says in words what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
from av.container import InputContainer
from av.error import FFmpegError

from engine.errors import MediaError

# FFmpeg "plays" texts, and lists that make it open other files or addresses: neither is media.
_NOT_MEDIA = {
    *("tty", "concat", "hls", "applehttp", "dash", "sdp", "rtsp", "lavfi", "ffmetadata", "imf"),
    *("srt", "ass", "ssa", "webvtt", "lrc", "subviewer", "microdvd", "scc", "stl", "rawvideo"),
    *("bin", "xbin", "adf", "idf", "vobsub", "mpl2", "mpsub", "sami", "jacosub", "pjs"),
    "tedcaptions",
}  # fmt: skip


@contextmanager
def opened(path: Path) -> Iterator[InputContainer]:
    """The file, open for reading until the block ends.

    Raises MediaError when the file is missing, empty, no media, damaged, or fails to decode
    inside the block.
    """
    with reading(path):
        check_readable(path)
        options = {"protocol_whitelist": "file"}
        with av.open(str(path), "r", options=options, metadata_errors="replace") as container:
            if not _NOT_MEDIA.isdisjoint(container.format.name.split(",")):
                raise MediaError("it is no picture, film or sound", where=path.name)
            yield container


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turns what FFmpeg and the system raise inside the block into a MediaError with the file."""
    try:
        yield
    except FFmpegError as error:
        raise MediaError(
            "it cannot be read: it is damaged, cut short or no media file",
            where=path.name,
            mend=f"Make or copy it again (FFmpeg: {reason_of(error)})",
        ) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise MediaError(f"it cannot be opened: {reason}", where=path.name) from error


def check_readable(path: Path) -> None:
    """Raises MediaError unless `path` is a file with something in it."""
    if not path.exists():
        raise MediaError("the file is not there", where=str(path), mend="Check its path")
    if not path.is_file():
        raise MediaError("it is a folder, not a file", where=str(path))
    if path.stat().st_size == 0:
        raise MediaError("the file is empty", where=path.name, mend="Make or copy it again")


def reason_of(error: FFmpegError) -> str:
    """What FFmpeg says is wrong."""
    return (error.strerror or str(error)).lower()
