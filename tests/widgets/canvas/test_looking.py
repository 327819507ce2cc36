"""The view is moved and zoomed by mouse, touchpad, fingers, pen, map and keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QInputDevice,
    QNativeGestureEvent,
    QPointingDevice,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.widgets.canvas.conftest import Hand
from widgets.canvas import CanvasView, ViewState

NONE = Qt.KeyboardModifier.NoModifier
PAD = QPointingDevice(
    "pad", 7, QInputDevice.DeviceType.TouchPad, QPointingDevice.PointerType.Finger,
    QInputDevice.Capability.Position | QInputDevice.Capability.PixelScroll, 2, 2,
)  # fmt: skip
PEN = QPointingDevice(
    "pen", 8, QInputDevice.DeviceType.Stylus, QPointingDevice.PointerType.Pen,
    QInputDevice.Capability.Position | QInputDevice.Capability.Hover, 1, 2,
)  # fmt: skip


def scroll(
    view: CanvasView,
    at: QPointF,
    *,
    angle: QPoint | None = None,
    pixels: QPoint | None = None,
    keys: Qt.KeyboardModifier = NONE,
    pad: bool = False,
) -> None:
    none, phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.ScrollUpdate
    screen = QPointF(view.mapToGlobal(at.toPoint()))
    device = PAD if pad else QPointingDevice.primaryPointingDevice()
    source = Qt.MouseEventSource.MouseEventNotSynthesized
    event = QWheelEvent(
        at, screen, pixels or QPoint(), angle or QPoint(), none, keys,
        phase if pad else Qt.ScrollPhase.NoScrollPhase, False, source, device,
    )  # fmt: skip
    QApplication.sendEvent(view, event)


def test_a_wheel_zooms_around_the_pointer(view: CanvasView) -> None:
    at = QPointF(300, 200)
    before = view.camera.to_scene(at)
    scroll(view, at, angle=QPoint(0, 120))
    assert view.zoom == pytest.approx(1.2)
    after = view.camera.to_scene(at)
    assert after == pytest.approx(before, abs=1.0)


def test_shift_and_a_wheel_move_sideways(view: CanvasView) -> None:
    x, y = view.camera.x, view.camera.y
    scroll(view, QPointF(300, 200), angle=QPoint(0, 120), keys=Qt.KeyboardModifier.ShiftModifier)
    assert (view.camera.x - x, view.camera.y) == (60, y)


def test_two_fingers_on_a_touchpad_move_and_with_control_zoom(view: CanvasView) -> None:
    x, y = view.camera.x, view.camera.y
    scroll(view, QPointF(300, 200), pixels=QPoint(-12, 30), angle=QPoint(-24, 60), pad=True)
    assert (view.camera.x - x, view.camera.y - y, view.zoom) == (-12, 30, 1.0)
    control = Qt.KeyboardModifier.ControlModifier
    scroll(view, QPointF(300, 200), pixels=QPoint(0, 60), angle=QPoint(0, 120), keys=control,
           pad=True)  # fmt: skip
    assert view.zoom > 1.1


def test_a_pinch_zooms(view: CanvasView) -> None:
    at = QPointF(300, 200)
    event = QNativeGestureEvent(
        Qt.NativeGestureType.ZoomNativeGesture, PAD, 2, at, at, at, 0.25, QPointF()
    )
    QApplication.sendEvent(view, event)
    assert view.zoom == pytest.approx(1.25)


def test_the_middle_button_and_space_drag_the_view(
    view: CanvasView, hand: Hand, qtbot: QtBot
) -> None:
    x, y = view.camera.x, view.camera.y
    at = hand.middle("shot")
    hand.press(at, button=Qt.MouseButton.MiddleButton)
    screen = view.camera.to_view(*at) + QPointF(50, 30)
    hand.move(view.camera.to_scene(screen), button=Qt.MouseButton.MiddleButton)
    hand.release(view.camera.to_scene(screen), button=Qt.MouseButton.MiddleButton)
    assert (view.camera.x - x, view.camera.y - y) == (50, 30)
    qtbot.keyPress(view, Qt.Key.Key_Space)
    hand.press(hand.middle("shot"))
    screen = view.camera.to_view(*at) - QPointF(50, 30)
    hand.move(view.camera.to_scene(screen))
    hand.release(view.camera.to_scene(screen))
    qtbot.keyRelease(view, Qt.Key.Key_Space)
    assert (view.camera.x, view.camera.y) == (x, y)
    assert view.selected() == ()


def test_a_pen_hovers_and_drags(view: CanvasView, hand: Hand, qtbot: QtBot) -> None:
    def pen(kind: QEvent.Type, place: tuple[float, float], *, down: bool) -> None:
        at = hand.pixel(place)
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        changed = left if kind != QEvent.Type.TabletMove else none
        event = QTabletEvent(
            kind, PEN, at, QPointF(view.mapToGlobal(at.toPoint())), 0.5 if down else 0.0, 0, 0,
            0.0, 0.0, 0.0, NONE, changed, left if down else none,
        )  # fmt: skip
        QApplication.sendEvent(view, event)

    with qtbot.waitSignal(view.hovered) as hovered:
        pen(QEvent.Type.TabletMove, hand.middle("shot"), down=False)
    assert hovered.args[0].node == "shot"
    x, y = hand.middle("shot")
    pen(QEvent.Type.TabletPress, (x, y), down=True)
    with qtbot.waitSignal(view.nodes_moved) as told:
        pen(QEvent.Type.TabletMove, (x, y + 100), down=True)
        pen(QEvent.Type.TabletRelease, (x, y + 100), down=False)
    assert "shot" in told.args[0]


def test_everything_fits_after_zoom_to_fit(view: CanvasView, qtbot: QtBot) -> None:
    view.set_zoom(3.0)
    view.set_selected([])
    qtbot.keyClick(view, Qt.Key.Key_F)
    assert view.seen().contains(view.contents.bounding())


def test_the_selection_fits_first(view: CanvasView, qtbot: QtBot) -> None:
    view.set_selected(["shot"])
    qtbot.keyClick(view, Qt.Key.Key_F)
    middle = view.seen().center()
    assert view.node_rect("shot").contains(middle)


def test_zoom_has_ends(view: CanvasView) -> None:
    view.zoom_by(1e9)
    assert view.zoom == 4.0
    view.zoom_by(1e-9)
    assert view.zoom == pytest.approx(0.02)


def test_a_bookmark_brings_the_view_back(view: CanvasView) -> None:
    view.set_zoom(0.7)
    view.centre_on((120, 80))
    state = view.view_state()
    view.set_zoom(2.0)
    view.centre_on((900, 700))
    view.restore_view_state(state)
    after = view.view_state()
    assert (after.x, after.y, after.zoom) == pytest.approx((state.x, state.y, state.zoom), abs=2)
    assert isinstance(state, ViewState)


def test_a_click_on_the_map_goes_there(view: CanvasView, qtbot: QtBot) -> None:
    view.minimap.grab()
    view.set_zoom(2.0)
    view.centre_on((0, 0))
    qtbot.mouseClick(view.minimap, Qt.MouseButton.LeftButton, pos=view.minimap.rect().center())
    middle = view.contents.bounding().center()
    assert view.view_state().x == pytest.approx(middle.x(), abs=10)


def test_the_map_hides_in_a_small_view(view: CanvasView) -> None:
    view.resize(300, 200)
    assert not view.minimap.isVisible()


def test_what_is_in_the_middle_stays_there_when_the_view_is_resized(view: CanvasView) -> None:
    before = view.view_state()
    view.resize(900, 600)
    after = view.view_state()
    assert (after.x, after.y) == pytest.approx((before.x, before.y), abs=2)


def test_turning_two_fingers_means_nothing(view: CanvasView) -> None:
    event = QNativeGestureEvent(
        Qt.NativeGestureType.RotateNativeGesture, PAD, 2, QPointF(), QPointF(), QPointF(), 1.0,
        QPointF(),
    )  # fmt: skip
    zoom = view.zoom
    QApplication.sendEvent(view, event)
    assert view.zoom == zoom
