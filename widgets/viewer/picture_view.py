"""The picture: zoomed and panned, with what lies over it, compared, masked, and drawn on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

from PySide6.QtCore import QEvent, QMimeData, QPointF, QRectF, QSizeF, Qt, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets import theme
from widgets.viewer.camera import Camera, next_step
from widgets.viewer.gestures import (
    Brush,
    Gesture,
    MoveGuide,
    MovePlaced,
    MoveWipe,
    Outline,
    Pan,
    Rectangle,
)
from widgets.viewer.mask import Drawn, Mask, mask_image
from widgets.viewer.painting import paint_brush, paint_pictures, paint_scene, tinted
from widgets.viewer.scene import NEAR, Scene
from widgets.viewer.values import Compare, Guide, Overlays, Placement, Skin

Tool = Literal["look", "brush", "rectangle", "outline"]
SURROUND = QColor("#151618")
"""Dark and without a tint in every theme: a light one would change how pictures look."""

PREVIEW = 480  # pixels a side of the mask that is shown while drawing


class PictureView(QWidget):
    """Shows a picture and tells what the user does on it.

    Mouse: the wheel zooms at the pointer, the middle button (or Alt) moves, lines and placed
    pictures are dragged. Keys: F fits, 1 shows each pixel as one, + and - zoom, arrows with Alt
    move, Escape takes a gesture back.
    """

    camera_changed = Signal()
    pixels_changed = Signal(int, int)
    """How many pixels of the screen the whole picture takes."""
    compare_changed = Signal(object)  # Compare
    guides_changed = Signal(object)  # tuple of Guide
    mask_changed = Signal(object)  # Mask
    placement_changed = Signal(object)  # Placement
    placement_accepted = Signal()
    dropped = Signal(object)
    """Paths that were dropped on the picture."""
    probed = Signal(object)
    """(x, y, QColor) of the pixel under the pointer; None outside of the picture."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scene = Scene()
        self._mask: Mask | None = None
        self._tool: Tool = "look"
        self._radius = 24.0
        self._erases = False
        self._gesture: Gesture | None = None
        self._pixels = (0, 0)
        self._pointer: QPointF | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(120, 68)
        self.setAccessibleName(self.tr("Picture"))
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    # What is shown

    @property
    def image(self) -> QImage:
        """The picture that is shown, which may be smaller than its source."""
        return self._scene.image

    @property
    def camera(self) -> Camera:
        """Where the picture lies."""
        return self._scene.camera

    @property
    def overlays(self) -> Overlays:
        """What is drawn over the picture."""
        return self._scene.overlays

    @property
    def compare(self) -> Compare:
        """How the second picture is shown."""
        return self._scene.compare

    @property
    def placement(self) -> Placement | None:
        """The picture that is being placed on the frame."""
        return self._scene.placement

    @property
    def drawn_mask(self) -> Mask | None:
        """The mask that is drawn on; None when there is none."""
        return self._mask

    def set_picture(self, image: QImage, other: QImage | None = None) -> None:
        """Show a finished picture, and what it is compared with."""
        self._show(image=image, other=other)
        if self._pointer is not None:
            self.probed.emit(self._scene.color_at(self._pointer))

    def set_picture_size(self, width: int, height: int) -> None:
        """The size of the source in pixels, which zoom and tools count in."""
        size = QSizeF(width, height)
        if size != self._scene.size:
            self._show(size=size)
            self._look(replace(self.camera, picture=size))

    def set_overlays(self, overlays: Overlays) -> None:
        """Draw these over the picture."""
        self._show(overlays=overlays)

    def set_compare(self, compare: Compare) -> None:
        """Show the second picture like this."""
        self._show(compare=compare)

    def set_skins(self, skins: tuple[Skin, ...]) -> None:
        """Let these pictures shine through."""
        self._show(skins=skins)

    def set_text(self, lines: tuple[str, ...]) -> None:
        """The lines in the corner, such as timecode and frame."""
        if lines != self._scene.text:
            self._show(text=lines)

    def set_placement(self, placement: Placement | None) -> None:
        """Lay a picture on the frame, to be moved and made larger or smaller."""
        self._show(placement=placement)

    def set_mask(self, mask: Mask | None) -> None:
        """Show this mask over the picture, and let the tools draw on it."""
        self._mask = mask
        self._show(tint=None if mask is None else tinted(mask_image(mask, longest=PREVIEW)))
        if mask is None:
            self.set_tool("look")

    def set_tool(self, tool: Tool, *, radius: float | None = None, erases: bool = False) -> None:
        """What a drag on the picture does. `radius` of the brush is in pixels of the picture."""
        self.cancel_gesture()
        self._tool = tool
        self._erases = erases
        self._radius = self._radius if radius is None else radius
        self._show_cursor(None)
        self.update()

    def fit(self) -> None:
        """Show the whole picture as large as it fits."""
        self._look(replace(self.camera, zoom=None, centre=None))

    def set_zoom(self, percent: float) -> None:
        """Show each pixel of the picture as so many percent of one of the screen."""
        middle = QPointF(self.width() / 2, self.height() / 2)
        ratio = self.devicePixelRatioF()
        self._look(self.camera.zoomed(percent / 100 / ratio, middle))

    def zoom_by_step(self, direction: int) -> None:
        """The next of the usual zooms above (1) or below (-1)."""
        ratio = self.devicePixelRatioF()
        self.set_zoom(next_step(self.camera.scale * ratio, direction) * 100)

    @property
    def percent(self) -> float:
        """Pixels of the screen a pixel of the picture, in percent."""
        return self.camera.scale * self.devicePixelRatioF() * 100

    @property
    def is_fitted(self) -> bool:
        """Whether the picture is fitted into the view."""
        return self.camera.zoom is None

    def cancel_gesture(self) -> None:
        """Take the drag at hand back."""
        if self._gesture is not None:
            self._gesture.cancel()
            self._gesture = None
            self.update()

    def close_outline(self) -> None:
        """Fill the outline that is being drawn."""
        if isinstance(self._gesture, Outline):
            self._gesture.close()
            self._gesture = None
            self.update()

    def snapshot(self) -> QImage:
        """The picture as it is shown, with what is compared and what shines through, unzoomed."""
        size = self.image.size()
        if size.isEmpty():
            return QImage()
        made = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        paint_pictures(painter, self._scene, QRectF(QPointF(), QSizeF(size)))
        painter.end()
        return made

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        colours = theme.current()
        painter = QPainter(self)
        painter.fillRect(event.rect(), SURROUND)
        preview = getattr(self._gesture, "preview", None)
        paint_scene(painter, self._scene, QRectF(self.rect()), preview)
        if self._tool == "brush" and self._pointer is not None:
            paint_brush(painter, self._pointer, self._radius * self.camera.scale)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colours.accent), 1))
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))

    # Pointer

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        view = event.position()
        picture = self.camera.to_picture(view)
        if isinstance(self._gesture, Outline) and event.button() == Qt.MouseButton.LeftButton:
            if self._gesture.press(picture):
                self._gesture = None
            self.update()
            return
        if isinstance(self._gesture, Outline) and event.button() == Qt.MouseButton.RightButton:
            self.close_outline()
            return
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if event.button() == Qt.MouseButton.MiddleButton or (
            event.button() == Qt.MouseButton.LeftButton and alt
        ):
            self._gesture = Pan(view, lambda by: self._look(self.camera.moved(by)))
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif event.button() == Qt.MouseButton.LeftButton:
            self._gesture = self._begun(view, picture, event.modifiers())
            self.update()
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        view = event.position()
        self._pointer = view
        if self._gesture is not None:
            self._gesture.move(view, self.camera.to_picture(view))
            self.update()
        else:
            self._show_cursor(view)
            if self._tool == "brush":
                self.update()
        self.probed.emit(self._scene.color_at(view))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._gesture is None:
            super().mouseReleaseEvent(event)
            return
        view = event.position()
        gesture = self._gesture
        if gesture.release(view, self.camera.to_picture(view)) and self._gesture is gesture:
            self._gesture = None
        self._show_cursor(view)
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if isinstance(self._gesture, Outline):
            self.close_outline()
        elif self._tool == "look" and event.button() == Qt.MouseButton.LeftButton:
            self.fit() if not self.is_fitted else self.set_zoom(100)
        else:
            self.mousePressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        self._pointer = None
        self.probed.emit(None)
        self.update()
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        by = event.pixelDelta()
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if not by.isNull() and not control and event.phase() != Qt.ScrollPhase.NoScrollPhase:
            self._look(self.camera.moved(QPointF(by)))  # two fingers on a touchpad
        else:
            factor = 2 ** (event.angleDelta().y() / 240)
            self._look(self.camera.zoomed(self.camera.scale * factor, event.position()))
        event.accept()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and self._is_mask_key(event):
            event.accept()  # while a mask is drawn, undo is that of the mask
            return True
        if (
            isinstance(event, QNativeGestureEvent)
            and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture
        ):
            scale = self.camera.scale * (1 + event.value())
            self._look(self.camera.zoomed(scale, event.position()))
            return True
        return super().event(event)

    def _begun(
        self, view: QPointF, picture: QPointF, modifiers: Qt.KeyboardModifier
    ) -> Gesture | None:
        """The gesture that a press of the left button begins."""
        rect = self.camera.rect
        if self.placement is not None and (found := self._scene.placement_at(view)) is not None:
            corner = None if found < 0 else found
            return MovePlaced(self.placement.rect, view, rect, self._place, corner=corner)
        if self._mask is not None and self._tool != "look":
            erases = self._erases or bool(modifiers & Qt.KeyboardModifier.ControlModifier)
            if self._tool == "brush":
                return Brush(picture, self._radius, self._add, erases=erases)
            if self._tool == "rectangle":
                return Rectangle(picture, self._add, erases=erases)
            return Outline(picture, self._add, erases=erases, near=NEAR / self.camera.scale)
        if (part := self._scene.wipe_at(view)) is not None:
            turns = part == "turn"
            return MoveWipe(self.compare, rect, view, self._tell_compare, turns=turns)
        if (index := self._scene.guide_at(view)) is not None:
            return MoveGuide(self.overlays.guides[index], rect, _Guides(self, index).put)
        if not self.is_fitted:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            return Pan(view, lambda by: self._look(self.camera.moved(by)))
        return None

    def _show_cursor(self, view: QPointF | None) -> None:
        shape = Qt.CursorShape.ArrowCursor
        if self._tool != "look":
            shape = Qt.CursorShape.CrossCursor
        elif view is not None and self._scene.wipe_at(view) is not None:
            shape = Qt.CursorShape.SizeAllCursor
        elif view is not None and (index := self._scene.guide_at(view)) is not None:
            upright = self.overlays.guides[index].vertical
            shape = Qt.CursorShape.SplitHCursor if upright else Qt.CursorShape.SplitVCursor
        elif not self.is_fitted:
            shape = Qt.CursorShape.OpenHandCursor
        self.setCursor(shape)

    # What was done

    def _show(self, **changes: Any) -> None:
        self._scene = replace(self._scene, **changes)
        self.update()

    def _look(self, camera: Camera) -> None:
        self._show(camera=camera)
        rect, ratio = camera.rect, self.devicePixelRatioF()
        pixels = (round(rect.width() * ratio), round(rect.height() * ratio))
        if pixels != self._pixels and not self._scene.size.isEmpty():
            self._pixels = pixels
            self.pixels_changed.emit(*pixels)
        self.camera_changed.emit()

    def _add(self, item: Drawn) -> None:
        if self._mask is not None:
            self.set_mask(self._mask.with_drawn(item))
            self.mask_changed.emit(self._mask)

    def _tell_compare(self, compare: Compare) -> None:
        self.set_compare(compare)
        self.compare_changed.emit(compare)

    def _place(self, rect: QRectF) -> None:
        if self.placement is not None:
            self.set_placement(replace(self.placement, rect=rect))
            self.placement_changed.emit(self.placement)

    # Keys, drops, sizes

    def _is_mask_key(self, event: QEvent) -> bool:
        if self._mask is None or not isinstance(event, QKeyEvent):
            return False
        keys = QKeySequence.StandardKey
        return event.matches(keys.Undo) or event.matches(keys.Redo)

    def _take_back(self, mask: Mask) -> None:
        self.set_mask(mask)
        self.mask_changed.emit(mask)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        key = event.key()
        if self._mask is not None and self._is_mask_key(event):
            redo = event.matches(QKeySequence.StandardKey.Redo)
            self._take_back(self._mask.redone() if redo else self._mask.undone())
            return
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        arrows = {
            Qt.Key.Key_Left: QPointF(40, 0),
            Qt.Key.Key_Right: QPointF(-40, 0),
            Qt.Key.Key_Up: QPointF(0, 40),
            Qt.Key.Key_Down: QPointF(0, -40),
        }
        if key == Qt.Key.Key_Escape and (self._gesture or self.placement):
            self.cancel_gesture()
            self.set_placement(None)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(self._gesture, Outline):
            self.close_outline()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.placement is not None:
            self.placement_accepted.emit()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_by_step(1)
        elif key == Qt.Key.Key_Minus:
            self.zoom_by_step(-1)
        elif alt and key in arrows:
            self._look(self.camera.moved(arrows[Qt.Key(key)]))
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        self.update()
        super().focusOutEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        if _paths(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        paths = _paths(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.dropped.emit(paths)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self._look(replace(self.camera, view=QSizeF(event.size())))
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self.update()
        super().changeEvent(event)


class _Guides:
    """Puts one of the guides of a view in its place."""

    def __init__(self, view: PictureView, index: int) -> None:
        self._view = view
        self._index = index

    def put(self, guide: Guide | None) -> None:
        guides = list(self._view.overlays.guides)
        guides[self._index : self._index + 1] = [] if guide is None else [guide]
        self._view.set_overlays(replace(self._view.overlays, guides=tuple(guides)))
        self._view.guides_changed.emit(tuple(guides))


def _paths(mime: QMimeData) -> list[str]:
    urls: list[QUrl] = mime.urls() if mime.hasUrls() else []
    return [url.toLocalFile() for url in urls if url.isLocalFile()]
