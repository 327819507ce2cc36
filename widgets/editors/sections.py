"""A titled part of a panel that folds up."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from widgets.editors.editor import GLYPH, paint_glyph
from widgets.theme import current


class SectionHeader(QToolButton):
    """The title line: a press, Space or Enter folds the part."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(title)
        self.setCheckable(True)
        self.setChecked(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(title)

    def sizeHint(self) -> QSize:  # noqa: N802
        metrics = self.fontMetrics()
        width = metrics.horizontalAdvance(self.text()) + GLYPH + 18
        return QSize(width, metrics.height() + 10)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(60, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        theme = current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(QColor(theme.accent), 1.5) if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.raised))
        painter.drawRoundedRect(box, 4, 4)
        painter.save()
        painter.translate(QPointF(4, (self.height() - GLYPH) / 2))
        paint_glyph(painter, "down" if self.isChecked() else "right", QColor(theme.dim))
        painter.restore()
        font = painter.font()
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor(theme.text))
        place = box.adjusted(GLYPH + 8, 0, -6, 0)
        text = painter.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, int(place.width())
        )
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        painter.end()


class Section(QWidget):
    """A header and what it folds; `folded` tells when the user opened or closed it."""

    folded = Signal(bool)

    def __init__(self, title: str, body: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.header = SectionHeader(title)
        self.body = body
        self._bar = QHBoxLayout()
        self._bar.setSpacing(2)
        self._bar.addWidget(self.header, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(self._bar)
        column.addWidget(body)
        self.header.clicked.connect(self._turn)

    def add_button(self, button: QWidget) -> None:
        """Put a button at the end of the title line."""
        self._bar.addWidget(button)

    def set_open(self, *, is_open: bool) -> None:
        """Fold or unfold."""
        self.header.setChecked(is_open)
        self.body.setVisible(is_open)

    def _turn(self) -> None:
        self.body.setVisible(self.header.isChecked())
        self.folded.emit(not self.header.isChecked())
