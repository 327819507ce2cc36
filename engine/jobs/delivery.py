"""Delivery: finished files are gathered out of sight, then moved into the output folder."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from engine.errors import RenderError, UsageError
from engine.runtime.files import atomic_path


@dataclass(frozen=True)
class Finished:
    """A file or folder to deliver under `name` (parts joined by "/"), made by the node `maker`.

    `role` says what it is for, as the node put it: "film", "edit", "media" ...
    """

    name: str
    path: Path
    maker: str
    role: str = "film"


def check_output(output: Path) -> Path:
    """The output folder as a full path, links followed. Raises UsageError when it is a file."""
    real = Path(os.path.realpath(output))
    for folder in (real, *real.parents):
        if folder.is_dir():
            return real
        if folder.exists():
            break
    raise UsageError(
        f"{folder} is a file", where="--output", mend="Name a folder for the finished files."
    )


def staging_folder(output: Path) -> Path:
    """Where to gather the files: beside the output folder, or in it when that is another disk.

    The name begins with a point and ends with `.part`; the folder is not made yet.
    """
    token = secrets.token_hex(6)
    parent = output.parent
    while not parent.exists():
        parent = parent.parent
    same_disk = not output.exists() or output.stat().st_dev == parent.stat().st_dev
    if same_disk and os.access(parent, os.W_OK):
        return parent / f".{output.name}.{token}.part"
    return output / f".{token}.part"


def gather(
    finished: Iterable[Finished], staging: Path, *, check_cancelled: Callable[[], None]
) -> tuple[str, ...]:
    """Copy everything into the staging folder; returns the names of the files, sorted.

    Raises RenderError when two nodes make a file of the same name.
    """
    makers: dict[str, str] = {}
    for item in finished:
        for name, source in _files(item):
            check_cancelled()
            other = makers.setdefault(name.casefold(), item.maker)
            target = staging / name
            if other != item.maker or target.exists():
                raise RenderError(
                    f"writes {name}, and so does {other}",
                    where=item.maker,
                    mend="Give one of them another file name.",
                )
            target.parent.mkdir(parents=True, exist_ok=True)
            _copy(source, target)
    return tuple(
        sorted(path.relative_to(staging).as_posix() for path in _walk(staging) if path.is_file())
    )


def deliver(
    staging: Path, output: Path, *, files: Iterable[str], outdated: Iterable[str] = ()
) -> None:
    """Move the gathered files into place, each whole at once; a new folder appears complete.

    `outdated` names files of an earlier delivery that these stand for; other files that the
    output folder holds are left alone.
    """
    names = tuple(files)
    if output.exists():
        _move_each(staging, output, names)
    else:
        output.parent.mkdir(parents=True, exist_ok=True)
        os.replace(staging, output)
    for name in set(outdated) - set(names):
        (output / name).unlink(missing_ok=True)


def outdated_files(earlier: Iterable[str], finished: Iterable[Finished]) -> set[str]:
    """Those of the earlier delivered files that lie in a folder which is delivered anew whole."""
    folders = {PurePosixPath(item.name) for item in finished if item.path.is_dir()}
    return {name for name in earlier if folders.intersection(PurePosixPath(name).parents)}


def _move_each(staging: Path, output: Path, names: tuple[str, ...]) -> None:
    for name in names:
        target = output / name
        if target.is_dir():
            raise RenderError(
                f"{name} is a folder there", where=str(output), mend="Move it, or choose another."
            )
    for name in names:
        with atomic_path(output / name) as part:
            os.replace(staging / name, part)
    shutil.rmtree(staging, ignore_errors=True)


def _files(item: Finished) -> Iterable[tuple[str, Path]]:
    if not item.path.is_dir():
        return [(item.name, item.path)]
    inner = sorted(path for path in _walk(item.path) if path.is_file())
    return [(f"{item.name}/{path.relative_to(item.path).as_posix()}", path) for path in inner]


def _walk(folder: Path) -> Iterable[Path]:
    return (Path(root, name) for root, _, names in os.walk(folder) for name in names)


def _copy(source: Path, target: Path) -> None:
    """Copy the bytes, flushed to the disk before the file is moved in place."""
    shutil.copyfile(source, target)
    with target.open("r+b") as file:
        os.fsync(file.fileno())
