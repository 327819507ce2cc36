"""French measures and sums in words: units, what they are counted by, currencies."""

from __future__ import annotations

import re
from collections.abc import Callable

from engine.models.speech.french_gender import WRITTEN
from engine.models.speech.french_numbers import cardinal, decimal
from engine.models.speech.wordlists import word_set

Made = str | Callable[[re.Match[str]], str]
NUMBER = r"(\d{1,3}(?:[ .]\d{3})+(?!\d)|\d+)(?:,(\d+))?"
SIGN = r"(?:(?<![\w)])(-(?=\d| \d[\d ,]*[°%])|[−+±]) ?)?"
_SIGNS = {"-": "moins ", "−": "moins ", "+": "plus ", "±": "plus ou moins "}
_CURRENCIES = {
    "€": ("euro", "euros"), "$": ("dollar", "dollars"), "£": ("livre", "livres"),
    "¥": ("yen", "yens"), "EUR": ("euro", "euros"), "USD": ("dollar", "dollars"),
    "CHF": ("franc suisse", "francs suisses"), "FF": ("franc", "francs"), "F": ("franc", "francs"),
    "$ CA": ("dollar canadien", "dollars canadiens"),
    "$ US": ("dollar américain", "dollars américains"),
    "US$": ("dollar américain", "dollars américains"), "FCFA": ("franc CFA", "francs CFA"),
    "GBP": ("livre sterling", "livres sterling"), "CAD": ("dollar canadien", "dollars canadiens"),
    "cts": ("centime", "centimes"), "ct": ("centime", "centimes"),
}  # fmt: skip
_SCALES = {"k": "mille", "K": "mille", "M": "million", "Md": "milliard", "Mds": "milliard"}
_PLAIN = (  # the plural has an s
    "km=kilomètre; cm=centimètre; mm=millimètre; m=mètre; dm=décimètre; µm=micromètre;"
    "nm=nanomètre; kg=kilogramme; mg=milligramme; µg=microgramme; g=gramme; t=tonne; q=quintal;"
    "ml=millilitre; mL=millilitre; cl=centilitre; cL=centilitre; dl=décilitre; hl=hectolitre;"
    "l=litre; L=litre; Ko=kilooctet; ko=kilooctet; Mo=mégaoctet; Go=gigaoctet; To=téraoctet;"
    "Mbit=mégabit; Mb=mégabit; Gbit=gigabit; Gb=gigabit; kbit=kilobit; kWh=kilowattheure;"
    "MWh=mégawattheure; GWh=gigawattheure; TWh=térawattheure; kW=kilowatt; MW=mégawatt;"
    " GW=gigawatt;"
    "W=watt; V=volt; kV=kilovolt; mA=milliampère; mAh=milliampère-heure; dB=décibel;"
    "h=heure; min=minute; mn=minute; ms=milliseconde; s=seconde; sec=seconde; ha=hectare;"
    "px=pixel; Mpx=mégapixel; MP=mégapixel; i=image; img=image; im=image; hab=habitant;"
    "pers=personne; kcal=kilocalorie; cal=calorie; kJ=kilojoule; hPa=hectopascal; bar=bar;"
    "lm=lumen; an=an; ans=an; mois=mois; pt=point; pts=point; ppp=point par pouce; tr=tour;"
    "kms=kilomètre; kgs=kilogramme; mins=minute; secs=seconde; kb=kilobit; kB=kilooctet;"
    "KB=kilooctet; MB=mégaoctet; GB=gigaoctet; TB=téraoctet; Wh=wattheure; kWc=kilowatt-crête;"
    "Ah=ampère-heure; kVA=kilovoltampère; kN=kilonewton; Pa=pascal; kPa=kilopascal; mbar=millibar;"
    "cp=comprimé; UI=unité; Nm=newton-mètre;"
    "j=jour; cd=candela; µs=microseconde; ns=nanoseconde; Mt=mégatonne; Gt=gigatonne; kt=kilotonne"
)
_PREFIXES = {"n": "nano", "µ": "micro", "m": "milli", "k": "kilo", "M": "méga", "G": "giga",
             "T": "téra"}  # fmt: skip
_BASES = {"W": "watt", "V": "volt", "eV": "électronvolt", "J": "joule", "Bq": "becquerel",
          "Gy": "gray", "Sv": "sievert", "Pa": "pascal", "mol": "mole", "Ω": "ohm", "bit": "bit",
          "o": "octet", "N": "newton"}  # fmt: skip
_SCALED = {
    prefix + base: (word, word + "s")
    for prefix, scale in {"": "", **_PREFIXES}.items()
    for base, name in _BASES.items()
    for word in (scale + name,)
    if prefix + base not in ("J", "N", "o", "no", "µo", "mo", "nN", "To")
}
_UNITS = _SCALED | {
    name: (word, word if word.endswith("s") else f"{word}s")
    for name, word in (pair.strip().split("=") for pair in _PLAIN.split(";"))
} | {
    "Hz": ("hertz",) * 2, "kHz": ("kilohertz",) * 2, "MHz": ("mégahertz",) * 2,
    "GHz": ("gigahertz",) * 2, "ch": ("cheval", "chevaux"), "CV": ("cheval", "chevaux"),
    "q": ("quintal", "quintaux"), "lx": ("lux",) * 2, "°C": ("degré Celsius", "degrés Celsius"),
    "°F": ("degré Fahrenheit", "degrés Fahrenheit"), "°": ("degré", "degrés"),
    "%": ("pour cent",) * 2, "‰": ("pour mille",) * 2, "nœuds": ("nœud", "nœuds"),
    "nds": ("nœud", "nœuds"),    "al": ("année-lumière", "années-lumière"),
    "fps": ("image par seconde", "images par seconde"),
    "kbps": ("kilobit par seconde", "kilobits par seconde"),
    "Mbps": ("mégabit par seconde", "mégabits par seconde"),
    "Gbps": ("gigabit par seconde", "gigabits par seconde"),
    "bpm": ("battement par minute", "battements par minute"),
    "Ma": ("million d'années", "millions d'années"),
    "Ga": ("milliard d'années", "milliards d'années"), "cv": ("cheval", "chevaux"),
    "UA": ("unité astronomique", "unités astronomiques"),
    "mmHg": ("millimètre de mercure", "millimètres de mercure"),
    "ppm": ("partie par million", "parties par million"),
}  # fmt: skip
_POWERS = {"²": ("carré", "carrés"), "2": ("carré", "carrés"), "³": ("cube", "cubes"),
           "3": ("cube", "cubes")}  # fmt: skip
_PER = {
    "h": "heure", "s": "seconde", "s²": "seconde au carré", "s2": "seconde au carré",
    "min": "minute", "mn": "minute", "j": "jour", "jour": "jour",
    "mois": "mois", "an": "an", "sem": "semaine", "semaine": "semaine", "nuit": "nuit",
    "kg": "kilo", "g": "gramme", "l": "litre", "L": "litre", "dl": "décilitre",
    "m²": "mètre carré", "m2": "mètre carré", "m³": "mètre cube", "m3": "mètre cube",
    "km²": "kilomètre carré", "km2": "kilomètre carré", "km": "kilomètre", "ha": "hectare",
    "hab": "habitant", "hab.": "habitant", "pers.": "personne", "personne": "personne",
    "tête": "tête", "place": "place", "unité": "unité", "année": "année",
    "heure": "heure", "trimestre": "trimestre", "kWh": "kilowattheure", "t": "tonne",
    "tonne": "tonne", "ml": "millilitre", "litre": "litre", "minute": "minute",
    "seconde": "seconde",
    "kilo": "kilo", "mètre": "mètre", "élève": "élève", "jr": "jour", "sec": "seconde",
    "ans": "an", "soir": "soir", "pers": "personne", "foyer": "foyer", "salarié": "salarié",
    "b": "baril", "bbl": "baril", "baril": "baril", "once": "once", "oz": "once", "sac": "sac",
}  # fmt: skip


def _longest(names: object) -> str:
    return "|".join(sorted(map(re.escape, names), key=len, reverse=True))  # type: ignore[call-overload]


def quantity(sign: str | None, whole: str, fraction: str | None) -> str:
    """A number with its sign in words."""
    whole = re.sub(r"\D", "", whole)
    words = decimal(whole, fraction) if fraction else cardinal(int(whole))
    return _SIGNS.get(sign or "", "") + words


def _is_one(whole: str) -> bool:
    return int(re.sub(r"\D", "", whole)) < 2


def _unit(match: re.Match[str]) -> str:
    sign, whole, fraction, unit, power, per = match.groups()
    many = 0 if _is_one(whole) else 1
    words = _UNITS[unit][many] + (f" {_POWERS[power][many]}" if power else "")
    ends = "." if match[0].endswith(".") and match.end() == len(match.string) else ""
    return (
        f"{quantity(sign, whole, fraction)} {words}" + (f" par {_PER[per]}" if per else "") + ends
    )


def _money(
    sign: str | None, whole: str, fraction: str | None, scale: str, unit: str, per: str | None
) -> str:
    one, many = _CURRENCIES[unit]
    rate = f" par {_PER.get(per, per)}" if per else ""
    if scale:
        scale = _SCALES.get(scale, scale)
        joint = " " if scale == "mille" else " d'" if many[0] in "aeiou" else " de "
        plural = "" if _is_one(whole) or scale.endswith(("s", "mille")) else "s"
        counted = quantity(sign, whole, fraction)
        if (counted, scale) == ("un", "mille"):
            return f"mille {many}{rate}"
        return f"{counted} {scale}{plural}{joint}{many}{rate}"
    if fraction and (len(fraction) > 3 or (len(fraction) == 3 and fraction[0] == "0")):
        return f"{quantity(sign, whole, fraction)} {one if _is_one(whole) else many}{rate}"
    counted = quantity(sign, whole, None)
    counted += "e" if one.startswith("livre") and re.search(r"\bun$", counted) else ""
    words = f"{counted} {one if _is_one(whole) else many}"
    cents = (fraction or "0").ljust(2, "0")
    if not int(cents):
        return f"{words}{rate}"
    return f"{words} {'zéro ' if cents[0] == '0' else ''}{cardinal(int(cents))}{rate}"


def _bare(match: re.Match[str]) -> str:
    """A unit that no number counts: "le km 5", "en km/h", "2 € le kg"."""
    head, unit, power, per = match.groups()
    if unit in _CURRENCIES:
        words = _CURRENCIES[unit][1]
    else:
        many = head.lower() not in _OF_ONE
        words = (
            ("kilo", "kilos")[many]
            if unit == "kg"
            else _UNITS[unit][many] + (f" {_POWERS[power][many]}" if power else "")
        )
    return f"{head} {words}" + (f" par {_PER[per]}" if per else "")


_TIMED = re.compile(r" (?:d'avance|de retard|d'écart|de pénalité|d'arrêt|devant|derrière|sur l)")
_MINUTES = re.compile(r"\d['′] ?\d\d?(?:\"|″|''|\b)")


def _inches(match: re.Match[str]) -> str:
    """A mark behind a figure is of inches, or seconds of a race, where it closes no quotation."""
    if _TIMED.match(match.string, match.end()) or match[0] == "''":
        return " secondes"
    if match[0] == '"' and match.string[: match.start()].count('"') % 2:
        return match[0]
    return " secondes" if _MINUTES.search(match.string) else " pouces"


def _spoons(match: re.Match[str]) -> str:
    """ "2 c. à s." is "2 cuillères à soupe"."""
    size = {"s": "soupe", "c": "café"}.get(match[2].lower(), match[2])
    many = match[1][0].isdecimal() and "/" not in match[1] and int(match[1]) > 1
    return f"{match[1]} cuillère{'s' if many else ''} à {size}" + (match[3] or "")


_CUR = _longest(_CURRENCIES)
_WORDS = frozenset(("an", "ans", "mois", "bar", "i"))
_SIGNED = _longest(name for name in _UNITS if name not in _WORDS)
UNITS = rf"(?:(?:k|Md?s?)?(?:{_CUR})|(?:{_SIGNED})[²³]?)"
"""The signs of units, as a pattern."""
_COUNTED = _longest(name for name in _UNITS if name not in ("h", "min", "s", "j"))
_RATE = rf"(?: ?/ ?({_longest(_PER)})\b(?:\.(?! [A-Z]))?)?"
_SCALE = r"(k|K|Mds?|M|millions?|milliards?)?(?: d[e'] ?)? ?"
_THOUSANDS = {"k": "milliers", "M": "millions", "Md": "milliards"}
_OF_ONE = frozenset(("au", "le", "du", "un", "chaque", "par", "ce", "demi", "aucun", "premier"))
_SYMBOLS = _longest(
    word_set(
        "km cm mm kg mg ml cl dl kWh MWh GWh TWh kW MW GW °C °F kHz MHz GHz Hz dB Go Mo € $ hPa"
        " mAh Mbit Gbit Mbps fps bpm kcal"
    )
)
FIRST: tuple[tuple[str, Made], ...] = (  # before fractions and hours
    (
        r" ?[x×] ?(\d+) ?/ ?(j|jour|h|sem|semaine)\b",
        lambda m: f" {m[1]} fois par {_PER[m[2]]}",
    ),
    (r"\b(\d+) ?/ ?j(?:our)?\b", r"\1 par jour"),
    (r"\b(\d{1,2})/(\d{1,2}) ans\b", r"\1, \2 ans"),
    (rf"(?<=\bCO[2₂]) ?/ ?({_longest(_PER)})(?!\w)", lambda m: f" par {_PER[m[1]]}"),
    (r"(?<=\d )a\.[- ]?l\b\.?", "al"),
    (r"\b([LlDd]es )\+ ?(?:de )?(?=\d+ ans)", r"\1plus de "),
    (r"\b([LlDd]es )[-−] ?(?:de )?(?=\d+ ans)", r"\1moins de "),
    (r"(?i)(?:(?<=^)|(?<=[ (]))km (?=\d)", "kilomètre "),
    (rf"(?<=\d )({_COUNTED}) ?/ ?(?=\d+ ?(?:h|j|min|s|mois|ans?)\b)", r"\1 par "),
    (rf"(?<=\d)({_COUNTED}) ?/ ?(?=\d+ ?(?:h|j|min|s|mois|ans?)\b)", r"\1 par "),
    (
        (
            r"(?<![\w,/])(\d+/\d+|\d+|[½¼¾]|[Uu]ne?|demi|de) ?(?:c|C|cuil|cuill)\.? ?à ?"
            r"([sScC](?!\w)|soupe|café|thé|dessert)(?:(\.)(?=\s*$)|\.)?"
        ),
        _spoons,
    ),
    (
        r"(?<![\w:.,])(?:(\d{1,2})['′] ?)?(\d{1,2})(?:\"|″|'')(\d{1,3})\b",
        lambda m: (f"{m[1]} min " if m[1] else "") + f"{int(m[2])} secondes {m[3]}",
    ),
    (r"(?<=\d)(?<!['′]\d)(?<!['′]\d\d)(?:[\"″]|'')(?=[ ,.;:)]|$)", _inches),
    (
        r"(?<![\w,])(\d+) ?([€$£]) ?(\d\d)(?!,?\d| \d| ?[€$£])",
        lambda m: _money(None, m[1], m[3], "", m[2], None),
    ),
)
RULES: tuple[tuple[str, Made], ...] = (
    (
        r"(?<=d')(k|M|Md)?€(?!\w)",
        lambda m: (
            {"k": "milliers d'", "M": "millions d'", "Md": "milliards d'"}.get(m[1] or "", "")
            + "euros"
        ),
    ),
    (
        r"\bde (k|M|Md)€(?!\w)",
        lambda m: (
            {"k": "de milliers d'", "M": "de millions d'", "Md": "de milliards d'"}[m[1]] + "euros"
        ),
    ),
    (
        (
            r"((?:\b(?!k |milli(?:on|ard)s? )[a-zà-ÿœ]+|\b(?!Mds? )[A-ZÀ-Þ][a-zà-ÿ]+|d[eu]))"
            rf"{WRITTEN}? ({_SYMBOLS}|m(?=[²³/]))"
            rf"(?:(?<=m)([²³]))?{_RATE}(?![\w²³/'’])"
        ),
        _bare,
    ),
    (r"(?<![\w,-])(?<!\d )(\d{4,5}) ?K\b", lambda m: f"{cardinal(int(m[1]))} kelvins"),
    (
        rf"{SIGN}{NUMBER} ?{_SCALE}({_CUR})(?!\w){_RATE}",
        lambda m: _money(m[1], m[2], m[3], m[4] or "", m[5], m[6]),
    ),
    (
        rf"{SIGN}([€$£¥]) ?{NUMBER}(?: ?(k|Mds?|M|millions?|milliards?)\b)?",
        lambda m: _money(m[1], m[3], m[4], m[5] or "", m[2], None),
    ),
    (
        r"(?<=[a-zé] )(km|cm|mm|m)([²³])(?![\w/])",
        lambda m: f"{_UNITS[m[1]][1]} {_POWERS[m[2]][1]}",
    ),
    (
        rf"(?:(?<=[a-zéè]{{3}})|(?<=TTC)|(?<=HT)) ?/ ?({_longest(_PER)})(?![\w/])",
        lambda m: f" par {_PER[m[1]]}",
    ),
    (
        r"\b(euros?|dollars?|centimes?|litres?|kilos?|fois|heures?|grammes?) ?/ ?(?=[a-zà-ÿ]{3,})",
        r"\1 par ",
    ),
    (
        rf"(?<=\d) ?/ ?({_longest(name for name in _PER if len(name) > 2 and name.isalpha())})\b",
        lambda m: f" par {_PER[m[1]]}",
    ),
    (
        rf"(?<=\d) ?[x×] ?/ ?({_longest(_PER)})(?!\w)",
        lambda m: f" fois par {_PER[m[1]]}",
    ),
    (r"(?<=\d) ?[lL] ?/ ?100(?: ?km)?\b", " litres aux cent kilomètres"),
    (r"(?<=\d) ?kWh ?/ ?100(?: ?km)?\b", " kilowattheures aux cent kilomètres"),
    (r"(?<![\w,])(\d+) ?°(\d)\b", r"\1 degrés \2"),
    (
        r"(?<![\w,])(\d+) ?m ?(\d\d)\b(?!\w)",
        lambda m: (
            f"{cardinal(int(m[1]))} mètre{'s' if int(m[1]) > 1 else ''} {cardinal(int(m[2]))}"
        ),
    ),
    (  # a size: 1,75 m
        r"(?<![\w,.−-])([1-9]\d?),(\d\d) ?m(?![\w²³/'’])",
        lambda m: (
            f"{cardinal(int(m[1]))} mètre{'s' if int(m[1]) > 1 else ''}"
            f" {'zéro ' if m[2][0] == '0' else ''}{cardinal(int(m[2]))}"
        ),
    ),
    (
        (
            rf"{SIGN}(?<![\w,.]){NUMBER} ?({_longest(_UNITS)})"
            rf"(?:(?<=m)([²³23])(?!\d))?(?:\.(?=/))?{_RATE}"
            r"(?![\w²³'’]|/(?![ \d]))(?<! A)(?<!\d[ \d]i)(?:(?<=hab)\.|(?<=pers)\."
            r"|(?<=min)\.(?! [A-Z])|(?<=sec)\.|(?<=pts)\.)?"
        ),
        _unit,
    ),
)
