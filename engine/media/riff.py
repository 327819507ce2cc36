"""The chunks of WAV and AVI files: looked over, since FFmpeg trusts them, and texts kept in one.

WAV has names for a few texts only, and FFmpeg drops the others. They are kept in an iXML chunk
behind the sound, which other programs skip or show as the file's user data.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from html import escape, unescape
from pathlib import Path

from engine.errors import MediaError

_UNKNOWN = (0, 0xFFFFFFFF)  # sizes that programs write which do not know them yet
_MOST_RIFF = 2**32 - 16
_LARGEST_TEXT = 64 * 2**20
_USER = re.compile(r"<USER>(.*?)</USER>", re.DOTALL)


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


def append_texts(path: Path, texts: Mapping[str, str]) -> None:
    """Keep texts in a whole WAV file; one too large for another chunk stays as it is."""
    if not texts:
        return
    user = escape(json.dumps(dict(texts), sort_keys=True), quote=False)
    version = "<IXML_VERSION>1.61</IXML_VERSION>"
    xml = f"<BWFXML>{version}<USER>{user}</USER></BWFXML>".encode()
    xml += b" " * (len(xml) % 2)
    with path.open("r+b") as file:
        head = file.read(12)
        size = file.seek(0, 2)
        if head[:4] != b"RIFF" or head[8:] != b"WAVE" or size + len(xml) > _MOST_RIFF:
            return
        file.write(b"\0" * (size % 2) + b"iXML" + len(xml).to_bytes(4, "little") + xml)
        total = file.tell()
        file.seek(4)
        file.write((total - 8).to_bytes(4, "little"))


def read_texts(path: Path) -> dict[str, str]:
    """The texts that `append_texts` kept; none for other files, or a chunk that is damaged."""
    with path.open("rb") as file:
        head = file.read(12)
        if head[:4] != b"RIFF" or head[8:] != b"WAVE":
            return {}
        while len(chunk := file.read(8)) == 8:
            length = int.from_bytes(chunk[4:], "little")
            if chunk[:4] == b"iXML" and length <= _LARGEST_TEXT:
                return _texts_in(file.read(length))
            file.seek(length + length % 2, 1)
    return {}


def _texts_in(xml: bytes) -> dict[str, str]:
    found = _USER.search(xml.decode("utf-8", "replace"))
    try:
        texts = json.loads(unescape(found[1])) if found else {}
    except (ValueError, RecursionError):
        return {}
    if not isinstance(texts, dict):
        return {}
    return {str(key): value for key, value in texts.items() if isinstance(value, str)}
