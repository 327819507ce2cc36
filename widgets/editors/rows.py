"""A field: label, editor, and all that is to be said of it; and fields one below the other."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QVBoxLayout,
    QWidget,
)

from widgets.editors.editor import Editor, GlyphButton, Remark
from widgets.editors.labels import ScrubLabel
from widgets.editors.shapes import (
    CurveShape,
    FramesShape,
    KeyframesShape,
    ListShape,
    NumberShape,
    OptionalShape,
    RawShape,
    RecordShape,
    Shape,
    TableShape,
    TextShape,
    VectorShape,
)
from widgets.theme import current

LABEL_PART = 0.34  # of the width, when no word needs more
LABEL_MOST = 0.5


def is_wide(shape: Shape) -> bool:
    """Whether an editor wants the whole width, its label above it."""
    match shape:
        case OptionalShape(inner=inner):
            return is_wide(inner)
        case TextShape(multiline=multiline):
            return multiline
        case (
            VectorShape()
            | ListShape()
            | RecordShape()
            | TableShape()
            | KeyframesShape()
            | CurveShape()
        ):
            return True
        case RawShape():
            return True
        case _:
            return False


def scrubs(shape: Shape) -> bool:
    """Whether a drag on the label changes the value."""
    if isinstance(shape, OptionalShape):
        return scrubs(shape.inner)
    return isinstance(shape, (NumberShape, FramesShape))


class LinkButton(QPushButton):
    """A button that names a place to go to; a long name is cut in its middle."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFlat(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self.text()) + 12, metrics.height() + 8)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(40, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        option = QStyleOptionButton()
        self.initStyleOption(option)
        text, option.text = option.text, ""
        painter = QStylePainter(self)
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        box = self.rect().adjusted(5, 0, -5, 0)
        middle = Qt.TextElideMode.ElideMiddle
        cut = self.fontMetrics().elidedText(text, middle, box.width())
        painter.setPen(current().accent)
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, cut)
        painter.end()


class FieldRow(QWidget):
    """One field of a form.

    It shows whether the value differs from its default (with a button that resets it), what is
    wrong with it, where it comes from when a link feeds it, and whether it is a socket.
    """

    reset_asked = Signal()
    promote_asked = Signal()
    jump_asked = Signal()
    menu_asked = Signal(QPoint)  # where, on the screen

    def __init__(
        self,
        label: str,
        editor: Editor,
        *,
        wide: bool = False,
        scrub: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.editor = editor
        self.wide = wide
        self._typed, self._problem, self._source = "", "", ""
        self._name = label
        self.label = ScrubLabel(label)
        self.label.setBuddy(editor)
        if scrub:
            self.label.follow(editor)
        self.reset = GlyphButton("reset", "")
        self.reset.hide()
        policy = self.reset.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.reset.setSizePolicy(policy)
        # Made when they are first needed: a form has many fields, and few of them have these.
        self.socket: GlyphButton | None = None
        self.source: LinkButton | None = None
        self.remark: Remark | None = None
        self._lay_out()
        self.set_name(label)
        self.reset.clicked.connect(self.reset_asked)
        editor.refused.connect(self._refuse)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(
            lambda place: self.menu_asked.emit(self.mapToGlobal(place))
        )

    def set_name(self, name: str) -> None:
        """What screen readers call the field."""
        self._name = name
        self.editor.set_name(name)
        self.reset.set_name(self.tr("Reset {name}").format(name=name))

    def set_changed(self, *, changed: bool) -> None:
        """Mark the value as another than the default."""
        self.reset.setVisible(changed and not self._source)
        font = self.label.font()
        if font.bold() != changed:
            font.setBold(changed)
            self.label.setFont(font)

    def set_problem(self, text: str) -> None:
        """Say what is wrong with the value and its mend; "" when nothing is."""
        self._problem = text
        self._say()

    def set_source(self, text: str) -> None:
        """Say what feeds the field, and disable its editor; "" when nothing does."""
        self._source = text
        self.editor.setEnabled(not text)
        if text:
            self.reset.hide()
            source = self._source_button()
            source.setText(f"← {text}")
            source.setToolTip(self.tr("Go to {place}").format(place=text))
            source.setAccessibleName(
                self.tr("{name} comes from {place}. Go there").format(name=self._name, place=text)
            )
        if self.source is not None:
            self.source.setVisible(bool(text))

    def set_socket(self, *, shown: bool | None, tint: str = "") -> None:
        """Whether the field is shown as a socket; None when it cannot be."""
        if shown is not None:
            button = self._socket_button()
            button.set_glyph("socket-on" if shown else "socket", tint=tint or None)
            turn, back = self.tr("Make {name} a socket"), self.tr("Make {name} a control again")
            text = back if shown else turn
            button.set_name(text.format(name=self._name))
        if self.socket is not None:
            self.socket.setVisible(shown is not None)

    def has_socket(self) -> bool:
        """Whether it takes room for a socket."""
        return self.socket is not None and not self.socket.isHidden()

    def said(self) -> str:
        """What is said to be wrong with the value."""
        return self._typed or self._problem

    def fit(self, label_width: int, *, sockets: bool) -> None:
        """Give the label its width, and leave room for sockets where others have one."""
        room = self.reset.sizeHint().width() if sockets else 0
        if room and self.socket is None:  # a grid leaves out the space beside an empty column
            room += self._grid.horizontalSpacing()
        self._grid.setColumnMinimumWidth(0, room)
        if self.wide:
            self.label.setMinimumWidth(0)
        elif self.label.width() != label_width or self.label.minimumWidth() != label_width:
            self.label.setFixedWidth(label_width)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """The narrowest it can be, whatever the label has of the width now."""
        hint = super().minimumSizeHint()
        if not self.wide:
            spare = self.label.minimumWidth() - self.label.longest_word()
            hint.setWidth(hint.width() - max(0, spare))
        return hint

    def _lay_out(self) -> None:
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(4)
        self._grid.setVerticalSpacing(2)
        self._grid.addWidget(self.reset, 0, 3, Qt.AlignmentFlag.AlignTop)
        self._grid.setColumnStretch(2, 1)
        if self.wide:
            self._grid.addWidget(self.label, 0, 1, 1, 2)
            self._grid.addWidget(self.editor, 1, 1, 1, 3)
        else:
            self._grid.addWidget(self.label, 0, 1)
            self._grid.addWidget(self.editor, 0, 2)

    def _below(self, widget: QWidget, row: int) -> None:
        first = 1 if self.wide else 2
        self._grid.addWidget(widget, row, first, 1, 4 - first)

    def _socket_button(self) -> GlyphButton:
        if self.socket is None:
            self.socket = GlyphButton("socket", "")
            self.socket.clicked.connect(self.promote_asked)
            self._grid.addWidget(self.socket, 0, 0, Qt.AlignmentFlag.AlignTop)
            QWidget.setTabOrder(self.socket, self.editor)
        return self.socket

    def _source_button(self) -> LinkButton:
        if self.source is None:
            self.source = LinkButton()
            self.source.clicked.connect(self.jump_asked)
            self._below(self.source, 2)
        return self.source

    def _refuse(self, why: str) -> None:
        self._typed = why
        self._say()

    def _say(self) -> None:
        text = self.said()
        if text and self.remark is None:
            self.remark = Remark("danger")
            self._below(self.remark, 3)
        if self.remark is not None and self.remark.text() != text:
            self.remark.setText(text)
            self.editor.setAccessibleDescription(text)
        if self.remark is not None:
            self.remark.setVisible(bool(text))


class Rows(QWidget):
    """Fields one below the other, with all labels of one width."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[FieldRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)

    def add(self, row: FieldRow) -> None:
        """Add a field at the end."""
        self._rows.append(row)
        self._column.addWidget(row)

    def add_other(self, widget: QWidget) -> None:
        """Add something that is no field."""
        self._column.addWidget(widget)

    def fit(self) -> None:
        """Share the width anew, after labels changed."""
        width = self.width()
        needed = max((row.label.longest_word() for row in self._rows if not row.wide), default=0)
        label = min(max(needed, round(LABEL_PART * width)), round(LABEL_MOST * width))
        sockets = any(row.has_socket() for row in self._rows)
        for row in self._rows:
            row.fit(label, sockets=sockets)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self.fit()
