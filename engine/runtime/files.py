"""Files that are either whole or not there: written aside, flushed, then moved in place."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def atomic_write(path: Path | str, data: bytes | str, *, backup: bool = False) -> None:
    """Write `data` (text as UTF-8, newlines untouched) so that `path` is never half written.

    With `backup`, the previous content stays beside it as `NAME.bak`. Parent folders are made.
    Raises OSError when the disk refuses; the previous file is then untouched.
    """
    path = Path(path)
    raw = data.encode("utf-8") if isinstance(data, str) else data
    with atomic_path(path) as part:
        part.write_bytes(raw)
        if backup and path.is_file():
            with atomic_path(backup_path(path), private_stays=True) as copy:
                shutil.copy2(path, copy)


def link_or_copy(source: Path, target: Path) -> None:
    """A file under a second name; one on the same disk is not stored twice."""
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def backup_path(path: Path) -> Path:
    """Where `atomic_write(path, ..., backup=True)` keeps the previous content."""
    return path.with_name(path.name + ".bak")


@contextmanager
def atomic_path(path: Path | str, *, private_stays: bool = False) -> Iterator[Path]:
    """Yield a temporary path (same folder, same suffix) that becomes `path` when the block ends.

    The block creates a file, or a folder, under the temporary name. After an exception it is
    removed and `path` is what it was before. A link is followed, the file's permissions are kept;
    a new file has those that the umask gives, also where a library made it for its owner alone
    (safetensors does), unless `private_stays`.
    A folder takes the place of an earlier folder whole.
    """
    target = Path(os.path.realpath(path))
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.stem[:80]}.{secrets.token_hex(6)}.part{target.suffix}")
    try:
        yield part
        if not private_stays and part.is_file() and not target.is_file():
            _open_up(part)
        _settle(part, target)
    except BaseException:
        _remove(part)
        raise


def _settle(part: Path, target: Path) -> None:
    if part.is_dir():
        _replace_folder(part, target)
    else:
        with part.open("r+b") as file:
            os.fsync(file.fileno())
        if target.is_file():
            shutil.copymode(target, part)
        os.replace(part, target)
    _flush_folder(target.parent)


def _open_up(part: Path) -> None:
    """Give a file that only its owner may read the mode that an ordinary new file gets.

    The umask itself can only be read by changing it for all threads, so a file is made to see.
    """
    if stat.S_IMODE(part.stat().st_mode) & 0o077:
        return
    probe = part.with_name(f"{part.name}.mode")
    try:
        probe.touch(exist_ok=False)
        shutil.copymode(probe, part)
    finally:
        probe.unlink(missing_ok=True)


def _replace_folder(part: Path, target: Path) -> None:
    if not target.exists():
        os.replace(part, target)
        return
    old = part.with_name(part.name + ".old")
    os.replace(target, old)
    try:
        os.replace(part, target)
    except BaseException:
        os.replace(old, target)
        raise
    _remove(old)


def _flush_folder(folder: Path) -> None:
    """Make the new name itself durable, where the system can (Windows opens no folders)."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
