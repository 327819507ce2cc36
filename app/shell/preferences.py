"""The preferences dialog: each control changes its preference at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.settings import Settings
from app.shell.language import LANGUAGES

_Box = TypeVar("_Box", bound=QWidget)


class PreferencesDialog(QDialog):
    """Appearance, files and renders; "Close" is all there is to confirm."""

    def __init__(self, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("preferences")
        self.setWindowTitle(self.tr("Preferences"))
        self._settings = settings
        self._form = QFormLayout()
        self._form.setHorizontalSpacing(16)
        self._form.setVerticalSpacing(8)
        themes = {"dark": self.tr("Dark"), "light": self.tr("Light")}
        languages = {"": self.tr("As the system"), **LANGUAGES}
        self.theme = self._choice("theme", self.tr("&Theme"), themes)
        self.language = self._choice("language", self.tr("&Language"), languages)
        self.autosave = self._number(
            "autosave_seconds", self.tr("&Keep edits for recovery every"), (1, 600), self.tr(" s")
        )
        self.snap = self._flag("snap", self.tr("&Snap on canvas and timeline"))
        self.process = self._flag("render_in_process", self.tr("Render &inside the window"))
        self.process.setToolTip(
            self.tr(
                "Off: renders run in a process of their own, so that a crash of a driver ends "
                "one render and not the window."
            )
        )
        self.review = self._flag("review_before_delivery", self.tr("&Review before files go out"))
        self.proxy = self._number(
            "proxy_width", self.tr("&Width of previews"), (64, 4096), self.tr(" px")
        )
        self.cache = self._number(
            "cache_gb", self.tr("&Disk for results"), (1, 10_000), self.tr(" GB"), cast=float
        )
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(16)
        layout.addLayout(self._form)
        layout.addWidget(buttons)

    def _choice(self, key: str, label: str, items: Mapping[str, str]) -> QComboBox:
        box = QComboBox()
        for value, title in items.items():
            box.addItem(title, value)
        box.setCurrentIndex(box.findData(self._settings.get(key)))
        box.activated.connect(lambda _index: self._settings.set(key, box.currentData()))
        return self._named(label, box)

    def _number(
        self,
        key: str,
        label: str,
        limits: tuple[int, int],
        unit: str,
        *,
        cast: Callable[[int], float] = int,
    ) -> QSpinBox:
        box = QSpinBox()
        box.setRange(*limits)
        box.setSuffix(unit)
        box.setKeyboardTracking(False)
        box.lineEdit().setTextMargins(4, 0, 0, 0)
        box.setValue(round(self._settings.get(key)))
        box.valueChanged.connect(lambda value: self._settings.set(key, cast(value)))
        return self._named(label, box)

    def _flag(self, key: str, label: str) -> QCheckBox:
        box = QCheckBox(label)
        box.setChecked(self._settings.get(key))
        box.toggled.connect(lambda on: self._settings.set(key, on))
        box.setAccessibleName(label.replace("&", ""))
        self._form.addRow("", box)
        return box

    def _named(self, label: str, box: _Box) -> _Box:
        box.setAccessibleName(label.replace("&", ""))
        self._form.addRow(label, box)
        return box
