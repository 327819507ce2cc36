"""The sounds of single French words: from a lexicon, of elided ones, initials and unknown ones.

The lexicon (90,000 words), the tagger of parts of speech and the rules for unknown words are data
of the package `gruut-lang-fr`; both models are conditional random fields, run by CRFsuite.
"""

from __future__ import annotations

import base64
import re
import sqlite3
import string
import sys
import threading
import unicodedata
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from engine.errors import ModelError
from engine.models.speech.french_acronyms import ACRONYMS
from engine.models.speech.french_borrowed import OWN as BORROWED
from engine.models.speech.french_foreign import FOREIGN
from engine.models.speech.french_guessing import compound, mended, respelled
from engine.models.speech.wordlists import word_set

Phones = tuple[str, ...]
OWN = {**FOREIGN, **BORROWED}

NUMERALS = word_set(
    "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"
    " vingt trente quarante cinquante soixante cent mille virgule"
)

ELIDED = {
    "l": "l", "d": "d", "j": "ʒ", "m": "m", "t": "t", "s": "s", "n": "n", "c": "s", "ç": "s",
    "qu": "k", "lorsqu": "l ɔ ʁ s k", "puisqu": "p ɥ i s k", "jusqu": "ʒ y s k",
    "quoiqu": "k w a k",
}  # fmt: skip
_LETTERS = {
    "a": "a", "b": "b e", "c": "s e", "d": "d e", "e": "ø", "f": "ɛ f", "g": "ʒ e", "h": "a ʃ",
    "i": "i", "j": "ʒ i", "k": "k a", "l": "ɛ l", "m": "ɛ m", "n": "ɛ n", "o": "o", "p": "p e",
    "q": "k y", "r": "ɛ ʁ", "s": "ɛ s", "t": "t e", "u": "y", "v": "v e",
    "w": "d u b l ə v e", "x": "i k s", "y": "i ɡ ʁ ɛ k", "z": "z ɛ d",
}  # fmt: skip
_ONSET = r"(?:[bcfgpt][lr]|[dv]r|s[ckpt]|[cpt]h|gn|qu|[b-df-hj-np-tv-z])"
_SYLLABLES = re.compile(
    rf"{_ONSET}?[aeiouyé]{{1,2}}(?:(?:[lmnrs]|[cp](?=t))?{_ONSET}[aeiouyé]{{1,2}})*[b-df-hj-np-tv-z]?"
)
_NO_SYLLABLE = re.compile(r"[aeiouy]{3}|a[eo]|e[aeo]|i[iu]|o[aeo]|u[aou]")  # AIEA, TAEG
_VOWEL_LETTERS = frozenset("aàâäeéèêëiîïoôöuùûüyÿœæ")


@dataclass(frozen=True)
class Token:
    """A word of a sentence. `core` is it in small letters without what is elided before it.

    tag: its part of speech. joined: by a hyphen to the word before. ends: a mark or the end of the
    sentence follows.
    """

    core: str
    tag: str
    elided: str = ""
    joined: bool = False
    ends: bool = False
    capital: bool = False


@cache
def _folder() -> Path:
    found = find_spec("gruut_lang_fr")
    if found is None or not found.origin:
        raise ModelError(
            "French needs the package gruut-lang-fr, which is not here",
            mend="Install it: pip install gruut-lang-fr python-crfsuite",
        )
    return Path(found.origin).parent


_using = threading.RLock()  # a tagger of CRFsuite keeps the sentence it works on


@cache
def _lexicon() -> dict[str, tuple[Phones, ...]]:
    """All words: the file has no index, so that it is quicker read whole, once."""
    address = f"{(_folder() / 'lexicon.db').as_uri()}?mode=ro&immutable=1"
    found: dict[str, tuple[Phones, ...]] = {}
    with closing(sqlite3.connect(address, uri=True)) as lexicon:
        rows = lexicon.execute("SELECT word, phonemes FROM word_phonemes ORDER BY word, pron_order")
        for word, phonemes in rows:
            found[word] = (*found.get(word, ()), tuple(map(sys.intern, phonemes.split())))
    return found


def readings(word: str) -> tuple[Phones, ...]:
    """The pronunciations of a word in small letters, the usual first; none for an unknown word."""
    if word in OWN:
        return tuple(tuple(reading.split()) for reading in OWN[word].split("|"))
    return _lexicon().get(word, ())


def lexicon_words() -> tuple[str, ...]:
    """All words of the lexicon, elided and joined ones too, in an order that is always the same."""
    return tuple(_lexicon())


def known(word: str) -> bool:
    """Whether the lexicon has a word."""
    return bool(readings(word))


def is_spelled(word: str) -> bool:
    """Whether a word in capitals is said letter by letter."""
    return word.isalpha() and sounds_of(word) == spelled(word)


def known_as_letters(word: str) -> bool:
    """Whether the lexicon has a word as its letters, as SNCF; it shortens their e."""
    found = readings(word.lower())
    return bool(found) and "".join(found[0]).replace("ə", "ø") == "".join(spelled(word))


def sounds_of(word: str) -> Phones:
    """A word alone: from the lexicon, as initials, by its stem, or guessed from its letters."""
    small = unicodedata.normalize("NFC", word).lower().replace("oe", "œ")
    if len(word) == 1 and word.isupper() and small not in "aàyôo":
        return spelled(word)
    if word.isupper() and small in ACRONYMS:
        return ACRONYMS[small]
    if small not in OWN:
        initials = word.isupper() and len(word) > 1 and _is_initials(word)
        if initials or not set(small) & _VOWEL_LETTERS:
            return spelled(word)
    if found := readings(small) or readings(word.lower()):
        return spelled(word) if word.isupper() and known_as_letters(word) else found[0]
    for ending in ("s", "ux"):
        if small.endswith(ending) and (found := readings(small[:-1])):
            return _nasal(found) if small.endswith("ents") else found[0]
    heard = guessed(unicodedata.normalize("NFC", word).lower())
    if word.isupper() and small.startswith("in") and heard[:1] == ("ɛ̃",):
        return ("i", "n", *heard[1:])  # INRA, as INSEE
    return heard


def _nasal(found: tuple[Phones, ...]) -> Phones:
    """The reading of a word in -ent that its plural has, which is no verb."""
    return next((reading for reading in found if reading[-1] == "ɑ̃"), (*found[0], "ɑ̃"))


def spelled(letters: str) -> Phones:
    """Letters one by one."""
    plain = unicodedata.normalize("NFD", letters.lower())
    return tuple(phone for letter in plain for phone in _LETTERS.get(letter, "").split())


@lru_cache(4096)
def guessed(word: str) -> Phones:
    """The sounds of an unknown word by its letters."""
    word = re.sub(r"[^a-zà-öø-ÿœæ]", "", word)
    if not word:
        return ()
    opening, rest = compound(word)
    if found := opening and (readings(rest) or readings(rest.removesuffix("s"))):
        return (*opening, *found[0])
    return mended(word, _by_letters(respelled(word)))


def _by_letters(word: str) -> Phones:
    with _using:
        coded = _model("g2p").tag([_letter(word, place) for place in range(len(word))])
    return tuple(
        phone
        for code in coded
        for phone in base64.b64decode(code).decode().split("|")
        if phone != "_"
    )


def tags(words: Sequence[str]) -> list[str]:
    """The part of speech of each word of a sentence, as Universal Dependencies name them."""
    if not words:
        return []
    with _using:
        return list(_model("pos").tag([_surroundings(words, n) for n in range(len(words))]))


def _is_initials(word: str) -> bool:
    """Capitals that are said as letters: SNCF and TGV, not OTAN or PARIS."""
    small = word.lower()
    if small in OWN or len(word) > 5 or not small.isascii():  # no initial has an accent
        return False
    if len(word) > 3 and _SYLLABLES.fullmatch(small) and not _NO_SYLLABLE.search(small):
        return False
    return not known(small) or len(word) < 4


@cache
def _model(name: str) -> Any:
    import pycrfsuite

    tagger = pycrfsuite.Tagger()
    tagger.open(str(_folder() / name / "model.crf"))
    return tagger


def _letter(word: str, place: int) -> dict[str, str | float | bool]:
    """What the model of letters was trained to see: a letter and three on either side."""
    seen: dict[str, str | float | bool] = {"bias": 1.0, "grapheme": _coded(word[place])}
    if place == 0:
        seen["begin"] = True
    for step in (1, 2, 3):
        if place >= step:
            seen[f"grapheme-{step}"] = _coded(word[place - step])
        if place + step < len(word):
            seen[f"grapheme+{step}"] = _coded(word[place + step])
    if place == len(word) - 1:
        seen["end"] = True
    return seen


def _surroundings(words: Sequence[str], place: int) -> dict[str, str | float | bool]:
    """What the tagger was trained to see: a word and two on either side."""
    seen: dict[str, str | float | bool] = {}
    for step in (0, -1, -2, 1, 2):
        if not 0 <= place + step < len(words):
            continue
        word, prefix = words[place + step], f"{step:+d}:" if step else ""
        seen |= {
            f"{prefix}bias": 1.0,
            f"{prefix}word": _coded(word),
            f"{prefix}len(word)": float(len(word)),
            f"{prefix}word.ispunctuation": word in string.punctuation,
            f"{prefix}word.isdigit()": word.isdigit(),
        }
        for size in (2, 3):
            seen[f"{prefix}word[:{size}]"] = word[:size]
            seen[f"{prefix}word[-{size}:]"] = word[-size:]
    seen |= {"BOS": True} if place == 0 else {}
    return seen | ({"EOS": True} if place == len(words) - 1 else {})


def _coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")
