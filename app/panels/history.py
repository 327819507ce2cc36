"""The history: every step that can be undone or done again, by name."""

from __future__ import annotations

from typing import Any, TypeAlias

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen, QUndoStack
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListView,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from app.context import AppContext
from widgets.editors import Remark
from widgets.theme import current

_Index: TypeAlias = QModelIndex | QPersistentModelIndex
_ROLE = Qt.ItemDataRole.DisplayRole
IS_NOW = Qt.ItemDataRole.UserRole
IS_UNDONE = Qt.ItemDataRole.UserRole + 1
IS_SAVED = Qt.ItemDataRole.UserRole + 2


class Steps(QAbstractListModel):
    """The beginning, then one row a step of the undo stack; row n is the state after n steps."""

    def __init__(self, stack: QUndoStack, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stack = stack
        self._count = 0
        stack.indexChanged.connect(self.follow)
        stack.cleanChanged.connect(self.follow)
        self.follow()

    def follow(self) -> None:
        """Take in what the stack has now."""
        if not isValid(self._stack):
            return  # it tells of its own end
        count = self._stack.count()
        if count > self._count:
            self.beginInsertRows(QModelIndex(), self._count + 1, count)
            self._count = count
            self.endInsertRows()
        elif count < self._count:
            self.beginRemoveRows(QModelIndex(), count + 1, self._count)
            self._count = count
            self.endRemoveRows()
        self.dataChanged.emit(self.index(0), self.index(self._count))

    def rowCount(self, _parent: _Index = QModelIndex()) -> int:  # noqa: B008, N802
        return self._count + 1

    def data(self, index: _Index, role: int = _ROLE) -> Any:
        row, now, saved = index.row(), self._stack.index(), self._stack.cleanIndex()
        if role in (_ROLE, Qt.ItemDataRole.ToolTipRole):
            return self._stack.text(row - 1) if row else self.tr("As it was opened")
        if role == IS_NOW:
            return row == now
        if role == IS_UNDONE:
            return row > now
        if role == IS_SAVED:
            return row == saved
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(row, now, saved)
        return None

    def _spoken(self, row: int, now: int, saved: int) -> str:
        text = self._stack.text(row - 1) if row else self.tr("As it was opened")
        if row == now:
            text = self.tr("{step}, now").format(step=text)
        elif row > now:
            text = self.tr("{step}, undone").format(step=text)
        return self.tr("{step}, saved").format(step=text) if row == saved else text


class StepDelegate(QStyledItemDelegate):
    """Draws a step: a mark for the present state, undone ones dim, "saved" at the saved one."""

    def sizeHint(self, option: QStyleOptionViewItem, _index: _Index) -> QSize:  # noqa: N802
        height = _font_height(option) + 8
        return QSize(120, height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        theme = current()
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        now, undone = bool(index.data(IS_NOW)), bool(index.data(IS_UNDONE))
        if now:
            painter.fillRect(rect, QColor(theme.selection))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, QColor(theme.raised))
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(theme.accent), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 3, 3)
        self._paint_line(painter, rect, index, undone=undone, now=now)
        font = painter.font()
        font.setBold(now)
        font.setItalic(undone)
        painter.setFont(font)
        text = rect.adjusted(26, 0, -8, 0)
        if index.data(IS_SAVED):
            said = self.tr("saved")
            painter.setPen(QColor(theme.good))
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(text, flags, said)
            text.adjust(0, 0, -painter.fontMetrics().horizontalAdvance(said) - 8, 0)
        painter.setPen(QColor(theme.dim if undone else theme.text))
        metrics = painter.fontMetrics()
        cut = metrics.elidedText(str(index.data()), Qt.TextElideMode.ElideRight, text.width())
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, cut)
        painter.restore()

    @staticmethod
    def _paint_line(
        painter: QPainter, rect: QRect, index: _Index, *, undone: bool, now: bool
    ) -> None:
        """The thread that the steps hang on, with a bead at each."""
        theme, x = current(), rect.left() + 13
        painter.setPen(QPen(QColor(theme.border), 1.5))
        top = rect.center().y() if index.row() == 0 else rect.top()
        last = index.row() == index.model().rowCount() - 1
        painter.drawLine(x, top, x, rect.center().y() if last else rect.bottom())
        tint = QColor(theme.accent if now else theme.border if undone else theme.dim)
        painter.setPen(QPen(tint, 1.5))
        painter.setBrush(QColor(theme.field) if undone else tint)
        painter.drawEllipse(rect.center().__class__(x, rect.center().y()), 4, 4)


class StepList(QListView):
    """The list: a click, Enter or Space on a step goes to the state after it."""

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.clicked.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.viewport().update()


class HistoryPanel(QWidget):
    """Goes to any state of the project that undo can reach."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stack = context.document.stack
        self.steps = Steps(self._stack, self)
        self.list = StepList()
        self.list.setModel(self.steps)
        self.list.setItemDelegate(StepDelegate(self.list))
        self.list.setMouseTracking(True)
        self.list.setUniformItemSizes(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setAccessibleName(self.tr("History"))
        self.undo = QPushButton(self.tr("Undo"))
        self.redo = QPushButton(self.tr("Redo"))
        self.count = Remark("dim")
        row = QHBoxLayout()
        row.addWidget(self.undo)
        row.addWidget(self.redo)
        row.addWidget(self.count, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.list, 1)
        self.setFocusProxy(self.list)
        self.setAccessibleName(self.tr("History"))
        self.list.clicked.connect(lambda index: self.go_to(index.row()))
        self.undo.clicked.connect(self._stack.undo)
        self.redo.clicked.connect(self._stack.redo)
        self._stack.indexChanged.connect(self._follow)
        self._follow()

    def go_to(self, row: int) -> None:
        """Undo or redo until the state after so many steps."""
        if 0 <= row <= self._stack.count():
            self._stack.setIndex(row)

    def _follow(self) -> None:
        if not isValid(self._stack):
            return
        now, all_steps = self._stack.index(), self._stack.count()
        self.undo.setEnabled(self._stack.canUndo())
        self.redo.setEnabled(self._stack.canRedo())
        undo, redo = self._stack.undoText(), self._stack.redoText()
        self.undo.setToolTip(self.tr("Undo: {step}").format(step=undo) if undo else "")
        self.redo.setToolTip(self.tr("Redo: {step}").format(step=redo) if redo else "")
        text = self.tr("%n step(s)", "", all_steps)
        undone = self.tr("%n undone", "", all_steps - now)
        self.count.setText(f"{text}, {undone}" if all_steps > now else text)
        index = self.steps.index(now)
        self.list.setCurrentIndex(index)
        self.list.scrollTo(index)


def _font_height(option: QStyleOptionViewItem) -> int:
    return int(option.fontMetrics.height())
