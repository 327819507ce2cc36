"""IPA as people and packages write it, as single phones, and as the symbols of Kokoro's voices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate

from engine.errors import UsageError
from engine.models.speech.family import STRESS, Word, bare

# One letter each in the alphabet that Kokoro and hibari were trained with.
_LETTERS = {
    "A": "eɪ", "I": "aɪ", "O": "oʊ", "W": "aʊ", "Y": "ɔɪ", "Q": "əʊ",
    "T": "ɾ", "ʤ": "dʒ", "ʧ": "tʃ",
}  # fmt: skip
_SYMBOLS = {ipa: letter for letter, ipa in _LETTERS.items()}
_PAIRS = frozenset(ipa for ipa in _LETTERS.values() if len(ipa) == 2)
_AFTER = frozenset("ːˑ\u0303ʰʲʷ\u0329\u032f\u02de")  # belong to the phone before them
_VOWELS = frozenset("aeiouyøœɑɐɒæɔəɚɛɜɝɨɪʉʊʌɯɤᵻᵊ")
_TIES = dict.fromkeys(map(ord, "\u0361\u035c\u200d"), None)
_VARIANTS = str.maketrans({"g": "ɡ", "'": "ˈ", ":": "ː", "ʼ": "ˈ", "ɝ": "ɜ"})


def is_vowel(phone: str) -> bool:
    """Whether a phone is a vowel or a diphthong."""
    return bare(phone)[:1] in _VOWELS


def phones_of(text: str) -> tuple[str, ...]:
    """The phones of a word in IPA, such as "həˈloʊ"; a dot parts letters that are no diphthong.

    A stress is moved to the vowel that bears it. Raises UsageError for what is no IPA.
    """
    found: list[str] = []
    stress, joins = "", True
    text = text.strip().strip("/")
    for letter in text.translate(_TIES).translate(_VARIANTS):
        phone = _LETTERS.get(letter, letter)
        if letter in STRESS:
            stress, joins = letter, False
        elif letter in "._ -":
            joins = False
        elif (letter in _AFTER and found) or (
            joins and found and bare(found[-1]) + letter in _PAIRS
        ):
            found[-1] += letter
        elif not letter.isalpha():
            raise UsageError(
                f"{letter!r} in /{text}/ is no letter of the IPA",
                mend="Write phones such as /həˈloʊ/ or /bɔ̃ʒuʁ/",
            )
        else:
            joins = phone == letter
            if stress and phone[0] in _VOWELS:
                phone, stress = stress + phone, ""
            found.append(phone)
    return tuple(found)


def from_symbols(text: str) -> tuple[str, ...]:
    """Phones of a word in the alphabet of Kokoro's voices."""
    found: list[str] = []
    stress = ""
    for letter in text:
        if letter in STRESS:
            stress = letter
        elif letter in _AFTER and found:
            found[-1] += letter
        else:
            found.append(stress + _LETTERS.get(letter, letter))
            stress = ""
    return tuple(found)


def to_symbols(phones: tuple[str, ...]) -> str:
    """Phones in the alphabet of Kokoro's voices."""
    return "".join(
        phone[: len(phone) - len(bare(phone))] + _SYMBOLS.get(bare(phone), bare(phone))
        for phone in phones
    )


def symbols(words: Sequence[Word]) -> str:
    """Words with the punctuation around them, in the alphabet of Kokoro's voices."""
    return "".join(word.before + to_symbols(word.phones) + word.after for word in words).strip()


def divided(words: Sequence[Word], longest: int) -> Iterator[tuple[Word, ...]]:
    """Words in parts of at most `longest` symbols, parted after commas where there are any."""
    rest = list(words)
    while rest:
        sizes = accumulate(len(symbols([word])) + 1 for word in rest)
        count = max(1, sum(size <= longest for size in sizes))
        if count < len(rest):
            clauses = [n for n in range(1, count + 1) if set(rest[n - 1].after) & set(",;:—.!?…")]
            count = clauses[-1] if clauses else count
        yield tuple(rest[:count])
        del rest[:count]
