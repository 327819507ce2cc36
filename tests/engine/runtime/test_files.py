"""Atomic files: whole or not there."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from engine.runtime.files import atomic_path, atomic_write, backup_path


def test_text_is_written_as_utf8_with_its_own_newlines(tmp_path: Path) -> None:
    atomic_write(tmp_path / "deep" / "note.txt", "é\r\nà\n")
    assert (tmp_path / "deep" / "note.txt").read_bytes() == "é\r\nà\n".encode()


def test_a_second_write_keeps_one_backup_of_the_first(tmp_path: Path) -> None:
    path = tmp_path / "film.aiprod"
    for text in ("one", "two", "three"):
        atomic_write(path, text, backup=True)
    assert path.read_text() == "three"
    assert backup_path(path).read_text() == "two"
    assert len(list(tmp_path.iterdir())) == 2


def test_the_temporary_path_has_the_same_folder_and_suffix(tmp_path: Path) -> None:
    with atomic_path(tmp_path / "film.mp4") as part:
        assert part.parent == tmp_path
        assert part.suffix == ".mp4"
        part.write_bytes(b"x")
        assert not (tmp_path / "film.mp4").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["film.mp4"]


def test_a_failure_leaves_the_earlier_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(b"earlier")

    def fail() -> None:
        with atomic_path(path) as part:
            part.write_bytes(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert [(entry.name, entry.read_bytes()) for entry in tmp_path.iterdir()] == [
        ("film.mp4", b"earlier")
    ]


def test_a_block_that_writes_nothing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), atomic_path(tmp_path / "film.mp4"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_folder_takes_the_place_of_an_earlier_folder(tmp_path: Path) -> None:
    target = tmp_path / "media"
    for name in ("old", "new"):
        with atomic_path(target) as part:
            part.mkdir()
            (part / name).write_text(name)
    assert [path.name for path in target.iterdir()] == ["new"]
    assert [path.name for path in tmp_path.iterdir()] == ["media"]


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions and links")
def test_permissions_and_links_are_kept(tmp_path: Path) -> None:
    path, link = tmp_path / "run.sh", tmp_path / "link.sh"
    path.write_text("one")
    path.chmod(0o750)
    link.symlink_to(path)
    atomic_write(link, "two")
    assert link.is_symlink()
    assert path.read_text() == "two"
    assert path.stat().st_mode & 0o777 == 0o750


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_a_new_file_honours_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        atomic_write(tmp_path / "new.txt", "x")
    finally:
        os.umask(before)
    assert (tmp_path / "new.txt").stat().st_mode & 0o777 == 0o640


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o027, 0o640), (0o077, 0o600)])
def test_a_file_that_a_library_made_private_honours_the_umask(
    tmp_path: Path, umask: int, mode: int
) -> None:
    before = os.umask(umask)
    try:
        with atomic_path(tmp_path / "weights") as part:
            part.touch(0o600)
    finally:
        os.umask(before)
    assert (tmp_path / "weights").stat().st_mode & 0o777 == mode
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_a_private_file_has_a_private_backup(tmp_path: Path) -> None:
    path = tmp_path / "film.aiprod"
    path.write_text("one")
    path.chmod(0o600)
    atomic_write(path, "two", backup=True)
    assert {item.stat().st_mode & 0o777 for item in tmp_path.iterdir()} == {0o600}
