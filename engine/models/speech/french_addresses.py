"""French addresses in words: of the web, of mail, files and telephones."""

from __future__ import annotations

import re

from engine.models.speech.french_numbers import cardinal, digits
from engine.models.speech.french_units import Made

_SIGNS = {".": "point", "/": "slash", "-": "tiret", "_": "tiret bas", "@": "arobase", "?": "point "
          "d'interrogation", "=": "égale", "&": "et", "#": "dièse", "+": "plus", ":": "deux points",
          "%": "pour cent", "~": "tilde"}  # fmt: skip
_ENDINGS = (
    "com|org|net|edu|gov|info|biz|io|co|tv|fr|be|ch|ca|lu|uk|de|eu|us|it|es|pt|qc|ai|fm|app|dev"
    "|film"
    "|studio|online|media|news|paris|bzh|gouv|re"
)
_FILES = (
    "pdf|txt|html?|csv|xml|json|jpe?g|png|gif|tiff?|wav|aiff?|flac|mp[34]|mov|mkv|avi|mxf|srt|vtt"
    "|edl|docx?|xlsx?|pptx?|exe|zip|psd"
)


def pair(text: str) -> str:
    """A group of a number that is dialled: 06 is "zéro six"."""
    zeros = len(text) - len(text.lstrip("0"))
    rest = text.lstrip("0")
    return " ".join(["zéro"] * zeros + ([cardinal(int(rest))] if rest else []))


def _telephone(match: re.Match[str]) -> str:
    return ", ".join(pair(group) for group in re.findall(r"\d\d", match[0]))


def _free(match: re.Match[str]) -> str:
    """0 800 12 34 56."""
    groups = re.findall(r"\d\d", match[2])
    return ", ".join((f"zéro {cardinal(int(match[1]))}", *map(pair, groups)))


def _abroad(match: re.Match[str]) -> str:
    """A number with the code of its country."""
    groups = [match[1], *re.findall(r"\d+", match[2].replace("(0)", ""))]
    return "plus " + ", ".join(map(pair, groups))


def _site(written: str) -> str:
    """What stands in an address, part by part."""
    parts = re.findall(r"[^\W\d_]+|\d+|[^\w\s]|_", written)
    said = [_SIGNS.get(p) or (pair(p) if p.isdecimal() and len(p) < 10 else p) for p in parts]
    return " ".join(said)


def _web(match: re.Match[str]) -> str:
    www = "triple double vé point " if match[1] else ""
    return www + _site(match[2] + (match[3] or ""))


def _tag(match: re.Match[str]) -> str:
    name = re.sub(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])|_|(?<=[^\W\d_])(?=\d)", " ", match[2])
    name = re.sub(r"\b[A-ZÀ-Þ](?=[a-zà-ÿ])", lambda m: m[0].lower(), name)
    name = name.replace(".", " point ")
    return f"{'hashtag' if match[1] == '#' else 'arobase'} {name}"


def _file(match: re.Match[str]) -> str:
    ending = re.sub(r"(?<=[a-z])(?=\d)", " ", match[2])
    return f"{_site(match[1].replace('_', ' ').replace('-', ' '))} point {ending}"


RULES: tuple[tuple[str, Made], ...] = (
    (
        rf"\b([\w.+-]+@(?:[\w-]+\.)+(?:{_ENDINGS}))\b",
        lambda m: _site(m[1]),
    ),
    (
        (
            rf"(?i:(?:\bhttps?://|(?<![\w@./]))(www\.)?((?:[\w-]+\.)+(?:{_ENDINGS}))\b"
            r"((?:[:/?#][\w./?=&#%+~:-]*[\w/])?))(?![\w@])"
        ),
        _web,
    ),
    (r"(?<![\w&])([#@])([^\W\d_]\w*\w(?:\.\w+)*)\b", _tag),
    (r"#(?=\d)", "numéro "),
    (rf"\b([^\W_][\w-]*)\.({_FILES})\b(?!\.\w)", _file),
    (r"(?<!\d)0\d(?:[ .-]?\d\d){4}(?!\d)", _telephone),
    (r"(?<!\d)0 ?(8\d\d)((?: ?\d\d){3})(?!\d)", _free),
    (
        r"(?<!\d)0 ?(8\d\d) ?(\d{3}) ?(\d{3})(?!\d)",
        lambda m: f"zéro {cardinal(int(m[1]))}, {pair(m[2])}, {pair(m[3])}",
    ),
    (r"(?<!\w)\+(\d{1,3})((?: ?\(0\))? ?\d{1,2}(?:[ .]\d\d){2,4})(?!\d)", _abroad),
    (
        (
            r"(?i)\b((?:appele[zr]|compose[zr]|faites|joindre|le numéro|contacte[zr]|numéro vert"
            r"|tapez)"
            r"(?: le| au)? )([1-3]\d)(\d\d)\b(?! ?[€$%])"
        ),
        lambda m: f"{m[1]}{pair(m[2])} {pair(m[3])}",
    ),
    (
        r"\b([Ll]e |[Aa]u |[Dd]u )(3[0-9])(\d\d)\b(?! [a-z€$%]|[,.]\d)",
        lambda m: f"{m[1]}{pair(m[2])} {pair(m[3])}",
    ),
    (
        r"(?i)\b((?:code|pin|digicode|mot de passe)(?: est| :)? )(\d{4,6})\b(?! ?[€$%])",
        lambda m: m[1] + digits(m[2]),
    ),
    (r"\b(\d{1,3}(?:\.\d{1,3}){3})\b", lambda m: " point ".join(pair(p) for p in m[1].split("."))),
)
