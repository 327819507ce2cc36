"""What the timeline's commands do to a cut: delete, lift, extract, place, transitions, speed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeAlias

from app.timeline.changing import Changing
from app.timeline.cut import VideoRow
from app.timeline.scene import Scene, split_by_track
from app.timeline.syncing import follow
from engine.timeline import editing as ed
from engine.timeline.items import AudioTrack, Marker, SequenceItem, SoundClip
from engine.timeline.transitions import Transition
from widgets.timeline.intents import Edge, Mode

Verb: TypeAlias = Callable[[Changing, Scene], None]
"""A change of a cut. Raises RefusedEdit."""


@dataclass(frozen=True)
class Source:
    """What is placed on the timeline: a node's result, its length in frames, what it is."""

    node: str
    frames: int | None
    kind: str  # "video", "audio", "image"
    name: str = ""
    output: str = "out"
    start: int | None = None
    stop: int | None = None


def delete(clips: tuple[str, ...], *, rippling: bool) -> Verb:
    """Take clips out, and leave gaps or close up."""

    def verb(changing: Changing, scene: Scene) -> None:
        by_track = split_by_track(scene, clips)
        if not by_track:
            raise ed.RefusedEdit("no clip is selected")
        for track, numbers in by_track.items():
            if track[0] == "A":
                _delete_sounds(changing, scene, track, numbers, rippling=rippling)
                continue
            row = scene.video(track)
            lengths = scene.lengths[row.sequence]
            edit = ed.extract if rippling else ed.lift
            starts = scene.starts(row)
            changing.items[row.sequence] = edit(changing.items[row.sequence], lengths, numbers)
            if rippling and len(by_track) == 1:
                for number in reversed(numbers):
                    end = starts[number + 1] + row.settings.at
                    follow(changing, scene, end, starts[number] - starts[number + 1], but=row.id)

    return verb


def _delete_sounds(
    changing: Changing, scene: Scene, track: str, numbers: list[int], *, rippling: bool
) -> None:
    line = scene.audio_number(track)
    clips, picture = changing.clips[line], scene.picture
    spans = [
        (clips[n].at, clips[n].at + ed.sound_frames(clips[n], scene.sounds, picture))
        for n in numbers
    ]
    clips = ed.remove_sounds(clips, numbers)
    for start, stop in sorted(spans, reverse=True) if rippling else ():
        clips = ed.shift_sounds(clips, scene.sounds, stop, start - stop, picture=picture)
    changing.clips[line] = clips


def take_range(start: int, stop: int, tracks: Iterable[str], *, rippling: bool) -> Verb:
    """Take what lies between two frames out of tracks, and leave gaps or close up."""
    chosen = tuple(tracks)

    def verb(changing: Changing, scene: Scene) -> None:
        for track in chosen:
            if track[0] == "A":
                line = scene.audio_number(track)
                edit = ed.extract_sounds if rippling else ed.clear_range
                changing.clips[line] = edit(
                    changing.clips[line], scene.sounds, start, stop, picture=scene.picture
                )
                continue
            row = scene.video(track)
            at = row.settings.at
            if stop <= at:
                continue
            cut = ed.extract_range if rippling else ed.lift_range
            changing.items[row.sequence] = cut(
                changing.items[row.sequence],
                scene.lengths[row.sequence],
                max(0, start - at),
                stop - at,
            )

    return verb


def place(source: Source, track: str, frame: int, mode: Mode) -> Verb:
    """Place a node's result on a track at a frame; the link that it needs is made."""

    def verb(changing: Changing, scene: Scene) -> None:
        if source.kind == "audio":
            _place_sound(changing, scene, source, track, frame)
            return
        row = scene.video(track) if track else None
        sequence = row.sequence if row is not None else changing.add_video_track()
        at = row.settings.at if row is not None else 0
        number = changing.clip_number(sequence, source.node, source.output)
        if source.frames is None and source.stop is None:
            raise ed.RefusedEdit("its length is not known yet", mend="Render it first")
        start = source.start or 0
        stop = source.stop if source.stop is not None else source.frames
        item = SequenceItem(clip=number, in_frame=start, out_frame=stop, name=source.name)
        lengths = _with_length(scene, sequence, number, source.frames)
        items = changing.items[sequence]
        changing.items[sequence] = ed.place(items, lengths, max(0, frame - at), (item,), mode)
        if mode == "insert" and row is not None:
            follow(changing, scene, frame, ed.frames_of(item, lengths), but=row.id)

    return verb


def _place_sound(changing: Changing, scene: Scene, source: Source, track: str, frame: int) -> None:
    line = scene.audio_number(track) if track else changing.add_audio_track()
    number = changing.sound_number(source.node, source.output)
    length = source.frames
    start = source.start or 0
    stop = source.stop if source.stop is not None else length
    clip = SoundClip(sound=number, at=frame, in_frame=start, out_frame=stop, name=source.name)
    sounds = [*scene.sounds]
    sounds += [None] * (len(changing.sounds) - len(sounds))
    sounds[number] = length if sounds[number] is None else sounds[number]
    changing.clips[line] = ed.overwrite_sounds(
        changing.clips[line], sounds, (clip,), picture=scene.picture
    )


def _with_length(scene: Scene, sequence: str, number: int, length: int | None) -> list[int | None]:
    lengths = [*scene.lengths.get(sequence, ())]
    lengths += [None] * (number + 1 - len(lengths))
    if lengths[number] is None:
        lengths[number] = length
    return lengths


def three_point(
    source: Source, track: str, record_in: int | None, record_out: int | None, mode: Mode
) -> Verb:
    """Place a source by in and out points on it and on the timeline."""

    def verb(changing: Changing, scene: Scene) -> None:
        item, at = ed.three_point(
            source_in=source.start,
            source_out=source.stop,
            record_in=record_in,
            record_out=record_out,
            media=source.frames,
        )
        if item.speed != 1 and source.kind == "video":
            row = scene.video(track)
            number = changing.clip_number(row.sequence, source.node, source.output)
            item = replace(item, clip=number, name=source.name)
            lengths = _with_length(scene, row.sequence, number, source.frames)
            changing.items[row.sequence] = ed.place(
                changing.items[row.sequence], lengths, at - row.settings.at, (item,), mode
            )
            return
        trimmed = replace(source, start=item.in_frame, stop=item.out_frame)
        place(trimmed, track, at, mode)(changing, scene)

    return verb


def set_transition(cuts: Iterable[str], transition: Transition | None) -> Verb:
    """A transition out of each of these clips (shortened where it must be), or a plain cut."""
    chosen = tuple(cuts)

    def verb(changing: Changing, scene: Scene) -> None:
        refused: ed.RefusedEdit | None = None
        done = 0
        for clip in chosen:
            row, number = _shot(scene, clip)
            lengths = scene.lengths[row.sequence]
            items = changing.items[row.sequence]
            try:
                changing.items[row.sequence] = _joined(items, lengths, number, transition)
                done += 1
            except ed.RefusedEdit as refusal:
                refused = refusal
        if refused is not None and not done:
            raise refused

    return verb


def _joined(
    items: ed.Items, lengths: ed.Lengths, number: int, transition: Transition | None
) -> ed.Items:
    if transition is None:
        return ed.clear_transition(items, number)
    try:
        return ed.set_transition(items, lengths, number, transition)
    except ed.RefusedEdit as refusal:
        if not refusal.nearest:
            raise
        shorter = replace(transition, frames=refusal.nearest)
        return ed.set_transition(items, lengths, number, shorter)


def set_speed(
    clips: tuple[str, ...], speed: Fraction, *, rippling: bool, keep_pitch: bool | None = None
) -> Verb:
    """Another speed of shots; whether their sound keeps its pitch stays as it is for None."""

    def verb(changing: Changing, scene: Scene) -> None:
        for track, numbers in split_by_track(scene, clips).items():
            if track[0] == "A":
                raise ed.RefusedEdit("a sound clip has no speed", mend="Use a Time stretch node")
            row = scene.video(track)
            lengths = scene.lengths[row.sequence]
            starts = scene.starts(row)
            for number in reversed(numbers):
                items = changing.items[row.sequence]
                made = ed.set_speed(
                    items, lengths, number, speed, rippling=rippling, keep_pitch=keep_pitch
                )
                by = ed.frames_of(made[number], lengths) - ed.frames_of(items[number], lengths)
                changing.items[row.sequence] = made
                follow(changing, scene, starts[number + 1] + row.settings.at, by, but=row.id)

    return verb


def set_enabled(clips: tuple[str, ...], *, enabled: bool) -> Verb:
    """Show and sound clips, or not."""

    def verb(changing: Changing, scene: Scene) -> None:
        for track, numbers in split_by_track(scene, clips).items():
            if track[0] == "A":
                line = scene.audio_number(track)
                changing.clips[line] = ed.change_sounds(
                    changing.clips[line], numbers, enabled=enabled
                )
            else:
                row = scene.video(track)
                changing.items[row.sequence] = ed.set_enabled(
                    changing.items[row.sequence], numbers, enabled=enabled
                )

    return verb


def change(clips: tuple[str, ...], *, gain: float | None = None, pan: float | None = None) -> Verb:
    """Another gain (dB) of clips, or another pan of sounds."""

    def verb(changing: Changing, scene: Scene) -> None:
        for track, numbers in split_by_track(scene, clips).items():
            if track[0] == "A":
                line = scene.audio_number(track)
                values = {"gain": gain, "pan": pan}
                wanted = {name: value for name, value in values.items() if value is not None}
                changing.clips[line] = ed.change_sounds(changing.clips[line], numbers, **wanted)
            elif gain is not None:
                row = scene.video(track)
                changing.items[row.sequence] = ed.set_gain(
                    changing.items[row.sequence], numbers, gain
                )

    return verb


def rename(clip: str, name: str) -> Verb:
    """Another name of a clip."""

    def verb(changing: Changing, scene: Scene) -> None:
        track, number = scene.find(clip)
        if track[0] == "A":
            line = scene.audio_number(track)
            changing.clips[line] = ed.change_sounds(changing.clips[line], (number,), name=name)
        else:
            row = scene.video(track)
            changing.items[row.sequence] = ed.rename(row.items, number, name)

    return verb


def trim_to(frame: int, track: str, edge: Edge, *, rippling: bool) -> Verb:
    """Trim the shot under the playhead to it."""

    def verb(changing: Changing, scene: Scene) -> None:
        row = scene.video(track)
        at, lengths = row.settings.at, scene.lengths[row.sequence]
        before = ed.total(row.items, lengths)
        end = frame
        if edge == "out":
            index, _ = ed.find(row.items, lengths, max(0, frame - at))
            starts = scene.starts(row)
            end = starts[min(index + 1, len(starts) - 1)] + at
        made = ed.trim_to(row.items, lengths, frame - at, edge, rippling=rippling)
        changing.items[row.sequence] = made
        if rippling:
            follow(changing, scene, end, ed.total(made, lengths) - before, but=row.id)

    return verb


def join(clip: str) -> Verb:
    """Join a clip with the next, which plays on where it ends."""

    def verb(changing: Changing, scene: Scene) -> None:
        track, number = scene.find(clip)
        if track[0] == "A":
            line = scene.audio_number(track)
            changing.clips[line] = ed.join_sounds(
                changing.clips[line], scene.sounds, number, picture=scene.picture
            )
        else:
            row = scene.video(track)
            changing.items[row.sequence] = ed.join(row.items, scene.lengths[row.sequence], number)

    return verb


def close_gap(track: str, frame: int) -> Verb:
    """Close the gap at a frame of a video track."""

    def verb(changing: Changing, scene: Scene) -> None:
        row = scene.video(track)
        lengths = scene.lengths[row.sequence]
        index, _ = ed.find(row.items, lengths, frame - row.settings.at)
        if index >= len(row.items):
            raise ed.RefusedEdit("there is no gap here to close")
        starts = scene.starts(row)
        changing.items[row.sequence] = ed.close_gap(row.items, lengths, index)
        end = starts[index + 1] + row.settings.at
        follow(changing, scene, end, starts[index] - starts[index + 1], but=row.id)

    return verb


def unlink_sound(clip: str, sound_node: str, name: str) -> Verb:
    """A shot's own sound as a clip of that name on an audio track where there is room."""

    def verb(changing: Changing, scene: Scene) -> None:
        row, number = _shot(scene, clip)
        sound = changing.sound_number(sound_node)
        items, piece = ed.unlink(row.items, scene.lengths[row.sequence], number, sound)
        changing.items[row.sequence] = items
        piece = replace(piece, at=piece.at + row.settings.at, name=name)
        sounds = [*scene.sounds]
        media = scene.lengths[row.sequence][row.items[number].clip]
        sounds += [media] * (len(changing.sounds) - len(sounds))
        for line, track in enumerate(scene.cut.audio):
            if track.id in scene.locked:
                continue
            try:
                changing.clips[line] = ed.add_sounds(
                    changing.clips[line], sounds, (piece,), picture=scene.picture
                )
            except ed.RefusedEdit:
                continue
            return
        line = changing.add_audio_track(AudioTrack(role="dialogue"))
        changing.clips[line] = (piece,)

    return verb


def relink_sound(clip: str, sound_clip: str) -> Verb:
    """A sound clip that was unlinked from a shot becomes the shot's own sound again."""

    def verb(changing: Changing, scene: Scene) -> None:
        row, number = _shot(scene, clip)
        track, index = scene.find(sound_clip)
        line = scene.audio_number(track)
        piece = ed.in_full(changing.clips[line][index], scene.sounds, scene.picture)
        changing.items[row.sequence] = ed.relink(
            row.items, scene.lengths[row.sequence], number, piece, offset=row.settings.at
        )
        changing.clips[line] = ed.remove_sounds(changing.clips[line], (index,))

    return verb


def replace_with(clip: str, source: Source) -> Verb:
    """Another node's result in a clip's place, with the same trim."""

    def verb(changing: Changing, scene: Scene) -> None:
        row, number = _shot(scene, clip)
        new = changing.clip_number(row.sequence, source.node, source.output)
        lengths = _with_length(scene, row.sequence, new, source.frames)
        items = ed.replace_clip(row.items, lengths, number, new)
        changing.items[row.sequence] = ed.rename(items, number, source.name)

    return verb


def add_marker(frame: int, name: str = "") -> Verb:
    """A marker at a frame."""

    def verb(changing: Changing, scene: Scene) -> None:
        del scene
        changing.markers = ed.add_marker(changing.markers, Marker(at=frame, name=name))

    return verb


def change_marker(number: int, marker: Marker | None) -> Verb:
    """Another marker in a marker's place; None removes it."""

    def verb(changing: Changing, scene: Scene) -> None:
        del scene
        if marker is None:
            changing.markers = ed.remove_markers(changing.markers, (number,))
        else:
            rest = ed.remove_markers(changing.markers, (number,))
            changing.markers = ed.add_marker(rest, marker)

    return verb


def _shot(scene: Scene, clip: str) -> tuple[VideoRow, int]:
    track, number = scene.find(clip)
    if track[0] != "V":
        raise ed.RefusedEdit("only shots can be edited this way")
    return scene.video(track), number
