"""Values over time and curves: a small graph with the current point's numbers below it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from widgets.editors.choices import ChoiceEditor
from widgets.editors.editor import Editor, GlyphButton
from widgets.editors.frames import FramesEditor
from widgets.editors.labels import ScrubLabel
from widgets.editors.numbers import NumberEditor
from widgets.editors.points import LINEAR, Axis, Point, PointGraph
from widgets.editors.shapes import (
    MIXED,
    ChoiceShape,
    CurveShape,
    KeyframesShape,
    NumberShape,
)
from widgets.editors.spelling import number_text, step_of

ROWS = 5  # keyframes in sight in the list


class PointsEditor(Editor):
    """Points as a graph, the numbers of the current one, and buttons that add and remove.

    A curve is made of this alone; keyframes have their list besides.
    """

    def __init__(self, shape: CurveShape | KeyframesShape, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shape = shape
        self._value: Any = []
        over_time = isinstance(shape, KeyframesShape)
        y_shape = shape.value if isinstance(shape, KeyframesShape) else shape.y
        self._y_whole = y_shape.whole
        self._x_whole = over_time or (isinstance(shape, CurveShape) and shape.x.whole)
        self.graph = PointGraph(_x_axis(shape), _axis(y_shape), shape.ways)
        self.x_field: FramesEditor | NumberEditor
        if isinstance(shape, KeyframesShape):
            self.x_field = FramesEditor(shape.frames)
        else:
            self.x_field = NumberEditor(shape.x)
        self.y_field = NumberEditor(y_shape)
        self.way = ChoiceEditor(ChoiceShape(shape.ways, tuple(map(self._way_name, shape.ways))))
        self.add = GlyphButton("plus", self.tr("Add a point"))
        self.remove = GlyphButton("minus", self.tr("Remove the point"))
        self.list = _keyframe_list(self) if over_time else None
        self._lay_out(self.tr("Frame") if over_time else self.tr("X"))
        self.setFocusProxy(self.graph)
        self.graph.changed.connect(self._change)
        self.graph.settled.connect(self.committed)
        self.graph.chosen.connect(self._show_current)
        self.x_field.edited.connect(lambda x: self.graph.move_current(float(x), self._current().y))
        self.y_field.edited.connect(lambda y: self.graph.move_current(self._current().x, float(y)))
        for part in (self.x_field, self.y_field):
            part.committed.connect(self.committed)
            part.refused.connect(self.refused)
        self.way.edited.connect(self.graph.set_way)
        self.add.clicked.connect(self.graph.add_after)
        self.remove.clicked.connect(self.graph.remove_current)
        if self.list is not None:
            self.list.currentItemChanged.connect(self._choose_listed)
        self._show_current()

    def value(self) -> Any:
        return self._value

    def set_value(self, value: Any) -> None:
        self._value = value
        known = isinstance(value, (list, tuple))
        points = [_point(item) for item in value if _is_point(item)] if known else []
        self.graph.show_points(sorted(points, key=lambda point: point.x))
        self._show_list()
        self._show_current()

    def set_name(self, name: str) -> None:
        super().set_name(name)
        self.graph.setAccessibleName(name)
        self.x_field.set_name(f"{name}: {self._x_label.text()}")
        self.y_field.set_name(f"{name}: {self._y_label.text()}")
        self.way.set_name(self.tr("{name}: way to the next").format(name=name))
        if self.list is not None:
            self.list.setAccessibleName(self.tr("{name}: all keyframes").format(name=name))

    def _lay_out(self, x_name: str) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.graph)
        if self.list is not None:
            column.addWidget(self.list)
        grid = QGridLayout()
        grid.setSpacing(4)
        grid.setColumnStretch(1, 1)
        self._x_label, self._y_label = ScrubLabel(x_name), ScrubLabel(self.tr("Value"))
        pairs = ((self._x_label, self.x_field), (self._y_label, self.y_field))
        for row, (label, editor) in enumerate(pairs):
            label.setWordWrap(False)
            label.setBuddy(editor)
            label.follow(editor)
            grid.addWidget(label, row, 0)
            grid.addWidget(editor, row, 1)
        column.addLayout(grid)
        buttons = QHBoxLayout()
        buttons.setSpacing(2)
        buttons.addWidget(self.way, 1)
        self.way.setVisible(bool(self.shape.ways))
        buttons.addStretch(0 if self.shape.ways else 1)
        buttons.addWidget(self.add)
        buttons.addWidget(self.remove)
        column.addLayout(buttons)

    def _current(self) -> Point:
        points, index = self.graph.points, self.graph.index
        return points[index] if 0 <= index < len(points) else Point(0, 0)

    def _change(self, points: list[Point]) -> None:
        self._value = [self._json(point) for point in points]
        self._show_list()
        self._show_current()
        self.edited.emit(self._value)

    def _json(self, point: Point) -> list[Any]:
        x = int(point.x) if self._x_whole else point.x
        y = int(point.y) if self._y_whole else point.y
        return [x, y, point.way] if self.shape.ways else [x, y]

    def _show_current(self) -> None:
        there = 0 <= self.graph.index < len(self.graph.points)
        for part in (self.x_field, self.y_field, self.way, self.remove):
            part.setEnabled(there)
        point = self._current()
        self.x_field.set_value(int(point.x) if self._x_whole else point.x)
        self.y_field.set_value(int(point.y) if self._y_whole else point.y)
        self.way.set_value(point.way)
        item = self.list.topLevelItem(self.graph.index) if self.list and there else None
        if self.list is not None and item is not None:
            self.list.blockSignals(True)
            self.list.setCurrentItem(item)
            self.list.blockSignals(False)

    def _show_list(self) -> None:
        if self.list is None or not isinstance(self.shape, KeyframesShape):
            return
        spell = self.shape.frames.spell
        self.list.blockSignals(True)
        while self.list.topLevelItemCount() > len(self.graph.points):
            self.list.takeTopLevelItem(self.list.topLevelItemCount() - 1)
        while self.list.topLevelItemCount() < len(self.graph.points):
            self.list.addTopLevelItem(QTreeWidgetItem())
        for row, point in enumerate(self.graph.points):
            frame = int(point.x)
            texts = (
                spell(frame) if spell else str(frame),
                number_text(point.y),
                self._way_name(point.way) if self.shape.ways else "",
            )
            item = self.list.topLevelItem(row)
            for cell, text in enumerate(texts):
                if item is not None:
                    item.setText(cell, text)
        self.list.blockSignals(False)
        line = self.list.fontMetrics().height() + 3
        shown = min(max(len(self.graph.points), 1), ROWS)
        self.list.setFixedHeight(self.list.header().sizeHint().height() + shown * line + 6)

    def _choose_listed(self, item: QTreeWidgetItem | None) -> None:
        if item is not None and self.list is not None:
            self.graph.choose(self.list.indexOfTopLevelItem(item))

    def _way_name(self, way: str) -> str:
        names = {
            LINEAR: self.tr("straight"),
            "smooth": self.tr("smooth"),
            "hold": self.tr("hold"),
        }
        return names.get(way, way)


def _keyframe_list(editor: PointsEditor) -> QTreeWidget:
    tree = QTreeWidget()
    tree.setRootIsDecorated(False)
    tree.setUniformRowHeights(True)
    tree.setHeaderLabels([editor.tr("Time"), editor.tr("Value"), editor.tr("To the next")])
    tree.setColumnCount(3 if editor.shape.ways else 2)
    tree.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    tree.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    tree.header().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
    tree.header().setMinimumSectionSize(20)
    return tree


def _x_axis(shape: CurveShape | KeyframesShape) -> Axis:
    if isinstance(shape, CurveShape):
        return _axis(shape.x)
    return Axis(shape.frames.lo, shape.frames.hi, 1, whole=True)


def _axis(shape: NumberShape) -> Axis:
    return Axis(shape.lo, shape.hi, step_of(shape), whole=shape.whole)


def _is_point(item: Any) -> bool:
    return (
        item is not MIXED
        and isinstance(item, (list, tuple))
        and len(item) >= 2
        and all(isinstance(part, (int, float)) for part in item[:2])
    )


def _point(item: Any) -> Point:
    return Point(float(item[0]), float(item[1]), str(item[2]) if len(item) > 2 else LINEAR)
