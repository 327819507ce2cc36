"""The headers of tracks: name, record target, lock, mute, solo, and the height to drag."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QToolButton, QVBoxLayout, QWidget

from widgets import icons, theme
from widgets.timeline.rows import LARGEST_HEIGHT, SMALLEST_HEIGHT, Rows
from widgets.timeline.values import TrackView

WIDTH = 184
_GRIP = 5


class TrackHeader(QWidget):
    """One track's header. `switched` tells a switch and its value, `renamed` another name,
    `resized` a height while it is dragged and whether the drag is over.
    """

    switched = Signal(str, str, bool)
    renamed = Signal(str, str)
    resized = Signal(str, int, bool)
    menu_asked = Signal(str, QPoint)

    def __init__(self, view: TrackView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = view
        self._drag: tuple[int, int] | None = None
        self.setMouseTracking(True)
        self.name = QLabel(self)
        self.name.setMinimumWidth(20)
        self.edit = QLineEdit(self)
        self.edit.hide()
        self.edit.setAccessibleName(self.tr("Name of the track"))
        self.edit.editingFinished.connect(self._rename)
        self.buttons: dict[str, QToolButton] = {}
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        self._add(row, "target")
        row.addWidget(self.name, 1)
        row.addWidget(self.edit, 1)
        for name in ("locked", "muted", "solo"):
            self._add(row, name)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 0, 6, 0)
        column.addLayout(row)
        self.show_view(view)

    def show_view(self, view: TrackView) -> None:
        """Show a track."""
        self.view = view
        video = view.kind == "video"
        words = {
            "target": self.tr("Edit into this track"),
            "locked": self.tr("Lock"),
            "muted": self.tr("Hide picture") if video else self.tr("Mute"),
            "solo": self.tr("Solo"),
        }
        pictures = {
            "target": "check" if view.target else "",
            "locked": "lock" if view.locked else "unlock",
            "muted": ("eye-off" if view.muted else "eye")
            if video
            else ("mute" if view.muted else "volume"),
            "solo": "",
        }
        for name, button in self.buttons.items():
            button.blockSignals(True)
            button.setChecked(bool(getattr(view, name)))
            button.blockSignals(False)
            button.setToolTip(words[name])
            button.setAccessibleName(f"{words[name]}: {view.name}")
            if pictures[name]:
                button.setIcon(icons.icon(pictures[name]))
            button.setEnabled(not view.note or name != "target")
        self.buttons["solo"].setText("S")
        self.buttons["target"].setText(_short(view))
        self._elide()
        self.name.setToolTip(view.note or view.name)
        self.setAccessibleName(view.name)
        self.update()

    def _elide(self) -> None:
        room = WIDTH - 12 - 30 - 3 * 24 - 6
        elided = self.name.fontMetrics().elidedText(
            self.view.name, Qt.TextElideMode.ElideRight, room
        )
        self.name.setText(elided)

    def _add(self, row: QHBoxLayout, name: str) -> None:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setCheckable(True)
        button.setAutoRaise(True)
        button.setIconSize(QSize(14, 14))
        if name == "target":
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        button.toggled.connect(lambda on, name=name: self.switched.emit(self.view.id, name, on))
        button.setFixedSize(QSize(30 if name == "target" else 22, 22))
        self.buttons[name] = button
        row.addWidget(button)

    def begin_rename(self) -> None:
        """Let the user type another name."""
        self.edit.setText(self.view.name)
        self.name.hide()
        self.edit.show()
        self.edit.selectAll()
        self.edit.setFocus()

    def _rename(self) -> None:
        if self.edit.isHidden():
            return
        self.edit.hide()
        self.name.show()
        text = self.edit.text().strip()
        if text != self.view.name:
            self.renamed.emit(self.view.id, text)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        del event
        colors = theme.current()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colors.raised))
        strip = QColor(colors.accent if self.view.target else colors.border)
        painter.fillRect(0, 0, 3, self.height(), strip)
        painter.setPen(QPen(QColor(colors.border), 1))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        grip = event.position().y() >= self.height() - _GRIP
        if grip and event.button() == Qt.MouseButton.LeftButton:
            self._drag = round(event.globalPosition().y()), self.view.height

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._drag is None:
            grip = event.position().y() >= self.height() - _GRIP
            shape = Qt.CursorShape.SizeVerCursor if grip else Qt.CursorShape.ArrowCursor
            self.setCursor(shape)
            return
        self.resized.emit(self.view.id, self._height(event), False)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._drag is not None:
            height = self._height(event)
            self._drag = None
            self.resized.emit(self.view.id, height, True)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self.name.geometry().contains(event.position().toPoint()):
            self.begin_rename()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        self.menu_asked.emit(self.view.id, event.globalPos())

    def _height(self, event: QMouseEvent) -> int:
        assert self._drag is not None
        start, height = self._drag
        wanted = height + round(event.globalPosition().y()) - start
        return max(SMALLEST_HEIGHT, min(LARGEST_HEIGHT, wanted))


class Headers(QWidget):
    """The column of headers, scrolled with the lanes."""

    switched = Signal(str, str, bool)
    renamed = Signal(str, str)
    resized = Signal(str, int, bool)
    menu_asked = Signal(str, QPoint)

    def __init__(self, rows: Rows, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = rows
        self._headers: dict[str, TrackHeader] = {}
        self.top = 0
        self.setFixedWidth(WIDTH)
        self.setAccessibleName(self.tr("Track headers"))

    def __getitem__(self, track: str) -> TrackHeader:
        return self._headers[track]

    def refresh(self) -> None:
        """Show the tracks as they are now."""
        wanted = {track.id for track in self._rows.tracks}
        for name in self._headers.keys() - wanted:
            self._headers.pop(name).deleteLater()
        for number, track in enumerate(self._rows.tracks):
            header = self._headers.get(track.id)
            if header is None:
                header = self._headers[track.id] = TrackHeader(track, self)
                header.switched.connect(self.switched)
                header.renamed.connect(self.renamed)
                header.resized.connect(self.resized)
                header.menu_asked.connect(self.menu_asked)
                header.show()
            elif header.view != track:
                header.show_view(track)
            header.setGeometry(0, self._rows.top(number) - self.top, WIDTH, track.height)
        self._order(header for header in map(self._headers.get, (t.id for t in self._rows.tracks)))

    def _order(self, headers: Iterable[TrackHeader | None]) -> None:
        """Tab goes from the upper header to the lower."""
        last: QWidget | None = None
        for header in headers:
            for button in header.buttons.values() if header else ():
                if last is not None:
                    QWidget.setTabOrder(last, button)
                last = button

    def scroll_to(self, top: int) -> None:
        """Show the headers from a y on."""
        if top != self.top:
            self.top = top
            for number, track in enumerate(self._rows.tracks):
                self._headers[track.id].move(0, self._rows.top(number) - top)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        QPainter(self).fillRect(event.rect(), QColor(theme.current().panel))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        if event.type() == QEvent.Type.PaletteChange:
            for header in self._headers.values():
                header.show_view(header.view)
        super().changeEvent(event)


def _short(view: TrackView) -> str:
    """V1, A2: what the id of a track begins with."""
    return view.id[:3].upper()
