"""Captions and titles as elements of FCPXML, written and read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction

from lxml import etree

from engine.captions.looks import SPEAKER_COLOURS, rgb, speaker_colours
from engine.captions.values import Caption, Captions

TITLE = (
    "Basic Title",
    ".../Titles.localized/Bumper:Opener.localized/Basic Title.localized/Basic Title.moti",
)
"""Final Cut's plain title: its name and uid."""

_ROLE = "SRT?captionFormat=SRT"
_NO_LANGUAGE = "en"
_FONT = {"caption": (".AppleSystemUIFont", "13"), "title": ("Helvetica", "56")}


def caption_node(
    caption: Caption,
    captions: Captions,
    style: str,
    *,
    effect: str = "",
    text: Callable[[str], str],
) -> etree._Element:
    """A caption, or with the id of the title's effect a title; the caller gives its times.

    style: an id that no other style of the document has; text: makes a text legal in XML.
    """
    shown = text("\n".join(caption.lines))
    name = text(caption.text[:60]) or "Caption"
    if effect:
        node = etree.Element("title", ref=effect, name=name)
        holder = etree.SubElement(node, "text")
    else:
        node = etree.Element("caption", name=name)
        holder = etree.SubElement(node, "text", placement="bottom")
        node.set("role", f"{_ROLE}.{captions.language or _NO_LANGUAGE}")
    etree.SubElement(holder, "text-style", ref=style).text = shown
    colour = speaker_colours(captions).get(caption.speaker, SPEAKER_COLOURS[0])
    font, size = _FONT[str(node.tag)]
    kept = etree.SubElement(node, "text-style-def", id=style)
    look = etree.SubElement(
        kept,
        "text-style",
        font=font,
        fontSize=size,
        fontFace="Regular",
        fontColor=" ".join(f"{part / 255:.6g}" for part in (*rgb(colour), 255)),
    )
    if effect:
        look.set("alignment", "center")
    else:
        look.set("backgroundColor", "0 0 0 1")
    if caption.speaker:
        etree.SubElement(node, "note").text = text(caption.speaker)
    return node


def read_caption(node: etree._Element, start: Fraction, stop: Fraction) -> Caption | None:
    """The caption of a <caption> element; None when it has no text or no length."""
    written = "".join(str(piece) for part in node.findall("text") for piece in part.itertext())
    lines = tuple(line.strip() for line in written.splitlines() if line.strip())
    note = node.findtext("note") or ""
    if not lines or not 0 <= start < stop:
        return None
    return Caption(start, stop, lines, note.strip())


def language_of(node: etree._Element) -> str:
    """The language that the role of a <caption> names."""
    return node.get("role", "").partition("captionFormat=")[2].partition(".")[2]


def by_language(found: Iterable[tuple[str, Caption]]) -> list[Captions]:
    """Captions that were read, gathered by language in the order they came."""
    gathered: dict[str, list[Caption]] = {}
    for language, caption in found:
        gathered.setdefault(language, []).append(caption)
    return [Captions(tuple(rows), language) for language, rows in gathered.items()]
