"""The family aiprod: voices trained here, whose phones can be edited and fitted to a length."""

from __future__ import annotations

from engine.models.speech.aiprod.family import AiprodFamily, own_marking
from engine.models.speech.aiprod.prosody import PhoneProsody, Prosody, fitted

__all__ = ["AiprodFamily", "PhoneProsody", "Prosody", "fitted", "own_marking"]
