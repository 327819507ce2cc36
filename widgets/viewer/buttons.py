"""Flat buttons with an icon, a name for those who cannot see it, and a tip."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from widgets.icons import icon


def tool_button(
    name: str, text: str, parent: QWidget, slot: Callable[[], object] | None = None
) -> QToolButton:
    """A button with the icon `name`; `text` is its tip and its accessible name."""
    button = QToolButton(parent)
    button.setIcon(icon(name))
    button.setIconSize(QSize(18, 18))
    button.setAutoRaise(True)
    button.setToolTip(text)
    button.setAccessibleName(text)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    if slot is not None:
        button.clicked.connect(lambda _checked=False: slot())
    return button


def toggle_button(
    name: str, text: str, parent: QWidget, slot: Callable[[bool], object]
) -> QToolButton:
    """A button that stays down until it is pressed again."""
    button = tool_button(name, text, parent)
    button.setCheckable(True)
    button.toggled.connect(slot)
    return button


def menu_button(name: str, text: str, parent: QWidget, menu: QMenu) -> QToolButton:
    """A button that opens a menu."""
    button = tool_button(name, text, parent)
    button.setMenu(menu)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    return button


def add_check(menu: QMenu, text: str, slot: Callable[[bool], object]) -> QAction:
    """An entry of a menu that is on or off."""
    action = menu.addAction(text)
    action.setCheckable(True)
    action.toggled.connect(slot)
    return action


def add_choice(group: QActionGroup, menu: QMenu, text: str, slot: Callable[[], object]) -> QAction:
    """One of several entries of which one is on."""
    action = menu.addAction(text)
    action.setCheckable(True)
    action.setActionGroup(group)
    action.triggered.connect(lambda _checked=False: slot())
    return action


def fit_row(width: int, parts: Sequence[QWidget], expendable: Sequence[QWidget]) -> None:
    """Hide what a row has no room for, the first of `expendable` first; show what it has."""
    widths = {part: max(part.minimumSizeHint().width(), part.minimumWidth()) for part in parts}
    used = sum(widths.values())
    for part in expendable:
        hidden = used > width
        if hidden:
            used -= widths[part]
        if part.isHidden() != hidden:
            part.setVisible(not hidden)
