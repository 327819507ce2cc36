"""Media and edit nodes, called as the graph calls them and run in a graph."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from engine.errors import MediaError, UsageError
from engine.graph import Cache, Context, Graph, Link, Node, ProjectSettings, Registry, execute
from engine.media import Clip, Image, Sound
from engine.nodes import media
from tests.engine.media.films import (
    RATE,
    number_of,
    numbered,
    tone,
    write_film,
    write_sound_file,
)

SETTINGS = ProjectSettings(rate=Fraction(25), width=192, height=108, sample_rate=44100)


@pytest.fixture
def ctx(tmp_path: Path) -> Context:
    return Context(tmp_path / "scratch", settings=SETTINGS, base_dir=tmp_path)


def registry() -> Registry:
    nodes = Registry()
    nodes.add_module(media)
    return nodes


def film(count: int = 8, *, rate: int = 8) -> Clip:
    frames = np.stack([numbered(index) for index in range(count)])
    return Clip.from_array(
        frames, Fraction(rate), sound=Sound.from_array(tone(count / rate), RATE), name="film"
    )


def numbers(clip: Clip) -> list[int]:
    return [number_of(picture) for picture in clip.arrays()]


def test_files_are_found_beside_the_project(ctx: Context, tmp_path: Path) -> None:
    from PIL import Image as Pil

    write_film(tmp_path / "film.mp4", count=5)
    write_sound_file(tmp_path / "sound.wav", "pcm_s16le", tone(0.5))
    for index in range(3):
        Pil.fromarray(numbered(index)).save(tmp_path / f"shot_{index:03}.png")
    assert numbers(media.load_clip(Path("film.mp4"), ctx=ctx)) == list(range(5))
    assert media.load_sound(Path("sound.wav"), ctx=ctx).sample_count == RATE // 2
    assert number_of(media.load_image(Path("shot_002.png"), ctx=ctx).array()) == 2
    shots = media.load_clip(Path("shot_###.png"), ctx=ctx)
    assert (numbers(shots), shots.rate) == ([0, 1, 2], 25)
    assert media.load_clip(Path("shot_###.png"), Fraction(12), ctx=ctx).rate == 12
    with pytest.raises(MediaError, match="not there"):
        media.load_clip(Path("gone.mp4"), ctx=ctx)


def test_colours_and_stills_take_the_settings_of_the_project(ctx: Context) -> None:
    red = media.solid("#ff0000", 2.0, ctx=ctx)
    assert (red.rate, red.frame_count, red.shown) == (25, 50, (192, 108))
    assert next(red.arrays())[0, 0].tolist() == [255, 0, 0]
    still = media.hold(Image.from_array(numbered(9)), 0.2, ctx=ctx)
    assert numbers(still) == [9] * 5
    with pytest.raises(UsageError, match="less than one frame"):
        media.hold(Image.from_array(numbered(9)), 0.01, ctx=ctx)


def test_conform_brings_a_clip_to_the_project(ctx: Context) -> None:
    clip = media.conform(film(), ctx=ctx)
    assert (clip.rate, clip.frame_count, clip.shown) == (25, 25, (192, 108))
    assert clip.sound is not None
    assert (clip.sound.rate, clip.sound.layout) == (44100, "stereo")
    other = media.conform(film(), Fraction(24), "blend", 96, 96, "fill", channels="mono", ctx=ctx)
    assert (other.rate, other.shown) == (24, (96, 96))
    assert other.sound is not None
    assert other.sound.layout == "mono"
    held = Clip.from_array(np.stack([numbered(15)] * 5), Fraction(24))
    first, *_, last = media.pan(held, width=64, height=96, ctx=ctx).arrays()
    assert first[20].mean() > 200
    assert last[20].mean() < 50


def test_trim_slow_reverse_crop_and_turn() -> None:
    clip = film()
    assert numbers(media.trim(clip, 2, 3)) == [2, 3, 4]
    assert numbers(media.trim(clip, 6)) == [6, 7]
    assert numbers(media.reverse(clip)) == list(range(7, -1, -1))
    slow = media.slow_motion(clip, 1.5, "nearest")
    assert slow.frame_count == 12
    assert slow.sound is not None
    assert slow.sound.sample_count == RATE * 3 // 2
    assert media.slow_motion(clip, sound="leave out").sound is None
    assert media.crop(clip, 10, 20, 30, 40).shown == (88, 36)
    assert media.turn(clip, 90).shown == (96, 128)
    whole = next(clip.arrays())
    assert np.array_equal(next(media.turn(clip, mirror=True).arrays()), whole[:, ::-1])


def test_frames_and_sounds_are_taken_out_and_put_in() -> None:
    clip = film()
    assert number_of(media.frame(clip, 3).array()) == 3
    assert number_of(media.frame(clip, 0, "last").array()) == 7
    with pytest.raises(MediaError, match="no frame 8"):
        media.frame(clip, 8)
    assert media.sound_of(clip) is clip.sound
    mute = media.with_sound(clip)
    assert mute.sound is None
    with pytest.raises(MediaError, match="film: the clip has no sound"):
        media.sound_of(mute)


def test_a_graph_of_media_nodes_runs(tmp_path: Path) -> None:
    write_film(tmp_path / "film.mp4", count=12)
    graph = Graph(
        {
            "load": Node("load", "media.load_clip", params={"file": "film.mp4"}),
            "trim": Node("trim", "media.trim", params={"start": 4, "length": 4}),
            "conform": Node("conform", "media.conform"),
        },
        [
            Link("load", "out", "trim", "clip"),
            Link("trim", "out", "conform", "clip"),
        ],
    )
    cache = Cache(tmp_path / "cache")
    with execute(
        graph, registry(), ["conform"], cache=cache, base_dir=tmp_path, settings=SETTINGS
    ) as results:
        clip = results["conform"]
    assert isinstance(clip, Clip)
    assert (clip.shown, clip.rate) == ((192, 108), 25)
    assert numbers(clip)[0] == 4


def test_every_media_node_has_a_spec() -> None:
    ids = {spec.id for spec in registry()}
    assert {"media.load_clip", "media.conform", "media.slow_motion", "media.hold"} <= ids
