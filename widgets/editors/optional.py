"""Values that may be left to follow by themselves: none set is a state that is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from widgets.editors.editor import Editor, GlyphButton
from widgets.editors.shapes import MIXED, OptionalShape


class OptionalEditor(Editor):
    """Either a button that says what happens by itself, or the value with a way back to that.

    The editor of the value is made when there first is one.
    """

    def __init__(
        self,
        shape: OptionalShape,
        make: Callable[[], Editor],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.shape = shape
        self.inner: Editor | None = None
        self._make = make
        self._value: Any = None
        self._name = ""
        self.automatic = QPushButton(shape.nothing or self.tr("automatic"))
        self.automatic.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.automatic.setToolTip(self.tr("Follows by itself. Press to set a value."))
        self.clear = GlyphButton("cross", self.tr("Back to automatic"))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(2)
        self._row.addWidget(self.automatic, 1)
        self._row.addWidget(self.clear, 0, Qt.AlignmentFlag.AlignTop)
        self.automatic.clicked.connect(self._start)
        self.clear.clicked.connect(self._clear)
        self._show()

    def value(self) -> Any:
        return self._value

    def set_value(self, value: Any) -> None:
        self._value = value
        if value is not None:
            self._made().set_value(value)
        self._show()

    def set_name(self, name: str) -> None:
        super().set_name(name)
        self._name = name
        if self.inner is not None:
            self.inner.set_name(name)
        self.automatic.setAccessibleName(f"{name}: {self.automatic.text()}")
        self.clear.setAccessibleName(self.tr("{name}: back to automatic").format(name=name))

    def scrub(self, steps: float) -> None:
        if self._value is None:
            self.set_value(self.shape.start)
        self._made().scrub(steps)

    def end_scrub(self) -> None:
        self._made().end_scrub()

    def _made(self) -> Editor:
        if self.inner is None:
            self.inner = self._make()
            self.inner.set_name(self._name)
            self._row.insertWidget(0, self.inner, 1)
            self.inner.edited.connect(self._edit)
            self.inner.committed.connect(self.committed)
            self.inner.refused.connect(self.refused)
        return self.inner

    def _start(self) -> None:
        self.set_value(self.shape.start)
        self._made().setFocus(Qt.FocusReason.TabFocusReason)
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
        if self.inner is not None:
            self.inner.setVisible(is_set)
        self.clear.setVisible(is_set and self._value is not MIXED)
        self.setFocusProxy(self.inner if is_set and self.inner else self.automatic)
