"""WebVTT files (.vtt), W3C: cues with settings, voices and escapes; notes and styles between."""

from __future__ import annotations

import html
import re

from engine.captions.clock import read_clock, write_clock, written_span
from engine.captions.looks import speaker_colours
from engine.captions.values import Caption, Captions
from engine.errors import MediaError

_TAG = re.compile(r"</?[a-z][^<>]*>|<[\d:.]+>|</?v[^<>]*>", re.IGNORECASE)
_VOICE = re.compile(r"<v(?:\.[^\s<>]+)*\s+([^<>]*)>")
_BETWEEN = ("NOTE", "STYLE", "REGION")
_LANGUAGE = re.compile(r"Language:\s*(\S+)")


def write_vtt(captions: Captions) -> str:
    """The text of a WebVTT file; each speaker has a voice, and a colour of their own."""
    head = "WEBVTT\n"
    if captions.language:
        head += f"Kind: captions\nLanguage: {captions.language}\n"
    blocks = [head]
    colours = speaker_colours(captions)
    styles = [
        f'::cue(v[voice="{_in_quotes(who)}"]) {{ color: {colour} }}'
        for who, colour in colours.items()
        if len(colours) > 1
    ]
    if styles:
        blocks.append("\n".join(["STYLE", *styles]) + "\n")
    for number, caption in enumerate(captions.captions, 1):
        times = written_span(caption.start, caption.stop)
        start, stop = (write_clock(time) for time in times)
        lines = [_escaped(line) for line in caption.lines if line.strip()]
        text = "\n".join(lines) or "&nbsp;"
        if caption.speaker:
            text = f"<v {_escaped(caption.speaker)}>{text}</v>"
        blocks.append(f"{number}\n{start} --> {stop}\n{text}\n")
    return "\n".join(blocks)


def read_vtt(text: str, *, where: str = "", language: str = "") -> Captions:
    """The captions of a WebVTT file with their speakers; places and styles are passed over.

    Raises MediaError that names the line which is no cue, or when the file is no WebVTT.
    """
    lines = text.lstrip("\N{ZERO WIDTH NO-BREAK SPACE}").splitlines()
    if not lines or not re.match(r"WEBVTT(\s|$)", lines[0]):
        raise MediaError(
            "it does not begin with WEBVTT", where=where or None, mend="Give a WebVTT file"
        )
    found: list[Caption] = []
    for start, block in _blocks(lines):
        if start == 0:
            said = _LANGUAGE.search("\n".join(block))
            language = language or (said[1] if said else "")
        elif block[0].split(maxsplit=1)[0] not in _BETWEEN or "-->" in block[0]:
            found.append(_cue(block, start, where))
    return Captions(tuple(found), language)


def _blocks(lines: list[str]) -> list[tuple[int, list[str]]]:
    """Runs of lines that are not empty, each with the place of its first."""
    blocks: list[tuple[int, list[str]]] = []
    open_block = False
    for number, line in enumerate(lines):
        if not line.strip():
            open_block = False
        elif open_block:
            blocks[-1][1].append(line)
        else:
            blocks.append((number, [line]))
            open_block = True
    return blocks


def _cue(block: list[str], first: int, where: str) -> Caption:
    at = 0 if "-->" in block[0] else 1
    times = block[at].split("-->") if at < len(block) else []
    if len(times) == 2 and times[1].split():
        start, stop = read_clock(times[0]), read_clock(times[1].split()[0])
    else:
        start = stop = None
    if start is None or stop is None:
        line = min(at, len(block) - 1)
        raise MediaError(
            f"line {first + line + 1} is {block[line].strip()[:60]!r} where the times of a cue "
            "should be",
            where=where or None,
            mend="Write them as 00:01.000 --> 00:02.500",
        )
    if stop <= start:
        raise MediaError(
            f"the cue of line {first + at + 1} ends before it begins", where=where or None
        )
    raw = "\n".join(block[at + 1 :])
    voice = _VOICE.search(raw)
    plain = html.unescape(_TAG.sub("", raw))
    lines = tuple(line.strip() for line in plain.splitlines() if line.strip())
    return Caption(start, stop, lines, html.unescape(voice[1]).strip() if voice else "")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _in_quotes(text: str) -> str:
    """A name inside the double quotes of a style; no arrow may stand in one."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("-->", "->")
