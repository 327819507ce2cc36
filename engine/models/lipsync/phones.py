"""Phones as the mouth sees them: IPA as classes that look alike on the lips."""

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
    "p": "pbmɓ",
    "f": "fvʋɱ",
    "th": "θð",
    "t": "tdnɾʈɖɳɲʔ",
    "s": "sz",
    "sh": "ʃʒʧʤɕʑ",
    "l": "lɫʎɭ",
    "r": "ɹɻr",
    "k": "kɡgŋqxɣʁχʀ",
    "h": "hɦ",
    "w": "wʍ",
    "iy": "ij",
    "ih": "ɪᵻɨ",
    "eh": "eɛ",
    "ae": "æ",
    "aa": "aɑɒɐ",
    "ah": "ʌ",
    "ax": "əᵊɘ",
    "ao": "ɔo",
    "uh": "ʊ",
    "uw": "uɯ",
    "er": "ɜɝɚ",
    "ue": "yʏɥ",
    "oe": "øœɵɞ",
}
_CLASSES = {letter: cls for cls, letters in _GROUPS.items() for letter in letters}


def of_ipa(phone: str) -> tuple[str, ...]:
    """Classes of the letters of a phone in their order; what is no letter of the IPA is rest.

    Marks of stress, length and nasality say nothing. A diphthong is two classes; an affricate looks
    like its second letter.
    """
    letters = unicodedata.normalize("NFD", phone)
    found = [_CLASSES[letter] for letter in letters if letter in _CLASSES]
    if len(found) == 2 and found[0] == "t":
        found = found[1:]
    return tuple(found) or ("rest",)
