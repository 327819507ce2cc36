"""Transitions at the cuts of a sequence: added, changed and removed, with a check of handles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from engine.timeline.editing.measure import UNLIMITED, Items, Lengths, Span, floor, span_of, title
from engine.timeline.editing.refusal import RefusedEdit, count
from engine.timeline.items import SequenceItem
from engine.timeline.transitions import Transition


@dataclass(frozen=True, slots=True)
class Missing:
    """Frames that a transition lacks: of the item `index`, at its "head" or "tail", or "body"."""

    index: int
    side: str
    frames: int
    there: int


def active(item: SequenceItem) -> Transition | None:
    """The item's transition, when it is more than a cut."""
    return item.transition if item.transition and item.transition.kind != "cut" else None


def entering(items: Items, index: int) -> int:
    """Frames of the item that the transition into it covers."""
    transition = active(items[index - 1]) if index else None
    return transition.after if transition else 0


def leaving(items: Items, index: int) -> int:
    """Frames of the item that the transition out of it covers."""
    transition = active(items[index])
    return transition.before if transition else 0


def head_needed(items: Items, index: int) -> int:
    """Frames before its first that the transition into the item shows."""
    transition = active(items[index - 1]) if index else None
    return transition.before if transition and items[index].gap is None else 0


def tail_needed(items: Items, index: int) -> int:
    """Frames after its last that the transition out of the item shows."""
    transition = active(items[index])
    last = index == len(items) - 1
    return 0 if transition is None or last or items[index].gap is not None else transition.after


def missing(
    items: Items, lengths: Lengths, index: int, transition: Transition
) -> tuple[Missing, ...]:
    """What a transition out of the item `index` lacks; nothing when it fits."""
    outgoing = span_of(items[index], lengths)
    found = []
    if transition.before + entering(items, index) > outgoing.frames:
        there = max(0, outgoing.frames - entering(items, index))
        found.append(Missing(index, "body", transition.before - there, there))
    if index + 1 == len(items):
        return tuple(found)
    incoming = span_of(items[index + 1], lengths)
    for number, room, needed, side in (
        (index, outgoing.tail_room, transition.after, "tail"),
        (index + 1, incoming.head_room, transition.before, "head"),
    ):
        if room < needed:
            found.append(Missing(number, side, needed - room, room))
    if transition.after + leaving(items, index + 1) > incoming.frames:
        there = max(0, incoming.frames - leaving(items, index + 1))
        found.append(Missing(index + 1, "body", transition.after - there, there))
    return tuple(found)


def longest_transition(items: Items, lengths: Lengths, index: int) -> int:
    """Frames of the longest transition that fits out of the item `index`; 0 when none does."""
    outgoing = span_of(items[index], lengths)
    before = outgoing.frames - entering(items, index)
    after = outgoing.tail_room
    if index + 1 < len(items):
        incoming = span_of(items[index + 1], lengths)
        before = min(before, incoming.head_room)
        after = min(after, incoming.frames - leaving(items, index + 1))
    else:
        after = UNLIMITED
    # before = n // 2 and after = n - n // 2
    return max(0, min(2 * before + 1, 2 * after, 100_000))


def set_transition(items: Items, lengths: Lengths, index: int, transition: Transition) -> Items:
    """The transition out of the item `index`, in place of the one there was.

    Raises RefusedEdit that says how many frames are missing and of which shot; its `nearest` is
    the longest length that fits.
    """
    if transition.kind == "cut":
        return clear_transition(items, index)
    following = items[index + 1] if index + 1 < len(items) else None
    if items[index].gap is not None and (following is None or following.gap is not None):
        raise RefusedEdit("there is no shot on either side of this cut")
    bare = (*items[:index], replace(items[index], transition=None), *items[index + 1 :])
    lacks = missing(bare, lengths, index, transition)
    if lacks:
        longest = longest_transition(bare, lengths, index)
        raise RefusedEdit(
            f"a {transition.title} of {count(transition.frames)} does not fit: "
            + "; ".join(_told(items, lack) for lack in lacks),
            where=_place(items, index),
            mend=f"Make it {count(longest)} long, or trim the shots" if longest else _mend(lacks),
            nearest=longest or None,
        )
    return (*bare[:index], replace(bare[index], transition=transition), *bare[index + 1 :])


def clear_transition(items: Items, index: int) -> Items:
    """A plain cut after the item `index`."""
    return (*items[:index], replace(items[index], transition=None), *items[index + 1 :])


def resize_transition(items: Items, lengths: Lengths, index: int, frames: int) -> Items:
    """The transition after the item `index` with another length. Raises RefusedEdit."""
    transition = active(items[index])
    if transition is None:
        raise RefusedEdit("there is no transition at this cut", where=_place(items, index))
    if frames < 1:
        raise RefusedEdit("a transition has one frame at least", nearest=1)
    return set_transition(items, lengths, index, replace(transition, frames=frames))


def move_transition(
    items: Items, lengths: Lengths, index: int, to: int, *, copy: bool = False
) -> Items:
    """The transition after the item `index` at the cut after the item `to`. Raises RefusedEdit."""
    transition = active(items[index])
    if transition is None:
        raise RefusedEdit("there is no transition at this cut", where=_place(items, index))
    rest = items if copy else clear_transition(items, index)
    return set_transition(rest, lengths, to, transition)


def fitted(items: Items, lengths: Lengths, cuts: Iterable[int]) -> Items:
    """The items with the transitions after those numbers shortened to fit, or dropped."""
    made = list(items)
    for index in sorted({index for index in cuts if 0 <= index < len(items)}):
        transition = active(made[index])
        if transition is None:
            continue
        first = max(0, index - 1)
        near = (
            *made[first:index],
            replace(made[index], transition=None),
            *made[index + 1 : index + 2],
        )
        empty = made[index].gap is not None and all(
            item.gap for item in made[index + 1 : index + 2]
        )
        longest = 0 if empty else longest_transition(near, lengths, index - first)
        if longest < transition.frames:
            kept = replace(transition, frames=longest) if longest else None
            made[index] = replace(made[index], transition=kept)
    return tuple(made)


def check_transitions(items: Items, lengths: Lengths, around: Iterable[int]) -> None:
    """Raises RefusedEdit when a transition next to one of those items no longer fits."""
    cuts = {cut for index in around for cut in (index - 1, index)}
    for cut in sorted(cut for cut in cuts if 0 <= cut < len(items)):
        transition = active(items[cut])
        lacks = missing(_without(items, cut), lengths, cut, transition) if transition else ()
        if transition and lacks:
            raise RefusedEdit(
                f"the {transition.title} would not fit: "
                + "; ".join(_told(items, lack) for lack in lacks),
                where=_place(items, cut),
                mend="Shorten or remove it first",
            )


def free_before(items: Items, index: int, span: Span) -> int:
    """Frames by which the item's in point can come earlier, its transition's handle kept."""
    needed = head_needed(items, index)
    if span.is_gap or span.speed in (0, 1):
        return max(0, span.head_room - needed)
    speed = abs(span.speed)
    spare = span.media - span.end if span.speed < 0 else span.source
    return max(0, floor(floor(spare - needed * speed) / speed))


def free_after(items: Items, index: int, span: Span) -> int:
    """Frames by which the item's out point can come later, its transition's handle kept."""
    return max(0, min(span.longest_tail, span.tail_room - tail_needed(items, index)))


def shortest(items: Items, index: int) -> int:
    """Frames that the item must keep: one, and those that its transitions cover."""
    return max(1, entering(items, index) + leaving(items, index))


def _without(items: Items, index: int) -> Items:
    return (*items[:index], replace(items[index], transition=None), *items[index + 1 :])


def _told(items: Items, lack: Missing) -> str:
    name = title(items[lack.index])
    missing_frames = f"{count(lack.frames)} {'is' if lack.frames == 1 else 'are'} missing"
    if lack.side == "body":
        return f"{name} is too short for its transitions, {missing_frames}"
    place = "after its out point" if lack.side == "tail" else "before its in point"
    return f"{name} has {count(lack.there)} {place}, {missing_frames}"


def _mend(lacks: Iterable[Missing]) -> str:
    for lack in lacks:
        if lack.side == "tail":
            return f"Trim the end of the shot before by {count(max(1, lack.frames))}"
        if lack.side == "head":
            return f"Trim the start of the shot after by {count(max(1, lack.frames))}"
    return "Lengthen the shot"


def _place(items: Items, index: int) -> str:
    after = title(items[index + 1]) if index + 1 < len(items) else "the end"
    return f"the cut from {title(items[index])} to {after}"
