"""Speech families: text to natural voices."""

from __future__ import annotations

from engine.models.speech.family import RATE, SpeechModel, say
from engine.models.speech.voices import VOICES, Voice, VoiceName, fingerprint, voice

__all__ = ["RATE", "VOICES", "SpeechModel", "Voice", "VoiceName", "fingerprint", "say", "voice"]
