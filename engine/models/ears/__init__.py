"""Ears: speech to words with their times, by a Whisper model that the user has."""

from __future__ import annotations

from engine.models.ears.folders import EARS, Ears, ears_folder, fingerprint, import_ears, is_ears
from engine.models.ears.hearing import transcribe

__all__ = [
    "EARS",
    "Ears",
    "ears_folder",
    "fingerprint",
    "import_ears",
    "is_ears",
    "transcribe",
]
