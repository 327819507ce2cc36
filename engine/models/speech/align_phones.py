"""The sounds that the aligner knows: IPA symbols as bundles of articulatory features.

A network that scores features can place a sound that it never heard, as long as the sound is made
of known movements: a French nasal vowel is a vowel, open, back and nasal.
"""

from __future__ import annotations

import unicodedata
from functools import cache

import numpy as np
from numpy.typing import NDArray

from engine.errors import UsageError

FEATURES = (
    *("silence", "vowel", "close", "mid", "open", "front", "central", "back", "rounded"),
    *("nasal", "rhotic", "voiced", "stop", "fricative", "glide", "lateral", "tap", "sibilant"),
    *("labial", "dental", "alveolar", "postalveolar", "palatal", "velar", "uvular", "glottal"),
)
"""What a sound is made of: manner, voice, and where the mouth is narrow. Parts from 0 to 1."""

SILENCE = "_"

# Height, frontness and rounding of the IPA vowel chart; 1 close to 0 open, 0 front to 1 back.
_VOWELS: dict[str, tuple[float, float, float]] = {
    "i": (1, 0, 0),
    "y": (1, 0, 1),
    "ɨ": (1, 0.5, 0),
    "ʉ": (1, 0.5, 1),
    "ɯ": (1, 1, 0),
    "u": (1, 1, 1),
    "ɪ": (0.85, 0.2, 0),
    "ʏ": (0.85, 0.2, 1),
    "ʊ": (0.85, 0.8, 1),
    "e": (0.67, 0, 0),
    "ø": (0.67, 0, 1),
    "ɘ": (0.67, 0.5, 0),
    "ɵ": (0.67, 0.5, 1),
    "ɤ": (0.67, 1, 0),
    "o": (0.67, 1, 1),
    "ə": (0.5, 0.5, 0),
    "ɛ": (0.33, 0.1, 0),
    "œ": (0.33, 0.1, 1),
    "ɜ": (0.4, 0.5, 0),
    "ɞ": (0.33, 0.5, 1),
    "ʌ": (0.33, 0.8, 0),
    "ɔ": (0.33, 1, 1),
    "æ": (0.15, 0.1, 0),
    "ɐ": (0.2, 0.5, 0),
    "a": (0, 0.3, 0),
    "ɑ": (0, 1, 0),
    "ɒ": (0, 1, 1),
    "ᵻ": (0.85, 0.4, 0),
}
_CONSONANTS: dict[str, str] = {
    "p": "stop labial",
    "b": "stop labial voiced",
    "t": "stop alveolar",
    "d": "stop alveolar voiced",
    "ʈ": "stop postalveolar",
    "ɖ": "stop postalveolar voiced",
    "c": "stop palatal",
    "ɟ": "stop palatal voiced",
    "k": "stop velar",
    "ɡ": "stop velar voiced",
    "q": "stop uvular",
    "ɢ": "stop uvular voiced",
    "ʔ": "stop glottal",
    "m": "nasal labial voiced",
    "ɱ": "nasal labial dental voiced",
    "n": "nasal alveolar voiced",
    "ɳ": "nasal postalveolar voiced",
    "ɲ": "nasal palatal voiced",
    "ŋ": "nasal velar voiced",
    "ɴ": "nasal uvular voiced",
    "ɸ": "fricative labial",
    "β": "fricative labial voiced",
    "f": "fricative labial dental",
    "v": "fricative labial dental voiced",
    "θ": "fricative dental",
    "ð": "fricative dental voiced",
    "s": "fricative sibilant alveolar",
    "z": "fricative sibilant alveolar voiced",
    "ʃ": "fricative sibilant postalveolar",
    "ʒ": "fricative sibilant postalveolar voiced",
    "ʂ": "fricative sibilant postalveolar",
    "ʐ": "fricative sibilant postalveolar voiced",
    "ɕ": "fricative sibilant palatal",
    "ʑ": "fricative sibilant palatal voiced",
    "ç": "fricative palatal",
    "ʝ": "fricative palatal voiced",
    "x": "fricative velar",
    "ɣ": "fricative velar voiced",
    "χ": "fricative uvular",
    "ʁ": "fricative uvular voiced rhotic",
    "h": "fricative glottal",
    "ɦ": "fricative glottal voiced",
    "ʧ": "stop fricative sibilant postalveolar",
    "ʤ": "stop fricative sibilant postalveolar voiced",
    "ʦ": "stop fricative sibilant alveolar",
    "ʣ": "stop fricative sibilant alveolar voiced",
    "ʨ": "stop fricative sibilant palatal",
    "ʥ": "stop fricative sibilant palatal voiced",
    "ʋ": "glide labial dental voiced",
    "ɹ": "glide alveolar voiced rhotic",
    "ɻ": "glide postalveolar voiced rhotic",
    "j": "glide palatal voiced",
    "ɰ": "glide velar voiced",
    "w": "glide labial velar voiced rounded",
    "ɥ": "glide labial palatal voiced rounded",
    "l": "glide lateral alveolar voiced",
    "ɭ": "glide lateral postalveolar voiced",
    "ʎ": "glide lateral palatal voiced",
    "ɫ": "glide lateral alveolar velar voiced",
    "ɾ": "tap alveolar voiced",
    "ɽ": "tap postalveolar voiced",
    "r": "tap alveolar voiced rhotic",
    "ʀ": "tap uvular voiced rhotic",
}
_NASAL_VOWELS = tuple(f"{vowel}\N{COMBINING TILDE}" for vowel in "aɑɐɛœɔoeiu")
_RHOTIC_VOWELS = ("ɚ", "ɝ")

# One symbol for several: the capitals of the voices' own alphabet, ligatures, keyboard letters.
_SPELLED: dict[str, str] = {
    "A": "eɪ",
    "I": "aɪ",
    "O": "oʊ",
    "W": "aʊ",
    "Y": "ɔɪ",
    "Q": "əʊ",
    "T": "ɾ",
    "ᵊ": "ə",
    "g": "ɡ",
    "S": "ʃ",
    "tʃ": "ʧ",
    "dʒ": "ʤ",
    "ts": "ʦ",
    "dz": "ʣ",
    "tɕ": "ʨ",
    "dʑ": "ʥ",
    "ꭧ": "ʧ",
    "ɬ": "s",
    "ʍ": "w",
    "ɮ": "z",
    "ʙ": "b",
    "ħ": "h",
    "ʕ": "ɡ",
    "ᵝ": "ɯ",
}
_TILDE = "\N{COMBINING TILDE}"
_LIGATURE = "\N{COMBINING DOUBLE INVERTED BREVE}"
_TAIL = frozenset("ːˑʰʲʷˠˤ˞̩̯̥̬̃" + _LIGATURE)  # belongs to the sound before it

SYMBOLS: tuple[str, ...] = (
    SILENCE,
    *_VOWELS,
    *_RHOTIC_VOWELS,
    *_NASAL_VOWELS,
    *_CONSONANTS,
)
"""All sounds by name; a row each in `feature_table`."""


@cache
def feature_table() -> NDArray[np.float32]:
    """Features (SYMBOLS, FEATURES) of every sound."""
    return np.stack([_features(symbol) for symbol in SYMBOLS])


@cache
def sounds_of(phone: str) -> tuple[int, ...]:
    """Indices into SYMBOLS of what a phone in IPA is made of: two for a diphthong.

    Stress, length and what else does not change the order of movements are passed over.
    Raises UsageError for what is no sound of the IPA.
    """
    text = "".join(c for c in unicodedata.normalize("NFD", phone) if c not in "ˈˌ'. ")
    text = text.replace("c\N{COMBINING CEDILLA}", "ç").replace(_LIGATURE, "")
    found: list[int] = []
    at = 0
    while at < len(text):
        for width in (2, 1):
            part = text[at : at + width]
            spelled = _SPELLED.get(part, part)
            if len(part) == width and all(s in _INDEX for s in _split(spelled)):
                found += [_INDEX[s] for s in _split(spelled)]
                at += width
                break
        else:
            if text[at] not in _TAIL:
                raise UsageError(
                    f"{text[at]!r} in {phone!r} is no sound of the IPA that can be placed in time",
                    mend="Write the pronunciation in IPA, one sound a phone",
                )
            at += 1
    return tuple(found)


def _split(spelled: str) -> list[str]:
    """Symbols of a spelling; a tilde stays with its vowel."""
    parts: list[str] = []
    for character in spelled:
        if character == _TILDE and parts:
            parts[-1] += character
        else:
            parts.append(character)
    return parts


def _features(symbol: str) -> NDArray[np.float32]:
    values = dict.fromkeys(FEATURES, 0.0)
    if symbol == SILENCE:
        values["silence"] = 1.0
    elif symbol in _CONSONANTS:
        values |= dict.fromkeys(_CONSONANTS[symbol].split(), 1.0)
    else:
        plain = "ə" if symbol == "ɚ" else "ɜ" if symbol == "ɝ" else symbol[0]
        values |= _vowel(*_VOWELS[plain])
        values["nasal"] = float(_TILDE in symbol)
        values["rhotic"] = float(symbol in _RHOTIC_VOWELS)
    return np.array([values[name] for name in FEATURES], np.float32)


def _vowel(height: float, back: float, rounded: float) -> dict[str, float]:
    """Parts of close, mid and open, of front, central and back that add up to one each."""
    return {
        "vowel": 1.0,
        "voiced": 1.0,
        "rounded": rounded,
        "close": max(0.0, 2 * height - 1),
        "mid": 1 - abs(2 * height - 1),
        "open": max(0.0, 1 - 2 * height),
        "front": max(0.0, 1 - 2 * back),
        "central": 1 - abs(2 * back - 1),
        "back": max(0.0, 2 * back - 1),
    }


_INDEX = {symbol: number for number, symbol in enumerate(SYMBOLS)}
