"""Exported edits and films are whole: media with handles, equal bytes, the loudness asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from engine.audio import measure, noise
from engine.media import Clip, Sound, frames_in, open_clip, open_sound, probe
from engine.timeline import (
    AudioTrack,
    Marker,
    SequenceItem,
    SoundClip,
    Timeline,
    Transition,
    build_sequence,
    build_timeline,
    export_edit,
    export_film,
    load_media,
    read_edl,
    read_fcpxml,
    read_otio,
    render_audio,
    render_video,
)
from engine.timeline.blend import Picture
from engine.timeline.export_media import file_of_url
from tests.engine.timeline.fcpxml_rules import broken_rules
from tests.engine.timeline.footage import assert_same, summary

RATE = Fraction(24)
SIZE = (96, 64)


def moving(frames: int, *, seed: int, rate: Fraction = RATE, start: int = 0) -> Clip:
    """A square that moves over a plain colour, different for each seed."""
    colour = np.random.default_rng(seed).integers(30, 200, 3)

    def make(first: int, stop: int) -> Iterator[Picture]:
        for number in range(first, stop):
            picture = np.empty((SIZE[1], SIZE[0], 3), np.uint8)
            picture[:] = colour
            picture[16:48, 2 * (number % 24) : 2 * (number % 24) + 32] = 255 - colour
            yield picture

    return Clip.from_arrays(
        make, rate=rate, width=SIZE[0], height=SIZE[1], frame_count=frames, start=start
    )


def short_film(rate: Fraction = RATE) -> Timeline:
    clips = [
        moving(20, seed=1, rate=Fraction(8)),
        moving(60, seed=2, rate=rate, start=86400),
        moving(48, seed=3, rate=rate),
    ]
    sequence = build_sequence(
        clips,
        [
            SequenceItem(0, 6, 36, name="La colline", transition=Transition("dissolve", 8)),
            SequenceItem(1, 10, 40, transition=Transition("wipe", 6, code=119)),
            SequenceItem(2, 20, 44, speed=Fraction(1, 2), frames=20),
        ],
        rate=rate,
        name="Picture",
    )
    wind = noise("pink", 4.0, np.random.default_rng(7))
    voice = Sound.from_array(0.1 * np.sin(np.arange(48000) / 20), 48000)
    return build_timeline(
        [sequence],
        [wind, voice],
        rate=rate,
        audio=[
            AudioTrack((SoundClip(0, gain=-6, fade_in=10),), name="wind"),
            AudioTrack((SoundClip(1, at=24, pan=-0.3),), name="voice", role="dialogue"),
        ],
        markers=[Marker(30, name="turn")],
        start=86400,
        size=SIZE,
        name="short",
    )


@pytest.fixture(scope="module")
def edit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("edit")
    export_edit(short_film(), folder, name="short")
    return folder


def test_every_shot_is_written_whole_at_the_edits_rate(edit: Path) -> None:
    names = sorted(path.name for path in (edit / "media").iterdir())
    assert names == [
        "shot_01_la_colline.mov",
        "shot_02.mov",
        "shot_03.mov",
        "sound_01_wind.wav",
        "sound_02_voice.wav",
    ]
    first, second = (open_clip(edit / "media" / name) for name in names[:2])
    assert (first.rate, first.frame_count) == (RATE, 60)
    assert (second.frame_count, second.start) == (60, 86400)
    assert open_sound(edit / "media" / names[3]).sample_count == 96 * 2000


@pytest.mark.parametrize("form", ["otio", "fcpxml"])
def test_an_exported_edit_with_its_media_renders_the_film(edit: Path, form: str) -> None:
    reader = {"otio": read_otio, "fcpxml": read_fcpxml}[form]
    again = load_media(reader(edit / f"short.{form}"), edit)
    film = short_film()
    made, wanted = render_video(again, width=96, height=64), render_video(film)
    assert made.frame_count == wanted.frame_count
    difference = np.abs(made.array().astype(int) - wanted.array().astype(int))
    assert difference.mean() < 2
    sounds = render_audio(again).array(), render_audio(film).array()
    np.testing.assert_allclose(*sounds, atol=2e-6)


def test_an_edl_with_its_media_renders_the_picture(edit: Path) -> None:
    again = load_media(read_edl(edit / "short.edl", rate=RATE), edit)
    made = render_video(again, width=96, height=64).array()
    wanted = render_video(short_film()).array()
    assert np.abs(made.astype(int) - wanted.astype(int)).mean() < 2


def test_all_formats_tell_of_the_same_cuts(edit: Path) -> None:
    facts = {"media": False, "adjustments": False}
    wanted = summary(read_otio(edit / "short.otio"), **facts)
    assert_same(summary(read_fcpxml(edit / "short.fcpxml"), **facts), wanted)
    edls = [edit / f"short{suffix}.edl" for suffix in ("", "_A1", "_A2")]
    assert_same(summary(read_edl(edls, rate=RATE), **facts), wanted)


def test_the_fcpxml_keeps_the_rules_and_finds_its_media(edit: Path) -> None:
    text = (edit / "short.fcpxml").read_bytes()
    assert broken_rules(text) == []
    assert b'src="./media/shot_01_la_colline.mov"' in text


def test_two_exports_in_different_folders_are_the_same_bytes(edit: Path, tmp_path: Path) -> None:
    export_edit(short_film(), tmp_path, name="short")
    for path in sorted(edit.rglob("*")):
        if path.is_file():
            other = tmp_path / path.relative_to(edit)
            hashes = [hashlib.sha256(file.read_bytes()).digest() for file in (path, other)]
            assert hashes[0] == hashes[1], path.name


def test_a_media_folder_makes_fcpxml_urls_absolute(tmp_path: Path) -> None:
    export_edit(short_film(), tmp_path, formats=["fcpxml"], media_root="/Volumes/Mon Film/é")
    text = (tmp_path / "film.fcpxml").read_text()
    assert 'src="file:///Volumes/Mon%20Film/%C3%A9/media/shot_01_la_colline.mov"' in text


@pytest.mark.parametrize("rate", [Fraction(30000, 1001), Fraction(25)])
def test_media_have_the_edits_rate_whatever_it_is(tmp_path: Path, rate: Fraction) -> None:
    export_edit(short_film(rate), tmp_path, formats=["otio"], preset="h264")
    clip = open_clip(tmp_path / "media" / "shot_01_la_colline.mp4")
    assert (clip.rate, clip.frame_count) == (rate, frames_in(Fraction(5, 2), rate))


def test_a_film_has_its_length_loudness_and_timecode(tmp_path: Path) -> None:
    timeline = short_film()
    tags = {"title": "short", "aiprod_job": "abc", "aiprod_project": '{"é": 1}'}
    made = export_film(timeline, tmp_path / "film.mp4", metadata=tags)
    film = open_clip(tmp_path / "film.mp4")
    assert (film.frame_count, film.rate, film.shown) == (timeline.frame_count, RATE, SIZE)
    assert film.start == 86400
    found = measure(open_sound(tmp_path / "film.mp4"))
    assert found.integrated == pytest.approx(-16, abs=0.3)
    assert found.true_peak <= -1
    assert made.details["loudness"]["integrated_lufs"] == pytest.approx(-16, abs=0.3)
    metadata = probe(tmp_path / "film.mp4").metadata
    assert {key: metadata[key] for key in tags} == tags


def test_a_film_without_sound_tracks_has_no_sound(tmp_path: Path) -> None:
    timeline = build_timeline(
        [build_sequence([moving(5, seed=1)], rate=RATE)], rate=RATE, size=SIZE
    )
    made = export_film(timeline, tmp_path / "film.mp4")
    assert open_clip(tmp_path / "film.mp4").sound is None
    assert made.loudness is None


def test_loud_clicks_stay_below_the_ceiling_after_a_lossy_codec(tmp_path: Path) -> None:
    samples = 0.02 * np.random.default_rng(3).standard_normal((48000 * 4, 2))
    samples[::4800] = 0.9
    timeline = build_timeline(
        [build_sequence([moving(96, seed=1)], rate=RATE)],
        [Sound.from_array(samples, 48000)],
        rate=RATE,
        size=SIZE,
    )
    export_film(timeline, tmp_path / "film.mp4")
    assert measure(open_sound(tmp_path / "film.mp4")).true_peak <= -1
    assert [path.name for path in tmp_path.iterdir()] == ["film.mp4"]


def test_a_film_can_be_stopped_while_its_sound_is_measured(tmp_path: Path) -> None:
    def stop(done: float, total: float) -> None:
        assert (done, total) == (0, 80)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_film(short_film(), tmp_path / "film.mp4", on_progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_a_failed_export_leaves_no_half_file(tmp_path: Path) -> None:
    def stop(done: float, total: float) -> None:
        if done > total / 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_edit(short_film(), tmp_path, on_progress=stop)
    assert all(path.suffix in (".mov", ".wav") for path in (tmp_path / "media").iterdir())
    assert not list(tmp_path.rglob("*.part*"))


def test_a_stopped_export_goes_on_with_what_was_finished(edit: Path, tmp_path: Path) -> None:
    def stop(done: float, total: float) -> None:
        if done > total / 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_edit(short_film(), tmp_path, name="short", on_progress=stop)
    finished = {path: path.stat().st_mtime_ns for path in (tmp_path / "media").iterdir()}
    assert finished
    export_edit(short_film(), tmp_path, name="short", keep_existing=True)
    assert {path: path.stat().st_mtime_ns for path in finished} == finished
    for path in (path for path in edit.rglob("*") if path.is_file()):
        assert (tmp_path / path.relative_to(edit)).read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("media/a%20b.mov", "base/media/a b.mov"),
        ("file:///x/%C3%A9.mov", "/x/é.mov"),
        ("file://localhost/x/a.mov", "/x/a.mov"),
        ("file:///C:/x/a.mov", "C:/x/a.mov"),
    ],
)
def test_media_urls_mean_files(url: str, path: str) -> None:
    assert file_of_url(url, Path("base")) == Path(path)
