"""French dates, hours and durations in words."""

from __future__ import annotations

import re

from engine.models.speech.french_numbers import cardinal, digits
from engine.models.speech.french_units import Made

_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
    "octobre", "novembre", "décembre",
)  # fmt: skip
_SHORT_MONTHS = {
    "janv": 0, "févr": 1, "fév": 1, "avr": 3, "juil": 6, "juill": 6, "sept": 8,
    "oct": 9, "nov": 10, "déc": 11,
}  # fmt: skip
_MONTH = "|".join((*_MONTHS, *_SHORT_MONTHS))
_DAYS = {"lun": "lundi", "mar": "mardi", "mer": "mercredi", "jeu": "jeudi", "ven": "vendredi",
         "sam": "samedi", "dim": "dimanche"}  # fmt: skip


def _month(name: str) -> int:
    name = name.lower().rstrip(".")
    return _SHORT_MONTHS[name] if name in _SHORT_MONTHS else _MONTHS.index(name)


def _day(text: str) -> str:
    return "premier" if int(text) == 1 else cardinal(int(text))


def _date(day: str, month: int, year: str | None) -> str:
    return f"{_day(day)} {_MONTHS[month]}" + (f" {cardinal(int(year))}" if year else "")


def _numeric_date(match: re.Match[str], day: str, month: str, year: str | None) -> str:
    if not (1 <= int(day) <= 31 and 1 <= int(month) <= 12):
        return match[0]
    return _date(day, int(month) - 1, year)


def _short_year(text: str) -> str:
    return ("19" if int(text) > 30 else "20") + text if len(text) == 2 else text


def _count(text: str, name: str) -> str:
    number = int(text)
    return f"{cardinal(number)} {name}{'s' if number > 1 else ''}"


def _hour(match: re.Match[str]) -> str:
    minute = int(match[2] or 0)
    if minute > 59:
        return match[0]
    words = _count(match[1], "heure")
    return f"{words} {cardinal(minute)}" if minute else words


def _lasting(match: re.Match[str]) -> str:
    """Hours, minutes and seconds; "3 min 20" leaves the seconds unsaid, as one speaks."""
    parts = [(text, name) for name, text in match.groupdict().items() if text and name != "bare"]
    said = [_count(text, name) for text, name in parts if int(text)]
    bare = match.groupdict().get("bare")
    return " ".join((*said, cardinal(int(bare)))) if bare else " ".join(said)


_PLAYED = re.compile(
    r"(?i)\b(?:vidéos?|time-?codes?|TC|minutage|extraits?|piste|podcasts?|clips?|rush(?:e?s)?"
    r"|dur(?:ée|e|ent|ait)|montage|coupe[zr]?|bande(?:-son|-annonce)|morceau|chrono|lecture)\b"
)


def _clock(match: re.Match[str]) -> str:
    """12:40 is an hour, but a place in what is played where the sentence speaks of that."""
    if int(match[1]) < 25 and not (_PLAYED.search(match.string) and int(match[1]) < 60):
        return _hour(match)
    second = int(match[2])
    said = _count(match[1], "minute") if int(match[1]) else "zéro minute"
    return f"{said} {cardinal(second)}" if second else said


def _timecode(match: re.Match[str]) -> str:
    return ", ".join(
        digits(pair) if pair[0] == "0" else cardinal(int(pair)) for pair in match.groups()
    )


RULES: tuple[tuple[str, Made], ...] = (
    (r"\b(\d\d):(\d\d):(\d\d)[:;](\d\d)\b", _timecode),
    (r"(?<![\w:])(?P<heure>\d{1,2}):(?P<minute>[0-5]\d):(?P<seconde>[0-5]\d)(?![\d:])", _lasting),
    (
        (
            r"(?<![\w:])(?P<heure>\d+) ?h ?(?P<minute>\d+) ?(?:min|mn|m)\.?"
            r"(?: (?:et )?(?P<seconde>\d+) ?s(?:ec)?\b)?(?!\w)"
        ),
        _lasting,
    ),
    (r"(?<![\w:])(?P<minute>\d+) ?(?:min|mn) ?(?P<seconde>\d+) ?s(?:ec)?\b", _lasting),
    (r"(?<![\w:])(?P<minute>\d+) ?(?:min|mn) ?(?P<bare>\d\d)\b(?! ?\w)", _lasting),
    (r"\b((?:[Àà]|[Dd]ès|[Dd]e) la )(\d{1,3})['′](?!\d)", r"\1\2e"),  # of a match
    (r"(?<![\w:])(?P<minute>\d+)['′] ?(?P<bare>\d\d)(?:''|\"|″)", _lasting),
    (r"(?<![\w:])(?P<minute>\d+)['′](?P<bare>[0-5]\d)(?![\d'′\"])", _lasting),
    (r"(?<![\w:])(?P<minute>\d+)['′](?= |$|[.,;])", _lasting),
    (
        rf"\b({_MONTH})( \d{{4}}) ?[-–] ?(?=(?:{_MONTH})\b)",
        r"\1\2 à ",
    ),
    (
        r"(?i)\b(lun|mar|mer|jeu|ven|sam|dim)\.? ?([-–/]) ?(lun|mar|mer|jeu|ven|sam|dim)\b\.?",
        lambda m: f"{_DAYS[m[1].lower()]}{',' if m[2] == '/' else ' à'} {_DAYS[m[3].lower()]}",
    ),
    (r"(?<=midi) ?[-–] ?(?=\d)|(?<=minuit) ?[-–] ?(?=\d)", " à "),
    (
        r"\b([Ll]un|[Mm]ar|[Mm]er|[Jj]eu|[Vv]en|[Ss]am|[Dd]im)\.(?=[ ,;)])",
        lambda m: _DAYS[m[1].lower()],
    ),
    (
        r"(?<![\w:])(?P<minute>\d{1,2}):(?P<seconde>[0-5]\d)[.,](?P<bare>\d{1,3})(?!\d)",
        _lasting,
    ),
    (r"\b([0-3]\d)-([01]\d)-(\d{4})\b", lambda m: _numeric_date(m, m[1], m[2], m[3])),
    (r"\b(\d{4})-(\d\d)-(\d\d)\b", lambda m: _numeric_date(m, m[3], m[2], m[1])),
    (
        r"\b(\d{1,2})(?:er)?[/.](\d{1,2})[/.](\d{4}|\d\d)\b",
        lambda m: _numeric_date(m, m[1], m[2], _short_year(m[3])),
    ),
    (
        (
            rf"\b((?:[Ll]e|[Dd]u|[Aa]u|{'|'.join(_DAYS.values())}) )"
            r"(0?[1-9]|[12]\d|3[01])(?:er)?/(0[1-9]|1[0-2])\b(?!/)"
        ),
        lambda m: m[1] + _numeric_date(m, m[2], m[3], None),
    ),
    (
        r"(?<![\d/,])(0?[1-9]|[12]\d|3[01])(?:er)?/(0[1-9])\b(?!/)",
        lambda m: _numeric_date(m, m[1], m[2], None),
    ),
    (
        rf"\b(\d{{1,2}})(?:er)? ?(?:[-–]|au) ?(\d{{1,2}}) ({_MONTH})\b\.?",
        lambda m: f"{_day(m[1])} au {_date(m[2], _month(m[3]), None)}",
    ),
    (
        rf"\b(\d{{1,2}})(?:er)?[ -]({_MONTH})\b\.?(?: (\d{{4}})\b)?",
        lambda m: _date(m[1], _month(m[2]), m[3]),
    ),
    (
        (
            r"\b(1er|\d{1,2})-(Janvier|Février|Mars|Avril|Mai|Juin|Juillet|Août|Septembre|Octobre"
            r"|Novembre|Décembre)\b"
        ),
        lambda m: f"{_day(m[1].removesuffix('er'))} {m[2].lower()}",
    ),
    (
        (
            rf"\b({'|'.join(_SHORT_MONTHS)})\.(?= \d|-(?:{_MONTH})\b)"
            rf"|(?<=\ben )({'|'.join(_SHORT_MONTHS)})\.|(?<=\bfin )({'|'.join(_SHORT_MONTHS)})\."
            rf"|(?<=\bdébut )({'|'.join(_SHORT_MONTHS)})\."
        ),
        lambda m: _MONTHS[_month(m[0])],
    ),
    (r"\bj\. (?=fériés?\b|ouvrés?\b|ouvrables?\b)", "jours "),
    (r"\b24/24 ?h\b", "vingt-quatre heures sur vingt-quatre"),
    (r"(?<=\dh) ?/ ?(?=\d{1,2} ?h)", " à "),
    (r"\b(\d\d)/(\d\d) ?h\b", r"\1, \2 h"),
    (r"(?<=\d0)['’]?s\b", ""),
    (r"\b(14-18|39-45)\b", lambda m: " ".join(cardinal(int(n)) for n in m[1].split("-"))),
    (
        r"(?<![\w/])((?:19|20)\d\d)/((?:19|20)?\d\d)(?![\w/])",
        lambda m: f"{cardinal(int(m[1]))} {cardinal(int(m[2]))}",
    ),
    (r"(?<=h)[-–](?=midi|minuit)|(?<=h\d\d)[-–](?=midi|minuit)", " à "),
    (r"(?<=h) ?[-–] ?(?=\d{1,2} ?h)", " à "),
    (r"(?<=h\d\d) ?[-–] ?(?=\d{1,2} ?h)", " à "),
    (r"(?<=\d:\d\d) ?[-–] ?(?=\d{1,2}:\d\d)", " à "),
    (r"(?:(?<=[ :(])|^)[-−](?=\d{1,2} ?h\b)", "moins "),
    (r"(?:(?<=[ :(])|^)\+(?=\d{1,2} ?h\b)", "plus "),
    (r"\b(GMT|UTC) ?[-−–](?=\d)", r"\1 moins "),
    (r"(?<![\d,.])\b(\d{1,3}) ?[hH](?: ?([0-5]\d))?\b(?!\w)", _hour),
    (r"(?<![\w:])(\d{1,2}):([0-5]\d)\b(?!:)", _clock),
)
