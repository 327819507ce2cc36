"""A row of buttons for commands of a panel; what does not fit goes into a menu at its end."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtWidgets import QToolBar, QToolButton, QWidget

from app.actions import Actions
from widgets import icons


def command_row(actions: Actions, names: Iterable[str], *, title: str, parent: QWidget) -> QToolBar:
    """Buttons for the commands of these ids, "" makes a gap; `title` is read by screen readers."""
    bar = QToolBar(title, parent)
    bar.setAccessibleName(title)
    bar.setMovable(False)
    bar.setIconSize(QSize(16, 16))
    bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    for name in names:
        if not name:
            bar.addSeparator()
            continue
        action = actions[name]
        bar.addAction(action)
        button = bar.widgetForAction(action)
        if isinstance(button, QToolButton):
            button.setAccessibleName(action.text().replace("&", ""))
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAutoRaise(True)
    more = bar.findChild(QToolButton, "qt_toolbar_ext_button")
    if more is not None:
        more.setIcon(icons.icon("chevron-down"))
        more.setStyleSheet("QToolButton { padding: 0; border: none; }")  # it is narrow
        more.setAccessibleName(QCoreApplication.translate("Viewer", "More"))
        more.setToolTip(more.accessibleName())
    return bar
