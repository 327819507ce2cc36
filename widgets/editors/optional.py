"""Values that may be left to follow by themselves: none set is a state that is shown."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from widgets.editors.editor import Editor, GlyphButton
from widgets.editors.shapes import MIXED, OptionalShape


class OptionalEditor(Editor):
    """Either a button that says what happens by itself, or the value with a way back to that."""

    def __init__(self, shape: OptionalShape, inner: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shape = shape
        self.inner = inner
        self._value: Any = None
        self.automatic = QPushButton(shape.nothing or self.tr("automatic"))
        self.automatic.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.automatic.setToolTip(self.tr("Follows by itself. Press to set a value."))
        self.clear = GlyphButton("cross", self.tr("Back to automatic"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(self.automatic, 1)
        row.addWidget(inner, 1)
        row.addWidget(self.clear, 0, Qt.AlignmentFlag.AlignTop)
        self.automatic.clicked.connect(self._start)
        self.clear.clicked.connect(self._clear)
        inner.edited.connect(self._edit)
        inner.committed.connect(self.committed)
        inner.refused.connect(self.refused)
        self._show()

    def value(self) -> Any:
        return self._value

    def set_value(self, value: Any) -> None:
        self._value = value
        if value is not None:
            self.inner.set_value(value)
        self._show()

    def set_name(self, name: str) -> None:
        super().set_name(name)
        self.inner.set_name(name)
        said = f"{name}: {self.automatic.text()}"
        self.automatic.setAccessibleName(said)
        self.clear.setAccessibleName(self.tr("{name}: back to automatic").format(name=name))

    def scrub(self, steps: float) -> None:
        if self._value is None:
            self.inner.set_value(self.shape.start)
            self._value = self.shape.start
            self._show()
        self.inner.scrub(steps)

    def end_scrub(self) -> None:
        self.inner.end_scrub()

    def _start(self) -> None:
        self.set_value(self.shape.start)
        self.inner.setFocus(Qt.FocusReason.TabFocusReason)
        self.commit_now(self._value)

    def _clear(self) -> None:
        self.set_value(None)
        self.automatic.setFocus()
        self.commit_now(None)

    def _edit(self, value: Any) -> None:
        self._value = value
        self._show()
        self.edited.emit(value)

    def _show(self) -> None:
        is_set = self._value is not None
        self.automatic.setVisible(not is_set)
        self.inner.setVisible(is_set)
        self.clear.setVisible(is_set and self._value is not MIXED)
        self.setFocusProxy(self.inner if is_set else self.automatic)
