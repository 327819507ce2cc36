"""SubRip files (.srt): numbered captions, times with a comma, text until an empty line."""

from __future__ import annotations

import re

from engine.captions.clock import read_clock, write_clock, written_span
from engine.captions.values import Caption, Captions
from engine.errors import MediaError

_ARROW = re.compile(r"\s*-{1,2}>\s*")
_STYLE = re.compile(r"</?(?:b|i|u|s|font)(?:\s[^<>]*)?>|\{\\[^{}]*\}", re.IGNORECASE)


def write_srt(captions: Captions) -> str:
    """The text of an SRT file. Speakers are not part of the format."""
    blocks = []
    for number, caption in enumerate(captions.captions, 1):
        times = written_span(caption.start, caption.stop)
        start, stop = (write_clock(time, point=",") for time in times)
        lines = "\n".join(line for line in caption.lines if line.strip()) or "\N{NO-BREAK SPACE}"
        blocks.append(f"{number}\n{start} --> {stop}\n{lines}\n")
    return "\n".join(blocks)


def read_srt(text: str, *, where: str = "", language: str = "") -> Captions:
    """The captions of an SRT file; its numbers, colours and slants are passed over.

    Raises MediaError that names the line which is no caption, or when there is none.
    """
    lines = text.lstrip("\N{ZERO WIDTH NO-BREAK SPACE}").splitlines()
    found: list[Caption] = []
    at = 0
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        if lines[at].strip().isdigit() and at + 1 < len(lines) and "->" in lines[at + 1]:
            at += 1
        caption, at = _caption(lines, at, where)
        found.append(caption)
    if not found:
        raise MediaError("there is no caption in it", where=where or None)
    return Captions(tuple(found), language)


def _caption(lines: list[str], at: int, where: str) -> tuple[Caption, int]:
    """The caption whose times stand in line `at`, and the line after it."""
    parts = _ARROW.split(lines[at].strip(), maxsplit=1)
    times = [read_clock(part.split()[0]) if part.split() else None for part in parts]
    start, stop = (*times, None, None)[:2]
    if start is None or stop is None:
        raise MediaError(
            f"line {at + 1} is {lines[at].strip()[:60]!r} where the times of a caption should be",
            where=where or None,
            mend="Write them as 00:00:01,000 --> 00:00:02,500",
        )
    if stop <= start:
        raise MediaError(f"the caption of line {at + 1} ends before it begins", where=where or None)
    at += 1
    words: list[str] = []
    while at < len(lines) and lines[at].strip():
        words.append(_STYLE.sub("", lines[at]).strip())
        at += 1
    return Caption(start, stop, tuple(word for word in words if word)), at
