"""Export, check and single nodes with real pictures; the graph behind `generate`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.cli.commands.generate import shot_project
from engine.graph import validate
from engine.media import open_clip
from engine.nodes import builtin_registry
from tests.engine.cli.conftest import Home

NODES = {
    "red": {"type": "media.solid", "params": {"color": "#ff0000", "seconds": 0.5}},
    "blue": {"type": "media.solid", "params": {"color": "#0000ff", "seconds": 0.5}},
    "cut": {"type": "editorial.sequence"},
    "edit": {"type": "editorial.timeline"},
    "film": {"type": "deliver.film", "params": {"loudness": None}},
    "line": {"type": "values.text", "params": {"value": "a red ball"}},
}
LINKS = (
    *(("red.out", "cut.clips"), ("blue.out", "cut.clips")),
    *(("cut.out", "edit.sequences"), ("edit.out", "film.timeline")),
)


@pytest.fixture
def film(home: Home) -> Path:
    """A project of two colours, cut together, with a film node."""
    path = home.work / "colours.aiprod"
    settings = {"name": "colours", "rate": "24", "width": 320, "height": 180}
    links = [
        {"from": source, "to": target, "index": number}
        for number, (source, target) in enumerate(LINKS)
    ]
    document = {"aiprod": 1, "settings": settings, "nodes": NODES, "links": links}
    path.write_text(json.dumps(document))
    return path


def names_in(folder: Path) -> list[str]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path.relative_to(folder).as_posix() for path in found)


def test_a_film_is_rendered_checked_and_carries_its_job(home: Home, film: Path) -> None:
    ended = home.run("render", film, "-o", "out")
    assert ended.status == 0, ended.err
    assert names_in(home.work / "out") == ["film.json", "film.mp4"]
    sidecar = json.loads((home.work / "out" / "film.json").read_text())
    shown = json.loads(home.call("jobs", "show", "1", "--json").out)
    assert sidecar["job"] == shown["provenance"]["job"]
    assert str(home.path) not in (home.work / "out" / "film.json").read_text()


@pytest.mark.parametrize("ending", ["otio", "fcpxml", "edl"])
def test_an_edit_is_exported_with_its_media(home: Home, film: Path, ending: str) -> None:
    ended = home.call("export", film, "--to", f"edit/cut.{ending}")
    assert ended.status == 0, ended.err
    edits = [name for name in names_in(home.work / "edit") if not name.startswith("media/")]
    assert edits == sorted([f"cut.{ending}", "cut.report.json"])
    assert len(names_in(home.work / "edit" / "media")) == 2


def test_the_media_folder_of_an_edit_is_chosen(home: Home, film: Path) -> None:
    home.call("export", film, "--to", "edit/cut.otio", "--media", "edit/shots", "--preset", "h264")
    assert len(names_in(home.work / "edit" / "shots")) == 2
    ended = home.call("export", film, "--to", "edit/cut.otio", "--media", "elsewhere")
    assert ended.status == 2
    assert "--media: elsewhere is not below" in ended.err


@pytest.mark.parametrize("ending", ["mp4", "mov", "webm"])
def test_a_film_is_exported_in_the_way_of_its_ending(home: Home, film: Path, ending: str) -> None:
    ended = home.call("export", film, "--to", f"film.{ending}")
    assert ended.status == 0, ended.err
    assert open_clip(home.work / f"film.{ending}").frame_count == 24


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--to", "film.avi"], "film.avi: the ending '.avi' is not known. Known are .otio"),
        (["--to", "film"], "the ending 'that it lacks' is not known"),
        (["--to", "film.mp4", "--node", "red"], "'red' is not a timeline. Timelines: edit"),
        (["--to", "film.mp4", "--preset", "vhs"], "preset: 'vhs' is not one of h264"),
    ],
)
def test_a_wrong_export_says_what_is_right(
    home: Home, film: Path, words: list[str], message: str
) -> None:
    ended = home.call("export", film, *words)
    assert ended.status == 2
    assert message in ended.err


def test_a_project_without_a_timeline_cannot_be_exported(home: Home, ball: Path) -> None:
    ended = home.call("export", ball, "--to", "film.mp4")
    assert ended.status == 2
    assert "the project has no timeline. Add a Timeline node." in ended.err


@pytest.mark.parametrize(("node", "file"), [("red", "red.mp4"), ("cut", "cut.mp4")])
def test_the_result_of_one_node_is_saved(home: Home, film: Path, node: str, file: str) -> None:
    ended = home.call("render", film, "--node", node, "-o", "one")
    assert ended.status == 0, ended.err
    assert file in names_in(home.work / "one")


def test_a_node_without_a_picture_or_sound_is_not_saved(home: Home, film: Path) -> None:
    ended = home.call("render", film, "--node", "line")
    assert ended.status == 2
    assert "the node 'line' writes no file. Nodes that do: film." in ended.err


def test_check_reports_for_people_and_for_programs(home: Home, film: Path) -> None:
    home.call("render", film, "-o", "out")
    ended = home.call("check", "out/film.mp4")
    assert ended.status == 0
    assert "h264 320x180, 24 fps, 24 frames" in ended.out
    report = json.loads(home.call("check", "out/film.mp4", "--json").out)
    assert report["info"]["video"]["frame_count"] == 24


def test_check_of_a_damaged_file_ends_with_1_and_of_none_with_2(home: Home) -> None:
    (home.work / "film.mp4").write_bytes(b"nothing of a film" * 99)
    assert home.call("check", "film.mp4").status == 1
    assert home.call("check", "no_such.mp4").status == 2


def test_generate_makes_a_small_project_of_ordinary_nodes() -> None:
    project = shot_project("a red ball", "ball.mp4", size=(128, 72), steps=4, seconds=1.0)
    assert validate(project.graph, builtin_registry()) == []
    assert project.graph.nodes["shot"].params == {
        "width": 128,
        "height": 72,
        "steps": 4,
        "seconds": 1.0,
    }


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([" "], "the prompt is empty"),
        (["ball", "--size", "wide"], "'wide' is not a size such as 256x144"),
        (["ball", "--size", "3x4"], "shot.width: 3 is out of range"),
        (["ball", "--steps", "0"], "shot.steps: 0 is out of range"),
        (["ball", "-o", "ball.txt"], "ball.txt"),
    ],
)
def test_a_wrong_generate_says_what_is_right(home: Home, words: list[str], message: str) -> None:
    ended = home.call("generate", *words)
    assert ended.status == 2
    assert message in ended.err
