"""Scopes side by side or below each other; each can be made another one."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QComboBox, QSplitter, QVBoxLayout, QWidget

from widgets.scopes.scope_view import ScopeView
from widgets.scopes.traces import KINDS, Kind


class Scopes(QWidget):
    """Two scopes of the same picture, each with a choice of its kind."""

    def __init__(
        self, kinds: tuple[Kind, ...] = ("waveform", "vectorscope"), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.views: list[ScopeView] = []
        self.choices: list[QComboBox] = []
        split = self._split = QSplitter(Qt.Orientation.Vertical, self)
        split.setChildrenCollapsible(False)
        names = {
            "waveform": self.tr("Waveform"),
            "parade": self.tr("RGB parade"),
            "vectorscope": self.tr("Vectorscope"),
            "histogram": self.tr("Histogram"),
        }
        for kind in kinds:
            part = QWidget(split)
            column = QVBoxLayout(part)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(2)
            view = ScopeView(kind, part)
            choice = QComboBox(part)
            choice.setAccessibleName(self.tr("Kind of scope"))
            for each in KINDS:
                choice.addItem(names[each], each)
            choice.setCurrentIndex(KINDS.index(kind))
            choice.currentIndexChanged.connect(lambda index, of=view: of.set_kind(KINDS[index]))
            column.addWidget(choice)
            column.addWidget(view, 1)
            split.addWidget(part)
            self.views.append(view)
            self.choices.append(choice)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(split)

    def set_image(self, image: QImage) -> None:
        """Measure this picture."""
        for view in self.views:
            view.set_image(image)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        wide = self.width() > 1.2 * self.height()
        wanted = Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical
        if self._split.orientation() != wanted:
            self._split.setOrientation(wanted)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(280, 420)
