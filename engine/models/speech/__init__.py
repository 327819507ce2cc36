"""Speech families: text to natural voices."""

from __future__ import annotations

from engine.models.speech.family import Passage, Script, Spoken, Voice, Word
from engine.models.speech.narration import RATE, narrate, say, speak
from engine.models.speech.voices import fingerprint, voice, voices

__all__ = [
    "RATE",
    "Passage",
    "Script",
    "Spoken",
    "Voice",
    "Word",
    "fingerprint",
    "narrate",
    "say",
    "speak",
    "voice",
    "voices",
]
