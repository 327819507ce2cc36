"""An edit of another program as a node: its media found, opened, missed, and counted in the key."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from engine.errors import RenderError
from engine.graph import Cache, Graph, Node, ProjectSettings, Registry, execute, validate
from engine.graph.events import Warning as Told
from engine.graph.keys import Ground, result_keys
from engine.graph.prepare import prepare
from engine.media import Clip, Sound, open_clip
from engine.nodes import builtin_registry
from engine.timeline import (
    SequenceItem,
    Timeline,
    Transition,
    build_sequence,
    build_timeline,
    export_edit,
    lay_out,
    render_audio,
    render_video,
)

SETTINGS = ProjectSettings(rate=Fraction(24), width=64, height=48)
ITEMS = [
    SequenceItem(0, 6, 30, transition=Transition("dissolve", 6)),
    SequenceItem(1, 6, 30, speed=Fraction(2)),
]


def shot(level: int) -> Clip:
    pictures = np.full((48, 48, 64, 3), level, np.uint8)
    pictures[:, :, 32:] = np.arange(48, dtype=np.uint8)[:, None, None, None] * 4
    tone = 0.2 * np.sin(np.arange(96000) * level / 3000)
    return Clip.from_array(pictures, Fraction(24), sound=Sound.from_array(tone, 48000))


def edit() -> Timeline:
    sequence = build_sequence([shot(80), shot(160)], ITEMS, rate=Fraction(24), name="Cut")
    return build_timeline([sequence], rate=Fraction(24), size=(64, 48), name="Short")


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("edit")
    export_edit(edit(), folder, name="short", preset="h264")
    return folder


@pytest.fixture
def folder(exported: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(exported, tmp_path / "project"))


@pytest.fixture
def registry() -> Registry:
    return builtin_registry()


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    made = Cache(tmp_path / "cache", budget=10**9)
    yield made
    made.close()


def graph_of(**params: object) -> Graph:
    graph = Graph()
    graph.add(Node("edit", "editorial.import_edit", params=params))
    return graph


def imported(graph: Graph, folder: Path, cache: Cache, told: list[str] | None = None) -> Timeline:
    def hear(event: object) -> None:
        if isinstance(event, Told) and told is not None:
            told.append(event.message)

    with execute(
        graph, builtin_registry(), ["edit"], cache=cache, settings=SETTINGS, base_dir=folder,
        on_event=hear,
    ) as results:  # fmt: skip
        value = results["edit"]
        assert isinstance(value, Timeline)
        return value


@pytest.mark.parametrize("suffix", ["otio", "fcpxml", "edl"])
def test_an_exported_edit_comes_back_with_its_picture_and_sound(
    suffix: str, folder: Path, cache: Cache
) -> None:
    timeline = imported(graph_of(file=f"short.{suffix}"), folder, cache)
    wanted = edit()
    assert (timeline.frame_count, timeline.size, timeline.rate) == (36, (64, 48), 24)
    frames = np.stack(list(render_video(timeline).arrays())).astype(int)
    original = np.stack(list(render_video(wanted).arrays())).astype(int)
    assert np.abs(frames - original).mean() < 4
    heard, there = render_audio(timeline).array(), render_audio(wanted).array()
    assert heard.shape == there.shape
    assert np.abs(heard[24000:60000]).max() == pytest.approx(0.2, abs=0.1)


def test_an_imported_edit_can_be_delivered_again_with_all_its_media(
    folder: Path, cache: Cache, tmp_path: Path
) -> None:
    timeline = imported(graph_of(file="short.otio"), folder, cache)
    made = export_edit(timeline, tmp_path / "again", name="again", preset="h264")
    assert len(made.media) == 2
    assert all(open_clip(tmp_path / "again" / item.path).frame_count == 48 for item in made.media)


def test_missing_media_is_named_before_anything_runs(folder: Path, registry: Registry) -> None:
    gone = sorted((folder / "media").iterdir())
    gone[0].unlink()
    (problem,) = validate(graph_of(file="short.otio"), registry, base_dir=folder)
    assert (problem.node, problem.field) == ("edit", "file")
    assert gone[0].name in problem.message
    assert gone[1].name not in problem.message
    assert "leave gaps" in str(problem.mend)


def test_missing_media_is_found_in_the_media_folder_by_its_name(
    folder: Path, registry: Registry, cache: Cache
) -> None:
    (folder / "cards" / "day 1").mkdir(parents=True)
    for path in sorted((folder / "media").iterdir()):
        path.rename(folder / "cards" / "day 1" / path.name)
    graph = graph_of(file="short.otio", media="cards")
    assert validate(graph, registry, base_dir=folder) == []
    assert len(imported(graph, folder, cache).media) == 2


def test_gaps_keep_the_places_of_what_is_missing(folder: Path, cache: Cache) -> None:
    gone = min((folder / "media").iterdir())
    gone.unlink()
    told: list[str] = []
    graph = graph_of(file="short.otio", missing="leave gaps")
    timeline = imported(graph, folder, cache, told)
    layout = lay_out(timeline.video_tracks[0], timeline.rate)
    assert [(s.start, s.stop, s.enabled) for s in layout.shots] == [(0, 24, False), (24, 36, True)]
    assert any(gone.name in message for message in told)
    frames = np.stack(list(render_video(timeline).arrays()))
    assert frames[:20].max() == 0
    assert frames[30:].max() > 100
    assert np.abs(render_audio(timeline).array()[:40000]).max() == 0


def test_media_that_changed_changes_the_key_and_what_lies_beside_it_does_not(
    folder: Path, registry: Registry
) -> None:
    def key() -> str:
        prepared = prepare(graph_of(file="short.otio", media="."), registry, base_dir=folder)
        return result_keys(prepared, Ground(SETTINGS, folder), ["edit"])["edit"]

    before = key()
    (folder / "notes.txt").write_text("else")
    assert key() == before
    media = sorted((folder / "media").iterdir())
    os.replace(media[1], media[0])
    assert key() != before


def test_an_edl_of_an_editing_program_finds_its_media_by_clip_name(
    folder: Path, cache: Cache
) -> None:
    clip = min((folder / "media").iterdir())
    clip.rename(folder / "media" / "A001_C002.mp4")
    (folder / "foreign.edl").write_text(
        "TITLE: Foreign\nFCM: NON-DROP FRAME\n\n"
        "001  A001C002 V     C        00:00:00:06 00:00:01:00 01:00:00:00 01:00:00:18\n"
        "* FROM CLIP NAME: A001_C002.mp4\n"
    )
    timeline = imported(graph_of(file="foreign.edl", media="media"), folder, cache)
    assert timeline.frame_count == 18
    assert next(iter(render_video(timeline).arrays()))[0, 60, 0] == pytest.approx(24, abs=4)


def test_a_file_that_is_no_edit_is_a_problem_of_its_field(folder: Path, registry: Registry) -> None:
    (folder / "broken.otio").write_text("{")
    for name in ("short.report.json", "broken.otio"):
        (folder / "short.report.json").write_text("{}")
        (problem,) = validate(graph_of(file=name), registry, base_dir=folder)
        assert (problem.node, problem.field) == ("edit", "file")


def test_media_that_is_damaged_names_its_shot(folder: Path, cache: Cache) -> None:
    min((folder / "media").iterdir()).write_bytes(b"no film")
    with pytest.raises(RenderError, match="shot_01"):
        imported(graph_of(file="short.otio"), folder, cache)
