"""English that hibari's rules misread: figures by their context, and words of two sounds."""

from __future__ import annotations

import re
from collections.abc import Callable

_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_HALVES = {"1/2": "one half", "1/4": "one quarter", "3/4": "three quarters"}

_COINS = {"$": "dollar", "£": "pound", "€": "euro"}
_JOINTS = "in|of|or|and|for|from|per|to|a|each|more|less|is|was|by|at|on|as|with"
_POWERS = {"²": "square", "³": "cubic"}
_LENGTHS = {
    "km": "kilometers", "cm": "centimeters", "mm": "millimeters", "m": "meters", "ft": "feet",
    "in": "inches",
}  # fmt: skip


def _spelled(digits: str) -> str:
    return " ".join(_DIGITS[int(digit)] for digit in digits if digit.isdigit())


def _hours(match: re.Match[str]) -> str:
    return f"{match[1]} hour" if match[1] == "1" else f"{match[1]} hours"


def _address(written: str) -> str:
    """The name of a place in the web, from its name or behind `www.`, as it is said."""
    said = re.sub(r"^www\.", "W W W. ", written)
    return said.replace(".", " dot ").replace("/", " slash ")


def _suffix(match: re.Match[str]) -> str:
    """The ending of a file's name: its letters where it has no vowel, else a word."""
    name = match[1]
    return f" dot {name}" if re.search("[aeiou]", name) else f" dot {' '.join(name.upper())}"


_FIGURES: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (
        r"(?<![\w.\-])(?:\+?\d[- ])?(?:\(?\d{3}\)?[- ])?\d{3}-\d{4}(?![\w\-])",
        lambda m: _spelled(m[0]).replace(" ", ", "),
    ),
    (
        r"\d(?:,?\d){15,}",  # longer than numerals go
        lambda m: _spelled(m[0]),
    ),
    (r"\b24/7\b", "twenty-four seven"),
    (r"(?<![\w/])(1/2|1/4|3/4)(?![\w/])", lambda m: _HALVES[m[1]]),
    (r"(?<![\w.\-/])(\d{1,2})[-–](\d{1,2})(?=[.!?,;:](?!\d)|$)", r"\1 to \2"),
    (r"\b([Dd]ial )(\d+)\b", lambda m: m[1] + _spelled(m[2])),
    (
        r"\b([Cc]all )(\d{3})(?=[.,;!?]|$| (?:now|if|for|in|at once)\b)",
        lambda m: m[1] + _spelled(m[2]),
    ),
    (r"(?<![\w:.])(\d+):(\d)(?![\d:])", r"\1 to \2"),
    (r"(?<![\w.])(\d+) ?[x×] ?(\d+)(?= ?=)", r"\1 times \2"),
    (r"(?<![\w.])(\d+) ?[x×] ?(\d+)(?!\w)", r"\1 by \2"),
    (
        rf"(?<=\b[Aa] )([$£€])(\d[\d.,]*) ([mbtr]+illion) (?!(?:{_JOINTS})\b)(?=[a-z])",
        lambda m: f"{m[2]} {m[3]} {_COINS[m[1]]} ",
    ),
    (r"(?<![\w.])(\d+) ?h(?= \d+ ?min\b|[ .,;!?]|$)", _hours),
    (r"(?<=\d)( ?)(km|cm|mm|m|ft|in)([²³])", lambda m: f" {_POWERS[m[3]]} {_LENGTHS[m[2]]}"),
    (r"(?<![\w.])(\d+(?:\.\d+)?) s(?=[.!?,;:]|$)", r"\1 seconds"),
    (r"(?<![\w.])(\d+(?:\.\d+)?) ?W(?=[ .!?,;:]|$)", r"\1 watts"),
    (
        r"\b(?:https?://)?((?:[\w-]+\.)+(?:com|org|net|edu|gov|io|co|fr|uk|de)(?:/[\w./-]*\w)?)\b",
        lambda m: _address(m[1]),
    ),
    (
        r"(?<=[a-z0-9])\.(pdf|txt|html?|csv|xml|jpe?g|png|gif|wav|mp[34]|mov|docx?|exe|zip)\b",
        _suffix,
    ),
    (r"(?<=[a-z] )Dr\.(?=$|[,;]| [a-z])", "Drive"),
    (r"(?<=\d) in\.(?= [a-z])", " inches"),
    (r"\bp\. ?(?=\d)", "page "),
    (r"\betc\.(?= [a-z(,;])|\betc(?=[,;])", "et cetera"),
    (r"\betc\.", "et cetera."),
    (r"\bMrs\.?(?= )", "Misses"),
    (r"(\d)\s?[-–]\s?(?=\d+(?:\.\d+)? ?(?:°|%|km|kg|cm|mm|m|g|lb|ft|in)\b)", r"\1 to "),
)


def _after(words: str) -> str:
    """A pattern of places that follow one of the words, small or capital."""
    return "|".join(
        rf"(?<=\b{form} )" for word in words.split() for form in {word, word.capitalize()}
    )


_BE = "is are was were be am feel felt not quite very perfectly I'm you're we're they're"
_SENSES = (  # word, its phones, what stands before it, what stands after it
    ("lead", "lˈɛd", "", r"(?= is (?:a |the )?(?:\w+ )?(?:metal|toxic|poison|soft))"),
    ("lead", "lˈɛd", "", r"(?= (?:pipes?|paint|poisoning|pencils?|shot|crystal|acid|roof))"),
    ("lead", "lˈɛd", _after("of molten liquid"), r"(?=[.,;!?]|$| and )"),
    ("bass", "bˈæs", "", r"(?=[^.!?]*\b(?:fish|fishing|lake|caught|grilled|fillet|rod)\b)"),
    ("bass", "bˈæs", r"(?<=\bcaught a )|" + _after("sea striped grilled"), ""),
    ("bass", "bˈeɪs", "", ""),
    ("object", "əbdʒˈɛkt", _after("I we they you to not don't may will would must who"), ""),
    ("read", "ɹˈid", _after("I you we they"), r"(?=[^.!?]*\b(?:every|each|daily|usually|often)\b)"),
    ("content", "kəntˈɛnt", _after(_BE), r"(?= (?:to|with)\b|[.,;!?]|$)"),
    ("minute", "maɪnˈut", "", r"(?= (?:specks?|amounts?|details?|particles?|traces?)\b)"),
    ("minute", "maɪnˈut", "", r"(?= (?:quantit\w+|differences?|changes?|crystals?|creatures?)\b)"),
    (
        "invalid",
        "ˈɪnvələd",
        _after("the an old poor"),
        r"(?= (?:was|is|had|has|in|who|lay|sat|could|and)\b)",
    ),
)
_FIGURE_RULES = [(re.compile(pattern), made) for pattern, made in _FIGURES]
_SENSE_RULES = [
    (re.compile(rf"(?:{before})\b({word}|{word.capitalize()})\b(?!\]){after}"), phones)
    for word, phones, before, after in _SENSES
]


def in_context(sentence: str) -> str:
    """The sentence with such figures in words, and such words with their phones in brackets."""
    for pattern, made in _FIGURE_RULES:
        sentence = pattern.sub(made, sentence)
    for pattern, phones in _SENSE_RULES:
        sentence = pattern.sub(rf"[\1](/{phones}/)", sentence)
    return sentence
