"""The first-run tour: a few steps that point at the real widgets, to be left at any time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from widgets import theme

CARD_WIDTH = 340
MARGIN = 12


@dataclass(frozen=True)
class Step:
    """One step: what it says, and the widget that it points at when it is there."""

    title: str
    text: str
    target: Callable[[], QWidget | None]


class Tour(QWidget):
    """Lies over the window, lights one widget at a time, and tells `ended`."""

    ended = Signal()

    def __init__(self, steps: tuple[Step, ...], window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setObjectName("tour")
        self.setAccessibleName(self.tr("Tour"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._steps = steps
        self._at = 0
        self._hole = QRect()
        self._target: QWidget | None = None
        self.card = QFrame(self)
        self.card.setObjectName("tour_card")
        self.card.setAutoFillBackground(True)
        self.card.setFrameShape(QFrame.Shape.StyledPanel)
        self.title = QLabel()
        font = self.title.font()
        font.setPointSizeF(font.pointSizeF() * 1.2)
        font.setBold(True)
        self.title.setFont(font)
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.count = QLabel()
        self.count.setForegroundRole(self.count.palette().ColorRole.PlaceholderText)
        self.skip = QPushButton(self.tr("&Skip the tour"))
        self.skip.setFlat(True)
        self.skip.clicked.connect(self.end)
        self.back = QPushButton(self.tr("&Back"))
        self.back.clicked.connect(lambda: self._go(self._at - 1))
        self.next = QPushButton()
        self.next.setDefault(True)
        self.next.clicked.connect(lambda: self._go(self._at + 1))
        self._lay_out()
        window.installEventFilter(self)
        self._go(0)
        self.setGeometry(window.rect())
        self.show()
        self.raise_()
        self.next.setFocus(Qt.FocusReason.OtherFocusReason)
        QTimer.singleShot(0, self, self._place)  # when what was just shown has its place

    @property
    def step(self) -> int:
        """The number of the step that is shown, from 0."""
        return self._at

    @property
    def points_at_something(self) -> bool:
        """Whether the step lights a widget."""
        return not self._hole.isEmpty()

    def __len__(self) -> int:
        return len(self._steps)

    def end(self) -> None:
        """Leave the tour."""
        self.hide()
        self.ended.emit()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        moved = event.type() in (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show)
        if moved and watched is self._window:
            self.setGeometry(self._window.rect())
        if moved and watched in (self._window, self._target):
            self._place()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        keys = Qt.Key
        if event.key() == keys.Key_Escape:
            self.end()
        elif event.key() in (keys.Key_Right, keys.Key_Return, keys.Key_Enter):
            self._go(self._at + 1)
        elif event.key() == keys.Key_Left:
            self._go(self._at - 1)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        del event
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shade = QColor("#000000")
        shade.setAlphaF(0.55)
        veil = QPainterPath()
        veil.addRect(self.rect())
        hole = QPainterPath()
        hole.addRoundedRect(self._hole, 4, 4)
        painter.fillPath(veil.subtracted(hole), shade)
        if not self._hole.isEmpty():
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.drawRoundedRect(self._hole, 4, 4)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.skip)
        buttons.addStretch(1)
        buttons.addWidget(self.count)
        buttons.addWidget(self.back)
        buttons.addWidget(self.next)
        layout = self._card_layout = QVBoxLayout(self.card)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(8)
        layout.addWidget(self.title)
        layout.addWidget(self.text)
        layout.addSpacing(8)
        layout.addLayout(buttons)

    def _go(self, step: int) -> None:
        if step >= len(self._steps):
            self.end()
            return
        self._at = max(0, step)
        now = self._steps[self._at]
        if self._target is not None:
            self._target.removeEventFilter(self)
        self._target = now.target()
        if self._target is not None:
            self._target.installEventFilter(self)
        self.title.setText(now.title)
        self.text.setText(now.text)
        self.count.setText(f"{self._at + 1}/{len(self._steps)}")
        self.back.setEnabled(self._at > 0)
        last = self._at == len(self._steps) - 1
        self.next.setText(self.tr("&Done") if last else self.tr("&Next"))
        self.setAccessibleDescription(f"{now.title}. {now.text}")
        self._place()

    def _place(self) -> None:
        target = self._target
        self._hole = QRect()
        if target is not None and target.isVisible():
            corner = self.mapFromGlobal(target.mapToGlobal(QPoint(0, 0)))
            self._hole = (
                QRect(corner, target.size()).intersected(self.rect()).adjusted(2, 2, -2, -2)
            )
        width = min(CARD_WIDTH, self.width() - 2 * MARGIN)
        self.card.setFixedWidth(width)
        self.card.resize(width, self._card_layout.heightForWidth(width))
        self.card.move(_beside(self._hole, self.card.size(), self.rect()))
        self.update()


def _beside(hole: QRect, size: QSize, room: QRect) -> QPoint:
    """Where a card of `size` lies beside the lit widget, inside of the room, covering least."""
    width, height = size.width(), size.height()
    if hole.isEmpty():
        return QPoint((room.width() - width) // 2, (room.height() - height) // 2)
    x, y = hole.center().x() - width // 2, hole.center().y() - height // 2
    places = (
        QPoint(hole.right() + MARGIN, y),
        QPoint(hole.left() - MARGIN - width, y),
        QPoint(x, hole.bottom() + MARGIN),
        QPoint(x, hole.top() - MARGIN - height),
    )

    def kept(place: QPoint) -> QPoint:
        return QPoint(
            max(MARGIN, min(place.x(), room.width() - width - MARGIN)),
            max(MARGIN, min(place.y(), room.height() - height - MARGIN)),
        )

    def covered(place: QPoint) -> int:
        over = QRect(place.x(), place.y(), width, height).intersected(hole)
        return over.width() * over.height() if not over.isEmpty() else 0

    return min((kept(place) for place in places), key=covered)
