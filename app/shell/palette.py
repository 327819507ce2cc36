"""The command palette: every command by a few letters of its name."""

from __future__ import annotations

from typing import TypeAlias

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QIcon, QKeyEvent, QKeySequence, QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.actions import Actions, Command
from app.shell.fuzzy import search
from app.shell.menus import place_of, place_title, plain
from widgets import theme

WIDTH, ROWS = 560, 12
Index: TypeAlias = QModelIndex | QPersistentModelIndex

COMMAND = Qt.ItemDataRole.UserRole
KEYS = Qt.ItemDataRole.UserRole + 1
PLACE = Qt.ItemDataRole.UserRole + 2


class CommandPalette(QDialog):
    """A field over a list; Return carries out the chosen command, with the focus back in place."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("palette")
        self.setWindowTitle(self.tr("Commands"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._actions = actions
        self._owner = parent
        self._before = parent.window().focusWidget()
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Type a command"))
        self.field.setAccessibleName(self.tr("Search commands"))
        self.field.setClearButtonEnabled(True)
        self.field.textChanged.connect(self._show)
        self.field.installEventFilter(self)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Commands found"))
        self.list.setItemDelegate(_Rows(self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setUniformItemSizes(True)
        self.list.setIconSize(QSize(16, 16))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.itemClicked.connect(lambda _item: self._run())
        empty = QPixmap(16, 16)
        empty.fill(Qt.GlobalColor.transparent)
        self._blank = QIcon(empty)  # texts begin in one line
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(self.field)
        layout.addWidget(self.list)
        self._show("")

    def open_over(self) -> None:
        """Show the palette in the upper middle of its window."""
        window = self._owner.window()
        width = min(WIDTH, window.width() - 32)
        self.resize(width, self.field.sizeHint().height() + ROWS * row_height(self) + 40)
        corner = window.rect().center()
        corner.setX(corner.x() - width // 2)
        corner.setY(window.height() // 8)
        self.move(window.mapToGlobal(corner))
        self.show()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        pressed = watched is self.field and event.type() == QEvent.Type.KeyPress
        if pressed and isinstance(event, QKeyEvent) and self._take_key(event.key()):
            return True
        return super().eventFilter(watched, event)

    def _take_key(self, key: int) -> bool:
        keys = Qt.Key
        if key in (keys.Key_Return, keys.Key_Enter):
            self._run()
            return True
        steps = {keys.Key_Down: 1, keys.Key_Up: -1, keys.Key_PageDown: ROWS, keys.Key_PageUp: -ROWS}
        step = steps.get(Qt.Key(key))
        if step is None or not self.list.count():
            return False
        last = self.list.count() - 1
        row = self.list.currentRow() + step
        wrap = abs(step) == 1
        self.list.setCurrentRow(row % (last + 1) if wrap else max(0, min(last, row)))
        return True

    def _show(self, query: str) -> None:
        self.list.clear()
        commands = [c for c in self._actions if c.action.isVisible() and c.id != "window.palette"]
        for command in search(query, commands, _searched):
            icon = command.action.icon()
            item = QListWidgetItem(self._blank if icon.isNull() else icon, plain(command.action))
            item.setData(COMMAND, command.id)
            item.setData(PLACE, place_title(place_of(command)))
            native = QKeySequence.SequenceFormat.NativeText
            item.setData(KEYS, command.action.shortcut().toString(native))
            if not command.action.isEnabled():
                item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEnabled)
            self.list.addItem(item)
        self.list.setCurrentRow(0)

    def _run(self) -> None:
        item = self.list.currentItem()
        if item is None or not item.flags() & Qt.ItemFlag.ItemIsEnabled:
            return
        name = item.data(COMMAND)
        self.close()
        if self._before is not None:
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)
        self._actions[name].trigger()


class _Rows(QStyledItemDelegate):
    """A command's name at the left; its menu and its keys, dim, at the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        size = super().sizeHint(option, index)
        return QSize(size.width(), row_height(self.parent()))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        place: QRect = option.rect.adjusted(0, 0, -8, 0)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.save()
        painter.setPen(theme.current().dim)
        keys, menu = index.data(KEYS), index.data(PLACE)
        painter.drawText(place, right, f"{menu}   {keys}" if keys else menu)
        painter.restore()


def row_height(widget: object) -> int:
    """The height of a row in the palette."""
    return QWidget.fontMetrics(widget).height() + 12 if isinstance(widget, QWidget) else 28


def _searched(command: Command) -> str:
    return f"{plain(command.action)} {place_title(place_of(command))}"
