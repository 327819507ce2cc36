"""Looks over the chunks of WAV and AVI files, which FFmpeg trusts without a look."""

from __future__ import annotations

from pathlib import Path

from engine.errors import MediaError

_UNKNOWN = (0, 0xFFFFFFFF)  # sizes that programs write which do not know them yet


def check_chunks(path: Path, size: int) -> None:
    """Raises MediaError when a RIFF file is shorter than it says, or a chunk leaves it.

    Files that are not RIFF pass.
    """
    with path.open("rb") as file:
        head = file.read(12)
        if head[:4] != b"RIFF":
            return
        declared = int.from_bytes(head[4:8], "little")
        if declared not in _UNKNOWN and declared + 8 > size:
            raise MediaError(
                f"the file is cut short: its header speaks of {declared + 8} bytes, it has {size}",
                where=path.name,
                mend="Copy it again",
            )
        place = 12
        while len(chunk := file.read(8)) == 8:
            length = int.from_bytes(chunk[4:], "little")
            if chunk[:4] in (b"data", b"RIFF") or length in _UNKNOWN:
                return
            place += 8 + length + length % 2
            if place > size + 1:
                raise MediaError(
                    f"it is damaged: its part {chunk[:4]!r} is longer than the file",
                    where=path.name,
                    mend="Copy it again",
                )
            file.seek(place)
