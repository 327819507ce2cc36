"""The two colour themes, as values that every widget paints with, and the contrast of colours."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from widgets.stylesheet import stylesheet_of


@dataclass(frozen=True)
class Theme:
    """Colours by role, as #rrggbb. Text has a contrast of 4.5:1 or more on each of its grounds."""

    name: str
    dark: bool
    window: str  # behind everything
    panel: str  # ground of panels
    raised: str  # buttons, headers, nodes
    field: str  # where text is typed, tracks, canvas
    border: str
    text: str
    dim: str  # labels and hints; 4.5:1 as well
    disabled: str  # icons of what cannot be used now; no text
    accent: str  # focus, selection outlines, links being made
    accent_text: str  # on the accent
    selection: str  # ground of selected things
    good: str
    warning: str
    danger: str
    playhead: str


DARK = Theme(
    name="dark",
    dark=True,
    window="#16181c",
    panel="#1e2126",
    raised="#2a2e35",
    field="#121417",
    border="#3a3f48",
    text="#e8eaed",
    dim="#a3a9b3",
    disabled="#656c78",
    accent="#5aa9ff",
    accent_text="#0b1320",
    selection="#203b5c",
    good="#5fd08a",
    warning="#f0b429",
    danger="#ff7b72",
    playhead="#ff6464",
)
LIGHT = Theme(
    name="light",
    dark=False,
    window="#e9ebee",
    panel="#f5f6f8",
    raised="#ffffff",
    field="#ffffff",
    border="#c3c8cf",
    text="#1c1f24",
    dim="#565d68",
    disabled="#9aa1ab",
    accent="#0b62c4",
    accent_text="#ffffff",
    selection="#d5e6fb",
    good="#14733b",
    warning="#8a5a00",
    danger="#b3261e",
    playhead="#c62828",
)
THEMES = {theme.name: theme for theme in (DARK, LIGHT)}


def current() -> Theme:
    """The theme in force; dark before one was chosen. Repaint on QEvent.PaletteChange."""
    application = QApplication.instance()
    chosen = application.property("theme") if application else None
    return THEMES.get(str(chosen), DARK)


def use(application: QApplication, name: str) -> None:
    """Show the whole application in this theme. Raises KeyError for an unknown one."""
    theme = THEMES[name]
    if application.property("theme") == name and application.styleSheet():
        return
    application.setProperty("theme", name)
    application.setPalette(palette(theme))
    application.setStyleSheet(stylesheet(theme))


def stylesheet(theme: Theme) -> str:
    """The style sheet of the whole application in the theme."""
    return stylesheet_of({**asdict(theme), "shade": "dark" if theme.dark else "light"})


def contrast(first: str, second: str) -> float:
    """The contrast of two colours as WCAG 2 defines it, 1 to 21."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def palette(theme: Theme) -> QPalette:
    """Qt's palette of the theme."""
    made = QPalette()
    roles = QPalette.ColorRole
    for role, color in {
        roles.Window: theme.panel,
        roles.WindowText: theme.text,
        roles.Base: theme.field,
        roles.AlternateBase: theme.panel,
        roles.Text: theme.text,
        roles.PlaceholderText: theme.dim,
        roles.Button: theme.raised,
        roles.ButtonText: theme.text,
        roles.ToolTipBase: theme.raised,
        roles.ToolTipText: theme.text,
        roles.Highlight: theme.selection,
        roles.HighlightedText: theme.text,
        roles.Link: theme.accent,
        roles.Accent: theme.accent,
        roles.Mid: theme.border,
        roles.BrightText: theme.danger,
    }.items():
        made.setColor(role, QColor(color))
    off = QColor(theme.dim)
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, off)
    return made


def _luminance(color: str) -> float:
    parts = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
