"""English Roman numerals, codes of letters and figures, and signs in words."""

from __future__ import annotations

import re
import unicodedata

from engine.models.speech.english_addresses import Made, letters
from engine.models.speech.english_numbers import ROMAN, cardinal, code, ordinal, roman

_REGNAL = (
    "Henry|Louis|Edward|George|William|Charles|James|Richard|Elizabeth|Mary|Anne|Napoleon|Pius"
    "|Benedict|Leo|John|Paul|Gregory|Clement|Urban|Innocent|Julius|Sixtus|Alexander|Rams[eè]s"
    "|Rameses|Frederick|Friedrich|Wilhelm|Philip|Felipe|Alfonso|Carlos|Peter|Nicholas|Catherine"
    "|Ivan|Umberto|Emmanuel|Gustav|Christian|Ferdinand|Francis|François|Franz|Joseph|Leopold|Albert"
    "|Otto|Theodosius|Constantine|Justinian|Darius|Xerxes|Cyrus|Ptolemy|Thutmose|Amenhotep"
    "|Cleopatra|Seti|Mehmed|Suleiman|Selim|Murad|Rudolf|Maximilian|Haakon|Harald|Olaf|Olav"
    "|Margrethe|Boniface|Celestine|Eugene|Ludwig|Pedro|Manuel|Robert|Kenneth|Casimir|Stephen|Adolf"
)
_TITLES = "King|Queen|Pope|Emperor|Empress|Tsar|Czar|Sultan|Pharaoh|Prince|Kaiser|Shah"
_FIRST = (
    "John|Robert|William|James|Henry|George|Charles|Thomas|Edward|Richard|David|Joseph|Samuel"
    "|Frank|Walter|Arthur|Philip|Albert|Harold|Harry|Martin|Daniel|Cornelius|Loudon|Ken|Thurston"
    "|Sammy|Adlai|Oscar|Alfred|Louis|Benjamin|Franklin|Theodore|Hank|Jack|Michael|Peter|Paul"
)
_PARTED = (
    "Act|Part|Chapter|Book|Volume|Scene|World War|Phase|Type|Class|Episode|Division|Mark|Title"
    "|Article|Section|Canto|Movement|Stage|Grade|Level|Appendix|Table|Figure|Amendment|Tier|Plate"
    "|Round|Lesson|Rocky|Super Bowl|Apollo|Gemini|Symphony|Schedule|Vatican|Quartet|Sonata|Season"
    "|Reel|Category|Tape|Psalm|WrestleMania|Final Fantasy"
)
_SEQUEL = (
    r"(II|III|IV|VI|VII|VIII|IX|XI|XII|XIII|XIV|XV|XVI|XVII|XVIII|XIX|XXI|XXII|XXIII|XXIV|XXV)"
)
_SIGNS = {
    "=": "equals", "<": "less than", ">": "greater than", "~": "about", "°": "degrees",
    "¢": "cents", "§": "section", "¶": "paragraph", "×": "times", "÷": "divided by", "™": "",
    "®": "", "©": "copyright", "•": "", "→": "to", "←": "", "²": "squared", "³": "cubed",
    "µ": "micro", "|": ",", "*": "", "^": "to the power of", "_": "", "\\": "", "#": "hashtag",
    "√": "the square root of", "∞": "infinity", "π": "pi", "★": "stars",
}  # fmt: skip
_AFTER_I = r"(?:of|is|was|and|in|ended|began|begins|ends|opens|to|at|as|by|on|has|had|saw)\b"


def _the(match: re.Match[str]) -> str:
    return f"{match[1]} the {ordinal(roman(match[2]))}"


def _counted(match: re.Match[str]) -> str:
    return f"{match[1]} {cardinal(roman(match[2]))}"


def _mixed(match: re.Match[str]) -> str:
    """Letters with figures, "A380": the letters one by one, the number as a code."""
    head, number, tail = match.groups()
    ends = "s" if tail == "s" else f" {letters(tail)}" if tail else ""
    return f"{letters(head)} {code(number)}{ends}"


def _power(match: re.Match[str]) -> str:
    return f"ten to the power of {cardinal(int(unicodedata.normalize('NFKC', match[1])))}"


RULES: tuple[tuple[str, Made], ...] = (
    # Roman numerals.
    (r"\b([IVX]{2,})(?:th|st|nd|rd)?(?= [Cc]entur)", lambda m: ordinal(roman(m[1]))),
    (
        (
            rf"\b((?:{_TITLES}) (?:[A-Z]\w+ )*(?:[A-Z]\w+)) ({ROMAN})\b(?![.'’]\w| (?:am|think|have"
            rf"|was)\b)"
        ),
        _the,
    ),
    (rf"\b((?:{_FIRST})(?: [A-Z]\.?| [A-Z]\w+)? [A-Z]\w+) (II|III|IV)\b", _the),
    (rf"\b({_REGNAL}) {_SEQUEL}\b", _the),
    (
        (
            rf"\b({_REGNAL}) ([IVX])\b(?=[.,;:!?)]|$|'s| (?:of|ruled|reigned|died|and|in|to|became"
            rf"|ordered)\b)"
        ),
        _the,
    ),
    (rf"\b({_PARTED}) ({ROMAN})\b(?![-.'’]\w)(?!(?<= I) (?!{_AFTER_I})[a-z])", _counted),
    (
        (
            r"\b((?:page|pages|[Cc]hapter|act|scene|section|part|footnote|note|figure"
            r"|table) )([ivxl]+)\b"
        ),
        lambda m: m[1] + cardinal(roman(m[2])),
    ),
    (rf"\b([A-Z][a-z]+) {_SEQUEL}\b", _counted),
    # Codes.
    (r"(?<![\w.,$£€])([1-9]\d[1-9])s\b", lambda m: f"{code(m[1])}s"),
    (r"(?<![\w.,:])00(\d)\b(?!:)", lambda m: f"double oh {cardinal(int(m[1]))}"),
    (r"(?<![\w.,:$£€-])(0\d+)(?![\w:/]|[.,]\d)", lambda m: code(m[1])),
    (r"\b([A-Z]{1,3})-?(\d{3,4})([A-Zs])?\b(?![.,-]?\d)(?<!COVID)", _mixed),
    (r"\b([1-9]\d?)-bit\b", lambda m: f"{cardinal(int(m[1]))} bit"),
    (r"(?<![\w.,])(\d{1,3})-(?=[a-z]{3,})", lambda m: f"{cardinal(int(m[1]))} "),
    # Signs.
    (r"\b([A-Z]{1,2})&([A-Z]{1,2})\b", lambda m: f"{letters(m[1])} and {letters(m[2])}"),
    (r"\b([A-Z])–([A-Z])\b", lambda m: f"{letters(m[1])} to {letters(m[2])}"),
    (r"\b([A-Z])-Z\b", lambda m: f"{letters(m[1])} to Z"),
    (
        (
            r"\b((?:plan|[Vv]itamin|grade|[Gg]rades|side|point|option|[Hh]epatitis|[Gg]roup|[Tt]eam"
            r"|[Pp]lan|[Tt]ype"
            r"|class|[Ee]xhibit|[Ff]rom|level|building|[Cc]amera|track|roll|[Ss]ide|an"
            r"|[Oo]ption) )A\b"
        ),
        lambda m: m[1] + letters("A"),
    ),
    (r"\b([A-DFS])\+(?!\+|\w)", lambda m: f"{letters(m[1])} plus"),
    (
        r"\b([A-D])[−-](?=[.,;!?]|$| (?:in|for|on|from|and|average|student|grade)\b)",
        lambda m: f"{letters(m[1])} minus",
    ),
    (r"\bC\+\+", "C plus plus"),
    (r"\b([CF])#(?!\w)", lambda m: f"{m[1]} sharp"),
    (r"(?<=[AP]\.M)\s?[–-]\s?(?=noon|midnight)", " to "),
    (r"(?<=\d)\+(?=[ .,;!?]|$)(?! \d)", " plus"),
    (
        r"(?i)\b(he/she|she/he|his/her|him/her|her/him|his/hers|s/he)\b",
        lambda m: m[1].replace("s/he", "he/she").replace("/", " or "),
    ),
    (r"\band/or\b", "and or"),
    (r"\bmc²", "M C squared"),
    (r"(?<=\d)\s?\^\s?(?=\d)", " to the power of "),
    (r"10([²³⁴-⁹]+)", _power),
    (r"[±]\s?", "plus or minus "),
    (r"≥ ?", "greater than or equal to "),
    (r"≤ ?", "less than or equal to "),
    (r"≈ ?|(?<!\w)~ ?(?=\d)", "about "),
    (r"(?<=\w) ?→ ?(?=\w)", " to "),
    (r"(?<!\w)< ?(?=\d)", "less than "),
    (r"(?<!\w)> ?(?=\d)", "more than "),
    (r"#(?=\d)", "number "),
    (r"(?<=\S) ?([=<>~]) ?(?=\S)", lambda m: f" {_SIGNS[m[1]]} "),
    (rf"[{re.escape(''.join(_SIGNS))}]", lambda m: f" {_SIGNS[m[0]]} "),
    (r"(?<![\w+])\+(?=\d|\w)", "plus "),
)
