"""The menu bar, made from the commands: a table says which menu lists what, panels add theirs."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication, QObject, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar

from app.actions import Actions, Command
from app.shell.places import PLACES, title_of

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
        *("help.tour", "help.guide", BREAK),
        *("help.reports", "help.about"),
    ),
}
ORDER = (
    *("file", "edit", "canvas", "timeline", "viewer"),
    *("render", "tools", "window", "help"),
)
_JOINED = {"library": "canvas", "playback": "viewer", "meters": "viewer", "export": "render"}
SETTINGS = ("window.preferences", "window.shortcuts")  # they end the menu Edit


class Menus(QObject):
    """Keeps the menus of a menu bar as the commands are."""

    def __init__(self, bar: QMenuBar, actions: Actions, *, recent: QMenu, panels: QMenu) -> None:
        super().__init__(bar)
        self._bar = bar
        self._actions = actions
        self._special = {RECENT: recent, PANELS: panels}
        self._tools = QMenu(bar)
        self._menus: dict[str, QMenu] = {"tools": self._tools}
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self.build)
        actions.changed.connect(self._later.start)
        self.build()

    def build(self) -> None:
        """Make the menus anew from the commands that there are."""
        self._bar.clear()
        self._tools.clear()
        others = self._by_place()
        for name in ORDER:
            menu = self._menus.get(name)
            if menu is None:
                menu = self._menus[name] = QMenu(self._bar)
                menu.setToolTipsVisible(True)
            menu.setTitle(place_title(name, key=True))
            menu.clear()
            self._fill(menu, MENUS.get(name, ()))
            self._fill(menu, others.pop(name, ()))
            if name == "edit":
                self._fill(menu, (BREAK, *SETTINGS))
            self._bar.addMenu(menu)
        for name, commands in sorted(others.items(), key=lambda item: place_title(item[0])):
            inner = self._tools.addMenu(place_title(name))
            self._fill(inner, commands)
        for name in ORDER:
            self._menus[name].menuAction().setVisible(not self._menus[name].isEmpty())

    def stop(self) -> None:
        """Follow the commands no more: the menu bar goes."""
        self._actions.changed.disconnect(self._later.start)
        self._later.stop()

    def menu(self, name: str) -> QMenu:
        """The menu of that name, such as "file"."""
        return self._menus[name]

    def _by_place(self) -> dict[str, tuple[str, ...]]:
        """Commands that the table does not name, by the menu or panel that they belong to."""
        listed = {name for names in MENUS.values() for name in names} | set(SETTINGS)
        found: dict[str, list[str]] = {}
        for command in self._actions:
            if command.id not in listed and command.category:
                found.setdefault(place_of(command), []).append(command.id)
        return {name: tuple(ids) for name, ids in found.items()}

    def _fill(self, menu: QMenu, names: tuple[str, ...]) -> None:
        for name in names:
            if name == BREAK:
                menu.addSeparator()
            elif name in self._special:
                menu.addMenu(self._special[name])
            elif name in self._actions:
                menu.addAction(self._actions[name])


def place_of(command: Command) -> str:
    """The menu or panel that a command belongs to, from its id and the tables here."""
    listed = next((name for name, ids in MENUS.items() if command.id in ids), None)
    if listed is not None:
        return listed
    if command.id in SETTINGS:
        return "edit"
    first = command.id.partition(".")[0]
    return _JOINED.get(first, first)


def place_title(name: str, *, key: bool = False) -> str:
    """The title of a menu (with its access key) or of a panel, in the language of the window."""
    titles = {
        "file": translate("Menus", "&File"),
        "edit": translate("Menus", "&Edit"),
        "canvas": translate("Menus", "&Graph"),
        "timeline": translate("Menus", "&Timeline"),
        "viewer": translate("Menus", "&Viewer"),
        "render": translate("Menus", "&Render"),
        "tools": translate("Menus", "&Panels"),
        "window": translate("Menus", "&Window"),
        "help": translate("Menus", "&Help"),
    }
    found = titles.get(name) or (title_of(name) if name in PLACES else name.capitalize())
    return found if key else found.replace("&", "")


def plain(action: QAction) -> str:
    """The text of a command without its access key."""
    return action.text().replace("&&", "\0").replace("&", "").replace("\0", "&")
