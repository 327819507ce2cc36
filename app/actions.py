"""Every command of the application by its id: menus, shortcuts and the command palette read it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from widgets import icons


@dataclass(frozen=True)
class Command:
    """A command: its stable id ("timeline.blade"), where it belongs, and its default shortcuts."""

    id: str
    category: str
    action: QAction
    shortcuts: tuple[str, ...]


class Actions(QObject):
    """The commands of the application; ids are unique, shortcuts can be changed by the user.

    `changed` comes when a command was added, went away or got other shortcuts; `triggered` tells
    the id of one that was carried out.
    """

    changed = Signal()
    triggered = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._commands: dict[str, Command] = {}
        self._custom: dict[str, tuple[str, ...]] = {}

    def __iter__(self) -> Iterator[Command]:
        return iter(self._commands.values())

    def __getitem__(self, name: str) -> QAction:
        return self._commands[name].action

    def __contains__(self, name: object) -> bool:
        return name in self._commands

    def command(self, name: str) -> Command:
        """The command of that id. Raises KeyError."""
        return self._commands[name]

    def add(
        self,
        name: str,
        text: str,
        slot: Callable[[], object],
        *,
        owner: QWidget,
        category: str,
        shortcuts: str | tuple[str, ...] = (),
        tip: str = "",
        icon: str = "",
        everywhere: bool = False,
    ) -> QAction:
        """Add a command that `owner` answers to while it or a child has the focus.

        `everywhere` makes it work in the whole window; `icon` is one of `widgets.icons`. The
        command goes with its owner. Raises ValueError when the id is taken.
        """
        if name in self._commands:
            raise ValueError(f"there is a command {name!r} already")
        keys = (shortcuts,) if isinstance(shortcuts, str) else shortcuts
        action = QAction(text, owner)
        action_id = id(action)
        action.setObjectName(name)
        action.setToolTip(tip or text.replace("&", ""))
        action.setShortcutContext(
            Qt.ShortcutContext.WindowShortcut
            if everywhere
            else Qt.ShortcutContext.WidgetWithChildrenShortcut
        )
        if icon:
            action.setIcon(icons.icon(icon))
        action.triggered.connect(lambda _checked=False: self._carry_out(name, slot))
        action.destroyed.connect(lambda: self._forget(name, action_id))
        owner.addAction(action)
        self._commands[name] = Command(name, category, action, keys)
        self._set_keys(name)
        self.changed.emit()
        return action

    def customise(self, shortcuts: dict[str, tuple[str, ...]]) -> None:
        """Use the user's shortcuts, by id, in place of the defaults of those commands."""
        before, self._custom = self._custom, dict(shortcuts)
        for name in {*before, *shortcuts} & self._commands.keys():
            self._set_keys(name)
        self.changed.emit()

    def shortcuts(self, name: str) -> tuple[str, ...]:
        """The shortcuts in force, as portable text."""
        return self._custom.get(name, self._commands[name].shortcuts)

    def take_from(self, owner: QWidget) -> None:
        """Take its commands away from an owner that stays, with their keys."""
        for name, command in tuple(self._commands.items()):
            if command.action.parent() is owner:
                owner.removeAction(command.action)
                command.action.deleteLater()
                del self._commands[name]

    def default_shortcuts(self, name: str) -> tuple[str, ...]:
        """The shortcuts that the command came with."""
        return self._commands[name].shortcuts

    def conflicts(self, name: str, shortcut: str) -> tuple[str, ...]:
        """Ids of other commands that the same keys would reach where `name` works."""
        wanted = QKeySequence(shortcut)
        if wanted.isEmpty():
            return ()
        mine = self._commands[name].action
        return tuple(
            other
            for other, command in self._commands.items()
            if other != name
            and _meet(mine, command.action)
            and any(QKeySequence(keys) == wanted for keys in self.shortcuts(other))
        )

    def _carry_out(self, name: str, slot: Callable[[], object]) -> None:
        slot()
        self.triggered.emit(name)

    def _forget(self, name: str, action_id: int) -> None:
        found = self._commands.get(name)
        if found is not None and id(found.action) == action_id:
            del self._commands[name]
            if isValid(self):  # the whole window may be going
                self.changed.emit()

    def _set_keys(self, name: str) -> None:
        keys = [QKeySequence(text) for text in self.shortcuts(name)]
        self._commands[name].action.setShortcuts(keys)


def _meet(first: QAction, second: QAction) -> bool:
    """Whether two commands can both answer a key: in one widget, or one of them everywhere."""
    window = Qt.ShortcutContext.WindowShortcut
    if window in (first.shortcutContext(), second.shortcutContext()):
        return True
    owners = first.parent(), second.parent()
    if not all(isinstance(owner, QWidget) for owner in owners):
        return False
    one, other = (owner for owner in owners if isinstance(owner, QWidget))
    return one is other or one.isAncestorOf(other) or other.isAncestorOf(one)
