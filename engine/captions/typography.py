"""How text is set: French spaces and quotes, what does not stand alone at the end of a line."""

from __future__ import annotations

import re

NARROW = "\N{NARROW NO-BREAK SPACE}"
FIXED = "\N{NO-BREAK SPACE}"

_SPACES = re.compile(r"[ \t\r\n]+")
_HIGH = re.compile(r"[ \u00a0\u202f]*([;!?]+)")
_COLON = re.compile(r"(?<=\D)[ \u00a0\u202f]*:(?=[ \u00a0\u202f]|$)")
_OPENING = re.compile(r"«[ \u00a0\u202f]*")
_CLOSING = re.compile(r"[ \u00a0\u202f]*»")
_STRAIGHT_OPENING = re.compile(r"(?:^|(?<=[\s(]))\"(?=\S)")
_LETTERS_AROUND = re.compile(r"(?<=\w)'(?=\w)")

# Words after which no line ends: what follows belongs to them.
_ENGLISH = """
a an the my your his her its our their this that these those some any no every each
of in on at to for from with by about into over under after before between through
is are was were be been am has have had do does did will would can could shall should may might must
not and or but so if as than that who which i you he she it we they there mr mrs ms dr
very too more most
"""
_FRENCH = """
un une le la les l' d' du des de ce cet cette ces mon ma mes ton ta tes son sa ses notre nos votre
vos leur leurs quel quelle quelques chaque aucun aucune tout toute tous
à au aux en dans sur sous par pour avec sans chez vers entre contre depuis pendant
est sont était étaient suis es sommes êtes ai as a avons avez ont avait ne pas plus très trop
et ou mais donc car ni que qui dont où si comme quand je tu il elle on nous vous ils elles
se me te y lui m. mme mlle dr
"""
# Words before which a line may well begin.
_ENGLISH_OPENERS = """
and but or because so when while if although though since that which who where then
of in on at to for from with by about into over under after before between through
"""
_FRENCH_OPENERS = """
et mais ou donc car parce puisque quand lorsque pendant si bien comme que qui dont où puis
à au aux de du des en dans sur sous par pour avec sans chez vers entre contre depuis
"""
_CLINGING = {"en": frozenset(_ENGLISH.split()), "fr": frozenset(_FRENCH.split())}
_OPENING_WORDS = {
    "en": frozenset(_ENGLISH_OPENERS.split()),
    "fr": frozenset(_FRENCH_OPENERS.split()),
}


def family(language: str) -> str:
    """The part of a language tag that rules go by: "en", "fr"; others go by the English ones."""
    return "fr" if language.lower().split("-")[0] == "fr" else "en"


def set_text(text: str, language: str) -> str:
    """A text as it is set in its language, on one line.

    French gets its quotes, its apostrophe and unbreakable spaces: narrow ones before ; ! ?, and as
    wide as others before : and inside « ». A part of a text is set as it is in the whole. Every
    language gets one space between words and an ellipsis of one character.
    """
    text = _SPACES.sub(" ", text).strip().replace("...", "…")
    if family(language) != "fr":
        return text
    text = _STRAIGHT_OPENING.sub("«", text).replace('"', "»")
    text = _OPENING.sub(f"«{FIXED}", text)
    text = _CLOSING.sub(f"{FIXED}»", text)
    text = _HIGH.sub(rf"{NARROW}\1", text)
    text = _COLON.sub(f"{FIXED}:", text)
    return _LETTERS_AROUND.sub("’", text).lstrip(NARROW + FIXED)


def break_cost(before: str, after: str, language: str) -> float:
    """How bad it is to break between two words: 0 after a sentence to 9 inside a phrase."""
    end = before.rstrip("\"'”’»)]\u00a0\u202f")
    if end.endswith((".", "!", "?", "…")) and not _is_abbreviation(end):
        return 0.0
    if end.endswith((";", ":", "—", "–")):
        return 1.0
    if end.endswith(","):
        return 1.5
    last, first = _bare(before), _bare(after)
    rules = family(language)
    if last in _CLINGING[rules]:
        return 9.0
    if _is_name(before) and _is_name(after):
        return 8.0
    return 3.0 if first in _OPENING_WORDS[rules] else 5.0


def ends_sentence(word: str) -> bool:
    """Whether a sentence ends with this word."""
    end = word.rstrip("\"'”’»)]\u00a0\u202f")
    return end.endswith((".", "!", "?", "…")) and not _is_abbreviation(end)


def _is_abbreviation(word: str) -> bool:
    return word.lower() in {"mr.", "mrs.", "ms.", "dr.", "m.", "st.", "prof.", "vs.", "etc."} or (
        len(word) == 2 and word[0].isupper() and word[1] == "."
    )


def _is_name(word: str) -> bool:
    bare = word.strip(".,;:!?\"'“”«»()")
    return len(bare) > 1 and bare[0].isupper() and bare[1:].islower()


def _bare(word: str) -> str:
    return word.lower().strip(',;:!?"“”«»()\u00a0\u202f').replace("’", "'")
