"""What the user asks of the timeline by mouse, as changes of a cut."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QCoreApplication

from app.said import said
from app.timeline.changing import Changing
from app.timeline.cut import Reader, VideoRow
from app.timeline.scene import Scene, split_by_track
from app.timeline.syncing import follow
from engine.timeline import editing as ed
from engine.timeline.items import SequenceItem, SoundClip
from widgets.timeline import (
    Blade,
    Fade,
    Gain,
    Intent,
    Move,
    MoveMarker,
    MoveTransition,
    ResizeTransition,
    Roll,
    Slide,
    Slip,
    Trim,
    Verdict,
)


def judge(scene: Scene, reader: Reader, intent: Intent) -> Verdict:
    """What an intent may become: itself, the nearest that is legal, or nothing; and why."""
    try:
        act(Changing(scene.cut, scene.level, reader), scene, intent)
    except ed.RefusedEdit as refusal:
        nearest = refusal.nearest
        if nearest is None:
            return Verdict(None, said(refusal.message))
        return Verdict(_at(intent, nearest), said(refusal.message))
    return Verdict(intent)


def act(changing: Changing, scene: Scene, intent: Intent) -> str:
    """Make the change that an intent asks for; returns the name of the step. Raises RefusedEdit."""
    match intent:
        case Trim():
            return _trim(changing, scene, intent)
        case Roll():
            row, number = _video(scene, intent.clip)
            lengths = scene.lengths[row.sequence]
            changing.items[row.sequence] = ed.roll(row.items, lengths, number, intent.by)
            return _tr("Roll the cut")
        case Slip():
            return _slip(changing, scene, intent)
        case Slide():
            row, number = _video(scene, intent.clip)
            lengths = scene.lengths[row.sequence]
            changing.items[row.sequence] = ed.slide(row.items, lengths, number, intent.by)
            return _tr("Slide the shot")
        case Move():
            return _move(changing, scene, intent)
        case Blade():
            return _blade(changing, scene, intent)
        case ResizeTransition():
            row, number = _video(scene, intent.clip)
            lengths = scene.lengths[row.sequence]
            changing.items[row.sequence] = ed.resize_transition(
                row.items, lengths, number, intent.frames
            )
            return _tr("Change the transition's length")
        case MoveTransition():
            row, number = _video(scene, intent.clip)
            _, to = _video(scene, intent.to)
            lengths = scene.lengths[row.sequence]
            changing.items[row.sequence] = ed.move_transition(row.items, lengths, number, to)
            return _tr("Move the transition")
        case Fade():
            track, number = scene.find(intent.clip)
            line = scene.audio_number(track)
            edges = {"fade_in" if intent.edge == "in" else "fade_out": intent.frames}
            changing.clips[line] = ed.set_fades(
                changing.clips[line], scene.sounds, number, picture=scene.picture, **edges
            )
            return _tr("Fade the sound")
        case Gain():
            return _gain(changing, scene, intent)
        case MoveMarker():
            number = int(intent.marker)
            changing.markers = ed.move_marker(changing.markers, number, intent.by)
            return _tr("Move the marker")


def _at(intent: Intent, nearest: int) -> Intent:
    """The intent with the amount that is legal."""
    match intent:
        case Trim() | Roll() | Slip() | Slide() | Move() | MoveMarker():
            return replace(intent, by=nearest)
        case ResizeTransition() | Fade():
            return replace(intent, frames=nearest)
        case _:
            return intent


def _video(scene: Scene, clip: str) -> tuple[VideoRow, int]:
    track, number = scene.find(clip)
    if not track.startswith("V"):
        raise ed.RefusedEdit("only shots can be edited this way")
    return scene.video(track), number


def _trim(changing: Changing, scene: Scene, intent: Trim) -> str:
    track, number = scene.find(intent.clip)
    if track.startswith("A"):
        return _trim_sound(changing, scene, intent, track, number)
    row = scene.video(track)
    lengths = scene.lengths[row.sequence]
    if not intent.rippling:
        changing.items[row.sequence] = ed.trim(row.items, lengths, number, intent.edge, intent.by)
        return _tr("Trim the shot")
    end = scene.starts(row)[number + 1] + row.settings.at
    changing.items[row.sequence] = ed.ripple(row.items, lengths, number, intent.edge, intent.by)
    by = -intent.by if intent.edge == "in" else intent.by
    follow(changing, scene, end, by, but=row.id)
    return _tr("Ripple the shot")


def _trim_sound(changing: Changing, scene: Scene, intent: Trim, track: str, number: int) -> str:
    line = scene.audio_number(track)
    clips, sounds, picture = changing.clips[line], scene.sounds, scene.picture
    edge, by = intent.edge, intent.by
    if not intent.rippling:
        changing.clips[line] = ed.trim_sound(clips, sounds, number, edge, by, picture=picture)
        return _tr("Trim the sound")
    longer = -by if edge == "in" else by
    start, end = scene.place(intent.clip)
    after = start if edge == "in" else end
    if longer > 0:
        clips = ed.shift_sounds(clips, sounds, after, longer, picture=picture)
    clips = ed.trim_sound(clips, sounds, number, edge, by, picture=picture)
    if longer < 0:
        after = start + by if edge == "in" else end
        clips = ed.shift_sounds(clips, sounds, after, longer, picture=picture)
    changing.clips[line] = clips
    return _tr("Ripple the sound")


def _slip(changing: Changing, scene: Scene, intent: Slip) -> str:
    track, number = scene.find(intent.clip)
    if track.startswith("A"):
        line = scene.audio_number(track)
        changing.clips[line] = ed.slip_sound(
            changing.clips[line], scene.sounds, number, intent.by, picture=scene.picture
        )
        return _tr("Slip the sound")
    row = scene.video(track)
    lengths = scene.lengths[row.sequence]
    changing.items[row.sequence] = ed.slip(row.items, lengths, number, intent.by)
    return _tr("Slip the shot")


def _blade(changing: Changing, scene: Scene, intent: Blade) -> str:
    if intent.track:
        _cut(changing, scene, intent.track, intent.frame)
        return _tr("Cut")
    refused: ed.RefusedEdit | None = None
    done = 0
    pictures = [row.id for row in scene.cut.video if not row.note]
    for track in (*pictures, *(row.id for row in scene.cut.audio)):
        if track in scene.locked:
            continue
        try:
            _cut(changing, scene, track, intent.frame)
            done += 1
        except ed.RefusedEdit as refusal:
            refused = refused or refusal
    if not done:
        raise refused or ed.RefusedEdit("there is nothing to cut here")
    return _tr("Cut all tracks")


def _cut(changing: Changing, scene: Scene, track: str, frame: int) -> None:
    if track.startswith("A"):
        line = scene.audio_number(track)
        changing.clips[line] = ed.blade_sound(
            changing.clips[line], scene.sounds, frame, picture=scene.picture
        )
        return
    row = scene.video(track)
    changing.items[row.sequence] = ed.blade(
        changing.items[row.sequence], scene.lengths[row.sequence], frame - row.settings.at
    )


def _gain(changing: Changing, scene: Scene, intent: Gain) -> str:
    track, number = scene.find(intent.clip)
    if track.startswith("A"):
        line = scene.audio_number(track)
        changing.clips[line] = ed.change_sounds(changing.clips[line], (number,), gain=intent.gain)
    else:
        row = scene.video(track)
        changing.items[row.sequence] = ed.set_gain(row.items, (number,), intent.gain)
    return _tr("Change the gain")


def _move(changing: Changing, scene: Scene, intent: Move) -> str:
    by_track = split_by_track(scene, intent.clips)
    grabbed = scene.find(intent.grabbed)[0][:1]
    first = min(scene.place(clip)[0] for clip in intent.clips)
    if first + intent.by < 0:
        raise ed.RefusedEdit("the timeline begins here", nearest=-first)
    pictures = {track: numbers for track, numbers in by_track.items() if track[0] == "V"}
    sounds = {track: numbers for track, numbers in by_track.items() if track[0] == "A"}
    _move_pictures(changing, scene, intent, pictures, intent.tracks if grabbed == "V" else 0)
    _move_sounds(changing, scene, intent, sounds, intent.tracks if grabbed == "A" else 0)
    return _tr("Copy clips") if intent.copy else _tr("Move clips")


def _move_pictures(
    changing: Changing, scene: Scene, intent: Move, by_track: dict[str, list[int]], up: int
) -> None:
    placed: list[tuple[VideoRow, VideoRow, int, tuple[SequenceItem, ...]]] = []
    rows = {row.id: row for row in scene.cut.video}
    for track, numbers in by_track.items():
        row = scene.video(track)
        target = scene.video(f"V{int(track[1:]) + up}") if up else row
        lengths = scene.lengths[row.sequence]
        if intent.mode == "insert" and target is row and not intent.copy:
            frame = max(0, intent.at - row.settings.at)
            changing.items[row.sequence] = ed.reorder(row.items, lengths, numbers, frame)
            continue
        rest, runs = ed.take(row.items, lengths, numbers, intent.mode)
        if not intent.copy:
            changing.items[row.sequence] = rest
        for run in runs:
            at = run.at + row.settings.at - target.settings.at + intent.by
            placed.append((rows[row.id], target, at, run.items))
    for row, target, at, items in placed:
        if at < 0:
            raise ed.RefusedEdit("the track begins here")
        led = items
        if target is not row:
            led = tuple(_led(changing, row, target, item) for item in items)
        known = changing.feeds[target.sequence]
        lengths = _known_lengths(scene, row, target, len(known), led, items)
        changing.items[target.sequence] = ed.place(
            changing.items[target.sequence], lengths, at, led, intent.mode
        )


def _led(changing: Changing, row: VideoRow, target: VideoRow, item: SequenceItem) -> SequenceItem:
    """An item of one sequence as an item of another, which is linked with its clip."""
    if item.gap is not None:
        return item
    link = row.feeds[item.clip]
    return replace(item, clip=changing.clip_number(target.sequence, link.source, link.output))


def _known_lengths(
    scene: Scene,
    row: VideoRow,
    target: VideoRow,
    count: int,
    led: tuple[SequenceItem, ...],
    items: tuple[SequenceItem, ...],
) -> list[int | None]:
    """Lengths of the target's clips, those that were linked just now included."""
    lengths = [*scene.lengths[target.sequence]]
    lengths += [None] * (count - len(lengths))
    for new, old in zip(led, items, strict=True):
        if new.gap is None and lengths[new.clip] is None:
            lengths[new.clip] = scene.lengths[row.sequence][old.clip]
    return lengths


def _move_sounds(
    changing: Changing, scene: Scene, intent: Move, by_track: dict[str, list[int]], down: int
) -> None:
    picture = scene.picture
    lifted: list[tuple[int, list[SoundClip]]] = []
    for track, numbers in by_track.items():
        line = scene.audio_number(track)
        to = scene.audio_number(f"A{line + 1 + down}")
        clips = [ed.in_full(changing.clips[line][n], scene.sounds, picture) for n in numbers]
        lifted.append((to, clips))
        if not intent.copy:
            changing.clips[line] = ed.remove_sounds(changing.clips[line], numbers)
    for line, clips in lifted:
        moved = [replace(clip, at=clip.at + intent.by) for clip in clips]
        changing.clips[line] = ed.overwrite_sounds(
            changing.clips[line], scene.sounds, moved, picture=picture
        )


def _tr(text: str) -> str:
    return QCoreApplication.translate("TimelineSteps", text)
