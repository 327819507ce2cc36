"""The log panel: what was logged and what happened, filtered by words and by how grave it is."""

from __future__ import annotations

import logging
import time
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
)
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from app.context import AppContext
from app.log_lines import KEPT, LogLine, LogLines
from app.panels.command_row import command_row
from app.said import said
from widgets import theme

translate = QCoreApplication.translate

TIME, LEVEL, SOURCE, TEXT = range(4)
GRAVITY = Qt.ItemDataRole.UserRole
RAW = GRAVITY + 1  # where a line is from and what it says, as it was said
_NONE = QModelIndex()
Index = QModelIndex | QPersistentModelIndex


class LogPanel(QWidget):
    """Lines of the log, newest last; it follows the end unless one scrolls up."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = context.bridge.log
        self.model = LogModel(self._lines, self)
        self.shown = _Filter(self)
        self.shown.setSourceModel(self.model)
        self.view = QTreeView()
        self.view.setModel(self.shown)
        self.view.setRootIsDecorated(False)
        self.view.setUniformRowHeights(True)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.view.setAccessibleName(self.tr("Log"))
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        header = self.view.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        width = self.fontMetrics().horizontalAdvance
        for column, sample in ((TIME, "00:00:00"), (LEVEL, "WARNING"), (SOURCE, "engine.media")):
            header.resizeSection(column, width(sample) + 28)
        self.words = QLineEdit()
        self.words.setPlaceholderText(self.tr("Filter"))
        self.words.setAccessibleName(self.tr("Show lines with these words"))
        self.words.setClearButtonEnabled(True)
        self.words.textChanged.connect(self.shown.set_words)
        self.level = QComboBox()
        self.level.setAccessibleName(self.tr("Show lines of this gravity and above"))
        for text, level in (
            (self.tr("All"), logging.DEBUG),
            (self.tr("Warnings and errors"), logging.WARNING),
            (self.tr("Errors"), logging.ERROR),
        ):
            self.level.addItem(text, level)
        self.level.currentIndexChanged.connect(self._use_level)
        actions = context.actions
        for name, text, slot, keys, icon in (
            ("log.copy", self.tr("&Copy lines"), self._copy, "Ctrl+C", "copy"),
            ("log.find", self.tr("&Find in the log"), self.words.setFocus, "Ctrl+F", "search"),
            ("log.clear", self.tr("C&lear the log"), self._lines.clear, "", "delete"),
        ):
            action = actions.add(
                name, text, slot, owner=self, category="log", shortcuts=keys, icon=icon
            )
            self.view.addAction(action)
        row = command_row(
            actions, ("log.copy", "log.clear"), title=self.tr("Commands for the log"), parent=self
        )
        top = QHBoxLayout()
        top.setContentsMargins(8, 4, 4, 4)
        top.setSpacing(8)
        top.addWidget(self.words, 1)
        top.addWidget(self.level)
        top.addWidget(row)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self.view, 1)
        self.setFocusProxy(self.view)
        self._follows = True
        bar = self.view.verticalScrollBar()
        bar.valueChanged.connect(self._note_scroll)
        self.shown.rowsInserted.connect(self._follow)

    def text(self) -> str:
        """The chosen lines, or all that are shown, as text."""
        rows = sorted({index.row() for index in self.view.selectionModel().selectedRows()})
        rows = rows or list(range(self.shown.rowCount()))
        return "\n".join(
            "  ".join(self.shown.index(row, column).data() for column in range(4)) for row in rows
        )

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.view.viewport().update()

    def _copy(self) -> None:
        QApplication.clipboard().setText(self.text())

    def _use_level(self) -> None:
        self.shown.set_level(self.level.currentData())

    def _note_scroll(self, value: int) -> None:
        self._follows = value >= self.view.verticalScrollBar().maximum()

    def _follow(self) -> None:
        if self._follows:
            self.view.scrollToBottom()


class LogModel(QAbstractTableModel):
    """The lines as rows; old ones leave at the top when there are too many."""

    def __init__(self, lines: LogLines, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[LogLine] = list(lines.lines())
        lines.added.connect(self._add)
        lines.cleared.connect(self._clear)

    def rowCount(self, parent: Index = _NONE) -> int:  # noqa: N802
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NONE) -> int:  # noqa: N802
        return 0 if parent.isValid() else 4

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (
            translate("Log", "Time"),
            translate("Log", "Level"),
            translate("Log", "From"),
            translate("Log", "Message"),
        )[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        line = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _cell(line, index.column())
            case Qt.ItemDataRole.ToolTipRole:
                return said(line.text) if index.column() == TEXT else None
            case Qt.ItemDataRole.ForegroundRole:
                return QColor(_colour(line.level, index.column()))
            case _ if role == GRAVITY:
                return line.level
            case _ if role == RAW:
                return f"{line.source} {line.text}"
        return None

    def _add(self, lines: tuple[LogLine, ...]) -> None:
        excess = len(self._rows) + len(lines) - KEPT
        if excess > 0:
            gone = min(excess, len(self._rows))
            self.beginRemoveRows(QModelIndex(), 0, gone - 1)
            del self._rows[:gone]
            self.endRemoveRows()
        first = len(self._rows)
        self.beginInsertRows(QModelIndex(), first, first + len(lines) - 1)
        self._rows.extend(lines)
        self.endInsertRows()

    def _clear(self) -> None:
        self.beginResetModel()
        self._rows.clear()
        self.endResetModel()


class _Filter(QSortFilterProxyModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._words: tuple[str, ...] = ()
        self._level = logging.DEBUG

    def set_words(self, text: str) -> None:
        """Show lines that have all of these words in them."""
        self.beginFilterChange()
        self._words = tuple(text.casefold().split())
        self.endFilterChange()

    def set_level(self, level: int) -> None:
        """Show lines at least so grave."""
        self.beginFilterChange()
        self._level = level
        self.endFilterChange()

    def filterAcceptsRow(self, row: int, parent: Index) -> bool:  # noqa: N802
        model = self.sourceModel()
        if model.index(row, 0, parent).data(GRAVITY) < self._level:
            return False
        if not self._words:
            return True
        text = str(model.index(row, SOURCE, parent).data(RAW)).casefold()
        return all(word in text for word in self._words)


def _cell(line: LogLine, column: int) -> str:
    match column:
        case 0:
            return time.strftime("%H:%M:%S", time.localtime(line.at))
        case 1:
            return level_name(line.level)
        case 2:
            return line.source
        case _:
            return said(line.text).replace("\n", " ⏎ ")


def level_name(level: int) -> str:
    """How grave a line is, as a word."""
    if level >= logging.ERROR:
        return translate("Log", "Error")
    if level >= logging.WARNING:
        return translate("Log", "Warning")
    return translate("Log", "Info")


def _colour(level: int, column: int) -> str:
    colours = theme.current()
    if level >= logging.ERROR:
        return colours.danger
    if level >= logging.WARNING:
        return colours.warning
    return colours.text if column == TEXT else colours.dim
