"""Colours and fonts that the canvas is drawn with, made once for a theme and a font."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF

from widgets.theme import Theme


def mixed(a: QColor, b: QColor, part: float) -> QColor:
    """`a` with `part` of `b` in it."""
    return QColor.fromRgbF(
        a.redF() + (b.redF() - a.redF()) * part,
        a.greenF() + (b.greenF() - a.greenF()) * part,
        a.blueF() + (b.blueF() - a.blueF()) * part,
    )


def faded(color: QColor, alpha: float) -> QColor:
    """The colour, seen through."""
    made = QColor(color)
    made.setAlphaF(alpha)
    return made


@dataclass
class Kit:
    """What all pictures of the canvas share."""

    theme: Theme
    font: QFont
    _headers: dict[str, QColor] = field(default_factory=dict)
    _strips: dict[str, QColor] = field(default_factory=dict)
    _elided: dict[tuple[str, int, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        theme = self.theme
        self.ground = QColor(theme.field) if theme.dark else QColor(theme.window)
        self.body = QColor(theme.raised)
        self.well = mixed(self.body, QColor(theme.window), 0.7)
        self.border = QColor(theme.border)
        self.text = QColor(theme.text)
        self.dim = QColor(theme.dim)
        self.accent = QColor(theme.accent)
        self.good = QColor(theme.good)
        self.warning = QColor(theme.warning)
        self.danger = QColor(theme.danger)
        self.dots = mixed(self.ground, QColor(theme.text), 0.13 if theme.dark else 0.16)
        base = QFont(self.font)
        base.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        self.label_font = _sized(base, 0.92)
        self.title_font = QFont(base)
        self.title_font.setWeight(QFont.Weight.DemiBold)
        self.small_font = _sized(base, 0.85)
        self.fonts = {
            "label": QFontMetricsF(self.label_font),
            "title": QFontMetricsF(self.title_font),
            "small": QFontMetricsF(self.small_font),
        }

    def header(self, color: str) -> QColor:
        """The ground of a title: a hint of the node's colour, so that text stays readable."""
        made = self._headers.get(color)
        if made is None:
            part = 0.34 if self.theme.dark else 0.26
            made = self._headers[color] = mixed(self.body, QColor(color), part)
        return made

    def wire(self, color: str) -> QColor:
        """The colour of a socket and its links, dark enough to be seen on a light ground."""
        made = self._strips.get(color)
        if made is None:
            made = QColor(color)
            if not self.theme.dark:
                made = mixed(made, QColor("#000000"), 0.18)
            self._strips[color] = made
        return made

    def elided(self, text: str, width: float, font: str) -> str:
        """The text, shortened with an ellipsis to what fits."""
        key = (text, int(width), font)
        found = self._elided.get(key)
        if found is None:
            if len(self._elided) > 20_000:
                self._elided.clear()
            found = self.fonts[font].elidedText(text, Qt.TextElideMode.ElideRight, width)
            self._elided[key] = found
        return found


def _sized(font: QFont, factor: float) -> QFont:
    made = QFont(font)
    if font.pointSizeF() > 0:
        made.setPointSizeF(font.pointSizeF() * factor)
    else:
        made.setPixelSize(max(1, round(font.pixelSize() * factor)))
    return made
