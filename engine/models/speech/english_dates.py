"""English dates, years, hours and durations in words."""

from __future__ import annotations

import re

from engine.models.speech.english_addresses import Made, letters
from engine.models.speech.english_numbers import cardinal, digits, ordinal, year

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_DAYS = {"Mon": "Monday", "Tue": "Tuesday", "Tues": "Tuesday", "Wed": "Wednesday",
         "Thu": "Thursday", "Thur": "Thursday", "Thurs": "Thursday", "Fri": "Friday",
         "Sat": "Saturday", "Sun": "Sunday"}  # fmt: skip
_SHORT = {name[:3]: name for name in _MONTHS if name != "May"} | {"Sept": "September"}
_MONTH = "|".join((*_MONTHS, *_SHORT))
_DAY = "|".join((*_DAYS.values(), *_DAYS))
_YEAR = r"(?:1[0-9]|20)\d\d"
_TO = r"\s?(?:[-–—]|to)\s?"


def _month(name: str) -> str:
    return _SHORT.get(name, name)


def _day(text: str) -> str:
    return ordinal(int(text))


def _days_of_month(match: re.Match[str]) -> str:
    first, last, month = match.groups()
    return f"the {_day(first)} to the {_day(last)} of {_month(month)}"


def _month_days(match: re.Match[str]) -> str:
    return f"{_month(match[1])} {_day(match[2])} to {_day(match[3])}"


def _written(day: int, month: int, number: str) -> str | None:
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return None
    return f"{_MONTHS[month - 1]} {ordinal(day)}, {year(int(number))}"


def _dotted(match: re.Match[str]) -> str:
    return _written(int(match[1]), int(match[2]), match[3]) or match[0]


def _american(match: re.Match[str]) -> str:
    """Month first, but for a thirteenth month."""
    first, second, number = int(match[1]), int(match[2]), match[3]
    if len(number) == 2:
        number = ("19" if int(number) > 30 else "20") + number
    day, month = (first, second) if first > 12 else (second, first)
    return _written(day, month, number) or match[0]


def _month_day(match: re.Match[str]) -> str:
    if not 1 <= int(match[2]) <= 31:
        return match[0]
    return f"{_month(match[1])} {_day(match[2])}" + (f", {year(int(match[3]))}" if match[3] else "")


def _day_month(match: re.Match[str]) -> str:
    if not 1 <= int(match[1]) <= 31:
        return match[0]
    return f"the {_day(match[1])} of {_month(match[2])}" + (
        f" {year(int(match[3]))}" if match[3] else ""
    )


def _iso(match: re.Match[str]) -> str:
    return _written(int(match[3]), int(match[2]), match[1]) or match[0]


def _two(text: str) -> str:
    """The last two figures of a year."""
    return cardinal(int(text)) if text[0] != "0" else f"oh {cardinal(int(text))}"


def _years(match: re.Match[str]) -> str:
    first, last = match[1], match[2]
    if len(last) == 2:
        return f"{year(int(first))} to {_two(last)}"
    return f"{year(int(first))} to {year(int(last))}"


def _season(match: re.Match[str]) -> str:
    return f"{year(int(match[1]))} {cardinal(int(match[2]))}"


def _decade(match: re.Match[str]) -> str:
    """The 90s, '90s, 1990s and 1800s."""
    tens = cardinal(int(match[2]))
    said = tens.replace("y", "ies") if tens.endswith("y") else f"{tens}s"
    if not match[1]:
        return said
    century = cardinal(int(match[1]))
    if match[2] == "00":
        return "two thousands" if match[1] == "20" else f"{century} hundreds"
    return f"{century} {said}"


def _era(match: re.Match[str]) -> str:
    number = match[1].replace(",", "")
    said = cardinal(int(number)) if int(number) % 1000 == 0 else year(int(number))
    return f"{said} {letters(match[2].replace('.', ''))}"


def _clock(hour: int, minute: int, *, half: bool) -> str:
    """half: of the day, which a.m. or p.m. then tells."""
    if minute:
        return f"{cardinal(hour)} {'oh ' if minute < 10 else ''}{cardinal(minute)}"
    if half:
        return cardinal(hour)
    if hour == 0:
        return "midnight"
    return f"{cardinal(hour)} hundred" if hour > 12 else f"{cardinal(hour)} o'clock"


def _hour(match: re.Match[str]) -> str:
    hour, minute = int(match[1]), int(match[2])
    if hour > 24 or minute > 59:
        return match[0]
    return _clock(hour, minute, half=False)


def _half_day(match: re.Match[str]) -> str:
    first, its, half, last, minutes, mark = match.groups()
    said = ""
    if first:
        said = _clock(int(first), int(its or 0), half=True)
        said += f" {letters(half + 'm')}" if half else ""
        said += " to "
    said += f"{_clock(int(last), int(minutes or 0), half=True)} {letters(mark + 'm')}"
    ends = match[0].endswith(".") and match.end() == len(match.string)
    return said + ("." if ends else "")


def _military(match: re.Match[str]) -> str:
    hour, minute = match[1], match[2]
    first = (
        f"oh {cardinal(int(hour[1]))}" if hour[0] == "0" and hour != "00" else cardinal(int(hour))
    )
    last = "hundred" if minute == "00" else f"oh {minute[1]}" if minute[0] == "0" else minute
    return f"{first} {last if last == 'hundred' else cardinal(int(minute))} hours"


def _lasting(match: re.Match[str]) -> str:
    names = match.groupdict()
    said = [
        f"{cardinal(int(text))} {name}{'' if int(text) == 1 else 's'}"
        for name, text in names.items()
        if text and int(text)
    ]
    return " ".join(said) if said else match[0]


def _timecode(match: re.Match[str]) -> str:
    return ", ".join(
        digits(pair) if pair[0] == "0" else cardinal(int(pair)) for pair in match.groups()
    )


_HALF = r"([AaPp])\.?\s?[Mm]\b\.?"
_COUNTED = (
    r"people|men|women|children|copies|tickets|feet|metres|meters|miles|pages|words|votes|seats"
    r"|frames|views|dollars|euros|pounds|employees|students|soldiers|troops|workers|years|days"
    r"|hours"
)
_BEFORE_YEARS = (
    *(
        rf"\b{word}"
        for word in ("in", "In", "the", "The", "of", "by", "By", "since", "Since", "its")
    ),
    *(rf"\b{word}" for word in ("this", "their", "his", "her", "our")),
    *("st", "nd", "rd", "th", ","),
)
_DATED = "".join(rf"(?<!{word} )" for word in _BEFORE_YEARS) + r"(?<![\d$£€.,/:-])"
RULES: tuple[tuple[str, Made], ...] = (
    (r"(?<![\d/])9/11\b(?!/)", "nine eleven"),
    (r"(?<![\d/])24/7\b", "twenty-four seven"),
    (r"\btwenty-four seven/365\b", "twenty-four seven three sixty-five"),
    (
        r"(?<=\d[ap]m)–(?=\d|noon)|(?<=\d [ap]m)–(?=\d|noon)|(?<=[ap]\.m\.)[–-](?=noon|midnight)",
        " to ",
    ),
    (r"\b(\d\d):(\d\d):(\d\d)[:;](\d\d)\b", _timecode),
    (
        r"(?<![\w:.])(?P<hour>\d{1,2}):(?P<minute>[0-5]\d):(?P<second>[0-5]\d)(?![\d:]| ?[ap]\.?m)",
        _lasting,
    ),
    (
        (
            r"(?<![\w:.])(?P<hour>\d+) ?(?:h|hrs?|hours?) ?(?P<minute>\d+)"
            r"(?: ?(?:m|mins?|minutes?)|(?<=h\d\d)|(?<=h\d))(?: ?(?P<second>\d+) ?(?:s|secs?))?\b"
        ),
        _lasting,
    ),
    (
        r"(?<![\w:.])(?P<minute>\d+) ?(?:m|mins?) ?(?P<second>\d+) ?(?:s|secs?)\b",
        _lasting,
    ),
    (r"(?<![\w:])([01]\d|2[0-3]):?([0-5]\d) ?(?:hours|hrs?|h)\b", _military),
    (
        (
            rf"(?<![\w:.])(?:(\d{{1,2}})(?:[:.]([0-5]\d))?(?:\s?{_HALF})?{_TO})?"
            rf"(\d{{1,2}})(?:[:.]([0-5]\d))?\s?{_HALF}(?![\w])"
        ),
        _half_day,
    ),
    (rf"(?<=\d:\d\d){_TO}(?=\d{{1,2}}:\d\d)", " to "),
    (r"(?<![\w:.])(\d{1,2}):([0-5]\d)(?![\d:])", _hour),
    (
        rf"\b({_DAY})\.?{_TO}({_DAY})\b\.?",
        lambda m: f"{_DAYS.get(m[1], m[1])} to {_DAYS.get(m[2], m[2])}",
    ),
    (
        rf"\b({_MONTH})\.?{_TO}({_MONTH})\b\.?(?! \d+{_TO})",
        lambda m: f"{_month(m[1])} to {_month(m[2])}",
    ),
    (
        (
            rf"\b(?:the )?(\d{{1,2}})(?:st|nd|rd|th)?{_TO}(?:the )?(\d{{1,2}})(?:st|nd|rd"
            rf"|th)? (?:of )?({_MONTH})\b\.?"
        ),
        _days_of_month,
    ),
    (
        (
            rf"\b({_MONTH})\.? (\d{{1,2}})(?:st|nd|rd|th)?{_TO}(\d{{1,2}})(?:st|nd|rd"
            rf"|th)?\b(?![\d:%/]"
            rf"| [ap]\.?m)"
        ),
        _month_days,
    ),
    (rf"\b({_YEAR})[-/](\d{{1,2}})[-/](\d{{1,2}})\b(?!-)", _iso),
    (r"\b(\d{1,2})/(\d{1,2})/(\d{4}|\d\d)\b", _american),
    (rf"\b({'|'.join(_SHORT)})\.?(?= \d)", lambda m: _month(m[1])),
    (rf"\b(\d{{1,2}} )({'|'.join(_SHORT)})\.?(?= \d{{4}})", lambda m: m[1] + _month(m[2])),
    (rf"\b(\d{{1,2}})\.(\d{{1,2}})\.({_YEAR})\b", _dotted),
    (
        rf"\b({_MONTH})\.? (\d{{1,2}})(?:st|nd|rd|th)?\b(?![\d:%/]|[.,]\d)(?:,? (\d{{4}})\b)?",
        _month_day,
    ),
    (
        rf"\b(?:[Tt]he )?(\d{{1,2}})(?:st|nd|rd|th)? (?:of )?({_MONTH})\b\.?(?:,? (\d{{4}})\b)?",
        _day_month,
    ),
    (
        (
            rf"\b({'|'.join(_DAYS)})\b(?:(?<!S..)\.|(?<=\b[Oo]n S[au][tn])\.|(?<=S[au][tn])\.(?=,"
            rf"| (?:\d|at|and|to|morning"
            rf"|night|afternoon|evening)\b)|(?=,? (?:the|{_MONTH})\b))"
        ),
        lambda m: _DAYS[m[1]],
    ),
    (rf"\b({'|'.join(_SHORT)})\.(?= )", lambda m: _month(m[1])),
    (
        rf"(?<![\d/])(0?[1-9]|1[0-2])/({_YEAR})\b",
        lambda m: f"{_MONTHS[int(m[1]) - 1]} {year(int(m[2]))}",
    ),
    (
        (
            r"\b((?:[Oo]n|[Bb]y|[Uu]ntil|[Dd]ated|[Ss]ince|[Dd]ue) )(0?[1-9]|1[0-2])/(0?[1-9]"
            r"|[12]\d"
            r"|3[01])\b(?![/\d]| of\b)"
        ),
        lambda m: f"{m[1]}{_MONTHS[int(m[2]) - 1]} {_day(m[3])}",
    ),
    (rf"(?<![\w.\-–/])({_YEAR})\s?[-–]\s?({_YEAR}|\d\d)(?![\w\-–/:]|\.\d|,\d)", _years),
    (rf"(?<![\w.\-/])({_YEAR})/(\d\d)(?![\w/])", _season),
    (r"(?<![\w.,])'?(\d\d)?(\d0)'?s\b", _decade),
    (
        r"(?<=[a-z\d] )'(\d\d)\b(?![\w'])",
        lambda m: _two(m[1]),
    ),
    (
        r"(?<![\w.,])(\d{1,2},\d{3}|\d{1,4}) ((?:BCE?|CE|AD|BP)\b|B\.C\.(?:E\.)?|A\.D\.|C\.E\.)",
        _era,
    ),
    (r"\b(?:AD|A\.D\.) (\d{1,4})\b", lambda m: f"{letters('AD')} {year(int(m[1]))}"),
    (r"\b(?:c\.|ca\.) ?(?=\d{3,4}\b)", "circa "),
    (
        rf"{_DATED}\b([1-9]\d{{3}})(?= (?:{_COUNTED}|[a-z]+[^s\W]s)\b)",
        lambda m: _many(m[1]),
    ),
)


def _many(text: str) -> str:
    """A count of four figures: 1500 "fifteen hundred", 2024 "two thousand twenty-four"."""
    hundreds, rest = divmod(int(text), 100)
    return f"{cardinal(hundreds)} hundred" if hundreds % 10 and not rest else cardinal(int(text))
