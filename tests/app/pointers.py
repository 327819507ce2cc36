"""A mouse and a keyboard: those of the X server where there is one, else Qt's imitation."""

from __future__ import annotations

import ctypes
from typing import Protocol

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

LEFT = 1


class Pointer(Protocol):
    """What a hand does."""

    def click(self, widget: QWidget, at: QPoint) -> None: ...

    def drag(self, widget: QWidget, start: QPoint, end: QPoint) -> None: ...

    def keys(self, widget: QWidget, text: str) -> None: ...


class QtPointer:
    """Events that Qt sends to itself."""

    def click(self, widget: QWidget, at: QPoint) -> None:
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=at)

    def drag(self, widget: QWidget, start: QPoint, end: QPoint) -> None:
        QTest.mousePress(widget, Qt.MouseButton.LeftButton, pos=start)
        for share in (0.3, 0.7, 1.0):
            QTest.mouseMove(widget, start + (end - start) * share)
        QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, pos=end)

    def keys(self, widget: QWidget, text: str) -> None:
        combination = QKeySequence(text)[0]
        QTest.keyClick(widget, combination.key(), combination.keyboardModifiers())


class XPointer:
    """The mouse and keyboard of the X server, by its XTEST extension: events from outside."""

    def __init__(self, bot: QtBot) -> None:
        self._bot = bot
        self._x11 = ctypes.CDLL("libX11.so.6")
        self._test = ctypes.CDLL("libXtst.so.6")
        self._x11.XOpenDisplay.restype = ctypes.c_void_p
        self._display = ctypes.c_void_p(self._x11.XOpenDisplay(None))
        assert self._display, "no X display"

    def click(self, widget: QWidget, at: QPoint) -> None:
        self._move(widget.mapToGlobal(at))
        self._button(down=True)
        self._button(down=False)

    def drag(self, widget: QWidget, start: QPoint, end: QPoint) -> None:
        self._move(widget.mapToGlobal(start))
        self._button(down=True)
        for share in (0.3, 0.7, 1.0):
            self._move(widget.mapToGlobal(start + (end - start) * share))
        self._button(down=False)

    def keys(self, widget: QWidget, text: str) -> None:
        self._focus(widget.window())
        names = {"Ctrl": "Control_L", "Shift": "Shift_L", "Alt": "Alt_L"}
        codes = [self._code(names.get(part, part.lower())) for part in text.split("+")]
        for code in codes:
            self._test.XTestFakeKeyEvent(self._display, code, 1, 0)
        for code in reversed(codes):
            self._test.XTestFakeKeyEvent(self._display, code, 0, 0)
        self._arrive()

    def close(self) -> None:
        self._x11.XCloseDisplay(self._display)

    def _focus(self, window: QWidget) -> None:
        """What a window manager does on a click; this screen may have none."""
        if not window.isActiveWindow():
            parent = 2  # RevertToParent
            self._x11.XSetInputFocus(self._display, int(window.winId()), parent, 0)
            self._arrive()
            self._bot.waitUntil(window.isActiveWindow)

    def _move(self, place: QPoint) -> None:
        self._test.XTestFakeMotionEvent(self._display, -1, place.x(), place.y(), 0)
        self._arrive()

    def _button(self, *, down: bool) -> None:
        self._test.XTestFakeButtonEvent(self._display, LEFT, int(down), 0)
        self._arrive()

    def _code(self, name: str) -> int:
        symbol = self._x11.XStringToKeysym(name.encode())
        return int(self._x11.XKeysymToKeycode(self._display, ctypes.c_ulong(symbol)))

    def _arrive(self) -> None:
        """Have the server take the event and Qt answer it."""
        self._x11.XSync(self._display, 0)
        self._bot.wait(30)
        QApplication.processEvents()


def make_pointer(bot: QtBot) -> QtPointer | XPointer:
    """The hands that this screen has."""
    return XPointer(bot) if QGuiApplication.platformName() == "xcb" else QtPointer()
