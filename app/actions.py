"""Every command of the application by its id: menus, shortcuts and the command palette read it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True)
class Command:
    """A command: its stable id ("timeline.blade"), where it belongs, and its default shortcuts."""

    id: str
    category: str
    action: QAction
    shortcuts: tuple[str, ...]


class Actions(QObject):
    """The commands of the application; ids are unique, shortcuts can be changed by the user."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._commands: dict[str, Command] = {}
        self._custom: dict[str, tuple[str, ...]] = {}

    def __iter__(self) -> Iterator[Command]:
        return iter(self._commands.values())

    def __getitem__(self, name: str) -> QAction:
        return self._commands[name].action

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
        everywhere: bool = False,
    ) -> QAction:
        """Add a command that `owner` answers to while it or a child has the focus.

        `everywhere` makes it work in the whole window. Raises ValueError when the id is taken.
        """
        if name in self._commands:
            raise ValueError(f"there is a command {name!r} already")
        keys = (shortcuts,) if isinstance(shortcuts, str) else shortcuts
        action = QAction(text, owner)
        action.setObjectName(name)
        action.setToolTip(tip or text.replace("&", ""))
        action.setShortcutContext(
            Qt.ShortcutContext.WindowShortcut
            if everywhere
            else Qt.ShortcutContext.WidgetWithChildrenShortcut
        )
        action.triggered.connect(lambda _checked=False: slot())
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

    def _set_keys(self, name: str) -> None:
        keys = [QKeySequence(text) for text in self.shortcuts(name)]
        self._commands[name].action.setShortcuts(keys)
