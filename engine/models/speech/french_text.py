"""French text with its figures, dates, hours, sums, units and abbreviations written out."""

from __future__ import annotations

import re
from collections.abc import Callable

from engine.models.speech.french_numbers import cardinal, decimal, digits, ordinal, roman

_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
    "octobre", "novembre", "décembre",
)  # fmt: skip
_SHORT_MONTHS = {
    "janv": 0, "févr": 1, "fév": 1, "avr": 3, "juil": 6, "sept": 8, "oct": 9, "nov": 10, "déc": 11,
}  # fmt: skip
_CURRENCIES = {  # one, many, and how they join millions
    "€": ("euro", "euros"), "$": ("dollar", "dollars"), "£": ("livre", "livres"),
    "¥": ("yen", "yens"), "EUR": ("euro", "euros"), "USD": ("dollar", "dollars"),
    "CHF": ("franc suisse", "francs suisses"),
}  # fmt: skip
_UNITS = {
    "km/h": ("kilomètre par heure", "kilomètres par heure"), "m/s": ("mètre par seconde",) * 2,
    "km²": ("kilomètre carré", "kilomètres carrés"), "m²": ("mètre carré", "mètres carrés"),
    "m³": ("mètre cube", "mètres cubes"), "km": ("kilomètre", "kilomètres"),
    "cm": ("centimètre", "centimètres"), "mm": ("millimètre", "millimètres"),
    "kg": ("kilogramme", "kilogrammes"), "mg": ("milligramme", "milligrammes"),
    "ml": ("millilitre", "millilitres"), "cl": ("centilitre", "centilitres"),
    "Ko": ("kilooctet", "kilooctets"), "Mo": ("mégaoctet", "mégaoctets"),
    "Go": ("gigaoctet", "gigaoctets"), "To": ("téraoctet", "téraoctets"),
    "kWh": ("kilowattheure", "kilowattheures"), "kW": ("kilowatt", "kilowatts"),
    "Hz": ("hertz", "hertz"), "kHz": ("kilohertz", "kilohertz"), "dB": ("décibel", "décibels"),
    "min": ("minute", "minutes"), "ms": ("milliseconde", "millisecondes"),
    "s": ("seconde", "secondes"), "m": ("mètre", "mètres"), "g": ("gramme", "grammes"),
    "t": ("tonne", "tonnes"), "l": ("litre", "litres"), "L": ("litre", "litres"),
    "W": ("watt", "watts"), "V": ("volt", "volts"), "ha": ("hectare", "hectares"),
    "°C": ("degré Celsius", "degrés Celsius"), "°F": ("degré Fahrenheit", "degrés Fahrenheit"),
    "°": ("degré", "degrés"), "%": ("pour cent", "pour cent"),
}  # fmt: skip
_NAMES = r"(?= [A-ZÀ-ÖØ-Þ])"
_ABBREVIATIONS = (
    (rf"\bMM\.{_NAMES}", "messieurs"), (rf"\bM\.{_NAMES}", "monsieur"), (r"\bMmes\b", "mesdames"),
    (r"\bMme\b\.?", "madame"), (r"\bMlle\b\.?", "mademoiselle"), (rf"\bMe{_NAMES}", "maître"),
    (r"\bDr\b\.?", "docteur"), (rf"\bPr\b\.?{_NAMES}", "professeur"),
    (rf"\bSt[ -]{_NAMES[:-1].replace('(?= ', '(?=')})", "Saint "),
    (rf"\bSte[ -]{_NAMES[:-1].replace('(?= ', '(?=')})", "Sainte "),
    (r"\betc\.(?=\s*$)", "et cetera."), (r"\betc\b\.?", "et cetera"),
    (r"\bp(?:ar|\.) ?ex\.", "par exemple"), (r"\bc\.?-à-d\.", "c'est-à-dire"),
    (r"\bs\. ?v\. ?p\.(?=\s*$)", "s'il vous plaît."), (r"\bs\. ?v\. ?p\.", "s'il vous plaît"),
    (r"\bSVP\b", "s'il vous plaît"), (r"\bav\. J\.-C\.", "avant Jésus-Christ"),
    (r"\bapr?\. J\.-C\.", "après Jésus-Christ"), (r"\bJ\.-C\.", "Jésus-Christ"),
    (r"\b[nN](?:°|º|o\.) ?(?=\d)", "numéro "), (r"\b[nN]os ?(?=\d)", "numéros "),
    (r"\bp\. ?(?=\d)", "page "), (r"\bpp\. ?(?=\d)", "pages "), (r"\bchap\. ?", "chapitre "),
    (r"\bvol\. ?(?=\d)", "volume "), (r"\bfig\. ?(?=\d)", "figure "), (r"\btél\.", "téléphone"),
    (r"\benv\. ?", "environ "), (rf"\bbd\b\.?{_NAMES}", "boulevard"),
    (rf"\bav\.{_NAMES}", "avenue"), (rf"\bpl\.{_NAMES}", "place"), (r"\bcf\. ?", "confer "),
    (r"\bkm/h\b", "kilomètres par heure"), (r" & ", " et "), (r"(?<=\d) ?\+ ?(?=\d)", " plus "),
    (r"(?<=\d) ?[x×] ?(?=\d)", " fois "), (r" ?= ?(?=\S)", " égale "), (r"@", " arobase "),
)  # fmt: skip
_FEMININE = re.compile(
    r"\b(?<!-)un(?= (?:heures?|minutes?|secondes?|pages?|fois|personnes?|années?|tonnes?|femmes?"
    r"|filles?|nuits?|semaines?|images?|places?|livres sterling|millisecondes?|voitures?|maisons?"
    r"|\w+(?:aises?|euses?|esses?|elles?|tions?|ités?|ettes?|ances?|ences?))\b)"
)
_COUNTED = r"(?<!la )(?<!une )"
_NUMBER = r"(\d{1,3}(?:[ .]\d{3})+(?!\d)|\d+)(?:,(\d+))?"
_SIGN = r"(?:(?<![\w)])([-−]) ?)?"
_MONTH = "|".join((*_MONTHS, *_SHORT_MONTHS))
_ROMAN = r"(?=[IVXLC])(L?X{0,3}(?:IX|IV|V?I{0,3}))"


def _quantity(sign: str | None, whole: str, fraction: str | None) -> str:
    whole = re.sub(r"\D", "", whole)
    words = decimal(whole, fraction) if fraction else cardinal(int(whole))
    return f"moins {words}" if sign else words


def _is_one(whole: str) -> bool:
    return int(re.sub(r"\D", "", whole)) < 2


def _unit(match: re.Match[str]) -> str:
    sign, whole, fraction, unit = match.groups()
    words = _UNITS[unit][0 if _is_one(whole) else 1]
    return f"{_quantity(sign, whole, fraction)} {words}"


def _money(sign: str | None, whole: str, fraction: str | None, scale: str, unit: str) -> str:
    one, many = _CURRENCIES[unit]
    if scale:
        scale = {"k": "mille", "M": "million", "Md": "milliard", "Mds": "milliard"}.get(
            scale, scale
        )
        joint = " " if scale == "mille" else " d'" if many[0] in "aeiou" else " de "
        plural = "" if _is_one(whole) or scale.endswith(("s", "mille")) else "s"
        return f"{_quantity(sign, whole, fraction)} {scale}{plural}{joint}{many}"
    words = f"{_quantity(sign, whole, None)} {one if _is_one(whole) else many}"
    cents = int((fraction or "0").ljust(2, "0")[:2])
    return f"{words} {cardinal(cents)}" if cents else words


def _date(day: str, month: int, year: str | None) -> str:
    first = "premier" if int(day) == 1 else cardinal(int(day))
    return f"{first} {_MONTHS[month]}" + (f" {cardinal(int(year))}" if year else "")


def _numeric_date(match: re.Match[str], day: str, month: str, year: str) -> str:
    if not (1 <= int(day) <= 31 and 1 <= int(month) <= 12):
        return match[0]
    return _date(day, int(month) - 1, year)


def _named_date(match: re.Match[str]) -> str:
    day, month, year = match.groups()
    name = month.lower().rstrip(".")
    number = _SHORT_MONTHS[name] if name in _SHORT_MONTHS else _MONTHS.index(name)
    return _date(day, number, year)


def _hour(match: re.Match[str]) -> str:
    hour, minute = int(match[1]), int(match[2] or 0)
    if hour > 24 or minute > 59:
        return match[0]
    words = f"{cardinal(hour)} heure{'s' if hour > 1 else ''}"
    return f"{words} {cardinal(minute)}" if minute else words


def _ordinal(match: re.Match[str]) -> str:
    number = roman(match[1]) if match[1].isalpha() else int(match[1])
    if number == 1:
        return "première" if match[2] in ("re", "ère", "ere") else "premier"
    return ordinal(number) + ("s" if match[2].endswith("s") else "")


def _fraction(match: re.Match[str]) -> str:
    over, under = int(match[1]), int(match[2])
    names = {2: "demi", 3: "tiers", 4: "quart"}
    if not 0 < over < under <= 20:
        return f"{cardinal(over)} sur {cardinal(under)}"
    name = names.get(under) or ordinal(under)
    return f"{cardinal(over)} {name}" + ("s" if over > 1 and not name.endswith("s") else "")


def _telephone(match: re.Match[str]) -> str:
    return ", ".join(_pair(pair) for pair in re.findall(r"\d\d", match[0]))


def _abroad(match: re.Match[str]) -> str:
    """A number with the code of its country."""
    groups = [match[1], *match[2].split()]
    return "plus " + ", ".join(_pair(group) for group in groups)


def _pair(pair: str) -> str:
    return digits(pair) if pair[0] == "0" else cardinal(int(pair))


_Made = str | Callable[[re.Match[str]], str]
_CUR = "|".join(re.escape(name) for name in _CURRENCIES)
_SCALE = r"(k|Mds?|M|millions?|milliards?)?(?: d[e'] ?)? ?"
_PATTERNS: tuple[tuple[str, _Made], ...] = (
    (r"[\u00a0\u202f\u2009]", " "),
    (r"[’ʼ]", "'"),
    (r"(?:https?://)?\bwww\.", "triple double vé point "),
    (r"\b(?:https?://)?(?:[\w-]+\.)+[a-z]{2,}/[\w./-]*\w", lambda m: m[0].replace("/", " slash ")),
    (r"(?<=[a-z])\.(?=[a-z]{2,}\b)", " point "),
    (r"(?<!\d)0\d(?:[ .]?\d\d){4}(?!\d)", _telephone),
    (r"(?<!\w)\+(\d{1,3})((?: \d{1,2})(?: \d\d){2,4})(?!\d)", _abroad),
    (r"\b(\d{1,2}) ?h ?/ ?(\d{1,2})(?: ?h)?\b", r"\1 h sur \2"),
    (r"\b(\d) ?j ?/ ?(\d)(?: ?j)?\b", r"\1 jours sur \2"),
    *((short, long) for short, long in _ABBREVIATIONS),
    (
        r"\b(\d{4})-(\d\d)-(\d\d)\b",
        lambda m: _numeric_date(m, m[3], m[2], m[1]),
    ),
    (
        r"\b(\d{1,2})[/.](\d{1,2})[/.](\d{4})\b",
        lambda m: _numeric_date(m, m[1], m[2], m[3]),
    ),
    (rf"\b(\d{{1,2}})(?:er)? ({_MONTH})\b\.?(?: (\d{{4}})\b)?", _named_date),
    (r"\b(\d{1,2}) ?h(?: ?(\d\d))?\b(?!\w)", _hour),
    (r"\b(\d{1,2}):(\d\d)\b(?!:)", _hour),
    (r"\b(\d+|[IVX]+)(ers|ère|ere|er|re|èmes|ème|eme|es|e|nde|nd)\b", _ordinal),
    (
        rf"\b((?:[A-ZÉ][a-zéèëïô]+|tome|chapitre|volume|acte|partie|scène)) {_ROMAN}\b",
        lambda m: f"{m[1]} {cardinal(roman(m[2]))}" if m[2] else m[0],
    ),
    (
        rf"{_SIGN}{_NUMBER} ?{_SCALE}({_CUR})(?!\w)",
        lambda m: _money(m[1], m[2], m[3], m[4] or "", m[5]),
    ),
    (
        rf"{_SIGN}([€$£¥]) ?{_NUMBER}(?: ?(k|Mds?|M|millions?|milliards?)\b)?",
        lambda m: _money(m[1], m[3], m[4], m[5] or "", m[2]),
    ),
    (r"(?<![\w/])(\d{1,2})/(\d{1,2})(?![\w/])", _fraction),
    (r"(?<=\d) ?[-–] ?(?=\d)", " à "),
    (
        rf"{_SIGN}{_NUMBER} ?({'|'.join(map(re.escape, _UNITS))})(?![\w²³/])",
        _unit,
    ),
    (
        r"\b1001(?= nuits)",
        "mille et un",
    ),
    (
        rf"{_SIGN}(?<![\w,]){_NUMBER}(?=\D|$)",
        lambda m: f" {_quantity(m[1], m[2], m[3])} ",
    ),
    (r"\d+", lambda m: f" {digits(m[0])} "),
    (r"\s+([.,;:!?…)])(?=\s|$|[.,;:!?…)])", r"\1"),
    (r"\s+", " "),
)
_RULES = [(re.compile(pattern), made) for pattern, made in _PATTERNS]


def written_out(text: str) -> str:
    """`text` in words alone: "14h30" is "quatorze heures trente", "5 €" "cinq euros"."""
    for pattern, made in _RULES:
        text = pattern.sub(made, text)
    return _FEMININE.sub("une", text).strip()
