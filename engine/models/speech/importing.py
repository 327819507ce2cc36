"""Takes files of voices, as their owners publish them, into the user's models folder."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from engine.errors import ModelError
from engine.models.card import file_sha256
from engine.models.speech import hibari, kokoro, piper
from engine.models.speech.places import speech_folder
from engine.runtime.files import atomic_path, link_or_copy

_STYLES = 4 * kokoro.STYLE[0] * kokoro.STYLE[1]  # bytes of the file of one voice


def is_voice(source: Path) -> bool:
    """Whether a file or folder may hold voices, by its name and size."""
    if source.is_dir():
        return any(map(is_voice, _inside(source)))
    if source.suffix == ".onnx":
        return True
    is_styles = source.suffix == ".bin" and source.is_file()
    return is_styles and (source.stat().st_size == _STYLES or zipfile.is_zipfile(source))


def import_voices(source: Path) -> tuple[Path, ...]:
    """Copy a voice file of hibari, Kokoro or Piper, or all of a folder. On one disk it is linked.

    Kokoro: `kokoro-v1.0*.onnx`, `voices-v1.0.bin`, or the `.bin` of single voices. Piper: a `.onnx`
    with its `.onnx.json` beside it. Raises ModelError for a file that is none of these.
    """
    if source.is_dir():
        found = [path for path in _inside(source) if is_voice(path)]
        if not found:
            raise ModelError("it holds no files of voices", where=str(source))
        return tuple(made for path in found for made in import_voices(path))
    if not source.is_file():
        raise ModelError("there is no such file", where=str(source))
    return tuple(_copied(path, target) for path, target in _targets(source))


def _inside(folder: Path) -> Iterator[Path]:
    yield from (path for path in sorted(folder.rglob("*")) if path.is_file())


def _targets(source: Path) -> list[tuple[Path, Path]]:
    """Where the file goes, and what goes with it, when it is what it says it is."""
    if source.suffix == ".bin":
        if source.stat().st_size == _STYLES:
            kokoro.read_styles(source, source.stem)
            return [(source, kokoro.folder() / "voices" / source.name)]
        _check_styles(source)
        return [(source, kokoro.folder() / f"voices-{source.stem.removeprefix('voices-')}.bin")]
    if source.name in hibari.known_files():
        return [(source, speech_folder() / source.name)]
    beside = source.with_name(source.name + ".json")
    if beside.is_file():
        piper.read_config(source)
        return [(path, piper.folder() / path.name) for path in (source, beside)]
    known = kokoro.KNOWN.get(source.name)
    if known and file_sha256(source) != known:
        raise ModelError(
            "it is damaged: its SHA-256 is not that of its owner's file",
            where=str(source),
            mend=f"Get it again from {kokoro.EXPORT}",
        )
    if not known:
        kokoro.open_model(source)
    return [(source, kokoro.folder() / source.name)]


def _check_styles(source: Path) -> None:
    try:
        with np.load(source, allow_pickle=False) as voices:
            name = next(iter(voices.files))
    except (OSError, ValueError, StopIteration, zipfile.BadZipFile) as error:
        raise ModelError(
            f"it holds no voices of Kokoro ({error})",
            where=str(source),
            mend=f"Get voices-v1.0.bin again from {kokoro.EXPORT}",
        ) from None
    kokoro.read_styles(source, name)


def _copied(source: Path, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists() or not target.samefile(source):
        with atomic_path(target) as temporary:
            link_or_copy(source, temporary)
    return target
