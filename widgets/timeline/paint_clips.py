"""Paints the clips of a lane: plain blocks when they are tiny, filmstrips when they are not."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection
from dataclasses import dataclass, field
from math import floor

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QPainter, QPen, QPolygonF

from widgets.theme import Theme
from widgets.timeline.colors import ClipColors, clip_colors
from widgets.timeline.filmstrips import Filmstrips
from widgets.timeline.rows import Lane
from widgets.timeline.scale import Scale
from widgets.timeline.values import ClipView, TrackView

BAND = 16  # height of the name band
_VEIL = QColor(20, 20, 24, 120)  # over what is switched off
_NAMED, _DRAWN, _EDGED = 40, 28, 5  # pixels of width from which a clip gets more


@dataclass
class Brushes:
    """What painting needs of the theme and font, made once a frame."""

    theme: Theme
    font: QFont
    colors: ClipColors = field(init=False)
    metrics: QFontMetrics = field(init=False)
    grounds: dict[str, tuple[QBrush, QBrush]] = field(init=False)

    def __post_init__(self) -> None:
        self.colors = colors = clip_colors(self.theme)
        self.metrics = QFontMetrics(self.font)
        self.grounds = {
            "video": (QBrush(colors.video), QBrush(colors.video_band)),
            "audio": (QBrush(colors.audio), QBrush(colors.audio_band)),
            "off": (QBrush(colors.off), QBrush(colors.off_band)),
            "waiting": (QBrush(colors.waiting), QBrush(colors.waiting_band)),
            "missing": (QBrush(colors.missing), QBrush(colors.missing_band)),
        }


def paint_lane(
    painter: QPainter,
    lane: Lane,
    track: TrackView,
    top: int,
    scale: Scale,
    shown: QRect,
    brushes: Brushes,
    strips: Filmstrips,
    selected: Collection[str],
    elided: dict[tuple[str, int], str],
) -> None:
    """Paint the clips of a lane whose upper edge is at `top`, as far as they are in `shown`."""
    frames = scale.first + shown.left() / scale.pixels, scale.first + shown.right() / scale.pixels
    band = BAND if track.height >= 34 else 0
    found = _gather(lane, track, top, band, scale, frames, selected)
    painter.setPen(Qt.PenStyle.NoPen)
    for kind, boxes in found.blocks.items():
        painter.setBrush(brushes.grounds[kind][0])
        painter.drawRects(boxes)
    for kind, boxes in found.bands.items():
        painter.setBrush(brushes.grounds[kind][1])
        painter.drawRects(boxes)
    for clip, box in found.large:
        _paint_inside(painter, clip, box, band, scale, shown, brushes, strips)
        if track.muted or not clip.enabled:
            painter.fillRect(box.adjusted(0, band, 0, 0), _VEIL)
    if band:
        for clip, box in found.named:
            _paint_name(painter, clip, box, brushes, elided)
    if found.edges:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(brushes.colors.edge)
        painter.drawRects(found.edges)
    if found.chosen:
        _paint_selection(painter, found.chosen, band, brushes.theme)
    _paint_transitions(painter, lane, top, track.height, scale, frames, brushes)


@dataclass
class _Found:
    """The boxes of the clips of a lane that are visible, by what is painted of them."""

    blocks: dict[str, list[QRect]] = field(default_factory=dict)
    bands: dict[str, list[QRect]] = field(default_factory=dict)
    edges: list[QRect] = field(default_factory=list)
    chosen: list[QRect] = field(default_factory=list)
    large: list[tuple[ClipView, QRect]] = field(default_factory=list)
    named: list[tuple[ClipView, QRect]] = field(default_factory=list)


def _gather(
    lane: Lane,
    track: TrackView,
    top: int,
    band: int,
    scale: Scale,
    frames: tuple[float, float],
    selected: Collection[str],
) -> _Found:
    found = _Found()
    after = {item.cut: item.after for item in lane.transitions.values()}
    before = {item.cut: item.before for item in lane.transitions.values()}
    clips, starts, stops = lane.clips, lane.starts, lane.stops
    pixels, first, height = scale.pixels, scale.first, track.height
    offset = scale.offset
    visible = lane.between(*frames)
    number, end = visible.start, visible.stop
    while number < end:
        clip = clips[number]
        left = floor(starts[number] * pixels) - offset
        right = floor(stops[number] * pixels) - offset
        width = right - left
        if width > 20_000:
            left, right = max(left, -20_000), min(right, 40_000)
            width = right - left
        elif width < 2:
            # So small that several share a pixel: paint it once and go on with the next pixel.
            width = 1
            following = bisect_left(stops, first + (left + 1.5) / pixels, number + 1, end)
            number = max(number, following - 1)
        kind: str = clip.state or (clip.kind if clip.enabled and not track.muted else "off")
        box = QRect(left, top, width, height)
        found.blocks.setdefault(kind, []).append(box)
        if band:
            found.bands.setdefault(kind, []).append(QRect(left, top, width, band))
        if clip.id in selected:
            found.chosen.append(box)
        if width >= _EDGED:
            found.edges.append(QRect(left, top, 1, height))
            if width >= _DRAWN:
                found.large.append((clip, box))
                # The name begins where no transition covers it, and stays while it scrolls.
                left = max(left + round(after.get(starts[number], 0) * pixels), -1)
                right -= round(before.get(stops[number], 0) * pixels)
                if right - left >= _NAMED:
                    found.named.append((clip, QRect(left, top, right - left, band)))
        number += 1
    return found


def _paint_inside(
    painter: QPainter,
    clip: ClipView,
    box: QRect,
    band: int,
    scale: Scale,
    shown: QRect,
    brushes: Brushes,
    strips: Filmstrips,
) -> None:
    body = QRectF(box.left(), box.top() + band, box.width(), box.height() - band)
    part = body.intersected(QRectF(shown))
    if clip.kind == "audio":
        strips.draw_wave(painter, clip, body, part, scale.pixels)
        _paint_fades(painter, clip, body, scale.pixels, brushes)
        _paint_gain(painter, clip, body, brushes)
    else:
        heard = clip.sound == "linked" and body.height() >= 40
        lower = body.height() * 0.3 if heard else 0.0
        picture = body.adjusted(0, 0, 0, -lower)
        strips.draw_strip(painter, clip, picture, picture.intersected(part), scale.pixels)
        if heard:
            sound = QRectF(body.left(), body.bottom() - lower, body.width(), lower)
            painter.fillRect(sound, brushes.colors.audio_band)
            strips.draw_wave(painter, clip, sound, sound.intersected(part), scale.pixels)
            _paint_gain(painter, clip, sound, brushes)
    if clip.problem:
        painter.fillRect(QRectF(box.left(), box.bottom() - 2, box.width(), 3), brushes.theme.danger)


def _paint_name(
    painter: QPainter,
    clip: ClipView,
    box: QRect,
    brushes: Brushes,
    elided: dict[tuple[str, int], str],
) -> None:
    left = box.left() + 5
    room = box.right() - left - 4
    text = f"{clip.name}  {clip.note}" if clip.note else clip.name
    if clip.takes > 1 and room > 60:
        room -= _paint_takes(painter, clip.takes, box, brushes)
    if room < 12 or not text:
        return
    key = (text, min(room, 1200) // 6)
    short = elided.get(key)
    if short is None:
        if len(elided) > 5000:
            elided.clear()
        short = brushes.metrics.elidedText(text, Qt.TextElideMode.ElideRight, key[1] * 6 + 2)
        elided[key] = short
    painter.setPen(brushes.colors.text)
    base = box.top() + (BAND + brushes.metrics.ascent() - brushes.metrics.descent()) // 2
    painter.drawText(left, base, short)


def _paint_takes(painter: QPainter, takes: int, box: QRect, brushes: Brushes) -> int:
    """How many takes a shot has, at the right end of its name band; returns the room it took."""
    text = str(takes)
    width = brushes.metrics.horizontalAdvance(text)
    right = box.right() - 4
    painter.setPen(brushes.colors.text)
    base = box.top() + (BAND + brushes.metrics.ascent() - brushes.metrics.descent()) // 2
    painter.drawText(right - width, base, text)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    left = right - width - 13
    painter.drawRect(left, box.top() + 6, 6, 5)
    painter.drawLine(left + 3, box.top() + 4, left + 9, box.top() + 4)
    painter.drawLine(left + 9, box.top() + 4, left + 9, box.top() + 9)
    return width + 18


def _paint_selection(painter: QPainter, chosen: list[QRect], band: int, theme: Theme) -> None:
    accent = QColor(theme.accent)
    wash = QColor(accent)
    wash.setAlpha(46)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(wash)
    painter.drawRects([box.adjusted(0, band, 0, 0) for box in chosen])
    pen = QPen(accent, 2)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRects([box.adjusted(1, 1, -2, -2) for box in chosen if box.width() > 4])


def _paint_fades(
    painter: QPainter, clip: ClipView, body: QRectF, pixels: float, brushes: Brushes
) -> None:
    shade = QColor(0, 0, 0, 110)
    painter.setPen(Qt.PenStyle.NoPen)
    for frames, edge, way in ((clip.fade_in, body.left(), 1), (clip.fade_out, body.right(), -1)):
        if frames:
            inner = edge + way * frames * pixels
            painter.setBrush(shade)
            painter.drawPolygon(
                QPolygonF(
                    [
                        QPointF(edge, body.top()),
                        QPointF(inner, body.top()),
                        QPointF(edge, body.bottom()),
                    ]
                )
            )
            painter.setPen(QPen(brushes.colors.text, 1))
            painter.drawLine(QPointF(edge, body.bottom()), QPointF(inner, body.top()))
            painter.setPen(Qt.PenStyle.NoPen)


def _paint_gain(painter: QPainter, clip: ClipView, body: QRectF, brushes: Brushes) -> None:
    if body.height() < 14 or body.width() < _NAMED:
        return
    line = QColor(brushes.colors.text)
    line.setAlpha(190 if clip.gain else 90)
    y = round(gain_y(clip.gain, body))
    painter.fillRect(QRect(round(body.left()) + 1, y, round(body.width()) - 2, 1), line)


def gain_y(gain: float, body: QRectF) -> float:
    """Where the line of a gain lies: +24 dB at the top, 0 at a third, -60 at the bottom."""
    share = (24 - gain) / 72 if gain >= 0 else 1 / 3 + min(60.0, -gain) / 90
    return body.top() + 2 + share * (body.height() - 4)


def gain_at(y: float, body: QRectF) -> float:
    """The gain whose line lies at a y."""
    share = min(1.0, max(0.0, (y - body.top() - 2) / max(1.0, body.height() - 4)))
    return 24 - share * 72 if share <= 1 / 3 else -(share - 1 / 3) * 90


def _paint_transitions(
    painter: QPainter,
    lane: Lane,
    top: int,
    height: int,
    scale: Scale,
    frames: tuple[float, float],
    brushes: Brushes,
) -> None:
    pixels = scale.pixels
    for item in lane.transitions_between(*frames):
        left = scale.x(item.cut - item.before)
        width = (item.before + item.after) * pixels
        if width < 3:
            painter.fillRect(QRectF(left, top, max(1.0, width), height), brushes.colors.transition)
            continue
        box = QRectF(left, top, width, height)
        painter.fillRect(box, brushes.colors.transition)
        painter.setPen(QPen(brushes.colors.edge, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
        painter.drawLine(box.bottomLeft(), box.topRight())
        if item.kind in ("dissolve", "dip"):
            painter.drawLine(box.topLeft(), box.bottomRight())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        room = int(width) - 6
        if room > 24 and height >= 34:
            ground = QRectF(left + 1, top + 1, width - 2, BAND - 1)
            painter.fillRect(ground, QColor("#f0c878"))
            painter.setPen(QColor("#231a05"))
            text = brushes.metrics.elidedText(item.title, Qt.TextElideMode.ElideRight, room)
            painter.drawText(ground, Qt.AlignmentFlag.AlignCenter, text)
