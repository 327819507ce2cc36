"""Colours of a timeline's clips, by theme; text on each has a contrast of 4.5:1 or more."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor

from widgets.theme import Theme


@dataclass(frozen=True)
class ClipColors:
    """Colours of clips: grounds, name bands, text on them."""

    video: QColor
    video_band: QColor
    audio: QColor
    audio_band: QColor
    off: QColor
    off_band: QColor
    waiting: QColor
    waiting_band: QColor
    missing: QColor
    missing_band: QColor
    text: QColor
    edge: QColor
    transition: QColor
    wave: QColor


_DARK = ClipColors(
    video=QColor("#2f4a6d"),
    video_band=QColor("#22364f"),
    audio=QColor("#2c5a4a"),
    audio_band=QColor("#1f4135"),
    off=QColor("#34383f"),
    off_band=QColor("#292c32"),
    waiting=QColor("#4a3f66"),
    waiting_band=QColor("#372f4d"),
    missing=QColor("#6b3535"),
    missing_band=QColor("#4f2727"),
    text=QColor("#f2f4f7"),
    edge=QColor("#0c0e11"),
    transition=QColor(240, 200, 120, 150),
    wave=QColor("#bfe8d5"),
)
_LIGHT = ClipColors(
    video=QColor("#4d73a3"),
    video_band=QColor("#3b5d8a"),
    audio=QColor("#3f7d66"),
    audio_band=QColor("#2f6752"),
    off=QColor("#80868f"),
    off_band=QColor("#666c75"),
    waiting=QColor("#74659c"),
    waiting_band=QColor("#5f5085"),
    missing=QColor("#a65656"),
    missing_band=QColor("#8f4343"),
    text=QColor("#ffffff"),
    edge=QColor("#ffffff"),
    transition=QColor(255, 214, 130, 190),
    wave=QColor("#ffffff"),
)


def clip_colors(theme: Theme) -> ClipColors:
    """The colours of clips in a theme."""
    return _DARK if theme.dark else _LIGHT
