"""Reads the part of SSML 1.1 that voices here can follow (W3C, 2010)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

from engine.errors import UsageError
from engine.models.speech.ipa import phones_of
from engine.models.speech.turns import Level, Rest, Style, Turn

if TYPE_CHECKING:
    from lxml.etree import _Element

_RATES = {"x-slow": 0.6, "slow": 0.8, "medium": 1.0, "default": 1.0, "fast": 1.25, "x-fast": 1.6}
_PITCHES = {"x-low": -6.0, "low": -3.0, "medium": 0.0, "default": 0.0, "high": 3.0, "x-high": 6.0}
_VOLUMES = {
    "x-soft": -12.0,
    "soft": -6.0,
    "medium": 0.0,
    "default": 0.0,
    "loud": 4.0,
    "x-loud": 8.0,
}
_BREAKS = {"none": 0.0, "x-weak": 0.1, "weak": 0.2, "medium": 0.4, "strong": 0.8, "x-strong": 1.2}
_SAY_AS = (
    "characters", "spell-out", "digits", "telephone", "cardinal", "number", "ordinal", "date",
    "time", "currency", "unit", "fraction",
)  # fmt: skip
_TAGS = "break, emphasis, p, phoneme, prosody, s, say-as, sub, voice"
_LONGEST_BREAK = 60.0


@dataclass
class _Reading:
    """The turns made so far, and the text that belongs to the next."""

    found: list[Turn | Rest] = field(default_factory=list)
    text: str = ""
    stressed: list[tuple[str, Level]] = field(default_factory=list)
    opens: bool = True

    def close(self, style: Style, *, goes_on: bool = False) -> None:
        """End a turn of that style."""
        text = " ".join(self.text.split())
        if re.search(r"\w", text):
            self.found.append(Turn(text, style, tuple(self.stressed), self.opens, goes_on))
            self.opens = False
        self.text, self.stressed = "", []


def ssml_turns(text: str, style: Style) -> list[Turn | Rest]:
    """The turns of a document. Raises UsageError that names a wrong tag, attribute or value."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    try:
        root = etree.fromstring(text.strip().encode("utf-8"), parser)
    except etree.XMLSyntaxError as error:
        raise UsageError(
            f"the markup is no XML: {error.msg}", mend="Close every tag; write & as &amp;"
        ) from None
    if _name(root) != "speak":
        raise UsageError(f"the markup begins with <{_name(root)}>", mend="Begin with <speak>")
    reading = _Reading()
    _inside(root, style, reading)
    reading.close(style)
    return reading.found


def _inside(element: _Element, style: Style, reading: _Reading) -> None:
    reading.text += element.text or ""
    for child in element:
        if not isinstance(child.tag, str):
            raise UsageError("the markup holds an entity or an instruction", mend=f"Use {_TAGS}")
        _READERS.get(_name(child), _unknown)(child, style, reading)
        reading.text += child.tail or ""


def _unknown(element: _Element, style: Style, reading: _Reading) -> None:  # noqa: ARG001
    raise UsageError(
        f"<{_name(element)}> is not understood", where=_line(element), mend=f"Use {_TAGS}"
    )


def _break(element: _Element, style: Style, reading: _Reading) -> None:
    reading.close(style, goes_on=not _ends(reading.text))
    time, strength = element.get("time"), element.get("strength", "medium")
    if time is None:
        seconds = _of(_BREAKS, strength, element, "strength")
    else:
        match = re.fullmatch(r"\+?(\d+(?:\.\d+)?|\.\d+)(ms|s)", time.strip())
        if not match:
            raise _wrong(element, "time", time, "1.5s or 300ms")
        seconds = float(match[1]) / (1000 if match[2] == "ms" else 1)
    if seconds > _LONGEST_BREAK:
        raise _wrong(element, "time", str(time), f"at most {_LONGEST_BREAK:g}s")
    reading.found.append(Rest(seconds))


def _prosody(element: _Element, style: Style, reading: _Reading) -> None:
    changed = replace(
        style,
        speed=style.speed * _rate(element),
        pitch=style.pitch + _pitch(element),
        volume=style.volume + _volume(element),
    )
    _changed(element, style, changed, reading)


def _voice(element: _Element, style: Style, reading: _Reading) -> None:
    name = element.get("name")
    if not name:
        raise UsageError("<voice> has no name", where=_line(element), mend='Use name="heart"')
    _changed(element, style, replace(style, voice=name), reading)


def _changed(element: _Element, style: Style, changed: Style, reading: _Reading) -> None:
    reading.close(style, goes_on=not _ends(reading.text))
    _inside(element, changed, reading)
    reading.close(changed, goes_on=not _ends(reading.text))


def _emphasis(element: _Element, style: Style, reading: _Reading) -> None:
    level = element.get("level", "moderate")
    if level not in ("strong", "moderate", "reduced", "none"):
        raise _wrong(element, "level", level, "strong, moderate, reduced or none")
    begin = len(reading.text)
    count = len(reading.found)
    _inside(element, style, reading)
    if level != "none" and len(reading.found) == count:
        part = " ".join(reading.text[begin:].split())
        reading.stressed.append((part, cast("Level", level)))


def _phoneme(element: _Element, style: Style, reading: _Reading) -> None:  # noqa: ARG001
    alphabet, ipa = element.get("alphabet", "ipa"), element.get("ph", "")
    if alphabet != "ipa":
        raise _wrong(element, "alphabet", alphabet, "ipa")
    if not phones_of(ipa):
        raise UsageError("<phoneme> has no ph", where=_line(element), mend='Use ph="həˈloʊ"')
    reading.text += f"[{_plain(element) or ipa}](/{ipa.strip('/')}/)"


def _sub(element: _Element, style: Style, reading: _Reading) -> None:  # noqa: ARG001
    alias = element.get("alias")
    if not alias:
        raise UsageError("<sub> has no alias", where=_line(element), mend="Give the words to say")
    reading.text += alias


def _say_as(element: _Element, style: Style, reading: _Reading) -> None:
    kind, text = element.get("interpret-as", ""), _plain(element)
    if kind not in _SAY_AS:
        raise _wrong(element, "interpret-as", kind, ", ".join(_SAY_AS))
    if kind in ("characters", "spell-out"):
        text = ", ".join(c.upper() for c in text if c.isalnum())
    elif kind in ("digits", "telephone"):
        text = " ".join(c for c in text if c.isalnum())
    elif kind == "ordinal" and text.isdecimal():
        text += _ordinal_ending(int(text), style.voice)
    elif kind == "date" and element.get("format", "").startswith("dmy"):
        text = _day_first(text, style.voice)
    reading.text += text


def _paragraph(element: _Element, style: Style, reading: _Reading) -> None:
    reading.close(style)
    reading.opens = True
    _inside(element, style, reading)
    reading.close(style)
    reading.opens = True


def _sentence(element: _Element, style: Style, reading: _Reading) -> None:
    reading.close(style)
    _inside(element, style, reading)
    reading.close(style)


_READERS = {
    "break": _break, "prosody": _prosody, "voice": _voice, "emphasis": _emphasis,
    "phoneme": _phoneme, "sub": _sub, "say-as": _say_as, "p": _paragraph, "s": _sentence,
}  # fmt: skip


def _rate(element: _Element) -> float:
    value = element.get("rate")
    if value is None:
        return 1.0
    match = re.fullmatch(r"([+-])?(\d+(?:\.\d+)?)(%)?", value.strip())
    if not match:
        return _of(_RATES, value, element, "rate")
    number = float(match[2]) / (100 if match[3] else 1)
    factor = {"+": 1 + number, "-": 1 - number}.get(match[1] or "", number)
    if not 0.25 <= factor <= 4:
        raise _wrong(element, "rate", value, "25% to 400%")
    return factor


def _pitch(element: _Element) -> float:
    value = element.get("pitch")
    if value is None:
        return 0.0
    match = re.fullmatch(r"([+-]?\d+(?:\.\d+)?)(st|%)", value.strip())
    if not match:
        return _of(_PITCHES, value, element, "pitch", "+2st, -10%")
    number = float(match[1])
    if match[2] == "st":
        return number
    if number <= -50 or number > 100:
        raise _wrong(element, "pitch", value, "-49% to 100%")
    from math import log2

    return 12 * log2(1 + number / 100)


def _volume(element: _Element) -> float:
    value = element.get("volume")
    if value is None:
        return 0.0
    match = re.fullmatch(r"([+-]?\d+(?:\.\d+)?)dB", value.strip())
    if not match:
        return _of(_VOLUMES, value, element, "volume", "+3dB")
    if abs(float(match[1])) > 40:
        raise _wrong(element, "volume", value, "-40dB to +40dB")
    return float(match[1])


def _of(
    table: dict[str, float], value: str, element: _Element, field_name: str, also: str = ""
) -> float:
    if value.strip() not in table:
        known = ", ".join(table) + (f", {also}" if also else "")
        raise _wrong(element, field_name, value, known)
    return table[value.strip()]


def _wrong(element: _Element, attribute: str, value: str, known: str) -> UsageError:
    return UsageError(
        f"<{_name(element)}> has {attribute}={value!r}", where=_line(element), mend=f"Use {known}"
    )


def _ordinal_ending(number: int, voice: str) -> str:
    from engine.models.speech.voices import voice as voice_named

    if voice_named(voice).language.startswith("fr"):
        return "er" if number == 1 else "e"
    if number % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def _day_first(text: str, voice: str) -> str:
    from engine.models.speech.voices import voice as voice_named

    parts = re.split(r"[/.\-]", text.strip())
    if len(parts) != 3 or voice_named(voice).language.startswith("fr"):
        return text
    return f"{parts[1]}/{parts[0]}/{parts[2]}"


def _plain(element: _Element) -> str:
    return " ".join("".join(map(str, element.itertext())).split())


def _ends(text: str) -> bool:
    """Whether a sentence ends there, or none has begun."""
    return not text.strip() or text.rstrip()[-1] in ".!?…:;,"


def _name(element: _Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _line(element: _Element) -> str:
    return f"line {element.sourceline}"
