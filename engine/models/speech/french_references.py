"""French references in words: articles and numbers of laws, judgments, registers of firms."""

from __future__ import annotations

import re

from engine.models.speech.french_numbers import cardinal, digits
from engine.models.speech.french_units import Made

_REGISTERS = (
    "SIRET|SIREN|RCS|Siret|Siren|IBAN|NIR|sécurité sociale|dossier|référence|réf|commande|contrat"
    "|client|compte|série|facture|suivi|licence|brevet|permis|TVA|abonné|adhérent"
)
_BOOKS = {"Gn": "Genèse", "Ex": "Exode", "Ps": "Psaume", "Is": "Isaïe", "Mt": "Matthieu",
          "Mc": "Marc", "Lc": "Luc", "Jn": "Jean", "Ac": "Actes", "Rm": "Romains",
          "Co": "Corinthiens", "Ap": "Apocalypse"}  # fmt: skip
_COURTS = {"Cass": "Cassation", "civ": "civile", "crim": "criminelle", "soc": "sociale",
           "com": "commerciale", "ass": "assemblée", "plén": "plénière"}  # fmt: skip
_CODES = {"civ": "civil", "pén": "pénal", "com": "de commerce", "trav": "du travail",
          "cons": "de la consommation", "consom": "de la consommation", "route": "de la route",
          "pr. civ": "de procédure civile", "pr. pén": "de procédure pénale"}  # fmt: skip
_CODE_NAMES = "|".join(sorted(map(re.escape, _CODES), key=len, reverse=True))


def in_groups(text: str) -> str:
    """A number of a register, by threes, or as it is parted in writing."""
    if " " not in text.strip():
        text = re.sub(r"\d{3}(?=\d{3})", r"\g<0> ", text)
    return ", ".join(_group(group) for group in text.split())


def _group(text: str) -> str:
    rest = text.lstrip("0")
    zeros = digits("0" * (len(text) - len(rest)))
    return f"{zeros} {cardinal(int(rest))}".strip() if rest else zeros


def _article(match: re.Match[str]) -> str:
    """L. 121-1 is "L cent vingt et un, un", with a hyphen or two."""
    numbers = [cardinal(int(n)) for n in re.findall(r"\d+", match[2])]
    return f"{match[1]} {' '.join(numbers)}"


def _court(match: re.Match[str]) -> str:
    words = re.findall(r"[^\W\d_]+", match[0])
    return "Cour de cassation" + "".join(f", {_COURTS.get(w, w)}" for w in words[1:])


RULES: tuple[tuple[str, Made], ...] = (
    (
        (
            rf"\b((?:{_REGISTERS})\b\.?(?: [A-Z][a-zé]+)?(?: [A-Z])?(?: ?(?::|n°|nº|est le) ?| ))"
            r"(\d{9,}|\d{3}(?: \d{3}){2}(?: \d{5})?)(?!\d| \d)"
        ),
        lambda m: m[1] + in_groups(m[2]),
    ),
    (r"(?<![\w,.])\d{12,30}(?![\w,.]*\d)", lambda m: in_groups(m[0])),
    (r"\b([LRDA])\. ?\*?(\d{1,4}(?:-\d{1,4})*)(?![\d-])", _article),
    (r"\b([LRDA]) (\d{1,4}(?:-\d{1,4})+)(?![\d-])", _article),
    (
        r"(\b[nN](?:°|º|o\.?) ?)(\d{2,4})-(\d{1,5})(?![\d-])",
        lambda m: f"numéro {cardinal(int(m[2]))}, {_group(m[3])}",
    ),
    (
        rf"\b({'|'.join(_BOOKS)}) (\d+)(?:[,:] ?(\d+))?(?![\w:])",
        lambda m: f"{_BOOKS[m[1]]} {m[2]}" + (f", {m[3]}" if m[3] else ""),
    ),
    (r"\bv\. ?(?=\d+ ?[-–] ?\d)", "versets "),
    (r"(?<=\d )al\. ?(?=\d)", "alinéa "),
    (r"\bart(?:icles?|\.) (\d+)-(\d+)(?![\d-])(?= d| C\. )", r"article \1 \2"),
    (
        rf"(?:(?<=(\d) )|\b)C\. ({_CODE_NAMES})(?:\.(?!\s*$)|\b(?=\.?\s*$))",
        lambda m: f"{'du ' if m[1] else ''}Code {_CODES[m[2]]}",
    ),
    (r"\bet s\.(?=$|[ ,;)])", "et suivants"),
    (r"\bc/ (?=[A-ZÀ-Þ])", "contre "),
    (r"\bCass\.(?:,? (?:ass|plén|civ|crim|soc|com)\.)*", _court),
    (
        r"(?:(?<=[a-zéè] )|(?<=, )|^)(\d{5})(?= [A-ZÀ-Þ][A-ZÀ-Þa-zà-ÿ])",
        lambda m: _town(m[1]),
    ),
)


def _town(code: str) -> str:
    """A postcode: 75008 is "soixante-quinze mille huit", 01000 "zéro un mille"."""
    head, rest = code[:2], int(code[2:])
    said = "un mille" if head == "01" and not rest else cardinal(int(head) * 1000 + rest)
    return f"zéro {said}," if head[0] == "0" else f"{said},"
