"""The family hibari: small English voices distilled from Kokoro-82M, run by ONNX Runtime."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import ModelError
from engine.models.card import file_sha256
from engine.models.speech.family import FrontEnd, Voice, Word
from engine.models.speech.ipa import divided, symbols
from engine.models.speech.places import front_end_of, speech_folder, version_of

RATE = 24000
SHIPPED = Path(getattr(find_spec("hibari"), "origin", "")).parent / "assets"
"""The folder inside the package that holds the voice "heart"."""

_LONGEST = 400  # symbols in one go
_OWNER = "https://huggingface.co/maureesewilliams/hibari"
_FILES = {  # voice: its file and the SHA-256 that pins it
    "heart": (
        "hibari.onnx",
        "5f70741d4e900f4e85d0037498736cc1b3e1b9a63a13546a5da1e63abf4fccd8",
    ),
    "emma": (
        "bf_emma.int8.onnx",
        "f709f0488ee63b583a22189a955aaf4257b9806dd330be3490661e53af0a89c1",
    ),
    "fenrir": (
        "am_fenrir_v2.int8.onnx",
        "f59fbd87908c91f827bc21b1b89443757b9a8580db9eee20aa948deb731321f4",
    ),
    "fable": (
        "bm_fable.int8.onnx",
        "c28529302f2d27cd12f62625c24425888c4e3c2675583100ec530259136b8bc6",
    ),
    "kore": (
        "af_kore.int8.onnx",
        "346885752673e45d42f9864c9e2432094bc4b6385df060d4b83273da764d2fa9",
    ),
}


def _voice(
    name: str, language: str, sex: str, description: str, loudness: float | None = None
) -> Voice:
    return Voice(name, "hibari", language, sex, description, "Apache-2.0", _OWNER, loudness)


_VOICES = (
    _voice("heart", "en-US", "female", "American woman, warm", -25.3),
    _voice("emma", "en-GB", "female", "British woman"),
    _voice("fenrir", "en-US", "male", "American man"),
    _voice("fable", "en-GB", "male", "British man"),
    _voice("kore", "en-US", "female", "American woman, clear"),
)


class HibariFamily:
    """Five voices; "heart" is inside the package."""

    name = "hibari"

    def voices(self) -> tuple[Voice, ...]:
        """All five."""
        return _VOICES

    def is_here(self, voice: Voice) -> bool:
        """Whether the file of a voice is here."""
        return _find(voice) is not None

    def front_end(self, voice: Voice) -> FrontEnd:
        """English of its side of the Atlantic."""
        return front_end_of(voice)

    def load(self, voice: Voice) -> HibariSpeaker:
        """The voice from its file, checked. Nothing is ever downloaded. Raises ModelError."""
        return HibariSpeaker(voice, weights_of(voice))

    def fingerprint(self, voice: Voice) -> str:
        """The package's version and the hash of the weights."""
        return f"hibari-tts {version_of('hibari-tts')} {_FILES[voice.name][1]}"


class HibariSpeaker:
    """A loaded voice. One thread speaks at a time."""

    rate = RATE

    def __init__(self, voice: Voice, weights: Path) -> None:
        import hibari.tts

        self._model: Any = hibari.tts.Hibari(voice=voice.name, model=str(weights), threads=1)
        self._lock = threading.Lock()

    def synthesize(
        self, words: Sequence[Word], *, speed: float = 1.0, pitch: float = 0.0, seed: int = 0
    ) -> NDArray[np.float32]:
        """The words at 24 kHz. The pitch moves alone: the timbre is the voice's at every pitch."""
        from hibari.dsp import synth

        random = np.random.default_rng(seed)
        made = []
        for part in divided(words, _LONGEST):
            ids = np.asarray([self._model.ids(symbols(part))], np.int64)
            feeds = {"ids": ids, "speed": np.asarray([speed], np.float32)}
            with self._lock:
                *spectra, f0 = (out[0] for out in self._model.sess.run(None, feeds))
            made.append(synth(*spectra, f0 * np.float32(2.0 ** (pitch / 12.0)), random))
        return np.concatenate(made) if made else np.zeros(0, np.float32)


def weights_of(voice: Voice) -> Path:
    """The file of a voice. Raises ModelError when it is missing or damaged."""
    file, sha256 = _FILES[voice.name]
    path = _find(voice)
    if path is None:
        raise ModelError(
            f"the voice {voice.name} needs the file {file} (about 4 MB), which is not here",
            where=f"voice {voice.name}",
            mend=f"Get it from its owner, {_OWNER} (folder voices, {voice.licence}), then: "
            f"aiprod-engine models register {file}; the voice heart needs no file",
        )
    if file_sha256(path) != sha256:
        raise ModelError(
            f"the voice {voice.name} is damaged: the SHA-256 of its file is another",
            where=str(path),
            mend=f"Get it again from {_OWNER}",
        )
    return path


def known_files() -> frozenset[str]:
    """Names of the files that hold voices."""
    return frozenset(file for file, _ in _FILES.values())


def _find(voice: Voice) -> Path | None:
    file = _FILES[voice.name][0]
    return next((p for p in (f / file for f in _folders()) if p.is_file()), None)


def _folders() -> list[Path]:
    """Where weights are looked for: in the package, ours, then where hibari itself puts them."""
    return [SHIPPED, speech_folder(), _own_cache()]


def _own_cache() -> Path:
    home = os.environ.get("HIBARI_HOME")
    if home:
        return Path(home)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "hibari"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "hibari"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hibari"
