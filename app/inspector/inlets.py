"""The inputs of a node: what feeds each, with a way to go there."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from app.inspector.subject import Inlet
from engine.graph.sockets import socket_type
from widgets.editors import LinkButton, Remark
from widgets.theme import current


def tint_of(kind: str) -> str:
    """The colour of a socket type; none for one that is not known."""
    try:
        return socket_type(kind).color
    except KeyError:
        return ""


class Dot(QWidget):
    """The socket of an input, in the colour of its type; hollow when nothing feeds it."""

    def __init__(self, kind: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tint = tint_of(kind)
        self.filled = False
        self.setToolTip(kind)
        self.setFixedSize(QSize(22, 22))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        tint = QColor(self._tint or current().dim)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(tint, 1.5))
        painter.setBrush(tint if self.filled else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(self.width() / 2, self.height() / 2), 4.2, 4.2)
        painter.end()


class InletRow(QWidget):
    """One input: its name, what feeds it, and what is wrong with that."""

    jump_asked = Signal(str)  # the id of a node

    def __init__(self, inlet: Inlet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = QLabel(inlet.label)
        self._label.setWordWrap(True)
        self._label.setMargin(3)
        self._dot = Dot(inlet.type)
        self._remark = Remark("danger")
        self._remark.hide()
        self._nothing = Remark("dim")
        self._nothing.setMargin(3)
        self.links = [LinkButton() for _ in inlet.origins]
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self._nothing)
        for link in self.links:
            column.addWidget(link)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(4)
        grid.setVerticalSpacing(2)
        grid.addWidget(self._dot, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self._label, 0, 1, Qt.AlignmentFlag.AlignTop)
        grid.addLayout(column, 0, 2)
        grid.addWidget(self._remark, 1, 2)
        grid.setColumnStretch(1, 40)
        grid.setColumnStretch(2, 60)
        for number, link in enumerate(self.links):
            link.clicked.connect(lambda _=False, at=number: self._jump(at))
        self.show_inlet(inlet)

    def show_inlet(self, inlet: Inlet) -> None:
        """Show what feeds the input now; it has as many origins as before."""
        self._inlet = inlet
        self._dot.filled = bool(inlet.origins)
        self._dot.update()
        optional = self.tr("nothing (optional)")
        self._nothing.setText(optional if inlet.optional else self.tr("nothing yet"))
        self._nothing.setVisible(not inlet.origins)
        for link, origin in zip(self.links, inlet.origins, strict=True):
            outside = origin.node is None
            text = self.tr("the group's {name}").format(name=origin.text)
            said = text if outside else origin.text
            link.setText(f"← {said}")
            link.setEnabled(not outside)
            link.setToolTip("" if outside else self.tr("Go to {place}").format(place=said))
            link.setAccessibleName(
                self.tr("{name} comes from {place}").format(name=inlet.label, place=said)
            )

    def set_problem(self, text: str) -> None:
        """Say what is wrong with what feeds it."""
        self._remark.setText(text)
        self._remark.setVisible(bool(text))

    def problem(self) -> str:
        """What is said to be wrong."""
        return self._remark.text()

    def text(self) -> str:
        """The input's name."""
        return self._label.text()

    def _jump(self, number: int) -> None:
        node = self._inlet.origins[number].node
        if node is not None:
            self.jump_asked.emit(node)
