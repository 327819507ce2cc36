"""Counts of frames, read and typed as frames or as timecode, and exact frame rates."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QWidget

from widgets.editors.choices import Choice
from widgets.editors.editor import Editor, Remark
from widgets.editors.numbers import StepField
from widgets.editors.shapes import MIXED, FramesShape, RatioShape
from widgets.editors.spelling import read_number


class FramesEditor(Editor):
    """A count of frames with its timecode behind it. Ctrl+arrows go by a second."""

    def __init__(self, shape: FramesShape, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shape = shape
        self._value: Any = 0
        self._start: int | None = None
        self.field = StepField("" if shape.spell else self.tr("frames"))
        self.timecode = Remark("dim")
        self.timecode.setWordWrap(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.field, 1)
        if shape.spell is not None:
            row.addWidget(self.timecode, 1)
        self.setFocusProxy(self.field)
        self.field.stepped.connect(self._step)
        self.field.settled.connect(self.committed)
        self.field.typed.connect(self._type)
        self.field.given_up.connect(self._show)
        self._show()

    def value(self) -> Any:
        return self._value

    def set_value(self, value: Any) -> None:
        self._value = value
        self._show()

    def set_name(self, name: str) -> None:
        super().set_name(name)
        self.field.setAccessibleName(name)
        if self.shape.read is not None:
            self.field.setToolTip(self.tr("Frames, or a timecode such as 00:00:05:00."))

    def scrub(self, steps: float) -> None:
        if self._start is None:
            self._start = self._count()
        self._put(self._start + round(steps))

    def end_scrub(self) -> None:
        self._start = None
        self.committed.emit()

    def _step(self, steps: float) -> None:
        whole = round(steps) or (1 if steps > 0 else -1)
        self._put(self._count() + (whole // 10 * self.shape.second if whole % 10 == 0 else whole))

    def _put(self, count: int) -> None:
        lo, hi = self.shape.lo, self.shape.hi
        count = max(count, lo) if lo is not None else count
        count = min(count, hi) if hi is not None else count
        if count != self._value:
            self._value = count
            self._show()
            self.edited.emit(count)

    def _type(self, text: str) -> None:
        number = read_number(text, self.tr("frames"))
        if number is None and self.shape.read is not None:
            try:
                number = self.shape.read(text.strip())
            except ValueError as error:
                self.refused.emit(str(error))
                return
        if number is None or number != int(number):
            self.refused.emit(self.tr("Write a whole number of frames."))
            return
        count, lo, hi = int(number), self.shape.lo, self.shape.hi
        if (lo is not None and count < lo) or (hi is not None and count > hi):
            low, high = "" if lo is None else lo, "…" if hi is None else hi
            self.refused.emit(self.tr("From {low} to {high} frames.").format(low=low, high=high))
            return
        self._put(count)
        self._show()
        self.committed.emit()

    def _count(self) -> int:
        return self._value if isinstance(self._value, int) else max(0, self.shape.lo or 0)

    def _show(self) -> None:
        known = isinstance(self._value, int)
        self.field.setPlaceholderText(self.tr("mixed") if self._value is MIXED else "")
        self.field.set_text(str(self._value) if known else "")
        if self.shape.spell is not None:
            self.timecode.setText(self.shape.spell(self._value) if known else "")
        self.refused.emit("")


class RatioEditor(Editor):
    """An exact ratio such as a frame rate: a known one from the list, or typed."""

    def __init__(self, shape: RatioShape, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shape = shape
        self._value: Any = "1"
        self._labels = dict(shape.presets)
        self.box = Choice()
        self.box.setEditable(True)
        self.box.setInsertPolicy(Choice.InsertPolicy.NoInsert)
        self.field = StepField(shape.unit)
        self.box.setLineEdit(self.field)
        self.box.addItems([label for _, label in shape.presets])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.box)
        self.setFocusProxy(self.box)
        self.box.activated.connect(self._choose)
        self.field.stepped.connect(self._step)
        self.field.typed.connect(self._type)
        self.field.given_up.connect(self._show)

    def value(self) -> Any:
        return self._value

    def set_value(self, value: Any) -> None:
        self._value = value
        self._show()

    def set_name(self, name: str) -> None:
        super().set_name(name)
        self.box.setAccessibleName(name)
        self.field.setAccessibleName(name)

    def _choose(self, index: int) -> None:
        self._put(self.shape.presets[index][0])

    def _step(self, steps: float) -> None:
        known = [Fraction(value) for value, _ in self.shape.presets]
        now = _ratio(self._value)
        if not known or now is None:
            return
        later = [value for value in known if (value > now if steps > 0 else value < now)]
        if later:
            self._put(str(min(later) if steps > 0 else max(later)))

    def _type(self, text: str) -> None:
        plain = text.strip().replace(",", ".").removesuffix(self.shape.unit).strip()
        by_label = {label.replace(",", "."): value for value, label in self.shape.presets}
        ratio = _ratio(by_label.get(plain, plain))
        if ratio is None:
            self.refused.emit(self.tr("Write a ratio such as 24 or 24000/1001."))
            return
        lo, hi = self.shape.lo, self.shape.hi
        if (lo is not None and ratio < lo) or (hi is not None and ratio > hi):
            low, high = "" if lo is None else lo, "…" if hi is None else hi
            self.refused.emit(self.tr("From {low} to {high}.").format(low=low, high=high))
            return
        self._put(str(ratio))
        self._show()

    def _put(self, value: str) -> None:
        if _ratio(value) != _ratio(self._value):
            self._value = value
            self._show()
            self.commit_now(value)
        else:
            self._show()

    def _show(self) -> None:
        ratio = _ratio(self._value)
        self.field.setPlaceholderText(self.tr("mixed") if self._value is MIXED else "")
        text = "" if self._value is MIXED else str(self._value)
        self.field.set_text(self._labels.get(str(ratio), text))
        self.refused.emit("")


def _ratio(value: Any) -> Fraction | None:
    if not isinstance(value, (int, str)) or isinstance(value, bool):
        return None
    try:
        return Fraction(value)
    except (ValueError, ZeroDivisionError):
        return None
