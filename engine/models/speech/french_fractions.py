"""French fractions, halves, ratios, sizes, scores and ranges in words."""

from __future__ import annotations

import re

from engine.models.speech.french_gender import WRITTEN, is_feminine
from engine.models.speech.french_numbers import cardinal, ordinal
from engine.models.speech.french_units import Made

_VULGAR = {"½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅛": "1/8", "⅜": "3/8",
           "⅝": "5/8", "⅞": "7/8", "⅕": "1/5"}  # fmt: skip
_MEASURES = {"L": "litre", "l": "litre", "kg": "kilo", "km": "kilomètre"}
_FORMATS = frozenset(((16, 9), (4, 3), (21, 9), (5, 4), (3, 2)))
_TALL = frozenset(((9, 16), (4, 5), (1, 1), (3, 4), (2, 3)))
_NO_NOUN = (
    r"(?!(?:d|de|du|des|sur|à|et|en|par|pour|au|aux|avec|dans|est|ou|puis|plus"
    r"|a|ont|sont|était|avait)\b)"
)


def in_words(over: int, under: int) -> str:
    """2/3 is "deux tiers"."""
    names = {2: "demi", 3: "tiers", 4: "quart"}
    name = names.get(under) or ordinal(under)
    return f"{cardinal(over)} {name}" + ("s" if over > 1 and not name.endswith("s") else "")


def _fraction(match: re.Match[str]) -> str:
    over, under = int(match[1]), int(match[2])
    if (over, under) in _FORMATS:
        return in_words(over, under)
    marks = under in (10, 20, 100) and over > 1
    if marks or not 0 < over < under or (over > 1 and under > 16):
        return f"{cardinal(over)} sur {cardinal(under)}"
    return in_words(over, under)


def _round(match: re.Match[str]) -> str:
    """The rounds of a cup: 1/4 de finale."""
    under = int(match[1])
    if under == 2:
        return "demi-finale"
    return f"{'quart' if under == 4 else ordinal(under)}{'s' if match[2] else ''} de finale"


def _mixed(match: re.Match[str]) -> str:
    """2 1/2 is "deux et demi", and before a noun "2 tasses et demie", "2 kg trois quarts"."""
    whole, over, under = (int(group) for group in match.groups()[:3])
    noun = match[4]
    if not 0 < over < under:
        return match[0]
    if not noun:
        said = "demi" if (over, under) == (1, 2) else in_words(over, under)
        return f"{cardinal(whole)} et {said}"
    return f"{whole} {noun} {_over(noun) if (over, under) == (1, 2) else in_words(over, under)}"


def _over(noun: str) -> str:
    """And a half, as it agrees with a noun."""
    return "et demie" if noun == "h" or is_feminine(noun) else "et demi"


def _half(match: re.Match[str]) -> str:
    """1/2 before a noun: une demi-heure, un demi-litre."""
    noun = "heure" if match[1] == "h" else match[1]
    return f"{'une' if is_feminine(noun) else 'un'} demi-{noun}"


def _format(match: re.Match[str]) -> str:
    """The shape of a picture: 16:9 is "seize neuvièmes", 9:16 "neuf seize"."""
    shape = int(match[2]), int(match[3])
    if shape in _FORMATS:
        return match[1] + in_words(*shape)
    return f"{match[1]}{cardinal(shape[0])} {cardinal(shape[1])}" if shape in _TALL else match[0]


def _sets(match: re.Match[str]) -> str:
    return re.sub(
        r"(\d+)[-–/](\d+)", lambda m: f"{cardinal(int(m[1]))} {cardinal(int(m[2]))}", match[0]
    )


def _range(match: re.Match[str]) -> str:
    """From one quantity to another of the same unit: 5 m - 10 m, but 1,80 m - 75 kg are two."""
    unit = match[1].lstrip("0123456789 ")
    same = re.match(rf"[\d ,]+{re.escape(unit)}(?!\w)", match.string[match.end() :])
    return f"{match[1]} à " if same or " " not in match[0][len(match[1]) :] else f"{match[1]}, "


_SET = r"\d[-–]\d(?: \(\d{1,2}[-/]\d{1,2}\))?"
FIRST: tuple[tuple[str, Made], ...] = (  # before hours and dates
    (rf"(?<=\d) ?[{''.join(_VULGAR)}]", lambda m: f" {_VULGAR[m[0].strip()]}"),
    (rf"[{''.join(_VULGAR)}]", lambda m: _VULGAR[m[0]]),
    (r"\b1/(2|4|8|16|32)(?:e|es|ème|èmes)?(s)? (?:de )?finales?\b", _round),
    (r"(?i)\b((?:partie|épisode|page|étape|volet|test|prise) )(\d+)/(\d+)\b", r"\1\2 sur \3"),
    (r"(?i)\b((?:note|noté|notée|score)(?: de| :)? )(\d+)/(\d+)\b", r"\1\2 sur \3"),
    (
        r"(?i)\b((?:format|ratio|vertical|image|vidéo|écran|en|du|le) )(\d{1,2}):(\d{1,2})\b(?!:)",
        _format,
    ),
    (rf"(?<![\w-]){_SET}(?:(?:,| et|, et|) {_SET})+(?![\w-])", _sets),
    (r"(?i)\b(sets? ?:? ?)(\d)/(\d)(?![\w/])", r"\1\2 \3"),
    (r"(?<=: )(\d+)/(5|10|20|100)(?![\w/]| (?:d|de|des|du)\b)", r"\1 sur \2"),
    (r"(?<![\w/,])(\d+,\d+)/(\d+)(?![\w/])", r"\1 sur \2"),
    (
        rf"(?<![\w/,])(\d+) (\d)/([2348])(?![\w/])(?: {_NO_NOUN}([a-zà-ÿœ]+)\b(?!'))?",
        _mixed,
    ),
    (
        rf"(?<![\w,])(\d+ ?){_NO_NOUN}([a-zà-ÿœ]+)(?: et)? 1/2(?![\w/]| {_NO_NOUN}[a-zà-ÿœ])",
        lambda m: f"{m[1]}{m[2]} {_over(m[2])}",
    ),
    (
        r"(?<![\w/,])([13])/([234]) ?(L|l|kg|km)(?![\w/])",
        lambda m: (
            f"un demi-{_MEASURES[m[3]]}"
            if m[2] == "2"
            else f"{in_words(int(m[1]), int(m[2]))} de {_MEASURES[m[3]]}"
        ),
    ),
    (rf"(?<![\w/,])1/2[ -]?(h(?!\w)|{_NO_NOUN}[a-zà-ÿœ]{{3,}})", _half),
    (
        rf"\b([Uu]n{WRITTEN}?|[LlCc]e|[DdAa]u) 1/([34])(?![\w/])",
        lambda m: f"{m[1]} {in_words(1, int(m[2])).removeprefix('un ')}",
    ),
    (
        r"(?<![\w/,])([2-9]|\d\d)/(\d{1,2})(?= (?:min|h|j|ans|jours|mois|pers|personnes)\b)",
        lambda m: f"{m[1]} à {m[2]}" if int(m[1]) < int(m[2]) > 4 else m[0],
    ),
    (r"(?<=\dh) 1/4(?![\w/])|(?<=\d h) 1/4(?![\w/])", " et quart"),
    (r"(?<![\w/,])([13])/4 ?h\b", lambda m: f"{in_words(int(m[1]), 4)} d'heure"),
)
RULES: tuple[tuple[str, Made], ...] = (
    (r"(?<![\w/,])(1)/(\d{2,4}) ?s\b", lambda m: f"{_fraction(m)} de seconde"),
    (r"(?<=bits)/(?=\d)", " "),
    (
        rf"\b(?:(2|deux)|3|trois) en (?:1|un{WRITTEN}?)(?!\w| (?:an|mois|jour|match|set)\b)",
        lambda m: f"{'deux' if m[1] else 'trois'}-en-un{WRITTEN}",
    ),
    (r"(?<![\w/])50/50\b", "cinquante cinquante"),
    (r"(?<![\w/,])(\d{1,3})/(\d{1,4})(?:e|ème)?(?![\w/])", _fraction),
    (r"(?<![\w,.])(\d+(?:,\d+)?) ?: ?(\d)(?![\d:])", r"\1 à \2"),
    (r"(?<!\d)(\d{3,}) ?[x×] ?(\d{3,})(?!\d)", r"\1 par \2"),
    (r"(?<=\d)( ?(?:m|cm|mm|km)) ?[x×] ?(?=\d+(?:,\d+)? ?(?:m|cm|mm|km)\b)", r"\1 sur "),
    (r"(?<=\d) ?[x×] ?(?=(?:50|100|200|400|800|1500) ?m\b)", " fois "),
    (r"(?<=\d) ?[x×] ?(?=\d+(?:,\d+)?(?: ?[x×] ?\d+)? ?(?:cm|mm|m|px|pouces)\b)", " par "),
    (r"(?<![\w,])4 ?[x×] ?4(?!\w|,\d| ?=)", "quatre quatre"),
    (r"\b((?:[Ll]e|[Dd]u|[Aa]u) )9[-.]([1-5])(?![\w,.-]*\d)", r"\1 9 \2"),  # 93, the department
    (r"(?<=\d) ?[x×] ?(?=\d)", " fois "),
    (r"(?<=\d) ?[x×](?= [a-zé])", " fois"),
    (r"(?<![\w-])(\d)-(\d)-(\d)(?![\w-])", r"\1 \2 \3"),
    (r"(?<![\w-])\d\d?(?:-\d\d?){3,}(?![\w-])", lambda m: m[0].replace("-", ", ")),  # a draw
    (r"\b(Boeing \d{3})-(\d{3})\b", r"\1 \2"),
    (r"\b([A-Za-z]{1,3}\d{1,4}|[LRD]\. ?\d+)-(\d{1,5})(?=[A-Z]?\b)", r"\1 \2"),
    (r"(?<=\d) [-–−] (?=\d+(?:,\d+)? =)", " moins "),
    (r"\bt\. ?a\. ?b\.?(?!\w)", "tirs au but"),
    (r"\ba\. ?p\.(?=\))|(?<=\d )a\. ?p\.", "après prolongation"),
    (r"(?<![A-Z]-)(?<=\d) ?[-–] ?(?=\d)", " à "),
    (r"(\d ?(?:%|€|\$|°C?|km|cm|mm|m|kg|g|l|cl|ml|min|ans|mois))(?:[-–]| [-–] )(?=\d)", _range),
)
