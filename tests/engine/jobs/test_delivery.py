"""Finished files reach the output folder whole, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.errors import Cancelled, RenderError, UsageError
from engine.jobs.delivery import (
    Finished,
    check_output,
    deliver,
    gather,
    outdated_files,
    staging_folder,
)


def go_on() -> None:
    """Nobody cancels."""


def tree(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text() for path in files}


@pytest.fixture
def made(tmp_path: Path) -> list[Finished]:
    (tmp_path / "cache" / "frames").mkdir(parents=True)
    (tmp_path / "cache" / "a.mp4").write_text("film")
    (tmp_path / "cache" / "frames" / "1.png").write_text("one")
    (tmp_path / "cache" / "frames" / "2.png").write_text("two")
    return [
        Finished("film.mp4", tmp_path / "cache" / "a.mp4", "Export Film"),
        Finished("media/frames", tmp_path / "cache" / "frames", "Export Edit"),
    ]


Send = Callable[[Path, list[Finished]], tuple[str, ...]]


@pytest.fixture
def send() -> Send:
    def send_to(output: Path, finished: list[Finished]) -> tuple[str, ...]:
        staging = staging_folder(output)
        files = gather(finished, staging, check_cancelled=go_on)
        deliver(staging, output, files=files)
        return files

    return send_to


def test_files_and_folders_arrive_under_their_names(
    tmp_path: Path, made: list[Finished], send: Send
) -> None:
    output = tmp_path / "new" / "out"
    names = send(output, made)
    assert names == ("film.mp4", "media/frames/1.png", "media/frames/2.png")
    assert tree(output) == {
        "film.mp4": "film",
        "media/frames/1.png": "one",
        "media/frames/2.png": "two",
    }
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["out"]


def test_the_originals_stay_in_the_cache(tmp_path: Path, made: list[Finished], send: Send) -> None:
    send(tmp_path / "out", made)
    assert all(item.path.exists() for item in made)


def test_earlier_files_are_replaced_and_strangers_left_alone(
    tmp_path: Path, made: list[Finished], send: Send
) -> None:
    output = tmp_path / "out"
    (output / "media").mkdir(parents=True)
    (output / "film.mp4").write_text("old")
    (output / "media" / "mine.wav").write_text("mine")
    send(output, made)
    assert tree(output)["film.mp4"] == "film"
    assert tree(output)["media/mine.wav"] == "mine"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_frames_of_an_earlier_longer_sequence_are_removed(
    tmp_path: Path, made: list[Finished], send: Send
) -> None:
    output = tmp_path / "out"
    before = send(output, made)
    (made[1].path / "2.png").unlink()
    staging = staging_folder(output)
    files = gather(made, staging, check_cancelled=go_on)
    deliver(staging, output, files=files, outdated=outdated_files(before, made))
    assert sorted(tree(output)) == ["film.mp4", "media/frames/1.png"]


def test_only_files_inside_a_delivered_folder_can_be_outdated(made: list[Finished]) -> None:
    earlier = ["other.mp4", "media/frames/3.png", "media/sound.wav"]
    assert outdated_files(earlier, made) == {"media/frames/3.png"}


def test_two_nodes_cannot_write_the_same_file(tmp_path: Path, made: list[Finished]) -> None:
    again = Finished("Film.mp4", made[0].path, "Export Film 2")
    with pytest.raises(RenderError, match=r"Export Film 2: writes Film\.mp4, and so does Export F"):
        gather([*made, again], tmp_path / ".s.part", check_cancelled=go_on)


def test_a_cancel_while_gathering_leaves_the_output_untouched(
    tmp_path: Path, made: list[Finished]
) -> None:
    def stop() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        gather(made, staging_folder(tmp_path / "out"), check_cancelled=stop)
    assert not (tmp_path / "out").exists()


def test_a_folder_in_the_way_stops_the_delivery_before_anything_moved(
    tmp_path: Path, made: list[Finished], send: Send
) -> None:
    output = tmp_path / "out"
    (output / "media" / "frames" / "2.png").mkdir(parents=True)
    with pytest.raises(RenderError, match=r"2\.png is a folder there"):
        send(output, made)
    assert tree(output) == {}


def test_files_are_gathered_beside_the_output_folder(tmp_path: Path) -> None:
    staging = staging_folder(tmp_path / "out")
    assert staging.parent == tmp_path
    assert staging.name.startswith(".out.")
    assert staging.name.endswith(".part")


def test_files_are_gathered_inside_when_the_parent_is_locked(tmp_path: Path) -> None:
    output = tmp_path / "locked" / "out"
    output.mkdir(parents=True)
    output.parent.chmod(0o500)
    try:
        import os

        inside = not os.access(output.parent, os.W_OK)  # root may write anywhere
        assert (staging_folder(output).parent == output) is inside
    finally:
        output.parent.chmod(0o700)


@pytest.mark.parametrize("name", ["film.mp4", "film.mp4/deeper/still"])
def test_a_file_is_not_an_output_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "film.mp4").write_text("a film")
    with pytest.raises(UsageError, match=r"film\.mp4 is a file"):
        check_output(tmp_path / name)
