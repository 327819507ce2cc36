"""Nodes of faces, run in a graph: speech to lips, to a drawn clip, to files and back."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from engine.audio import mix
from engine.errors import AiprodError, UsageError
from engine.faces import LOOKS, FaceCurves, LookName, lip_gap, read_curves
from engine.graph import (
    Cache,
    Context,
    Graph,
    Link,
    Node,
    ProjectSettings,
    Results,
    execute,
    validate,
)
from engine.media import Sound, encode_sound
from engine.models.speech import say, speak
from engine.nodes import builtin_registry
from engine.nodes import lips as nodes

SETTINGS = ProjectSettings(rate=Fraction(24), width=160, height=90)


@pytest.fixture
def ctx(tmp_path: Path) -> Context:
    return Context(tmp_path / "scratch", seed=5, settings=SETTINGS, base_dir=tmp_path)


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("speech") / "speech.wav"
    encode_sound(say("Papa bought a map.", seed=1), file)
    return file


def graph(speech: Path, **sync: object) -> Graph:
    made = [
        Node("speech", "media.load_sound", params={"file": str(speech)}),
        Node("lips", "lips.sync", params=sync),
        Node("face", "lips.face", params={"look": "raven", "background": "#335577"}),
        Node("file", "lips.save", params={"file": "take/face.json"}),
    ]
    links = [
        Link("speech", "out", "lips", "sound"),
        Link("lips", "out", "face", "curves"),
        Link("speech", "out", "face", "sound"),
        Link("lips", "out", "file", "curves"),
    ]
    return Graph({node.id: node for node in made}, tuple(links))


def run(speech: Path, folder: Path, **sync: object) -> Results:
    return execute(
        graph(speech, **sync),
        builtin_registry(),
        ["lips", "face", "file"],
        cache=Cache(folder / "cache"),
        settings=SETTINGS,
        base_dir=folder,
    )


def test_the_choices_of_the_nodes_are_those_of_the_engine() -> None:
    assert get_args(nodes.Look) == get_args(LookName) == tuple(LOOKS)


def test_speech_becomes_a_talking_face_with_its_sound(speech: Path, tmp_path: Path) -> None:
    with run(speech, tmp_path) as made:
        clip, curves = made["face"], made["lips"]
        assert (clip.rate, clip.width, clip.height) == (24, 160, 90)
        assert clip.frame_count == curves.frame_count
        assert clip.sound is not None
        frames = clip.array().astype(int)
    assert np.abs(np.diff(frames, axis=0)).max() > 60  # it moves


def test_curves_come_back_from_the_cache_and_from_the_file(speech: Path, tmp_path: Path) -> None:
    with run(speech, tmp_path) as first, run(speech, tmp_path) as again:
        assert "lips" in again.cached
        assert np.array_equal(first["lips"].shapes, again["lips"].shapes)
        file = again["file"]
        assert file.name == "take/face.json"
        (tmp_path / "face.json").write_bytes(file.path.read_bytes())
        read = read_curves(tmp_path / "face.json")
        np.testing.assert_allclose(read.shapes, first["lips"].shapes, atol=1e-6)


def test_a_known_text_a_seed_and_idleness_change_what_is_made(ctx: Context) -> None:
    sound = say("Papa bought a map.", seed=1)
    heard = nodes.sync(sound, ctx=ctx)
    told = nodes.sync(sound, text="Papa bought a map.", ctx=ctx)
    other = nodes.sync(sound, seed=99, ctx=ctx)
    still = nodes.sync(sound, idle=0.0, ctx=ctx)
    for made in (told, other, still):
        assert not np.array_equal(made.shapes, heard.shapes)
    mouth = np.s_[:, 17:40]
    assert np.array_equal(other.shapes[mouth], heard.shapes[mouth])
    assert not still.head.any()


def test_scripts_that_start_later_are_found_there(ctx: Context) -> None:
    spoken = speak("Bob may pay.", seed=1)
    line = Sound.from_array(spoken.samples, spoken.rate)
    both = mix([line, line], starts=(0.0, 3.0))
    shapes = nodes.sync(both, [spoken.script] * 2, (0.0, 3.0), idle=0.0, ctx=ctx).shapes
    gap = lip_gap(shapes)
    once = len(gap) - 72
    assert float(np.corrcoef(gap[:once], gap[72:])[0, 1]) > 0.95
    with pytest.raises(UsageError, match="3 starts for 2 scripts"):
        nodes.sync(both, [spoken.script] * 2, (0.0, 3.0, 4.0), ctx=ctx)


def test_the_script_of_a_muted_line_leaves_the_others_at_their_starts(ctx: Context) -> None:
    spoken = speak("Bob may pay.", seed=1)
    line = Sound.from_array(spoken.samples, spoken.rate)
    second = mix([line], starts=(3.0,))
    starts = (0.0, 3.0)
    muted = nodes.sync(second, [None, spoken.script], starts, idle=0.0, ctx=ctx)
    alone = nodes.sync(second, [spoken.script], (3.0,), idle=0.0, ctx=ctx)
    assert np.array_equal(muted.shapes, alone.shapes)
    heard = nodes.sync(second, [None, None], starts, idle=0.0, ctx=ctx)
    assert np.array_equal(heard.shapes, nodes.sync(second, idle=0.0, ctx=ctx).shapes)


def test_a_take_of_live_link_face_can_be_drawn(ctx: Context, tmp_path: Path) -> None:
    take = tmp_path / "take.csv"
    take.write_text("Timecode,BlendShapeCount,JawOpen\n10:00:00:00,1,0.0\n10:00:00:01,1,0.8\n")
    curves = nodes.load(Path("take.csv"), Fraction(60), ctx=ctx)
    assert nodes.face(curves, ctx=ctx).frame_count == 1  # two frames of 60 are about one of 24
    with pytest.raises(AiprodError, match="too short to tell its rate"):
        nodes.load(Path("take.csv"), ctx=ctx)


def test_a_face_without_a_background_shows_what_lies_under_it(ctx: Context) -> None:
    shapes, head = np.zeros((2, 52), np.float32), np.zeros((2, 3), np.float32)
    curves = FaceCurves(Fraction(24), shapes, head)
    clip = nodes.face(curves, cut_out=True, ctx=ctx)
    assert clip.has_alpha
    frame = clip.array()[0]
    assert frame[2, 2, 3] == 0
    assert frame[45, 80, 3] == 255


def test_a_wrong_file_name_is_told_before_anything_runs(speech: Path, tmp_path: Path) -> None:
    broken = graph(speech)
    node = Node("file", "lips.save", params={"file": "face.fbx"})
    problems = validate(
        Graph({**broken.nodes, "file": node}, broken.links), builtin_registry(), base_dir=tmp_path
    )
    assert [(p.node, p.field) for p in problems] == [("file", "file")]
    assert "face.csv" in str(problems[0].mend)
