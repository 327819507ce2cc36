"""Text: a line or several, with ready texts to choose and a check of what is typed."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import QEvent, QSize, QStringListModel, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QLineEdit, QPlainTextEdit, QWidget

from widgets.editors.editor import Editor
from widgets.editors.shapes import MIXED, TextShape

PAUSE_MS = 1200  # typing that rests so long is a step of undo by itself
_UNDO = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)


class Line(QLineEdit):
    """A line of text whose undo is left to the document behind it."""

    left = Signal()
    entered = Signal()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and _is_undo(event):
            event.ignore()
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if _is_undo(event):
            event.ignore()
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusInEvent(event)
        self.entered.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.left.emit()


class TextArea(QPlainTextEdit):
    """Lines of text, as high as they need within limits; undo is left to the document."""

    left = Signal()
    resized = Signal()

    def __init__(self, parent: QWidget | None = None, *, least: int = 3, most: int = 12) -> None:
        super().__init__(parent)
        self.least, self.most = least, most
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._fit()

    def set_text(self, text: str) -> None:
        """Show a text, leaving the caret where it is as far as may be."""
        if text == self.toPlainText():
            return
        place = self.textCursor().position()
        self.setPlainText(text)
        cursor = self.textCursor()
        cursor.setPosition(min(place, len(text)))
        self.setTextCursor(cursor)

    def sizeHint(self) -> QSize:  # noqa: N802
        lines = min(max(int(self.document().size().height()), self.least), self.most)
        margins = 2 * (self.frameWidth() + int(self.document().documentMargin()))
        return QSize(120, lines * self.fontMetrics().lineSpacing() + margins + 4)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(80, self.sizeHint().height())

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and _is_undo(event):
            event.ignore()
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if _is_undo(event):
            event.ignore()
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.left.emit()

    def _fit(self) -> None:
        self.setFixedHeight(self.sizeHint().height())
        self.updateGeometry()
        self.resized.emit()


class TextEditor(Editor):
    """A line of text; a text that does not do is told of, and not written."""

    def __init__(self, shape: TextShape, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shape = shape
        self._value: Any = ""
        self.line = Line()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.line)
        self.setFocusProxy(self.line)
        self._pause = _pause(self)
        self._offers = QStringListModel(self)
        if shape.offers is not None:
            completer = QCompleter(self._offers, self)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            completer.activated.connect(self._type)
            self.line.setCompleter(completer)
            self.line.entered.connect(self._offer)
        self.line.textEdited.connect(self._type)
        self.line.returnPressed.connect(self.committed)
        self.line.left.connect(self._leave)
        self.set_value("")

    def value(self) -> Any:
        return self._value

    def set_value(self, value: Any) -> None:
        self._value = value
        text = value if isinstance(value, str) else ""
        if text != self.line.text():
            self.line.setText(text)
            if not self.line.hasFocus():
                self.line.home(False)
        mixed = self.tr("mixed") if value is MIXED else self.shape.placeholder
        self.line.setPlaceholderText(mixed)
        self.refused.emit("")

    def set_name(self, name: str) -> None:
        super().set_name(name)
        self.line.setAccessibleName(name)

    def _offer(self) -> None:
        if self.shape.offers is not None:
            self._offers.setStringList(list(self.shape.offers()))

    def _type(self, text: str) -> None:
        why = self.shape.problem(text) if self.shape.problem is not None else ""
        self.refused.emit(why)
        if not why and text != self._value:
            self._value = text
            self.edited.emit(text)
            self._pause.start()

    def _leave(self) -> None:
        self._pause.stop()
        self.set_value(self._value)
        self.committed.emit()


class AreaEditor(Editor):
    """Several lines of text."""

    def __init__(self, shape: TextShape, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shape = shape
        self._value: Any = ""
        self._quiet = False
        self.area = TextArea()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.area)
        self.setFocusProxy(self.area)
        self._pause = _pause(self)
        self.area.textChanged.connect(self._type)
        self.area.left.connect(self._leave)
        self.set_value("")

    def value(self) -> Any:
        return self._value

    def set_value(self, value: Any) -> None:
        self._value = value
        self._quiet = True
        self.area.set_text(value if isinstance(value, str) else "")
        self._quiet = False
        mixed = self.tr("mixed") if value is MIXED else self.shape.placeholder
        self.area.setPlaceholderText(mixed)

    def set_name(self, name: str) -> None:
        super().set_name(name)
        self.area.setAccessibleName(name)

    def _type(self) -> None:
        text = self.area.toPlainText()
        if not self._quiet and text != self._value:
            self._value = text
            self.edited.emit(text)
            self._pause.start()

    def _leave(self) -> None:
        self._pause.stop()
        self.committed.emit()


class RawEditor(Editor):
    """A JSON value as text, to be read and copied."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value: Any = None
        self.area = TextArea(least=1, most=8)
        self.area.setReadOnly(True)
        self.area.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByKeyboard
            | Qt.TextInteractionFlag.TextSelectableByMouse
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.area)
        self.setFocusProxy(self.area)

    def value(self) -> Any:
        return self._value

    def set_value(self, value: Any) -> None:
        self._value = value
        if value is MIXED:
            text = self.tr("mixed")
        else:
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        self.area.set_text(text)

    def set_name(self, name: str) -> None:
        super().set_name(name)
        self.area.setAccessibleName(name)


def _pause(editor: Editor) -> QTimer:
    """A rest in typing ends the step."""
    timer = QTimer(editor)
    timer.setSingleShot(True)
    timer.setInterval(PAUSE_MS)
    timer.timeout.connect(editor.committed)
    return timer


def _is_undo(event: QEvent) -> bool:
    return isinstance(event, QKeyEvent) and any(event.matches(key) for key in _UNDO)
