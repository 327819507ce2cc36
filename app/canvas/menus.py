"""The context menus of the canvas, made of its commands."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QMenu

from app.actions import Actions
from app.editing.frames import bookmarks_of
from app.editing.level import group_of, input_of
from app.editing.ports import Part
from widgets.canvas import Hit

if TYPE_CHECKING:
    from app.panels.canvas import CanvasPanel

_NODE = (
    *("canvas.view", "canvas.rename", "", "canvas.copy", "canvas.cut", "canvas.duplicate"),
    *("canvas.duplicate_linked", "canvas.delete", "canvas.dissolve", "canvas.extract", ""),
    *("canvas.mute", "canvas.bypass", "canvas.disable", "canvas.reset", ""),
    *("canvas.group", "canvas.frame"),
)
_GROUP = ("canvas.enter", "canvas.ungroup", "canvas.own")
_ARRANGE = (
    *("canvas.tidy", "", "canvas.align_left", "canvas.align_center", "canvas.align_right"),
    *("canvas.align_top", "canvas.align_middle", "canvas.align_bottom", ""),
    *("canvas.distribute_across", "canvas.distribute_down"),
)
_LINK = ("canvas.reroute", "canvas.mute", "canvas.link_earlier", "canvas.link_later", "")
_GROUND = (
    *("canvas.add", "canvas.paste", "canvas.paste_linked", "canvas.frame", ""),
    *("canvas.select_all", "canvas.tidy", "canvas.fit", "canvas.leave"),
)


def menu_for(panel: CanvasPanel, hit: Hit, actions: Actions) -> QMenu:
    """The menu for what is under the pointer."""
    menu = QMenu(panel)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if hit.part == "socket" and hit.socket is not None:
        _add_socket(menu, panel, hit)
    if hit.node:
        _add(menu, actions, _NODE)
        node = panel.edits.level.nodes.get(hit.node)
        if node is not None and group_of(node) is not None:
            menu.addSeparator()
            _add(menu, actions, _GROUP)
        arrange = menu.addMenu(QCoreApplication.translate("Canvas", "Arran&ge"))
        _add(arrange, actions, _ARRANGE)
    elif hit.link is not None:
        _add(menu, actions, (*_LINK, "canvas.delete"))
    elif hit.part in {"frame", "edge"}:
        _add(menu, actions, ("canvas.rename", "canvas.delete"))
        colors = menu.addMenu(QCoreApplication.translate("Canvas", "&Colour"))
        for color, name in _frame_colors().items():
            action = colors.addAction(_swatch(color), name)
            action.triggered.connect(_coloring(panel, color))
    else:
        _add(menu, actions, _GROUND)
        _add_bookmarks(menu, panel, actions)
    return menu


def _frame_colors() -> dict[str, str]:
    translate = QCoreApplication.translate
    return {
        "#5b6472": translate("Canvas", "Grey"),
        "#3f6fb0": translate("Canvas", "Blue"),
        "#3d8a5f": translate("Canvas", "Green"),
        "#a3752c": translate("Canvas", "Amber"),
        "#a34a4a": translate("Canvas", "Red"),
        "#7a55a8": translate("Canvas", "Violet"),
    }


def _add(menu: QMenu, actions: Actions, names: tuple[str, ...]) -> None:
    for name in names:
        if name:
            menu.addAction(actions[name])
        else:
            menu.addSeparator()


def _add_socket(menu: QMenu, panel: CanvasPanel, hit: Hit) -> None:
    """For a socket: show it on the group, hide it there, make it a control again."""
    ref, level = hit.socket, panel.edits.level
    node = level.nodes.get(hit.node)
    if ref is None or node is None:
        return
    if level.scope is not None:
        part: Part = "outputs" if ref.output else "inputs"
        ports = getattr(level.groups[level.scope], part)
        shown = next((p for p in ports if (p.node, p.field) == (ref.node, ref.socket)), None)
        if shown is None:
            text = QCoreApplication.translate("Canvas", "S&how on the group")
            _call(menu, text, lambda: panel.edits.show_port(part, ref.node, ref.socket))
        else:
            text = QCoreApplication.translate("Canvas", "&Hide on the group")
            _call(menu, text, lambda: panel.edits.hide_port(part, shown.name))
    socket = None if ref.output else input_of(level, node, ref.socket)
    if socket is not None and socket.param:
        text = QCoreApplication.translate("Canvas", "Show as a &control")
        _call(menu, text, lambda: panel.edits.demote(ref.node, ref.socket))
    if not menu.isEmpty():
        menu.addSeparator()


def _add_bookmarks(menu: QMenu, panel: CanvasPanel, actions: Actions) -> None:
    marks = menu.addMenu(QCoreApplication.translate("Canvas", "&Bookmarks"))
    marks.addAction(actions["canvas.bookmark"])
    found = bookmarks_of(panel.edits.level.project)
    if not found:
        return
    marks.addSeparator()
    for number, mark in enumerate(found):
        _call(marks, mark.name.replace("&", "&&"), _going(panel, number))
    removing = marks.addMenu(QCoreApplication.translate("Canvas", "&Remove"))
    for mark in found:
        _call(removing, mark.name.replace("&", "&&"), _removing(panel, mark.name))


def _call(menu: QMenu, text: str, act: Callable[[], object]) -> None:
    menu.addAction(text).triggered.connect(lambda _checked=False: act())


def _coloring(panel: CanvasPanel, color: str) -> Callable[[], object]:
    return lambda: panel.edits.color_frames(panel.view.selected_frames(), color)


def _going(panel: CanvasPanel, number: int) -> Callable[[], object]:
    return lambda: panel.bookmarks.go_to(number)


def _removing(panel: CanvasPanel, name: str) -> Callable[[], object]:
    return lambda: panel.edits.remove_bookmark(name)


def _swatch(color: str) -> QIcon:
    made = QPixmap(48, 48)
    made.fill(QColor(color))
    return QIcon(made)
