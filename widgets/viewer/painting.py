"""Paints a scene: pictures, comparison, mask, what lies over them, and handles."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from widgets import theme
from widgets.viewer import drawing
from widgets.viewer.gestures import paint_outline
from widgets.viewer.mask import Drawn, draw
from widgets.viewer.scene import Scene, corners

MASK = QColor(255, 70, 70)
MASK_SHARE = 0.45


def paint_scene(painter: QPainter, scene: Scene, view: QRectF, preview: Drawn | None) -> None:
    """Everything but the frame of the view. `preview` is what is being drawn on the mask."""
    rect = scene.camera.rect
    if not scene.is_empty:
        smooth = scene.camera.scale * scene.reduced < 2
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        if scene.image.hasAlphaChannel():
            drawing.ground(painter, rect.intersected(view), scene.overlays.ground)
        paint_pictures(painter, scene, _snapped(rect, painter.device().devicePixelRatioF()))
        if scene.tint is not None:
            painter.drawImage(rect, scene.tint)
        if preview is not None:
            _paint_preview(painter, scene, preview)
        _paint_over(painter, scene, view)
    _paint_text(painter, scene, view)


def paint_pictures(painter: QPainter, scene: Scene, rect: QRectF) -> None:
    """The picture with what shines through and what it is compared with."""
    painter.drawImage(rect, scene.image)
    for skin in scene.skins:
        painter.setOpacity(skin.opacity)
        painter.drawImage(rect, skin.image)
        painter.setOpacity(1.0)
    if scene.other is None or scene.compare.mode == "off":
        return
    if scene.compare.mode == "difference":
        painter.drawImage(rect, difference(scene.image, scene.other, scene.compare.gain))
        return
    painter.save()
    painter.setClipPath(drawing.wipe_side(scene.compare, rect))
    painter.drawImage(rect, scene.other)
    painter.restore()


def difference(first: QImage, second: QImage, gain: int) -> QImage:
    """How far two pictures are apart, times a gain that is a power of two."""
    made = first.convertToFormat(QImage.Format.Format_RGB32)
    painter = QPainter(made)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Difference)
    painter.drawImage(made.rect(), second.convertToFormat(QImage.Format.Format_RGB32))
    painter.end()
    while gain > 1:
        doubled = made.copy()
        painter = QPainter(doubled)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Plus)
        painter.drawImage(0, 0, made)
        painter.end()
        made, gain = doubled, gain // 2
    return made.convertToFormat(QImage.Format.Format_RGB32)


def tinted(mask: QImage) -> QImage:
    """A grey mask as a transparent red that lies over the picture."""
    made = QImage(mask.size(), QImage.Format.Format_ARGB32_Premultiplied)
    made.fill(MASK)
    alpha = mask.copy()
    alpha.reinterpretAsFormat(QImage.Format.Format_Alpha8)
    painter = QPainter(made)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationIn)
    painter.drawImage(0, 0, alpha)
    painter.fillRect(made.rect(), QColor.fromRgbF(0, 0, 0, MASK_SHARE))
    painter.end()
    return made


def paint_brush(painter: QPainter, at: QPointF, radius: float) -> None:
    """The ring of the brush."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, grown in ((QColor(0, 0, 0, 160), 1.0), (QColor(255, 255, 255, 220), 0.0)):
        painter.setPen(QPen(color, 1))
        painter.drawEllipse(at, radius + grown, radius + grown)
    painter.restore()


def _snapped(rect: QRectF, ratio: float) -> QRectF:
    """On whole pixels of the screen, so that a picture made to size is copied and not resampled."""
    x, y = round(rect.x() * ratio) / ratio, round(rect.y() * ratio) / ratio
    return QRectF(x, y, round(rect.width() * ratio) / ratio, round(rect.height() * ratio) / ratio)


def _paint_preview(painter: QPainter, scene: Scene, preview: Drawn) -> None:
    rect, scale = scene.camera.rect, scene.camera.scale
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    color = QColor("black") if preview.erases else QColor(MASK)
    color.setAlphaF(MASK_SHARE)
    painter.setClipRect(rect)
    painter.translate(rect.topLeft())
    painter.scale(scale, scale)
    draw(painter, preview, color)
    painter.restore()
    if preview.kind == "area":
        paint_outline(painter, preview, scene.camera.to_view)


def _paint_over(painter: QPainter, scene: Scene, view: QRectF) -> None:
    overlays, rect = scene.overlays, scene.camera.rect
    if overlays.pixel_grid:
        drawing.pixel_grid(painter, rect, scene.camera.scale, view)
    area = drawing.aspect_mask(painter, rect, overlays.aspect) if overlays.aspect else rect
    if overlays.safe_areas:
        drawing.safe_areas(painter, area)
    if overlays.thirds:
        drawing.thirds(painter, area)
    if overlays.centre:
        drawing.centre(painter, area)
    drawing.guides(painter, rect, overlays.guides, theme.current().accent)
    if scene.shows_wipe:
        _paint_wipe(painter, scene, view)
    if scene.placement is not None:
        _paint_placement(painter, scene)


def _paint_wipe(painter: QPainter, scene: Scene, view: QRectF) -> None:
    rect = scene.camera.rect
    painter.save()
    painter.setClipRect(rect)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, scene.compare.angle % 90 != 0)
    drawing.crisp(painter, [drawing.wipe_line(scene.compare, rect)])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for point, radius in zip(scene.wipe_handles(), (6.0, 4.5), strict=True):
        painter.setPen(QPen(QColor(0, 0, 0, 170), 1))
        painter.setBrush(QColor(theme.current().accent))
        painter.drawEllipse(point, radius, radius)
    painter.restore()
    inside = rect.intersected(view)
    left, right = inside.topLeft() + QPointF(8, 8), inside.topRight() + QPointF(-8, 8)
    drawing.label(painter, left, "A", painter.font())
    drawing.label(painter, right, "B", painter.font(), right=True)


def _paint_placement(painter: QPainter, scene: Scene) -> None:
    assert scene.placement is not None
    place = scene.placed_rect()
    painter.setOpacity(0.9)
    painter.drawImage(place, scene.placement.image)
    painter.setOpacity(1.0)
    drawing.frame(painter, place)
    painter.setPen(QPen(QColor(0, 0, 0, 170), 1))
    painter.setBrush(QColor(theme.current().accent))
    for corner in corners(place):
        painter.drawRect(QRectF(corner.x() - 4, corner.y() - 4, 8, 8))


def _paint_text(painter: QPainter, scene: Scene, view: QRectF) -> None:
    if not scene.overlays.text:
        return
    height = painter.fontMetrics().height() + 8
    top = view.bottom() - 4 - height * len(scene.text)
    for row, line in enumerate(scene.text):
        drawing.label(painter, QPointF(8, top + row * height), line, painter.font())
