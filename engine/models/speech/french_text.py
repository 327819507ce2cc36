"""French text in words alone: figures, dates, hours, sums, units, addresses and abbreviations."""

from __future__ import annotations

import re

from engine.models.speech import french_abbreviations as abbreviations
from engine.models.speech import french_addresses as addresses
from engine.models.speech import french_codes as codes
from engine.models.speech import french_dates as dates
from engine.models.speech import french_fractions as fractions
from engine.models.speech import french_references as references
from engine.models.speech import french_units as units
from engine.models.speech import french_winds as winds
from engine.models.speech.french_capitals import in_small_letters
from engine.models.speech.french_gender import WRITTEN, agreeing
from engine.models.speech.french_numbers import digits
from engine.models.speech.french_units import NUMBER, SIGN, Made, quantity

_OPEN = r"\b([^\W\d_]{3,}?)[·•(](e|ne|te|le)(?:[·•)](s)?)?(?!\w)"


def _both(match: re.Match[str]) -> str:
    """Writing that means women and men: "candidat·e·s" is "candidates et candidats"."""
    word, ending, many = match.groups()
    if many:
        return f"{word}{ending}s et {word}s"
    return f"{word} ou {word}{ending}"


_POINTS = r"(?= ?(?:%|€|\$|[°a-zµMLWVGTk][a-zA-Z]{0,2}(?:\b|/)|millions?\b|milliards?\b))"
_RULES: tuple[tuple[str, Made], ...] = (
    (r"[\u00a0\u202f\u2009]", " "),
    (r"[\u00ad\u200b\ufeff]", ""),
    (r"[’ʼ]", "'"),
    (r"\u2011", "-"),
    (
        r"(?<![\w.,])\d{1,3}(?:\.\d{3}){2,}(?![\w.,]*\d)",
        lambda m: m[0].replace(".", ""),
    ),
    (_OPEN, _both),
    (rf"\b([Uu]n){WRITTEN}?[·•(]e\)?", r"\1 ou une"),
    *abbreviations.HEADINGS,
    *abbreviations.SHOTS,
    *addresses.RULES,
    (r"\b(\d{1,2}) ?h ?/ ?24(?: ?h)?\b", r"\1 h sur 24"),
    (r"\b(\d) ?j ?/ ?(\d)(?: ?j)?\b", r"\1 jours sur \2"),
    (r"\bp\. ?(?=\d+ ?[-–] ?\d)", "pages "),
    *abbreviations.FIRST,
    *references.RULES,
    *winds.RULES,
    *codes.NAMES,
    *units.FIRST,
    *fractions.FIRST,
    *dates.RULES,
    *fractions.RULES,
    (r"(?<![\w.,])(\d+)\.(\d+)\.(\d+)\b", r"\1 point \2 point \3"),
    (rf"(?<![\w.,])(\d+)\.(\d{{1,2}})(?![\w.]*\d){_POINTS}", r"\1,\2"),
    (r"(?<![\w.,])(\d+)\.(\d{1,2})(?![\w.]*\d)", r"\1 point \2"),
    *units.RULES,
    *codes.FIRST,
    *abbreviations.RULES,
    *codes.RULES,
    (r"\b1001(?= nuits)", "mille et un"),
    (rf"{SIGN}(?<![\w,]){NUMBER}(?=\D|$)", lambda m: f" {_counted(m)} "),
    (r"\d+", lambda m: f" {digits(m[0])} "),
    (r"\s+([.,;:!?…)])(?=\s|$|[.,;:!?…)])", r"\1"),
    (r"(?i)\b([dljnmtsc]|qu|jusqu|lorsqu|puisqu)' (?=\w)", r"\1'"),
    (r"\s+", " "),
)


def _counted(match: re.Match[str]) -> str:
    sign, whole, fraction = match.groups()
    if len(whole) > 1 and whole[0] == "0" and whole.isdecimal():
        return addresses.pair(whole) if whole.strip("0") else digits(whole)
    return quantity(sign, whole, fraction)


_COMPILED = [(re.compile(pattern), made) for pattern, made in _RULES]


def written_out(text: str) -> str:
    """`text` in words alone: "14h30" is "quatorze heures trente", "5 €" "cinq euros"."""
    text = re.sub(r"\b([Uu]n)\b", rf"\1{WRITTEN}", in_small_letters(text))
    for pattern, made in _COMPILED:
        text = pattern.sub(made, text)
    return agreeing(text).strip()
