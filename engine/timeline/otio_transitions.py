"""Transitions as OpenTimelineIO values, there and back."""

from __future__ import annotations

from fractions import Fraction

import opentimelineio as otio

from engine.timeline.times import frames_of, rational_time
from engine.timeline.transitions import Transition, transition_like


def to_otio(transition: Transition, rate: Fraction) -> otio.schema.Transition:
    """The OTIO value: a dissolve is `SMPTE_Dissolve`, the others keep their look as metadata."""
    return otio_transition(transition, transition.before, transition.after, rate)


def otio_transition(
    transition: Transition, before: int, after: int, rate: Fraction
) -> otio.schema.Transition:
    """As `to_otio`, with so many frames before and after the cut."""
    kinds = otio.schema.TransitionTypes
    return otio.schema.Transition(
        name=transition.title,
        transition_type=kinds.SMPTE_Dissolve if transition.kind == "dissolve" else kinds.Custom,
        in_offset=rational_time(before, rate),
        out_offset=rational_time(after, rate),
        metadata={"aiprod": transition.look()},
    )


def from_otio(value: otio.schema.Transition, rate: Fraction) -> tuple[Transition, int, int]:
    """The transition of an OTIO value, ours or anyone's, and its frames before and after the cut.

    A custom transition of another program is taken as a dissolve.
    """
    before, after = frames_of(value.in_offset, rate), frames_of(value.out_offset, rate)
    kept = value.metadata.get("aiprod")
    return transition_like(None if kept is None else dict(kept), before + after), before, after
