"""The start page: templates with pictures, recent projects, and an empty one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImageReader,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.shell.templates import Template, templates
from widgets import icons, theme

CARD_WIDTH = 232
PICTURE = QSize(232, 130)
GAP = 16


class StartPage(QScrollArea):
    """Asks what to begin with. Signals tell the choice; it opens nothing itself."""

    template_chosen = Signal(object)
    recent_chosen = Signal(Path)
    new_asked = Signal()
    open_asked = Signal()
    tour_asked = Signal()
    back_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("start_page")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(self.tr("Start"))
        self._recent: list[Path] = []
        self._can_go_back = False
        self._fill()

    def set_recent(self, paths: list[Path]) -> None:
        """The projects that the page offers to open again."""
        if paths != self._recent:
            self._recent = paths
            self._fill()

    def set_can_go_back(self, *, possible: bool) -> None:
        """Whether there is an open project to go back to."""
        self._can_go_back = possible
        self._back.setVisible(possible)

    def _fill(self) -> None:
        page = QWidget()
        layout = QHBoxLayout(page)
        layout.setContentsMargins(40, 32, 40, 32)
        layout.setSpacing(40)
        layout.addWidget(self._make_side(), 0)
        layout.addWidget(self._make_gallery(), 1)
        self.setWidget(page)

    def _make_side(self) -> QWidget:
        side = QWidget()
        side.setFixedWidth(280)
        layout = QVBoxLayout(side)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(_heading("AIPROD", 2.0))
        layout.addWidget(_dim(self.tr("Shots, sound and edit in one graph.")))
        layout.addSpacing(16)
        new = _wide_button("new", self.tr("&New project"))
        new.clicked.connect(self.new_asked)
        open_ = _wide_button("open", self.tr("&Open project…"))
        open_.clicked.connect(self.open_asked)
        tour = _wide_button("help", self.tr("Show me &around"))
        tour.clicked.connect(self.tour_asked)
        self._back = _wide_button("chevron-left", self.tr("&Back to the project"))
        self._back.clicked.connect(self.back_asked)
        self._back.setVisible(self._can_go_back)
        for button in (self._back, new, open_, tour):
            layout.addWidget(button)
        layout.addSpacing(16)
        layout.addWidget(_heading(self.tr("Recent"), 1.2))
        if not self._recent:
            layout.addWidget(_dim(self.tr("Projects that you save are listed here.")))
        for path in self._recent:
            entry = RecentButton(path)
            entry.clicked.connect(lambda _checked=False, path=path: self.recent_chosen.emit(path))
            layout.addWidget(entry)
        layout.addStretch(1)
        return side

    def _make_gallery(self) -> QWidget:
        gallery = QWidget()
        layout = QVBoxLayout(gallery)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addWidget(_heading(self.tr("Begin with a template"), 1.2))
        self._grid = _CardGrid()
        for template in templates():
            card = TemplateCard(template)
            card.clicked.connect(lambda _checked=False, t=template: self.template_chosen.emit(t))
            self._grid.add(card)
        layout.addWidget(self._grid)
        layout.addStretch(1)
        return gallery


class TemplateCard(QAbstractButton):
    """A template as a picture, its title and a paragraph; a button that takes it."""

    def __init__(self, template: Template) -> None:
        super().__init__()
        self.template = template
        self.setObjectName(f"template_{template.name}")
        self.setText(template.shown_title)
        self.setAccessibleName(template.shown_title)
        self.setAccessibleDescription(template.shown_text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._picture: QPixmap | None = None

    def sizeHint(self) -> QSize:  # noqa: N802
        lines = self.fontMetrics().height()
        text = self._text_rect(10_000)
        return QSize(CARD_WIDTH, PICTURE.height() + 8 + lines + 4 + text.height() + 12)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        del event
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        lit = self.hasFocus() or self.underMouse()
        painter.setBrush(QColor(colours.raised))
        painter.setPen(QColor(colours.accent if lit else colours.border))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 4, 4)
        painter.drawPixmap(QRect(1, 1, CARD_WIDTH - 2, PICTURE.height()), self._drawn())
        line = self.fontMetrics().height()
        title = QRect(12, PICTURE.height() + 8, CARD_WIDTH - 24, line)
        font = self.font()
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor(colours.text))
        metrics = painter.fontMetrics()
        shown = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, title.width())
        painter.drawText(title, Qt.AlignmentFlag.AlignLeft, shown)
        painter.setFont(self.font())
        painter.setPen(QColor(colours.dim))
        place = self._text_rect(10_000).translated(0, title.bottom() + 5)
        painter.drawText(place, Qt.TextFlag.TextWordWrap, self.template.shown_text)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def _text_rect(self, height: int) -> QRect:
        place = QRect(12, 0, CARD_WIDTH - 24, height)
        flags = Qt.TextFlag.TextWordWrap
        return self.fontMetrics().boundingRect(place, flags, self.template.shown_text)

    def _drawn(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        if self._picture is None or self._picture.devicePixelRatio() != ratio:
            reader = QImageReader(str(self.template.picture))
            reader.setScaledSize(PICTURE * ratio)
            self._picture = QPixmap.fromImage(reader.read())
            self._picture.setDevicePixelRatio(ratio)
        return self._picture


class RecentButton(QAbstractButton):
    """A recent project: its name over its folder."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.setText(path.stem)
        self.setToolTip(str(path))
        self.setAccessibleName(path.stem)
        self.setAccessibleDescription(str(path))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(200, 2 * self.fontMetrics().height() + 12)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        del event
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.hasFocus():
            painter.setBrush(QColor(colours.raised))
            painter.setPen(QColor(colours.accent if self.hasFocus() else colours.raised))
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 4, 4)
        metrics, width = self.fontMetrics(), self.width() - 16
        painter.setPen(QColor(colours.text))
        name = metrics.elidedText(self.text(), Qt.TextElideMode.ElideMiddle, width)
        painter.drawText(8, 6 + metrics.ascent(), name)
        painter.setPen(QColor(colours.dim))
        folder = metrics.elidedText(str(self.path.parent), Qt.TextElideMode.ElideMiddle, width)
        painter.drawText(8, 6 + metrics.height() + metrics.ascent(), folder)


class _CardGrid(QWidget):
    """Cards in as many columns as fit; all are as high as the highest."""

    def __init__(self) -> None:
        super().__init__()
        self._cards: list[TemplateCard] = []
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMinimumWidth(CARD_WIDTH)

    def add(self, card: TemplateCard) -> None:
        card.setParent(self)
        self._cards.append(card)

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        rows = -(-len(self._cards) // _columns(width))
        return max(0, rows * (self._card_height() + GAP) - GAP)

    def sizeHint(self) -> QSize:  # noqa: N802
        width = max(CARD_WIDTH, self.width())
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(CARD_WIDTH, 0)  # the height follows from the width

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        del event
        columns, height = _columns(self.width()), self._card_height()
        for index, card in enumerate(self._cards):
            row, column = divmod(index, columns)
            x, y = column * (CARD_WIDTH + GAP), row * (height + GAP)
            card.setGeometry(x, y, CARD_WIDTH, height)

    def _card_height(self) -> int:
        return max((card.sizeHint().height() for card in self._cards), default=0)


def _columns(width: int) -> int:
    return max(1, (width + GAP) // (CARD_WIDTH + GAP))


def _heading(text: str, scale: float) -> QLabel:
    label = QLabel(text)
    font = label.font()
    font.setPointSizeF(font.pointSizeF() * scale)
    font.setBold(True)
    label.setFont(font)
    return label


def _dim(text: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    label.setForegroundRole(label.palette().ColorRole.PlaceholderText)
    return label


def _wide_button(icon: str, text: str) -> QPushButton:
    button = QPushButton(icons.icon(icon), text)
    button.setProperty("wide", True)
    button.setAccessibleName(text.replace("&", ""))
    return button
