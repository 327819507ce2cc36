"""The family hibari: small English voices distilled from Kokoro-82M, run by ONNX Runtime."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import hibari.tts
import numpy as np
from numpy.typing import NDArray

from engine.models.speech.voices import Voice

SHIPPED = Path(hibari.tts.ASSETS)
"""The folder inside the package that holds the voice "heart"."""

_MARKS = set(';:,.!?—…"“”() ˈˌ‖|')


class HibariVoice:
    """A loaded voice. One thread speaks at a time."""

    def __init__(self, voice: Voice, weights: Path) -> None:
        self._model: Any = hibari.tts.Hibari(voice=voice.name, model=str(weights), threads=1)
        self._lock = threading.Lock()

    def sentences(self, paragraph: str) -> list[str]:
        """A paragraph as sentences; titles and initials end none."""
        return [str(sentence) for sentence in self._model.split_sentences(paragraph)]

    def speak(
        self, sentence: str, speed: float, random: np.random.Generator
    ) -> NDArray[np.float32]:
        """A sentence at 24 kHz. A very long one is spoken in parts, cut at its commas."""
        with self._lock:
            parts = [
                self._model.from_ids(self._model.ids(phonemes), speed, random)
                for phonemes in self._model.phonemize(sentence)
                if set(phonemes) - _MARKS
            ]
        return np.concatenate(parts) if parts else np.zeros(0, np.float32)
