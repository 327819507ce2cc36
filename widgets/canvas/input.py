"""Turns what the mouse, a touchpad, a pen and fingers do into gestures of the canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, Qt, QTimer
from PySide6.QtGui import (
    QInputDevice,
    QMouseEvent,
    QNativeGestureEvent,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QPinchGesture

from widgets.canvas.gestures.frame import MoveFrame, ResizeFrame, edge_cursor
from widgets.canvas.gestures.gesture import Gesture, Pointer
from widgets.canvas.gestures.link import CutLinks, DragLink
from widgets.canvas.gestures.move import MoveNodes
from widgets.canvas.gestures.pan import Pan
from widgets.canvas.gestures.select import SelectBox, SelectLasso
from widgets.canvas.picking import Hit, pick
from widgets.canvas.views import LinkView, SocketRef

if TYPE_CHECKING:
    from widgets.canvas.view import CanvasView

NOTCH = 1.2  # zoom of one notch of a wheel
EDGE = 24.0  # pixels from the edge where the view begins to follow a drag
TICK = 16  # milliseconds
Buttons = Qt.MouseButton
Keys = Qt.KeyboardModifier


class Input:
    """The pointer of one canvas: what it is over, what it pressed, the gesture under way."""

    def __init__(self, view: CanvasView) -> None:
        self._view = view
        self.gesture: Gesture | None = None
        self.hover = Hit()
        self.at = QPointF(-1, -1)
        self.space_held = False
        self._pressed: tuple[Pointer, Hit, Qt.MouseButton] | None = None
        self._edge_timer = QTimer(view, interval=TICK)
        self._edge_timer.timeout.connect(self._pan_at_edge)
        self._last: Pointer | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a gesture is under way."""
        return self.gesture is not None

    # -- mouse and pen

    def press(self, event: QMouseEvent | QTabletEvent) -> None:
        """A button went down, or the pen touched."""
        if self.gesture is not None:
            self.cancel()
            return
        pointer = self._pointer(event)
        hit = pick(self._view.contents, pointer.place, self._view.camera.zoom)
        button = event.button()
        self._pressed = (pointer, hit, button)
        if button == Buttons.MiddleButton or (button == Buttons.LeftButton and self.space_held):
            self._begin(Pan(self._view), pointer)
        elif button == Buttons.LeftButton:
            self._select_pressed(hit, pointer)

    def moved(self, event: QMouseEvent | QTabletEvent) -> None:
        """The pointer moved, with or without a button held."""
        pointer = self._pointer(event)
        self.at = pointer.view
        self._last = pointer
        if self.gesture is not None:
            self.gesture.move(pointer)
            self._watch_edges(pointer)
            return
        if self._pressed is None:
            self._hover(pointer)
            return
        start, hit, button = self._pressed
        way = pointer.view - start.view
        if way.manhattanLength() < QApplication.startDragDistance():
            return
        if button == Buttons.LeftButton:
            gesture = self._chosen(hit, start)
            self._begin(gesture, start)
            gesture.move(pointer)
            self._watch_edges(pointer)

    def release(self, event: QMouseEvent | QTabletEvent) -> None:
        """A button was released, or the pen lifted."""
        pointer = self._pointer(event)
        pressed, self._pressed = self._pressed, None
        if self.gesture is not None:
            gesture = self._finished()
            gesture.end(pointer)
            self._hover(pointer)
            return
        if pressed is None:
            return
        start, hit, button = pressed
        if button == Buttons.LeftButton:
            self._clicked(hit, start)

    def double_click(self, event: QMouseEvent) -> None:
        """Enter a group, name a node or a frame, add to the ground, put a node into a link."""
        if event.button() != Buttons.LeftButton or self.space_held:
            self.press(event)
            return
        view, pointer = self._view, self._pointer(event)
        self._pressed = None
        hit = pick(view.contents, pointer.place, view.camera.zoom)
        if hit.part in {"title", "node"}:
            kind = view.contents.nodes[hit.node].view.kind
            if kind == "group":
                view.enter_asked.emit(hit.node)
            elif hit.part == "title" and kind == "node":
                view.rename_node(hit.node)
            else:
                view.view_asked.emit(hit.node)
        elif hit.part == "frame":
            view.rename_frame(hit.frame)
        elif hit.link is not None:
            view.open_palette(pointer.place, link=hit.link)
        elif hit.part == "ground":
            view.open_palette(pointer.place)

    def tablet(self, event: QTabletEvent) -> bool:
        """A pen: it hovers, presses and drags as the mouse does."""
        kinds = {
            QEvent.Type.TabletPress: self.press,
            QEvent.Type.TabletMove: self.moved,
            QEvent.Type.TabletRelease: self.release,
        }
        act = kinds.get(event.type())
        if act is None:
            return False
        act(event)
        return True

    def cancel(self) -> bool:
        """Give up the gesture under way; False when there is none."""
        self._pressed = None
        if self.gesture is None:
            return False
        self._finished().cancel()
        return True

    def interrupt(self) -> None:
        """What is on the canvas changes from elsewhere: only moving the view goes on."""
        self.hover = Hit()
        if not isinstance(self.gesture, Pan):
            self.cancel()

    def hold_space(self, *, held: bool) -> None:
        """While space is held, a drag moves the view."""
        self.space_held = held
        if self.gesture is None:
            shape = Qt.CursorShape.OpenHandCursor if held else Qt.CursorShape.ArrowCursor
            self._view.setCursor(shape)

    def leave(self) -> None:
        """The pointer is no longer over the canvas."""
        self.at = QPointF(-1, -1)
        if self.gesture is None:
            self._set_hover(Hit())

    def drag_over(self, position: QPointF) -> None:
        """Something from elsewhere is held over the canvas: show the link it would go into."""
        hit = pick(self._view.contents, self._view.camera.to_scene(position), self._view.zoom)
        self._set_hover(hit if hit.link is not None else Hit())

    # -- wheel, touchpad, fingers

    def wheel(self, event: QWheelEvent) -> None:
        """A wheel zooms, Shift moves sideways; two fingers move, with Ctrl they zoom."""
        pixels, angle = event.pixelDelta(), event.angleDelta()
        pad = event.device().type() == QInputDevice.DeviceType.TouchPad or (
            not pixels.isNull() and event.phase() != Qt.ScrollPhase.NoScrollPhase
        )
        keys = event.modifiers()
        if pad and not keys & Keys.ControlModifier:
            step = QPointF(pixels) if not pixels.isNull() else QPointF(angle) / 2
            self._view.pan_by(step.x(), step.y())
        elif not pad and keys & Keys.ShiftModifier:
            step = QPointF(angle) / 2
            self._view.pan_by(step.x() or step.y(), 0.0)
        else:
            turn = angle.y() or angle.x() or pixels.y()
            self._view.zoom_by(NOTCH ** (turn / 120), event.position())
        self._follow(event.position())
        event.accept()

    def native(self, event: QNativeGestureEvent) -> bool:
        """Pinch and smart zoom of a touchpad."""
        if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self._view.zoom_by(max(0.2, 1.0 + event.value()), event.position())
            return True
        if event.gestureType() == Qt.NativeGestureType.SmartZoomNativeGesture:
            self._view.fit()
            return True
        return False

    def pinch(self, gesture: QPinchGesture) -> None:
        """Two fingers on a touch screen: zoom around them, and move with them."""
        middle = QPointF(self._view.mapFromGlobal(gesture.centerPoint().toPoint()))
        way = gesture.centerPoint() - gesture.lastCenterPoint()
        if gesture.state() != Qt.GestureState.GestureStarted:
            self._view.pan_by(way.x(), way.y())
        self._view.zoom_by(gesture.scaleFactor(), middle)

    # -- inside

    def _pointer(self, event: QMouseEvent | QTabletEvent) -> Pointer:
        return self._pointer_at(event.position(), event.modifiers())

    def _pointer_at(self, position: QPointF, keys: Qt.KeyboardModifier) -> Pointer:
        return Pointer(
            position,
            self._view.camera.to_scene(position),
            shift=bool(keys & Keys.ShiftModifier),
            control=bool(keys & Keys.ControlModifier),
            alt=bool(keys & Keys.AltModifier),
        )

    def _begin(self, gesture: Gesture, pointer: Pointer) -> None:
        self._set_hover(Hit())
        self.gesture = gesture
        self._view.setCursor(gesture.cursor)
        gesture.start(pointer)

    def _finished(self) -> Gesture:
        gesture, self.gesture = self.gesture, None
        assert gesture is not None
        self._edge_timer.stop()
        self._view.setCursor(
            Qt.CursorShape.OpenHandCursor if self.space_held else Qt.CursorShape.ArrowCursor
        )
        return gesture

    def _chosen(self, hit: Hit, pointer: Pointer) -> Gesture:
        """The gesture that a drag from here is."""
        view = self._view
        if hit.socket is not None:
            origin, taken = self._origin(hit.socket, keep=pointer.control)
            return DragLink(view, origin, taken)
        if hit.node:
            if hit.node not in view.selected():
                view.set_selected([*(view.selected() if pointer.control else ()), hit.node])
            return MoveNodes(view)
        if hit.part == "edge":
            return ResizeFrame(view, hit.frame, hit.edges)
        if hit.part == "frame":
            return MoveFrame(view, hit.frame)
        if pointer.control and pointer.shift:
            return CutLinks(view)
        return SelectLasso(view) if pointer.alt else SelectBox(view)

    def _origin(self, socket: SocketRef, *, keep: bool) -> tuple[SocketRef, LinkView | None]:
        """Where the link starts; one that feeds this input is taken off, unless `keep`."""
        if socket.output or keep:
            return socket, None
        contents = self._view.contents
        view = contents.nodes[socket.node].view
        many = any(s.many for s in view.inputs if s.name == socket.socket)
        feeding = [
            link.view
            for link in contents.links_of([socket.node])
            if (link.view.target, link.view.input) == (socket.node, socket.socket)
        ]
        if many or not feeding:
            return socket, None
        source, _ = contents.link_sockets(feeding[0])
        return (source, feeding[0]) if source is not None else (socket, None)

    def _select_pressed(self, hit: Hit, pointer: Pointer) -> None:
        view = self._view
        if not hit.node or hit.part == "socket":
            return
        chosen = view.selected()
        if pointer.shift and not pointer.alt:
            view.set_selected([*(n for n in chosen if n != hit.node), hit.node])
        elif hit.node not in chosen and not pointer.control:
            view.set_selected([hit.node])

    def _clicked(self, hit: Hit, pointer: Pointer) -> None:
        """A press without a drag."""
        view = self._view
        if hit.node and hit.part != "socket":
            chosen = view.selected()
            if pointer.control:
                kept = [name for name in chosen if name != hit.node]
                view.set_selected(kept if hit.node in chosen else [*chosen, hit.node])
            elif not pointer.shift:
                view.set_selected([hit.node])
        elif hit.link is not None:
            view.select_link(hit.link, add=pointer.shift or pointer.control)
        elif hit.part == "frame":
            view.select_frame(hit.frame, add=pointer.shift or pointer.control)
        elif hit.part in {"ground", "edge"} and not (pointer.shift or pointer.control):
            view.set_selected([])

    def _hover(self, pointer: Pointer) -> None:
        self._set_hover(pick(self._view.contents, pointer.place, self._view.camera.zoom))

    def _set_hover(self, hit: Hit) -> None:
        if hit == self.hover:
            return
        before, self.hover = self.hover, hit
        self._view.show_hover(before, hit)
        if self.space_held or self.gesture is not None:
            return
        if hit.part == "edge":
            self._view.setCursor(edge_cursor(hit.edges))
        elif hit.part == "socket":
            self._view.setCursor(Qt.CursorShape.CrossCursor)
        else:
            self._view.unsetCursor()

    def _follow(self, position: QPointF) -> None:
        """The canvas moved below a resting pointer."""
        pointer = self._pointer_at(position, QApplication.keyboardModifiers())
        self.at = position
        self._last = pointer
        if self.gesture is not None:
            self.gesture.move(pointer)

    def _watch_edges(self, pointer: Pointer) -> None:
        if self.gesture is None or not self.gesture.pans_at_edges:
            return
        if self._edge_way(pointer.view).isNull():
            self._edge_timer.stop()
        elif not self._edge_timer.isActive():
            self._edge_timer.start()

    def _pan_at_edge(self) -> None:
        if self.gesture is None or self._last is None:
            self._edge_timer.stop()
            return
        way = self._edge_way(self._last.view)
        self._view.pan_by(way.x(), way.y())
        last = self._last
        place = self._view.camera.to_scene(last.view)
        self._last = Pointer(last.view, place, last.shift, last.control, last.alt)
        self.gesture.move(self._last)

    def _edge_way(self, point: QPointF) -> QPointF:
        """How far to move the view now: the more, the farther the pointer is over the edge."""

        def step(value: float, size: float) -> float:
            low, high = EDGE - value, value - (size - EDGE)
            return min(20.0, max(0.0, low) * 0.5) - min(20.0, max(0.0, high) * 0.5)

        return QPointF(step(point.x(), self._view.width()), step(point.y(), self._view.height()))
