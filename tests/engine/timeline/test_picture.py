"""The rendered picture shows the frames that the edit says, to the frame and to the byte."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest

from engine.errors import MediaError
from engine.media import Clip, conform_rate
from engine.timeline import (
    SequenceItem,
    Timeline,
    Transition,
    VideoTrack,
    build_sequence,
    build_timeline,
    render_video,
)
from engine.timeline.blend import Picture
from engine.timeline.footage import frame_at

RATE = Fraction(24)
SIZE = (16, 8)


def counting(
    frames: int = 60,
    *,
    green: int = 0,
    rate: Fraction = RATE,
    size: tuple[int, int] = SIZE,
    alpha: int | None = None,
) -> Clip:
    """A clip whose frame n is red n."""

    def make(start: int, stop: int) -> Iterator[Picture]:
        for number in range(start, stop):
            color = (number, green, 0) if alpha is None else (number, green, 0, alpha)
            yield np.full((size[1], size[0], len(color)), color, np.uint8)

    return Clip.from_arrays(
        make,
        rate=rate,
        width=size[0],
        height=size[1],
        frame_count=frames,
        has_alpha=alpha is not None,
    )


def edit(items: list[SequenceItem], *clips: Clip, **settings: object) -> Timeline:
    sequence = build_sequence(clips or [counting()], items, rate=RATE)
    return build_timeline([sequence], rate=RATE, size=SIZE, **settings)  # type: ignore[arg-type]


def reds(clip: Clip, start: int = 0, stop: int | None = None) -> list[int]:
    return [int(picture[4, 8, 0]) for picture in clip.arrays(start, stop)]


def test_cuts_show_the_frames_between_their_points() -> None:
    video = render_video(
        edit([SequenceItem(in_frame=5, out_frame=8), SequenceItem(in_frame=20, out_frame=22)])
    )
    assert reds(video) == [5, 6, 7, 20, 21]
    assert (video.rate, video.shown) == (RATE, SIZE)


def test_a_gap_is_black() -> None:
    video = render_video(edit([SequenceItem(gap=2), SequenceItem(in_frame=9, out_frame=10)]))
    assert reds(video) == [0, 0, 9]


def test_any_part_of_a_film_is_the_same_as_in_the_whole() -> None:
    timeline = edit(
        [
            SequenceItem(in_frame=10, out_frame=30, transition=Transition("dissolve", 7)),
            SequenceItem(in_frame=20, out_frame=44, transition=Transition("wipe", 6, code=3)),
            SequenceItem(in_frame=8, out_frame=30, speed=Fraction(-1, 2)),
        ]
    )
    video = render_video(timeline)
    whole = video.array()
    for start in range(0, video.frame_count, 3):
        np.testing.assert_array_equal(video.array(start, start + 7), whole[start : start + 7])


def test_a_dissolve_plays_both_shots_through_their_handles() -> None:
    timeline = edit(
        [
            SequenceItem(clip=0, in_frame=0, out_frame=10, transition=Transition("dissolve", 4)),
            SequenceItem(clip=1, in_frame=50, out_frame=60),
        ],
        counting(),
        counting(green=0),
    )
    shown = reds(render_video(timeline), 7, 13)
    mixed = [
        round(((8 - w) * a + w * b) / 8)
        for w, a, b in zip((1, 3, 5, 7), (8, 9, 10, 11), (48, 49, 50, 51), strict=True)
    ]
    assert shown == [7, *mixed, 52]


@pytest.mark.parametrize(
    ("speed", "frames", "wanted"),
    [
        ("2", None, [10, 12, 14, 16, 18]),
        ("1/2", None, [n for n in range(10, 20) for _ in range(2)]),
        ("-1", None, [19, 18, 17, 16, 15, 14, 13, 12, 11, 10]),
        ("-2", None, [19, 17, 15, 13, 11]),
        ("0", 3, [10, 10, 10]),
        ("3/2", 4, [10, 11, 13, 14]),
    ],
)  # fmt: skip
def test_a_speed_picks_frames(speed: str, frames: int | None, wanted: list[int]) -> None:
    item = SequenceItem(in_frame=10, out_frame=20, speed=Fraction(speed), frames=frames)
    assert reds(render_video(edit([item]))) == wanted


def test_a_shot_of_eight_frames_a_second_holds_each_three_times() -> None:
    timeline = edit([SequenceItem()], counting(4, rate=Fraction(8)))
    assert reds(render_video(timeline)) == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]


@pytest.mark.parametrize("rate", [Fraction(24000, 1001), Fraction(25), Fraction(60)])
def test_a_shot_at_another_rate_shows_what_the_conformed_clip_shows(rate: Fraction) -> None:
    clip = counting(100, rate=rate)
    conformed = conform_rate(clip, RATE)
    assert reds(conformed) == [frame_at(clip, RATE, n) for n in range(conformed.frame_count)]
    assert reds(render_video(edit([SequenceItem()], clip))) == reds(conformed)


def test_a_disabled_shot_shows_what_is_below() -> None:
    low = build_sequence([counting(10, green=7)], rate=RATE)
    high = build_sequence([counting(10)], [SequenceItem(enabled=False)], rate=RATE)
    timeline = build_timeline([low, high], rate=RATE, size=SIZE)
    assert next(render_video(timeline).arrays())[0, 0].tolist() == [0, 7, 0]


def test_upper_tracks_lie_over_lower_ones_with_opacity_and_place() -> None:
    low = build_sequence([counting(10, green=100)], rate=RATE)
    high = build_sequence([counting(10, green=200)], rate=RATE)
    tracks = [VideoTrack(0), VideoTrack(1, opacity=0.5, scale=0.5, position=(0.25, 0.25))]
    timeline = build_timeline([low, high], rate=RATE, size=SIZE, video=tracks)
    picture = next(render_video(timeline).arrays())
    assert picture[2, 4, 1] == 100
    assert picture[7, 15, 1] == 150
    assert (picture[..., 1] == 150).sum() == 8 * 4


def test_alpha_lets_the_lower_track_through() -> None:
    low = build_sequence([counting(10, green=100)], rate=RATE)
    high = build_sequence([counting(10, green=200, alpha=51)], rate=RATE)
    timeline = build_timeline([low, high], rate=RATE, size=SIZE)
    assert next(render_video(timeline).arrays())[0, 0, 1] == 120


def test_a_shot_of_another_shape_fits_with_what_is_below_beside_it() -> None:
    low = build_sequence([counting(10, green=100)], rate=RATE)
    high = build_sequence([counting(10, green=200, size=(8, 8))], rate=RATE)
    timeline = build_timeline([low, high], rate=RATE, size=SIZE)
    row = next(render_video(timeline).arrays())[4, :, 1]
    assert row.tolist() == [100] * 4 + [200] * 8 + [100] * 4


def test_the_film_can_be_rendered_at_another_size_and_rate() -> None:
    video = render_video(edit([SequenceItem()]), rate=Fraction(12), width=32, height=16)
    assert (video.rate, video.shown, video.frame_count) == (Fraction(12), (32, 16), 30)
    assert reds(video, 0, 3) == [1, 3, 5]


def test_missing_media_is_named_with_its_shot() -> None:
    timeline = edit([SequenceItem(name="the hill")])
    with pytest.raises(MediaError, match="the hill: its media 'shot_01' is not loaded"):
        next(render_video(Timeline(timeline.otio)).arrays())


def test_an_hour_of_film_costs_no_more_memory_than_a_second() -> None:
    opened: list[tuple[int, int]] = []

    def make(start: int, stop: int) -> Iterator[Picture]:
        opened.append((start, stop))
        picture = np.zeros((8, 16, 3), np.uint8)
        for _ in range(start, stop):
            yield picture

    hour = Clip.from_arrays(make, rate=RATE, width=16, height=8, frame_count=24 * 3600)
    video = render_video(edit([SequenceItem(), SequenceItem()], hour))
    frames = video.arrays()
    for _ in range(10):
        next(frames)
    assert opened == [(0, 24 * 3600)]
