"""Speech families: text to natural voices."""

from __future__ import annotations

from engine.models.speech.curves import Curves, curves_of
from engine.models.speech.family import Passage, Script, Spoken, Voice, Word
from engine.models.speech.fitting import speak_in
from engine.models.speech.narration import (
    RATE,
    Manner,
    Piece,
    as_sound,
    check_text,
    joined,
    narrate,
    say,
    speak,
)
from engine.models.speech.pronunciations import Pronunciations, read_pronunciations
from engine.models.speech.turns import read_cast
from engine.models.speech.voices import fingerprint, fingerprints, voice, voices

__all__ = [
    "RATE",
    "Curves",
    "Manner",
    "Passage",
    "Piece",
    "Pronunciations",
    "Script",
    "Spoken",
    "Voice",
    "Word",
    "as_sound",
    "check_text",
    "curves_of",
    "fingerprint",
    "fingerprints",
    "joined",
    "narrate",
    "read_cast",
    "read_pronunciations",
    "say",
    "speak",
    "speak_in",
    "voice",
    "voices",
]
