"""Sound values, generators, processing, mixing and loudness."""

from __future__ import annotations

from engine.audio.ambience import SCENES, Scene, ambience
from engine.audio.decibels import amplitude, decibels
from engine.audio.ducking import duck
from engine.audio.generators import NoiseColour, Waveform, noise, silence, tone
from engine.audio.limiter import limit
from engine.audio.loudness import Loudness, LoudnessMeter, measure
from engine.audio.normalise import normalise, normalised
from engine.audio.process import FadeShape, fade, gain, mix, pan, place, trim
from engine.media import Sound

__all__ = [
    "SCENES",
    "FadeShape",
    "Loudness",
    "LoudnessMeter",
    "NoiseColour",
    "Scene",
    "Sound",
    "Waveform",
    "ambience",
    "amplitude",
    "decibels",
    "duck",
    "fade",
    "gain",
    "limit",
    "measure",
    "mix",
    "noise",
    "normalise",
    "normalised",
    "pan",
    "place",
    "silence",
    "tone",
    "trim",
]
