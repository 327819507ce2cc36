"""Lips that follow speech."""

from __future__ import annotations

from engine.models.lipsync.moving import Lips, SpokenPhone, fingerprint, follow
from engine.models.lipsync.times import phones_of_script, phones_of_text

__all__ = ["Lips", "SpokenPhone", "fingerprint", "follow", "phones_of_script", "phones_of_text"]
