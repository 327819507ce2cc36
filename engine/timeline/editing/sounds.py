"""Sound clips on an audio track: placed, moved, trimmed, cut, faded, linked with pictures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, TypeAlias

from engine.timeline.editing.measure import (
    UNLIMITED,
    Items,
    Lengths,
    span_of,
    starts_of,
    title,
)
from engine.timeline.editing.refusal import RefusedEdit, check_between, count
from engine.timeline.editing.trims import Edge
from engine.timeline.items import SoundClip

Sounds: TypeAlias = tuple[SoundClip, ...]


def sound_frames(clip: SoundClip, lengths: Lengths, picture: int | None = None) -> int:
    """How long a sound clip is, in frames; without an out point to the end of the sound or of
    the picture. Raises RefusedEdit when nobody knows.
    """
    if clip.out_frame is not None:
        return clip.out_frame - clip.in_frame
    media = lengths[clip.sound] if clip.sound < len(lengths) else None
    if media is None and picture is None:
        raise RefusedEdit(
            "its length is not known yet", where=sound_title(clip), mend="Render it, or trim it"
        )
    ends = [] if media is None else [media - clip.in_frame]
    if picture is not None:
        ends.append(picture - clip.at)
    return max(1, min(ends))


def sound_title(clip: SoundClip) -> str:
    """The clip as messages name it."""
    return repr(clip.name) if clip.name else f"sound {clip.sound + 1}"


def in_full(clip: SoundClip, lengths: Lengths, picture: int | None = None) -> SoundClip:
    """The clip with its out point written down."""
    if clip.out_frame is not None:
        return clip
    return replace(clip, out_frame=clip.in_frame + sound_frames(clip, lengths, picture))


def add_sounds(
    clips: Sounds, lengths: Lengths, new: Sequence[SoundClip], *, picture: int | None = None
) -> Sounds:
    """More clips on the track. Raises RefusedEdit when one would lie over another."""
    made = (*clips, *(in_full(clip, lengths, picture) for clip in new))
    return _checked(made, lengths, picture, len(clips))


def overwrite_sounds(
    clips: Sounds, lengths: Lengths, new: Sequence[SoundClip], *, picture: int | None = None
) -> Sounds:
    """More clips on the track, in place of what lies where they go."""
    made = clips
    for clip in new:
        fresh = in_full(clip, lengths, picture)
        stop = fresh.at + sound_frames(fresh, lengths, picture)
        made = (*clear_range(made, lengths, fresh.at, stop, picture=picture), fresh)
    return made


def remove_sounds(clips: Sounds, indices: Iterable[int]) -> Sounds:
    """The track without those clips."""
    chosen = set(indices)
    return tuple(clip for index, clip in enumerate(clips) if index not in chosen)


def move_sounds(
    clips: Sounds,
    lengths: Lengths,
    indices: Iterable[int],
    by: int,
    *,
    picture: int | None = None,
    overwriting: bool = False,
) -> Sounds:
    """Move clips `by` frames. Raises RefusedEdit before the first frame, or over another clip."""
    chosen = sorted(set(indices))
    if not chosen or by == 0:
        return clips
    first = min(clips[index].at for index in chosen)
    if first + by < 0:
        raise RefusedEdit("the timeline begins here", nearest=-first)
    moved = {
        index: replace(full, at=full.at + by)
        for index in chosen
        for full in (in_full(clips[index], lengths, picture),)
    }
    if overwriting:
        rest = remove_sounds(clips, chosen)
        return overwrite_sounds(rest, lengths, list(moved.values()), picture=picture)
    made = tuple(moved.get(index, clip) for index, clip in enumerate(clips))
    return _checked(made, lengths, picture, *chosen)


def trim_sound(
    clips: Sounds,
    lengths: Lengths,
    index: int,
    edge: Edge,
    by: int,
    *,
    picture: int | None = None,
) -> Sounds:
    """Move an edge of a clip `by` frames. Raises RefusedEdit at the sound's end or a neighbour."""
    clip = in_full(clips[index], lengths, picture)
    frames = sound_frames(clip, lengths)
    before, after = _neighbours(clips, lengths, index, picture)
    name = sound_title(clip)
    keep = max(1, clip.fade_in + clip.fade_out)
    if edge == "in":
        low = -min(clip.in_frame, clip.at - before)
        check_between(
            by,
            low,
            frames - keep,
            lambda most: _why(name, -most, clip.in_frame, clip.at - before, "before its in point"),
            _keeps(name, keep),
        )
        trimmed = replace(clip, at=clip.at + by, in_frame=clip.in_frame + by)
    else:
        media = lengths[clip.sound] if clip.sound < len(lengths) else None
        stop = clip.in_frame + frames
        spare = UNLIMITED if media is None else max(0, media - stop)
        room = after - (clip.at + frames)
        check_between(
            by,
            keep - frames,
            min(spare, room),
            _keeps(name, keep),
            lambda most: _why(name, most, spare, room, "after its out point"),
        )
        trimmed = replace(clip, out_frame=stop + by)
    return _with(clips, index, trimmed)


def slip_sound(
    clips: Sounds, lengths: Lengths, index: int, by: int, *, picture: int | None = None
) -> Sounds:
    """Play a part of the sound `by` frames later, in the same place. Raises RefusedEdit."""
    clip = in_full(clips[index], lengths, picture)
    stop = clip.out_frame or 0
    media = lengths[clip.sound] if clip.sound < len(lengths) else None
    check_between(
        by,
        -clip.in_frame,
        UNLIMITED if media is None else max(0, media - stop),
        lambda most: f"{sound_title(clip)} has {count(-most)} more before the part that plays",
        lambda most: f"{sound_title(clip)} has {count(most)} more after the part that plays",
    )
    return _with(clips, index, replace(clip, in_frame=clip.in_frame + by, out_frame=stop + by))


def blade_sound(
    clips: Sounds, lengths: Lengths, frame: int, *, picture: int | None = None
) -> Sounds:
    """Cut the clip at a frame in two. Raises RefusedEdit where there is nothing to cut."""
    for index, given in enumerate(clips):
        clip = in_full(given, lengths, picture)
        offset = frame - clip.at
        frames = sound_frames(clip, lengths)
        if 0 < offset < frames:
            middle = clip.in_frame + offset
            left = replace(clip, out_frame=middle, fade_out=0, fade_in=min(clip.fade_in, offset))
            right = replace(
                clip,
                at=frame,
                in_frame=middle,
                fade_in=0,
                fade_out=min(clip.fade_out, frames - offset),
            )
            return (*clips[:index], left, right, *clips[index + 1 :])
    raise RefusedEdit("there is no sound to cut here")


def join_sounds(
    clips: Sounds, lengths: Lengths, index: int, *, picture: int | None = None
) -> Sounds:
    """The clip and the one that plays on after it as one. Raises RefusedEdit."""
    left = in_full(clips[index], lengths, picture)
    stop = left.at + sound_frames(left, lengths)
    for other, given in enumerate(clips):
        right = in_full(given, lengths, picture)
        if other == index or right.at != stop:
            continue
        if (right.sound, right.in_frame) != (left.sound, left.out_frame):
            break
        joined = replace(left, out_frame=right.out_frame, fade_out=right.fade_out)
        return remove_sounds(_with(clips, index, joined), (other,))
    raise RefusedEdit("no part of the same sound plays on after it", where=sound_title(left))


def set_fades(
    clips: Sounds,
    lengths: Lengths,
    index: int,
    *,
    fade_in: int | None = None,
    fade_out: int | None = None,
    picture: int | None = None,
) -> Sounds:
    """Other fades, in frames. Raises RefusedEdit when they are longer than the clip."""
    clip = clips[index]
    frames = sound_frames(clip, lengths, picture)
    first = clip.fade_in if fade_in is None else fade_in
    last = clip.fade_out if fade_out is None else fade_out
    if first < 0 or last < 0:
        raise RefusedEdit("a fade cannot be shorter than nothing", nearest=0)
    if first + last > frames:
        rest = frames - (last if fade_in is not None else first)
        raise RefusedEdit(
            f"its fades are {count(first + last)}, and it has {count(frames)}",
            where=sound_title(clip),
            nearest=max(0, rest),
        )
    return _with(clips, index, replace(clip, fade_in=first, fade_out=last))


def change_sounds(clips: Sounds, indices: Iterable[int], **changes: Any) -> Sounds:
    """Clips with another gain (dB), pan (-1 to 1), name or enabled. Raises RefusedEdit."""
    chosen = set(indices)
    made = []
    for index, clip in enumerate(clips):
        if index not in chosen:
            made.append(clip)
            continue
        try:
            made.append(replace(clip, **changes))
        except ValueError as error:
            raise RefusedEdit(str(error), where=sound_title(clip)) from None
    return tuple(made)


def clear_range(
    clips: Sounds, lengths: Lengths, start: int, stop: int, *, picture: int | None = None
) -> Sounds:
    """The track with nothing between two frames: clips are trimmed, cut or removed."""
    made: list[SoundClip] = []
    for given in clips:
        clip = in_full(given, lengths, picture)
        end = clip.at + sound_frames(clip, lengths)
        if end <= start or clip.at >= stop:
            made.append(given)
            continue
        if clip.at < start:
            made.append(_shortened(clip, clip.at, start))
        if end > stop:
            made.append(_shortened(clip, stop, end))
    return tuple(made)


def extract_sounds(
    clips: Sounds, lengths: Lengths, start: int, stop: int, *, picture: int | None = None
) -> Sounds:
    """The track without what lies between two frames; what follows moves earlier."""
    cleared = clear_range(clips, lengths, start, stop, picture=picture)
    return tuple(
        replace(clip, at=clip.at - (stop - start)) if clip.at >= stop else clip for clip in cleared
    )


def shift_sounds(
    clips: Sounds, lengths: Lengths, frame: int, by: int, *, picture: int | None = None
) -> Sounds:
    """Move the clips that begin at or after a frame `by` frames. Raises RefusedEdit."""
    later = [index for index, clip in enumerate(clips) if clip.at >= frame]
    if not later or by == 0:
        return clips
    try:
        return move_sounds(clips, lengths, later, by, picture=picture)
    except RefusedEdit as refusal:
        raise RefusedEdit(
            f"the sounds after it cannot follow: {refusal.message}",
            where=refusal.where,
            mend="Switch off keeping tracks in sync",
            nearest=refusal.nearest,
        ) from None


def unlink(items: Items, lengths: Lengths, index: int, sound: int) -> tuple[Items, SoundClip]:
    """An item's own sound as a clip of its own (of the input `sound`), in the same place.

    Raises RefusedEdit when the item has none, or runs at another speed.
    """
    item = items[index]
    if item.gap is not None or not item.sound:
        raise RefusedEdit("it has no sound of its own to unlink", where=title(item))
    if item.speed != 1:
        raise RefusedEdit(
            "its sound follows its speed, which a sound clip cannot", where=title(item)
        )
    span = span_of(item, lengths)
    clip = SoundClip(
        sound=sound,
        at=starts_of(items, lengths)[index],
        in_frame=span.source,
        out_frame=span.end,
        gain=item.gain,
        name=item.name,
    )
    silent = replace(item, sound=False, gain=0.0)
    return (*items[:index], silent, *items[index + 1 :]), clip


def relink(
    items: Items, lengths: Lengths, index: int, clip: SoundClip, *, offset: int = 0
) -> Items:
    """An item that takes its own sound along again, with the gain of the clip that held it.

    `offset` is where the sequence begins on the timeline. Raises RefusedEdit when the clip is out
    of sync with the picture, and says by how much.
    """
    item = items[index]
    if item.gap is not None or item.speed != 1:
        raise RefusedEdit("it cannot take its own sound along", where=title(item))
    start = starts_of(items, lengths)[index] + offset
    apart = (clip.at - clip.in_frame) - (start - item.in_frame)
    if apart:
        way = "late" if apart > 0 else "early"
        raise RefusedEdit(
            f"the sound is {count(abs(apart))} {way}",
            where=title(item),
            mend="Move it into sync first",
            nearest=-apart,
        )
    linked = replace(item, sound=True, gain=clip.gain)
    return (*items[:index], linked, *items[index + 1 :])


def _shortened(clip: SoundClip, start: int, stop: int) -> SoundClip:
    begin = clip.in_frame + start - clip.at
    length = stop - start
    whole = start == clip.at
    fade_in = min(clip.fade_in, length) if whole else 0
    fade_out = 0 if whole else min(clip.fade_out, length)
    return replace(
        clip, at=start, in_frame=begin, out_frame=begin + length, fade_in=fade_in, fade_out=fade_out
    )


def _neighbours(
    clips: Sounds, lengths: Lengths, index: int, picture: int | None
) -> tuple[int, int]:
    """The frame where the clip before ends, and where the clip after begins."""
    at = clips[index].at
    before, after = 0, UNLIMITED
    for other, clip in enumerate(clips):
        if other == index:
            continue
        if clip.at <= at:
            before = max(before, clip.at + sound_frames(clip, lengths, picture))
        else:
            after = min(after, clip.at)
    return before, after


def _checked(clips: Sounds, lengths: Lengths, picture: int | None, *changed: int) -> Sounds:
    spans = [(clip.at, clip.at + sound_frames(clip, lengths, picture)) for clip in clips]
    order = sorted(range(len(clips)), key=spans.__getitem__)
    for earlier, later in pairwise(order):
        if spans[later][0] < spans[earlier][1]:
            mover, other = (later, earlier) if later in changed else (earlier, later)
            raise RefusedEdit(
                f"it would lie over {sound_title(clips[other])}",
                where=sound_title(clips[mover]),
                mend="Put it on another track",
            )
    return clips


def _why(name: str, most: int, media: int, room: int, side: str) -> str:
    if media <= room:
        return f"{name} has {count(most)} more {side}"
    return "another sound is in the way" if room < UNLIMITED else "the timeline begins here"


def _keeps(name: str, keep: int) -> str:
    return f"one frame of {name} must stay" if keep == 1 else f"its fades need {count(keep)}"


def _with(clips: Sounds, index: int, clip: SoundClip) -> Sounds:
    return (*clips[:index], clip, *clips[index + 1 :])
