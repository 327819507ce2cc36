"""Files: a path typed, chosen or dropped, and whether something lies there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from widgets.editors.editor import Editor, GlyphButton, Remark
from widgets.editors.shapes import MIXED, FileShape
from widgets.editors.texts import Line


class FileEditor(Editor):
    """The path of a file or folder; a file dropped on it is taken.

    `set_missing` says that nothing lies there; who shows the editor looks, since a disk may be
    slow.
    """

    def __init__(self, shape: FileShape, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shape = shape
        self._value: Any = ""
        self.line = Line()
        self.browse = GlyphButton("folder", self.tr("Choose…"))
        self.missing = Remark("danger")
        self.missing.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        row = QHBoxLayout()
        row.setSpacing(2)
        row.addWidget(self.line, 1)
        if not shape.save:
            row.addWidget(self.browse)
        else:
            self.browse.hide()
        column.addLayout(row)
        column.addWidget(self.missing)
        self.setFocusProxy(self.line)
        self.setAcceptDrops(not shape.save)
        self.line.setAcceptDrops(False)
        self.line.returnPressed.connect(self._type)
        self.line.left.connect(self._type)
        self.browse.clicked.connect(self._choose)
        self.set_value("")

    def value(self) -> Any:
        return self._value

    def set_value(self, value: Any) -> None:
        if value != self._value:
            self.set_missing("")
        self._value = value
        self.line.setText(self.shape.shown(value) if isinstance(value, str) and value else "")
        self.line.setCursorPosition(len(self.line.text()))  # the name matters more than the folder
        self.line.setToolTip(value if isinstance(value, str) else "")
        if value is MIXED:
            self.line.setPlaceholderText(self.tr("mixed"))
        elif self.shape.save:
            self.line.setPlaceholderText(self.tr("a name"))
        elif self.shape.folder_kind:
            self.line.setPlaceholderText(self.tr("drop a folder here"))
        else:
            self.line.setPlaceholderText(self.tr("drop a file here"))

    def set_name(self, name: str) -> None:
        super().set_name(name)
        self.line.setAccessibleName(name)
        self.browse.setAccessibleName(self.tr("{name}: choose").format(name=name))

    def set_missing(self, text: str) -> None:
        """Say that nothing is there, with this text; "" when all is well."""
        self.missing.setText(text)
        self.missing.setVisible(bool(text))

    def takes(self, data: QMimeData) -> str:
        """The path of what is dragged, when it may be dropped here; else ""."""
        for url in data.urls():
            path = url.toLocalFile()
            if path and self._fits(Path(path)):
                return path
        return ""

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        if self.takes(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        path = self.takes(event.mimeData())
        if path:
            event.acceptProposedAction()
            self._put(self.shape.stored(path))

    def _fits(self, path: Path) -> bool:
        if self.shape.folder_kind:
            return path.is_dir()
        return not self.shape.endings or path.suffix.lower() in self.shape.endings

    def _type(self) -> None:
        text = self.line.text().strip()
        shown = self.shape.shown(self._value) if isinstance(self._value, str) else ""
        if text == shown or (not text and self._value is MIXED):
            return
        if not text:
            self.set_value(self._value)
            return
        self._put(text if self.shape.save else self.shape.stored(text))

    def _choose(self) -> None:
        start = self.shape.folder()
        title = self.accessibleName() or self.tr("Choose a file")
        if self.shape.folder_kind:
            path = QFileDialog.getExistingDirectory(self, title, start)
        else:
            path, _ = QFileDialog.getOpenFileName(self, title, start, self.shape.filters)
        if path:
            self._put(self.shape.stored(path))

    def _put(self, value: str) -> None:
        if value != self._value:
            self.set_value(value)
            self.commit_now(value)
