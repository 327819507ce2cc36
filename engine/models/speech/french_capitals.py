"""French words in capitals: those of titles are words, initials are letters."""

from __future__ import annotations

import re

from engine.models.speech.french_words import known, known_as_letters
from engine.models.speech.wordlists import word_set

_INITIALS = word_set(  # known to the lexicon, but said letter by letter in capitals
    "tva pdg drh ogm cia cdi cdd rer hlm btp sdf vtt bd cd dvd tv ue usa uk ag ca ce pc hd vo vf"
    " ai cv gps sms pme om jo tgv int ext ia qg pv suv psg ong bnf cnc csa ps pib adn irm oms fbi"
    " usb chu"
)
_OF_TWO = word_set(
    "le la de du un et en au on il ne se je tu ce sa son ma ta si ni ou où or an os nu vu lu dû né"
    " eu ai as es ils là ça çà va mi do ré fa sol ut eh ah oh hé ho ô ci bu su pu "
)
_ROMAN = re.compile(r"(?=..)X{0,3}(?:IX|IV|V?I{0,3})")
_CAPITALS = re.compile(r"[A-ZÀ-ÖØ-Þ'’-]*[A-ZÀ-ÖØ-Þ]")
WORDS = _CAPITALS.pattern
"""A word in capitals."""


def in_small_letters(text: str) -> str:
    """A text in capitals alone, as headings are, in small letters but for its initials."""
    if not text.isupper() or len(re.findall(r"[^\W\d_]{2,}", text)) < 2:
        return text
    text = re.sub(r"(?<=\d)(?:ER|[EÈ]?RE|[EÈ]ME|E)S?\b", lambda m: m[0].lower(), text)
    return re.sub(r"\b(?<!\d)[A-ZÀ-ÖØ-Þ]+\b", lambda m: _small(m[0]), text)


def spoken(match: re.Match[str]) -> str:
    """Words in capitals, as in titles: those that are words in small letters, but no initials."""
    words = re.split(r"([\s,:/'’–—-]+)", match[0])
    if "," in match[0] and max(map(len, words)) < 6 and any(map(known_as_letters, words)):
        return match[0]  # a list of initials
    return "".join(_small(word) for word in words)


def _small(word: str) -> str:
    small = word.lower()
    if _ROMAN.fullmatch(word):
        return word
    if len(word) == 1 and small not in "aàyô":
        return word
    if (len(word) == 2 and small not in _OF_TWO) or (len(word) > 2 and known_as_letters(word)):
        return word
    heard = small.isalpha() and small not in _INITIALS and known(small)
    return word[0] + small[1:] if heard and len(word) > 1 else small if heard else word
