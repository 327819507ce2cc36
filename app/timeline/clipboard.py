"""Clips as text for the clipboard, and pasted again: also into another timeline of the project."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.timeline.changing import Changing
from app.timeline.scene import Scene, split_by_track
from app.timeline.syncing import follow
from app.timeline.verbs import Verb
from engine.graph.checks import ParamError, make_check, to_json
from engine.graph.signatures import read
from engine.timeline import editing as ed
from engine.timeline.items import SequenceItem, SoundClip
from widgets.timeline.intents import Mode

_KEY = "aiprod_clips"


def pack(scene: Scene, clips: tuple[str, ...]) -> dict[str, Any]:
    """The clips with what feeds them, in frames from the first of them."""
    by_track = split_by_track(scene, clips)
    first = min(scene.place(clip)[0] for clip in clips)
    packed: list[dict[str, Any]] = []
    for track, numbers in by_track.items():
        if track[0] == "V":
            row = next(row for row in scene.cut.video if row.id == track)
            starts = scene.starts(row)
            lengths = scene.lengths[row.sequence]
            for number in numbers:
                item = row.items[number]
                link = row.feeds[item.clip] if item.clip < len(row.feeds) else None
                span = ed.span_of(item, lengths)
                whole = replace(item, out_frame=span.end, transition=None)
                packed.append(
                    {
                        "track": track,
                        "at": starts[number] + row.settings.at - first,
                        "item": to_json(whole),
                        "source": link.source if link else "",
                        "output": link.output if link else "out",
                        "media": lengths[item.clip] if item.clip < len(lengths) else None,
                    }
                )
        else:
            sounds = next(row for row in scene.cut.audio if row.id == track)
            for number in numbers:
                clip = ed.in_full(sounds.clips[number], scene.sounds, scene.picture)
                feed = scene.cut.sounds[clip.sound]
                packed.append(
                    {
                        "track": track,
                        "at": clip.at - first,
                        "sound": to_json(clip),
                        "source": feed.source,
                        "output": feed.output,
                    }
                )
    return {_KEY: packed}


def unpack(text: str) -> list[dict[str, Any]] | None:
    """The clips in a text; None when there are none."""
    try:
        found = json.loads(text)
    except ValueError:
        return None
    rows = found.get(_KEY) if isinstance(found, Mapping) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return None
    return rows or None


def paste(packed: list[dict[str, Any]], frame: int, mode: Mode) -> Verb:
    """Place packed clips from a frame on, on the tracks that they came from where these are."""

    def verb(changing: Changing, scene: Scene) -> None:
        placed = 0
        for row in packed:
            source = str(row.get("source", ""))
            if source not in scene.level.nodes:
                continue
            try:
                if "item" in row:
                    _paste_item(changing, scene, row, frame, mode)
                else:
                    _paste_sound(changing, scene, row, frame)
            except (ParamError, KeyError, TypeError) as error:
                raise ed.RefusedEdit(f"the clips in the clipboard are damaged: {error}") from None
            placed += 1
        if not placed:
            raise ed.RefusedEdit("the nodes of these clips are not in this project")

    return verb


def _paste_item(
    changing: Changing, scene: Scene, row: dict[str, Any], frame: int, mode: Mode
) -> None:
    known = [track for track in scene.cut.video if track.id == row["track"] and not track.note]
    target = known[0] if known and known[0].id not in scene.locked else None
    target = target or scene.video(scene.targets[0])
    number = changing.clip_number(target.sequence, str(row["source"]), str(row["output"]))
    item = replace(_ITEM(row["item"]), clip=number)
    lengths = [*scene.lengths[target.sequence]]
    lengths += [None] * (number + 1 - len(lengths))
    media = row.get("media")
    if lengths[number] is None and isinstance(media, int):
        lengths[number] = media
    at = frame + int(row["at"])
    items = changing.items[target.sequence]
    changing.items[target.sequence] = ed.place(
        items, lengths, max(0, at - target.settings.at), (item,), mode
    )
    if mode == "insert":
        follow(changing, scene, at, ed.frames_of(item, lengths), but=target.id)


def _paste_sound(changing: Changing, scene: Scene, row: dict[str, Any], frame: int) -> None:
    names = [track.id for track in scene.cut.audio]
    if row["track"] in names and row["track"] not in scene.locked:
        line = names.index(row["track"])
    elif scene.targets[1]:
        line = scene.audio_number(scene.targets[1])
    else:
        line = changing.add_audio_track()
    number = changing.sound_number(str(row["source"]), str(row["output"]))
    clip = replace(_SOUND(row["sound"]), sound=number, at=frame + int(row["at"]))
    sounds = [*scene.sounds]
    sounds += [None] * (number + 1 - len(sounds))
    changing.clips[line] = ed.overwrite_sounds(
        changing.clips[line], sounds, (clip,), picture=scene.picture
    )


_ITEM = make_check(read(SequenceItem, {}))[1]
_SOUND = make_check(read(SoundClip, {}))[1]
