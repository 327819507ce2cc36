"""Our own icons: SVG files painted in the colours of the theme in force, sharp at every scale."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QImage, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer
from shiboken6 import isValid

from widgets import theme
from widgets.resources import icon_folder

DEFAULT_SIZE = 20


def icon(name: str, role: str = "text") -> QIcon:
    """The icon `NAME.svg` in the colour that the theme has for `role`; disabled ones are dim.

    It follows the theme: what shows it is repainted on a change of theme and asks anew.
    """
    return QIcon(_Engine(name, role))


def pixmap(name: str, size: int = DEFAULT_SIZE, *, role: str = "text", ratio: float = 1) -> QPixmap:
    """The icon as a picture of `size` device-independent pixels."""
    return _drawn(name, _colour(role, QIcon.Mode.Normal), QSize(size, size), ratio)


def names() -> list[str]:
    """The icons that there are."""
    return sorted(path.stem for path in icon_folder().glob("*.svg"))


class _Engine(QIconEngine):
    def __init__(self, name: str, role: str) -> None:
        super().__init__()
        self._name = name
        self._role = role

    def clone(self) -> QIconEngine:
        # Qt owns the copy, but PySide would delete it with the last reference of Python.
        _copies[:] = [copy for copy in _copies if isValid(copy)]
        _copies.append(made := _Engine(self._name, self._role))
        return made

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, _state: QIcon.State) -> None:
        ratio = painter.device().devicePixelRatioF()
        side = min(rect.width(), rect.height())
        drawn = _drawn(self._name, _colour(self._role, mode), QSize(side, side), ratio)
        left = rect.x() + (rect.width() - side) // 2
        painter.drawPixmap(left, rect.y() + (rect.height() - side) // 2, drawn)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1)

    def scaledPixmap(  # noqa: N802
        self, size: QSize, mode: QIcon.Mode, _state: QIcon.State, scale: float
    ) -> QPixmap:
        return _drawn(self._name, _colour(self._role, mode), size, scale)

    def isNull(self) -> bool:  # noqa: N802
        return not _source(self._name)


_copies: list[_Engine] = []


def _colour(role: str, mode: QIcon.Mode) -> str:
    colours = theme.current()
    if mode == QIcon.Mode.Disabled:
        return colours.disabled
    return str(getattr(colours, role))


def _drawn(name: str, colour: str, size: QSize, ratio: float) -> QPixmap:
    key = f"icons/{name}/{colour}/{size.width()}x{size.height()}@{ratio}"
    found = QPixmap()
    if QPixmapCache.find(key, found):
        return found
    image = QImage(size * ratio, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    source = _source(name)
    if source and not size.isEmpty():
        renderer = QSvgRenderer(QByteArray(source.replace("currentColor", colour).encode()))
        painter = QPainter(image)
        renderer.render(painter, QRectF(image.rect()))
        painter.end()
    drawn = QPixmap.fromImage(image)
    drawn.setDevicePixelRatio(ratio)
    QPixmapCache.insert(key, drawn)
    return drawn


def _source(name: str) -> str:
    return _read(icon_folder() / f"{name}.svg")


@cache
def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""
