"""The whole viewer: source and program tabs, tools, picture, time strip and transport."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSizePolicy,
    QSplitter,
    QStackedLayout,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from widgets.viewer.elided_label import ElidedLabel
from widgets.viewer.mask_bar import MaskBar
from widgets.viewer.picture_view import PictureView
from widgets.viewer.state_card import CardState, StateCard
from widgets.viewer.time_strip import TimeStrip
from widgets.viewer.tool_row import ToolRow
from widgets.viewer.transport_bar import TransportBar
from widgets.viewer.values import Counting

TABS = ("source", "program")


class Viewer(QWidget):
    """Puts the parts together; each of them tells for itself what the user did."""

    tab_chosen = Signal(str)
    """"source" or "program"."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tabs = QTabBar(self)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.tabs.setAccessibleName(self.tr("What is shown"))
        self.tabs.addTab(self.tr("Source"))
        self.tabs.addTab(self.tr("Program"))
        self.tabs.currentChanged.connect(lambda index: self.tab_chosen.emit(TABS[index]))
        self.picture = PictureView(self)
        self.card = StateCard(self)
        self.tools = ToolRow(self.picture, self)
        self.mask_bar = MaskBar(self.picture, self)
        self.mask_bar.hide()
        self.strip = TimeStrip(self)
        self.transport = TransportBar(self)
        self.about = ElidedLabel(self)
        self.about.setAccessibleName(self.tr("About the picture"))
        self._stack = QStackedLayout()
        self._stack.addWidget(self.picture)
        self._stack.addWidget(self.card)
        self.split = QSplitter(Qt.Orientation.Horizontal, self)
        self._lay_out()
        self.tools.mask_toggled.connect(self._toggle_mask)
        self.mask_bar.closed.connect(lambda: self.tools.masking.setChecked(False))
        self.picture.probed.connect(self._probe)
        self._about = ""
        self.show_card(CardState("empty", self.tr("Nothing to show")))

    @property
    def tab(self) -> str:
        """The tab in front, "source" or "program"."""
        return TABS[self.tabs.currentIndex()]

    def choose_tab(self, name: str) -> None:
        """Bring a tab to the front."""
        self.tabs.setCurrentIndex(TABS.index(name))

    def add_side(self, widget: QWidget) -> None:
        """Put a widget beside the picture, such as scopes."""
        self.split.addWidget(widget)
        self.split.setStretchFactor(0, 3)
        self.split.setStretchFactor(self.split.count() - 1, 1)
        self.split.setSizes([700, 300])

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        wide = self.width() > 1.3 * self.height()
        wanted = Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical
        if self.split.orientation() != wanted:
            self.split.setOrientation(wanted)

    def show_picture(self) -> None:
        """Show the picture and not the card."""
        self._stack.setCurrentWidget(self.picture)
        self.tools.set_drawable(on=True)

    def show_card(self, state: CardState) -> None:
        """Say something in place of the picture."""
        self.card.set_state(state)
        self._stack.setCurrentWidget(self.card)
        self.tools.set_drawable(on=False)

    @property
    def shows_picture(self) -> bool:
        """Whether the picture is seen and not the card."""
        return self._stack.currentWidget() is self.picture

    def set_counting(self, counting: Counting) -> None:
        """How the frames of what is shown count."""
        self.strip.set_counting(counting)
        self.transport.set_counting(counting)

    def set_frame(self, frame: int) -> None:
        """Where the playhead is."""
        self.strip.set_frame(frame)
        self.transport.set_frame(frame)

    def set_about(self, text: str) -> None:
        """What is shown, in words: its name, size and rate."""
        self._about = text
        self.about.setText(text)

    def _toggle_mask(self, on: bool) -> None:  # noqa: FBT001
        if on:
            size = self.picture.camera.picture
            self.mask_bar.begin(round(size.width()), round(size.height()))
            self.picture.setFocus()
        else:
            self.picture.set_mask(None)
        self.mask_bar.setVisible(on)

    def _probe(self, found: object) -> None:
        if not isinstance(found, tuple):
            self.about.setText(self._about)
            return
        x, y, color = found
        self.about.setText(f"{x}, {y}   R {color.red()}  G {color.green()}  B {color.blue()}")

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(4, 0, 0, 0)
        head.addWidget(self.tabs)
        head.addSpacing(8)
        head.addWidget(self.about, 1)
        head.addWidget(self.tools)
        column.addLayout(head)
        column.addWidget(self.mask_bar)
        frame = QWidget(self.split)
        frame.setLayout(self._stack)
        self.split.addWidget(frame)
        self.split.setChildrenCollapsible(False)
        column.addWidget(self.split, 1)
        column.addWidget(self.strip)
        column.addWidget(self.transport)
