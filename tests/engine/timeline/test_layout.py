"""Where things lie on a track, and what is said when a transition lacks media."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import AiprodError, ValidationError
from engine.timeline import SequenceItem, Transition, build_sequence, build_timeline, cuts, lay_out
from engine.timeline.layout import Shot
from tests.engine.timeline.footage import Footage

RATE = Fraction(24)
CLIPS = [Footage(RATE, 60, name="hill"), Footage(RATE, 60, name="sea")]


def problems_of(items: list[SequenceItem]) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        build_sequence(CLIPS, items, rate=RATE, name="V1")
    return [str(problem) for problem in caught.value.problems]


def test_a_missing_tail_says_how_many_frames_and_where() -> None:
    problems = problems_of(
        [
            SequenceItem(clip=0, in_frame=0, out_frame=58, transition=Transition("dissolve", 12)),
            SequenceItem(clip=1, in_frame=20),
        ]
    )
    assert "\n".join(problems) == (
        "V1: the dissolve of 12 frames at the cut from 'hill' to 'sea' (00:00:02:10) needs 6 "
        "frames of 'hill' after its out point, which has 2: 4 frames are missing. "
        "Set its out point earlier by 4, or shorten the transition by 8"
    )


def test_a_missing_head_is_told_of_the_incoming_shot() -> None:
    (problem,) = problems_of(
        [
            SequenceItem(clip=0, out_frame=40, transition=Transition("wipe", 12, code=1)),
            SequenceItem(clip=1, in_frame=5),
        ]
    )
    assert "wipe 001 (left to right) of 12 frames" in problem
    assert "needs 6 frames of 'sea' before its in point, which has 5: 1 frame is missing" in problem


def test_both_sides_of_all_cuts_are_told_at_once() -> None:
    whole = SequenceItem(clip=0, transition=Transition("dissolve", 10))
    problems = problems_of([whole, whole, SequenceItem(clip=1)])
    assert len(problems) == 4


def test_transitions_that_run_into_each_other_are_told() -> None:
    join = Transition("dissolve", 12)
    (problem,) = problems_of(
        [
            SequenceItem(clip=0, out_frame=40, transition=join),
            SequenceItem(clip=1, in_frame=20, out_frame=30, transition=join),
            SequenceItem(clip=0, in_frame=20),
        ]
    )
    assert "'sea' is 10 frames long, 2 fewer than its transitions cover" in problem


@pytest.mark.parametrize(
    ("item", "message"),
    [
        (SequenceItem(clip=2), "items[0].clip: is 2, but 2 clips are linked. Use 0 to 1"),
        (SequenceItem(out_frame=70), "items[0].out_frame: is 70, but hill has 60 frames"),
        (SequenceItem(in_frame=60), "items[0].in_frame: is 60, but hill has 60 frames"),
        (SequenceItem(frames=61), "uses frames 0 to 60 of media that has 60: 1 are missing"),
    ],
)
def test_an_item_outside_its_media_is_told(item: SequenceItem, message: str) -> None:
    assert message in "\n".join(problems_of([item]))


@given(
    st.integers(30, 200),
    st.integers(0, 29),
    st.integers(1, 60),
    st.fractions(-4, 4, max_denominator=9),
)
def test_handles_are_exactly_the_media_that_is_there(
    there: int, source: int, frames: int, speed: Fraction
) -> None:
    clip = build_sequence([Footage(RATE, there)], rate=RATE).track[0]
    shot = Shot(clip, 0, frames, source, 0, there, speed)
    if speed == 0 or shot.end > there:
        return
    inside = [shot.media_frame(n) for n in range(-shot.head_room, frames + shot.tail_room)]
    assert min(inside) >= 0
    assert max(inside) < there
    assert not 0 <= shot.media_frame(-shot.head_room - 1) < there
    assert not 0 <= shot.media_frame(frames + shot.tail_room) < there
    used = [shot.media_frame(n) for n in range(frames)]
    assert shot.source <= min(used)
    assert max(used) < shot.end


def test_a_gap_gives_any_handle() -> None:
    sequence = build_sequence(
        CLIPS,
        [
            SequenceItem(gap=12, transition=Transition("dissolve", 20)),
            SequenceItem(clip=0, in_frame=12),
        ],
        rate=RATE,
    )
    assert lay_out(sequence.track, RATE).frames == 60


def test_nested_tracks_are_refused_by_name() -> None:
    sequence = build_sequence(CLIPS, rate=RATE)
    inner = sequence.track.clone()
    inner.name = "inner"
    sequence.track.append(inner)
    with pytest.raises(AiprodError, match="'inner' is a Track, which cannot be laid out"):
        lay_out(sequence.track, RATE)


def test_cuts_are_where_shots_change_without_a_transition() -> None:
    items = [
        SequenceItem(clip=0, out_frame=24),
        SequenceItem(clip=1, in_frame=12, out_frame=48, transition=Transition("dissolve", 8)),
        SequenceItem(clip=0, in_frame=10, out_frame=46),
        SequenceItem(gap=12),
    ]
    edit = build_timeline([build_sequence(CLIPS, items, rate=RATE)], rate=RATE)
    assert cuts(edit) == (1, 4)
    assert cuts(build_timeline([build_sequence(CLIPS[:1], rate=RATE)], rate=RATE)) == ()
