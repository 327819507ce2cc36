"""Edits of sound clips and markers."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.timeline import Marker, SequenceItem, SoundClip
from engine.timeline import editing as ed

LENGTHS = (200, 100)
MUSIC = SoundClip(sound=0, at=10, in_frame=20, out_frame=120, name="music", fade_out=12)
STEP = SoundClip(sound=1, at=150, in_frame=0, out_frame=30, name="step")
TRACK = (MUSIC, STEP)


def spans(clips: tuple[SoundClip, ...]) -> list[tuple[int, int]]:
    return sorted((clip.at, clip.at + ed.sound_frames(clip, LENGTHS)) for clip in clips)


def test_a_sound_moves_and_stops_at_its_neighbours() -> None:
    assert ed.move_sounds(TRACK, LENGTHS, (0,), 30)[0].at == 40
    with pytest.raises(ed.RefusedEdit, match="it would lie over 'step'"):
        ed.move_sounds(TRACK, LENGTHS, (0,), 60)
    with pytest.raises(ed.RefusedEdit, match="begins here") as told:
        ed.move_sounds(TRACK, LENGTHS, (0,), -11)
    assert told.value.nearest == -10


def test_a_sound_moved_over_another_trims_it() -> None:
    made = ed.move_sounds(TRACK, LENGTHS, (1,), -60, overwriting=True)
    assert spans(made) == [(10, 90), (90, 120)]


def test_a_sound_is_trimmed_within_its_media() -> None:
    made = ed.trim_sound(TRACK, LENGTHS, 0, "in", 15)
    assert (made[0].at, made[0].in_frame) == (25, 35)
    with pytest.raises(ed.RefusedEdit) as told:
        ed.trim_sound(TRACK, LENGTHS, 0, "in", -30)
    assert told.value.nearest == -10
    with pytest.raises(ed.RefusedEdit, match="another sound is in the way") as told:
        ed.trim_sound(TRACK, LENGTHS, 0, "out", 60)
    assert told.value.nearest == 40
    with pytest.raises(ed.RefusedEdit, match="its fades need 12 frames") as told:
        ed.trim_sound(TRACK, LENGTHS, 0, "out", -95)
    assert told.value.nearest == -88


def test_a_sound_is_cut_and_joined_again() -> None:
    cut = ed.blade_sound(TRACK, LENGTHS, 60)
    assert spans(cut) == [(10, 60), (60, 110), (150, 180)]
    assert (cut[0].fade_out, cut[1].fade_out) == (0, 12)
    assert ed.join_sounds(cut, LENGTHS, 0) == TRACK


def test_fades_fit_into_the_clip() -> None:
    made = ed.set_fades(TRACK, LENGTHS, 1, fade_in=10, fade_out=20)
    assert (made[1].fade_in, made[1].fade_out) == (10, 20)
    with pytest.raises(ed.RefusedEdit) as told:
        ed.set_fades(made, LENGTHS, 1, fade_in=11)
    assert told.value.nearest == 10


def test_gain_and_pan_have_limits() -> None:
    assert ed.change_sounds(TRACK, (0, 1), gain=-6.0)[1].gain == -6
    with pytest.raises(ed.RefusedEdit, match="pan is 2"):
        ed.change_sounds(TRACK, (0,), pan=2.0)


def test_a_sound_without_out_point_ends_with_the_picture() -> None:
    whole = SoundClip(sound=0, at=50)
    assert ed.sound_frames(whole, LENGTHS, 120) == 70
    assert ed.sound_frames(whole, LENGTHS) == 200
    with pytest.raises(ed.RefusedEdit, match="not known yet"):
        ed.sound_frames(whole, (None,))


def test_the_own_sound_of_a_shot_is_unlinked_and_linked_again() -> None:
    row = (SequenceItem(gap=5), SequenceItem(clip=0, in_frame=8, out_frame=40, gain=-3.0))
    silent, clip = ed.unlink(row, (60,), 1, 0)
    assert not silent[1].sound
    assert (clip.at, clip.in_frame, clip.out_frame, clip.gain) == (5, 8, 40, -3.0)
    assert ed.relink(silent, (60,), 1, clip) == row
    late = SoundClip(sound=0, at=7, in_frame=8, out_frame=40)
    with pytest.raises(ed.RefusedEdit, match="the sound is 2 frames late") as told:
        ed.relink(silent, (60,), 1, late)
    assert told.value.nearest == -2


def test_markers_stay_in_order_and_move_along() -> None:
    marks = ed.add_marker((Marker(30, name="b"),), Marker(10, name="a"))
    assert [mark.name for mark in marks] == ["a", "b"]
    assert [mark.at for mark in ed.move_marker(marks, 0, 40)] == [30, 50]
    assert [mark.at for mark in ed.shift_markers(marks, 20, 5)] == [10, 35]
    assert [mark.at for mark in ed.shift_markers(marks, 28, -5)] == [10, 25]
    assert (ed.next_marker(marks, 10), ed.previous_marker(marks, 10)) == (30, None)
    with pytest.raises(ed.RefusedEdit, match="already"):
        ed.add_marker(marks, Marker(30))
    with pytest.raises(ed.RefusedEdit, match="begins here"):
        ed.move_marker(marks, 0, -11)


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(1, 60)), max_size=8))
def test_overwriting_sounds_never_leaves_two_over_each_other(
    places: list[tuple[int, int]],
) -> None:
    clips: tuple[SoundClip, ...] = ()
    for at, frames in places:
        clips = ed.overwrite_sounds(
            clips, LENGTHS, (SoundClip(sound=1, at=at, in_frame=0, out_frame=frames, fade_in=1),)
        )
        taken = spans(clips)
        assert all(a[1] <= b[0] for a, b in pairwise(taken))
        assert (at, at + frames) in taken
        assert all(clip.fade_in + clip.fade_out <= ed.sound_frames(clip, LENGTHS) for clip in clips)
