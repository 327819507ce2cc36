"""Where the files of voices lie."""

from __future__ import annotations

from pathlib import Path

from engine.runtime.folders import data_dir


def speech_folder() -> Path:
    """The folder of the user's voices."""
    return data_dir() / "models" / "speech"
