"""The voices that text can be spoken with, where their weights are, and what pins them."""

from __future__ import annotations

import difflib
import os
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from engine.errors import ModelError, UsageError
from engine.models.card import file_sha256
from engine.runtime.folders import data_dir

VoiceName: TypeAlias = Literal["heart", "emma", "fenrir", "fable", "kore"]

_OWNER = "https://huggingface.co/maureesewilliams/hibari"


@dataclass(frozen=True)
class Voice:
    """One voice: how it sounds, the licence of its weights, and the file that holds them.

    `file` is looked for in the folders of `voice_folders`; `sha256` pins its content.
    """

    name: VoiceName
    family: str
    language: str
    description: str
    file: str
    sha256: str
    licence: str = "Apache-2.0"
    source: str = _OWNER


VOICES: dict[str, Voice] = {
    voice.name: voice
    for voice in (
        Voice(
            "heart",
            "hibari",
            "en-US",
            "American woman, warm",
            "hibari.onnx",
            "5f70741d4e900f4e85d0037498736cc1b3e1b9a63a13546a5da1e63abf4fccd8",
        ),
        Voice(
            "emma",
            "hibari",
            "en-GB",
            "British woman",
            "bf_emma.int8.onnx",
            "f709f0488ee63b583a22189a955aaf4257b9806dd330be3490661e53af0a89c1",
        ),
        Voice(
            "fenrir",
            "hibari",
            "en-US",
            "American man",
            "am_fenrir_v2.int8.onnx",
            "f59fbd87908c91f827bc21b1b89443757b9a8580db9eee20aa948deb731321f4",
        ),
        Voice(
            "fable",
            "hibari",
            "en-GB",
            "British man",
            "bm_fable.int8.onnx",
            "c28529302f2d27cd12f62625c24425888c4e3c2675583100ec530259136b8bc6",
        ),
        Voice(
            "kore",
            "hibari",
            "en-US",
            "American woman, clear",
            "af_kore.int8.onnx",
            "346885752673e45d42f9864c9e2432094bc4b6385df060d4b83273da764d2fa9",
        ),
    )
}
assert set(VOICES) == set(get_args(VoiceName))


def voice(name: str) -> Voice:
    """The voice of that name. Raises UsageError that names the nearest one."""
    found = VOICES.get(name)
    if found is not None:
        return found
    near = difflib.get_close_matches(name.lower(), VOICES, 1, 0.6)
    guess = f"Did you mean {near[0]}? " if near else ""
    raise UsageError(f"there is no voice {name!r}", mend=f"{guess}Voices: {', '.join(VOICES)}")


def fingerprint(name: str) -> str:
    """What speech of that voice depends on: its weights and the package's rules of pronunciation.

    Raises UsageError for an unknown voice.
    """
    return f"hibari-tts {version('hibari-tts')} {voice(name).sha256}"


def voice_folders() -> list[Path]:
    """Where weights of voices are looked for: ours first, then where hibari itself puts them."""
    return [data_dir() / "models" / "speech", _hibari_cache()]


def weights_of(voice: Voice, shipped: Path) -> Path:
    """The file of a voice, from `shipped` or `voice_folders`; nothing is ever downloaded.

    Raises ModelError when it is missing, and names the file and its owner, or when it is damaged.
    """
    for folder in (shipped, *voice_folders()):
        path = folder / voice.file
        if not path.is_file():
            continue
        if file_sha256(path) != voice.sha256:
            raise ModelError(
                f"the voice {voice.name} is damaged: the SHA-256 of its file is another",
                where=str(path),
                mend=f"Get it again from {voice.source}",
            )
        return path
    raise ModelError(
        f"the voice {voice.name} needs the file {voice.file}, which is not here",
        where=f"voice {voice.name}",
        mend=f"Get it from its owner, {voice.source} (folder voices), and put it into "
        f"{voice_folders()[0]}; the voice heart needs no file",
    )


def _hibari_cache() -> Path:
    home = os.environ.get("HIBARI_HOME")
    if home:
        return Path(home)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "hibari"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "hibari"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hibari"
