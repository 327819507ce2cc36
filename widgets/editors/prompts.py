"""Prompts: text whose unknown words are underlined, with known ones to put in their place."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QStringListModel, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QHelpEvent,
    QKeyEvent,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import (
    QCompleter,
    QListView,
    QMenu,
    QPushButton,
    QTextEdit,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from widgets.editors.editor import Editor, Remark
from widgets.editors.flow import FlowLayout
from widgets.editors.shapes import MIXED, PromptReading, TextShape, UnknownWord, Vocabulary
from widgets.editors.texts import PAUSE_MS, TextArea
from widgets.theme import current

READ_MS = 120  # after the last key
COMPLETE_FROM = 2  # letters


class PromptArea(TextArea):
    """Text with unknown words underlined; known words complete with Tab or Enter.

    Ctrl+. or the context menu offers corrections of the word at the caret. `replaced` comes after
    a correction or completion was put in.
    """

    replaced = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reading = PromptReading()
        self._words = QStringListModel(self)
        self.completer = QCompleter(self._words, self)
        self.completer.setWidget(self)
        self.completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.completer.setMaxVisibleItems(8)
        self.completer.activated.connect(self._complete)
        self.popup = QListView()
        self.completer.setPopup(self.popup)

    def set_words(self, words: tuple[str, ...]) -> None:
        """The words and phrases that complete."""
        self._words.setStringList(sorted(words))

    def show_reading(self, reading: PromptReading) -> None:
        """Underline what is unknown."""
        self._reading = reading
        wave = QTextCharFormat()
        wave.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        wave.setUnderlineColor(QColor(current().danger))
        marks = []
        for word in reading.unknown:
            mark = QTextEdit.ExtraSelection()
            mark.cursor = self._over(word)
            mark.format = wave
            marks.append(mark)
        self.setExtraSelections(marks)

    def word_at(self, position: int) -> UnknownWord | None:
        """The unknown word that is there."""
        for word in self._reading.unknown:
            if word.start <= position <= word.start + word.length:
                return word
        return None

    def correct(self, word: UnknownWord, correction: str) -> None:
        """Put a known word in the place of one that is not."""
        self._over(word).insertText(correction)
        self.replaced.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        popup = self.popup
        choosing = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
        if popup.isVisible() and event.key() in choosing:
            index = popup.currentIndex()
            row = index if index.isValid() else self.completer.completionModel().index(0, 0)
            self._complete(str(row.data()))
            popup.hide()
            return
        if popup.isVisible() and event.key() == Qt.Key.Key_Escape:
            popup.hide()
            return
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if control and event.key() == Qt.Key.Key_Period:
            self._offer_corrections()
            return
        if control and event.key() == Qt.Key.Key_Space:
            self._offer(least=0)
            return
        super().keyPressEvent(event)
        if event.text().isalpha():
            self._offer(least=COMPLETE_FROM)
        elif popup.isVisible():
            popup.hide()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        menu = self.createStandardContextMenu()
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        cursor = self.cursorForPosition(event.pos()) if by_mouse else self.textCursor()
        word = self.word_at(cursor.position())
        if word is not None:
            first = menu.actions()[0]
            menu.insertActions(first, self._corrections(word, menu).actions())
            menu.insertSeparator(first)
        menu.exec(event.globalPos())

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            word = self.word_at(self.cursorForPosition(event.pos()).position())
            text = self.tooltip_of(word) if word else ""
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def tooltip_of(self, word: UnknownWord) -> str:
        """What hovering over an unknown word says."""
        if not word.nearest:
            return self.tr("The model does not know this word.")
        near = ", ".join(word.nearest)
        return self.tr("The model does not know this word. Known: {words}").format(words=near)

    def _over(self, word: UnknownWord) -> QTextCursor:
        cursor = QTextCursor(self.document())
        last = len(self.toPlainText())
        cursor.setPosition(min(word.start, last))
        end = min(word.start + word.length, last)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        return cursor

    def _corrections(self, word: UnknownWord, parent: QWidget) -> QMenu:
        menu = QMenu(parent)
        menu.setAccessibleName(self.tr("Corrections"))
        for near in word.nearest:
            action = menu.addAction(near)
            action.triggered.connect(lambda _=False, text=near: self.correct(word, text))
        if not word.nearest:
            menu.addAction(self.tr("No known word is near")).setEnabled(False)
        return menu

    def _offer_corrections(self) -> None:
        """Show the corrections of the word at the caret, or else of the next unknown one."""
        place = self.textCursor().position()
        later = [word for word in self._reading.unknown if word.start >= place]
        word = self.word_at(place) or next(iter(later or self._reading.unknown), None)
        if word is None:
            return
        self.setTextCursor(self._over(word))
        at = self.viewport().mapToGlobal(self.cursorRect().bottomLeft())
        menu = self._corrections(word, self)
        menu.setActiveAction(menu.actions()[0])
        menu.popup(at)

    def _beginning(self) -> QTextCursor:
        """The letters before the caret."""
        cursor = self.textCursor()
        text, end = self.toPlainText(), cursor.position()
        start = end
        while start > 0 and text[start - 1].isalpha():
            start -= 1
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        return cursor

    def _offer(self, *, least: int) -> None:
        begun = self._beginning().selectedText()
        popup = self.popup
        self.completer.setCompletionPrefix(begun)
        found = self.completer.completionCount()
        whole = found == 1 and self.completer.currentCompletion().lower() == begun.lower()
        if len(begun) < least or not found or whole:
            popup.hide()
            return
        popup.setCurrentIndex(self.completer.completionModel().index(0, 0))
        box = self.cursorRect()
        box.setWidth(popup.sizeHintForColumn(0) + popup.verticalScrollBar().sizeHint().width() + 8)
        self.completer.complete(box)

    def _complete(self, word: str) -> None:
        self._beginning().insertText(word)
        self.replaced.emit()


class PromptEditor(Editor):
    """A prompt, with what the model does not know of it said below, each with its mend."""

    def __init__(self, shape: TextShape, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shape = shape
        self._value: Any = ""
        self._quiet = False
        self._vocabulary = shape.vocabulary
        self.area = PromptArea()
        self.chips = QWidget()
        self._flow = FlowLayout(self.chips)
        self.remark = Remark("warning")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self.area)
        column.addWidget(self.chips)
        column.addWidget(self.remark)
        self.chips.hide()
        self.remark.hide()
        self.setFocusProxy(self.area)
        self._read_soon, self._pause = QTimer(self), QTimer(self)
        for timer, pause in ((self._read_soon, READ_MS), (self._pause, PAUSE_MS)):
            timer.setSingleShot(True)
            timer.setInterval(pause)
        self._read_soon.timeout.connect(self.read_now)
        self._pause.timeout.connect(self.committed)
        self.area.textChanged.connect(self._type)
        self.area.left.connect(self._leave)
        self.area.replaced.connect(self.read_now)
        self.set_vocabulary(shape.vocabulary)

    def value(self) -> Any:
        return self._value

    def set_value(self, value: Any) -> None:
        self._value = value
        self._quiet = True
        self.area.set_text(value if isinstance(value, str) else "")
        self._quiet = False
        mixed = self.tr("mixed") if value is MIXED else self.shape.placeholder
        self.area.setPlaceholderText(mixed)
        self.read_now()

    def set_name(self, name: str) -> None:
        super().set_name(name)
        self.area.setAccessibleName(name)
        self.area.setAccessibleDescription(
            self.tr("Ctrl+Space completes a word, Ctrl+. corrects an unknown one.")
        )

    def set_vocabulary(self, vocabulary: Vocabulary | None) -> None:
        """Judge the prompt by other words, such as those of another model; None by none."""
        self._vocabulary = vocabulary
        self.area.set_words(vocabulary.words if vocabulary else ())
        self.read_now()

    def read_now(self) -> None:
        """Judge the prompt as it stands."""
        self._read_soon.stop()
        text = self.area.toPlainText()
        reading = self._vocabulary.read(text) if self._vocabulary else PromptReading()
        self.area.show_reading(reading)
        self._show_chips(reading)
        self.remark.setText("\n".join(reading.remarks))
        self.remark.setVisible(bool(reading.remarks))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.read_now()

    def _show_chips(self, reading: PromptReading) -> None:
        self._flow.clear()
        text = self.area.toPlainText()
        seen: set[str] = set()
        for word in reading.unknown:
            said = text[word.start : word.start + word.length]
            if said.lower() in seen or len(seen) == 6:
                continue
            seen.add(said.lower())
            self._flow.addWidget(self._chip(said, word))
        self.chips.setVisible(bool(seen))

    def _chip(self, said: str, word: UnknownWord) -> QPushButton:
        near = word.nearest[0] if word.nearest else ""
        chip = QPushButton(f"{said} → {near}" if near else self.tr("{word}?").format(word=said))
        chip.setAccessibleName(
            self.tr("Unknown: {word}. Replace by {near}").format(word=said, near=near)
            if near
            else self.tr("Unknown: {word}. Nothing known is near").format(word=said)
        )
        chip.setToolTip(self.area.tooltip_of(word))
        if near:
            chip.clicked.connect(lambda: self._correct(word, near))
        else:
            chip.clicked.connect(lambda: self._go_to(word))
        return chip

    def _correct(self, word: UnknownWord, near: str) -> None:
        self.area.setFocus()
        self.area.correct(word, near)
        self.committed.emit()

    def _go_to(self, word: UnknownWord) -> None:
        cursor = self.area.textCursor()
        cursor.setPosition(word.start)
        cursor.setPosition(word.start + word.length, QTextCursor.MoveMode.KeepAnchor)
        self.area.setTextCursor(cursor)
        self.area.setFocus()

    def _type(self) -> None:
        text = self.area.toPlainText()
        if self._quiet or text == self._value:
            return
        self._value = text
        self._read_soon.start()
        self._pause.start()
        self.edited.emit(text)

    def _leave(self) -> None:
        self._pause.stop()
        self.committed.emit()
