"""Caption files by their suffix: SRT, WebVTT and ASS written, SRT and WebVTT read."""

from __future__ import annotations

from pathlib import Path

from engine.captions.ass import write_ass
from engine.captions.looks import PLAIN, Look
from engine.captions.srt import read_srt, write_srt
from engine.captions.values import Captions
from engine.captions.vtt import read_vtt, write_vtt
from engine.errors import MediaError, UsageError
from engine.runtime.files import atomic_write

FORMATS = (".srt", ".vtt", ".ass")
READABLE = (".srt", ".vtt")
_LARGEST = 64 * 2**20


def write_captions(
    captions: Captions,
    path: Path,
    *,
    size: tuple[int, int] = (1920, 1080),
    look: Look = PLAIN,
) -> None:
    """Write captions in the format of the suffix; size and look are for ASS.

    Raises UsageError for another suffix.
    """
    suffix = path.suffix.lower()
    if suffix == ".ass":
        text = write_ass(captions, size=size, look=look)
    elif suffix == ".vtt":
        text = write_vtt(captions)
    elif suffix == ".srt":
        text = write_srt(captions)
    else:
        raise UsageError(
            f"{path.name} is not the name of a caption file",
            mend=f"Let it end in {', '.join(FORMATS)}",
        )
    atomic_write(path, text)


def read_captions(path: Path, *, language: str = "") -> Captions:
    """The captions of an SRT or WebVTT file, in UTF-8 or, where it is none, in Windows-1252.

    Raises MediaError when it cannot be read or is none, UsageError for another suffix.
    """
    if path.suffix.lower() not in READABLE:
        raise UsageError(
            f"{path.name} is not the name of a caption file that can be read",
            mend=f"Give one in {' or '.join(READABLE)}",
        )
    try:
        if path.stat().st_size > _LARGEST:
            raise MediaError("it is too large to be a caption file", where=path.name)
        raw = path.read_bytes()
    except OSError as error:
        raise MediaError(f"it cannot be read ({error.strerror})", where=path.name) from None
    read = read_vtt if path.suffix.lower() == ".vtt" else read_srt
    return read(_text(raw, path.name), where=path.name, language=language)


def _text(raw: bytes, where: str) -> str:
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        if b"\0" in raw:
            raise MediaError("it is no text", where=where) from None
        return raw.decode("cp1252", "replace")
