"""The dialogs of "Export film" and "Export edit": what, in which format, and where to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.shell.delivering import FILM_SUFFIXES, Source, with_suffix

translate = QCoreApplication.translate

PRESETS = {
    "h264": "H.264",
    "h265": "H.265",
    "prores_422": "Apple ProRes 422",
    "prores_422_hq": "Apple ProRes 422 HQ",
    "prores_4444": "Apple ProRes 4444",
    "dnxhr_sq": "Avid DNxHR SQ",
    "dnxhr_hq": "Avid DNxHR HQ",
    "vp9": "VP9",
    "av1": "AV1",
}
FORMATS = {"otio": "OpenTimelineIO", "fcpxml": "FCPXML 1.11", "edl": "EDL, CMX 3600"}


class ExportFilmDialog(QDialog):
    """Asks what to export, as what, how loud, and into which file."""

    def __init__(self, sources: Sequence[Source], file: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("export_film")
        self.setWindowTitle(self.tr("Export film"))
        self._sources = sources
        self._form = _Form(self, self.tr("&Export"))
        self.source = self._form.choice(self.tr("&What"), _titles(sources))
        self.preset = self._form.choice(self.tr("&Format"), PRESETS)
        self.loudness = QDoubleSpinBox()
        self.loudness.setRange(-60, -5)
        self.loudness.setSingleStep(0.5)
        self.loudness.setDecimals(1)
        self.loudness.setSuffix(" LUFS")
        self.loudness.setValue(-16)
        self.loudness.lineEdit().setTextMargins(4, 0, 0, 0)
        self.level = QCheckBox(self.tr("Bring the sound to this loud&ness"))
        self.level.setChecked(True)
        self.level.toggled.connect(self.loudness.setEnabled)
        self._form.row("", self.level)
        self._form.row(self.tr("&Loudness"), self.loudness)
        self.file = _PlaceField(str(file), self.tr("&Choose…"), self._choose)
        self._form.row(self.tr("F&ile"), self.file.edit, self.file.button)
        self._form.finish()
        self.preset.currentIndexChanged.connect(self._fit_suffix)
        self.source.currentIndexChanged.connect(self._fit_source)
        self._fit_source()

    @property
    def chosen(self) -> Source:
        """What is to be exported."""
        return self._sources[self.source.currentIndex()]

    @property
    def path(self) -> Path:
        """The file to write, with an ending that fits the format."""
        return with_suffix(Path(self.file.edit.text()).expanduser(), self.preset.currentData())

    @property
    def target_loudness(self) -> float | None:
        """The loudness to bring the sound to, or None to leave it."""
        return self.loudness.value() if self.level.isChecked() else None

    def _fit_source(self) -> None:
        timeline = self.chosen.type == "Timeline"
        self.level.setEnabled(timeline)
        self.loudness.setEnabled(timeline and self.level.isChecked())

    def _fit_suffix(self) -> None:
        self.file.edit.setText(str(self.path))

    def _choose(self) -> None:
        endings = " ".join(f"*{suffix}" for suffix in dict.fromkeys(FILM_SUFFIXES.values()))
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("Export film"), str(self.path), self.tr("Films ({e})").format(e=endings)
        )
        if name:
            self.file.edit.setText(name)


class ExportEditDialog(QDialog):
    """Asks for formats of the edit, how its media are written, and into which folder."""

    def __init__(self, sources: Sequence[Source], folder: Path, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("export_edit")
        self.setWindowTitle(self.tr("Export edit"))
        self._sources = sources
        self._form = _Form(self, self.tr("&Export"))
        self.source = self._form.choice(self.tr("&What"), _titles(sources))
        self.formats: dict[str, QCheckBox] = {}
        for key, title in FORMATS.items():
            box = self.formats[key] = QCheckBox(title)
            box.setChecked(True)
            box.toggled.connect(self._check)
            self._form.row(self.tr("Formats") if key == "otio" else "", box)
        self.preset = self._form.choice(self.tr("&Media as"), PRESETS)
        self.preset.setCurrentIndex(self.preset.findData("prores_422"))
        self.name = QLineEdit(name)
        self.name.textChanged.connect(self._check)
        self._form.row(self.tr("&Name"), self.name)
        self.file = _PlaceField(str(folder), self.tr("&Choose…"), self._choose)
        self._form.row(self.tr("F&older"), self.file.edit, self.file.button)
        self._form.finish()

    @property
    def chosen(self) -> Source:
        """The timeline to be exported."""
        return self._sources[self.source.currentIndex()]

    @property
    def folder(self) -> Path:
        """The folder for the edit files and their media."""
        return Path(self.file.edit.text()).expanduser()

    @property
    def wanted(self) -> dict[str, bool]:
        """Which formats to write."""
        return {key: box.isChecked() for key, box in self.formats.items()}

    def _check(self) -> None:
        named = bool(self.name.text().strip()) and not set(self.name.text()) & set('/\\:*?"<>|')
        self._form.accept.setEnabled(named and any(self.wanted.values()))

    def _choose(self) -> None:
        name = QFileDialog.getExistingDirectory(self, self.tr("Export edit"), str(self.folder))
        if name:
            self.file.edit.setText(name)


class _PlaceField:
    """A field for a path with a button that chooses it."""

    def __init__(self, text: str, button: str, choose: object) -> None:
        self.edit = QLineEdit(text)
        self.edit.setMinimumWidth(320)
        self.button = QPushButton(button)
        self.button.setAutoDefault(False)
        self.button.clicked.connect(choose)


class _Form:
    """Rows of labelled fields over the buttons of a dialog."""

    def __init__(self, dialog: QDialog, accept: str) -> None:
        self._dialog = dialog
        self._rows = QFormLayout()
        self._rows.setHorizontalSpacing(16)
        self._rows.setVerticalSpacing(8)
        self.accept = QPushButton(accept)
        self.accept.setDefault(True)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self._buttons.addButton(self.accept, QDialogButtonBox.ButtonRole.AcceptRole)
        self._buttons.accepted.connect(dialog.accept)
        self._buttons.rejected.connect(dialog.reject)

    def choice(self, label: str, items: dict[str, str]) -> QComboBox:
        box = QComboBox()
        for key, title in items.items():
            box.addItem(title, key)
        self.row(label, box)
        return box

    def row(self, label: str, *widgets: QWidget) -> None:
        line = QHBoxLayout()
        line.setSpacing(8)
        for widget in widgets:
            line.addWidget(widget, 1 if widget is widgets[0] else 0)
        title = QLabel(label)
        title.setBuddy(widgets[0])
        self._rows.addRow(title, line)
        if label:
            widgets[0].setAccessibleName(label.replace("&", ""))

    def finish(self) -> None:
        layout = QVBoxLayout(self._dialog)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(16)
        layout.addLayout(self._rows)
        layout.addWidget(self._buttons)


def _titles(sources: Sequence[Source]) -> dict[str, str]:
    return {f"{source.node}.{source.output}": source.title for source in sources}
