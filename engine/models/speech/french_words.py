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
from engine.models.speech.wordlists import word_set

Phones = tuple[str, ...]

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
_OWN = {  # words that the lexicon lacks or has otherwise
    "onu": "ɔ n y", "unesco": "y n ɛ s k o", "unicef": "y n i s ɛ f", "otan": "ɔ t ɑ̃",
    "nasa": "n a z a", "sida": "s i d a", "fifa": "f i f a", "smic": "s m i k",
    "cetera": "s e t e ʁ a", "et": "e", "les": "l e", "des": "d e", "mes": "m e", "tes": "t e",
    "ses": "s e", "ces": "s e", "bon": "b ɔ̃", "plus": "p l y", "kilooctet": "k i l o ɔ k t ɛ",
    "kilooctets": "k i l o ɔ k t ɛ", "mégaoctet": "m e ɡ a ɔ k t ɛ",
    "mégaoctets": "m e ɡ a ɔ k t ɛ", "gigaoctet": "ʒ i ɡ a ɔ k t ɛ",
    "gigaoctets": "ʒ i ɡ a ɔ k t ɛ", "arobase": "a ʁ ɔ b a z", "dollars": "d ɔ l a ʁ",
    "excellent": "ɛ k s ɛ l ɑ̃|ɛ k s ɛ l", "résident": "ʁ e z i d ɑ̃|ʁ e z i d", "août": "u t",
    "mille": "m i l", "t": "t", "y": "i", "à": "a", "ô": "o", "ce": "s ə", "ne": "n ə",
    "insee": "i n s e", "gens": "ʒ ɑ̃", "hélas": "e l a s", "cassis": "k a s i s", "bus": "b y s",
    "paie": "p ɛ", "compagnie": "k ɔ̃ p a ɲ i", "compagnies": "k ɔ̃ p a ɲ i", "metz": "m ɛ s",
    "zinc": "z ɛ̃ ɡ", "teaser": "t i z œ ʁ", "making": "m e k i ŋ", "off": "ɔ f", "of": "ɔ f",
    "online": "ɔ n l a j n", "workflow": "w œ ʁ k f l o", "timeline": "t a j m l a j n",
    "storyboard": "s t ɔ ʁ i b ɔ ʁ d", "rushes": "ʁ œ ʃ", "rush": "ʁ œ ʃ",
    "blockbuster": "b l ɔ k b œ s t œ ʁ", "remake": "ʁ i m ɛ k", "seller": "s ɛ l œ ʁ",
    "designer": "d i z a j n œ ʁ", "fake": "f ɛ k", "trailer": "t ʁ ɛ l œ ʁ",
    "freelance": "f ʁ i l ɑ̃ s", "deadline": "d ɛ d l a j n", "manager": "m a n a d ʒ œ ʁ",
    "showrunner": "ʃ o ʁ œ n œ ʁ", "spin": "s p i n", "prequel": "p ʁ i k w ɛ l", "road": "ʁ o d",
    "movie": "m u v i", "movies": "m u v i", "happy": "a p i", "end": "ɛ n d", "up": "œ p",
    "smartphone": "s m a ʁ t f ɔ n", "streaming": "s t ʁ i m i ŋ", "box": "b ɔ k s",
    "office": "ɔ f i s", "pitch": "p i t ʃ", "mood": "m u d", "board": "b ɔ ʁ d",
    "shooting": "ʃ u t i ŋ", "look": "l u k", "travelling": "t ʁ a v l i ŋ", "scope": "s k ɔ p",
    "steadicam": "s t e d i k a m", "cut": "k œ t", "jump": "dʒ œ m p", "script": "s k ʁ i p t",
    "cameraman": "k a m e ʁ a m a n", "zurich": "z y ʁ i k", "gang": "ɡ ɑ̃ ɡ", "rut": "ʁ y t",
    "prurit": "p ʁ y ʁ i t", "fernandez": "f ɛ ʁ n ɑ̃ d ɛ z", "alvarez": "a l v a ʁ ɛ z",
    "gageure": "ɡ a ʒ y ʁ", "jpeg": "ʒ i p ɛ ɡ", "gif": "ʒ i f", "ina": "i n a",
    "fémis": "f e m i s", "femis": "f e m i s", "samu": "s a m y", "opep": "o p ɛ p",
    "uefa": "y e f a", "cnil": "k n i l", "ifop": "i f ɔ p", "sacem": "s a s ɛ m",
    "ovni": "ɔ v n i", "ovnis": "ɔ v n i", "ademe": "a d ɛ m", "bafta": "b a f t a",
    "unédic": "y n e d i k", "ehpad": "e p a d", "imax": "i m a k s", "led": "l ɛ d",
    "lufs": "l u f s", "ram": "ʁ a m", "wifi": "w i f i", "wi": "w i", "fi": "f i",
    "covid": "k ɔ v i d", "raid": "ʁ ɛ d", "gign": "ʒ e i ʒ e ɛ n", "capes": "k a p ɛ s",
    "hec": "a ʃ ə s e", "ena": "e n a", "cned": "k n ɛ d", "inserm": "i n s ɛ ʁ m",
    "vost": "v e o ɛ s t e", "urssaf": "y ʁ s a f", "bic": "b i k", "siret": "s i ʁ ɛ t",
    "zac": "z a k", "mooc": "m u k", "pacs": "p a k s", "smartphones": "s m a ʁ t f ɔ n",
    "tweet": "t w i t", "tweets": "t w i t", "clip": "k l i p", "clips": "k l i p",
    "casting": "k a s t i ŋ", "castings": "k a s t i ŋ", "thriller": "t ʁ i l œ ʁ",
    "thrillers": "t ʁ i l œ ʁ", "hacker": "a k œ ʁ", "hackers": "a k œ ʁ",
    "brainstorming": "b ʁ ɛ n s t ɔ ʁ m i ŋ", "feedback": "f i d b a k", "youtube": "j u t y b",
    "google": "ɡ u ɡ ə l", "facebook": "f ɛ s b u k", "instagram": "ɛ̃ s t a ɡ ʁ a m",
    "twitter": "t w i t œ ʁ", "iphone": "a j f ɔ n", "apple": "a p ə l", "steven": "s t i v ə n",
    "spielberg": "s p i l b ɛ ʁ ɡ", "dolby": "d ɔ l b i", "avid": "a v i d",
    "resolve": "ʁ i z ɔ l v", "premiere": "p ʁ ə m j ɛ ʁ", "after": "a f t œ ʁ",
    "hérault": "e ʁ o", "audio": "o d j o", "vidéo": "v i d e o", "pixel": "p i k s ɛ l",
    "pixels": "p i k s ɛ l", "porc-épic": "p ɔ ʁ k e p i k", "porcs-épics": "p ɔ ʁ k e p i k",
    "vais": "v ɛ", "web": "w ɛ b", "internet": "ɛ̃ t ɛ ʁ n ɛ t",
    "quelqu": "k ɛ l k",
}  # fmt: skip
_SYLLABLES = re.compile(r"(?:[^aeiouyé]{0,2}[aeiouyé]{1,2})+[^aeiouyé]?")
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
    if word in _OWN:
        return tuple(tuple(reading.split()) for reading in _OWN[word].split("|"))
    return _lexicon().get(word, ())


def known(word: str) -> bool:
    """Whether the lexicon has a word."""
    return bool(readings(word))


def sounds_of(word: str) -> Phones:
    """A word alone: from the lexicon, as initials, by its stem, or guessed from its letters."""
    small = unicodedata.normalize("NFC", word).lower().replace("oe", "œ")
    if len(word) == 1 and word.isupper() and small not in "aàyôo":
        return spelled(word)
    if small not in _OWN:
        initials = word.isupper() and len(word) > 1 and _is_initials(word)
        if initials or not set(small) & _VOWEL_LETTERS:
            return spelled(word)
    if found := readings(word.lower()) or readings(small):
        return found[0]
    for ending in ("s", "x"):
        if small.endswith(ending) and (found := readings(small.removesuffix(ending))):
            return found[0]
    heard = guessed(small)
    if word.isupper() and small.startswith("in") and heard[:1] == ("ɛ̃",):
        return ("i", "n", *heard[1:])  # INRA, as INSEE
    return heard


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
    if small in _OWN or len(word) > 5 or (len(word) > 3 and _SYLLABLES.fullmatch(small)):
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
