"""French text in words alone: figures, dates, hours, sums, units, addresses and abbreviations."""

from __future__ import annotations

import re

from engine.models.speech import french_abbreviations as abbreviations
from engine.models.speech import french_addresses as addresses
from engine.models.speech import french_dates as dates
from engine.models.speech import french_units as units
from engine.models.speech.french_numbers import cardinal, digits, ordinal
from engine.models.speech.french_units import NUMBER, SIGN, Made, quantity

_FEMININE = re.compile(
    r"\b(?<!-)un(?= (?:heures?|minutes?|secondes?|pages?|fois|personnes?|années?|tonnes?|femmes?"
    r"|filles?|nuits?|semaines?|images?|places?|livres sterling|millisecondes?|voitures?|maisons?"
    r"|villes?|rues?|scènes?|prises?|caméras?|salles?|lettres?|portes?|îles?|écoles?|usines?"
    r"|œuvres?"
    r"|victimes?|médailles?|langues?|communes?|familles?|équipes?|vies?|pièces?|cartes?|photos?"
    r"|copies"
    r"|copie|entreprises?|marches?|tables?|lignes?|bougies?|roses?|étoiles?|pommes?|journées?"
    r"|soirées?"
    r"|demi-\w+|chambres?|tasses?|primes?|voix|mesures?|plages?|planètes?|toiles?|bornes?|cibles?"
    r"|\w+(?:aises?|euses?|esses?|elles?|tions?|sions?|ités?|ettes?|ances?|(?<!sil)ences?|tures?"
    r"|oises?|ières?|ouilles?|eilles?))\b)"
)
_WRITTEN = "\u2060"  # behind an "un" that is no figure, and keeps its gender
_VULGAR = {"½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅛": "1/8", "⅜": "3/8",
           "⅝": "5/8", "⅞": "7/8", "⅕": "1/5"}  # fmt: skip
_FORMATS = frozenset(((16, 9), (4, 3), (21, 9), (5, 4), (3, 2)))


def _fraction(match: re.Match[str]) -> str:
    over, under = int(match[1]), int(match[2])
    if (over, under) in _FORMATS:
        return in_words(over, under)
    marks = under in (10, 20, 100) and over > 1
    if marks or not 0 < over < under or (over > 1 and under > 16):
        return f"{cardinal(over)} sur {cardinal(under)}"
    return in_words(over, under)


def in_words(over: int, under: int) -> str:
    """2/3 is "deux tiers"."""
    names = {2: "demi", 3: "tiers", 4: "quart"}
    name = names.get(under) or ordinal(under)
    return f"{cardinal(over)} {name}" + ("s" if over > 1 and not name.endswith("s") else "")


def _round(match: re.Match[str]) -> str:
    """The rounds of a cup: 1/4 de finale."""
    under = int(match[1])
    if under == 2:
        return "demi-finale"
    return f"{'quart' if under == 4 else ordinal(under)}{'s' if match[2] else ''} de finale"


def _mixed(match: re.Match[str]) -> str:
    whole, over, under = (int(group) for group in match.groups())
    if not 0 < over < under:
        return match[0]
    said = "demi" if (over, under) == (1, 2) else in_words(over, under)
    return f"{cardinal(whole)} et {said}"


def _sets(match: re.Match[str]) -> str:
    return re.sub(
        r"(\d)[-–](\d)", lambda m: f"{cardinal(int(m[1]))} {cardinal(int(m[2]))}", match[0]
    )


_POINTS = r"(?= ?(?:%|€|\$|[°a-zµMLWVGTk][a-zA-Z]{0,2}(?:\b|/)|millions?\b|milliards?\b))"
_RULES: tuple[tuple[str, Made], ...] = (
    (r"[\u00a0\u202f\u2009]", " "),
    (r"[\u00ad\u200b\ufeff]", ""),
    (r"[’ʼ]", "'"),
    (r"\u2011", "-"),
    *addresses.RULES,
    (r"\b(\d{1,2}) ?h ?/ ?(\d{1,2})(?: ?h)?\b", r"\1 h sur \2"),
    (r"\b(\d) ?j ?/ ?(\d)(?: ?j)?\b", r"\1 jours sur \2"),
    (r"\bp\. ?(?=\d+ ?[-–] ?\d)", "pages "),
    *abbreviations.FIRST,
    *dates.RULES,
    # Fractions, ratios, sizes and ranges.
    (rf"(?<=\d) ?[{''.join(_VULGAR)}]", lambda m: f" {_VULGAR[m[0].strip()]}"),
    (rf"[{''.join(_VULGAR)}]", lambda m: _VULGAR[m[0]]),
    (r"\b1/(2|4|8|16|32)(?:e|es|ème|èmes)?(s)? (?:de )?finales?\b", _round),
    (r"\b1/2 (?=heure|journée|bouteille|douzaine|page|pomme)", "une demi-"),
    (r"\b1/2 (?=tarif|litre|kilo|siècle|tour|verre)", "un demi "),
    (r"(?<![\w/,])(\d+) (\d)/(\d{1,2})(?![\w/])", _mixed),
    (r"(?<![\w/,])(1)/(\d{2,4}) ?s\b", lambda m: f"{_fraction(m)} de seconde"),
    (r"(?i)\b((?:partie|épisode|page|étape|volet|test|prise) )(\d+)/(\d+)\b", r"\1\2 sur \3"),
    (r"(?<=bits)/(?=\d)", " "),
    (r"(?<![\w/])50/50\b", "cinquante cinquante"),
    (r"(?<![\w/,])(\d{1,3})/(\d{1,4})(?:e|ème)?(?![\w/])", _fraction),
    (r"(?<![\w,.])(\d+(?:,\d+)?) ?: ?(\d)(?![\d:])", r"\1 à \2"),
    (r"(?<!\d)(\d{3,}) ?[x×] ?(\d{3,})(?!\d)", r"\1 par \2"),
    (r"(?<=\d) ?[x×] ?(?=\d+(?:,\d+)?(?: ?[x×] ?\d+)? ?(?:cm|mm|m|px|pouces)\b)", " par "),
    (r"(?<=\d) ?[x×] ?(?=\d)", " fois "),
    (r"(?<=\d) ?[x×](?= [a-zé])", " fois"),
    (r"(?<![\w-])\d[-–]\d(?:(?:,| et|, et) \d[-–]\d)+(?![\w-])", _sets),
    (r"\b(Boeing \d{3})-(\d{3})\b", r"\1 \2"),
    (r"(?<![A-Z]-)(?<=\d) ?[-–] ?(?=\d)", " à "),
    (r"(?<![\w.,])(\d+)\.(\d+)\.(\d+)\b", r"\1 point \2 point \3"),
    (rf"(?<![\w.,])(\d+)\.(\d{{1,2}})(?![\w.]*\d){_POINTS}", r"\1,\2"),
    (r"(?<![\w.,])(\d+)\.(\d{1,2})(?![\w.]*\d)", r"\1 point \2"),
    *units.RULES,
    *abbreviations.RULES,
    (r"\b1001(?= nuits)", "mille et un"),
    (rf"{SIGN}(?<![\w,]){NUMBER}(?=\D|$)", lambda m: f" {_counted(m)} "),
    (r"\d+", lambda m: f" {digits(m[0])} "),
    (r"\s+([.,;:!?…)])(?=\s|$|[.,;:!?…)])", r"\1"),
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
    text = re.sub(r"\bun\b", f"un{_WRITTEN}", text)
    for pattern, made in _COMPILED:
        text = pattern.sub(made, text)
    return _FEMININE.sub("une", text).replace(_WRITTEN, "").strip()
