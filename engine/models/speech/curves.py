"""Durations, pitch and energy of phones as a user edits them: points by the number of a phone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from engine.errors import UsageError
from engine.models.speech.aiprod.prosody import PhoneProsody, Prosody
from engine.models.speech.family import Voice, Word

Points: TypeAlias = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Curves:
    """What is edited, phone by phone; phones count from 0 through the whole text, pauses too.

    durations in seconds, pitches in Hz, energies in dB. A phone without a point stays as the voice
    says it.
    """

    durations: Points = ()
    pitches: Points = ()
    energies: Points = ()

    def __bool__(self) -> bool:
        return bool(self.durations or self.pitches or self.energies)

    def applied(self, prosody: Prosody, first: int) -> Prosody:
        """A sentence whose first phone has the number `first`, edited. Raises UsageError."""
        count = len(prosody.phones)
        return prosody.curved(
            durations=_part(self.durations, first, count),
            pitches=_part(self.pitches, first, count),
            energies=_part(self.energies, first, count),
        )


@runtime_checkable
class PhoneSpeaker(Protocol):
    """A voice that says beforehand how it will say words, and says them as it is told."""

    def plan(self, words: Sequence[Word]) -> Prosody:
        """How it would say the words."""

    def speak(
        self, words: Sequence[Word], prosody: Prosody, *, seed: int = 0
    ) -> NDArray[np.float32]:
        """The words, said so."""


def curves_of(phones: Iterable[PhoneProsody]) -> Curves:
    """All phones of a text, edited or not, as the curves that say them so."""
    rows = list(enumerate(phones))
    return Curves(
        tuple((float(number), phone.seconds) for number, phone in rows),
        tuple((float(number), phone.pitch) for number, phone in rows),
        tuple((float(number), phone.energy) for number, phone in rows),
    )


def no_phones(voice: Voice) -> UsageError:
    """The error of a voice whose phones cannot be edited."""
    return UsageError(
        f"the phones of the voice {voice.name} cannot be edited",
        mend="Use a voice of the family aiprod, or leave the curves out",
    )


def _part(points: Points, first: int, count: int) -> Mapping[int, float]:
    return {
        round(number) - first: value
        for number, value in points
        if first <= round(number) < first + count
    }
