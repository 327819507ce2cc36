"""Where chance starts from: a number that is locked, diced anew, or given by the project."""

from __future__ import annotations

import secrets
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QWidget

from widgets.editors.editor import Editor, GlyphButton
from widgets.editors.numbers import StepField
from widgets.editors.shapes import MIXED, SeedShape
from widgets.editors.spelling import read_number

DICED_BELOW = 1_000_000  # short enough to be read aloud


class SeedEditor(Editor):
    """A seed with dice and a lock; open, it is None and the field says who gives it."""

    def __init__(self, shape: SeedShape, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shape = shape
        self._value: Any = None
        self._last = shape.lo
        self.field = StepField()
        self.dice = GlyphButton("dice", self.tr("Throw the dice"))
        self.lock = GlyphButton("unlock", self.tr("Lock the seed"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(self.field, 1)
        row.addWidget(self.dice)
        if shape.optional:
            row.addWidget(self.lock)
        self.setFocusProxy(self.field)
        self.field.stepped.connect(self._step)
        self.field.settled.connect(self.committed)
        self.field.typed.connect(self._type)
        self.field.given_up.connect(self._show)
        self.dice.clicked.connect(self._throw)
        self.lock.clicked.connect(self._turn)
        self._show()

    def value(self) -> Any:
        return self._value

    def set_value(self, value: Any) -> None:
        self._value = value
        if isinstance(value, int):
            self._last = value
        self._show()

    def set_name(self, name: str) -> None:
        super().set_name(name)
        self.field.setAccessibleName(name)
        self.dice.setAccessibleName(self.tr("{name}: throw the dice").format(name=name))

    def _throw(self) -> None:
        top = min(self.shape.hi + 1, self.shape.lo + DICED_BELOW)
        now = self._value
        while now == self._value:
            now = self.shape.lo + secrets.randbelow(top - self.shape.lo)
        self._put(now)
        self.committed.emit()

    def _turn(self) -> None:
        self._put(self._last if self._value is None else None)
        self.committed.emit()

    def _step(self, steps: float) -> None:
        whole = round(steps) or (1 if steps > 0 else -1)
        start = self._value if isinstance(self._value, int) else self._last
        self._put(min(max(start + whole, self.shape.lo), self.shape.hi))

    def _type(self, text: str) -> None:
        if not text.strip() and self.shape.optional:
            self._put(None)
            self._show()
            self.committed.emit()
            return
        number = read_number(text)
        if number is None or number != int(number):
            self.refused.emit(self.tr("Write a whole number."))
        elif not self.shape.lo <= number <= self.shape.hi:
            low, high = self.shape.lo, self.shape.hi
            self.refused.emit(self.tr("From {low} to {high}.").format(low=low, high=high))
        else:
            self._put(int(text.strip()) if text.strip().isdigit() else int(number))
            self._show()
            self.committed.emit()

    def _put(self, value: int | None) -> None:
        if value != self._value:
            self.set_value(value)
            self.edited.emit(value)

    def _show(self) -> None:
        locked = self._value is not None
        nothing = self.tr("the project's")
        self.field.setPlaceholderText(self.tr("mixed") if self._value is MIXED else nothing)
        self.field.set_text(str(self._value) if isinstance(self._value, int) else "")
        self.lock.set_glyph("lock" if locked else "unlock")
        self.lock.set_name(
            self.tr("Let the project's seed count") if locked else self.tr("Lock the seed")
        )
        self.refused.emit("")
