"""What files and texts become on the canvas, and how paths of media stay valid."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.document import Document
from app.editing import drops
from app.editing.level import EditError
from app.editing.media import portable
from engine.graph import Graph, Group, Node
from engine.media import encode, encode_sound, solid_clip, write_image
from engine.project import Project, dumps
from tests.app.editing.levels import REGISTRY, after, level, shots

TEXT = dumps(shots(2).project)
TAGS = {"aiprod_project": TEXT, "title": "Film"}


def movie(path: Path, tags: dict[str, str] | None = None) -> Path:
    clip = solid_clip((9, 9, 9, 255), 32, 32, seconds=Fraction(1, 12), rate=Fraction(24))
    encode(clip, path, "h264", metadata=tags or {})
    return path


def picture(path: Path, tags: dict[str, str] | None = None) -> Path:
    write_image(np.zeros((8, 8, 3), np.uint8), path, metadata=tags)
    return path


def tone(path: Path, tags: dict[str, str] | None = None) -> Path:
    from engine.audio import tone as made

    encode_sound(made(440, 0.1), path, metadata=tags or {})
    return path


@pytest.mark.parametrize("make", [movie, picture, tone])
def test_media_are_loaded_and_finished_files_open_their_project(
    make: object, tmp_path: Path
) -> None:
    assert callable(make)
    suffix = {movie: "mp4", picture: "png", tone: "wav"}[make]  # type: ignore[index]
    kind = {"mp4": "video", "png": "image", "wav": "sound"}[suffix]
    plain = make(tmp_path / f"plain.{suffix}")
    assert drops.read_drop(plain) == drops.Media(plain, kind)
    finished = make(tmp_path / f"done.{suffix}", TAGS)
    assert drops.read_drop(finished) == drops.ProjectInside(finished, TEXT, kind)


@pytest.mark.parametrize("suffix", ["flac", "m4a", "opus", "mkv"])
def test_other_sound_files_carry_their_project_too(suffix: str, tmp_path: Path) -> None:
    path = tone(tmp_path / f"done.{suffix}", TAGS)
    found = drops.read_drop(path)
    assert isinstance(found, drops.ProjectInside)
    assert found.text == TEXT


def test_a_tag_that_is_no_project_makes_the_file_plain_media(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png", {"aiprod_project": "{"})
    assert drops.read_drop(path) == drops.Media(path, "image")


def test_a_sidecar_opens_its_project_and_other_files_are_told_apart(tmp_path: Path) -> None:
    sidecar = tmp_path / "film.json"
    sidecar.write_text(json.dumps({"film": {}, "project": json.loads(TEXT)}))
    found = drops.read_drop(sidecar)
    assert isinstance(found, drops.ProjectInside)
    (tmp_path / "a.aiprod").write_text(TEXT)
    (tmp_path / "n.py").write_text("raise SystemExit")
    (tmp_path / "x.json").write_text("[1]")
    (tmp_path / "broken.mp4").write_bytes(b"no film")
    assert drops.read_drop(tmp_path / "a.aiprod") == drops.ProjectFile(tmp_path / "a.aiprod")
    assert drops.read_drop(tmp_path / "n.py") == drops.PluginFile(tmp_path / "n.py")
    for name in ("x.json", "broken.mp4", "absent.wav"):
        assert isinstance(drops.read_drop(tmp_path / name), drops.Unusable)


def test_numbered_pictures_become_one_clip(tmp_path: Path) -> None:
    for number in (7, 8, 9):
        picture(tmp_path / f"shot_{number:04d}.png")
    other = picture(tmp_path / "still.png")
    found = drops.read_drops([tmp_path])
    assert found == (
        drops.Media(tmp_path / "shot_####.png", "video"),
        drops.Media(other, "image"),
    )
    made = drops.add_drops(level([]), found, (0, 0), base_dir=tmp_path)
    there = after(level([]), made.patch)
    assert [(n.id, n.type, n.params) for n in there.nodes.values()] == [
        ("shot", "media.load_clip", {"file": "shot_####.png"}),
        ("still", "media.load_image", {"file": "still.png"}),
    ]


def test_finished_files_can_be_taken_as_media(tmp_path: Path) -> None:
    found = (drops.ProjectInside(tmp_path / "film.mp4", TEXT, "video"),)
    assert drops.add_drops(level([]), found, (0, 0), base_dir=None).nodes == ()
    made = drops.add_drops(level([]), found, (0, 0), base_dir=None, as_media=True)
    node = after(level([]), made.patch).nodes["film"]
    assert node.params == {"file": (tmp_path / "film.mp4").as_posix()}


def test_an_edit_of_another_program_is_imported_by_a_node(tmp_path: Path) -> None:
    (tmp_path / "cut.fcpxml").write_text("<fcpxml/>")
    found = drops.read_drops([tmp_path / "cut.fcpxml"])
    made = drops.add_drops(level([]), found, (0, 0), base_dir=tmp_path)
    (node,) = after(level([]), made.patch).nodes.values()
    assert (node.type, node.params) == ("editorial.import_edit", {"file": "cut.fcpxml"})


def test_text_becomes_a_prompt_and_an_empty_one_nothing() -> None:
    made = drops.add_text(level([]), "  a red\nball\ud800 ", (0, 0))
    assert after(level([]), made.patch).nodes["prompt_1"].params == {"text": "a red\nball"}
    with pytest.raises(EditError):
        drops.add_text(level([]), " \n", (0, 0))


def test_paths_are_relative_when_they_are_near() -> None:
    base = Path("/films/one")
    assert portable(Path("/films/one/media/a.mov"), base) == "media/a.mov"
    assert portable(Path("/films/a.mov"), base) == "../a.mov"
    assert portable(Path("/elsewhere/deep/a.mov"), Path("/a/b/c/d")) == "/elsewhere/deep/a.mov"
    assert portable(Path("/films/one/a.mov"), None) == "/films/one/a.mov"


def test_saving_elsewhere_keeps_media_found(tmp_path: Path, qtbot: QtBot) -> None:
    movie(tmp_path / "a.mp4")
    load = Node("a", "media.load_clip", params={"file": (tmp_path / "a.mp4").as_posix()})
    inside = Group("G", {"b": Node("b", "media.load_clip", params={"file": "a.mp4"})})
    document = Document(REGISTRY)
    document.new(Project(Graph({"a": load})))
    document.save(tmp_path / "one.aiprod")
    assert document.project.graph.nodes["a"].params == {"file": "a.mp4"}
    both = Project(Graph(dict(document.project.graph.nodes), [], {"g": inside}))
    document.new(both, path=tmp_path / "one.aiprod")
    (tmp_path / "sub").mkdir()
    document.save(tmp_path / "sub" / "two.aiprod")
    assert document.project.graph.nodes["a"].params == {"file": "../a.mp4"}
    assert document.project.graph.groups["g"].nodes["b"].params == {"file": "../a.mp4"}
    assert not document.is_dirty
