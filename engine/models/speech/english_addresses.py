"""English addresses in words: of the web, of mail, files, telephones, streets and codes."""

from __future__ import annotations

import re
from collections.abc import Callable

from engine.models.speech.english_numbers import cardinal, code, digits
from engine.models.speech.wordlists import table, word_set

_ENDINGS = (
    "com|org|net|edu|gov|mil|info|biz|io|co|tv|fr|uk|de|eu|us|ca|au|nz|jp|cn|ch|nl|es|it|pt|se|dk"
    "|fi"
    "|pl|ru|br|mx|ie|ai|fm|app|dev|film|films|studio|online|media|news|museum|agency|tech|ly|me"
)
_WORDS = word_set("com org net gov mil info biz co app dev me ly")
_SIGNS = {".": "dot", "/": "slash", "-": "dash", "_": "underscore", "?": "question mark",
          "=": "equals", "&": "and", "#": "hash", "%": "percent", "+": "plus", ":": "colon",
          "~": "tilde", "@": "at"}  # fmt: skip
_FILES = (
    "pdf|txt|html?|csv|xml|json|jpe?g|png|gif|tiff?|dpx|exr|wav|aiff?|flac|mp[34]|mov|mkv|avi|mxf"
    "|srt|vtt|edl|otio|aaf|fcpxml|docx?|xlsx?|pptx?|exe|zip|psd|prproj|drp|cube"
)
_STATES = table(
    "AL=Alabama; AK=Alaska; AZ=Arizona; AR=Arkansas; CA=California; CO=Colorado; CT=Connecticut;"
    "DE=Delaware; FL=Florida; GA=Georgia; HI=Hawaii; ID=Idaho; IL=Illinois; IN=Indiana; IA=Iowa;"
    "KS=Kansas; KY=Kentucky; LA=Louisiana; ME=Maine; MD=Maryland; MA=Massachusetts; MI=Michigan;"
    "MN=Minnesota; MS=Mississippi; MO=Missouri; MT=Montana; NE=Nebraska; NV=Nevada;"
    "NH=New Hampshire; NJ=New Jersey; NM=New Mexico; NY=New York; NC=North Carolina;"
    "ND=North Dakota; OH=Ohio; OK=Oklahoma; OR=Oregon; PA=Pennsylvania; RI=Rhode Island;"
    "SC=South Carolina; SD=South Dakota; TN=Tennessee; TX=Texas; UT=Utah; VT=Vermont;"
    "VA=Virginia; WA=Washington; WV=West Virginia; WI=Wisconsin; WY=Wyoming; Calif.=California;"
    "Fla.=Florida; Mass.=Massachusetts; Ill.=Illinois; Mich.=Michigan; Minn.=Minnesota;"
    "Tenn.=Tennessee; Tex.=Texas; Va.=Virginia; Wis.=Wisconsin; Colo.=Colorado;"
    "Conn.=Connecticut; Ariz.=Arizona; Ala.=Alabama; Wash.=Washington; Penn.=Pennsylvania;"
    "Ga.=Georgia; Md.=Maryland"
)
_STREETS = {
    "St": "Street", "Ave": "Avenue", "Av": "Avenue", "Rd": "Road", "Blvd": "Boulevard",
    "Dr": "Drive", "Ln": "Lane", "Ct": "Court", "Pl": "Place", "Sq": "Square", "Hwy": "Highway",
    "Pkwy": "Parkway", "Ter": "Terrace",
}  # fmt: skip
COMPASS = {"N": "North", "S": "South", "E": "East", "W": "West", "NE": "Northeast",
           "NW": "Northwest", "SE": "Southeast", "SW": "Southwest"}  # fmt: skip
_LONG_STREETS = "|".join((*_STREETS.values(), "Way", "Terrace", "Broadway", "Row", "Crescent"))


def letters(name: str) -> str:
    """Letters one by one, as the lexicon reads "U.S.A"."""
    return ".".join(name.upper()) if len(name) > 1 else _LETTER.get(name.upper(), name.upper())


_LETTER = {"A": "[A](/ˈeɪ/)"}  # else an article


def _site(written: str) -> str:
    """The name of a place in the web or in a folder, part by part."""
    parts = re.findall(r"[A-Za-z']+|\d+|[^\w\s]|_", written)
    return " ".join(_SIGNS.get(part) or _part(part) for part in parts)


def _part(part: str) -> str:
    if part.isdecimal():
        return code(part) if part[0] != "0" else digits(part)
    spelled = not re.search("[aeiouy]", part.lower()) or len(part) == 1
    return letters(part) if spelled or part.isupper() else part


def _web(match: re.Match[str]) -> str:
    host, rest = match[2], match[3] or ""
    *names, last = host.split(".")
    last = last if last.lower() in _WORDS or len(last) > 3 else letters(last)
    www = f"{letters('www')} dot " if match[1] else ""
    said = " dot ".join((*map(_site, names), last))
    return f"{www}{said} {_site(rest)}".rstrip()


def _mail(match: re.Match[str]) -> str:
    host = _HOST.fullmatch(match[2])
    return f"{_site(match[1])} at {_web(host) if host else _site(match[2])}"


def _tag(match: re.Match[str]) -> str:
    name = re.sub(r"(?<=[a-z])(?=[A-Z])|_|(?<=[A-Za-z])(?=\d)", " ", match[2])
    return f"{'hashtag' if match[1] == '#' else 'at'} {name}"


def _file(match: re.Match[str]) -> str:
    name, ending = match.groups()
    said = " ".join(_part(part) for part in re.findall(r"[A-Za-z']+|\d+", name))
    stem, figures = re.fullmatch(r"([a-z]+)(\d*)", ending).groups()  # type: ignore[union-attr]
    heard = stem if re.search("[aeiou]", stem) and stem not in _SPELLED else letters(stem)
    return f"{said} dot {heard} {figures and cardinal(int(figures))}".rstrip()


_SPELLED = ("edl", "aaf", "exr", "fcpxml", "avi", "docx", "exe")


def _telephone(match: re.Match[str]) -> str:
    plus = "plus " if match[0].lstrip().startswith("+") else ""
    groups = re.findall(r"\d+|[A-Z]+", match[0])
    return plus + ", ".join(_group(group) for group in groups)


def _group(group: str) -> str:
    if group.isalpha():
        return group.lower()
    return "eight hundred" if group == "800" else digits(group)


def _street(match: re.Match[str]) -> str:
    number, flat, compass, names, kind = match.groups()
    side = f" {COMPASS[compass]}" if compass else ""
    ends = "." if match.end() == len(match.string) and match[0].endswith(".") else ""
    return f"{code(number)}{' ' + flat if flat else ''}{side}{names} {_STREETS[kind]}{ends}"


def _state(match: re.Match[str]) -> str:
    town, short, post = match.groups()
    if short in ("OK", "IN", "OR", "ME", "HI") and not post:
        return match[0]  # said as a word
    return f"{town}, {_STATES[short]}" + (f", {digits(post)}" if post else "")


_KINDS = "|".join(_STREETS)
_SITE = rf"(www\.)?((?:[\w-]+\.)+(?:{_ENDINGS}))\b((?:[:/?#][\w./?=&#%+~:-]*[\w/])?)"
_HOST = re.compile(_SITE, re.IGNORECASE)
_GROUPS = r"(?:[ .-]\(?\d{2,4}\)?)"

Made = str | Callable[[re.Match[str]], str]
RULES: tuple[tuple[str, Made], ...] = (
    (rf"\b([\w.+-]+)@((?:[\w-]+\.)+(?:{_ENDINGS}))\b", _mail),
    (rf"(?i:(?:\bhttps?://|(?<![\w@./])){_SITE})(?![\w@])", _web),
    (r"(?<![\w&])([#@])([A-Za-z]\w*[A-Za-z0-9])\b", _tag),
    (rf"\b([A-Za-z0-9][\w-]*)\.({_FILES})\b(?!\.\w)", _file),
    (
        r"(?<![\w.])(\d{1,3}(?:\.\d{1,3}){3})(?![\w.]*\d)",
        lambda m: " dot ".join(digits(part) for part in m[1].split(".")),
    ),
    # Telephones: with the code of a country, of North America, of a town with its zero.
    (rf"(?<![\w.])\+\d{{1,3}}{_GROUPS}{{2,5}}(?![\w-])", _telephone),
    (r"(?<![\w.\-])1-8\d\d-(?:[A-Z]{4,8}\b|\d{3}-\d{4}(?![\w\-]))", _telephone),
    (
        (
            r"(?<![\w.\-])(?:1[-. ])?(?:\(\d{3}\) ?|\d{3}[-.])\d{3}[-.]\d{4}(?![\w\-])"
            r"|(?<![\w.\-])\d{3}-\d{4}(?![\w\-])"
        ),
        _telephone,
    ),
    (r"(?<![\w.,\-])0\d{2,4}(?: \d{3,4}){1,3}(?! ?\d)", _telephone),
    (r"\b([Ee])xt\. ?(\d+)\b", lambda m: f"{m[1]}xtension {code(m[2])}"),
    (r"\b([Dd]ial(?:led|ing)? )(\d+)\b", lambda m: m[1] + digits(m[2])),
    (
        r"\b([Cc]all )(\d{3})(?=[.,;!?]|$| (?:now|if|for|in|at once)\b)",
        lambda m: m[1] + digits(m[2]),
    ),
    (
        r"(?<!Porsche )(?<![\w$£€.,])911(?=$|[.,;!?] |[.!?]$| (?:call|dispatch|operator))",
        "nine one one",
    ),
    (
        (
            r"(?i)\b((?:code|pin|passcode|password|combination|serial number|account number"
            r"|reference)(?: number)?(?: is|:)? )(\d{3,})\b"
        ),
        lambda m: m[1] + digits(m[2]),
    ),
    # Places of a post office.
    (
        (
            rf"\b([A-Z][a-z]+\.?), ({'|'.join(map(re.escape, _STATES))})"
            r"(?: (\d{5})\b|(?=[,.;!?]|$| [a-z]))"
        ),
        _state,
    ),
    (r"\b((?:[Zz]ip|ZIP)(?: code)? )(\d{5})\b", lambda m: m[1] + digits(m[2])),
    (
        (
            rf"(?<!No\. )\b(\d{{1,5}})([A-Z])?(?: ([NSEW]|NE|NW|SE|SW)\.?)?((?: [A-Z][a-z]+"
            rf"| \d+[a-z]{{2}}){{1,3}})"
            rf" ({_KINDS})\b\.?"
        ),
        _street,
    ),
    (
        rf"\b(\d{{3,5}})([A-Z]?)(?=(?: [A-Z][a-z]+){{1,3}} (?:{_LONG_STREETS})\b)",
        lambda m: f"{code(m[1])} {m[2]}".rstrip(),
    ),
    (
        r"(?<=[a-z] )(Ave|Blvd|Rd|Hwy|Pkwy)\b(?:\.(?! [A-Z]|$))?",
        lambda m: _STREETS[m[1]],
    ),
    (r"(?<=[a-z] )Dr\.(?=$|[,;]| [a-z])", "Drive"),
)
