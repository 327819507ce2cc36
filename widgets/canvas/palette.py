"""The search palette: finds what can be added by a few letters, and is used by keys alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from widgets import theme
from widgets.canvas.fuzzy import match
from widgets.canvas.views import PaletteEntry

AnyIndex = QModelIndex | QPersistentModelIndex
ENTRY = int(Qt.ItemDataRole.UserRole)
WIDTH, ROWS = 420, 11


@dataclass(frozen=True, slots=True)
class Found:
    """An entry that answers the query, and the letters of its title that do."""

    entry: PaletteEntry
    letters: tuple[int, ...]
    score: float


def search(entries: Sequence[PaletteEntry], query: str) -> list[Found]:
    """The entries that answer the query, best first; all of them by category without one."""
    if not query.strip():
        ordered = sorted(entries, key=lambda e: (e.category.casefold(), e.title.casefold()))
        return [Found(entry, (), 0.0) for entry in ordered]
    found = [one for entry in entries if (one := _answer(entry, query)) is not None]
    return sorted(found, key=lambda one: (-one.score, one.entry.title.casefold()))


def _answer(entry: PaletteEntry, query: str) -> Found | None:
    titled = match(query, entry.title)
    if titled is not None:
        return Found(entry, titled.letters, titled.score + 20.0)
    text = " ".join((entry.title, *entry.keywords, entry.category))
    wider = match(query, text)
    if wider is None or wider.score < 6.0 * len(query.replace(" ", "")):
        return None  # letters strewn over many words are no answer
    size = len(entry.title)
    return Found(entry, tuple(i for i in wider.letters if i < size), wider.score)


class SearchPalette(QFrame):
    """A field over a list. `chosen` carries the entry's id; `dismissed` comes when none was."""

    chosen = Signal(str)
    dismissed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._host = parent
        self.setObjectName("search_palette")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._entries: Sequence[PaletteEntry] = ()
        self._styled = ""
        self._model = _Model(self)
        self.field = QLineEdit(self)
        self.field.setFrame(False)
        self.field.setClearButtonEnabled(True)
        self.field.setPlaceholderText(self.tr("Search nodes"))
        self.field.setAccessibleName(self.tr("Search nodes"))
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self.list = QListView(self)
        self.list.setModel(self._model)
        self.list.setItemDelegate(_Delegate(self.list))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(self.tr("Nodes found"))
        self.list.entered.connect(self.list.setCurrentIndex)
        self.list.clicked.connect(lambda index: self._choose(index.row()))
        self.list.selectionModel().currentChanged.connect(self._show_doc)
        self.doc = QLabel(self)
        self.doc.setWordWrap(True)
        self.doc.setTextFormat(Qt.TextFormat.PlainText)
        self.doc.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        for widget in (self.field, self.list, self.doc):
            column.addWidget(widget)
        self._style()
        self.hide()

    def open(self, entries: Sequence[PaletteEntry], at: QRect, hint: str = "") -> None:
        """Show these entries near the point of `at`, inside the parent, with an empty query."""
        self._entries = entries
        self.field.setPlaceholderText(hint or self.tr("Search nodes"))
        self.field.clear()
        self._search("")
        line = self.fontMetrics().height()
        self.doc.setFixedHeight(2 * line + 14)
        self.list.setFixedHeight(min(ROWS, max(3, len(entries))) * (line + 10))
        self.field.setFixedHeight(line + 20)
        self.setFixedWidth(min(WIDTH, max(200, self._host.width() - 16)))
        self.adjustSize()
        room = self._host.rect().adjusted(8, 8, -8, -8)
        x = min(max(room.left(), at.x()), max(room.left(), room.right() - self.width()))
        y = min(max(room.top(), at.y()), max(room.top(), room.bottom() - self.height()))
        self.move(x, y)
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def shown_ids(self) -> list[str]:
        """Ids of the entries in the list, best first."""
        return [found.entry.id for found in self._model.found]

    def close_quietly(self) -> None:
        """Hide, and give the focus back."""
        if self.isVisible():
            self.hide()
            self._host.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if watched is self.field:
            if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
                return self._key(event)
            if event.type() == QEvent.Type.FocusOut and self.isVisible():
                self.hide()
                self.dismissed.emit()
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "doc"):
            self._style()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        colors = theme.current()
        painter = QPainter(self)
        painter.setPen(QPen(QColor(colors.accent), 1))
        painter.setBrush(QColor(colors.panel))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()
        super().paintEvent(event)

    def _key(self, event: QKeyEvent) -> bool:
        key = event.key()
        steps = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Tab: 1,
            Qt.Key.Key_Backtab: -1,
            Qt.Key.Key_PageDown: ROWS - 1,
            Qt.Key.Key_PageUp: 1 - ROWS,
        }
        if key in steps:
            count = len(self._model.found)
            if count:
                row = self.list.currentIndex().row() + steps[Qt.Key(key)]
                around = abs(steps[Qt.Key(key)]) == 1
                row = row % count if around else min(count - 1, max(0, row))
                self.list.setCurrentIndex(self._model.index(row, 0))
            return True
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._choose(self.list.currentIndex().row())
            return True
        if key == Qt.Key.Key_Escape:
            self.close_quietly()
            self.dismissed.emit()
            return True
        return False

    def _choose(self, row: int) -> None:
        if 0 <= row < len(self._model.found):
            entry = self._model.found[row].entry
            self.close_quietly()
            self.chosen.emit(entry.id)

    def _search(self, query: str) -> None:
        self._model.show(search(self._entries, query))
        self.list.setCurrentIndex(self._model.index(0, 0))
        self.list.scrollToTop()
        if not self._model.found:
            self.doc.setText(self.tr("Nothing found. Try fewer letters."))

    def _show_doc(self, index: QModelIndex) -> None:
        found = self._model.found
        entry = found[index.row()].entry if 0 <= index.row() < len(found) else None
        self.doc.setText(entry.doc if entry else "")
        self.field.setAccessibleDescription(f"{entry.title}. {entry.doc}" if entry else "")

    def _style(self) -> None:
        colors = theme.current()
        if colors.name == self._styled:
            return  # a style sheet changes the palette, which would come back here
        self._styled = colors.name
        self.field.setStyleSheet(
            f"QLineEdit {{ background: {colors.field}; color: {colors.text};"
            f" padding: 0 10px; border-bottom: 1px solid {colors.border}; }}"
        )
        self.list.setStyleSheet(f"QListView {{ background: {colors.panel}; }}")
        self.doc.setStyleSheet(
            f"QLabel {{ background: {colors.panel}; color: {colors.dim};"
            f" padding: 6px 10px; border-top: 1px solid {colors.border}; }}"
        )
        self.update()


class _Model(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.found: list[Found] = []

    def show(self, found: list[Found]) -> None:
        self.beginResetModel()
        self.found = found
        self.endResetModel()

    def rowCount(self, parent: AnyIndex | None = None) -> int:  # noqa: N802
        return 0 if parent is not None and parent.isValid() else len(self.found)

    def data(self, index: AnyIndex, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        one = self.found[index.row()]
        if role == int(Qt.ItemDataRole.DisplayRole):
            return one.entry.title
        if role == int(Qt.ItemDataRole.AccessibleTextRole):
            return f"{one.entry.title}, {one.entry.category}"
        return one if role == ENTRY else None


class _Delegate(QStyledItemDelegate):
    """A row: the colour of the category, the title with its found letters marked, the category."""

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:  # noqa: N802
        del index
        return QSize(100, option.fontMetrics.height() + 10)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        found: Found = index.data(ENTRY)
        colors = theme.current()
        rect = option.rect
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(colors.selection))
            painter.fillRect(
                QRect(rect.left(), rect.top(), 2, rect.height()), QColor(colors.accent)
            )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(found.entry.color or colors.dim))
        painter.drawEllipse(rect.left() + 12, rect.center().y() - 3, 8, 8)
        metrics = option.fontMetrics
        wide = metrics.horizontalAdvance(found.entry.category)
        painter.setPen(
            QColor(colors.text if option.state & QStyle.StateFlag.State_Selected else colors.dim)
        )
        painter.setFont(option.font)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(rect.adjusted(0, 0, -12, 0), right, found.entry.category)
        room = QRect(rect.left() + 30, rect.top(), rect.width() - wide - 54, rect.height())
        _paint_title(painter, room, found, option.font)
        painter.restore()


def _paint_title(painter: QPainter, room: QRect, found: Found, font: QFont) -> None:
    colors = theme.current()
    bold = QFont(font)
    bold.setWeight(QFont.Weight.Bold)
    plain_metrics, bold_metrics = QFontMetrics(font), QFontMetrics(bold)
    x = room.left()
    painter.setClipRect(room)
    marked = set(found.letters)
    for i, letter in enumerate(found.entry.title):
        painter.setFont(bold if i in marked else font)
        painter.setPen(QColor(colors.accent if i in marked else colors.text))
        wide = (bold_metrics if i in marked else plain_metrics).horizontalAdvance(letter)
        painter.drawText(
            QRect(x, room.top(), wide + 2, room.height()), Qt.AlignmentFlag.AlignVCenter, letter
        )
        x += wide
