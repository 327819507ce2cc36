"""Puts clips and transitions that a reader found at known frames together as OTIO tracks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

import opentimelineio as otio

from engine.timeline.otio_transitions import otio_transition
from engine.timeline.times import rate_text, time_range
from engine.timeline.transitions import Transition


@dataclass(frozen=True, eq=False)
class PlacedClip:
    """A clip from frame `start` to `stop` (exclusive); None is black that was written as such."""

    start: int
    stop: int
    clip: otio.schema.Clip | None


@dataclass(frozen=True, eq=False)
class PlacedTransition:
    """A transition from frame `start` to `stop` around the cut that lies between them."""

    start: int
    stop: int
    transition: Transition


def assemble_track(
    name: str,
    kind: str,
    clips: Iterable[PlacedClip],
    transitions: Iterable[PlacedTransition],
    rate: Fraction,
) -> list[otio.schema.Track]:
    """The track of these clips, with gaps where there are none.

    Clips that overlap others go to further tracks of the same name. A transition belongs to the
    cut nearest to its middle; one without a cut inside it is left out. No clips, an empty track.
    """
    layers: list[list[PlacedClip]] = []
    for placed in sorted(clips, key=lambda placed: (placed.start, placed.stop)):
        if placed.stop <= placed.start:
            continue
        for layer in layers:
            if layer[-1].stop <= placed.start:
                layer.append(placed)
                break
        else:
            layers.append([placed])
    waiting = list(transitions)
    return [_track(name, kind, layer, waiting, rate) for layer in layers or [[]]]


def _track(
    name: str,
    kind: str,
    layer: list[PlacedClip],
    waiting: list[PlacedTransition],
    rate: Fraction,
) -> otio.schema.Track:
    track = otio.schema.Track(name=name, kind=kind, metadata={"aiprod": {"rate": rate_text(rate)}})
    pieces: list[PlacedClip] = []
    position = 0
    for placed in layer:
        if placed.start > position:
            pieces.append(PlacedClip(position, placed.start, None))
        pieces.append(placed)
        position = placed.stop
    cuts = [piece.start for piece in pieces] + [position]
    at_cut: dict[int, PlacedTransition] = {}
    for transition in list(waiting):
        inside = [cut for cut in cuts if transition.start <= cut <= transition.stop]
        free = [cut for cut in inside if cut not in at_cut]
        if free:
            middle = transition.start + transition.stop
            at_cut[min(free, key=lambda cut: abs(2 * cut - middle))] = transition
            waiting.remove(transition)
    for piece in pieces:
        _add_transition(track, at_cut.get(piece.start), piece.start, rate)
        gap = otio.schema.Gap(source_range=time_range(0, piece.stop - piece.start, rate))
        track.append(gap if piece.clip is None else piece.clip)
    _add_transition(track, at_cut.get(position), position, rate)
    return track


def _add_transition(
    track: otio.schema.Track, placed: PlacedTransition | None, cut: int, rate: Fraction
) -> None:
    if placed is not None:
        before, after = cut - placed.start, placed.stop - cut
        track.append(otio_transition(placed.transition, before, after, rate))
