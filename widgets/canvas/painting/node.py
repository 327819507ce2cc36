"""A node at full detail: title, sockets, values, thumbnail, state and badge."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPainterPath, QPen, QPolygonF

from widgets.canvas.contents import NodeItem
from widgets.canvas.painting.kit import Kit, faded
from widgets.canvas.shape import REROUTE, RIM, SOCKET, Shape
from widgets.canvas.views import SocketView

MARGIN = 12.0  # around the node: sockets, badge and the leaves of a group reach over its edge
CORNER = 6.0
STATE_OPACITY = {"muted": 0.5, "bypassed": 0.6, "disabled": 0.4}
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def paint_node(painter: QPainter, item: NodeItem, kit: Kit, *, row: float, small: float) -> None:
    """Draw the node with its upper left corner at 0, 0, in units of the canvas."""
    view, shape = item.view, item.shape
    if view.kind == "reroute":
        paint_reroute(painter, item, kit)
        return
    body = QRectF(0, 0, shape.width, shape.height)
    painter.setOpacity(STATE_OPACITY.get(view.state, 1.0))
    if view.kind == "group":
        _paint_leaves(painter, body, kit)
    paint_card(painter, item, kit)
    _paint_title(painter, item, kit, row)
    painter.setFont(kit.label_font)
    _paint_labels(painter, item, kit, row)
    if view.summary:
        _paint_summary(painter, item, kit, small)
    if shape.preview is not None:
        paint_thumbnail(painter, shape.preview, item.thumbnail, kit)
    if view.state == "bypassed":
        _paint_bypass(painter, item, kit)
    if view.state == "disabled":
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(faded(kit.dim, 0.55), Qt.BrushStyle.BDiagPattern))
        painter.drawRoundedRect(body, CORNER, CORNER)
    for sockets, places, x in (
        (view.inputs, shape.inputs, 0.0),
        (view.outputs, shape.outputs, shape.width),
    ):
        for socket, y in zip(sockets, places, strict=True):
            paint_socket(painter, socket, QPointF(x, y), kit, hollow=socket.optional and x == 0)
    painter.setOpacity(1.0)
    if view.problems or item.run == "failed":
        paint_badge(painter, QPointF(shape.width - 3, 3), len(view.problems), kit)


def paint_card(painter: QPainter, item: NodeItem, kit: Kit) -> None:
    """The body of a node with its coloured head and its border."""
    view, shape = item.view, item.shape
    body = QRectF(0, 0, shape.width, shape.height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(kit.body)
    painter.drawRoundedRect(body, CORNER, CORNER)
    painter.setBrush(kit.header(view.color))
    painter.drawPath(_head(shape))
    painter.setBrush(kit.wire(view.color))
    painter.drawPath(_spine(shape))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(_edge(item, kit))
    painter.drawRoundedRect(body, CORNER, CORNER)


def paint_socket(
    painter: QPainter, socket: SocketView, at: QPointF, kit: Kit, *, hollow: bool
) -> None:
    """A dot in the colour of the type; a ring when it may stay empty, a bar when it takes many."""
    color = kit.wire(socket.color)
    painter.setPen(QPen(color, 1.6) if hollow else QPen(kit.ground, 1.2))
    painter.setBrush(kit.body if hollow else color)
    if socket.many:
        size = QRectF(at.x() - SOCKET + 0.5, at.y() - SOCKET - 3, 2 * SOCKET - 1, 2 * SOCKET + 6)
        painter.drawRoundedRect(size, SOCKET - 0.5, SOCKET - 0.5)
    else:
        painter.drawEllipse(at, SOCKET, SOCKET)


def paint_reroute(painter: QPainter, item: NodeItem, kit: Kit) -> None:
    """The point that a link goes through."""
    sockets = item.view.outputs or item.view.inputs
    color = kit.wire(sockets[0].color if sockets else item.view.color)
    painter.setOpacity(STATE_OPACITY.get(item.view.state, 1.0))
    painter.setPen(QPen(kit.ground, 1.5))
    painter.setBrush(color)
    middle = QPointF(REROUTE / 2, REROUTE / 2)
    painter.drawEllipse(middle, RIM, RIM)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(kit.body)
    painter.drawEllipse(middle, 2.5, 2.5)
    painter.setOpacity(1.0)
    if item.view.problems:
        paint_badge(painter, QPointF(REROUTE, 2), len(item.view.problems), kit)


def paint_thumbnail(painter: QPainter, box: QRectF, picture: QImage | None, kit: Kit) -> None:
    """The picture in its box, whole, with a dark ground around it; an empty box without one."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(kit.well)
    painter.drawRoundedRect(box, 3, 3)
    if picture is None or picture.isNull():
        _paint_empty(painter, box, kit)
        return
    part = min(box.width() / picture.width(), box.height() / picture.height())
    width, height = picture.width() * part, picture.height() * part
    middle = box.center()
    place = QRectF(middle.x() - width / 2, middle.y() - height / 2, width, height)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(place, _reduced(painter, picture, place))


def paint_badge(painter: QPainter, at: QPointF, count: int, kit: Kit) -> None:
    """The sign that something is wrong with the node, with the number of problems above one."""
    painter.setPen(QPen(kit.ground, 1.5))
    painter.setBrush(kit.danger)
    painter.drawEllipse(at, 9.0, 9.0)
    painter.setPen(QPen(kit.ground if kit.theme.dark else QColor("#ffffff"), 1))
    font = painter.font()
    painter.setFont(kit.title_font)
    text = str(min(count, 9)) if count > 1 else "!"
    painter.drawText(QRectF(at.x() - 9, at.y() - 9, 18, 18), Qt.AlignmentFlag.AlignCenter, text)
    painter.setFont(font)


def _edge(item: NodeItem, kit: Kit) -> QPen:
    if item.view.state == "missing":
        pen = QPen(kit.danger, 1.4)
        pen.setStyle(Qt.PenStyle.DashLine)
        return pen
    if item.view.problems or item.run == "failed":
        return QPen(kit.danger, 1.2)
    return QPen(kit.border, 1.0)


def _head(shape: Shape) -> QPainterPath:
    path = QPainterPath()
    path.moveTo(0, shape.header)
    path.lineTo(0, CORNER)
    path.quadTo(0, 0, CORNER, 0)
    path.lineTo(shape.width - CORNER, 0)
    path.quadTo(shape.width, 0, shape.width, CORNER)
    path.lineTo(shape.width, shape.header)
    path.closeSubpath()
    return path


def _spine(shape: Shape) -> QPainterPath:
    """The thin line of the category's colour along the top edge."""
    path = QPainterPath()
    path.moveTo(0, CORNER)
    path.quadTo(0, 0, CORNER, 0)
    path.lineTo(shape.width - CORNER, 0)
    path.quadTo(shape.width, 0, shape.width, CORNER)
    path.quadTo(shape.width - 0.8, 3, shape.width - CORNER, 3)
    path.lineTo(CORNER, 3)
    path.quadTo(0.8, 3, 0, CORNER)
    return path


def _paint_title(painter: QPainter, item: NodeItem, kit: Kit, row: float) -> None:
    view, shape = item.view, item.shape
    sign = 20.0 if item.run or view.state or view.kind == "group" else 0.0
    width = shape.width - 24 - sign
    title = QRectF(12, 3, width, row)
    painter.setFont(kit.title_font)
    painter.setPen(kit.text)
    shown = kit.elided(view.title, width, "title")
    painter.drawText(title, LEFT, shown)
    if view.state == "muted":
        length = kit.fonts["title"].horizontalAdvance(shown)
        painter.setPen(QPen(kit.text, 1.2))
        painter.drawLine(QPointF(12, 4 + row / 2), QPointF(12 + length, 4 + row / 2))
    if view.subtitle:
        painter.setFont(kit.small_font)
        painter.setPen(kit.dim if kit.theme.dark else kit.text)
        low = QRectF(12, row - 1, shape.width - 24, shape.header - row)
        painter.drawText(low, LEFT, kit.elided(view.subtitle, low.width(), "small"))
    if sign:
        _paint_sign(painter, item, QPointF(shape.width - 19, 3 + row / 2), kit)


def _paint_sign(painter: QPainter, item: NodeItem, at: QPointF, kit: Kit) -> None:
    """A sign for the state or the run: told by its form, not only by its colour."""
    x, y = at.x(), at.y()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if item.view.state in {"muted", "disabled"}:
        painter.setPen(QPen(kit.dim, 1.6))
        painter.drawEllipse(at, 5.5, 5.5)
        painter.drawLine(QPointF(x - 3.8, y + 3.8), QPointF(x + 3.8, y - 3.8))
    elif item.view.state == "bypassed":
        painter.setPen(_round(kit.dim, 1.6))
        painter.drawArc(QRectF(x - 6, y - 4, 11, 11), 0, 180 * 16)
        painter.drawPolyline(_points((x + 1.5, y - 0.5), (x + 5, y + 2.5), (x + 7.6, y - 1.5)))
    elif item.run in {"done", "cached"}:
        painter.setPen(_round(kit.good, 1.8))
        painter.drawPolyline(_points((x - 4.5, y), (x - 1.2, y + 3.4), (x + 5, y - 3.6)))
        if item.run == "cached":
            painter.drawPolyline(_points((x - 4.5, y + 6), (x + 5, y + 6)))
    elif item.run == "running":
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(kit.accent)
        painter.drawPolygon(_points((x - 3.5, y - 4.5), (x + 5, y), (x - 3.5, y + 4.5)))
    elif item.run == "queued":
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(kit.dim)
        for step in (-5, 0, 5):
            painter.drawEllipse(QPointF(x + step, y), 1.6, 1.6)
    elif item.view.kind == "group":
        painter.setPen(_round(kit.dim, 1.6))
        painter.drawPolyline(_points((x - 1, y - 4), (x + 3, y), (x - 1, y + 4)))
        painter.drawPolyline(_points((x - 6, y - 4), (x - 2, y), (x - 6, y + 4)))


def _paint_labels(painter: QPainter, item: NodeItem, kit: Kit, row: float) -> None:
    view, shape = item.view, item.shape
    half = shape.width / 2 - 4 if view.inputs and view.outputs else shape.width - 12
    painter.setPen(kit.text)
    for socket, y in zip(view.inputs, shape.inputs, strict=True):
        box = QRectF(12, y - row / 2, half - 12, row)
        painter.drawText(box, LEFT, kit.elided(socket.label, half - 12, "label"))
    for socket, y in zip(view.outputs, shape.outputs, strict=True):
        box = QRectF(shape.width - half, y - row / 2, half - 12, row)
        painter.drawText(box, RIGHT, kit.elided(socket.label, half - 12, "label"))


def _paint_summary(painter: QPainter, item: NodeItem, kit: Kit, small: float) -> None:
    top, width = item.shape.summary, item.shape.width - 24
    painter.setFont(kit.small_font)
    for label, value in item.view.summary:
        name = kit.elided(label, width * 0.6 if value else width, "small")
        used = kit.fonts["small"].horizontalAdvance(name) + 10 if name else 0.0
        painter.setPen(kit.dim)
        painter.drawText(QRectF(12, top, width, small), LEFT, name)
        painter.setPen(kit.text)
        place = QRectF(12 + used, top, width - used, small)
        painter.drawText(place, RIGHT if label else LEFT, kit.elided(value, width - used, "small"))
        top += small


def _paint_leaves(painter: QPainter, body: QRectF, kit: Kit) -> None:
    """Edges of further cards below: there are nodes inside."""
    painter.setPen(QPen(kit.border, 1.0))
    for inset, low in ((10.0, 7.0), (5.0, 3.5)):
        painter.setBrush(kit.well)
        painter.drawRoundedRect(body.adjusted(inset, 12, -inset, low), CORNER, CORNER)


def _paint_bypass(painter: QPainter, item: NodeItem, kit: Kit) -> None:
    """A dashed way from each output back to the input that it passes on."""
    view, shape = item.view, item.shape
    for output, low in zip(view.outputs, shape.outputs, strict=True):
        for taken, high in zip(view.inputs, shape.inputs, strict=True):
            if taken.type == output.type:
                width = kit.fonts["label"].horizontalAdvance
                left = 20 + width(kit.elided(taken.label, shape.width / 2 - 16, "label"))
                right = (
                    shape.width
                    - 20
                    - width(kit.elided(output.label, shape.width / 2 - 16, "label"))
                )
                pen = QPen(kit.wire(output.color), 2.0)
                pen.setStyle(Qt.PenStyle.DashLine)
                painter.setPen(pen)
                painter.setBrush(Qt.BrushStyle.NoBrush)
                path = QPainterPath(QPointF(left, high))
                middle = (left + right) / 2
                path.cubicTo(middle, high, middle, low, right, low)
                painter.drawPath(path)
                break


def _paint_empty(painter: QPainter, box: QRectF, kit: Kit) -> None:
    """The sign of a picture that is yet to be made."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(_round(faded(kit.dim, 0.45), 1.4))
    middle = box.center()
    x, y = middle.x(), middle.y()
    painter.drawRoundedRect(QRectF(x - 14, y - 10, 28, 20), 3, 3)
    painter.drawPolyline(
        _points((x - 9, y + 6), (x - 3, y - 1), (x + 1.5, y + 3.5), (x + 5, y), (x + 10, y + 5))
    )


def _reduced(painter: QPainter, picture: QImage, place: QRectF) -> QImage:
    """The picture near the size at which it is drawn, so that a small one does not flicker."""
    width = round(place.width() * painter.transform().m11())
    if width * 2 > picture.width() or width < 1:
        return picture
    return picture.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation)


def _round(color: QColor, width: float) -> QPen:
    pen = QPen(color, width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen


def _points(*places: tuple[float, float]) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in places])
