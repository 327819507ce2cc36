"""What speech is made of (words, phones, passages) and what every family of voices offers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

STRESS = "ˈˌ"


@dataclass(frozen=True)
class Voice:
    """One voice: what it sounds like, whose it is and under which licence.

    `language` is a BCP 47 tag ("en-US", "fr-FR"), `sex` "female", "male" or "" where unknown.
    `loudness` is that of its speech in LUFS, where it is known without listening.
    """

    name: str
    family: str
    language: str
    sex: str
    description: str
    licence: str
    source: str
    loudness: float | None = None


@dataclass(frozen=True)
class Word:
    """A word and how it sounds.

    text: as it is written; "" for the second and later words that one written word is read as
    ("2024", "$5"). phones: IPA, one string a phone, diphthongs and affricates as one ("eɪ", "tʃ"),
    length and nasality with their vowel ("iː", "ɑ̃"); ˈ or ˌ before the vowel that bears a stress.
    before, after: punctuation and space around it; without a space words run into each other.
    """

    text: str
    phones: tuple[str, ...]
    before: str = ""
    after: str = " "

    @property
    def ipa(self) -> str:
        """The phones as one text; a dot parts two that would read as one."""
        return "".join(
            ("." if place and _run_together(self.phones[place - 1], phone) else "") + phone
            for place, phone in enumerate(self.phones)
        )


@dataclass(frozen=True)
class Passage:
    """Words that were spoken in one go, from `start` to `end` seconds, and by which voice."""

    start: float
    end: float
    voice: str
    language: str
    words: tuple[Word, ...]


@dataclass(frozen=True)
class Script:
    """What a sound says: its passages in order of time."""

    passages: tuple[Passage, ...]

    @property
    def words(self) -> tuple[Word, ...]:
        """All words in order."""
        return tuple(chain.from_iterable(passage.words for passage in self.passages))


@dataclass(frozen=True, eq=False)
class Spoken:
    """Speech: float32 samples (n,) between -1 and 1 at `rate` Hz, and what they say."""

    samples: NDArray[np.float32]
    rate: int
    script: Script


class FrontEnd(Protocol):
    """A language: text to words with phones."""

    def sentences(self, paragraph: str) -> list[str]:
        """A paragraph as the sentences that `words` takes."""

    def words(self, sentence: str) -> tuple[Word, ...]:
        """A sentence read out; `[word](/phones/)` sets a pronunciation in IPA.

        Nothing when it holds no word of the language.
        """


class Speaker(Protocol):
    """A loaded voice. Threads may share it."""

    @property
    def rate(self) -> int:
        """Samples a second of what it speaks."""

    def synthesize(
        self, words: Sequence[Word], *, speed: float = 1.0, pitch: float = 0.0, seed: int = 0
    ) -> NDArray[np.float32]:
        """The words spoken, float32 (n,); the same arguments give the same samples.

        speed: 0.5 to 2 times the voice's own pace. pitch: semitones up (-12 to 12).
        """


class SpeechFamily(Protocol):
    """A kind of voices: which there are, what they need and how they are loaded."""

    @property
    def name(self) -> str:
        """As voices name it."""

    def voices(self) -> tuple[Voice, ...]:
        """All that are known, with their files here or not."""

    def is_here(self, voice: Voice) -> bool:
        """Whether the files of a voice are on this machine."""

    def front_end(self, voice: Voice) -> FrontEnd:
        """The language of a voice. Raises UsageError for one that nothing here can read."""

    def load(self, voice: Voice) -> Speaker:
        """The voice, ready to speak.

        Raises ModelError when its files are damaged, or missing: then it names them, their sizes,
        their licence and their owner's page.
        """

    def fingerprint(self, voice: Voice) -> str:
        """What speech of the voice depends on: its weights and the rules of pronunciation."""


def bare(phone: str) -> str:
    """A phone without its stress."""
    return phone.lstrip(STRESS)


def _run_together(first: str, second: str) -> bool:
    return bare(first) + second in {"eɪ", "aɪ", "oʊ", "aʊ", "ɔɪ", "əʊ", "tʃ", "dʒ"}
