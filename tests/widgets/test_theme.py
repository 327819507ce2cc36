"""Both themes can be read: every text has a contrast of 4.5 to 1 on every ground it lies on."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from widgets import icons, theme
from widgets.theme import THEMES, Theme, contrast

GROUNDS = ("window", "panel", "raised", "field")
TEXTS = ("text", "dim", "accent", "good", "warning", "danger", "playhead")
PAIRS = [(text, ground) for text in TEXTS for ground in GROUNDS] + [
    ("text", "selection"),
    ("dim", "selection"),
    ("accent", "selection"),
    ("accent_text", "accent"),
]


@pytest.mark.parametrize("colours", THEMES.values(), ids=THEMES)
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_every_text_can_be_read_on_its_ground(colours: Theme, text: str, ground: str) -> None:
    assert contrast(getattr(colours, text), getattr(colours, ground)) >= 4.5


@pytest.mark.parametrize("colours", THEMES.values(), ids=THEMES)
def test_what_qt_paints_by_its_palette_can_be_read(colours: Theme) -> None:
    made = theme.palette(colours)
    roles = QPalette.ColorRole
    pairs = [
        (roles.WindowText, roles.Window),
        (roles.Text, roles.Base),
        (roles.Text, roles.AlternateBase),
        (roles.PlaceholderText, roles.Base),
        (roles.ButtonText, roles.Button),
        (roles.ToolTipText, roles.ToolTipBase),
        (roles.HighlightedText, roles.Highlight),
        (roles.Link, roles.Base),
    ]
    for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Disabled):
        for text, ground in pairs:
            names = made.color(group, text).name(), made.color(group, ground).name()
            assert contrast(*names) >= 4.5, (group, text, ground)


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_every_icon_is_drawn_in_the_colour_of_the_theme(qtbot: QtBot, qapp: QApplication) -> None:
    assert len(icons.names()) > 80
    for name in THEMES:
        theme.use(qapp, name)
        wanted = QColor(theme.current().text)
        for icon_name in icons.names():
            image = icons.icon(icon_name).pixmap(24, 24).toImage()
            painted = [
                image.pixelColor(x, y)
                for x in range(image.width())
                for y in range(image.height())
                if image.pixelColor(x, y).alpha() > 120
            ]
            assert painted, icon_name
            assert all(abs(got.lightness() - wanted.lightness()) < 12 for got in painted), icon_name
    theme.use(qapp, "dark")


def test_an_icon_is_sharp_on_a_screen_of_twice_the_density(qtbot: QtBot) -> None:
    drawn = icons.pixmap("save", 20, ratio=2)
    assert drawn.size().toTuple() == (40, 40)
    assert drawn.devicePixelRatio() == 2


def test_an_icon_that_is_not_there_is_empty(qtbot: QtBot) -> None:
    assert icons.icon("no-such-icon").isNull()
