"""Lists, records and tables: structured values as a table of items with a form for one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QSizePolicy,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from widgets.editors.editor import Editor, GlyphButton
from widgets.editors.rows import FieldRow, Rows, is_wide
from widgets.editors.shapes import (
    MIXED,
    ListShape,
    OptionalShape,
    PartShape,
    RecordShape,
    Shape,
    TableShape,
    TextShape,
    blank,
    in_words,
)

Make: TypeAlias = Callable[[Shape], Editor]
_Index: TypeAlias = QModelIndex | QPersistentModelIndex
_ROLE = Qt.ItemDataRole.DisplayRole
COLUMNS = 4
ROWS = 6  # of a list, in sight
_LOOKED_AT = 400  # items that decide which columns say something


class RecordEditor(Editor):
    """A form with a row for each part; parts that have their default are left out."""

    def __init__(self, shape: RecordShape, make: Make, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shape = shape
        self._value: Any = {}
        self.rows: dict[str, FieldRow] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.form = Rows()
        column.addWidget(self.form)
        for part in shape.parts:
            row = FieldRow(part.label, make(part.shape), wide=is_wide(part.shape))
            self.rows[part.name] = row
            self.form.add(row)
            row.editor.edited.connect(lambda value, part=part: self._edit(part, value))
            row.editor.committed.connect(self.committed)
            row.reset_asked.connect(lambda part=part: self._reset(part))
        if self.rows:
            self.setFocusProxy(next(iter(self.rows.values())).editor)

    def value(self) -> Any:
        return self._value

    def set_value(self, value: Any) -> None:
        self._value = value
        known = value if isinstance(value, Mapping) else {}
        for part in self.shape.parts:
            row = self.rows[part.name]
            given = MIXED if value is MIXED else known.get(part.name, part.default)
            row.editor.set_value(blank(part.shape) if given is None and part.required else given)
            row.set_changed(changed=part.name in known and known[part.name] != part.default)

    def set_name(self, name: str) -> None:
        super().set_name(name)
        for part in self.shape.parts:
            self.rows[part.name].set_name(f"{name}: {part.label}")

    def _edit(self, part: PartShape, value: Any) -> None:
        made = dict(self._value) if isinstance(self._value, Mapping) else {}
        if value == part.default and not part.required:
            made.pop(part.name, None)
        else:
            made[part.name] = value
        self._value = made
        self.rows[part.name].set_changed(changed=value != part.default)
        self.edited.emit(made)

    def _reset(self, part: PartShape) -> None:
        self._edit(part, part.default)
        self.set_value(self._value)
        self.committed.emit()


class _Items(QAbstractTableModel):
    """The items of a list as rows; of records, the parts that say most as columns."""

    def __init__(self, shape: ListShape, parent: QWidget) -> None:
        super().__init__(parent)
        self.shape = shape
        self.items: list[Any] = []
        self.parts: tuple[PartShape, ...] = ()

    def show_items(self, items: list[Any]) -> None:
        """Show a list, telling of no more than what differs."""
        parts = self._telling_parts(items)
        if parts != self.parts or len(items) != len(self.items):
            self.beginResetModel()
            self.items, self.parts = items, parts
            self.endResetModel()
            return
        before, self.items = self.items, items
        changed = [
            row for row, pair in enumerate(zip(before, items, strict=True)) if pair[0] != pair[1]
        ]
        if changed:
            top, bottom = self.index(changed[0], 0), self.index(changed[-1], self.columnCount() - 1)
            self.dataChanged.emit(top, bottom)

    def rowCount(self, _parent: _Index = QModelIndex()) -> int:  # noqa: B008, N802
        return len(self.items)

    def columnCount(self, _parent: _Index = QModelIndex()) -> int:  # noqa: B008, N802
        return max(1, len(self.parts))

    def data(self, index: _Index, role: int = _ROLE) -> Any:
        if role not in (_ROLE, Qt.ItemDataRole.ToolTipRole):
            return None
        item = self.items[index.row()]
        if not self.parts:
            return in_words(self.shape.item, item) or "–"
        part = self.parts[index.column()]
        given = item.get(part.name, part.default) if isinstance(item, Mapping) else None
        return in_words(part.shape, given)

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = _ROLE
    ) -> Any:
        if role != _ROLE:
            return None
        if orientation == Qt.Orientation.Vertical:
            return str(section + 1)
        return self.parts[section].label if self.parts else (self.shape.noun or self.tr("Value"))

    def _telling_parts(self, items: list[Any]) -> tuple[PartShape, ...]:
        """The parts that differ from their default in some item, names first."""
        record = self.shape.item.inner if isinstance(self.shape.item, OptionalShape) else None
        record = record or self.shape.item
        if not isinstance(record, RecordShape):
            return ()
        sample = items if len(items) <= _LOOKED_AT else items[:_LOOKED_AT]
        used = {name for item in sample if isinstance(item, Mapping) for name in item}
        named = [part for part in record.parts if part.name == "name" and part.name in used]
        told = [part for part in record.parts if part.name in used and part.name != "name"]
        chosen = (named + told)[:COLUMNS]
        return tuple(chosen or record.parts[:2])


class _Table(QTableView):
    """The table of a list: Delete removes, Insert adds, Alt+arrows move the current item."""

    def __init__(self, owner: ListEditor) -> None:
        super().__init__()
        self._owner = owner
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setMinimumSectionSize(24)
        self.horizontalHeader().setHighlightSections(False)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        self.horizontalHeader().setDefaultAlignment(left)
        self.horizontalHeader().setTextElideMode(Qt.TextElideMode.ElideRight)
        line = self.fontMetrics().height() + 6
        self.verticalHeader().setDefaultSectionSize(line)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._owner.remove_current()
        elif event.key() == Qt.Key.Key_Insert:
            self._owner.add_item()
        elif alt and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._owner.move_current(-1 if event.key() == Qt.Key.Key_Up else 1)
        else:
            super().keyPressEvent(event)


class ListEditor(Editor):
    """Items in a table; the current one is edited in the form below."""

    def __init__(self, shape: ListShape, make: Make, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shape = shape
        self._value: Any = []
        self.model = _Items(shape, self)
        self.table = _Table(self)
        self.table.setModel(self.model)
        self.item: Editor | None = None
        self._make = make
        self._name = ""
        self.count = QLabel()
        self.add = GlyphButton("plus", self.tr("Add an item"))
        self.copy = GlyphButton("copy", self.tr("Duplicate the item"))
        self.up = GlyphButton("up", self.tr("Move up (Alt+Up)"))
        self.down = GlyphButton("down", self.tr("Move down (Alt+Down)"))
        self.remove = GlyphButton("minus", self.tr("Remove the item"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        bar = QHBoxLayout()
        bar.setSpacing(0)
        bar.addWidget(self.count, 1)
        for button in (self.add, self.copy, self.up, self.down, self.remove):
            bar.addWidget(button)
        column.addLayout(bar)
        column.addWidget(self.table)
        self._column = column
        self.setFocusProxy(self.table)
        self.add.clicked.connect(self.add_item)
        self.copy.clicked.connect(self._duplicate)
        self.up.clicked.connect(lambda: self.move_current(-1))
        self.down.clicked.connect(lambda: self.move_current(1))
        self.remove.clicked.connect(self.remove_current)
        self.table.selectionModel().currentRowChanged.connect(self._show_item)
        self.set_value([])

    @property
    def row(self) -> int:
        """The current item's number from 0, or -1."""
        return self.table.currentIndex().row()

    def value(self) -> Any:
        return self._value

    def set_value(self, value: Any) -> None:
        row = self.row
        self._value = value
        items = list(value) if isinstance(value, (list, tuple)) else []
        self.model.show_items(items)
        self._fit(len(items))
        if items and self.row < 0:
            self._choose(min(max(row, 0), len(items) - 1))
        self._show_item()

    def set_name(self, name: str) -> None:
        super().set_name(name)
        self.table.setAccessibleName(name)
        self._name = name
        if self.item is not None:
            self.item.set_name(self._item_name())

    def add_item(self) -> None:
        """Add an item after the current one."""
        self._insert(blank(self.shape.item))

    def remove_current(self) -> None:
        """Take the current item away."""
        row = self.row
        if row >= 0:
            items = self._items()
            self._tell([*items[:row], *items[row + 1 :]], row)

    def move_current(self, way: int) -> None:
        """Move the current item by one place."""
        row = self.row
        items = self._items()
        if row >= 0 and 0 <= row + way < len(items):
            items.insert(row + way, items.pop(row))
            self._tell(items, row + way)

    def _items(self) -> list[Any]:
        return list(self._value) if isinstance(self._value, (list, tuple)) else []

    def _duplicate(self) -> None:
        if self.row >= 0:
            self._insert(self._items()[self.row])

    def _insert(self, item: Any) -> None:
        items, row = self._items(), self.row + 1
        self._tell([*items[:row], item, *items[row:]], row)

    def _tell(self, items: list[Any], row: int) -> None:
        self.set_value(items)
        if items:
            self._choose(min(row, len(items) - 1))
        self.commit_now(items)

    def _edit_item(self, value: Any) -> None:
        items, row = self._items(), self.row
        if 0 <= row < len(items):
            items[row] = value
            self._value = items
            self.model.show_items(items)
            if self.row != row:  # other columns, and with them a new table
                self._choose(row)
            self.edited.emit(items)

    def _choose(self, row: int) -> None:
        self.table.setCurrentIndex(self.model.index(row, 0))

    def _show_item(self) -> None:
        items, row = self._items(), self.row
        there = 0 <= row < len(items)
        if there:
            item = self._item()
            if item.value() != items[row]:
                item.set_value(items[row])
        if self.item is not None:
            self.item.setVisible(there)
        for button, legal in (
            (self.copy, there),
            (self.remove, there),
            (self.up, there and row > 0),
            (self.down, there and row + 1 < len(items)),
        ):
            button.setEnabled(legal)
        mixed = self._value is MIXED
        self.add.setEnabled(not mixed)
        self.count.setText(self.tr("mixed") if mixed else self._count(len(items)))

    def _item(self) -> Editor:
        """The form of the current item, made when there first is one."""
        if self.item is None:
            self.item = self._make(self.shape.item)
            self.item.set_name(self._item_name())
            self._column.addWidget(self.item)
            self.item.edited.connect(self._edit_item)
            self.item.committed.connect(self.committed)
            self.item.refused.connect(self.refused)
        return self.item

    def _item_name(self) -> str:
        return self.tr("{name}: current item").format(name=self._name)

    def _count(self, count: int) -> str:
        return self.tr("%n item(s)", "", count)

    def _fit(self, count: int) -> None:
        line = self.table.verticalHeader().defaultSectionSize()
        head = self.table.horizontalHeader().sizeHint().height()
        self.table.setFixedHeight(head + line * min(max(count, 1), ROWS) + 4)
        self.table.setVisible(count > 0)


class TableEditor(Editor):
    """Values under names: a list of pairs with the name and the value of the current one."""

    def __init__(self, shape: TableShape, make: Make, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shape = shape
        self._value: Any = {}
        self.pairs = ListEditor(
            ListShape(
                RecordShape(
                    (
                        PartShape("name", self.tr("Name"), TextShape(), required=True),
                        PartShape("value", self.tr("Value"), shape.item, required=True),
                    )
                )
            ),
            make,
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.pairs)
        self.setFocusProxy(self.pairs)
        self.pairs.edited.connect(self._edit)
        self.pairs.committed.connect(self.committed)

    def value(self) -> Any:
        return self._value

    def set_value(self, value: Any) -> None:
        self._value = value
        known = value if isinstance(value, Mapping) else {}
        pairs = [{"name": name, "value": item} for name, item in known.items()]
        self.pairs.set_value(MIXED if value is MIXED else pairs)

    def set_name(self, name: str) -> None:
        super().set_name(name)
        self.pairs.set_name(name)

    def _edit(self, pairs: list[dict[str, Any]]) -> None:
        names = [pair.get("name", "") for pair in pairs]
        if len(set(names)) < len(names):
            self.refused.emit(self.tr("Two entries have the same name."))
            return
        self.refused.emit("")
        self._value = {pair.get("name", ""): pair.get("value") for pair in pairs}
        self.edited.emit(self._value)
