"""French points of the compass in words: winds and quarters in capitals, bearings in degrees."""

from __future__ import annotations

import re

from engine.models.speech.french_numbers import cardinal
from engine.models.speech.french_units import Made

_POINTS = {"N": "nord", "S": "sud", "E": "est", "O": "ouest", "W": "ouest"}
_TWO = r"(?:[NSEOW]\.?-?)?[NS]\.?-?[EOW](?:(?<=[.-].)\.)?"
_FROM = (
    r"(?:vents?|flux|houles?|brises?|rafales?|courant|secteur|secteurs|quart|cap|orienté|orientée"
    r"|plein|virant|mollissant|fraîchissant|dominante?s?)"
)


def _said(letters: str) -> str:
    return "-".join(_POINTS[each] for each in letters if each in _POINTS)


def _bearing(match: re.Match[str]) -> str:
    parts = [(match[1], "degré"), (match[2], "minute"), (match[3], "seconde")]
    said = [f"{cardinal(int(n))} {name}{'' if int(n) < 2 else 's'}" for n, name in parts if n]
    return f"{' '.join(said)} {_POINTS[match[4]]}"


RULES: tuple[tuple[str, Made], ...] = (
    (
        (
            rf"((?i:\b(?:{_FROM})) (?:d[eu] |d'|au |vers le )?)({_TWO})"
            rf"(?: ?(?:à|/|-) ?({_TWO}|[NSEOW]))?(?![\w'’-])"
        ),
        lambda m: m[1] + _said(m[2]) + (f" à {_said(m[3])}" if m[3] else ""),
    ),
    (
        r"((?i:\b(?:vents?|flux|houle)) (?:d[eu] |d')?)([NSEOW])\b\.?(?![\w'’-])",
        lambda m: m[1] + _said(m[2]),
    ),
    (
        (
            rf"\b((?:[Aa]u|[Ll]e|[Dd]u|[Ll]'|[Dd]'|vers le|quart|côte|façade|bassin) ?)({_TWO})"
            r"(?= (?:d[eu]\b|des\b|d'|à\b)|[,.;]|$)"
        ),
        lambda m: m[1] + _said(m[2]),
    ),
    (
        r"(?<![\w,])(\d+)° ?(?:(\d+)['’′] ?)?(?:(\d+)(?:''|\"|″) ?)?([NSEOW])\b(?!')",
        _bearing,
    ),
)
