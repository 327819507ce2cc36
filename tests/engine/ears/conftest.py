"""Real ears: Whisper base, joined from packages and imported once."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.models.ears import import_ears
from tests import whisper_base


@pytest.fixture(scope="session")
def whisper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder as its owner publishes it, imported as the ears "base"."""
    folder = whisper_base.join(tmp_path_factory.mktemp("whisper"))
    import_ears(folder)
    return folder
