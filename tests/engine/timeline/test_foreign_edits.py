"""Edits that other programs made: fades at the ends, transitions off the cut, offline media."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import opentimelineio as otio
import pytest
from opentimelineio.opentime import RationalTime, TimeRange

from engine.errors import AiprodError
from engine.timeline import Timeline, read_edl, read_fcpxml, read_otio, write_edl, write_fcpxml
from engine.timeline.values import new_timeline
from tests.engine.timeline.fcpxml_rules import broken_rules
from tests.engine.timeline.footage import assert_same, summary

RATE = 25


def clip(name: str, start: int, frames: int, *, url: str | None = "a.mov") -> otio.schema.Clip:
    media = otio.schema.MissingReference()
    if url:
        available = TimeRange(RationalTime(0, RATE), RationalTime(500, RATE))
        media = otio.schema.ExternalReference(url, available)
    used = TimeRange(RationalTime(start, RATE), RationalTime(frames, RATE))
    return otio.schema.Clip(name, media, used)


def fade(before: int, after: int) -> otio.schema.Transition:
    return otio.schema.Transition(
        "fade", "SMPTE_Dissolve", RationalTime(before, RATE), RationalTime(after, RATE)
    )


def edit(*children: otio.core.Composable, sounds: int = 0) -> Timeline:
    made = otio.schema.Timeline("Foreign")
    made.tracks.append(otio.schema.Track("V1", list(children), kind="Video"))
    if sounds:
        made.tracks.append(otio.schema.Track("A1", [clip("s", 0, sounds)], kind="Audio"))
    return Timeline(made)


def test_fades_at_both_ends_survive_fcpxml_and_edl(tmp_path: Path) -> None:
    timeline = edit(
        fade(0, 12), clip("a", 100, 50), fade(6, 6), clip("b", 200, 50), fade(10, 0), sounds=130
    )
    wanted = summary(timeline, adjustments=False)
    write_fcpxml(timeline, tmp_path / "a.fcpxml")
    assert broken_rules((tmp_path / "a.fcpxml").read_bytes()) == []
    assert_same(summary(read_fcpxml(tmp_path / "a.fcpxml"), adjustments=False), wanted)
    report = write_edl(timeline, tmp_path / "a.edl")
    wanted = summary(timeline, adjustments=False, media=False)
    again = read_edl(report.files, rate=Fraction(RATE))
    assert_same(summary(again, adjustments=False, media=False), wanted)


@pytest.mark.parametrize(("before", "after"), [(0, 12), (12, 0), (3, 9)])
def test_a_transition_off_the_middle_is_kept_and_reported(
    tmp_path: Path, before: int, after: int
) -> None:
    timeline = edit(clip("a", 100, 50), fade(before, after), clip("b", 200, 50))
    wanted = summary(timeline, adjustments=False, media=False)
    for report, read in (
        (write_fcpxml(timeline, tmp_path / "a.fcpxml"), read_fcpxml),
        (write_edl(timeline, tmp_path / "a.edl"), lambda p: read_edl(p, rate=Fraction(RATE))),
    ):
        again = read(report.files[0])
        assert_same(summary(again, adjustments=False, media=False), wanted)
        assert any("off the cut's middle" in loss.what for loss in report.losses)


def test_a_shot_shorter_than_its_transitions_needs_no_event_of_its_own(tmp_path: Path) -> None:
    slow = clip("slow", 100, 6)
    slow.effects.append(otio.schema.LinearTimeWarp(time_scalar=0.5))
    timeline = edit(slow, fade(6, 6), clip("b", 200, 50))
    write_edl(timeline, tmp_path / "a.edl")
    again = read_edl(tmp_path / "a.edl", rate=Fraction(RATE))
    assert_same(
        summary(again, adjustments=False, media=False),
        summary(timeline, adjustments=False, media=False),
    )


def test_offline_shots_become_black_and_are_reported(tmp_path: Path) -> None:
    timeline = edit(clip("a", 0, 50), clip("lost", 0, 25, url=None), clip("b", 0, 50))
    for report in (
        write_fcpxml(timeline, tmp_path / "a.fcpxml"),
        write_edl(timeline, tmp_path / "a.edl"),
    ):
        assert any("'lost'" in loss.where and "no media" in loss.what for loss in report.losses)
    gaps = summary(read_fcpxml(tmp_path / "a.fcpxml"))["tracks"][0]["gaps"]
    assert gaps == [(50, 75)]
    assert summary(read_edl(tmp_path / "a.edl", rate=Fraction(RATE)))["tracks"][0]["gaps"] == gaps


def test_markers_of_clips_move_to_their_place_in_the_edit(tmp_path: Path) -> None:
    marked = clip("b", 100, 50)
    marked.markers.append(
        otio.schema.Marker("look", TimeRange(RationalTime(110, RATE), RationalTime(1, RATE)))
    )
    timeline = edit(clip("a", 0, 50), marked)
    assert summary(timeline)["markers"] == [(60, "look")]
    write_fcpxml(timeline, tmp_path / "a.fcpxml")
    assert summary(read_fcpxml(tmp_path / "a.fcpxml"))["markers"] == [(60, "look")]


def test_effects_and_other_transitions_are_reported(tmp_path: Path) -> None:
    blurred = clip("a", 0, 50)
    blurred.effects.append(otio.schema.Effect(effect_name="Blur"))
    timeline = edit(blurred)
    for report in (
        write_fcpxml(timeline, tmp_path / "a.fcpxml"),
        write_edl(timeline, tmp_path / "a.edl"),
    ):
        assert [loss.what for loss in report.losses] == ["has the effect 'Blur'"]


def test_a_transition_of_a_thousand_frames_is_a_cut_in_an_edl(tmp_path: Path) -> None:
    long = clip("a", 0, 2000)
    long.media_reference.available_range = TimeRange(
        RationalTime(0, RATE), RationalTime(9000, RATE)
    )
    timeline = edit(long, fade(600, 600), long.clone())
    report = write_edl(timeline, tmp_path / "a.edl")
    assert any("longer than 999 frames" in loss.what for loss in report.losses)
    again = read_edl(tmp_path / "a.edl", rate=Fraction(RATE))
    assert summary(again)["tracks"][0]["joins"] == []


def test_the_rate_is_found_in_the_clips_where_the_timeline_has_none(tmp_path: Path) -> None:
    timeline = edit(clip("a", 0, 50))
    otio.adapters.write_to_file(timeline.otio, str(tmp_path / "a.otio"))
    again = read_otio(tmp_path / "a.otio")
    assert (again.rate, again.start, again.size) == (RATE, 0, (1920, 1080))
    with pytest.raises(AiprodError, match="says no frame rate"):
        _ = Timeline(otio.schema.Timeline("empty")).rate


def test_a_collection_gives_its_first_timeline(tmp_path: Path) -> None:
    collection = otio.schema.SerializableCollection("bin", [edit(clip("a", 0, 50)).otio])
    otio.adapters.write_to_file(collection, str(tmp_path / "a.otio"))
    assert read_otio(tmp_path / "a.otio").name == "Foreign"


def test_a_nested_edit_is_refused_by_name(tmp_path: Path) -> None:
    inner = otio.schema.Stack("compound")
    timeline = edit(clip("a", 0, 50), inner)
    otio.adapters.write_to_file(timeline.otio, str(tmp_path / "a.otio"))
    with pytest.raises(AiprodError, match="'compound' is a Stack, which cannot be laid out"):
        read_otio(tmp_path / "a.otio")


def test_an_empty_timeline_is_written_in_every_format(tmp_path: Path) -> None:
    timeline = Timeline(new_timeline("empty", rate=Fraction(RATE)))
    write_fcpxml(timeline, tmp_path / "a.fcpxml")
    assert broken_rules((tmp_path / "a.fcpxml").read_bytes()) == []
    assert read_fcpxml(tmp_path / "a.fcpxml").frame_count == 0
    write_edl(timeline, tmp_path / "a.edl")
    assert (tmp_path / "a.edl").read_text() == "TITLE: empty\nFCM: NON-DROP FRAME\n"


RICH = """<fcpxml version="1.11"><resources>
<format id="r1" frameDuration="100/2500s" width="1920" height="1080"/>
<asset id="r2" start="0s" duration="20s" hasVideo="1" format="r1" hasAudio="1" audioRate="48000">
<media-rep src="file:///a.mov"/></asset>
<asset id="r3" start="0s" duration="20s" hasAudio="1" audioRate="odd">
<media-rep src="b.wav"/></asset>
<effect id="r4" uid="FxPlug:other"/>
</resources><library><event><project><sequence format="r1" tcStart="0s"><spine>
<asset-clip ref="r2" offset="0s" duration="4s" srcEnable="video"/>
<transition name="Swirl" offset="3s" duration="2s"><filter-video ref="r4"/></transition>
<asset-clip ref="r2" offset="4s" start="8s" duration="4s" srcEnable="video">
<audio ref="r3" lane="-1" offset="9s" start="2s" duration="2s" role="music.score"/>
<asset-clip ref="r2" lane="1" offset="8s" start="0s" duration="3s" srcEnable="video"/>
<asset-clip ref="r2" lane="1" offset="9s" start="0s" duration="3s" srcEnable="video"/>
</asset-clip>
<asset-clip ref="r9" offset="8s" duration="1s" name="gone"/>
</spine></sequence></project></event></library></fcpxml>"""


def test_what_fcpxml_has_beyond_ours_is_read_as_well_as_can_be(tmp_path: Path) -> None:
    (tmp_path / "a.fcpxml").write_text(RICH)
    timeline = read_fcpxml(tmp_path / "a.fcpxml")
    tracks = summary(timeline)["tracks"]
    assert [track["kind"] for track in tracks] == ["Video", "Video", "Video", "Audio"]
    assert [track["shots"][0]["cut"] for track in tracks] == [
        *((0, 100), (100, 175), (125, 200), (125, 175)),
    ]
    assert tracks[0]["joins"] == [(100, 25, 25, {"kind": "dissolve"})]
    assert tracks[3]["shots"][0]["kept"]["role"] == "music"
    assert list(timeline.otio.metadata["aiprod"]["not_read"]) == [
        "transition 'Swirl', taken as a dissolve",
        "asset-clip 'gone' without an asset",
    ]
