"""What the lips do for each phone, as curves of ARKit shapes: the targets of the lip network.

Vowels and consonants blend by how strongly each one asks for its shape (Cohen and Massaro, Modeling
coarticulation in synthetic visual speech, 1993); closures of the lips are gestures laid over that,
which no neighbour weakens (Browman and Goldstein, Articulatory phonology: an overview, 1992).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.models.lipsync.moving import SpokenPhone
from engine.models.lipsync.network import OUTPUTS
from engine.models.lipsync.phones import of_ipa

RATE = 100  # curve values a second

_JAW = ("jawOpen",)
_ROUND = ("mouthFunnel", "mouthPucker")
_SPREAD = ("mouthStretch", "mouthSmile")
_LIPS = ("mouthLowerDown", "mouthUpperUp")


@dataclass(frozen=True)
class Articulation:
    """Values of some shapes (the others are 0), and how strongly each group is asked for."""

    shapes: dict[str, float]
    jaw: float = 1.0
    rounding: float = 1.0
    spread: float = 1.0
    lips: float = 1.0


def _vowel(jaw: float, **shapes: float) -> Articulation:
    named = {"jawOpen": jaw, **{_LONG[key]: value for key, value in shapes.items()}}
    return Articulation(named, jaw=1.6)


def _consonant(
    jaw: float, *, strength: float = 0.7, rounding: float = 0.2, **shapes: float
) -> Articulation:
    named = {"jawOpen": jaw, **{_LONG[key]: value for key, value in shapes.items()}}
    spread = 0.6 if "stretch" in shapes else 0.2
    return Articulation(named, jaw=strength, rounding=rounding, spread=spread, lips=0.5)


_LONG = {
    "funnel": "mouthFunnel",
    "pucker": "mouthPucker",
    "stretch": "mouthStretch",
    "smile": "mouthSmile",
    "lower": "mouthLowerDown",
    "upper": "mouthUpperUp",
    "shrug": "mouthShrugUpper",
    "tongue": "tongueOut",
}
TABLE: dict[str, Articulation] = {
    "rest": Articulation({}, jaw=0.8, rounding=0.6, spread=0.6, lips=0.8),
    "p": _consonant(0.06, strength=1.2),
    "f": _consonant(0.08, strength=1.2),
    "th": _consonant(0.13, lower=0.22, tongue=0.3),
    "t": _consonant(0.09, lower=0.18, upper=0.05),
    "s": _consonant(0.04, strength=1.3, stretch=0.2, lower=0.28, upper=0.12),
    "sh": _consonant(
        0.07, strength=1.2, rounding=1.0, funnel=0.55, pucker=0.25, lower=0.2, upper=0.2
    ),
    "l": _consonant(0.2, lower=0.12, tongue=0.1),
    "r": _consonant(0.13, rounding=0.7, funnel=0.3, pucker=0.25),
    "k": _consonant(0.17, strength=0.4, lower=0.08),
    "h": _consonant(0.2, strength=0.2, rounding=0.1),
    "w": _consonant(0.07, strength=1.2, rounding=2.0, pucker=0.8, funnel=0.2),
    "iy": _vowel(0.12, stretch=0.3, smile=0.3, lower=0.2, upper=0.08),
    "ih": _vowel(0.2, stretch=0.2, smile=0.15, lower=0.15, upper=0.06),
    "eh": _vowel(0.36, stretch=0.2, smile=0.12, lower=0.2, upper=0.1),
    "ae": _vowel(0.5, stretch=0.25, smile=0.15, lower=0.28, upper=0.16),
    "aa": _vowel(0.62, lower=0.2, upper=0.12),
    "ah": _vowel(0.4, lower=0.14, upper=0.06),
    "ax": _vowel(0.24, lower=0.1),
    "ao": _vowel(0.46, funnel=0.45, pucker=0.15),
    "uh": _vowel(0.18, funnel=0.35, pucker=0.35),
    "uw": _vowel(0.11, funnel=0.25, pucker=0.75),
    "er": _vowel(0.2, funnel=0.35, pucker=0.18),
    "ue": _vowel(0.1, funnel=0.3, pucker=0.75),
    "oe": _vowel(0.26, funnel=0.5, pucker=0.35),
}
_REACH = {"jaw": 0.045, "rounding": 0.09, "spread": 0.07, "lips": 0.05}  # seconds to 1/e
_GROUPS = {"jaw": _JAW, "rounding": _ROUND, "spread": _SPREAD, "lips": _LIPS}
_BILABIAL = {"mouthClose": 1.0, "mouthPress": 0.4, "mouthRollLower": 0.15, "mouthRollUpper": 0.12}
_LABIODENTAL = {"mouthRollLower": 0.55, "mouthUpperUp": 0.22, "mouthShrugLower": 0.15}
_CLOSING, _OPENING = 0.055, 0.05  # seconds that lips take
_HELD = {"p": 0.6, "b": 0.75, "m": 1.0, "f": 0.85, "v": 0.9}  # part of the phone; then it bursts


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch in which the mouth aims at one class; `held` of it the lips stay closed."""

    cls: str
    start: float
    end: float
    held: float = 1.0


def segments(phones: Sequence[SpokenPhone]) -> list[Segment]:
    """Phones in IPA as classes; a diphthong is two halves."""
    return list(_segments(phones))


def _segments(phones: Sequence[SpokenPhone]) -> Iterator[Segment]:
    for phone in phones:
        parts = of_ipa(phone.phone)
        edges = np.linspace(phone.start, phone.end, len(parts) + 1)
        for cls, start, end in zip(parts, edges, edges[1:], strict=False):
            yield Segment(cls, float(start), float(end), _HELD.get(phone.phone, 1.0))


def articulate(line: Sequence[Segment], count: int) -> NDArray[np.float32]:
    """The curves (count, len(OUTPUTS)) at RATE of a line of segments, coarticulated.

    Value i is that of i / RATE seconds.
    """
    times = np.arange(count) / RATE
    found: dict[str, NDArray[np.float64]] = {name: np.zeros(count) for name in OUTPUTS}
    for group, names in _GROUPS.items():
        weights = np.stack([_dominance(times, item, group) for item in line])
        weights /= weights.sum(axis=0) + 1e-9
        for name in names:
            aims = np.array([TABLE[item.cls].shapes.get(name, 0.0) for item in line])
            found[name] = aims @ weights
    for item in line:
        for name in ("tongueOut", "mouthShrugUpper"):
            value = TABLE[item.cls].shapes.get(name, 0.0)
            if value:
                found[name] = np.maximum(found[name], value * _gesture(times, item, 0.03))
    _close(found, times, line)
    return np.stack([found[name] for name in OUTPUTS], axis=1).astype(np.float32)


def _close(
    found: dict[str, NDArray[np.float64]], times: NDArray[np.float64], line: Sequence[Segment]
) -> None:
    """Lay the closures of the lips over the curves."""
    for cls, gesture in (("p", _BILABIAL), ("f", _LABIODENTAL)):
        held = [_gesture(times, item, None) for item in line if item.cls == cls]
        if not held:
            continue
        grip = np.max(held, axis=0)
        for name, curve in found.items():
            if name == "mouthClose":
                wanted = found["jawOpen"] if cls == "p" else 0.0 * grip
            elif name == "jawOpen":
                wanted = np.minimum(curve, 0.1) if cls == "f" else curve
            elif name in gesture or name in _LIPS:
                wanted = np.full_like(grip, gesture.get(name, 0.0))
            else:
                continue
            found[name] = (1 - grip) * curve + grip * wanted


def _dominance(times: NDArray[np.float64], item: Segment, group: str) -> NDArray[np.float64]:
    """How strongly a segment asks for its shapes: fully within it, exponentially less outside."""
    strength = float(getattr(TABLE[item.cls], group))
    away = np.maximum(0.0, np.maximum(item.start - times, times - item.end))
    reach = _REACH[group] * (0.6 if item.cls == "rest" else 1.0)
    return strength * np.exp(-away / reach)


def _gesture(times: NDArray[np.float64], item: Segment, ramp: float | None) -> NDArray[np.float64]:
    """1 while a segment is held, with smooth ramps before and after it."""
    end = item.start + item.held * (item.end - item.start)
    rise, fall = (ramp, ramp) if ramp else (_CLOSING, _OPENING)
    part = np.minimum((times - (item.start - rise)) / rise, ((end + fall) - times) / fall)
    part = np.clip(part, 0.0, 1.0)
    return part * part * (3 - 2 * part)
