"""Edits of sequences: what they conserve, what they refuse, and that every result can be built."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.media import solid_clip
from engine.timeline import SequenceItem, Transition, build_sequence
from engine.timeline import editing as ed

RATE = Fraction(24)
MEDIA = (60, 48, 96, 24)
CLIPS = [
    solid_clip((0, 0, 0, 255), 16, 16, seconds=Fraction(frames, 24), rate=RATE) for frames in MEDIA
]
A = SequenceItem(clip=0, in_frame=10, out_frame=40, name="A")
B = SequenceItem(clip=1, in_frame=12, out_frame=36, name="B")
C = SequenceItem(clip=2, in_frame=20, out_frame=80, name="C")
ROW = (A, B, C)
DISSOLVE = Transition("dissolve", 12)


def legal(items: ed.Items) -> ed.Items:
    """The items, after the engine has built a sequence of them."""
    if items:
        build_sequence(CLIPS, items, rate=RATE)
    return items


def pictures(items: ed.Items) -> list[tuple[int, int] | None]:
    """Clip and media frame of every frame of a sequence; None where it is black."""
    shown: list[tuple[int, int] | None] = []
    for item in items:
        span = ed.span_of(item, MEDIA)
        for offset in range(span.frames):
            if item.gap is not None:
                shown.append(None)
            elif item.speed < 0:
                shown.append((item.clip, span.end - 1 - int(offset * -item.speed)))
            else:
                shown.append((item.clip, span.source + int(offset * item.speed)))
    return shown


def same(these: ed.Items, those: ed.Items) -> bool:
    """Whether both show the same; a cut in slow motion falls on the nearest media frame."""
    pairs = list(zip(pictures(these), pictures(those), strict=True))
    return all(
        a == b or (a and b and a[0] == b[0] and abs(a[1] - b[1]) <= 1 and slowed(these))
        for a, b in pairs
    )


def slowed(items: ed.Items) -> bool:
    return any(item.speed.denominator > 1 for item in items)


# --- what each edit does -----------------------------------------------------------------------


def test_a_blade_cuts_a_shot_in_two_that_play_the_same() -> None:
    cut = legal(ed.blade(ROW, MEDIA, 40))
    assert [ed.frames_of(item, MEDIA) for item in cut] == [30, 10, 14, 60]
    assert pictures(cut) == pictures(ROW)
    assert ed.join(cut, MEDIA, 1) == ROW


def test_a_blade_says_why_it_cannot_cut() -> None:
    with pytest.raises(ed.RefusedEdit, match="a cut here already"):
        ed.blade(ROW, MEDIA, 30)
    with pytest.raises(ed.RefusedEdit, match="no shot to cut"):
        ed.blade(ROW, MEDIA, 500)
    joined = ed.set_transition(ROW, MEDIA, 0, DISSOLVE)
    with pytest.raises(ed.RefusedEdit, match="a transition is here"):
        ed.blade(joined, MEDIA, 33)


def test_a_ripple_moves_what_follows_along() -> None:
    shorter = legal(ed.ripple(ROW, MEDIA, 0, "in", 5))
    assert ed.starts_of(shorter, MEDIA) == [0, 25, 49, 109]
    assert shorter[0].in_frame == 15
    longer = legal(ed.ripple(ROW, MEDIA, 0, "out", 20))
    assert ed.starts_of(longer, MEDIA) == [0, 50, 74, 134]


def test_a_ripple_stops_at_the_media_and_says_how_much_there_is() -> None:
    with pytest.raises(ed.RefusedEdit, match="'A' has 20 frames more after its out point") as told:
        ed.ripple(ROW, MEDIA, 0, "out", 21)
    assert told.value.nearest == 20
    with pytest.raises(ed.RefusedEdit, match="'A' has 10 frames more before") as told:
        ed.ripple(ROW, MEDIA, 0, "in", -11)
    assert told.value.nearest == -10
    with pytest.raises(ed.RefusedEdit, match="one frame of 'A' must stay") as told:
        ed.ripple(ROW, MEDIA, 0, "in", 30)
    assert told.value.nearest == 29


def test_a_clip_of_unknown_length_is_trusted() -> None:
    assert ed.ripple(ROW, (None, None, None), 0, "out", 500)[0].out_frame == 540


def test_a_trim_leaves_a_gap_and_gives_it_back() -> None:
    trimmed = legal(ed.trim(ROW, MEDIA, 1, "in", 4))
    assert trimmed[1] == SequenceItem(gap=4)
    assert ed.starts_of(trimmed, MEDIA)[-1] == ed.total(ROW, MEDIA)
    assert ed.trim(trimmed, MEDIA, 2, "in", -4) == ROW
    ended = legal(ed.trim(ROW, MEDIA, 1, "out", -6))
    assert ended[2] == SequenceItem(gap=6)
    assert ed.trim(ended, MEDIA, 1, "out", 6) == ROW


def test_a_trim_does_not_run_over_its_neighbour() -> None:
    with pytest.raises(ed.RefusedEdit, match="'B' is in the way") as told:
        ed.trim(ROW, MEDIA, 0, "out", 3)
    assert told.value.nearest == 0


def test_a_roll_moves_only_the_cut() -> None:
    rolled = legal(ed.roll(ROW, MEDIA, 0, 8))
    assert ed.starts_of(rolled, MEDIA) == [0, 38, 54, 114]
    assert rolled[1].in_frame == 20
    with pytest.raises(ed.RefusedEdit, match="'B' has 12 frames more before") as told:
        ed.roll(ROW, MEDIA, 0, -20)
    assert told.value.nearest == -12


def test_a_slip_changes_the_media_and_nothing_else() -> None:
    slipped = legal(ed.slip(ROW, MEDIA, 1, 5))
    assert (slipped[1].in_frame, slipped[1].out_frame) == (17, 41)
    assert ed.starts_of(slipped, MEDIA) == ed.starts_of(ROW, MEDIA)
    with pytest.raises(ed.RefusedEdit, match="'B' has 12 frames more after the part") as told:
        ed.slip(ROW, MEDIA, 1, 13)
    assert told.value.nearest == 12


def test_a_slide_takes_room_from_one_neighbour_and_gives_it_to_the_other() -> None:
    slid = legal(ed.slide(ROW, MEDIA, 1, 6))
    assert ed.starts_of(slid, MEDIA) == [0, 36, 60, 114]
    assert slid[1] == B
    assert slid[2].in_frame == 26


def test_trim_to_the_playhead_takes_away_the_near_side() -> None:
    assert ed.trim_to(ROW, MEDIA, 40, "in", rippling=True)[1].in_frame == 22
    assert ed.trim_to(ROW, MEDIA, 40, "out", rippling=True)[1].out_frame == 22
    with pytest.raises(ed.RefusedEdit, match="first frame already"):
        ed.trim_to(ROW, MEDIA, 30, "in", rippling=True)


def test_an_insert_splits_and_moves_later() -> None:
    new = SequenceItem(clip=3, out_frame=10, name="D")
    made = legal(ed.insert(ROW, MEDIA, 40, (new,)))
    assert [item.name for item in made] == ["A", "B", "D", "B", "C"]
    assert ed.total(made, MEDIA) == ed.total(ROW, MEDIA) + 10


def test_an_overwrite_replaces_what_lies_there() -> None:
    new = SequenceItem(clip=3, out_frame=20, name="D")
    made = legal(ed.overwrite(ROW, MEDIA, 20, (new,)))
    assert [(item.name, ed.frames_of(item, MEDIA)) for item in made] == [
        ("A", 20),
        ("D", 20),
        ("B", 14),
        ("C", 60),
    ]
    beyond = legal(ed.overwrite(ROW, MEDIA, 200, (new,)))
    assert beyond[3] == SequenceItem(gap=86)


def test_lift_leaves_a_gap_and_extract_closes_up() -> None:
    assert ed.lift(ROW, MEDIA, (1,)) == (A, SequenceItem(gap=24), C)
    assert ed.extract(ROW, MEDIA, (1,)) == (A, C)
    assert ed.total(ed.extract_range(ROW, MEDIA, 20, 60), MEDIA) == ed.total(ROW, MEDIA) - 40
    assert ed.total(ed.lift_range(ROW, MEDIA, 20, 60), MEDIA) == ed.total(ROW, MEDIA)


def test_a_shot_moves_over_others_or_between_them() -> None:
    moved = legal(ed.move(ROW, MEDIA, (0,), 100))
    assert [item.name or item.gap for item in moved] == [30, "B", "C", "A"]
    assert ed.starts_of(moved, MEDIA) == [0, 30, 54, 100, 130]
    assert [item.name for item in ed.reorder(ROW, MEDIA, (0,), 54)] == ["B", "A", "C"]
    assert [item.name for item in ed.reorder(ROW, MEDIA, (2,), 0)] == ["C", "A", "B"]
    with pytest.raises(ed.RefusedEdit, match="the track begins here") as told:
        ed.move(ROW, MEDIA, (1,), -31)
    assert told.value.nearest == -30


def test_two_shots_that_move_together_keep_their_dissolve() -> None:
    joined = ed.set_transition(ROW, MEDIA, 1, DISSOLVE)
    moved = legal(ed.move(joined, MEDIA, (1, 2), 7))
    assert moved[-2].transition == DISSOLVE


def test_a_transition_without_handles_says_what_is_missing_and_where() -> None:
    row = (replace(A, out_frame=56), B, C)
    with pytest.raises(ed.RefusedEdit) as told:
        ed.set_transition(row, MEDIA, 0, Transition("dissolve", 24))
    assert "'A' has 4 frames after its out point, 8 frames are missing" in str(told.value)
    assert "the cut from 'A' to 'B'" in str(told.value)
    assert told.value.nearest == 8
    legal(ed.set_transition(row, MEDIA, 0, Transition("dissolve", 8)))


def test_a_transition_is_changed_moved_and_removed() -> None:
    made = ed.set_transition(ROW, MEDIA, 0, DISSOLVE)
    assert ed.resize_transition(made, MEDIA, 0, 6)[0].transition == Transition("dissolve", 6)
    moved = legal(ed.move_transition(made, MEDIA, 0, 1))
    assert (moved[0].transition, moved[1].transition) == (None, DISSOLVE)
    assert ed.clear_transition(made, 0) == ROW


def test_a_trim_keeps_the_handles_of_a_dissolve() -> None:
    made = ed.set_transition(ROW, MEDIA, 0, DISSOLVE)
    with pytest.raises(ed.RefusedEdit) as told:
        ed.ripple(made, MEDIA, 0, "out", 20)
    assert told.value.nearest == 14
    legal(ed.ripple(made, MEDIA, 0, "out", 14))


def test_slow_motion_lengthens_and_a_hold_keeps_its_length() -> None:
    slow = legal(ed.set_speed(ROW, MEDIA, 1, Fraction(1, 2)))
    assert ed.frames_of(slow[1], MEDIA) == 48
    same = legal(ed.set_speed(ROW, MEDIA, 1, Fraction(1, 2), rippling=False))
    assert (ed.frames_of(same[1], MEDIA), same[1].out_frame) == (24, 24)
    held = legal(ed.set_speed(ROW, MEDIA, 1, Fraction(0)))
    assert (held[1].frames, held[1].out_frame) == (24, None)
    with pytest.raises(ed.RefusedEdit, match="it would need 240 frames"):
        ed.set_speed(ROW, MEDIA, 1, Fraction(10), rippling=False)


def test_another_clip_in_its_place_keeps_the_trim() -> None:
    swapped = legal(ed.replace_clip(ROW, MEDIA, 1, 0))
    assert (swapped[1].clip, swapped[1].in_frame, swapped[1].out_frame) == (0, 12, 36)
    late = legal(ed.replace_clip(ROW, MEDIA, 1, 3))
    assert (late[1].in_frame, late[1].out_frame) == (0, 24)
    with pytest.raises(ed.RefusedEdit, match="has 24 frames and 60 frames are needed"):
        ed.replace_clip(ROW, MEDIA, 2, 3)


def test_three_points_give_the_fourth() -> None:
    item, at = ed.three_point(source_in=5, source_out=25, record_in=100, record_out=None, media=60)
    assert (item.in_frame, item.out_frame, at) == (5, 25, 100)
    item, at = ed.three_point(source_in=5, source_out=25, record_in=None, record_out=100, media=60)
    assert at == 80
    item, at = ed.three_point(source_in=None, source_out=50, record_in=10, record_out=30, media=60)
    assert (item.in_frame, item.out_frame, at) == (30, 50, 10)
    item, at = ed.three_point(source_in=0, source_out=40, record_in=0, record_out=20, media=60)
    assert (item.speed, item.frames) == (2, 20)
    with pytest.raises(ed.RefusedEdit, match="10 frames are missing") as told:
        ed.three_point(source_in=40, source_out=None, record_in=0, record_out=30, media=60)
    assert told.value.nearest == 20
    with pytest.raises(ed.RefusedEdit, match="no place to edit to"):
        ed.three_point(source_in=0, source_out=9, record_in=None, record_out=None, media=60)


def test_tracks_in_sync_follow_when_there_is_room() -> None:
    row = (A, SequenceItem(gap=10), B)
    assert ed.shift_from(row, MEDIA, 40, 5)[1].gap == 15
    assert ed.shift_from(row, MEDIA, 40, -10) == (A, B)
    with pytest.raises(ed.RefusedEdit, match="could follow 10 frames only"):
        ed.shift_from(row, MEDIA, 40, -11)


def test_clips_that_nothing_plays_are_found() -> None:
    assert ed.unused_clips(ROW, 4) == (3,)
    assert ed.renumbered((C,), {2: 0})[0].clip == 0


# --- properties --------------------------------------------------------------------------------

SPEEDS = (Fraction(1), Fraction(1), Fraction(1), Fraction(1, 2), Fraction(2), Fraction(-1))
ODD_SPEEDS = (*SPEEDS, Fraction(0), Fraction(3, 2), Fraction(-2, 3), Fraction(7, 5))


@st.composite
def an_item(draw: st.DrawFn) -> SequenceItem:
    if draw(st.integers(0, 6)) == 0:
        return SequenceItem(gap=draw(st.integers(1, 30)))
    clip = draw(st.integers(0, 3))
    start = draw(st.integers(0, MEDIA[clip] - 4))
    stop = draw(st.integers(start + 3, MEDIA[clip]))
    speed = draw(st.sampled_from(ODD_SPEEDS))
    if speed == 0:
        return SequenceItem(clip=clip, in_frame=start, frames=draw(st.integers(1, 40)), speed=speed)
    return SequenceItem(clip=clip, in_frame=start, out_frame=stop, speed=speed)


@st.composite
def a_row(draw: st.DrawFn) -> ed.Items:
    shown = st.lists(an_item(), min_size=1, max_size=6).map(tuple).map(ed.tidy)
    items = draw(shown.filter(bool))
    for index in range(len(items) - 1):
        if draw(st.booleans()):
            try:
                frames = draw(st.integers(1, 12))
                items = ed.set_transition(items, MEDIA, index, Transition("dissolve", frames))
            except ed.RefusedEdit:
                continue
    return items


rows = a_row()
places = st.integers(0, 200)
amounts = st.integers(-60, 60)


def edits_of(items: ed.Items, data: st.DataObject) -> dict[str, Callable[[], ed.Items]]:
    """Every edit, with arguments that may or may not be legal."""
    index = data.draw(st.integers(0, len(items) - 1))
    by, place = data.draw(amounts), data.draw(places)
    edge = data.draw(st.sampled_from(("in", "out")))
    new = data.draw(an_item())
    several = data.draw(st.sets(st.integers(0, len(items) - 1), min_size=1))
    speed = data.draw(st.sampled_from(ODD_SPEEDS))
    return {
        "blade": lambda: ed.blade(items, MEDIA, place),
        "join": lambda: ed.join(items, MEDIA, index),
        "ripple": lambda: ed.ripple(items, MEDIA, index, edge, by),
        "trim": lambda: ed.trim(items, MEDIA, index, edge, by),
        "roll": lambda: ed.roll(items, MEDIA, index, by),
        "slip": lambda: ed.slip(items, MEDIA, index, by),
        "slide": lambda: ed.slide(items, MEDIA, index, by),
        "trim_to": lambda: ed.trim_to(items, MEDIA, place, edge, rippling=by > 0),
        "insert": lambda: ed.insert(items, MEDIA, place, (new,)),
        "overwrite": lambda: ed.overwrite(items, MEDIA, place, (new,)),
        "lift": lambda: ed.lift(items, MEDIA, several),
        "extract": lambda: ed.extract(items, MEDIA, several),
        "lift_range": lambda: ed.lift_range(items, MEDIA, place, place + abs(by)),
        "extract_range": lambda: ed.extract_range(items, MEDIA, place, place + abs(by)),
        "move": lambda: ed.move(items, MEDIA, several, by),
        "reorder": lambda: ed.reorder(items, MEDIA, several, place),
        "transition": lambda: ed.set_transition(
            items, MEDIA, index, Transition("wipe", 1 + abs(by))
        ),
        "speed": lambda: ed.set_speed(items, MEDIA, index, speed, rippling=by > 0),
        "clip": lambda: ed.replace_clip(items, MEDIA, index, place % 4),
        "shift": lambda: ed.shift_from(items, MEDIA, place, by),
        "gap": lambda: ed.close_gap(items, MEDIA, index),
    }


@settings(max_examples=60)
@given(rows, st.data())
def test_no_edit_makes_what_cannot_be_built(items: ed.Items, data: st.DataObject) -> None:
    legal(items)
    for _ in range(4):
        if not items:
            return
        edits = edits_of(items, data)
        name = data.draw(st.sampled_from(sorted(edits)))
        try:
            items = legal(edits[name]())
        except ed.RefusedEdit:
            continue


@given(rows, places)
def test_blade_and_join_are_each_others_undoing(items: ed.Items, place: int) -> None:
    try:
        cut = ed.blade(items, MEDIA, place)
    except ed.RefusedEdit:
        return
    assert same(cut, items)
    index, _ = ed.find(items, MEDIA, place)
    joined = ed.join(cut, MEDIA, index)
    assert same(joined, items)
    assert len(joined) == len(items)


@given(rows, st.data())
def test_roll_slip_slide_and_trim_conserve_the_length(items: ed.Items, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(items) - 1))
    by = data.draw(amounts)
    last = index == len(items) - 1
    for edit in (
        lambda: ed.roll(items, MEDIA, index, by),
        lambda: ed.slip(items, MEDIA, index, by),
        lambda: items if last else ed.slide(items, MEDIA, index, by),
        lambda: ed.trim(items, MEDIA, index, "in", by),
    ):
        try:
            made = edit()
        except ed.RefusedEdit:
            continue
        assert ed.total(made, MEDIA) == ed.total(items, MEDIA)


@given(rows, st.data())
def test_a_refusal_names_the_nearest_that_is_legal(items: ed.Items, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(items) - 1))
    by = data.draw(st.integers(-300, 300))
    edge = data.draw(st.sampled_from(("in", "out")))
    for edit in (
        lambda n: ed.ripple(items, MEDIA, index, edge, n),
        lambda n: ed.trim(items, MEDIA, index, edge, n),
        lambda n: ed.roll(items, MEDIA, index, n),
        lambda n: ed.slip(items, MEDIA, index, n),
        lambda n: ed.slide(items, MEDIA, index, n),
        lambda n: ed.move(items, MEDIA, (index,), n),
    ):
        try:
            edit(by)
        except ed.RefusedEdit as refusal:
            nearest = refusal.nearest
        else:
            continue
        if nearest:
            assert abs(nearest) < abs(by)
            legal(edit(nearest))


@given(rows, st.data())
def test_a_ripple_back_and_forth_changes_nothing(items: ed.Items, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(items) - 1))
    edge = data.draw(st.sampled_from(("in", "out")))
    by = data.draw(st.integers(-20, 20))
    if items[index].speed.denominator != 1:
        return
    try:
        there = ed.ripple(items, MEDIA, index, edge, by)
    except ed.RefusedEdit:
        return
    back = ed.ripple(there, MEDIA, index, edge, -by)
    assert pictures(back) == pictures(items)


@given(rows, places, an_item())
def test_an_insert_is_undone_by_extracting_it(
    items: ed.Items, place: int, new: SequenceItem
) -> None:
    bare = tuple(replace(item, transition=None) for item in items)
    place = min(place, ed.total(bare, MEDIA) - 1)
    frames = ed.frames_of(new, MEDIA)
    made = ed.insert(bare, MEDIA, place, (new,))
    assert ed.total(made, MEDIA) == ed.total(bare, MEDIA) + frames
    assert same(ed.extract_range(made, MEDIA, place, place + frames), bare)


@given(rows)
def test_the_longest_transition_fits_and_one_frame_more_does_not(items: ed.Items) -> None:
    bare = tuple(replace(item, transition=None) for item in items)
    for index in range(len(bare) - 1):
        longest = min(300, ed.longest_transition(bare, MEDIA, index))
        if bare[index].gap is not None and bare[index + 1].gap is not None:
            continue
        if longest:
            legal(ed.set_transition(bare, MEDIA, index, Transition("dissolve", longest)))
        if longest < 300:
            assert ed.missing(bare, MEDIA, index, Transition("dissolve", longest + 1))
