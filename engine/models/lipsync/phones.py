"""Phones as the mouth sees them: ARPAbet and IPA as classes that look alike on the lips."""

from __future__ import annotations

import unicodedata

CLASSES: tuple[str, ...] = (
    *("unknown", "rest", "p", "f", "th", "t", "s", "sh", "l", "r", "k", "h", "w"),
    *("iy", "ih", "eh", "ae", "aa", "ah", "ax", "ao", "uh", "uw", "er", "ue", "oe"),
)
"""Names of the classes: "p" is any bilabial, "ue" a front rounded vowel as in French tu.

"unknown" is where no times are known; it is never a phone.
"""

_GROUPS = {
    "p": ("p b m em", "pbmɓɱ"),
    "f": ("f v", "fvʋ"),
    "th": ("th dh", "θð"),
    "t": ("t d n dx en nx", "tdnɾʈɖɳɲʔ"),
    "s": ("s z", "sz"),
    "sh": ("sh zh ch jh", "ʃʒʧʤɕʑ"),
    "l": ("l el", "lɫʎɭ"),
    "r": ("r", "ɹɻr"),
    "k": ("k g ng", "kɡgŋqxɣʁχʀ"),
    "h": ("hh hv", "hɦ"),
    "w": ("w wh", "wʍ"),
    "iy": ("iy y", "ij"),
    "ih": ("ih ix", "ɪᵻɨ"),
    "eh": ("eh", "eɛ"),
    "ae": ("ae", "æ"),
    "aa": ("aa", "aɑɒɐ"),
    "ah": ("ah", "ʌ"),
    "ax": ("ax ax-h", "əᵊɘ"),
    "ao": ("ao", "ɔo"),
    "uh": ("uh", "ʊ"),
    "uw": ("uw ux", "uɯ"),
    "er": ("er axr", "ɜɝɚ"),
    "ue": ("", "yʏɥ"),
    "oe": ("", "øœɵɞ"),
}
_GLIDES = {  # ARPAbet, then the one letter that some families write
    ("ey", "A"): ("eh", "iy"),
    ("ay", "I"): ("aa", "ih"),
    ("oy", "Y"): ("ao", "ih"),
    ("aw", "W"): ("aa", "uw"),
    ("ow", "O"): ("ao", "uw"),
    ("", "Q"): ("ax", "uw"),
}
_ARPABET = {name: (cls,) for cls, (names, _) in _GROUPS.items() for name in names.split()}
_ARPABET |= {names[0]: parts for names, parts in _GLIDES.items() if names[0]}
_IPA = {letter: (cls,) for cls, (_, letters) in _GROUPS.items() for letter in letters}
_IPA |= {names[1]: parts for names, parts in _GLIDES.items()}


def of_arpabet(name: str) -> tuple[str, ...]:
    """Classes of one ARPAbet phone, stress or not; silence and what is not known is rest."""
    return _ARPABET.get(name.lower().rstrip("012"), ("rest",))


def of_ipa(text: str) -> tuple[str, ...]:
    """Classes of IPA letters in their order; marks of stress, length and nasality say nothing.

    Two letters that one articulation follows the other in (affricates) give both.
    """
    letters = unicodedata.normalize("NFD", text)
    return tuple(cls for letter in letters for cls in _IPA.get(letter, ())) or ("rest",)
