"""What the families share: where files of voices lie, their hashes, languages, a moved pitch."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.models.card import file_sha256
from engine.models.speech.family import FrontEnd, Voice
from engine.runtime.folders import data_dir


def speech_folder() -> Path:
    """The folder of the user's voices."""
    return data_dir() / "models" / "speech"


def fingerprint_of(*files: Path | None) -> str:
    """The SHA-256 of files; "missing" for one that is not here."""
    return " ".join(_hash(path) if path else "missing" for path in files)


@cache
def version_of(package: str) -> str:
    """The version of an installed package; looking it up takes a while, and it does not change."""
    return version(package)


def front_end_of(voice: Voice) -> FrontEnd:
    """The front end of a voice's language; of a language without one, it takes phones alone."""
    if voice.language.startswith("en"):
        from engine.models.speech.english import english

        return english(british=voice.language == "en-GB")
    if voice.language.startswith("fr"):
        from engine.models.speech.french import french

        return french()
    from engine.models.speech.phonetic import Phonetic

    return Phonetic(voice.language)


def moved(wave: NDArray[np.float32], rate: int, pitch: float) -> NDArray[np.float32]:
    """A wave (n,) higher by semitones, as long as it was."""
    if pitch == 0 or not len(wave):
        return wave
    from engine.audio.pitch import shift_pitch
    from engine.media.sound import Sound

    return shift_pitch(Sound.from_array(wave, rate), pitch).array()[:, 0]


def _hash(path: Path) -> str:
    stat = path.stat()
    return _hash_of(path, stat.st_size, stat.st_mtime_ns)


@lru_cache(64)
def _hash_of(path: Path, _size: int, _written: int) -> str:
    return file_sha256(path)
