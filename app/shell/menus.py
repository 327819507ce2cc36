"""The menu bar, made from the commands: a table says which menu lists what, panels add theirs."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication, QObject, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar

from app.actions import Actions

translate = QCoreApplication.translate

RECENT = "<recent>"
PANELS = "<panels>"
BREAK = ""

MENUS: Mapping[str, tuple[str, ...]] = {
    "file": (
        *("file.new", "file.from_template", "file.open", RECENT, BREAK),
        *("file.save", "file.save_as", BREAK),
        *("export.film", "export.edit", BREAK),
        *("file.start_page", "file.quit"),
    ),
    "edit": ("edit.undo", "edit.redo", BREAK),
    "render": (
        *("export.render_project", "export.render_selected", "export.stop", BREAK),
        *("export.show_files", BREAK),
    ),
    "window": (
        *("window.palette", BREAK),
        *("window.graph", "window.edit", "window.sound", "window.deliver", BREAK),
        *(PANELS, "window.reset_workspace", BREAK),
        *("window.dark", "window.light", BREAK),
        *("window.full_screen", "window.full_screen_viewer"),
    ),
    "help": (
        *("help.tour", "help.guide", "help.shortcuts", BREAK),
        *("help.reports", "help.about"),
    ),
}
SETTINGS = ("window.preferences", "window.shortcuts")  # they end the menu Edit


class Menus(QObject):
    """Keeps the menus of a menu bar as the commands are."""

    def __init__(self, bar: QMenuBar, actions: Actions, *, recent: QMenu, panels: QMenu) -> None:
        super().__init__(bar)
        self._bar = bar
        self._actions = actions
        self._special = {RECENT: recent, PANELS: panels}
        self._menus: dict[str, QMenu] = {}
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self.build)
        actions.changed.connect(self._later.start)
        self.build()

    def build(self) -> None:
        """Make the menus anew from the commands that there are."""
        others = self._by_category()
        names = [*list(MENUS)[:2], *(name for name in others if name not in MENUS)]
        names += [name for name in MENUS if name not in names]
        self._bar.clear()
        for name in names:
            menu = self._menus.get(name)
            if menu is None:
                menu = self._menus[name] = QMenu(self._bar)
                menu.setToolTipsVisible(True)
            menu.setTitle(menu_title(name))
            menu.clear()
            self._fill(menu, MENUS.get(name, ()))
            self._fill(menu, others.get(name, ()))
            if name == "edit":
                self._fill(menu, (BREAK, *SETTINGS))
            menu.menuAction().setVisible(not menu.isEmpty())
            self._bar.addMenu(menu)

    def stop(self) -> None:
        """Follow the commands no more: the menu bar goes."""
        self._actions.changed.disconnect(self._later.start)
        self._later.stop()

    def menu(self, name: str) -> QMenu:
        """The menu of that name, such as "file"."""
        return self._menus[name]

    def _by_category(self) -> dict[str, tuple[str, ...]]:
        """Commands that the table does not name, by the menu of their category."""
        listed = {name for names in MENUS.values() for name in names} | set(SETTINGS)
        found: dict[str, list[str]] = {}
        for command in self._actions:
            if command.id not in listed and command.category:
                found.setdefault(menu_of(command.category), []).append(command.id)
        return {name: tuple(ids) for name, ids in found.items()}

    def _fill(self, menu: QMenu, names: tuple[str, ...]) -> None:
        for name in names:
            if name == BREAK:
                menu.addSeparator()
            elif name in self._special:
                menu.addMenu(self._special[name])
            elif name in self._actions:
                menu.addAction(self._actions[name])


def menu_of(category: str) -> str:
    """The menu that lists a category of commands."""
    return category.lower()


def menu_title(name: str) -> str:
    """The title of a menu with its access key, in the language of the window."""
    titles = {
        "file": translate("Menus", "&File"),
        "edit": translate("Menus", "&Edit"),
        "graph": translate("Menus", "&Graph"),
        "timeline": translate("Menus", "&Timeline"),
        "viewer": translate("Menus", "&Viewer"),
        "playback": translate("Menus", "&Play"),
        "render": translate("Menus", "&Render"),
        "window": translate("Menus", "&Window"),
        "help": translate("Menus", "&Help"),
    }
    return titles.get(name, name.capitalize())


def plain(action: QAction) -> str:
    """The text of a command without its access key."""
    return action.text().replace("&&", "\0").replace("&", "").replace("\0", "&")
