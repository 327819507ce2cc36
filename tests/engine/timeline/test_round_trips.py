"""Every format gives back the timeline that was written, frame for frame, at every rate."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings

from engine.timeline import (
    Timeline,
    read_edl,
    read_fcpxml,
    read_otio,
    write_edl,
    write_fcpxml,
    write_otio,
)
from tests.engine.timeline.footage import assert_same, summary, timelines

many = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@many
@given(timelines())
def test_otio_reads_back_to_an_equivalent_timeline(tmp_path: Path, timeline: Timeline) -> None:
    report = write_otio(timeline, tmp_path / "a.otio")
    assert report.losses == ()
    assert read_otio(tmp_path / "a.otio").otio.is_equivalent_to(timeline.otio)


@many
@given(timelines())
def test_fcpxml_reads_back_to_the_same_timeline(tmp_path: Path, timeline: Timeline) -> None:
    write_fcpxml(timeline, tmp_path / "a.fcpxml")
    assert_same(summary(read_fcpxml(tmp_path / "a.fcpxml")), summary(timeline))


@many
@given(timelines())
def test_edl_reads_back_to_the_same_cuts(tmp_path: Path, timeline: Timeline) -> None:
    for clip in timeline.otio.find_clips():
        clip.enabled = True
    report = write_edl(timeline, tmp_path / "a.edl")
    again = summary(read_edl(report.files, rate=timeline.rate), media=False, adjustments=False)
    assert_same(again, summary(timeline, media=False, adjustments=False))
