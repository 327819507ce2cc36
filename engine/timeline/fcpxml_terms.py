"""Names and numbers that FCPXML fixes: format presets, effects of Final Cut, rates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

TRANSITION_KEY = "org.aiprod.transition"
"""Metadata key under which a transition's exact look is kept, a field each."""

TRACK_KEY = "org.aiprod.track"
"""Metadata key under which a lane's track name is kept."""


@dataclass(frozen=True, slots=True)
class Effect:
    """An effect that comes with Final Cut: its name and unique id."""

    name: str
    uid: str


EFFECTS: Mapping[str, Effect] = {
    "dissolve": Effect("Cross Dissolve", "FxPlug:4731E73A-8DAC-4113-9A30-AE85B1761265"),
    "wipe": Effect("Wipe", "FxPlug:857E2FBA-98DB-411B-A88C-CE6ABC1F65D8"),
    "dip": Effect("Fade To Color", "FxPlug:F779C565-486D-4633-8035-0374B4DB8F5C"),
    "slide": Effect("Slide", "FxPlug:6AAB0D54-FCD8-4EBD-A62D-D352A5ED1648"),
    "push": Effect(
        "Push", ".../Transitions.localized/Movements.localized/Push.localized/Push.motr"
    ),
}
"""The effect that stands for each kind of transition."""

CROSS_FADE = Effect("Audio Crossfade", "FFAudioTransition")

_RATE_NAMES = {
    Fraction(24000, 1001): "2398",
    Fraction(24): "24",
    Fraction(25): "25",
    Fraction(30000, 1001): "2997",
    Fraction(30): "30",
    Fraction(50): "50",
    Fraction(60000, 1001): "5994",
    Fraction(60): "60",
}
_SIZE_NAMES = {(1280, 720): "720", (1920, 1080): "1080", (3840, 2160): "3840x2160"}

PRESETS: Mapping[tuple[int, int, Fraction], str] = {
    (*size, rate): f"FFVideoFormat{size_name}p{rate_name}"
    for size, size_name in _SIZE_NAMES.items()
    for rate, rate_name in _RATE_NAMES.items()
}
"""Apple's names of progressive formats, by width, height and rate."""

CONFORM_RATES: Mapping[Fraction, str] = {
    Fraction(24000, 1001): "23.98",
    Fraction(24): "24",
    Fraction(25): "25",
    Fraction(30000, 1001): "29.97",
    Fraction(30): "30",
    Fraction(60): "60",
    Fraction(48000, 1001): "47.95",
    Fraction(48): "48",
    Fraction(50): "50",
    Fraction(60000, 1001): "59.94",
}
"""The source frame rates that `conform-rate` can name."""
