"""CMX 3600: legal lines, wipes, speeds, drop-frame, long lists, and a report of what is lost."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import AiprodError
from engine.timeline import (
    AudioTrack,
    Marker,
    SequenceItem,
    SoundClip,
    Timeline,
    Transition,
    VideoTrack,
    build_sequence,
    build_timeline,
    lay_out,
    read_edl,
    write_edl,
)
from engine.timeline.edl_terms import reel_names, simplest_between, speed_of_text, speed_text
from tests.engine.timeline.footage import RATES, Footage, Voice, assert_same, summary

RATE = Fraction(24)


def edit(items: list[SequenceItem], *, rate: Fraction = RATE, **settings: object) -> Timeline:
    clips = [Footage(rate, 200, name="one"), Footage(rate, 200, 86400, name="two")]
    sequence = build_sequence(clips, items, rate=rate, name="V1")
    return build_timeline([sequence], rate=rate, name="film", **settings)  # type: ignore[arg-type]


def lines(timeline: Timeline, folder: Path) -> list[str]:
    write_edl(timeline, folder / "a.edl")
    return (folder / "a.edl").read_text(encoding="utf-8").splitlines()


def test_a_cut_and_a_dissolve_are_written_as_cmx_asks(tmp_path: Path) -> None:
    timeline = edit(
        [
            SequenceItem(clip=0, in_frame=10, out_frame=58, transition=Transition("dissolve", 12)),
            SequenceItem(clip=1, in_frame=20, out_frame=68),
        ],
        start=86400,
    )
    assert lines(timeline, tmp_path) == [
        "TITLE: film",
        "FCM: NON-DROP FRAME",
        "001  SHOT01   V     C        00:00:00:10 00:00:02:04 01:00:00:00 01:00:01:18",
        "* FROM CLIP NAME: one",
        "* SOURCE FILE: shot_01",
        "* TRACK: V1 V1",
        "002  SHOT01   V     C        00:00:02:04 00:00:02:04 01:00:01:18 01:00:01:18",
        "002  SHOT02   V     D    012 01:00:00:14 01:00:02:20 01:00:01:18 01:00:04:00",
        "* FROM CLIP NAME: one",
        "* TO CLIP NAME: two",
        "* SOURCE FILE: shot_02",
    ]


def test_a_wipe_has_its_code(tmp_path: Path) -> None:
    timeline = edit(
        [
            SequenceItem(in_frame=10, out_frame=58, transition=Transition("wipe", 8, code=23)),
            SequenceItem(clip=1, in_frame=20, out_frame=68),
        ]
    )
    assert any(" W023 008 " in line for line in lines(timeline, tmp_path))


def test_drop_frame_is_declared_and_marked(tmp_path: Path) -> None:
    rate = Fraction(30000, 1001)
    timeline = edit([SequenceItem(frames=20)], rate=rate, start=1798, drop_frame=True)
    written = lines(timeline, tmp_path)
    assert written[1] == "FCM: DROP FRAME"
    assert written[2].endswith("00:00:59;28 00:01:00;20")
    assert summary(read_edl(tmp_path / "a.edl", rate=rate))["start"] == 1798


@pytest.mark.parametrize("rate", [Fraction(24), Fraction(60000, 1001)])
def test_more_than_999_events_go_to_further_files(tmp_path: Path, rate: Fraction) -> None:
    items = [SequenceItem(clip=n % 2, in_frame=n % 90, frames=20 + n % 3) for n in range(1100)]
    timeline = edit(items, rate=rate)
    report = write_edl(timeline, tmp_path / "a.edl")
    assert [path.name for path in report.files] == ["a.edl", "a_part2.edl"]
    for path in report.files:
        events = re.findall(r"^(\d+) ", path.read_text(), re.MULTILINE)
        assert [int(event) for event in events] == list(range(1, len(events) + 1))
        assert len(events) <= 999
    again = summary(read_edl(report.files, rate=rate), media=False, adjustments=False)
    assert_same(again, summary(timeline, media=False, adjustments=False))


def test_a_speed_is_an_m2_line_after_its_event(tmp_path: Path) -> None:
    timeline = edit([SequenceItem(in_frame=24, out_frame=48, speed=Fraction(1, 2))])
    written = lines(timeline, tmp_path)
    assert written[2].split()[4:] == ["00:00:01:00", "00:00:02:00", "00:00:00:00", "00:00:02:00"]
    assert written[3].split() == ["M2", "SHOT01", "012.0", "00:00:01:00"]


def test_each_further_track_is_a_file_of_its_own(tmp_path: Path) -> None:
    clips = [Footage(RATE, 100)]
    sequences = [build_sequence(clips, rate=RATE, name=f"layer {n}") for n in range(2)]
    timeline = build_timeline(sequences, [Voice()], rate=RATE)
    report = write_edl(timeline, tmp_path / "a.edl")
    assert [path.name for path in report.files] == ["a.edl", "a_V2.edl", "a_A1.edl"]
    assert " AA " in report.files[2].read_text()


def test_what_an_edl_lacks_is_in_the_report(tmp_path: Path) -> None:
    clips = [Footage(RATE, 200, name="one"), Footage(RATE, 200, name="two")]
    sequence = build_sequence(
        clips,
        [
            SequenceItem(in_frame=20, out_frame=60, transition=Transition("dip", 8)),
            SequenceItem(clip=1, in_frame=20, out_frame=60, speed=Fraction(3, 7)),
            SequenceItem(clip=0, in_frame=20, out_frame=60, enabled=False),
        ],
        rate=RATE,
    )
    timeline = build_timeline(
        [sequence],
        [Voice()],
        rate=RATE,
        video=[VideoTrack(opacity=0.5, scale=0.5, position=(0.1, 0))],
        audio=[AudioTrack((SoundClip(gain=-6, pan=1, fade_in=3, fade_out=4),))],
        markers=[Marker(at=3, note="mind the gap", frames=5)],
        name="x" * 80,
    )
    text = "\n".join(str(loss) for loss in write_edl(timeline, tmp_path / "a.edl").losses)
    for fact in (
        *("dip to #000000 has no code", "is disabled; written as black", "its speed 3/7"),
        *("its opacity", "its scale", "its position", "its gain", "its pan", "its fade in"),
        *("its fade out", "has a note", "has a length", "is longer than 70", "its role"),
    ):
        assert fact in text


def test_markers_are_locators(tmp_path: Path) -> None:
    timeline = edit(
        [SequenceItem(frames=50), SequenceItem(clip=1, frames=50)],
        markers=[Marker(at=60, name="hit", color="GREEN"), Marker(at=2, name="été")],
    )
    written = lines(timeline, tmp_path)
    assert "* LOC: 00:00:02:12 GREEN   hit" in written
    markers = read_edl(tmp_path / "a.edl", rate=RATE).otio.tracks.markers
    assert [(m.name, m.color, m.marked_range.start_time.value) for m in markers] == [
        ("été", "RED", 2),
        ("hit", "GREEN", 60),
    ]


def test_a_timeline_past_midnight_is_refused(tmp_path: Path) -> None:
    timeline = edit([SequenceItem()], start=24 * 86400 - 10)
    with pytest.raises(AiprodError, match="after 24 hours of timecode"):
        write_edl(timeline, tmp_path / "a.edl")
    assert not (tmp_path / "a.edl").exists()


FOREIGN = """TITLE: Some Cut
FCM: NON-DROP FRAME

001  A001C003 V     C        14:02:03:00 14:02:05:00 01:00:00:00 01:00:02:00
* FROM CLIP NAME: A001C003.MOV
002  A001C003 V     C        14:02:05:00 14:02:05:00 01:00:02:00 01:00:02:00
002  B002      V     D    024 00:00:10:00 00:00:13:00 01:00:02:00 01:00:05:00
* FROM CLIP NAME: A001C003.MOV
* TO CLIP NAME: Second
003  AX       AA/V  C        00:00:00:00 00:00:01:00 01:00:06:00 01:00:07:00
"""


def test_another_programs_list_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.edl").write_text(FOREIGN.replace("\n", "\r\n"))
    timeline = read_edl(tmp_path / "a.edl", rate=RATE)
    layout = lay_out(timeline.video_tracks[0], RATE)
    assert [(shot.name, shot.start, shot.stop) for shot in layout.shots] == [
        ("A001C003.MOV", 0, 60),
        ("Second", 60, 120),
        ("AX", 144, 168),
    ]
    assert layout.shots[1].media_start + layout.shots[1].source == 240 + 12
    assert (timeline.name, timeline.start) == ("Some Cut", 86400)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("001  A V C 00:00:00:00 00:00:01:00 00:00:00:00", "is no legal event"),
        ("001  A V C 00:00:00:00 00:00:01:30 00:00:00:00 00:00:01:00", "has 24 frames"),
        ("001  A V C 00:00:00:00 00:00:01:00 00:00:02:00 00:00:01:00", "before its record in"),
    ],
)
def test_a_line_that_is_not_legal_is_named(tmp_path: Path, line: str, message: str) -> None:
    (tmp_path / "a.edl").write_text(f"TITLE: x\n{line}\n")
    with pytest.raises(AiprodError, match=message) as caught:
        read_edl(tmp_path / "a.edl", rate=RATE)
    assert caught.value.where == "a.edl, line 2"


@given(st.lists(st.text(max_size=30), max_size=30))
def test_reels_are_legal_and_never_two_alike(urls: list[str]) -> None:
    reels = reel_names(urls)
    assert len(set(reels.values())) == len(set(urls))
    for reel in reels.values():
        assert re.fullmatch("[A-Z0-9]{1,8}", reel)
        assert reel not in ("BL", "AX")


def test_a_reel_stays_when_other_media_come_and_go() -> None:
    one = reel_names(["media/shot_01.mov", "media/shot_02.mov"])
    other = reel_names(["media/shot_02.mov", "media/voice.wav"])
    assert one["media/shot_02.mov"] == other["media/shot_02.mov"] == "SHOT02"


@given(st.fractions(Fraction(1, 40), 50, max_denominator=40), st.sampled_from(RATES), st.booleans())
def test_a_speed_survives_its_rounding(speed: Fraction, rate: Fraction, backwards: bool) -> None:
    speed = -speed if backwards else speed
    assert speed_of_text(speed_text(speed, rate)[0], rate) == speed


@given(st.fractions(0, 100), st.fractions(0, 1))
def test_the_simplest_fraction_lies_between(low: Fraction, width: Fraction) -> None:
    found = simplest_between(low, low + width)
    assert low <= found <= low + width
    assert found.denominator <= low.denominator
