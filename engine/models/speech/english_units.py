"""English measures and sums in words: units by what stands around them, currencies, percent."""

from __future__ import annotations

import re

from engine.models.speech.english_addresses import Made
from engine.models.speech.english_numbers import NUMBER, cardinal, count
from engine.models.speech.wordlists import table

_UNITS = table(
    "km=kilometer; cm=centimeter; mm=millimeter; m=meter; µm=micrometer; nm=nanometer; mi=mile;"
    "ft=foot; in=inch; yd=yard; yds=yard; kg=kilogram; g=gram; mg=milligram; mcg=microgram;"
    "µg=microgram; t=ton; lb=pound; lbs=pound; oz=ounce; ha=hectare; L=liter; l=liter;"
    "ml=milliliter; mL=milliliter; cl=centiliter; dL=deciliter; gal=gallon; qt=quart; pt=point;"
    "tsp=teaspoon; tbsp=tablespoon; h=hour; hr=hour; hrs=hour; min=minute; mins=minute;"
    "s=second; sec=second; secs=second; ms=millisecond; wk=week; wks=week; yr=year; yrs=year;"
    "Hz=hertz; kHz=kilohertz; MHz=megahertz; GHz=gigahertz; W=watt; kW=kilowatt; MW=megawatt;"
    "GW=gigawatt; kWh=kilowatt hour; MWh=megawatt hour; GWh=gigawatt hour; TWh=terawatt hour;"
    "V=volt; kV=kilovolt; mV=millivolt; mAh=milliamp hour; Ah=amp hour; dB=decibel;"
    "dBFS=decibel full scale; KB=kilobyte; kB=kilobyte; MB=megabyte; GB=gigabyte; TB=terabyte;"
    "PB=petabyte; Mb=megabit; Gb=gigabit; Mbit=megabit; Gbit=gigabit; kbps=kilobit per second;"
    "Kbps=kilobit per second; Mbps=megabit per second; Gbps=gigabit per second;"
    "fps=frame per second; bpm=beat per minute; BPM=beat per minute; kph=kilometer per hour;"
    "km/h=kilometer per hour; mph=mile per hour; mpg=mile per gallon; psi=pound per square inch;"
    "rpm=revolution per minute; ppm=part per million; dpi=dot per inch; ppi=pixel per inch;"
    "px=pixel; MP=megapixel; hp=horsepower; cal=calorie; kcal=kilocalorie; kJ=kilojoule;"
    "cc=cubic centimeter; kn=knot; kt=knot; kts=knot; hPa=hectopascal; kPa=kilopascal; yo=year;"
    "°C=degree Celsius; °F=degree Fahrenheit"
)
_SAME = frozenset(("hertz", "horsepower", "kilohertz", "megahertz", "gigahertz"))
_LENGTHS = "km|cm|mm|m|ft|in|yd|mi"
_PER = table(
    "s=second; sec=second; min=minute; h=hour; hr=hour; hour=hour; day=day; wk=week; week=week;"
    "mo=month; month=month; yr=year; year=year; night=night; person=person; seat=seat; head=head;"
    "kg=kilogram; g=gram; L=liter; l=liter; dL=deciliter; mL=milliliter; mile=mile; mi=mile;"
    "gal=gallon; lb=pound; m²=square meter; m³=cubic meter; m2=square meter; m3=cubic meter;"
    "km²=square kilometer; ft=foot; cm=centimeter; unit=unit; user=user; hectare=hectare;"
    "ha=hectare; minute=minute"
)
# Words that no measure before them describes: "5 km away", but "a 5 km run".
_JOINTS = (
    "in|of|or|and|for|from|per|to|a|an|each|more|less|is|was|are|were|be|been|by|at|on|as|with|the"
    "|but|away|ago|later|early|late|long|wide|tall|high|deep|thick|across|apart|north|south|east"
    "|west|up|down|above|below|over|under|before|after|than|that|this|every|out|off|into|through"
    "|today|tonight|yesterday|tomorrow|now|then|so|because|when|while|until|if|it|we|he|she|they"
    "|i|you|had|has|have|will|would|can|could|may|might|must|should|left|free|remain|remained|total"
    "|heavier|lighter|longer|shorter|taller|wider|faster|slower|higher|lower|deeper|closer|further"
    "|farther|nearer|older|younger|around|along|behind|past|short|straight|since|during|ahead|only"
    "|\\w+ly|about|there|here|just|old|not|without|within|between|against|inside|outside|both"
    "|twice|once|again|daily|max|min|maximum|minimum|plus|minus|unless"
    "|though|where|who|which|whose|what|do|does|did|am|per|even|still|yet|ever|never|almost|nearly"
    "|shy|too|also|like|worth|some|any|all|away|onto|off|toward|towards|beyond|near|beneath|upon"
)
_NOUN = rf"(?= (?!(?:{_JOINTS})\b)(?:[a-z]|[A-Z]\d))"
_ONE = (
    r"\b(?:[Aa]n?|[Tt]he|[Tt]his|[Tt]hat|[Oo]ur|[Mm]y|[Hh]is|[Hh]er|[Tt]heir|[Ii]ts|[Yy]our"
    r"|[Ee]ach|[Ee]very|[Aa]nother|[Nn]ew|single|first|[Oo]ne|[Nn]o) "
)
_SIGN = r"(?:(?<![\w.,)\-–])([-−+]))?"
_UNIT = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_RATE = "|".join(sorted(map(re.escape, _PER), key=len, reverse=True))
_TIMES = {"²": "square", "³": "cubic", "2": "square", "3": "cubic"}

_COINS = {  # one, many, one of its parts, many
    "$": ("dollar", "dollars", "cent", "cents"), "£": ("pound", "pounds", "penny", "pence"),
    "€": ("euro", "euros", "cent", "cents"), "¥": ("yen", "yen", "", ""),
    "₹": ("rupee", "rupees", "paisa", "paise"), "₩": ("won", "won", "", ""),
    "Rs": ("rupee", "rupees", "paisa", "paise"), "₿": ("bitcoin", "bitcoins", "", ""),
}  # fmt: skip
_CODES = {
    "USD": ("dollar", "dollars"), "EUR": ("euro", "euros"), "GBP": ("pound", "pounds"),
    "JPY": ("yen", "yen"), "CHF": ("Swiss franc", "Swiss francs"),
    "CAD": ("Canadian dollar", "Canadian dollars"),
    "AUD": ("Australian dollar", "Australian dollars"),
}  # fmt: skip
_LANDS = {"US": "U.S", "A": "Australian", "AU": "Australian", "C": "Canadian", "CA": "Canadian",
          "HK": "Hong Kong", "NZ": "New Zealand", "S": "Singapore"}  # fmt: skip
_SCALES = {"k": "thousand", "m": "million", "mn": "million", "mm": "million", "b": "billion",
           "bn": "billion", "tn": "trillion", "t": "trillion"}  # fmt: skip
_SCALE = (
    r"(?:[\s-]?(hundred|thousand|million|billion|trillion|crore|lakh|[kK]|[mM]n?|MM|[bB]n?|[tT]n)"
    r"\b)?"
)


def _several(unit: str) -> str:
    """The plural: it is the first word of "frames per second", the last of "kilowatt hours"."""
    head, per, rest = unit.partition(" per ")
    if head in _SAME or head == "decibel full scale":
        return unit
    many = re.sub(r"foot$", "feet", re.sub(r"^degree\b", "degrees", head))
    many = many if many != head else head + ("es" if head.endswith("ch") else "s")
    return f"{many}{per}{rest}"


def _is_one(text: str) -> bool:
    return text.replace(",", "") in ("1", "1.0")


def _measure(match: re.Match[str]) -> str:
    sign, low, high, unit, power, per, twice = match.groups()
    name = _UNITS[unit]
    single = (_is_one(low) and not high) or _describes(match)
    said = f"{count((sign or '') + low)}" + (f" to {count(high)}" if high else "")
    said += f" {_TIMES[power]}" if power else ""
    said += f" {name if single else _several(name)}"
    said += f" per {_PER[per]}" if per else ""
    return said + (" squared" if twice else "")


def _describes(match: re.Match[str]) -> bool:
    """Whether a measure belongs to the noun behind it: "a 5 km run", "35mm film"."""
    return bool(_IS_NOUN.match(match.string, match.end())) or ("-" in match[0][1:] and not match[3])


_IS_NOUN = re.compile(_NOUN)


def _degrees(match: re.Match[str]) -> str:
    sign, low, high, scale = match.groups()
    said = count((sign or "") + low) + (f" to {count(high)}" if high else "")
    single = (low == "1" and not high) or (not scale and _IS_NOUN.match(match.string, match.end()))
    names = {"C": " Celsius", "F": " Fahrenheit", None: ""}
    return f"{said} degree{'' if single else 's'}{names[scale]}"


def _bearing(match: re.Match[str]) -> str:
    degrees, minutes, seconds, side = match.groups()
    sides = {"N": "north", "S": "south", "E": "east", "W": "west"}
    parts = [(degrees, "degree"), (minutes, "minute"), (seconds, "second")]
    said = [f"{count(n)} {name}{'' if n == '1' else 's'}" for n, name in parts if n]
    return f"{' '.join(said)} {sides[side]}"


def _money(match: re.Match[str]) -> str:
    sign, land, coin, low, high, scale, per = match.groups()
    one, many, part, parts = _COINS[coin.rstrip(".")]
    if land:
        one, many = f"{_LANDS[land]} {one}", f"{_LANDS[land]} {many}"
    minus = {"-": "minus ", "−": "minus ", "+": "plus "}.get(sign or "", "")
    single = _before_noun(match)
    if scale or high:
        said = count(low) + (f" to {count(high)}" if high else "")
        said += f" {_SCALES.get(scale.lower(), scale)}" if scale else ""
        said += f" {one if single else many}"
    else:
        said = _sum(low, one, one if single else many, part, parts)
    return minus + said + (f" per {_PER.get(per, per)}" if per else "")


def _before_noun(match: re.Match[str]) -> bool:
    """Whether a sum belongs to the noun behind it: "a $5 bill"."""
    before = _ENDS_WITH_ONE.search(match.string, max(0, match.start() - 30), match.start())
    return bool(before and _IS_NOUN.match(match.string, match.end()))


_ENDS_WITH_ONE = re.compile(rf"(?:{_ONE})(?:[a-z]+ )?$")


def _sum(text: str, one: str, many: str, part: str, parts: str) -> str:
    whole, _, cents = text.partition(".")
    if len(cents) != 2 or not part:
        return f"{count(text)} {one if _is_one(text) else many}"
    said = [f"{count(whole)} {one if whole == '1' else many}"] if int(whole.replace(",", "") or 0) \
        or not int(cents) else []  # fmt: skip
    if int(cents):
        said.append(f"{cardinal(int(cents))} {part if int(cents) == 1 else parts}")
    return " and ".join(said)


def _coded(match: re.Match[str]) -> str:
    low, scale, name = match["a"] or match["b"], match["s"] or match["t"], match["n"] or match["o"]
    one, many = _CODES.get(name) or _COINS[name][:2]
    said = count(low) + (f" {_SCALES.get(scale.lower(), scale)}" if scale else "")
    return f"{said} {one if _is_one(low) and not scale else many}"


def _percent(match: re.Match[str], name: str = "percent") -> str:
    sign, low, high = match.groups()
    return count((sign or "") + low) + (f" to {count(high)}" if high else "") + f" {name}"


def _warmth(text: str) -> str:
    hundreds, rest = divmod(int(text), 100)
    return f"{cardinal(hundreds)} hundred" if hundreds % 10 and not rest else cardinal(int(text))


def _inches(match: re.Match[str]) -> str:
    if match.string.count('"', 0, match.start()) % 2:
        return match[0]  # it closes a quotation
    single = match[1] == "1" or _IS_NOUN.match(match.string, match.end())
    return f"{count(match[1])} inch{'' if single else 'es'}"


_NAMES = "|".join(_CODES)
_RANGE = rf"({NUMBER})(?:\s?(?:[-–]|to)\s?({NUMBER}))?"
RULES: tuple[tuple[str, Made], ...] = (
    (r"([€£$]\d+),(\d\d)(?!\d)", r"\1.\2"),
    (
        (
            rf"(?:(?<![\w)])([-−+]))?(?:\b(US|AU?|CA?|HK|NZ|S))?([$£€¥₹₩₿]|\bRs\b\.?)\s?({NUMBER})"
            rf"(?:\s?[-–]\s?[$£€¥]?({NUMBER}))?{_SCALE}(?:/([a-z]+)\b)?"
        ),
        _money,
    ),
    (
        (
            rf"(?<![\w.])(?:(?P<a>{NUMBER}){_SCALE.replace('(hun', '(?P<s>hun')}\s?"
            rf"(?P<n>(?:{_NAMES})\b|[€£])|(?P<o>\b(?:{_NAMES}))\s?(?P<b>{NUMBER})"
            rf"{_SCALE.replace('(hun', '(?P<t>hun')})"
        ),
        _coded,
    ),
    (
        rf"(?<![\w.])({NUMBER})\s?¢",
        lambda m: f"{count(m[1])} cent{'' if m[1] == '1' else 's'}",
    ),
    (rf"{_SIGN}(?<![\w.]){_RANGE}\s?%", _percent),
    (rf"{_SIGN}(?<![\w.]){_RANGE}\s?‰", lambda m: _percent(m, "per mille")),
    (
        (
            rf"(?<![\w.])({NUMBER})\s?°\s?(?:({NUMBER})\s?['′]\s?)?(?:({NUMBER})\s?[\"″]\s?)?"
            r"\s?([NSEW])\b"
        ),
        _bearing,
    ),
    (rf"{_SIGN}(?<![\w.]){_RANGE}\s?°(?:\s?([CF])\b)?", _degrees),
    (r"(?<![\w.,])(\d{4,5})\s?K\b(?! \w+ers)", lambda m: f"{_warmth(m[1])} kelvin"),
    (
        rf"(?<![\w.])({NUMBER}) sq\.? ?(ft|mi|m|in|yd|km)\b\.?",
        lambda m: f"{m[1]} {m[2]}²",
    ),
    (
        rf"{_SIGN}(?<![\w.])(?:(\d+)'\s?(\d{{1,2}})(?:\"|''|″))",
        lambda m: f"{cardinal(int(m[2]))} foot {cardinal(int(m[3]))}",
    ),
    (
        rf"(?<![\w.])({NUMBER})['′](?= (?:tall|long|wide|high|deep|by|x)\b)",
        lambda m: f"{count(m[1])} {'foot' if m[1] == '1' else 'feet'}",
    ),
    (
        rf"(?<![\w.\"])(?<!\" )({NUMBER})[\"″](?=[ ,.;:]|$)",
        _inches,
    ),
    (
        (
            rf"(?<![\w.])({NUMBER}) in(?:\.(?= [a-z])|(?= (?:tall|long|wide|high|deep|thick|by|x"
            rf"|across)\b))"
        ),
        lambda m: f"{count(m[1])} inch{'' if m[1] == '1' else 'es'}",
    ),
    (
        (
            rf"{_SIGN}(?<![\w.]){_RANGE}(?:\s|-)?(?!in\b|yo\b)(?<!\d(?=s\b))({_UNIT})"
            rf"(?:(?<=[a-z])([²³23])(?!\d))?(?:/({_RATE})([²2])?)?"
            r"(?![\w²³/'’])(?:\.(?= [a-z]))?"
        ),
        _measure,
    ),
    (
        (
            rf"\b(and a |and \w+ )?(half|quarters?|thirds?|fifths?|eighths?"
            rf"|sixteenths?) ({_UNIT})\b\.?"
        ),
        lambda m: f"{m[1] or ''}{m[2]} {(_several if m[1] else str)(_UNITS[m[3]])}",
    ),
    (r"(half|quarters?|eighths?|sixteenths?)[\"″](?=[ ,.]|$)", r"\1 inch"),
    (r"(?<![\w.])(\d+)\s?(?:yo|y/o)\b", lambda m: f"{cardinal(int(m[1]))} years old"),
    (
        rf"(?<![\w.])({NUMBER})(k(?=\+?(?:[ ,.;!?]|$))|[MB](?=\+? [a-z])|bn\b|mn\b|tn\b)",
        lambda m: f"{count(m[1])} {_SCALES[m[2].lower()]}",
    ),
)
