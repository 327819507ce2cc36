"""The context menus of the timeline: of a clip, a cut, a gap, a track, the ruler."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, get_args

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMenu

from app.timeline import dialogs, verbs
from app.timeline.deeds import bridge_at, dissolve
from app.timeline.showing import MARKER_COLORS
from engine.timeline.transitions import WIPE_NAMES, Kind, Transition
from widgets.timeline import Drop, ResizeTransition, Spot

if TYPE_CHECKING:
    from app.panels.timeline import TimelinePanel

_SPEEDS = (Fraction(1, 4), Fraction(1, 2), Fraction(1), Fraction(2), Fraction(4))
_LENGTHS = (Fraction(1, 4), Fraction(1, 2), Fraction(1), Fraction(2))


def clip_menu(panel: TimelinePanel, spot: Spot) -> QMenu:
    """The menu of what lies under the mouse."""
    if spot.part.startswith("transition"):
        return _transition_menu(panel, spot)
    menu = _menu(panel)
    if panel.view.rows.find(spot.clip) is not None:
        _fill_clip(panel, menu, spot)
    else:
        _fill_empty(panel, menu, spot)
    return menu


def _fill_clip(panel: TimelinePanel, menu: QMenu, spot: Spot) -> None:
    found = panel.view.rows.find(spot.clip)
    assert found is not None
    clip = found[1].clip(spot.clip)
    _commands(panel, menu, "cut", "join", "", "delete", "ripple_delete", "copy", "cut_clips", "")
    if clip.kind == "video":
        menu.addMenu(transitions_menu(panel, menu))
        menu.addMenu(_speed_menu(panel, menu))
        menu.addMenu(_takes_menu(panel, menu, clip.media))
        _commands(panel, menu, "bridge", "retake")
        source = panel.context.selection.active
        replace_with = panel.placing.source(source) if source else None
        action = menu.addAction(_tr("Replace with the selected node"))
        action.setEnabled(replace_with is not None and replace_with.node != clip.media)
        if replace_with is not None:
            name = _tr("Replace the shot")
            action.triggered.connect(
                lambda: panel.editor.do(name, verbs.replace_with(spot.clip, replace_with))
            )
        menu.addSeparator()
    _commands(panel, menu, "enable", "unlink", "gain", "rename", "", "show_source", "mark_clip")


def _fill_empty(panel: TimelinePanel, menu: QMenu, spot: Spot) -> None:
    scene = panel.scene
    if scene is not None and spot.track.startswith("V"):
        name = _tr("Close the gap")
        action = menu.addAction(name)
        row = next(row for row in scene.cut.video if row.id == spot.track)
        end = scene.starts(row)[-1] + row.settings.at if row.items and not row.note else 0
        action.setEnabled(spot.frame < end)
        action.triggered.connect(
            lambda: panel.editor.do(name, verbs.close_gap(spot.track, spot.frame))
        )
        before = _clip_before(panel, spot)
        bridging = menu.addAction(_tr("Bridge with a new shot"))
        bridging.setEnabled(bool(before) and spot.frame < end)
        bridging.triggered.connect(lambda: bridge_at(panel, before))
        menu.addSeparator()
    selected = panel.context.selection.nodes
    place = menu.addAction(_tr("Place the selected nodes here"))
    place.setEnabled(bool(selected))
    place.triggered.connect(
        lambda: panel.placing.place_nodes(selected, Drop(spot.track, spot.frame, "overwrite"))
    )
    _commands(panel, menu, "paste", "paste_insert", "", "add_video", "add_audio", "", "fit")


def _clip_before(panel: TimelinePanel, spot: Spot) -> str:
    lane = panel.view.rows.lanes.get(spot.track)
    if lane is None:
        return ""
    found = [
        clip.id for clip, stop in zip(lane.clips, lane.stops, strict=True) if stop <= spot.frame
    ]
    return found[-1] if found else ""


def transitions_menu(panel: TimelinePanel, parent: QMenu | None = None) -> QMenu:
    """Every transition that there is, put at the cuts of the selection or the nearest cut."""
    menu = QMenu(_tr("Transition"), parent or panel)
    scene = panel.scene
    frames = max(2, round(Fraction(1, 2) * scene.cut.rate)) if scene is not None else 12

    def add(to: QMenu, text: str, **look: Any) -> None:
        made = Transition(frames=frames, **look)
        to.addAction(text).triggered.connect(lambda: dissolve(panel, made))

    kinds = get_args(Kind)
    add(menu, _tr("Dissolve"), kind="dissolve")
    wipes = menu.addMenu(_tr("Wipe"))
    for code, name in WIPE_NAMES.items():
        add(wipes, f"{code:03} {_wipe(name)}", kind="wipe", code=code)
    add(menu, _tr("Dip to black"), kind="dip", color="#000000")
    add(menu, _tr("Dip to white"), kind="dip", color="#ffffff")
    for kind, title in (("push", _tr("Push")), ("slide", _tr("Slide"))):
        ways = menu.addMenu(title)
        for way, text in (
            ("left", _tr("To the left")),
            ("right", _tr("To the right")),
            ("up", _tr("Upwards")),
            ("down", _tr("Downwards")),
        ):
            add(ways, text, kind=kind, direction=way)
    if "match" in kinds:
        add(menu, _tr("Match cut"), kind="match")
    menu.addSeparator()
    cut = menu.addAction(_tr("None (a cut)"))
    cut.triggered.connect(lambda: dissolve(panel, Transition("cut", 1)))
    return menu


def _transition_menu(panel: TimelinePanel, spot: Spot) -> QMenu:
    menu = _menu(panel)
    scene = panel.scene
    if scene is None:
        return menu
    track, number = scene.find(spot.clip)
    row = scene.video(track)
    transition = row.items[number].transition
    if transition is None:
        return menu
    lengths = menu.addMenu(_tr("Length"))
    for seconds in _LENGTHS:
        frames = max(1, round(seconds * scene.cut.rate))
        text = _tr("{seconds} s").format(seconds=f"{float(seconds):g}")
        lengths.addAction(text).triggered.connect(
            lambda _=False, n=frames: panel.editor.ask(ResizeTransition(spot.clip, n))
        )
    if transition.kind == "wipe":
        action = menu.addAction(_tr("Reversed"))
        action.setCheckable(True)
        action.setChecked(transition.reverse)
        turned = replace(transition, reverse=not transition.reverse)
        action.triggered.connect(lambda: _put(panel, spot.clip, turned))
        soft = menu.addMenu(_tr("Edge"))
        for share, text in ((0.0, _tr("Hard")), (0.1, _tr("Soft")), (0.4, _tr("Very soft"))):
            made = replace(transition, softness=share)
            soft.addAction(text).triggered.connect(
                lambda _=False, made=made: _put(panel, spot.clip, made)
            )
    sound = menu.addAction(_tr("Cross-fade the sound"))
    sound.setCheckable(True)
    sound.setChecked(transition.sound)
    heard = replace(transition, sound=not transition.sound)
    sound.triggered.connect(lambda: _put(panel, spot.clip, heard))
    change = transitions_menu(panel, menu)
    change.setTitle(_tr("Change to"))
    menu.addMenu(change)
    menu.addSeparator()
    remove = menu.addAction(_tr("Remove the transition"))
    name = _tr("Remove the transition")
    remove.triggered.connect(
        lambda: panel.editor.do(name, verbs.set_transition((spot.clip,), None))
    )
    return menu


def _put(panel: TimelinePanel, clip: str, transition: Transition) -> None:
    name = _tr("Change the transition")
    panel.editor.do(name, verbs.set_transition((clip,), transition))


def _speed_menu(panel: TimelinePanel, parent: QMenu) -> QMenu:
    menu = QMenu(_tr("Speed"), parent)
    clips = panel.view.selected
    name = _tr("Change the speed")

    def add(text: str, speed: Fraction) -> None:
        menu.addAction(text).triggered.connect(
            lambda: panel.editor.do(name, verbs.set_speed(clips, speed, rippling=True))
        )

    for speed in _SPEEDS:
        add(f"{float(speed) * 100:g} %", speed)
    add(_tr("Backwards"), Fraction(-1))
    add(_tr("Hold the first frame"), Fraction(0))
    menu.addSeparator()
    _commands(panel, menu, "speed")
    return menu


def _takes_menu(panel: TimelinePanel, parent: QMenu, node: str) -> QMenu:
    menu = QMenu(_tr("Takes"), parent)
    takes = panel.takes.of(node)
    current = panel.takes.current(node)
    for take in takes[-20:]:
        stars = "★" * take.rating
        action = menu.addAction(f"{take.name}  {stars}".strip())
        action.setCheckable(True)
        action.setChecked(current is not None and take.key == current.key)
        action.triggered.connect(lambda _=False, take=take: panel.takes.swap(node, take))
    if not takes:
        menu.addAction(_tr("No takes yet")).setEnabled(False)
    menu.addSeparator()
    _commands(panel, menu, "takes")
    return menu


def track_menu(panel: TimelinePanel, track: str) -> QMenu:
    """The menu of a track's header."""
    menu = _menu(panel)
    rename = menu.addAction(_tr("Rename"))
    rename.triggered.connect(panel.view.headers[track].begin_rename)
    if track.startswith("A"):
        gain = menu.addAction(_tr("Gain and pan…"))
        gain.triggered.connect(lambda: dialogs.ask_track_levels(panel, track))
    else:
        opacity = menu.addAction(_tr("Opacity…"))
        opacity.triggered.connect(lambda: dialogs.ask_opacity(panel, track))
    menu.addSeparator()
    _commands(panel, menu, "add_video", "add_audio")
    remove = menu.addAction(_tr("Remove the track"))
    remove.triggered.connect(lambda: panel.editor.remove_track(track))
    return menu


def ruler_menu(panel: TimelinePanel, marker: str, frame: int) -> QMenu:
    """The menu of a marker, or of the ruler."""
    menu = _menu(panel)
    cut = panel.editor.cut
    if marker and cut is not None:
        number = int(marker)
        found = cut.markers[number]
        edit = menu.addAction(_tr("Edit the marker…"))
        edit.triggered.connect(lambda: dialogs.edit_marker(panel, number))
        colors = menu.addMenu(_tr("Colour"))
        for color in MARKER_COLORS:
            made = replace(found, color=color)  # type: ignore[arg-type]
            action = colors.addAction(dialogs.color_name(color))
            action.setIcon(dialogs.color_icon(color))
            action.triggered.connect(
                lambda _=False, made=made: panel.editor.do(
                    _tr("Change the marker"), verbs.change_marker(number, made)
                )
            )
        remove = menu.addAction(_tr("Remove the marker"))
        remove.triggered.connect(
            lambda: panel.editor.do(_tr("Remove the marker"), verbs.change_marker(number, None))
        )
    else:
        here = menu.addAction(_tr("Add a marker here"))
        here.triggered.connect(
            lambda: panel.editor.do(_tr("Add a marker"), verbs.add_marker(frame))
        )
    menu.addSeparator()
    _commands(panel, menu, "mark_in", "mark_out", "clear_marks")
    return menu


def _menu(panel: TimelinePanel) -> QMenu:
    menu = QMenu(panel)
    menu.setObjectName("timeline_menu")
    menu.aboutToHide.connect(menu.deleteLater)
    return menu


def _commands(panel: TimelinePanel, menu: QMenu, *names: str) -> None:
    for name in names:
        if name:
            menu.addAction(panel.context.actions[f"timeline.{name}"])
        else:
            menu.addSeparator()


def _wipe(name: str) -> str:
    return QCoreApplication.translate("Wipes", name)


def _tr(text: str) -> str:
    return QCoreApplication.translate("TimelineMenus", text)
