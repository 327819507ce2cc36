"""Sequences and timelines are built as told; mistakes are all named, with their fields."""

from __future__ import annotations

from fractions import Fraction

import pytest

from engine.errors import ValidationError
from engine.timeline import (
    AudioTrack,
    Marker,
    SequenceItem,
    SoundClip,
    Transition,
    VideoTrack,
    build_sequence,
    build_timeline,
    lay_out,
    with_marker,
)
from engine.timeline.values import facts, media_key
from tests.engine.timeline.footage import Footage, Voice

RATE = Fraction(24)


def test_without_items_every_clip_plays_whole() -> None:
    sequence = build_sequence([Footage(RATE, 10), Footage(Fraction(8), 4)], rate=RATE)
    shots = lay_out(sequence.track, RATE).shots
    assert [(shot.start, shot.stop) for shot in shots] == [(0, 10), (10, 22)]
    assert sequence.frame_count == 22


def test_one_clip_linked_twice_is_one_piece_of_media() -> None:
    clip = Footage(RATE, 10)
    sequences = [build_sequence([clip, clip], rate=RATE), build_sequence([clip], rate=RATE)]
    assert list(build_timeline(sequences, rate=RATE).media) == ["shot_01"]


def test_media_of_several_sequences_keep_apart() -> None:
    sequences = [build_sequence([Footage(RATE, n)], rate=RATE) for n in (10, 20)]
    timeline = build_timeline(sequences, rate=RATE)
    keys = [media_key(clip) for clip in timeline.otio.find_clips()]
    assert len(set(keys)) == 2
    assert set(keys) == set(timeline.media)


def test_the_pictures_own_sound_gets_a_track_that_fades_with_them() -> None:
    loud, mute = Footage(RATE, 60, sound=Voice()), Footage(RATE, 60)
    sequence = build_sequence(
        [loud, mute],
        [
            SequenceItem(clip=0, in_frame=10, out_frame=40, transition=Transition("wipe", 8)),
            SequenceItem(clip=0, in_frame=10, out_frame=40, gain=-6),
            SequenceItem(clip=1),
        ],
        rate=RATE,
        name="V1",
    )
    timeline = build_timeline([sequence], rate=RATE, video=[VideoTrack(gain=-2)])
    (track,) = timeline.audio_tracks
    layout = lay_out(track, RATE)
    assert (track.name, len(layout.shots), list(layout.joins)) == ("V1 sound", 2, [1])
    assert [facts(shot.clip)["gain"] for shot in layout.shots] == [-2, -8]


def test_a_hard_cut_in_sound_under_a_dissolve_is_possible() -> None:
    sequence = build_sequence(
        [Footage(RATE, 60, sound=Voice())],
        [
            SequenceItem(out_frame=40, transition=Transition("dissolve", 8, sound=False)),
            SequenceItem(in_frame=10),
        ],
        rate=RATE,
    )
    (track,) = build_timeline([sequence], rate=RATE).audio_tracks
    assert lay_out(track, RATE).joins == {}


def test_a_sound_without_an_end_stops_with_the_picture() -> None:
    sequence = build_sequence([Footage(RATE, 48)], rate=RATE)
    track = AudioTrack((SoundClip(at=12),))
    timeline = build_timeline([sequence], [Voice()], rate=RATE, audio=[track])
    (shot,) = lay_out(timeline.audio_tracks[0], RATE).shots
    assert (shot.start, shot.stop) == (12, 48)
    assert timeline.frame_count == 48


def test_track_gain_and_pan_add_to_the_clips() -> None:
    track = AudioTrack((SoundClip(gain=-3, pan=0.7),), gain=-6, pan=0.5, role="music")
    timeline = build_timeline([], [Voice()], rate=RATE, audio=[track])
    (clip,) = timeline.otio.find_clips()
    assert (facts(clip)["gain"], facts(clip)["pan"], facts(clip)["role"]) == (-9, 1.0, "music")


def test_every_mistake_of_a_timeline_is_named() -> None:
    sequence = build_sequence([Footage(Fraction(25), 48)], rate=Fraction(25))
    with pytest.raises(ValidationError) as caught:
        build_timeline(
            [sequence],
            [Voice(48000)],
            rate=RATE,
            video=[VideoTrack(0), VideoTrack(3)],
            audio=[
                AudioTrack((SoundClip(sound=1),)),
                AudioTrack((SoundClip(in_frame=30),)),
                AudioTrack((SoundClip(), SoundClip(at=5))),
                AudioTrack((SoundClip(fade_in=20, fade_out=20),)),
            ],
        )
    assert [problem.field for problem in caught.value.problems] == [
        "video[0].sequence",
        "video[1].sequence",
        "audio[0].clips[0].sound",
        "audio[1].clips[0]",
        "audio[2]",
        "audio[3].clips[0]",
    ]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Transition("wipe", code=999), "code is 999; the wipes are 1 left to right"),
        (lambda: Transition("fade"), "kind is 'fade'; use one of cut, dissolve"),
        (lambda: Transition(frames=0), "frames is 0"),
        (lambda: Transition("dip", color="red"), "color is 'red'; write it as #rrggbb"),
        (lambda: SequenceItem(in_frame=5, out_frame=5), "out_frame is 5; it must come after 5"),
        (lambda: SequenceItem(speed=Fraction(0)), "a held frame"),
        (lambda: SequenceItem(speed=Fraction(1, 1000)), "speed is 1/1000"),
        (lambda: SoundClip(pan=2), "pan is 2; use -1 to 1"),
        (lambda: VideoTrack(opacity=1.5), "opacity is 1.5; use 0 to 1"),
        (lambda: VideoTrack(position=(11, 0)), "position is"),
        (lambda: Marker(at=-1), "at is -1"),
    ],
)
def test_a_value_out_of_range_is_named(make: object, message: str) -> None:
    with pytest.raises(ValueError, match=message.replace("[", r"\[")):
        make()  # type: ignore[operator]


def test_a_marker_is_added_to_a_copy() -> None:
    timeline = build_timeline([build_sequence([Footage()], rate=RATE)], rate=RATE)
    marked = with_marker(timeline, Marker(at=7, name="here", color="BLUE"))
    assert len(timeline.otio.tracks.markers) == 0
    assert [marker.name for marker in marked.otio.tracks.markers] == ["here"]
