"""Lips that follow speech."""

from __future__ import annotations

from engine.models.lipsync.moving import Lips, SpokenPhone, fingerprint, follow

__all__ = ["Lips", "SpokenPhone", "fingerprint", "follow"]
