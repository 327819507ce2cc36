"""Advanced SubStation Alpha files (.ass): captions with their look, for players and encoders."""

from __future__ import annotations

from engine.captions.clock import write_clock, written_span
from engine.captions.looks import Look, rgb, speaker_colours
from engine.captions.values import Captions

_FIELDS = (
    "Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, "
    "Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, "
    "Alignment, MarginL, MarginR, MarginV, Encoding"
)
_ALIGNMENT = {"bottom": 2, "middle": 5, "top": 8}
_PLAIN = "Default"


def write_ass(captions: Captions, *, size: tuple[int, int] = (1920, 1080), look: Look) -> str:
    """The text of an ASS file for a picture of that size; each speaker has a style."""
    width, height = size
    colours = speaker_colours(captions)
    styles = {_PLAIN: look.colour or "#ffffff"}
    names = {who: f"Speaker {place}" for place, who in enumerate(colours, 1)}
    styles |= {names[who]: look.colour or colour for who, colour in colours.items()}
    head = [
        "[Script Info]",
        "ScriptType: v4.00+",
        f"PlayResX: {width}",
        f"PlayResY: {height}",
        "WrapStyle: 2",
        "ScaledBorderAndShadow: yes",
        f"Language: {captions.language}" if captions.language else "",
        "",
        "[V4+ Styles]",
        f"Format: {_FIELDS}",
        *(_style(name, colour, height, look) for name, colour in styles.items()),
        "",
        "[Events]",
        "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text",
    ]
    events = []
    for caption in captions.captions:
        times = written_span(caption.start, caption.stop, digits=2)
        start, stop = (_clock(write_clock(time, digits=2)) for time in times)
        style = names.get(caption.speaker, _PLAIN)
        who = caption.speaker.replace(",", " ").replace("\n", " ")
        text = "\\N".join(_escaped(line) for line in caption.lines)
        events.append(f"Dialogue: 0,{start},{stop},{style},{who},0,0,0,,{text}")
    return "\n".join([*head, *events]) + "\n"


def _style(name: str, colour: str, height: int, look: Look) -> str:
    """One style. Colours are written as alpha, blue, green and red; alpha 0 is opaque."""
    red, green, blue = rgb(colour)
    size = round(look.size * height)
    edge = max(1, round(size / 16))
    alpha = round(255 * (1 - look.opacity))
    border = {"box": (3, edge * 2, 0), "outline": (1, edge, 0), "shadow": (1, 0, edge)}
    style, outline, shadow = border.get(look.ground, (1, 0, 0))
    back = f"&H{alpha if look.ground == 'box' else 0:02X}000000"
    return (
        f"Style: {name},Arial,{size},&H00{blue:02X}{green:02X}{red:02X},&H00FFFFFF,{back},{back},"
        f"0,0,0,0,100,100,0,0,{style},{outline},{shadow},{_ALIGNMENT[look.place]},"
        f"{round(height * 0.05)},{round(height * 0.05)},{round(height * look.margin)},1"
    )


def _clock(text: str) -> str:
    """ASS writes hours with one digit."""
    return text.removeprefix("0")


def _escaped(text: str) -> str:
    """Braces begin overrides in ASS: ones that are text become parentheses."""
    return text.replace("\\", "⧵").replace("{", "(").replace("}", ")")
