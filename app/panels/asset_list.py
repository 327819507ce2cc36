"""The media files of the project as a table model."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QColor

from app.media_files import MISSING, OFFLINE, PRESENT, MediaFile
from widgets import icons, theme

translate = QCoreApplication.translate

NAME, STATE, USES, FOLDER = range(4)
_ICONS = {"video": "film", "image": "image", "sound": "sound"}
_NONE = QModelIndex()
Index = QModelIndex | QPersistentModelIndex


class AssetList(QAbstractTableModel):
    """Files by name; only rows that differ are changed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[MediaFile] = []
        self._states: dict[str, str] = {}

    def row(self, number: int) -> MediaFile | None:
        """The file in that row, if there is one."""
        return self._rows[number] if 0 <= number < len(self._rows) else None

    def rows(self) -> list[MediaFile]:
        """All files."""
        return list(self._rows)

    def state(self, name: str) -> str:
        """Whether a file is there; "" while that is not known."""
        return self._states.get(name, "")

    def set_files(self, files: Mapping[str, MediaFile]) -> None:
        """Show these files, changing only what differs."""
        for number in reversed(range(len(self._rows))):
            if self._rows[number].name not in files:
                self.beginRemoveRows(QModelIndex(), number, number)
                del self._rows[number]
                self.endRemoveRows()
        wanted = sorted(files.values(), key=lambda file: _order(file.name))
        for number, file in enumerate(wanted):
            if number < len(self._rows) and self._rows[number].name == file.name:
                if self._rows[number] != file:
                    self._rows[number] = file
                    self.dataChanged.emit(self.index(number, 0), self.index(number, FOLDER))
                continue
            self.beginInsertRows(QModelIndex(), number, number)
            self._rows.insert(number, file)
            self.endInsertRows()

    def set_states(self, states: Mapping[str, str]) -> None:
        """Note which files are there."""
        changed = [name for name, state in states.items() if self._states.get(name) != state]
        self._states.update(states)
        for number, file in enumerate(self._rows):
            if file.name in changed:
                self.dataChanged.emit(self.index(number, 0), self.index(number, FOLDER))

    def rowCount(self, parent: Index = _NONE) -> int:  # noqa: N802
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NONE) -> int:  # noqa: N802
        return 0 if parent.isValid() else 4

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (
            translate("Assets", "File"),
            translate("Assets", "State"),
            translate("Assets", "Used by"),
            translate("Assets", "Folder"),
        )[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        file = self.row(index.row())
        if file is None:
            return None
        column = index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(file, column)
            case Qt.ItemDataRole.ToolTipRole:
                if column == USES:
                    return "\n".join(use.title for use in file.uses)
                return "\n".join((file.name, *(use.title for use in file.uses)))
            case Qt.ItemDataRole.DecorationRole if column == NAME:
                return icons.icon(_ICONS.get(file.kind, "file"))
            case Qt.ItemDataRole.ForegroundRole:
                return QColor(self._colour(file, column))
        return None

    def _text(self, file: MediaFile, column: int) -> str:
        match column:
            case 0:
                return Path(file.name).name
            case 1:
                return state_text(self.state(file.name))
            case 2:
                first = file.uses[0].title
                more = len(file.uses) - 1
                return f"{first} +{more}" if more else first
            case _:
                return Path(file.name).parent.as_posix()

    def _colour(self, file: MediaFile, column: int) -> str:
        colours = theme.current()
        state = self.state(file.name)
        if column == STATE and state != PRESENT:
            return colours.danger if state == MISSING else colours.warning
        return colours.dim if column in (STATE, FOLDER) else colours.text


def state_text(state: str) -> str:
    """Whether a file is there, as a word."""
    return {
        PRESENT: translate("Assets", "here"),
        MISSING: translate("Assets", "missing"),
        OFFLINE: translate("Assets", "disk not connected"),
    }.get(state, translate("Assets", "is looked for…"))


def _order(name: str) -> tuple[str, str]:
    return Path(name).name.casefold(), name
