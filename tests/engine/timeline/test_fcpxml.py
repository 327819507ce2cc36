"""FCPXML 1.11: legal by Apple's content models, exact in time, honest about what it lacks."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from engine.errors import AiprodError
from engine.timeline import (
    Marker,
    SequenceItem,
    Timeline,
    Transition,
    VideoTrack,
    build_sequence,
    build_timeline,
    lay_out,
    read_fcpxml,
    write_fcpxml,
)
from engine.timeline.times import seconds_of_text
from tests.engine.timeline.fcpxml_rules import broken_rules
from tests.engine.timeline.footage import RATES, Footage, Voice, timelines


def two_shots(
    rate: Fraction = Fraction(24), transition: Transition | None = None, **settings: object
) -> Timeline:
    clips = [Footage(rate, 100, name="one"), Footage(rate, 100, name="two")]
    shots = [
        SequenceItem(clip=0, in_frame=10, out_frame=60, transition=transition),
        SequenceItem(clip=1, in_frame=20, out_frame=70),
    ]
    sequence = build_sequence(clips, shots, rate=rate)
    return build_timeline([sequence], rate=rate, size=(1280, 720), **settings)  # type: ignore[arg-type]


def written(timeline: Timeline, folder: Path) -> etree._Element:
    write_fcpxml(timeline, folder / "a.fcpxml")
    return etree.parse(str(folder / "a.fcpxml")).getroot()


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(timelines())
def test_every_timeline_keeps_the_rules(tmp_path: Path, timeline: Timeline) -> None:
    write_fcpxml(timeline, tmp_path / "a.fcpxml")
    assert broken_rules((tmp_path / "a.fcpxml").read_bytes()) == []


def test_the_file_declares_its_type_and_encoding(tmp_path: Path) -> None:
    write_fcpxml(two_shots(), tmp_path / "a.fcpxml")
    lines = (tmp_path / "a.fcpxml").read_text(encoding="utf-8").splitlines()
    assert lines[:3] == [
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<!DOCTYPE fcpxml>",
        '<fcpxml version="1.11">',
    ]


@pytest.mark.parametrize("rate", RATES)
def test_offsets_of_an_hour_of_cuts_do_not_drift(tmp_path: Path, rate: Fraction) -> None:
    clip = Footage(rate, 1000)
    shots = [SequenceItem(in_frame=n % 50, frames=37 + n % 7) for n in range(400)]
    sequence = build_sequence([clip], shots, rate=rate)
    root = written(build_timeline([sequence], rate=rate, start=86400), tmp_path)
    at = Fraction(86400) / rate
    for node in next(root.iter("spine")):
        assert seconds_of_text(node.get("offset", "")) == at
        at += seconds_of_text(node.get("duration", ""))
    assert at == Fraction(86400 + sequence.frame_count) / rate


def test_a_transition_straddles_the_cut_of_two_touching_clips(tmp_path: Path) -> None:
    root = written(two_shots(transition=Transition("dissolve", 12)), tmp_path)
    first, dissolve, second = next(root.iter("spine"))
    assert (dissolve.get("offset"), dissolve.get("duration")) == ("44/24s", "12/24s")
    assert (first.get("offset"), second.get("offset")) == ("0s", "50/24s")
    effect = next(node for node in root.iter("effect"))
    assert effect.get("uid") == "FxPlug:4731E73A-8DAC-4113-9A30-AE85B1761265"


def test_an_upper_track_is_connected_in_its_parents_own_time(tmp_path: Path) -> None:
    clips = [Footage(frame_count=100, start=86400)]
    low = build_sequence(clips, [SequenceItem(in_frame=10, out_frame=60)], rate=Fraction(24))
    high = build_sequence(clips, [SequenceItem(in_frame=0, out_frame=5)], rate=Fraction(24))
    tracks = [VideoTrack(0), VideoTrack(1, at=20)]
    root = written(build_timeline([low, high], rate=Fraction(24), video=tracks), tmp_path)
    connected = next(node for node in root.iter("asset-clip") if node.get("lane") == "1")
    assert seconds_of_text(connected.get("offset", "")) == Fraction(86400 + 10 + 20, 24)


def test_names_of_any_script_and_markup_survive(tmp_path: Path) -> None:
    name = 'Prélude <&> "été" 映画 🎬'
    clips = [Footage(name=name)]
    timeline = build_timeline(
        [build_sequence(clips, rate=Fraction(24))], rate=Fraction(24), name=name
    )
    write_fcpxml(timeline, tmp_path / "a.fcpxml")
    again = read_fcpxml(tmp_path / "a.fcpxml")
    shot = lay_out(again.video_tracks[0], again.rate).shots[0]
    assert (again.name, shot.name) == (name, name)


def test_characters_that_xml_lacks_are_replaced_and_reported(tmp_path: Path) -> None:
    timeline = build_timeline(
        [build_sequence([Footage(name="a\x07b")], rate=Fraction(24))], rate=Fraction(24)
    )
    report = write_fcpxml(timeline, tmp_path / "a.fcpxml")
    assert any("XML cannot hold" in loss.what for loss in report.losses)
    assert broken_rules((tmp_path / "a.fcpxml").read_bytes()) == []


def test_what_final_cut_lacks_is_in_the_report(tmp_path: Path) -> None:
    timeline = two_shots(
        transition=Transition("wipe", 12, code=119),
        markers=[Marker(at=5, frames=4, color="GREEN", name="look")],
    )
    report = write_fcpxml(timeline, tmp_path / "a.fcpxml")
    text = "\n".join(str(loss) for loss in report.losses)
    for fact in ("wipe 119 (circle iris)", "colour GREEN", "has a length"):
        assert fact in text


def test_media_at_another_rate_is_conformed_without_scaling(tmp_path: Path) -> None:
    timeline = two_shots()
    clip = next(iter(timeline.otio.find_clips()))
    available = clip.media_reference.available_range
    clip.media_reference.available_range = type(available)(
        type(available.start_time)(0, 25), type(available.start_time)(105, 25)
    )
    root = written(timeline, tmp_path)
    conform = next(root.iter("conform-rate"))
    assert dict(conform.attrib) == {"scaleEnabled": "0", "srcFrameRate": "25"}
    assert broken_rules((tmp_path / "a.fcpxml").read_bytes()) == []


def test_a_sound_has_no_picture_format(tmp_path: Path) -> None:
    timeline = build_timeline([], [Voice()], rate=Fraction(24))
    root = written(timeline, tmp_path)
    asset = next(root.iter("asset"))
    assert asset.get("format") is None
    assert asset.get("hasAudio") == "1"
    assert broken_rules((tmp_path / "a.fcpxml").read_bytes()) == []


FOREIGN = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE fcpxml>
<fcpxml version="1.9">
  <resources>
    <format id="r0" name="FFVideoFormat1080p25" frameDuration="1/25s" width="1920" height="1080"/>
    <asset id="r1" name="a" start="3600/1s" duration="40/1s" hasVideo="1" format="r0" hasAudio="1"
      audioSources="1" audioChannels="2"><media-rep kind="original-media"
      src="file:///Volumes/x/a%20b.mov"/></asset>
  </resources>
  <library><event><project name="Cut"><sequence format="r0" tcStart="3600/1s" tcFormat="NDF">
    <spine>
      <asset-clip ref="r1" offset="3600/1s" name="a" start="3602/1s" duration="2s">
        <title ref="r9" lane="1" offset="3603s" name="words" duration="1s"/>
        <marker start="3602/1s" duration="1/25s" value="first"/>
      </asset-clip>
      <gap offset="3602s" start="3600s" duration="25/25s"/>
      <clip name="b" offset="3603s" start="3600s" duration="1s"><video ref="r1" offset="3600s"
        duration="40s"/></clip>
    </spine>
  </sequence></project></event></library>
</fcpxml>"""


def test_another_programs_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.fcpxml").write_text(FOREIGN)
    timeline = read_fcpxml(tmp_path / "a.fcpxml")
    main = lay_out(timeline.video_tracks[0], timeline.rate)
    assert [(shot.name, shot.start, shot.stop, shot.source) for shot in main.shots] == [
        ("a", 0, 50, 50),
        ("b", 75, 100, 0),
    ]
    assert list(timeline.otio.metadata["aiprod"]["not_read"]) == ["title 'words'"]
    assert [track.kind for track in timeline.audio_tracks] == ["Audio"]
    marker = timeline.otio.tracks.markers[0]
    assert (marker.name, marker.marked_range.start_time.value) == ("first", 0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is no FCPXML file"),
        ("<xmeml/>", "but <xmeml>"),
        ("<fcpxml version='1.11'><resources/></fcpxml>", "holds no sequence"),
        (FOREIGN.replace('duration="2s"', 'duration="soon"'), "'soon' is no time"),
        (FOREIGN.replace('frameDuration="1/25s"', ""), "has no frameDuration"),
    ],
)
def test_a_file_that_is_not_legal_is_refused_by_name(
    tmp_path: Path, text: str, message: str
) -> None:
    (tmp_path / "a.fcpxml").write_text(text)
    with pytest.raises(AiprodError, match=message) as caught:
        read_fcpxml(tmp_path / "a.fcpxml")
    assert caught.value.where == "a.fcpxml"


def test_a_hostile_document_type_opens_no_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hidden words")
    text = FOREIGN.replace(
        "<!DOCTYPE fcpxml>", f'<!DOCTYPE fcpxml [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'
    ).replace('value="first"/>', 'value="first"/><note>&e;</note>')
    (tmp_path / "a.fcpxml").write_text(text)
    assert "hidden words" not in str(read_fcpxml(tmp_path / "a.fcpxml").otio)
