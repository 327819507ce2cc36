"""Pictures in clips, scaled once for the screen and kept: filmstrips and waveforms."""

from __future__ import annotations

from collections import OrderedDict
from math import ceil, floor, log2
from typing import TypeAlias

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPixmap

from widgets.timeline.values import WAVE_TILE, ClipView, Pictures

_KEPT = 1500
_Key: TypeAlias = tuple[str, str, int, int]


class Filmstrips:
    """Draws the pictures of clips from what `pictures` has; asks for what it has not."""

    def __init__(self) -> None:
        self.pictures: Pictures | None = None
        self._kept: OrderedDict[_Key, QPixmap] = OrderedDict()

    def forget(self, media: str | None = None) -> None:
        """Ask again for the pictures of a media, or of all."""
        if media is None:
            self._kept.clear()
            return
        for key in [key for key in self._kept if key[1] == media]:
            del self._kept[key]

    def draw_strip(
        self, painter: QPainter, clip: ClipView, area: QRectF, shown: QRectF, pixels: float
    ) -> None:
        """Draw the part `shown` of a filmstrip that fills `area`, at so many pixels a frame."""
        if self.pictures is None or not clip.media or area.height() < 12:
            return
        height = area.height()
        ratio = painter.device().devicePixelRatioF()
        width = max(24.0, height * 16 / 9)
        step = _step(width / pixels * abs(clip.speed))
        first = floor((shown.left() - area.left()) / width)
        last = ceil((shown.right() - area.left()) / width)
        for number in range(max(0, first), last):
            x = area.left() + number * width
            media = clip.source + (number * width / pixels) * clip.speed
            if clip.speed < 0:
                media += clip.frames * -clip.speed - 1
            frame = max(0, int(media) // step * step)
            frame = max(frame, min(clip.source, frame + step - 1)) if clip.speed > 0 else frame
            picture = self._thumb(clip.media, frame, height, ratio)
            if picture is None:
                continue
            share = min(width, area.right() - x)
            if share <= 0:
                break
            _draw(painter, picture, QRectF(x, area.top(), share, height), width, ratio)

    def draw_wave(
        self, painter: QPainter, clip: ClipView, area: QRectF, shown: QRectF, pixels: float
    ) -> None:
        """Draw the part `shown` of the waveform that fills `area`."""
        if self.pictures is None or not clip.media or area.height() < 8 or clip.speed <= 0:
            return
        level = min(6, max(-8, ceil(log2(pixels / clip.speed))))
        scale = pixels / clip.speed / 2.0**level  # screen pixels a pixel of the tile
        tile_width = WAVE_TILE * scale
        left = area.left() - clip.source * pixels / clip.speed
        first = floor((shown.left() - left) / tile_width)
        last = ceil((shown.right() - left) / tile_width)
        for number in range(max(0, first), last):
            picture = self._wave(clip.media, level, number)
            if picture is None:
                continue
            x = left + number * tile_width
            target = QRectF(x, area.top(), tile_width, area.height()).intersected(area)
            if target.width() <= 0:
                continue
            source = QRectF(
                (target.left() - x) / scale, 0, target.width() / scale, picture.height()
            )
            painter.drawPixmap(target, picture, source)

    def _thumb(self, media: str, frame: int, height: float, ratio: float) -> QPixmap | None:
        tall = round(height * ratio)
        key = ("thumb", media, frame, tall)
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
            return found
        image = self.pictures.thumb(media, frame, tall) if self.pictures else None
        if image is None:
            return None
        if image.height() != tall:
            image = image.scaledToHeight(tall, Qt.TransformationMode.SmoothTransformation)
        return self._keep(key, image)

    def _wave(self, media: str, level: int, tile: int) -> QPixmap | None:
        key = ("wave", media, level, tile)
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
            return found
        image = self.pictures.wave(media, level, tile) if self.pictures else None
        return None if image is None else self._keep(key, image)

    def _keep(self, key: _Key, image: QImage) -> QPixmap:
        made = QPixmap.fromImage(image)
        self._kept[key] = made
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return made


def _step(frames: float) -> int:
    """A power of two of media frames, so that zooming asks for few different ones."""
    return 1 if frames <= 1 else int(2 ** floor(log2(frames)))


def _draw(painter: QPainter, picture: QPixmap, target: QRectF, width: float, ratio: float) -> None:
    """Draw the middle of a picture into its tile of the strip, cut at the clip's end."""
    wide = min(picture.width(), round(width * ratio))
    skip = (picture.width() - wide) / 2
    shown = min(wide, target.width() * ratio)
    box = QRectF(target.left(), target.top(), shown / ratio, target.height())
    painter.drawPixmap(box, picture, QRectF(skip, 0, shown, picture.height()))
