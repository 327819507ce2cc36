"""What the timeline's commands do: each takes the panel, and makes at most one step of undo."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QGuiApplication

from app.timeline import clipboard, verbs
from app.timeline.acting import act
from app.timeline.bridging import bridge, retake
from app.timeline.changing import Changing
from app.timeline.scene import Scene
from engine.timeline import editing as ed
from engine.timeline.transitions import Transition
from widgets.timeline import Blade, Drop, Move, Roll, Slip, Trim
from widgets.timeline.intents import Edge

if TYPE_CHECKING:
    from app.panels.timeline import TimelinePanel

_DISSOLVE_SECONDS = Fraction(1, 2)


def toggle_snap(panel: TimelinePanel) -> None:
    panel.context.settings.set("snap", not panel.view.snapping)


def toggle_sync(panel: TimelinePanel) -> None:
    panel.editor.set_in_sync(on=not panel.editor.in_sync)
    panel.context.actions["timeline.sync"].setChecked(panel.editor.in_sync)


def _edges(panel: TimelinePanel) -> list[int]:
    rows = panel.view.rows
    return sorted({at for lane in rows.lanes.values() for at in (*lane.starts, *lane.stops)})


def to_edit(panel: TimelinePanel, way: int) -> None:
    at = panel.transport.position
    edges = _edges(panel)
    found = [edge for edge in edges if (edge - at) * way > 0]
    if found:
        panel.transport.seek(min(found) if way > 0 else max(found))


def to_marker(panel: TimelinePanel, way: int) -> None:
    cut = panel.editor.cut
    if cut is None:
        return
    find = ed.next_marker if way > 0 else ed.previous_marker
    found = find(cut.markers, panel.transport.position)
    if found is not None:
        panel.transport.seek(found)


def mark_clip(panel: TimelinePanel) -> None:
    scene = panel.scene
    clips = panel.view.selected or _under_playhead(panel)
    if scene is None or not clips:
        return
    places = [scene.place(clip) for clip in clips]
    panel.transport.mark(min(p[0] for p in places), max(p[1] for p in places))


def add_marker(panel: TimelinePanel) -> None:
    panel.editor.do(_tr("Add a marker"), verbs.add_marker(panel.transport.position))


def _under_playhead(panel: TimelinePanel) -> tuple[str, ...]:
    """The clip of the target video track at the playhead, or of the highest track with one."""
    scene = panel.scene
    if scene is None:
        return ()
    rows = panel.view.rows
    order = [scene.targets[0], *(track.id for track in rows.tracks if track.kind == "video")]
    for track in order:
        lane = rows.lanes.get(track)
        number = lane.at(panel.transport.position) if lane is not None else None
        if lane is not None and number is not None:
            return (lane.clips[number].id,)
    return ()


def cut(panel: TimelinePanel, *, everywhere: bool) -> None:
    scene = panel.scene
    if scene is None:
        return
    frame = panel.transport.position
    tracks = {scene.find(clip)[0] for clip in panel.view.selected}
    if everywhere or not tracks:
        panel.editor.ask(Blade("" if everywhere else scene.targets[0], frame))
        return

    def verb(changing: Changing, now: Scene) -> None:
        for track in sorted(tracks):
            act(changing, now, Blade(track, frame))

    panel.editor.do(_tr("Cut"), verb)


def join(panel: TimelinePanel) -> None:
    clips = panel.view.selected or _under_playhead(panel)
    if clips:
        panel.editor.do(_tr("Join clips"), verbs.join(clips[0]))


def take_out_range(panel: TimelinePanel, *, rippling: bool) -> None:
    scene, go = panel.scene, panel.transport
    if scene is None:
        return
    if go.start is None or go.stop is None:
        panel.say(_tr("Set an in and an out point first."))
        return
    rows = panel.view.rows
    chosen = [track.id for track in rows.tracks if not track.locked and not track.note]
    if not rippling or not panel.editor.in_sync:
        chosen = [name for name in scene.targets if name]
    name = _tr("Extract the range") if rippling else _tr("Lift the range")
    if panel.editor.do(name, verbs.take_range(go.start, go.stop, chosen, rippling=rippling)):
        start = go.start
        go.mark(None, None)
        go.seek(start)


def trim_to(panel: TimelinePanel, edge: Edge, *, rippling: bool) -> None:
    scene = panel.scene
    if scene is None:
        return
    clips = _under_playhead(panel)
    track = scene.find(clips[0])[0] if clips else scene.targets[0]
    frame = panel.transport.position
    start = scene.place(clips[0])[0] if clips else frame
    name = _tr("Trim to the playhead")
    done = panel.editor.do(name, verbs.trim_to(frame, track, edge, rippling=rippling))
    if done and rippling and edge == "in":
        panel.transport.seek(start)


def edit_in(panel: TimelinePanel, mode: Literal["insert", "overwrite"]) -> None:
    """Place what is selected on the canvas, by the points of the viewer and of the timeline."""
    go = panel.transport
    nodes = panel.context.selection.nodes
    if len(nodes) > 1:
        panel.placing.place_nodes(nodes, Drop("", go.start or go.position, mode))
        return
    source = panel.placing.source(nodes[0]) if nodes else None
    if source is None:
        panel.say(_tr("Select a node that makes a clip or a sound."))
        return
    if source.kind == "image":
        panel.placing.place_nodes(nodes, Drop("", go.start or go.position, mode))
        return
    playback = panel.context.playback
    if playback is not None and playback.source == panel.editor.flat(source.node):
        first, last = playback.marks
        source = replace(source, start=first, stop=None if last is None else last + 1)
    record = (go.start, go.stop)
    if record == (None, None):
        record = (go.position, None)
    panel.placing.place_source(source, mode, record)


def dissolve(panel: TimelinePanel, transition: Transition | None = None) -> None:
    """A transition at the cuts of the selected clips, or at the cut nearest to the playhead."""
    scene = panel.scene
    if scene is None:
        return
    if transition is None:
        transition = Transition("dissolve", max(2, round(_DISSOLVE_SECONDS * scene.cut.rate)))
    cuts = cuts_of(panel)
    if not cuts:
        panel.say(_tr("There is no cut here."))
        return
    name = _tr("Add a transition")
    panel.editor.do(name, verbs.set_transition(cuts, transition))


def cuts_of(panel: TimelinePanel) -> tuple[str, ...]:
    """The clips out of which a transition goes: between selected ones, else nearest one."""
    scene = panel.scene
    if scene is None:
        return ()
    chosen = [clip for clip in panel.view.selected if clip.startswith("V")]
    if len(chosen) > 1:
        numbers = {scene.find(clip) for clip in chosen}
        between = tuple(
            clip
            for clip in chosen
            for track, number in (scene.find(clip),)
            if (track, number + 1) in numbers
        )
        if between:
            return between
    track = scene.find(chosen[0])[0] if chosen else scene.targets[0]
    row = next((row for row in scene.cut.video if row.id == track), None)
    if row is None or not row.items:
        return ()
    starts = scene.starts(row)
    at = panel.transport.position - row.settings.at
    if chosen:
        _, number = scene.find(chosen[0])
        nearest = min((number - 1, number), key=lambda n: abs(starts[n + 1] - at))
    else:
        nearest = min(range(len(row.items)), key=lambda n: abs(starts[n + 1] - at))
    return (scene.clip_id(row, nearest),) if 0 <= nearest < len(row.items) else ()


def switch_clips(panel: TimelinePanel) -> None:
    clips = panel.view.selected or _under_playhead(panel)
    shown = [found[1].clip(clip) for clip in clips if (found := panel.view.rows.find(clip))]
    if shown:
        on = not all(clip.enabled for clip in shown)
        name = _tr("Switch clips on") if on else _tr("Switch clips off")
        panel.editor.do(name, verbs.set_enabled(clips, enabled=on))


def link_or_unlink(panel: TimelinePanel) -> None:
    """Unlink the sound of the selected shot, or link it and the selected sound."""
    from app.timeline.sound_links import link_sounds, unlink_sounds

    shots = [clip for clip in panel.view.selected if clip.startswith("V")]
    sounds = [clip for clip in panel.view.selected if clip.startswith("A")]
    if not shots:
        panel.say(_tr("Select a shot first."))
    elif sounds:
        link_sounds(panel, shots, sounds)
    else:
        unlink_sounds(panel, shots)


def ask(panel: TimelinePanel, what: str) -> None:
    from app.timeline import dialogs

    clips = panel.view.selected or _under_playhead(panel)
    if not clips:
        panel.say(_tr("Select a clip first."))
        return
    {
        "speed": dialogs.ask_speed,
        "gain": dialogs.ask_gain,
        "name": dialogs.ask_name,
        "takes": dialogs.show_takes,
    }[what](panel, clips)


def bridge_at(panel: TimelinePanel, clip: str = "") -> None:
    """Generate a shot that leads from one clip to the next."""
    cuts = (clip,) if clip else cuts_of(panel)
    if not cuts:
        panel.say(_tr("Select the two shots, or put the playhead at their cut."))
        return
    scene = panel.scene
    assert scene is not None
    track, number = scene.find(cuts[0])
    row = next(row for row in scene.cut.video if row.id == track)
    if row.items[number].gap is not None and number:  # the cut after the gap: bridge all of it
        number -= 1
    name = _tr("{first} to {second}")
    verb = bridge(
        scene.clip_id(row, number),
        panel.strips.facts,
        lambda first, second: name.format(first=first, second=second),
    )
    panel.editor.do(_tr("Bridge two shots"), verb)


def retake_range(panel: TimelinePanel) -> None:
    """Generate the marked range of the shot under it anew."""
    scene, go = panel.scene, panel.transport
    if scene is None:
        return
    if go.start is None or go.stop is None:
        panel.say(_tr("Set an in and an out point first."))
        return
    chosen = [clip for clip in panel.view.selected if clip.startswith("V")]
    if not chosen:
        lane = panel.view.rows.lanes.get(scene.targets[0])
        number = lane.at(go.start) if lane is not None else None
        chosen = [lane.clips[number].id] if lane is not None and number is not None else []
    if not chosen:
        panel.say(_tr("There is no shot in the range."))
        return
    found = panel.view.rows.find(chosen[0])
    title = found[1].clip(chosen[0]).name if found is not None else ""
    name = _tr("{shot}, retake").format(shot=title)
    verb = retake(chosen[0], go.start, go.stop, panel.strips.facts, name)
    panel.editor.do(_tr("Retake the range"), verb)


def copy_clips(panel: TimelinePanel) -> bool:
    scene = panel.scene
    if scene is None or not panel.view.selected:
        return False
    text = json.dumps(clipboard.pack(scene, panel.view.selected))
    QGuiApplication.clipboard().setText(text)
    return True


def cut_out(panel: TimelinePanel) -> None:
    if copy_clips(panel):
        clips = panel.view.selected
        panel.editor.do(_tr("Cut clips to the clipboard"), verbs.delete(clips, rippling=False))


def paste(panel: TimelinePanel, mode: Literal["insert", "overwrite"]) -> None:
    packed = clipboard.unpack(QGuiApplication.clipboard().text())
    if packed is None:
        panel.say(_tr("There are no clips in the clipboard."))
        return
    frame = panel.transport.position
    panel.editor.do(_tr("Paste clips"), clipboard.paste(packed, frame, mode))


def nudge(panel: TimelinePanel, by: int) -> None:
    clips = panel.view.selected
    if clips:
        panel.editor.ask(Move(clips, clips[-1], by))


def roll(panel: TimelinePanel, by: int) -> None:
    cuts = cuts_of(panel)
    if cuts and panel.editor.ask(Roll(cuts[0], by)):
        panel.transport.seek(panel.transport.position + by)


def slip(panel: TimelinePanel, by: int) -> None:
    clips = panel.view.selected or _under_playhead(panel)
    if clips:
        panel.editor.ask(Slip(clips[0], by))


def trim_by(panel: TimelinePanel, edge: Edge, by: int) -> None:
    clips = panel.view.selected or _under_playhead(panel)
    if clips:
        rippling = panel.view.tool == "ripple"
        panel.editor.ask(Trim(clips[0], edge, by, rippling))


def close_gap(panel: TimelinePanel, frame: int) -> None:
    scene = panel.scene
    if scene is not None:
        panel.editor.do(_tr("Close the gap"), verbs.close_gap(scene.targets[0], frame))


def select_all(panel: TimelinePanel) -> None:
    rows = panel.view.rows
    open_tracks = [track.id for track in rows.tracks if not track.locked]
    panel.view.select([clip.id for track in open_tracks for clip in rows.lanes[track].clips])


def select_next(panel: TimelinePanel, way: int) -> None:
    """Select the clip beside the selected one on its track, or the first."""
    rows = panel.view.rows
    last = panel.view.selected[-1:] or _under_playhead(panel)
    found = rows.find(last[0]) if last else None
    if found is None:
        tracks = [lane for lane in rows.lanes.values() if lane.clips]
        if tracks:
            panel.view.select((tracks[0].clips[0].id,))
        return
    lane = found[1]
    number = lane.index[last[0]]
    if last[0] in panel.view.selected:
        number = max(0, min(len(lane.clips) - 1, number + way))
    panel.view.select((lane.clips[number].id,))
    panel.transport.seek(lane.starts[number])


def show_source(panel: TimelinePanel) -> None:
    clips = panel.view.selected or _under_playhead(panel)
    if clips:
        panel.show_source(clips[-1])


def _tr(text: str) -> str:
    return QCoreApplication.translate("TimelineCommands", text)
