"""The picture of the canvas that is kept between frames: panning copies it, edits mend it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter, QPixmap

from widgets.canvas.contents import NodeItem
from widgets.canvas.painting.scene import Shot

PaintRegion: TypeAlias = Callable[[QPainter, QRect], list[NodeItem]]
PIECES = 40  # more spoiled pieces than these are drawn as the one rectangle around them


class Backing:
    """A pixmap of the size of the view in device pixels, and what of it is out of date."""

    def __init__(self) -> None:
        self.pixmap = QPixmap()
        self._shot: Shot | None = None
        self._spoiled: list[QRect] = []

    def show(self, shot: Shot, size: QSize) -> None:
        """Look from this shot: a pan moves the pixels, anything else draws all anew."""
        before, self._shot = self._shot, shot
        if self.pixmap.size() != size:
            self.pixmap = QPixmap(size)
            self.spoil_all()
            return
        if before is None or before.scale != shot.scale or before.ratio != shot.ratio:
            self.spoil_all()
            return
        dx, dy = round(shot.at[0] - before.at[0]), round(shot.at[1] - before.at[1])
        if not dx and not dy:
            return
        width, height = size.width(), size.height()
        if abs(dx) >= width or abs(dy) >= height:
            self.spoil_all()
            return
        self.pixmap.setDevicePixelRatio(1.0)
        self.pixmap.scroll(dx, dy, self.pixmap.rect())
        moved = [rect.translated(dx, dy) for rect in self._spoiled]
        self._spoiled = []
        for rect in moved:
            self.spoil(rect)
        if dx:
            self.spoil(QRect(0 if dx > 0 else width + dx, 0, abs(dx), height))
        if dy:
            self.spoil(QRect(0, 0 if dy > 0 else height + dy, width, abs(dy)))

    def spoil(self, rect: QRect) -> None:
        """Draw this rectangle of device pixels anew."""
        piece = rect.intersected(self.pixmap.rect())
        if piece.isEmpty() or any(known.contains(piece) for known in self._spoiled):
            return
        self._spoiled.append(piece)
        if len(self._spoiled) > PIECES:
            around = QRect()
            for known in self._spoiled:
                around = around.united(known)
            self._spoiled = [around]

    def spoil_all(self) -> None:
        """Draw everything anew."""
        self._spoiled = [self.pixmap.rect()]

    def mend(self, paint: PaintRegion) -> list[NodeItem]:
        """Draw what is out of date; returns the nodes that want to be drawn once more."""
        if not self._spoiled:
            return []
        pieces, self._spoiled = self._spoiled, []
        self.pixmap.setDevicePixelRatio(1.0)
        painter = QPainter(self.pixmap)
        late = [item for piece in pieces for item in paint(painter, piece)]
        painter.end()
        return late
