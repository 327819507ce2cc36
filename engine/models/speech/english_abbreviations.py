"""English abbreviations, titles, initials and numbered things in words."""

from __future__ import annotations

import re

from engine.models.speech.english_addresses import COMPASS, Made, letters
from engine.models.speech.english_numbers import cardinal, code, count, digits
from engine.models.speech.wordlists import word_set

_ABBREVIATIONS = {
    "Mrs": "Misses", "Messrs": "messers", "Dept": "Department", "dept": "department",
    "govt": "government", "Gov't": "Government", "gov't": "government", "int'l": "international",
    "Int'l": "International", "Mgmt": "Management", "mgmt": "management", "Attn": "Attention",
    "attn": "attention", "approx": "approximately", "incl": "including", "excl": "excluding",
    "misc": "miscellaneous", "viz": "namely", "Xmas": "Christmas", "b/c": "because",
    "w/out": "without", "b/w": "black and white", "B/W": "black and white",
    "B&W": "black and white", "asap": "as soon as possible", "CONT'D": "continued",
    "cont'd": "continued", "Cont'd": "continued", "avg": "average", "Assoc": "Associated",
    "Intl": "International", "WWI": "World War One", "WWII": "World War Two",
    "WW1": "World War One", "WW2": "World War Two", "feat": "featuring", "pct": "percent",
    "Mts": "Mountains", "Esq": "esquire", "Ald": "Alderman", "Jr": "Junior", "Sr": "Senior",
    "Ltd": "Limited", "Inc": "Incorporated", "Corp": "Corporation", "Co": "Company",
    "Bros": "Brothers", "Univ": "University", "Assn": "Association", "Govt": "Government",
    "vs": "versus", "St": "Street", "Mt": "Mount", "Ave": "Avenue", "Blvd": "Boulevard",
    "Rd": "Road", "Ln": "Lane", "Hwy": "Highway", "Pkwy": "Parkway", "Ste": "Suite",
    "Apt": "Apartment", "Bldg": "Building", "Mr": "Mister", "Ms": "Miz", "Dr": "Doctor",
    "Prof": "Professor", "Gen": "General", "Gov": "Governor", "Sen": "Senator",
    "Rep": "Representative", "Capt": "Captain", "Lt": "Lieutenant", "Col": "Colonel",
    "Sgt": "Sergeant", "Rev": "Reverend", "Hon": "Honorable", "Pres": "President", "cf": "compare",
    "w/": "with", "w/o": "without", "aka": "also known as", "AKA": "also known as",
    "BTW": "by the way", "IMO": "in my opinion", "TBD": "to be determined", "eds": "editors",
    "Sec'y": "Secretary", "Dist": "District", "Rte": "Route", "Ctr": "Center", "cont": "continued",
    "Fwd": "forward", "Bdwy": "Broadway", "mfr": "manufacturer", "tel": "telephone",
    "Tel": "Telephone", "Inst": "Institute",
}  # fmt: skip
_DOTTED = word_set(  # only with their dot, for they are words too, or stand before a number
    "incl excl misc viz asap avg feat tel mfr Tel Esq Ald Insp Det Amb Inst Pvt Adm Assoc Mts"
    " Dept dept Jr Sr Co St Mt Ste Mr Ms Dr Gen Gov Sen Rep Lt Col Rev Hon cf eds Dist Ctr"
    " cont Inc Corp Rd Ln Ave"
)
_TITLES_OF = {
    "Mr": "Mister", "Mrs": "Misses", "Ms": "Miz", "Mx": "Mix", "Dr": "Doctor", "Prof": "Professor",
    "St": "Saint", "Mt": "Mount", "Ft": "Fort", "Gen": "General", "Gov": "Governor",
    "Sen": "Senator", "Sens": "Senators", "Rep": "Representative", "Reps": "Representatives",
    "Capt": "Captain", "Lt": "Lieutenant", "Col": "Colonel", "Sgt": "Sergeant",
    "Cmdr": "Commander", "Rev": "Reverend", "Hon": "Honorable", "Pres": "President",
    "Supt": "Superintendent", "Cpl": "Corporal", "Maj": "Major", "Adm": "Admiral",
    "Fr": "Father", "Msgr": "Monsignor", "Sr": "Sister", "Br": "Brother", "Pvt": "Private",
    "Insp": "Inspector", "Det": "Detective", "Amb": "Ambassador", "Atty": "Attorney",
    "Mme": "Madame", "Mlle": "Mademoiselle", "Dir": "Director", "Pt": "Point",
}  # fmt: skip
_BEFORE_NUMBERS = {
    "p": "page", "pp": "pages", "fig": "figure", "figs": "figures", "ch": "chapter",
    "chap": "chapter", "sec": "section", "vol": "volume", "no": "number", "nos": "numbers",
    "art": "article", "par": "paragraph", "eq": "equation", "ex": "example", "op": "opus",
    "ep": "episode", "eps": "episodes", "sc": "scene", "pt": "part", "max": "maximum",
    "min": "minimum", "avg": "average", "est": "established", "b": "born", "d": "died",
    "r": "reigned", "fl": "flourished", "app": "appendix", "tbl": "table", "ver": "version",
    "rev": "revision", "tr": "track", "ref": "reference", "apt": "apartment", "rm": "room",
    "ste": "suite", "bldg": "building",
}  # fmt: skip
_SPOKEN = {  # initials that are said as words, or words in capitals with sounds of their own
    "LUT": "lˈʌt", "LUTs": "lˈʌts", "LUFS": "lˈʌfs", "MIDI": "mˈɪdi", "MoMA": "mˈoʊmə",
    "SCOTUS": "skˈoʊtəs", "POTUS": "pˈoʊtəs", "FLOTUS": "flˈoʊtəs", "BAFTAs": "bˈæftəz",
    "EGOT": "ˈiɡɑt", "ASEAN": "ˈɑsiɑn", "CAPTCHA": "kˈæptʃə", "YOLO": "jˈoʊloʊ",
    "FOMO": "fˈoʊmoʊ", "NIMBY": "nˈɪmbi", "BRICS": "bɹˈɪks", "DAW": "dˈɔ", "DAWs": "dˈɔz",
    "GIFs": "ɡˈɪfs", "NASDAQ": "nˈæzdæk", "SAG": "sˈæɡ", "IKEA": "aɪkˈiə", "JPEGs": "dʒˈeɪpɛɡz",
    "CERN": "sˈɜɹn", "RAW": "ɹˈɔ", "SIM": "sˈɪm", "PIN": "pˈɪn", "PINs": "pˈɪnz", "ROM": "ɹˈɑm",
    "RAM": "ɹˈæm", "LAN": "lˈæn", "WAN": "wˈæn", "NAS": "nˈæs", "RAID": "ɹˈeɪd", "SWAT": "swˈɑt",
    "EBITDA": "ˈibɪtdɑ", "SONAR": "sˈoʊnɑɹ", "GUI": "ɡˈui", "OLED": "ˈoʊlɛd", "OLEDs": "ˈoʊlɛdz",
    "CES": "sˌiˌiˈɛs", "TIFF": "tˈɪf", "BIOS": "bˈaɪoʊs", "UNHCR": "jˌuˌɛnˌeɪtʃsˌiˈɑɹ",
}  # fmt: skip
_NUMBERED = (
    "Boeing|Airbus|Flight|flight|Room|room|Route|route|Highway|highway|Interstate|Studio|studio"
    "|Gate|Bus|bus|Channel|channel|Suite|suite|Apartment|apartment|Train|train|Area|Peugeot|Porsche"
    "|Ferrari|BMW|Rec\\.?|ProRes|Fahrenheit|Resolution|Nokia|Section|Psalm|Sonnet|Proposition|Prop"
    "|Xbox|Line|line|Unit|Car|car|Locker|locker|Cell|cell|Ward|Hut|Stage|Scene|scene|Warehouse|Bay"
)
_BOOKS = (
    "Genesis|Exodus|Leviticus|Numbers|Deuteronomy|Joshua|Judges|Ruth|Samuel|Kings|Chronicles|Esther"
    "|Job|Psalms?|Proverbs|Ecclesiastes|Isaiah|Jeremiah|Ezekiel|Daniel|Amos|Micah|Matthew|Mark|Luke"
    "|John|Acts|Romans|Corinthians|Galatians|Ephesians|Philippians|Timothy|Hebrews|Peter|Revelation"
)
_ROADS = "St|Ave|Rd|Blvd|Dr|Ln|Street|Avenue|Road|Boulevard|Drive|Lane|Place|Pl|Broadway"


def _number(match: re.Match[str]) -> str:
    """An abbreviation before a number; at the beginning of a sentence with a capital letter."""
    name = _BEFORE_NUMBERS[match[1].lower()]
    return (name.capitalize() if match[1][0].isupper() else name) + " "


def _short(match: re.Match[str]) -> str:
    ends = match[0].endswith(".") and match.end() == len(match.string)
    return _ABBREVIATIONS[match[1]] + ("." if ends else "")


def _numbered(match: re.Match[str]) -> str:
    """What bears a number: Boeing 737-800, Room 101."""
    name, number, more, letter = match.groups()
    said = [
        name,
        code(number),
        *([code(more)] if more else []),
        *([letters(letter)] if letter else []),
    ]
    return " ".join(said)


def _spelled(text: str) -> str:
    return " ".join(digits(digit) for digit in text if digit.isdecimal())


def _version(match: re.Match[str]) -> str:
    return " point ".join(cardinal(int(part)) for part in match.groups() if part)


_NAMES = "|".join(sorted(map(re.escape, _ABBREVIATIONS), key=len, reverse=True))
_PLAIN_NAMES = "|".join(re.escape(n) for n in _ABBREVIATIONS if n not in _DOTTED)
_HEADS = "|".join(sorted(_BEFORE_NUMBERS, key=len, reverse=True))
_GASES = {"₀": "0", "₁": "1", "₂": "2", "₃": "3", "₄": "4", "₅": "5", "₆": "6"}
RULES: tuple[tuple[str, Made], ...] = (
    (r"[₀-₆]", lambda m: _GASES[m[0]]),
    (r"(?<![\w.,])(\d{1,3}(?:\.\d{3}){2,})(?![\w.,]*\d)", lambda m: m[0].replace(".", "")),
    (rf"\b({_NUMBERED}|RTX|GTX) (\d{{3,4}})(?:-(\d{{3}}))?([A-Z])?(?![\w,.]*\d)", _numbered),
    (r"\bH2O\b", "H two O"),
    (r"\bN2O\b", "N two O"),
    (r"\bH2SO4\b", "H two S O four"),
    (rf"\b({'CO|SO|NO|CH|NH|O|N|H'})([2-4])\b", lambda m: f"{letters(m[1])} {cardinal(int(m[2]))}"),
    (
        rf"\b({'|'.join(sorted(_SPOKEN, key=len, reverse=True))})\b(?!\]|\.\w)",
        lambda m: f"[{m[1]}](/{_SPOKEN[m[1]]}/)",
    ),
    (
        rf"\b({'|'.join(_TITLES_OF)})\.? (?=[A-Z])(?<!\bGen )(?<!\bRev )(?<!\bDet )",
        lambda m: f"{_TITLES_OF[m[1]]} ",
    ),
    (r"\b(Gen|Rev|Det)\. (?=[A-Z])", lambda m: f"{_TITLES_OF[m[1]]} "),
    (
        (
            rf"\b(Exit|exit|Seat|seat|Row|Platform|platform|Shot|shot|Take|Apt\.|Scene|scene"
            rf"|{_NUMBERED})"
            r" (\d{1,2})([A-Z])\b"
        ),
        lambda m: f"{m[1]} {cardinal(int(m[2]))} {letters(m[3])}",
    ),
    (r"(?<=[a-z]) ed\.(?= )", " edition"),
    (r"\bCtrl\b(?: ?\+ ?)?", "control "),
    (r"(?<=[A-G]) ?♭", " flat"),
    (r"(?<=[A-G]) ?♯", " sharp"),
    (r"(?<=[A-Z])\*(?=[A-Z])", ""),
    (r"\bCO2e\b", "C O two E"),
    (r"\bT-(\d+)(?=[:,]| (?:seconds?|minutes?|hours?|days?|and)\b)", r"T minus \1"),
    (r"(?<![\d-])9-1-1\b(?!-)", "nine one one"),
    (r"\b([A-Z]{1,3})(\d{1,2}\.\d+)\b", lambda m: f"{letters(m[1])} {count(m[2])}"),
    (
        rf"\b({_BOOKS}) (\d{{1,3}}):(\d{{1,3}})(?:[-–](\d{{1,3}}))?",
        lambda m: (
            f"{m[1]} {cardinal(int(m[2]))} {cardinal(int(m[3]))}"
            + (f" to {cardinal(int(m[4]))}" if m[4] else "")
        ),
    ),
    (
        (
            r"\b((?:[Pp]art|[Ee]pisode|[Pp]age|[Ss]tep|[Ss]lide|[Tt]ake|[Rr]eel|[Dd]isc"
            r"|[Tt]est) )(\d{1,3})/(\d{1,3})\b"
        ),
        lambda m: f"{m[1]}{cardinal(int(m[2]))} of {cardinal(int(m[3]))}",
    ),
    (
        rf"\b([NSEW])\. (?=(?:\d+(?:st|nd|rd|th)|[A-Z][a-z]+)(?: [A-Z][a-z]+)? (?:{_ROADS})\b)",
        lambda m: f"{COMPASS[m[1]]} ",
    ),
    (r"\bINT\.(?:/EXT\.)?", lambda m: "interior, exterior," if "/" in m[0] else "interior,"),
    (r"\bEXT\.", "exterior,"),
    (
        r"\bS(\d\d?)[ .]?E(\d\d?)\b",
        lambda m: f"season {cardinal(int(m[1]))}, episode {cardinal(int(m[2]))}",
    ),
    (r"\b[fF]/(?=\d)", "F "),
    (r"\b([HxX])\.?(26[45])\b", lambda m: f"{letters(m[1])} {_spelled(m[2])}"),
    (r"\b([1-4]):([0-4]):([0-4])\b", lambda m: _spelled(m[0])),
    (r"\b(\d{3,4})([pi])\b(?!\.)", lambda m: f"{code(m[1])} {m[2].upper()}"),
    (r"\bv\.? ?(?=\d+(?:\.\d+)*\b)(?<![A-Z][a-z] )", "version "),
    (r"\b[Vv]ersion version\b", "version"),
    (r"(?<![\w.,])(\d+)\.(\d+)\.(\d+)(?:\.(\d+))?(?![\w.]*\d)", _version),
    (
        r"\b(Python|iOS|macOS|Android|Windows|Ubuntu|Chrome|Blender|version) (\d+)\.(\d+)\b",
        lambda m: f"{m[1]} {cardinal(int(m[2]))} point {code(m[3])}",
    ),
    (
        r"(?<=[A-Z]\w )v\.? (?=[A-Z])|(?<=[A-Z]\w\w )v\.? (?=[A-Z])|(?<=[a-z]) v\. (?=[A-Z])",
        " versus ",
    ),
    (r"(?<=[^\d\s] )ft\. ?(?=[A-Z])", "featuring "),
    (r"\betc\.(?= [a-z(,;])|\betc(?=[,;])", "et cetera"),
    (r"\betc\.?", "et cetera."),
    (r"\be\. ?g\.,?", "for example,"),
    (r"\bi\. ?e\.,?", "that is,"),
    (r"(?<=, )for example,(?= )", "for example"),
    (r"(?<=, )that is,(?= )", "that is"),
    (r"\ba\.k\.a\.?", "also known as"),
    (rf"\b({_HEADS}|{_HEADS.title()}|{'Est|Max|Min|No|Nos|Op|Ep'})\. ?(?=\d)", _number),
    (rf"(?<![\w.'])({_NAMES})\b(?:\.(?!\w))", _short),
    (
        rf"(?<![\w.'])({_PLAIN_NAMES})(?![\w.'])",
        _short,
    ),
)
