"""The commands of the canvas: what they are called, their keys, and what they do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

if TYPE_CHECKING:
    from app.actions import Actions
    from app.panels.canvas import CanvasPanel


@dataclass(frozen=True)
class CanvasCommand:
    """One command; `icon` is one of `widgets.icons`."""

    id: str
    text: str
    act: Callable[[], object]
    keys: tuple[str, ...] = ()
    icon: str = ""


def register(panel: CanvasPanel, actions: Actions) -> None:
    """Add the commands of a canvas to those of the application."""
    category = QCoreApplication.translate("Canvas", "Canvas")
    for command in commands(panel):
        actions.add(
            command.id,
            command.text,
            command.act,
            owner=panel,
            category=category,
            shortcuts=command.keys,
            icon=command.icon,
        )


def commands(panel: CanvasPanel) -> list[CanvasCommand]:
    """All of them, for the nodes, links or frames that are selected."""
    translate = QCoreApplication.translate
    view, edits, chosen = panel.view, panel.edits, panel.view.selected
    made = CanvasCommand
    return [
        made(
            "canvas.add",
            translate("Canvas", "&Add a node…"),
            view.open_palette_at_pointer,
            (),
            "add",
        ),
        made(
            "canvas.view", translate("Canvas", "&Show in the viewer"), panel.show_active, (), "eye"
        ),
        made(
            "canvas.rename", translate("Canvas", "&Rename"), view.rename_selected, ("F2",), "edit"
        ),
        made("canvas.copy", translate("Canvas", "&Copy"), panel.copy, ("Ctrl+C",), "copy"),
        made("canvas.cut", translate("Canvas", "C&ut"), panel.cut, ("Ctrl+X",), "cut"),
        made("canvas.paste", translate("Canvas", "&Paste"), panel.paste, ("Ctrl+V",), "paste"),
        made(
            "canvas.paste_linked",
            translate("Canvas", "Paste with &links"),
            panel.paste_linked,
            ("Ctrl+Shift+V",),
        ),
        made(
            "canvas.duplicate",
            translate("Canvas", "&Duplicate"),
            lambda: edits.duplicate(chosen(), with_links=False),
            ("Ctrl+D",),
        ),
        made(
            "canvas.duplicate_linked",
            translate("Canvas", "Duplicate with l&inks"),
            lambda: edits.duplicate(chosen(), with_links=True),
            ("Ctrl+Shift+D",),
        ),
        made(
            "canvas.delete",
            translate("Canvas", "D&elete"),
            view.ask_delete,
            ("Del", "Backspace"),
            "delete",
        ),
        made(
            "canvas.dissolve",
            translate("Canvas", "Delete and keep the c&hain"),
            lambda: edits.dissolve(chosen()),
            ("Ctrl+Del", "Ctrl+Backspace"),
        ),
        made(
            "canvas.extract",
            translate("Canvas", "Take out of the chai&n"),
            lambda: edits.extract(chosen()),
            ("X",),
        ),
        made(
            "canvas.mute",
            translate("Canvas", "&Mute"),
            panel.mute,
            ("M",),
            "mute",
        ),
        made(
            "canvas.bypass",
            translate("Canvas", "&Bypass"),
            lambda: edits.toggle(chosen(), "bypassed"),
            ("B",),
        ),
        made(
            "canvas.disable",
            translate("Canvas", "Disab&le"),
            lambda: edits.toggle(chosen(), "disabled"),
            ("D",),
        ),
        made(
            "canvas.reset",
            translate("Canvas", "Reset all parameters"),
            lambda: edits.reset(chosen()),
            (),
            "reset",
        ),
        made("canvas.reroute", translate("Canvas", "Bend the lin&k"), panel.reroute, ("R",)),
        made("canvas.link_earlier", translate("Canvas", "Earlier in the list"), panel.link_earlier),
        made("canvas.link_later", translate("Canvas", "Later in the list"), panel.link_later),
        made(
            "canvas.group",
            translate("Canvas", "&Group"),
            lambda: edits.group(chosen()),
            ("Ctrl+G",),
            "group",
        ),
        made(
            "canvas.ungroup",
            translate("Canvas", "Op&en the group"),
            lambda: edits.ungroup(chosen()),
            ("Ctrl+Shift+G",),
        ),
        made(
            "canvas.enter",
            translate("Canvas", "Go &into the group"),
            panel.enter_active,
            ("Ctrl+Return",),
        ),
        made("canvas.leave", translate("Canvas", "Go o&ut of the group"), view.ask_leave, ("U",)),
        made("canvas.own", translate("Canvas", "Make the group its o&wn"), panel.make_own),
        made("canvas.frame", translate("Canvas", "Add a &frame"), view.ask_frame, ("C",)),
        made("canvas.tidy", translate("Canvas", "&Tidy up"), lambda: panel.tidy(chosen()), ("L",)),
        made(
            "canvas.align_left",
            translate("Canvas", "Align left edges"),
            lambda: panel.align(chosen(), "left"),
        ),
        made(
            "canvas.align_center",
            translate("Canvas", "Align centres"),
            lambda: panel.align(chosen(), "center"),
        ),
        made(
            "canvas.align_right",
            translate("Canvas", "Align right edges"),
            lambda: panel.align(chosen(), "right"),
        ),
        made(
            "canvas.align_top",
            translate("Canvas", "Align top edges"),
            lambda: panel.align(chosen(), "top"),
        ),
        made(
            "canvas.align_middle",
            translate("Canvas", "Align middles"),
            lambda: panel.align(chosen(), "middle"),
        ),
        made(
            "canvas.align_bottom",
            translate("Canvas", "Align bottom edges"),
            lambda: panel.align(chosen(), "bottom"),
        ),
        made(
            "canvas.distribute_across",
            translate("Canvas", "Distribute across"),
            lambda: panel.distribute(chosen(), "horizontal"),
        ),
        made(
            "canvas.distribute_down",
            translate("Canvas", "Distribute down"),
            lambda: panel.distribute(chosen(), "vertical"),
        ),
        made("canvas.select_all", translate("Canvas", "Select &all"), view.select_all, ("Ctrl+A",)),
        made(
            "canvas.select_sources",
            translate("Canvas", "Select what feeds it"),
            panel.select_sources,
            ("[",),
        ),
        made(
            "canvas.select_users",
            translate("Canvas", "Select what it feeds"),
            panel.select_users,
            ("]",),
        ),
        made(
            "canvas.fit_selected",
            translate("Canvas", "Zoom to the selection"),
            panel.fit_selected,
            ("F",),
        ),
        made("canvas.fit", translate("Canvas", "Zoom to fit"), panel.fit_all, ("Home",)),
        made(
            "canvas.zoom_in",
            translate("Canvas", "Zoom in"),
            lambda: view.zoom_by(1.2),
            ("Ctrl++", "Ctrl+="),
        ),
        made(
            "canvas.zoom_out",
            translate("Canvas", "Zoom out"),
            lambda: view.zoom_by(1 / 1.2),
            ("Ctrl+-",),
        ),
        made(
            "canvas.zoom_full",
            translate("Canvas", "Zoom to 100 %"),
            lambda: view.set_zoom(1.0),
            ("Ctrl+0",),
        ),
        made(
            "canvas.bookmark",
            translate("Canvas", "Set a bookmark"),
            panel.bookmarks.set,
            ("Ctrl+B",),
            "marker",
        ),
        *(
            made(
                f"canvas.bookmark_{number}",
                translate("Canvas", "Go to bookmark {number}").format(number=number),
                _going(panel, number),
                (f"Ctrl+{number}",),
            )
            for number in range(1, 10)
        ),
    ]


def _going(panel: CanvasPanel, number: int) -> Callable[[], object]:
    return lambda: panel.bookmarks.go_to(number - 1)
