"""A small graph on a canvas, and a hand that uses it by mouse and keys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QPixmap
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from widgets import theme
from widgets.canvas import CanvasView, FrameView, LinkView, NodeView, PaletteEntry, SocketView

COLORS = {"Clip": "#4f8fe6", "Prompt": "#d9a441", "Sound": "#5fb35f"}


def socket(name: str, kind: str, *, many: bool = False) -> SocketView:
    return SocketView(name, name.capitalize(), kind, COLORS[kind], many=many)


NODES = (
    NodeView("prompt", "Prompt", outputs=(socket("out", "Prompt"),), pos=(0, 0)),
    NodeView(
        "shot",
        "Generate shot",
        inputs=(socket("prompt", "Prompt"),),
        outputs=(socket("out", "Clip"),),
        pos=(300, 0),
    ),
    NodeView(
        "grade",
        "Grade",
        inputs=(socket("clip", "Clip"),),
        outputs=(socket("out", "Clip"),),
        pos=(300, 200),
    ),
    NodeView(
        "edit",
        "Edit",
        inputs=(socket("clips", "Clip", many=True), socket("sound", "Sound")),
        outputs=(socket("out", "Clip"),),
        pos=(640, 0),
    ),
    NodeView("titles", "Titles", kind="group", outputs=(socket("out", "Clip"),), pos=(0, 200)),
)
LINKS = (LinkView("prompt", "out", "shot", "prompt"), LinkView("shot", "out", "edit", "clips"))
FRAME = FrameView("frame", "Beach", (-60, 380, 400, 200))
ENTRIES = (
    PaletteEntry("blur", "Blur", "Look", ("soft",), ("Clip",), ("Clip",), "Make it soft."),
    PaletteEntry("speech", "Speech", "Sound", ("voice",), ("Prompt",), ("Sound",), "Speak a text."),
    PaletteEntry("noise", "Noise", "Sound", (), (), ("Sound",), "Hiss."),
    PaletteEntry("retime", "Slow motion", "Edit", ("speed",), ("Clip",), ("Clip",), "Slower."),
)


class Hand:
    """Uses a canvas as a person does; places are on the canvas, not pixels."""

    def __init__(self, view: CanvasView) -> None:
        self.view = view

    def pixel(self, place: tuple[float, float]) -> QPointF:
        return self.view.camera.to_view(*place)

    def middle(self, node: str) -> tuple[float, float]:
        rect = self.view.node_rect(node)
        return (rect.center().x(), rect.bottom() - 6)

    def title(self, node: str) -> tuple[float, float]:
        rect = self.view.node_rect(node)
        return (rect.left() + 40, rect.top() + 12)

    def socket(self, node: str, name: str, *, output: bool = False) -> tuple[float, float]:
        contents = self.view.contents
        ref = next(r for r in contents.sockets(node) if r.socket == name and r.output == output)
        return contents.socket_place(ref)

    def send(
        self,
        kind: QEvent.Type,
        place: tuple[float, float],
        button: Qt.MouseButton = Qt.MouseButton.NoButton,
        held: Qt.MouseButton = Qt.MouseButton.NoButton,
        keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    ) -> None:
        at = self.pixel(place)
        screen = QPointF(self.view.mapToGlobal(at.toPoint()))
        QApplication.sendEvent(self.view, QMouseEvent(kind, at, screen, button, held, keys))

    def press(
        self,
        place: tuple[float, float],
        *,
        keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
        button: Qt.MouseButton = Qt.MouseButton.LeftButton,
    ) -> None:
        self.send(QEvent.Type.MouseButtonPress, place, button, button, keys)

    def move(
        self,
        place: tuple[float, float],
        *,
        keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
        button: Qt.MouseButton = Qt.MouseButton.LeftButton,
    ) -> None:
        self.send(QEvent.Type.MouseMove, place, Qt.MouseButton.NoButton, button, keys)

    def release(
        self,
        place: tuple[float, float],
        *,
        keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
        button: Qt.MouseButton = Qt.MouseButton.LeftButton,
    ) -> None:
        none = Qt.MouseButton.NoButton
        self.send(QEvent.Type.MouseButtonRelease, place, button, none, keys)

    def drag(
        self,
        start: tuple[float, float],
        *stops: tuple[float, float],
        keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
        button: Qt.MouseButton = Qt.MouseButton.LeftButton,
    ) -> None:
        self.press(start, keys=keys, button=button)
        before = start
        for stop in stops:
            for part in (0.5, 1.0):
                way = (stop[0] - before[0], stop[1] - before[1])
                step = (before[0] + way[0] * part, before[1] + way[1] * part)
                self.move(step, keys=keys, button=button)
            before = stop
        self.release(before, keys=keys, button=button)

    def click(
        self,
        place: tuple[float, float],
        *,
        keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    ) -> None:
        self.press(place, keys=keys)
        self.release(place, keys=keys)

    def double_click(self, place: tuple[float, float]) -> None:
        left = Qt.MouseButton.LeftButton
        self.click(place)
        self.send(QEvent.Type.MouseButtonDblClick, place, left, left)
        self.release(place)


@pytest.fixture
def view(qtbot: QtBot) -> Iterator[CanvasView]:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    theme.use(application, "dark")
    made = CanvasView()
    qtbot.addWidget(made)
    made.resize(1100, 800)
    made.set_contents(NODES, LINKS, (FRAME,))
    made.set_palette_entries(ENTRIES)
    made.show()
    qtbot.waitExposed(made)
    made.centre_on((400, 250))
    made.setFocus()
    yield made
    theme.use(application, "dark")


@pytest.fixture
def hand(view: CanvasView) -> Hand:
    return Hand(view)


def same(one: QPixmap, other: QPixmap) -> bool:
    """Whether two pictures are equal to the last pixel."""
    return one.toImage() == other.toImage()
