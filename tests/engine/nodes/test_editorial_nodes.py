"""Editorial and delivering nodes in a graph: what they make, and what they say of mistakes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.errors import RenderError, ValidationError
from engine.graph import (
    Artifact,
    Cache,
    Context,
    Graph,
    Node,
    ProjectSettings,
    Provenance,
    Registry,
    execute,
    node,
    validate,
)
from engine.graph.events import Warning  # noqa: A004
from engine.media import Clip, Image, Sound, image_metadata, open_clip, open_image, open_sound
from engine.nodes import deliver, editorial
from engine.timeline import SequenceItem, Timeline, lay_out, read_otio

SETTINGS = ProjectSettings(rate=Fraction(24), width=64, height=48, name="short")
ORIGIN = Provenance(job="c0ffee", project='{"nodes":{}}', details={"device": "cpu"})


@node("Test shot", category="Test", id="test.shot", cache=False)
def shot(red: int = 0, frames: int = 48) -> Clip:
    """A plain clip with a soft sound."""
    tone = 0.05 * np.sin(np.arange(frames * 2000) / 15)
    pictures = np.full((frames, 48, 64, 3), (red, 80, 40), np.uint8)
    return Clip.from_array(pictures, Fraction(24), sound=Sound.from_array(tone, 48000))


@node("Test sound", category="Test", id="test.sound", cache=False)
def sound(seconds: float = 3.0) -> Sound:
    """A soft tone."""
    return Sound.from_array(0.1 * np.sin(np.arange(round(seconds * 48000)) / 20), 48000)


@node("Test image", category="Test", id="test.image", cache=False)
def image() -> Image:
    """A plain picture."""
    return Image.from_array(np.full((20, 30, 3), 99, np.uint8))


@pytest.fixture(scope="module")
def registry() -> Registry:
    made = Registry()
    for module in (editorial, deliver):
        made.add_module(module)
    for function in (shot, sound, image):
        made.add_function(function)
    return made


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    made = Cache(tmp_path / "cache", budget=10**9)
    yield made
    made.close()


ITEMS = [
    {"clip": 0, "in_frame": 6, "out_frame": 40, "transition": {"kind": "dissolve", "frames": 8}},
    {
        "clip": 1,
        "in_frame": 6,
        "out_frame": 36,
        "name": "two",
        "transition": {"kind": "wipe", "code": 3, "frames": 6},
    },
    {"clip": 0, "in_frame": 8, "out_frame": 30, "speed": "1/2", "frames": 20},
]
AUDIO = [{"name": "voice", "role": "dialogue", "clips": [{"sound": 0, "at": 6, "fade_out": 5}]}]


def film_graph(sink: str = "deliver.film", **params: Any) -> Graph:
    """Two shots and a sound, cut together, into a sink node called `out`."""
    graph = Graph()
    graph.add(Node("red", "test.shot", params={"red": 200}))
    graph.add(Node("dark", "test.shot", params={"red": 10}))
    graph.add(Node("voice", "test.sound"))
    graph.add(Node("cut", "editorial.sequence", params={"items": ITEMS, "name": "Picture"}))
    graph.add(Node("edit", "editorial.timeline", params={"audio": AUDIO, "start": "01:00:00:00"}))
    graph.add(Node("out", sink, params=params))
    graph.connect("red", "cut.clips", index=0)
    graph.connect("dark", "cut.clips", index=1)
    graph.connect("cut", "edit.sequences")
    graph.connect("voice", "edit.sounds")
    graph.connect("edit", "out.timeline")
    return graph


def run(graph: Graph, registry: Registry, cache: Cache, **options: Any) -> Any:
    """The result of the node `out`; artifacts by name."""
    options = {"settings": SETTINGS, "provenance": ORIGIN} | options
    with execute(graph, registry, ["out"], cache=cache, **options) as results:
        value = results.values["out"]["out"]
        if not isinstance(value, Artifact) and not isinstance(value, list | tuple):
            return value
        found = [value] if isinstance(value, Artifact) else value
        return {item.name: (item.role, item.path) for item in found}


def test_the_timeline_is_built_from_plain_json(registry: Registry, cache: Cache) -> None:
    graph = film_graph()
    assert validate(graph, registry) == []
    graph.nodes["out"] = Node("out", "editorial.marker", params={"at": 10, "name": "here"})
    timeline = run(graph, registry, cache)
    assert isinstance(timeline, Timeline)
    layout = lay_out(timeline.video_tracks[0], timeline.rate)
    assert [(s.name, s.start, s.stop) for s in layout.shots] == [
        ("shot_01", 0, 34),
        ("two", 34, 64),
        ("shot_01", 64, 84),
    ]
    assert (timeline.start, timeline.name, timeline.size) == (86400, "Film", (64, 48))
    assert [track.name for track in timeline.audio_tracks] == ["Picture sound", "voice"]
    assert [marker.name for marker in timeline.otio.tracks.markers] == ["here"]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("items", [{"clip": -1}], "clip is -1"),
        ("items", [{"clip": 0, "in": 3}], "there is no field 'in'"),
        ("items", [{"transition": {"kind": "star"}}], "transition"),
        ("items", [{"transition": {"kind": "wipe", "code": 8}}], "code is 8; the wipes are"),
        ("items", [{"speed": "fast"}], "is not a ratio"),
        ("items", 3, "is not a list"),
    ],
)
def test_a_mistake_in_an_item_is_found_before_anything_runs(
    registry: Registry, field: str, value: object, message: str
) -> None:
    graph = film_graph()
    graph.nodes["cut"] = graph.nodes["cut"].with_params(**{field: value})
    (problem,) = validate(graph, registry)
    assert (problem.node, message in str(problem)) == ("cut", True), str(problem)
    assert field in (problem.field or "")


def test_a_missing_handle_names_the_cut_and_the_frames(registry: Registry, cache: Cache) -> None:
    graph = film_graph()
    items = [ITEMS[0] | {"out_frame": 47}, *ITEMS[1:]]
    graph.nodes["cut"] = graph.nodes["cut"].with_params(items=items)
    with pytest.raises(RenderError, match="which has 1: 3 frames are missing") as caught:
        run(graph, registry, cache)
    assert caught.value.where == "Sequence (cut)"


def test_a_film_comes_with_what_made_it(registry: Registry, cache: Cache) -> None:
    made = run(film_graph(file="out/short.mp4"), registry, cache)
    assert {name: role for name, (role, _) in made.items()} == {
        "out/short.mp4": "film",
        "out/short.json": "sidecar",
    }
    film = open_clip(made["out/short.mp4"][1])
    assert (film.frame_count, film.shown, film.start) == (84, (64, 48), 86400)
    assert film.sound is not None
    facts = json.loads(made["out/short.json"][1].read_text())
    assert facts["job"] == "c0ffee"
    assert facts["project"] == {"nodes": {}}
    assert facts["film"]["loudness"]["integrated_lufs"] == pytest.approx(-16, abs=0.3)


def test_an_edit_comes_with_its_media_and_a_report(registry: Registry, cache: Cache) -> None:
    warnings: list[str] = []

    def hear(event: object) -> None:
        if isinstance(event, Warning):
            warnings.append(event.message)

    graph = film_graph("deliver.edit", name="short", preset="h264")
    made = run(graph, registry, cache, on_event=hear)
    assert {name: role for name, (role, _) in made.items()} == {
        "short.otio": "edit",
        "short.fcpxml": "edit",
        "short.edl": "edit",
        "short_A1.edl": "edit",
        "short_A2.edl": "edit",
        "media/shot_01.mp4": "media",
        "media/shot_02_two.mp4": "media",
        "media/sound_01_voice.wav": "media",
        "short.report.json": "report",
    }
    report = {
        entry["format"]: entry["not_carried"]
        for entry in json.loads(made["short.report.json"][1].read_text())
    }
    assert report["otio"] == []
    assert any("fade out" in loss["what"] for loss in report["edl"])
    assert any(text.startswith("EDL does not carry everything") for text in warnings)
    edit = read_otio(made["short.otio"][1])
    assert {str(clip.media_reference.target_url) for clip in edit.otio.find_clips()} == {
        "media/shot_01.mp4",
        "media/shot_02_two.mp4",
        "media/sound_01_voice.wav",
    }


def test_an_edit_of_no_format_is_refused(tmp_path: Path) -> None:
    ctx = Context(tmp_path)
    clips = [shot(frames=10)]
    sequence = editorial.sequence(clips, ctx=ctx)
    timeline = editorial.timeline([sequence], ctx=ctx)
    with pytest.raises(ValidationError, match="no format is chosen"):
        deliver.edit(timeline, otio=False, fcpxml=False, edl=False, ctx=ctx)


def test_a_contact_sheet_shows_every_shot(registry: Registry, cache: Cache) -> None:
    made = run(film_graph("deliver.contact", columns=3, cell_width=128), registry, cache)
    role, path = made["contact.png"]
    sheet = open_image(path)
    assert (role, sheet.width) == ("contact", 3 * 140 + 12)
    reds = [int(sheet.array()[80, 12 + 140 * n + 64, 0]) for n in range(3)]
    assert reds == [200, 10, 200]
    assert image_metadata(path)["aiprod_job"] == "c0ffee"


def test_clips_images_and_sounds_are_saved(registry: Registry, cache: Cache) -> None:
    for kind, name in (("clip", "a.mov"), ("image", "b/a.jpg"), ("sound", "a.flac")):
        graph = Graph()
        source = "test.shot" if kind == "clip" else f"test.{kind}"
        graph.add(Node("in", source))
        params = {"file": name} | ({"preset": "prores_422"} if kind == "clip" else {})
        graph.add(Node("out", f"deliver.{kind}", params=params))
        graph.connect("in", f"out.{kind}")
        made = run(graph, registry, cache)
        assert list(made) == [name]
        path = made[name][1]
        opened: Any = {"clip": open_clip, "image": open_image, "sound": open_sound}[kind](path)
        length = {"clip": "frame_count", "image": "width", "sound": "sample_count"}[kind]
        assert getattr(opened, length) == {"clip": 48, "image": 30, "sound": 144000}[kind]


def test_the_timeline_is_a_clip_again(tmp_path: Path) -> None:
    ctx = Context(tmp_path, settings=SETTINGS)
    sequence = editorial.sequence([shot(7, 24)], (SequenceItem(out_frame=12),), ctx=ctx)
    made = editorial.flatten(editorial.timeline([sequence], ctx=ctx))
    assert (made.clip.frame_count, made.sound.sample_count) == (12, 24000)
    assert made.clip.sound is made.sound


def test_a_semicolon_counts_in_drop_frame(tmp_path: Path) -> None:
    ctx = Context(tmp_path, settings=ProjectSettings(rate=Fraction(30000, 1001)))
    sequence = editorial.sequence([shot(frames=24)], ctx=ctx)
    timeline = editorial.timeline([sequence], start="01:00:00;00", ctx=ctx)
    assert (timeline.start, timeline.drop_frame) == (107892, True)


def test_a_film_is_the_same_from_separate_caches(registry: Registry, tmp_path: Path) -> None:
    contents = []
    for name in ("one", "two"):
        cache = Cache(tmp_path / name, budget=10**9)
        made = run(film_graph(), registry, cache)
        contents.append({key: path.read_bytes() for key, (_, path) in made.items()})
        cache.close()
    assert contents[0] == contents[1]


def test_every_example_of_the_editing_guide_is_legal(registry: Registry) -> None:
    guide = Path(__file__).parents[3] / "docs" / "editing.md"
    blocks = re.findall(r"```json (\S+)\n(.*?)```", guide.read_text(encoding="utf-8"), re.DOTALL)
    assert [kind for kind, _ in blocks] == ["editorial.sequence", "editorial.timeline"]
    for kind, text in blocks:
        spec = registry[kind]
        for name, value in json.loads(text).items():
            spec.param_named[name].check(value)


@pytest.mark.parametrize(
    ("sink", "params", "mend"),
    [
        ("film", {"file": "out/a.mov", "preset": "vp9"}, "out/a.webm"),
        ("film", {"preset": "prores_422"}, "film.mov"),
        ("clip", {"file": "a.gif"}, "a.mp4"),
        ("clip", {"file": "a", "preset": "dnxhr_hq"}, "a.mov"),
        ("contact", {"file": "sheet.mp4"}, "sheet.png"),
        ("image", {"file": "a.webp"}, "a.png"),
        ("sound", {"file": "a.mp3"}, "a.wav"),
    ],
)
def test_a_file_ending_that_does_not_fit_is_found_at_validation(
    registry: Registry, sink: str, params: dict[str, Any], mend: str
) -> None:
    graph = Graph()
    graph.add(Node("out", f"deliver.{sink}", params=params))
    found = [problem for problem in validate(graph, registry) if problem.field == "file"]
    assert [problem.node for problem in found] == ["out"]
    assert mend in str(found[0].mend)


def test_a_quality_that_the_preset_has_not_is_found_at_validation(registry: Registry) -> None:
    for params in ({"preset": "prores_422", "file": "a.mov", "quality": 3}, {"quality": 63}):
        graph = film_graph(**params)
        (problem,) = validate(graph, registry)
        assert (problem.node, problem.field) == ("out", "quality")
