"""The states of a job and which may follow which."""

from __future__ import annotations

import pytest

from engine.errors import AiprodError
from engine.jobs import (
    ALLOWED,
    STATE_NAMES,
    Checking,
    Delivered,
    Failed,
    Generating,
    Queued,
    Review,
    State,
    is_active,
    state_name,
)
from engine.jobs.states import check_transition, decode_state, encode_state


@pytest.mark.parametrize(
    "state",
    [
        Queued(),
        Checking(files=3),
        Review(findings=("film.mp4: black from 0 s to 2 s",)),
        Delivered(files=("film.mp4", "média/prise 1.mov")),
        Failed(message="Shot 1: out of memory"),
    ],
)
def test_a_state_is_read_back_as_it_was_written(state: State) -> None:
    assert decode_state(*encode_state(state)) == state


def test_every_state_can_be_left_and_reached() -> None:
    reached = {kind for kinds in ALLOWED.values() for kind in kinds}
    assert reached == set(ALLOWED)
    assert {state_name(kind) for kind in reached} == set(STATE_NAMES)


def test_a_state_out_of_turn_is_refused_with_the_legal_ones() -> None:
    with pytest.raises(AiprodError, match=r"queued cannot become delivered.*planning, cancelled"):
        check_transition(Queued(), Delivered())


def test_only_a_job_that_someone_works_on_is_active() -> None:
    assert is_active(Generating())
    assert not is_active(Queued())
    assert not is_active(Failed("no"))


@pytest.mark.parametrize(
    ("name", "carried"), [("dreaming", "{}"), ("failed", "{}"), ("queued", "["), ("queued", "3")]
)
def test_a_record_that_makes_no_sense_is_a_clear_error(name: str, carried: str) -> None:
    with pytest.raises(AiprodError, match="unknown state"):
        decode_state(name, carried)
