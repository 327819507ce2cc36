"""The tools that draw a mask on the picture: brush, rectangle, outline, feather, invert, undo."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QToolButton,
    QWidget,
)

from widgets.viewer.buttons import fit_row, toggle_button, tool_button
from widgets.viewer.mask import Mask
from widgets.viewer.picture_view import PictureView, Tool


class MaskBar(QWidget):
    """Works on the mask of a picture view; undo and redo are those of the mask while it is open."""

    accepted = Signal(object)
    """The user wants this mask."""
    closed = Signal()

    def __init__(self, view: PictureView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self._tools = QButtonGroup(self)
        self._tools.setExclusive(True)
        self.brush = self._tool("brush", "brush", self.tr("Brush"))
        self.rectangle = self._tool("rectangle", "rectangle", self.tr("Rectangle"))
        self.outline = self._tool(
            "lasso", "outline", self.tr("Polygon by clicks, lasso by dragging")
        )
        self.eraser = toggle_button(
            "eraser", self.tr("Erase (or hold Ctrl)"), self, lambda _on: self._use()
        )
        self.invert = toggle_button("invert", self.tr("Invert"), self, self._invert)
        self.undo = tool_button("undo", self.tr("Undo on the mask"), self, self._undo)
        self.redo = tool_button("redo", self.tr("Redo on the mask"), self, self._redo)
        self.clear = tool_button("delete", self.tr("Erase all"), self, self._clear)
        self.radius = self._slider(self.tr("Brush size"), 1, 300, 24)
        self.radius.valueChanged.connect(lambda _value: self._use())
        self.feather = self._slider(self.tr("Feather"), 0, 200, 0)
        self.feather.valueChanged.connect(self._soften)
        self.accept = QPushButton(self.tr("Use mask"), self)
        self.accept.clicked.connect(lambda _checked=False: self._accept())
        self.close_button = tool_button("close", self.tr("Leave the mask"), self, self.closed.emit)
        self._lay_out()
        view.mask_changed.connect(lambda _mask: self._show())
        for keys, slot in (("[", -1), ("]", 1)):
            shortcut = QShortcut(QKeySequence(keys), view)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(lambda step=slot: self._resize(step))
        self._show()

    def begin(self, width: int, height: int) -> None:
        """Draw a new mask on a picture of this size, or go on with the one that is there."""
        if self._view.drawn_mask is None:
            self.radius.setMaximum(max(8, min(width, height) // 3))
            self.radius.setValue(max(2, min(width, height) // 16))
            self.feather.setMaximum(max(4, min(width, height) // 6))
            self.feather.setValue(0)
            self._view.set_mask(Mask(width, height))
        self.brush.setChecked(True)
        self._use()
        self._show()

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        needed = (self.brush, self.rectangle, self.outline, self.accept, self.close_button)
        width = sum(part.minimumSizeHint().width() + 4 for part in needed) + 16
        return QSize(width, super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        tools = (self.brush, self.rectangle, self.outline, self.eraser, self.invert)
        edits = (self.undo, self.redo, self.clear, self.accept, self.close_button)
        parts = [*tools, *edits, self.radius, self.feather, *self._labels]
        fit_row(
            self.width() - 16 - 4 * len(parts),
            parts,
            (*self._labels, self.clear, self.redo, self.feather, self.invert, self.undo),
        )

    def take_back(self, *, redo: bool = False) -> bool:
        """Undo (or redo) on the mask; False when there is nothing to undo on it."""
        mask = self._view.drawn_mask
        if mask is None or not (mask.can_redo if redo else mask.can_undo):
            return False
        self._redo() if redo else self._undo()
        return True

    def _tool(self, name: str, tool: Tool, text: str) -> QToolButton:
        button = toggle_button(name, text, self, lambda on: self._use() if on else None)
        button.setProperty("tool", tool)
        self._tools.addButton(button)
        return button

    def _slider(self, text: str, low: int, high: int, value: int) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal, self)
        slider.setRange(low, high)
        slider.setValue(value)
        slider.setMinimumWidth(48)
        slider.setMaximumWidth(96)
        slider.setAccessibleName(text)
        slider.setToolTip(text)
        return slider

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 2, 8, 2)
        row.setSpacing(4)
        self._labels: list[QLabel] = []
        for button in (self.brush, self.rectangle, self.outline, self.eraser):
            row.addWidget(button)
        for text, slider in ((self.tr("Size"), self.radius), (self.tr("Feather"), self.feather)):
            label = QLabel(text, self)
            label.setBuddy(slider)
            self._labels.append(label)
            row.addWidget(label)
            row.addWidget(slider, 1)
        for button in (self.invert, self.undo, self.redo, self.clear):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.accept)
        row.addWidget(self.close_button)

    def _use(self) -> None:
        chosen = self._tools.checkedButton()
        if chosen is None or self._view.drawn_mask is None:
            return
        tool: Tool = chosen.property("tool")
        self._view.set_tool(tool, radius=self.radius.value(), erases=self.eraser.isChecked())

    def _show(self) -> None:
        mask = self._view.drawn_mask
        self.undo.setEnabled(mask is not None and mask.can_undo)
        self.redo.setEnabled(mask is not None and mask.can_redo)
        self.accept.setEnabled(mask is not None and not mask.is_empty)
        if mask is not None and mask.inverted != self.invert.isChecked():
            self.invert.setChecked(mask.inverted)

    def _put(self, mask: Mask) -> None:
        self._view.set_mask(mask)
        self._view.mask_changed.emit(mask)

    def _undo(self) -> None:
        if self._view.drawn_mask is not None:
            self._put(self._view.drawn_mask.undone())

    def _redo(self) -> None:
        if self._view.drawn_mask is not None:
            self._put(self._view.drawn_mask.redone())

    def _clear(self) -> None:
        if self._view.drawn_mask is not None:
            self._put(self._view.drawn_mask.cleared())

    def _invert(self, on: bool) -> None:  # noqa: FBT001
        mask = self._view.drawn_mask
        if mask is not None and mask.inverted != on:
            self._put(replace(mask, inverted=on))

    def _soften(self, value: int) -> None:
        if self._view.drawn_mask is not None:
            self._put(replace(self._view.drawn_mask, feather=float(value)))

    def _resize(self, direction: int) -> None:
        value = self.radius.value()
        self.radius.setValue(value + direction * max(1, value // 8))

    def _accept(self) -> None:
        if self._view.drawn_mask is not None:
            self.accepted.emit(self._view.drawn_mask)
