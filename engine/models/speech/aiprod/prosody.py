"""How a sentence is said, phone by phone: durations, pitch and energy, to be seen and edited."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import UsageError
from engine.models.speech.aiprod.grid import FRAMES
from engine.models.speech.align_phones import FEATURES, feature_table, sounds_of

LONGEST_PHONE = 5.0  # seconds
LOWEST_PITCH, HIGHEST_PITCH = 40.0, 800.0  # Hz
LOWEST_ENERGY, HIGHEST_ENERGY = -130.0, 0.0  # dB


@dataclass(frozen=True)
class PhoneProsody:
    """A phone in IPA, or a pause (""): seconds, the middle of its pitch in Hz, and its level in dB.

    word: the number of its word in the sentence, -1 for a pause. A pause and a phone without voice
    have a pitch too: the melody passes through it.
    """

    phone: str
    word: int
    seconds: float
    pitch: float
    energy: float


@dataclass(frozen=True)
class Prosody:
    """All phones and pauses of a sentence in order."""

    phones: tuple[PhoneProsody, ...]

    @property
    def seconds(self) -> float:
        """The length of the sentence."""
        return math.fsum(phone.seconds for phone in self.phones)

    def frames(self) -> NDArray[np.int64]:
        """Frames of each phone; borders are rounded, so that the sum is that of the whole."""
        ends = np.cumsum(np.array([phone.seconds for phone in self.phones], np.float64))
        borders = np.concatenate((np.zeros(1), np.round(ends * FRAMES))).astype(np.int64)
        return borders[1:] - borders[:-1]

    def moved(self, semitones: float) -> Prosody:
        """The same with all of the melody so much higher, within what a voice can do."""
        factor = 2.0 ** (semitones / 12)
        return Prosody(
            tuple(
                replace(p, pitch=min(max(p.pitch * factor, LOWEST_PITCH), HIGHEST_PITCH))
                for p in self.phones
            )
        )

    def paced(self, speed: float) -> Prosody:
        """The same at so many times its pace: vowels and pauses give way more, while they can."""
        if speed == 1 or not self.seconds:
            return self
        wanted = self.seconds / speed
        try:
            return fitted(self, wanted)
        except UsageError:
            return Prosody(tuple(replace(p, seconds=p.seconds / speed) for p in self.phones))

    def curved(
        self,
        *,
        durations: Mapping[int, float] | None = None,
        pitches: Mapping[int, float] | None = None,
        energies: Mapping[int, float] | None = None,
    ) -> Prosody:
        """The same with other seconds, Hz or dB at numbered phones. Raises UsageError."""
        phones = list(self.phones)
        curves = {"seconds": durations, "pitch": pitches, "energy": energies}
        for name, curve in curves.items():
            for number, value in (curve or {}).items():
                if not 0 <= number < len(phones):
                    raise UsageError(
                        f"there is no phone {number}",
                        where=name,
                        mend=f"The sentence has phones 0 to {len(phones) - 1}",
                    )
                changed: Any = {name: float(value)}
                phones[number] = replace(phones[number], **changed)
        return checked(Prosody(tuple(phones)))

    def as_json(self) -> str:
        """One line of JSON, which `prosody_of` reads."""
        return json.dumps([asdict(phone) for phone in self.phones], ensure_ascii=False)


def prosody_of(text: str) -> Prosody:
    """The prosody of JSON that `as_json` wrote, edited or not. Raises UsageError."""
    try:
        rows: Sequence[Mapping[str, Any]] = json.loads(text)
        phones = tuple(
            PhoneProsody(
                str(row["phone"]),
                int(row["word"]),
                *(float(row[name]) for name in ("seconds", "pitch", "energy")),
            )
            for row in rows
        )
    except (ValueError, TypeError, KeyError) as error:
        raise UsageError(
            f"not the phones of a sentence ({error!r})",
            where="prosody",
            mend="Give a list of phone, word, seconds, pitch and energy, as the voice gave it",
        ) from None
    return checked(Prosody(phones))


def checked(prosody: Prosody) -> Prosody:
    """The same, when every value is one that can be spoken. Raises UsageError that names it."""
    limits = {
        "seconds": (0.0, LONGEST_PHONE),
        "pitch": (LOWEST_PITCH, HIGHEST_PITCH),
        "energy": (LOWEST_ENERGY, HIGHEST_ENERGY),
    }
    for number, phone in enumerate(prosody.phones):
        for name, (low, high) in limits.items():
            value = getattr(phone, name)
            if not low <= value <= high:
                raise UsageError(
                    f"phone {number} ({phone.phone or 'a pause'}) cannot have {value:g}",
                    where=name,
                    mend=f"Use {low:g} to {high:g}",
                )
    return prosody


def fitted(prosody: Prosody, seconds: float) -> Prosody:
    """The same in exactly so many seconds: vowels and pauses give way more than consonants do.

    Every phone stays within what still sounds like speech. Raises UsageError that says how short
    and how long the sentence can be.
    """
    give = np.array([_give(phone) for phone in prosody.phones])
    lengths = np.array([phone.seconds for phone in prosody.phones])

    def scaled(strength: float) -> NDArray[np.float64]:
        return lengths * np.clip(np.exp(strength * give[:, 0]), give[:, 1], give[:, 2])

    low, high = -6.0, 6.0
    shortest, longest = scaled(low).sum(), scaled(high).sum()
    if not shortest - 1e-9 <= seconds <= longest + 1e-9:
        raise UsageError(
            f"the sentence does not fit into {seconds:.2f} s: "
            f"it goes from {shortest:.2f} to {longest:.2f} s",
            where="fit",
            mend="Change the words, or part them into sentences with pauses",
        )
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if scaled(middle).sum() < seconds else (low, middle)
    made = scaled((low + high) / 2)
    made *= seconds / made.sum() if made.sum() else 1.0
    return Prosody(
        tuple(replace(p, seconds=float(s)) for p, s in zip(prosody.phones, made, strict=True))
    )


def _give(phone: PhoneProsody) -> tuple[float, float, float]:
    """How readily a phone gives way, and the least and greatest factor of its length."""
    if not phone.phone:
        return 1.5, 0.2, 4.0
    features = feature_table()[sounds_of(phone.phone)[-1]]
    if features[FEATURES.index("vowel")] > 0:
        return 1.0, 0.45, 2.6
    if features[FEATURES.index("stop")] > 0:
        return 0.3, 0.7, 1.4
    if features[FEATURES.index("fricative")] > 0:
        return 0.5, 0.6, 1.7
    return 0.7, 0.55, 2.0
