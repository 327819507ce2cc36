"""English figures in words: fractions, scores, ratios, sizes, ranges, and what is left of"
" numbers."""

from __future__ import annotations

import re

from engine.models.speech.english_addresses import Made
from engine.models.speech.english_numbers import LARGEST, NUMBER, cardinal, code, count, digits
from engine.models.speech.english_numbers import fraction as in_words

_VULGAR = {
    "½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅕": "1/5", "⅖": "2/5",
    "⅗": "3/5", "⅘": "4/5", "⅙": "1/6", "⅚": "5/6", "⅛": "1/8", "⅜": "3/8", "⅝": "5/8", "⅞": "7/8",
}  # fmt: skip
_ROUND = (64, 100, 1000)


def _fraction(match: re.Match[str]) -> str:
    over, under = int(match[1]), int(match[2])
    if under < 2 or over >= under or not (over == 1 or under <= 32 or under in _ROUND):
        return f"{cardinal(over)} out of {cardinal(under)}" if over <= under else _over(over, under)
    return in_words(over, under)


def _over(over: int, under: int) -> str:
    return f"{cardinal(over)} over {cardinal(under)}"


def _mixed(match: re.Match[str]) -> str:
    whole, over, under = (int(group) for group in match.groups())
    if under < 2 or over >= under:
        return match[0]
    said = in_words(over, under)
    said = f"a{said[3:]}" if said.startswith("one ") and under in (2, 4) else said
    return f"{cardinal(whole)} and {said}"


def _pair(match: re.Match[str]) -> str:
    """50/50 and 80/20 are parts of a whole."""
    first, second = int(match[1]), int(match[2])
    return f"{cardinal(first)} {cardinal(second)}" if first + second == 100 else match[0]


def _ratio(match: re.Match[str]) -> str:
    return f"{count(match[1])} to {count(match[2])}"


def _size(match: re.Match[str]) -> str:
    sides = [side for side in match.groups() if side]
    pixels = all(len(side) > 2 and side.isdecimal() for side in sides)
    said = [code(side) if pixels else count(side) for side in sides]
    if _UNIT_BEHIND.match(match.string, match.end()):
        said[-1] = sides[-1]  # a measure is read with its number
    return " by ".join(said)


_UNIT_BEHIND = re.compile(r" ?(?:cm|mm|m|ft|in)\b")


def _sets(match: re.Match[str]) -> str:
    """The sets of a match of tennis."""
    return re.sub(r"(\d)[-–](\d)", lambda m: f"{count(m[1])} {count(m[2])}", match[0])


RULES: tuple[tuple[str, Made], ...] = (
    (rf"(?<=\d)[{''.join(_VULGAR)}]", lambda m: f" {_VULGAR[m[0]]}"),
    (rf"[{''.join(_VULGAR)}]", lambda m: _VULGAR[m[0]]),
    (r"(?<![\w.,/])\d(?:,?\d){15,}(?![\w.])", lambda m: digits(m[0])),
    (r"(?<![\w/.])(\d+)[ -](\d{1,2})/(\d{1,3})(?![\w/])", _mixed),
    (r"(?<![\w/.])([1-9]0)[/-]([1-9]0)(?![\w/-])", _pair),
    (r"(?<![\w/.])20/20\b", "twenty twenty"),
    (r"(?<=[%°])\s?[-–]\s?(?=\d)|(?<=\d0s)\s?[-–]\s?(?=\d)", " to "),
    (r"(?<![\w/.])(\d(?:\.\d)?)/(5|10)(?= stars\b)", r"\1 out of \2"),
    (r"\b(1):(\d+)(?=[- ](?:scale|ratio|model|mix|dilution|replica)\b)", r"\1 to \2"),
    (
        r"(?<![\w/.])(\d{1,2})/(\d{1,2})(?= (?:time|meter|beat|signature|rhythm|groove|waltz)\b)",
        lambda m: f"{cardinal(int(m[1]))} {cardinal(int(m[2]))}",
    ),
    (
        (
            r"(?i)(?<=\w )(?<!/)\b((?:gave|give|gives|scored?|scores|rated?|rates|rating|got|gets"
            r"|was"
            r"|a solid|a)"
            r"(?: (?:it|us|them|him|her|of|the film|a|perfect))* )(\d{1,2}(?:\.\d)?)/(10|20|5"
            r"|100)\b(?!/| of\b)"
        ),
        lambda m: f"{m[1]}{count(m[2])} out of {cardinal(int(m[3]))}",
    ),
    (r"(?<![\w/.])(\d{1,3})/(\d{1,4})(?:th|ths|rd|nd|s)?(?![\w/])", _fraction),
    (r"(?<![\w:.])(\d+\.\d+|\d+):(\d+\.\d+|\d)(?![\d:.]*\d)", _ratio),
    (r"(?<![\w:.])(16|21|32|14|17):(9|10)(?![\d:])", _ratio),
    (r"(?<![\w.])(\d+) ?[x×] ?(\d+)(?= ?=)", r"\1 times \2"),
    (
        (
            r"(?<![\w.])(\d+(?:\.\d+)?) ?[x×] ?(\d+(?:\.\d+)?)(?: ?[x×] ?(\d+(?:\.\d+)?))?"
            r"(?=$|[^\w.]|\.(?!\d)| ?(?:cm|mm|m|ft|in)\b)"
        ),
        _size,
    ),
    (r"(?<![\w.])(\d+(?:\.\d+)?)[x×](?!\w)", lambda m: f"{count(m[1])} times"),
    (r"(?<![\w-])\d[-–]\d(?:(?:,| and|, and) \d[-–]\d)+(?![\w-])", _sets),
    (r"(?<![\w.\-])10-4\b(?!-)", "ten four"),
    (r"(?<![\w.\-–/$£€])(\d+)\s?[-–]\s?(\d+)(?=x\b)", r"\1 to \2"),
    (
        (
            rf"(?<![\w.\-–/,:$£€¥])({NUMBER})\s?[-–]\s?({NUMBER})(?=$|[\s.,;:!?)]|-(?:[a-z])|%|°"
            rf"|[a-z]{{1,3}}\b)(?![.,]\d)"
        ),
        r"\1 to \2",
    ),
)

LAST: tuple[tuple[str, Made], ...] = (
    (
        r"(?<![\w.,)])([-−])(?=\.?\d)",
        "minus ",
    ),
    (r"(?<![\w.,])(\d[\d,]*\.\d+|\.\d+)(?![\w.]*\d)", lambda m: count(m[1])),
    (r"(?<![\w.,-])([2-9][1-9]\d\d|[3-9]\d{3})(?=$|[ .,;!?)])(?!,\d)", lambda m: _hundreds(m[1])),
)


def _hundreds(text: str) -> str:
    hundreds, rest = divmod(int(text), 100)
    return cardinal(int(text)) if rest or not hundreds % 10 else f"{cardinal(hundreds)} hundred"


def is_long(text: str) -> bool:
    """Whether a number has too many digits for a numeral."""
    return int(text) > LARGEST
