"""Whisper models as folders of CTranslate2: which there are, where they lie, how they get here."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import ModelError, UsageError
from engine.models.card import file_sha256
from engine.runtime.files import atomic_path, link_or_copy
from engine.runtime.folders import data_dir

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Ears:
    """A model that hears words: the name nodes use, and what its owner publishes."""

    name: str
    megabytes: int  # about, of all files
    page: str
    licence: str = "MIT"


_OWNER = "https://huggingface.co/Systran"
EARS: dict[str, Ears] = {
    ears.name: ears
    for ears in (
        Ears("tiny", 78, f"{_OWNER}/faster-whisper-tiny"),
        Ears("base", 148, f"{_OWNER}/faster-whisper-base"),
        Ears("small", 486, f"{_OWNER}/faster-whisper-small"),
        Ears("medium", 1530, f"{_OWNER}/faster-whisper-medium"),
        Ears("large-v3", 3090, f"{_OWNER}/faster-whisper-large-v3"),
        Ears(
            "large-v3-turbo",
            1620,
            "https://huggingface.co/dropbox-dash/faster-whisper-large-v3-turbo",
        ),
    )
}
"""Whisper in its sizes: the larger, the fewer mistakes and the slower."""

_VERSION = 2  # of how they hear: what was heard otherwise is heard again
_FILES = ("model.bin", "config.json", "tokenizer.json")
_VOCABULARY = ("vocabulary.json", "vocabulary.txt")
_MAGIC = b"WhisperSpec"


def ears_home() -> Path:
    """Where the folders of imported ears lie."""
    return data_dir() / "models" / "ears"


def ears_folder(name: str) -> Path:
    """The folder of imported ears; nothing is ever downloaded.

    Raises UsageError for an unknown name, and ModelError when the folder is not here or lacks a
    file: it names the files, their size, their licence and their owner's page.
    """
    if name not in EARS:
        raise UsageError(f"there are no ears {name!r}", mend=f"Use one of {', '.join(EARS)}")
    folder = ears_home() / name
    lacking = _lacking(folder)
    if lacking:
        wanted = EARS[name]
        raise ModelError(
            f"hearing words needs the Whisper model {name}, which is not here"
            if not folder.is_dir()
            else f"the Whisper model {name} lacks {', '.join(lacking)}",
            where=f"ears {name}",
            mend=f"Get model.bin, config.json, tokenizer.json and vocabulary.txt or .json (about "
            f"{wanted.megabytes} MB, {wanted.licence}) from {wanted.page} into one folder, then: "
            f"aiprod-engine models register FOLDER",
        )
    return folder


def fingerprint(name: str, hash_of: Callable[[Path], str] = file_sha256) -> str:
    """What a transcript by these ears depends on. Raises as `ears_folder`."""
    return f"whisper {_VERSION} {name} {hash_of(ears_folder(name) / 'model.bin')}"


def is_ears(source: Path) -> bool:
    """Whether a folder, or a file in it, is a Whisper model of CTranslate2."""
    folder = source if source.is_dir() else source.parent
    try:
        with (folder / "model.bin").open("rb") as file:
            return _MAGIC in file.read(64)
    except OSError:
        return False


def import_ears(source: Path, *, name: str = "") -> Path:
    """Copy a folder of CTranslate2 (or the folder of the given file) into the user's models.

    The name is that of its size when none is given. On the same disk nothing is copied. Raises
    ModelError when a file is lacking or is none of Whisper's, UsageError for an unknown name.
    """
    folder = source if source.is_dir() else source.parent
    lacking = _lacking(folder)
    if lacking:
        raise ModelError(
            f"as a Whisper model it lacks {', '.join(lacking)}",
            where=str(folder),
            mend="Get the whole folder from its owner's page",
        )
    if not is_ears(folder):
        raise ModelError(
            "its model.bin is no Whisper model of CTranslate2",
            where=str(folder),
            mend=f"Get one from {_OWNER}, or convert yours with ct2-transformers-converter",
        )
    chosen = name or _size(folder)
    if chosen not in EARS:
        raise UsageError(f"there are no ears {chosen!r}", mend=f"Use one of {', '.join(EARS)}")
    target = ears_home() / chosen
    if target.exists() and target.samefile(folder):
        return target
    with atomic_path(target) as part:
        part.mkdir(parents=True)
        for file in sorted(folder.iterdir()):
            if file.name in (*_FILES, *_VOCABULARY, "preprocessor_config.json"):
                link_or_copy(file, part / file.name)
    return target


def _size(folder: Path) -> str:
    """The size of a model by its file's length: the nearest of EARS."""
    megabytes = (folder / "model.bin").stat().st_size / 1e6
    return min(EARS.values(), key=lambda ears: abs(ears.megabytes - megabytes)).name


def _lacking(folder: Path) -> list[str]:
    lacking = [name for name in _FILES if not (folder / name).is_file()]
    if not any((folder / name).is_file() for name in _VOCABULARY):
        lacking.append("vocabulary.txt or vocabulary.json")
    if not lacking and not _is_json(folder / "config.json"):
        lacking.append("a config.json that is JSON")
    return lacking


def _is_json(path: Path) -> bool:
    try:
        return isinstance(json.loads(path.read_text(encoding="utf-8")), dict)
    except (OSError, ValueError):
        return False
