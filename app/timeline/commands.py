"""The timeline's commands: what each is called, its keys, and what it does."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction

from app.timeline import verbs
from app.timeline.deeds import (
    add_marker,
    ask,
    bridge_at,
    close_gap,
    copy_clips,
    cut,
    cut_out,
    dissolve,
    edit_in,
    join,
    link_or_unlink,
    mark_clip,
    nudge,
    paste,
    retake_range,
    roll,
    select_all,
    select_next,
    show_source,
    slip,
    switch_clips,
    take_out_range,
    to_edit,
    to_marker,
    toggle_snap,
    toggle_sync,
    trim_by,
    trim_to,
)
from app.timeline.verbs import Verb
from widgets.timeline import TOOLS, Tool
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
    snap = _add(panel, "snap", _tr("Snap"), lambda: toggle_snap(panel), "S", "magnet")
    snap.setCheckable(True)
    snap.setChecked(bool(panel.context.settings.get("snap")))
    sync = _add(panel, "sync", _tr("Keep tracks in sync"), lambda: toggle_sync(panel), "", "sync")
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
    _add(panel, "previous_edit", _tr("Previous cut"), lambda: to_edit(panel, -1), "Up")
    _add(panel, "next_edit", _tr("Next cut"), lambda: to_edit(panel, 1), "Down")
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
    _add(panel, "mark_clip", _tr("Mark the clip"), lambda: mark_clip(panel), "X")
    _add(panel, "marker", _tr("Add a marker"), lambda: add_marker(panel), "M", "marker")
    _add(panel, "next_marker", _tr("Next marker"), lambda: to_marker(panel, 1), "Shift+M")
    _add(
        panel,
        "previous_marker",
        _tr("Previous marker"),
        lambda: to_marker(panel, -1),
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

    _add(panel, "cut", _tr("Cut at the playhead"), lambda: cut(panel, everywhere=False), "Ctrl+K")
    _add(
        panel, "cut_all", _tr("Cut all tracks"), lambda: cut(panel, everywhere=True),
        "Ctrl+Shift+K",
    )  # fmt: skip
    _add(panel, "join", _tr("Join with the next"), lambda: join(panel), "Ctrl+J")
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
    _add(panel, "lift", _tr("Lift the range"), lambda: take_out_range(panel, rippling=False), ";")
    _add(
        panel,
        "extract",
        _tr("Extract the range"),
        lambda: take_out_range(panel, rippling=True),
        "'",
    )
    to_playhead: tuple[tuple[str, str, Edge, bool, str], ...] = (
        ("ripple_in", _tr("Ripple the start to the playhead"), "in", True, "Q"),
        ("ripple_out", _tr("Ripple the end to the playhead"), "out", True, "W"),
        ("trim_in", _tr("Trim the start to the playhead"), "in", False, "Shift+Q"),
        ("trim_out", _tr("Trim the end to the playhead"), "out", False, "Shift+W"),
    )
    for name, text, edge, rippling, key in to_playhead:
        _add(panel, name, text, partial(trim_to, panel, edge, rippling=rippling), key)
    _add(panel, "insert", _tr("Insert the source"), lambda: edit_in(panel, "insert"), ",", "add")
    _add(
        panel,
        "overwrite",
        _tr("Overwrite with the source"),
        lambda: edit_in(panel, "overwrite"),
        ".",
        "download",
    )
    _add(panel, "dissolve", _tr("Dissolve at the cut"), lambda: dissolve(panel), "Ctrl+T", "wipe")
    _add(
        panel,
        "enable",
        _tr("Switch clips on or off"),
        lambda: switch_clips(panel),
        "Shift+E",
    )
    _add(
        panel,
        "unlink",
        _tr("Unlink or link the sound"),
        lambda: link_or_unlink(panel),
        "Ctrl+L",
        "link",
    )
    _add(panel, "speed", _tr("Speed…"), lambda: ask(panel, "speed"), "Ctrl+Alt+R")
    _add(panel, "gain", _tr("Gain…"), lambda: ask(panel, "gain"), "G")
    _add(panel, "rename", _tr("Rename the clip…"), lambda: ask(panel, "name"), "F2")
    _add(panel, "takes", _tr("Takes…"), lambda: ask(panel, "takes"), "Shift+T", "take")
    _add(panel, "bridge", _tr("Bridge two shots"), lambda: bridge_at(panel), "Ctrl+B", "bridge-gap")
    _add(panel, "retake", _tr("Retake the range"), lambda: retake_range(panel), "Ctrl+Shift+R")
    _add(panel, "copy", _tr("Copy clips"), lambda: copy_clips(panel), "Ctrl+C", "copy")
    _add(panel, "cut_clips", _tr("Cut clips to the clipboard"), lambda: cut_out(panel), "Ctrl+X")
    _add(panel, "paste", _tr("Paste clips"), lambda: paste(panel, "overwrite"), "Ctrl+V", "paste")
    _add(
        panel, "paste_insert", _tr("Paste and insert"), lambda: paste(panel, "insert"),
        "Ctrl+Shift+V",
    )  # fmt: skip
    for name, text, by, key in (
        ("nudge_left", _tr("Move clips one frame back"), -1, "Alt+Left"),
        ("nudge_right", _tr("Move clips one frame on"), 1, "Alt+Right"),
        ("nudge_left_many", _tr("Move clips ten frames back"), -_MANY, "Alt+Shift+Left"),
        ("nudge_right_many", _tr("Move clips ten frames on"), _MANY, "Alt+Shift+Right"),
    ):
        _add(panel, name, text, partial(nudge, panel, by), key)
    for name, text, by, key in (
        ("roll_left", _tr("Roll the cut one frame back"), -1, "Ctrl+Left"),
        ("roll_right", _tr("Roll the cut one frame on"), 1, "Ctrl+Right"),
    ):
        _add(panel, name, text, partial(roll, panel, by), key)
    for name, text, by, key in (
        ("slip_left", _tr("Slip one frame back"), -1, "Ctrl+Alt+Left"),
        ("slip_right", _tr("Slip one frame on"), 1, "Ctrl+Alt+Right"),
    ):
        _add(panel, name, text, partial(slip, panel, by), key)
    by_frames: tuple[tuple[str, str, Edge, int, str], ...] = (
        ("start_left", _tr("Start one frame earlier"), "in", -1, "["),
        ("start_right", _tr("Start one frame later"), "in", 1, "]"),
        ("end_left", _tr("End one frame earlier"), "out", -1, "Shift+["),
        ("end_right", _tr("End one frame later"), "out", 1, "Shift+]"),
    )
    for name, text, edge, by, key in by_frames:
        _add(panel, name, text, partial(trim_by, panel, edge, by), key)
    _add(panel, "close_gap", _tr("Close the gap"), lambda: close_gap(panel, go.position), "")
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
    _add(panel, "select_all", _tr("Select all clips"), lambda: select_all(panel), "Ctrl+A")
    _add(panel, "select_none", _tr("Select nothing"), lambda: view.select(()), "Ctrl+Shift+A")
    _add(
        panel,
        "select_next",
        _tr("Select the next clip"),
        lambda: select_next(panel, 1),
        "Alt+Down",
    )
    _add(
        panel, "select_previous", _tr("Select the previous clip"),
        lambda: select_next(panel, -1), "Alt+Up",
    )  # fmt: skip
    _add(panel, "show_source", _tr("Show the clip's node"), lambda: show_source(panel), "F")


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


def _tr(text: str) -> str:
    return QCoreApplication.translate("TimelineCommands", text)
