"""The timeline's commands: what each is called, its keys, and what it does."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QGuiApplication

from app.timeline import clipboard, verbs
from app.timeline.acting import act
from app.timeline.bridging import bridge, retake
from app.timeline.changing import Changing
from app.timeline.scene import Scene
from app.timeline.verbs import Verb
from engine.timeline import editing as ed
from engine.timeline.transitions import Transition
from widgets.timeline import TOOLS, Blade, Drop, Move, Roll, Slip, Tool, Trim
from widgets.timeline.intents import Edge

if TYPE_CHECKING:
    from app.panels.timeline import TimelinePanel

TOOL_COMMANDS: dict[str, str] = {name: f"timeline.tool_{name}" for name in TOOLS}
ROW = (
    *TOOL_COMMANDS.values(),
    "",
    "timeline.snap",
    "timeline.sync",
    "",
    "timeline.overwrite",
    "timeline.insert",
    "timeline.dissolve",
    "timeline.bridge",
    "timeline.takes",
    "timeline.marker",
    "",
    "timeline.zoom_out",
    "timeline.zoom_in",
    "timeline.fit",
)
_MANY = 10  # frames of a large step
_DISSOLVE_SECONDS = Fraction(1, 2)


def add_commands(panel: TimelinePanel) -> None:
    """Register every command of the timeline with the application."""
    _add_tools(panel)
    _add_playhead(panel)
    _add_edits(panel)
    _add_view(panel)


def _add_tools(panel: TimelinePanel) -> None:
    view = panel.view
    tools: tuple[tuple[Tool, str, str, str], ...] = (
        ("select", _tr("Selection tool"), "V", "tool-select"),
        ("blade", _tr("Blade tool"), "C", "blade"),
        ("ripple", _tr("Ripple tool"), "B", "tool-ripple"),
        ("roll", _tr("Roll tool"), "N", "tool-roll"),
        ("slip", _tr("Slip tool"), "Y", "tool-slip"),
        ("slide", _tr("Slide tool"), "U", "tool-slide"),
        ("hand", _tr("Hand tool"), "H", "tool-hand"),
        ("zoom", _tr("Zoom tool"), "Z", "zoom-in"),
    )
    for name, text, key, icon in tools:
        action = _add(panel, f"tool_{name}", text, partial(view.set_tool, name), key, icon)
        action.setCheckable(True)
    panel.context.actions["timeline.tool_select"].setChecked(True)
    snap = _add(panel, "snap", _tr("Snap"), lambda: _toggle_snap(panel), "S", "magnet")
    snap.setCheckable(True)
    snap.setChecked(bool(panel.context.settings.get("snap")))
    sync = _add(panel, "sync", _tr("Keep tracks in sync"), lambda: _toggle_sync(panel), "", "sync")
    sync.setCheckable(True)
    sync.setChecked(True)


def _add_playhead(panel: TimelinePanel) -> None:
    go = panel.transport
    _add(panel, "play", _tr("Play or pause"), go.toggle, "Space", "play")
    _add(panel, "backwards", _tr("Play backwards"), lambda: go.shuttle(-1), "J")
    _add(panel, "stop", _tr("Stop playing"), lambda: go.shuttle(0), "K")
    _add(panel, "forwards", _tr("Play forwards"), lambda: go.shuttle(1), "L")
    for name, text, frames, key in (
        ("back", _tr("One frame back"), -1, "Left"),
        ("on", _tr("One frame on"), 1, "Right"),
        ("back_many", _tr("Ten frames back"), -_MANY, "Shift+Left"),
        ("on_many", _tr("Ten frames on"), _MANY, "Shift+Right"),
    ):
        _add(panel, name, text, partial(go.step, frames), key)
    _add(panel, "start", _tr("Go to the start"), lambda: go.seek(0), "Home", "to-start")
    _add(
        panel,
        "end",
        _tr("Go to the end"),
        lambda: go.seek(max(0, panel.view.rows.frames - 1)),
        "End",
        "to-end",
    )
    _add(panel, "previous_edit", _tr("Previous cut"), lambda: _to_edit(panel, -1), "Up")
    _add(panel, "next_edit", _tr("Next cut"), lambda: _to_edit(panel, 1), "Down")
    _add(panel, "mark_in", _tr("Mark in"), lambda: go.mark(go.position, go.stop), "I", "mark-in")
    _add(
        panel,
        "mark_out",
        _tr("Mark out"),
        lambda: go.mark(go.start, go.position + 1),
        "O",
        "mark-out",
    )
    _add(panel, "clear_marks", _tr("Clear in and out"), lambda: go.mark(None, None), "Alt+X")
    _add(panel, "mark_clip", _tr("Mark the clip"), lambda: _mark_clip(panel), "X")
    _add(panel, "marker", _tr("Add a marker"), lambda: _add_marker(panel), "M", "marker")
    _add(panel, "next_marker", _tr("Next marker"), lambda: _to_marker(panel, 1), "Shift+M")
    _add(
        panel,
        "previous_marker",
        _tr("Previous marker"),
        lambda: _to_marker(panel, -1),
        "Ctrl+Shift+M",
    )


def _add_edits(panel: TimelinePanel) -> None:
    editor, view, go = panel.editor, panel.view, panel.transport

    def selected(name: str, verb: Callable[[tuple[str, ...]], Verb]) -> Callable[[], object]:
        def act() -> None:
            if not view.selected:
                panel.say(_tr("Select a clip first."))
            else:
                editor.do(name, verb(view.selected))

        return act

    def remove(*, rippling: bool) -> Callable[[tuple[str, ...]], Verb]:
        return lambda clips: verbs.delete(clips, rippling=rippling)

    _add(panel, "cut", _tr("Cut at the playhead"), lambda: _cut(panel, everywhere=False), "Ctrl+K")
    _add(
        panel, "cut_all", _tr("Cut all tracks"), lambda: _cut(panel, everywhere=True),
        "Ctrl+Shift+K",
    )  # fmt: skip
    _add(panel, "join", _tr("Join with the next"), lambda: _join(panel), "Ctrl+J")
    _add(
        panel,
        "delete",
        _tr("Delete, leaving a gap"),
        selected(_tr("Delete clips"), remove(rippling=False)),
        ("Delete", "Backspace"),
        "delete",
    )
    _add(
        panel,
        "ripple_delete",
        _tr("Delete and close up"),
        selected(_tr("Delete clips and close up"), remove(rippling=True)),
        ("Shift+Delete", "Shift+Backspace"),
    )
    _add(panel, "lift", _tr("Lift the range"), lambda: _range(panel, rippling=False), ";")
    _add(panel, "extract", _tr("Extract the range"), lambda: _range(panel, rippling=True), "'")
    to_playhead: tuple[tuple[str, str, Edge, bool, str], ...] = (
        ("ripple_in", _tr("Ripple the start to the playhead"), "in", True, "Q"),
        ("ripple_out", _tr("Ripple the end to the playhead"), "out", True, "W"),
        ("trim_in", _tr("Trim the start to the playhead"), "in", False, "Shift+Q"),
        ("trim_out", _tr("Trim the end to the playhead"), "out", False, "Shift+W"),
    )
    for name, text, edge, rippling, key in to_playhead:
        _add(panel, name, text, partial(_trim_to, panel, edge, rippling=rippling), key)
    _add(panel, "insert", _tr("Insert the source"), lambda: _edit_in(panel, "insert"), ",", "add")
    _add(
        panel,
        "overwrite",
        _tr("Overwrite with the source"),
        lambda: _edit_in(panel, "overwrite"),
        ".",
        "download",
    )
    _add(panel, "dissolve", _tr("Dissolve at the cut"), lambda: dissolve(panel), "Ctrl+T", "wipe")
    _add(
        panel,
        "enable",
        _tr("Switch clips on or off"),
        lambda: _switch_clips(panel),
        "Shift+E",
    )
    _add(panel, "unlink", _tr("Unlink or link the sound"), lambda: _link(panel), "Ctrl+L", "link")
    _add(panel, "speed", _tr("Speed…"), lambda: _ask(panel, "speed"), "Ctrl+Alt+R")
    _add(panel, "gain", _tr("Gain…"), lambda: _ask(panel, "gain"), "G")
    _add(panel, "rename", _tr("Rename the clip…"), lambda: _ask(panel, "name"), "F2")
    _add(panel, "takes", _tr("Takes…"), lambda: _ask(panel, "takes"), "Shift+T", "take")
    _add(panel, "bridge", _tr("Bridge two shots"), lambda: bridge_at(panel), "Ctrl+B", "bridge-gap")
    _add(panel, "retake", _tr("Retake the range"), lambda: retake_range(panel), "Ctrl+Shift+R")
    _add(panel, "copy", _tr("Copy clips"), lambda: _copy(panel), "Ctrl+C", "copy")
    _add(panel, "cut_clips", _tr("Cut clips to the clipboard"), lambda: _cut_out(panel), "Ctrl+X")
    _add(panel, "paste", _tr("Paste clips"), lambda: _paste(panel, "overwrite"), "Ctrl+V", "paste")
    _add(
        panel, "paste_insert", _tr("Paste and insert"), lambda: _paste(panel, "insert"),
        "Ctrl+Shift+V",
    )  # fmt: skip
    for name, text, by, key in (
        ("nudge_left", _tr("Move clips one frame back"), -1, "Alt+Left"),
        ("nudge_right", _tr("Move clips one frame on"), 1, "Alt+Right"),
        ("nudge_left_many", _tr("Move clips ten frames back"), -_MANY, "Alt+Shift+Left"),
        ("nudge_right_many", _tr("Move clips ten frames on"), _MANY, "Alt+Shift+Right"),
    ):
        _add(panel, name, text, partial(_nudge, panel, by), key)
    for name, text, by, key in (
        ("roll_left", _tr("Roll the cut one frame back"), -1, "Ctrl+Left"),
        ("roll_right", _tr("Roll the cut one frame on"), 1, "Ctrl+Right"),
    ):
        _add(panel, name, text, partial(_roll, panel, by), key)
    for name, text, by, key in (
        ("slip_left", _tr("Slip one frame back"), -1, "Ctrl+Alt+Left"),
        ("slip_right", _tr("Slip one frame on"), 1, "Ctrl+Alt+Right"),
    ):
        _add(panel, name, text, partial(_slip, panel, by), key)
    by_frames: tuple[tuple[str, str, Edge, int, str], ...] = (
        ("start_left", _tr("Start one frame earlier"), "in", -1, "["),
        ("start_right", _tr("Start one frame later"), "in", 1, "]"),
        ("end_left", _tr("End one frame earlier"), "out", -1, "Shift+["),
        ("end_right", _tr("End one frame later"), "out", 1, "Shift+]"),
    )
    for name, text, edge, by, key in by_frames:
        _add(panel, name, text, partial(_trim_by, panel, edge, by), key)
    _add(panel, "close_gap", _tr("Close the gap"), lambda: _close_gap(panel, go.position), "")
    _add(panel, "add_video", _tr("Add a video track"), lambda: editor.add_track("V"), "")
    _add(panel, "add_audio", _tr("Add an audio track"), lambda: editor.add_track("A"), "")


def _add_view(panel: TimelinePanel) -> None:
    view = panel.view
    _add(panel, "zoom_in", _tr("Zoom in"), lambda: view.zoom_by(1.5), ("=", "Ctrl+="), "zoom-in")
    _add(
        panel,
        "zoom_out",
        _tr("Zoom out"),
        lambda: view.zoom_by(1 / 1.5),
        ("-", "Ctrl+-"),
        "zoom-out",
    )
    _add(panel, "fit", _tr("Show everything"), view.fit, "\\", "zoom-fit")
    _add(panel, "select_all", _tr("Select all clips"), lambda: _select_all(panel), "Ctrl+A")
    _add(panel, "select_none", _tr("Select nothing"), lambda: view.select(()), "Ctrl+Shift+A")
    _add(
        panel,
        "select_next",
        _tr("Select the next clip"),
        lambda: _select_next(panel, 1),
        "Alt+Down",
    )
    _add(
        panel, "select_previous", _tr("Select the previous clip"),
        lambda: _select_next(panel, -1), "Alt+Up",
    )  # fmt: skip
    _add(panel, "show_source", _tr("Show the clip's node"), lambda: _show_source(panel), "F")


def _add(
    panel: TimelinePanel,
    name: str,
    text: str,
    slot: Callable[[], object],
    keys: str | tuple[str, ...] = (),
    icon: str = "",
) -> QAction:
    return panel.context.actions.add(
        f"timeline.{name}",
        text,
        slot,
        owner=panel,
        category=_tr("Timeline"),
        shortcuts=keys or (),
        icon=icon,
    )


# --- what they do ------------------------------------------------------------------------------


def _toggle_snap(panel: TimelinePanel) -> None:
    panel.context.settings.set("snap", not panel.view.snapping)


def _toggle_sync(panel: TimelinePanel) -> None:
    panel.editor.set_in_sync(on=not panel.editor.in_sync)
    panel.context.actions["timeline.sync"].setChecked(panel.editor.in_sync)


def _edges(panel: TimelinePanel) -> list[int]:
    rows = panel.view.rows
    return sorted({at for lane in rows.lanes.values() for at in (*lane.starts, *lane.stops)})


def _to_edit(panel: TimelinePanel, way: int) -> None:
    at = panel.transport.position
    edges = _edges(panel)
    found = [edge for edge in edges if (edge - at) * way > 0]
    if found:
        panel.transport.seek(min(found) if way > 0 else max(found))


def _to_marker(panel: TimelinePanel, way: int) -> None:
    cut = panel.editor.cut
    if cut is None:
        return
    find = ed.next_marker if way > 0 else ed.previous_marker
    found = find(cut.markers, panel.transport.position)
    if found is not None:
        panel.transport.seek(found)


def _mark_clip(panel: TimelinePanel) -> None:
    scene = panel.scene
    clips = panel.view.selected or _under_playhead(panel)
    if scene is None or not clips:
        return
    places = [scene.place(clip) for clip in clips]
    panel.transport.mark(min(p[0] for p in places), max(p[1] for p in places))


def _add_marker(panel: TimelinePanel) -> None:
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


def _cut(panel: TimelinePanel, *, everywhere: bool) -> None:
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


def _join(panel: TimelinePanel) -> None:
    clips = panel.view.selected or _under_playhead(panel)
    if clips:
        panel.editor.do(_tr("Join clips"), verbs.join(clips[0]))


def _range(panel: TimelinePanel, *, rippling: bool) -> None:
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


def _trim_to(panel: TimelinePanel, edge: Edge, *, rippling: bool) -> None:
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


def _edit_in(panel: TimelinePanel, mode: Literal["insert", "overwrite"]) -> None:
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
    if playback is not None and playback.source == source.node:
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


def _switch_clips(panel: TimelinePanel) -> None:
    clips = panel.view.selected or _under_playhead(panel)
    shown = [found[1].clip(clip) for clip in clips if (found := panel.view.rows.find(clip))]
    if shown:
        on = not all(clip.enabled for clip in shown)
        name = _tr("Switch clips on") if on else _tr("Switch clips off")
        panel.editor.do(name, verbs.set_enabled(clips, enabled=on))


def _link(panel: TimelinePanel) -> None:
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


def _ask(panel: TimelinePanel, what: str) -> None:
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


def _copy(panel: TimelinePanel) -> bool:
    scene = panel.scene
    if scene is None or not panel.view.selected:
        return False
    text = json.dumps(clipboard.pack(scene, panel.view.selected))
    QGuiApplication.clipboard().setText(text)
    return True


def _cut_out(panel: TimelinePanel) -> None:
    if _copy(panel):
        clips = panel.view.selected
        panel.editor.do(_tr("Cut clips to the clipboard"), verbs.delete(clips, rippling=False))


def _paste(panel: TimelinePanel, mode: Literal["insert", "overwrite"]) -> None:
    packed = clipboard.unpack(QGuiApplication.clipboard().text())
    if packed is None:
        panel.say(_tr("There are no clips in the clipboard."))
        return
    frame = panel.transport.position
    panel.editor.do(_tr("Paste clips"), clipboard.paste(packed, frame, mode))


def _nudge(panel: TimelinePanel, by: int) -> None:
    clips = panel.view.selected
    if clips:
        panel.editor.ask(Move(clips, clips[-1], by))


def _roll(panel: TimelinePanel, by: int) -> None:
    cuts = cuts_of(panel)
    if cuts and panel.editor.ask(Roll(cuts[0], by)):
        panel.transport.seek(panel.transport.position + by)


def _slip(panel: TimelinePanel, by: int) -> None:
    clips = panel.view.selected or _under_playhead(panel)
    if clips:
        panel.editor.ask(Slip(clips[0], by))


def _trim_by(panel: TimelinePanel, edge: Edge, by: int) -> None:
    clips = panel.view.selected or _under_playhead(panel)
    if clips:
        rippling = panel.view.tool == "ripple"
        panel.editor.ask(Trim(clips[0], edge, by, rippling))


def _close_gap(panel: TimelinePanel, frame: int) -> None:
    scene = panel.scene
    if scene is not None:
        panel.editor.do(_tr("Close the gap"), verbs.close_gap(scene.targets[0], frame))


def _select_all(panel: TimelinePanel) -> None:
    rows = panel.view.rows
    open_tracks = [track.id for track in rows.tracks if not track.locked]
    panel.view.select([clip.id for track in open_tracks for clip in rows.lanes[track].clips])


def _select_next(panel: TimelinePanel, way: int) -> None:
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


def _show_source(panel: TimelinePanel) -> None:
    clips = panel.view.selected or _under_playhead(panel)
    if clips:
        panel.show_source(clips[-1])


def _tr(text: str) -> str:
    return QCoreApplication.translate("TimelineCommands", text)
