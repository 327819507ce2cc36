"""Where the pictures of the widgets lie: beside a checkout, or where the application says."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QDir

_PREFIX = "aiprodicons"


def use_icon_folder(folder: Path) -> None:
    """Read icons and the pictures of the style sheet from this folder from now on."""
    QDir.setSearchPaths(_PREFIX, [str(folder)])


def icon_folder() -> Path:
    """The folder of the icons; `resources/icons` of the checkout unless another was given."""
    chosen = QDir.searchPaths(_PREFIX)
    return Path(chosen[0]) if chosen else Path(__file__).resolve().parents[1] / "resources/icons"
