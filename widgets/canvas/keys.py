"""What keys do on the canvas: go from node to node, and ask for edits of what is selected."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from widgets.canvas.navigation import Way, neighbour, next_node
from widgets.canvas.shape import GRID

if TYPE_CHECKING:
    from widgets.canvas.view import CanvasView

ARROWS: dict[int, tuple[Way, float, float]] = {
    Qt.Key.Key_Left: ("left", -GRID, 0.0),
    Qt.Key.Key_Right: ("right", GRID, 0.0),
    Qt.Key.Key_Up: ("up", 0.0, -GRID),
    Qt.Key.Key_Down: ("down", 0.0, GRID),
}
EDGES: dict[Way, str] = {"left": "left", "right": "right", "up": "top", "down": "bottom"}
OFFSET = (2 * GRID, 2 * GRID)  # of a duplicate made by keys


def press_key(view: CanvasView, event: QKeyEvent) -> bool:
    """Do what the key asks for; False when it means nothing here."""
    keys = event.modifiers()
    control = bool(keys & Qt.KeyboardModifier.ControlModifier)
    shift = bool(keys & Qt.KeyboardModifier.ShiftModifier)
    if event.key() in ARROWS:
        way, dx, dy = ARROWS[event.key()]
        if keys & Qt.KeyboardModifier.AltModifier:
            if view.edits_by_keys and len(view.selected()) > 1:
                view.align_asked.emit(view.selected(), EDGES[way])
        elif control:
            _nudge(view, dx, dy)
        else:
            _go(view, way, extend=shift)
        return True
    if event.key() in {Qt.Key.Key_PageDown, Qt.Key.Key_PageUp}:
        step = 1 if event.key() == Qt.Key.Key_PageDown else -1
        _go_to(view, neighbour(view.contents, view.current, step), extend=shift)
        return True
    if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
        return _enter(view, group=control)
    if event.key() == Qt.Key.Key_Escape:
        view.escape()
        return True
    if event.key() == Qt.Key.Key_Tab and not control:
        view.open_palette_at_pointer()
        return True
    if not view.edits_by_keys:
        return False
    act = _edits(view).get(QKeySequence(event.keyCombination()).toString())
    if act is None:
        return False
    act()
    return True


def _edits(view: CanvasView) -> dict[str, Callable[[], object]]:
    """Edits by their keys, for a canvas whose owner has no commands of its own."""
    chosen = view.selected()

    def ask(signal: str) -> Callable[[], object]:
        return lambda: getattr(view, signal).emit(chosen) if chosen else None

    def duplicate(*, links: bool) -> Callable[[], object]:
        return lambda: view.duplicate_asked.emit(chosen, links, OFFSET) if chosen else None

    return {
        "Del": view.ask_delete,
        "Backspace": view.ask_delete,
        "Ctrl+C": ask("copy_asked"),
        "Ctrl+X": ask("cut_asked"),
        "Ctrl+V": lambda: view.paste_asked.emit(view.pointer_place()),
        "Ctrl+D": duplicate(links=False),
        "Ctrl+Shift+D": duplicate(links=True),
        "Ctrl+A": view.select_all,
        "Ctrl+G": ask("group_asked"),
        "Ctrl+Shift+G": ask("ungroup_asked"),
        "M": ask("mute_asked"),
        "B": ask("bypass_asked"),
        "D": ask("disable_asked"),
        "L": lambda: view.tidy_asked.emit(chosen),
        "C": view.ask_frame,
        "F2": view.rename_selected,
        "F": lambda: view.fit(chosen or None),
        "Home": view.fit,
        "Ctrl++": lambda: view.zoom_by(1.2),
        "Ctrl+=": lambda: view.zoom_by(1.2),
        "Ctrl+-": lambda: view.zoom_by(1 / 1.2),
        "Ctrl+0": lambda: view.set_zoom(1.0),
        "Alt+H": lambda: view.distribute_asked.emit(chosen, "horizontal"),
        "Alt+V": lambda: view.distribute_asked.emit(chosen, "vertical"),
        "U": view.ask_leave,
    }


def _go(view: CanvasView, way: Way, *, extend: bool) -> None:
    _go_to(view, next_node(view.contents, view.current, way), extend=extend)


def _go_to(view: CanvasView, found: str | None, *, extend: bool) -> None:
    if found is None:
        return
    kept = [name for name in view.selected() if name != found] if extend else []
    view.set_selected([*kept, found])
    view.show_node(found)


def _nudge(view: CanvasView, dx: float, dy: float) -> None:
    places = {
        name: (item.view.pos[0] + dx, item.view.pos[1] + dy)
        for name in view.selected()
        if (item := view.contents.nodes.get(name)) is not None
    }
    if places:
        view.nodes_moved.emit(places)


def _enter(view: CanvasView, *, group: bool) -> bool:
    name = view.current
    if name is None:
        return False
    if group and view.contents.nodes[name].view.kind == "group":
        view.enter_asked.emit(name)
    else:
        view.view_asked.emit(name)
    return True
