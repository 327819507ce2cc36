"""What files are, whatever they are called: SHA-256 of their content, read once and remembered."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable
from pathlib import Path

from engine.errors import AiprodError
from engine.graph.index import Index

_BLOCK = 2**20
_SAMPLED_ABOVE = 2**30
_SAMPLES = 64
_SETTLED = 2.0  # seconds after which a file's time tells a further change from the last one
_PATTERN = re.compile(r"%0?\d*d|#+|\*")


class FileFingerprints:
    """Fingerprints of files, remembered by path, size and time of change."""

    def __init__(self, index: Index | None = None) -> None:
        self._index = index
        self._known: dict[str, tuple[int, int, str]] = {}

    def of(self, path: Path, *, sampled: bool = False) -> str:
        """The fingerprint of a file, a folder or a numbered sequence ("shot.%04d.png").

        With `sampled`, a file above 1 GB is known by its size, its beginning and evenly spaced
        samples. Raises AiprodError when there is nothing to read.
        """
        problem = missing_file(path)
        if problem:
            raise AiprodError(problem, where=str(path))
        try:
            if path.is_file():
                return self._of_file(path, sampled_sha256 if sampled else sha256_of)
            digest = hashlib.sha256()
            for part in files_of(path):
                name = part.relative_to(path if path.is_dir() else path.parent).as_posix()
                digest.update(f"{name}\0{self._of_file(part, sha256_of)}\n".encode())
            return digest.hexdigest()
        except OSError as error:
            raise AiprodError(error.strerror or str(error), where=str(path)) from error

    def _of_file(self, path: Path, measure: Callable[[Path], str]) -> str:
        status = path.stat()
        now = (status.st_size, status.st_mtime_ns)
        name = f"{measure.__name__}:{path.resolve()}"
        known = self._known.get(name) or (self._index.file(name) if self._index else None)
        if known is None or known[:2] != now:
            known = (*now, measure(path))
            if time.time() - status.st_mtime < _SETTLED:
                return known[2]
            if self._index is not None:
                self._index.put_file(name, *known)
        self._known[name] = known
        return known[2]


def missing_file(path: Path) -> str | None:
    """Why a node cannot read from `path`; None when there is a file, folder or sequence."""
    try:
        if path.is_file() or (path.is_dir() and any(path.iterdir())) or files_of(path):
            return None
        return f"the folder {path.name!r} is empty" if path.is_dir() else f"no file {path.name!r}"
    except OSError as error:
        return f"{path.name!r} cannot be read: {error.strerror or error}"


def files_of(path: Path) -> list[Path]:
    """The files of a folder, or of a numbered sequence, by name; hidden ones are left out."""
    if path.is_dir():
        return sorted(
            item
            for item in path.rglob("*")
            if item.is_file() and not any(p.startswith(".") for p in item.relative_to(path).parts)
        )
    if not _PATTERN.search(path.name) or not path.parent.is_dir():
        return []
    pieces = _PATTERN.split(path.name)
    wildcards = [".*" if m == "*" else r"\d+" for m in _PATTERN.findall(path.name)]
    text = re.escape(pieces[0]) + "".join(
        wildcard + re.escape(piece) for wildcard, piece in zip(wildcards, pieces[1:], strict=True)
    )
    return sorted(item for item in path.parent.iterdir() if re.fullmatch(text, item.name))


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's content, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sampled_sha256(path: Path) -> str:
    """SHA-256 of a file up to 1 GB; of size, first and evenly spaced MiB of a larger one."""
    size = path.stat().st_size
    if size <= _SAMPLED_ABOVE:
        return sha256_of(path)
    digest = hashlib.sha256(f"{size}\0".encode())
    with path.open("rb") as file:
        for number in range(_SAMPLES):
            file.seek(number * (size - _BLOCK) // (_SAMPLES - 1))
            digest.update(file.read(_BLOCK))
    return digest.hexdigest()
