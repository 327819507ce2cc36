"""The form that is shown when nothing is selected: the project's settings, or the group's title."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.inspector.shapes import RATES, rate_label
from engine.graph import ProjectSettings
from widgets.editors import (
    ChoiceShape,
    FieldRow,
    NumberShape,
    RatioShape,
    Remark,
    Rows,
    Section,
    SeedShape,
    Shape,
    TextShape,
    make_editor,
    make_row,
)

SAMPLE_RATES = (22050, 32000, 44100, 48000, 88200, 96000, 192000)
SIZES = (
    *((256, 144), (512, 288), (640, 360), (1280, 720), (1920, 1080), (2048, 1080)),
    *((2560, 1440), (3840, 2160), (4096, 2160), (1080, 1920), (1080, 1080)),
)
_PIXELS = NumberShape(whole=True, lo=16, hi=16384, step=2, unit="px")
_TOP_SEED = 2**63 - 1


class ProjectForm(QWidget):
    """Name, rate, size, sample rate and seed of the project.

    `edited` takes the names of settings and their values; a size changes two at once.
    """

    edited = Signal(str, object)  # what the step is called, dict of settings
    committed = Signal()
    folded = Signal(str, bool)

    def __init__(
        self, settings: ProjectSettings, closed: Iterable[str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.rows: dict[str, FieldRow] = {}
        self._form = Rows()
        labels: dict[str, tuple[str, Shape]] = {
            "name": (self.tr("Name"), TextShape()),
            "rate": (self.tr("Frames per second"), _rates()),
            "size": (self.tr("Size"), self._sizes()),
            "width": (self.tr("Width"), _PIXELS),
            "height": (self.tr("Height"), _PIXELS),
            "sample_rate": (self.tr("Sample rate"), _sample_rates(settings)),
            "seed": (self.tr("Seed"), SeedShape(0, _TOP_SEED, optional=False)),
        }
        for name, (label, shape) in labels.items():
            self._add(name, label, shape)
        section = Section(self.tr("Project"), self._form)
        section.set_open(is_open="project" not in set(closed))
        section.folded.connect(lambda folded: self.folded.emit("project", folded))
        hint = Remark("dim")
        hint.setText(self.tr("Select a node to see what it is told."))
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(10)
        column.addWidget(section)
        column.addWidget(hint)
        column.addStretch(1)
        self.show_settings(settings)

    def show_settings(self, settings: ProjectSettings) -> None:
        """Show the settings as they are now."""
        values: dict[str, Any] = {
            "name": settings.name,
            "rate": str(settings.rate),
            "size": f"{settings.width}x{settings.height}",
            "width": settings.width,
            "height": settings.height,
            "sample_rate": settings.sample_rate,
            "seed": settings.seed,
        }
        standard = ProjectSettings()
        for name, row in self.rows.items():
            if row.editor.value() != values[name]:
                row.editor.set_value(values[name])
            if name != "size":
                row.set_changed(changed=getattr(settings, name) != getattr(standard, name))
        self._form.fit()

    def filter(self, text: str) -> int:
        """Show the fields that have all these words; how many there are."""
        words = text.lower().split()
        count = 0
        for name, row in self.rows.items():
            said = f"{row.label.text()} {name}".lower()
            fits = all(word in said for word in words)
            row.setVisible(fits)
            count += fits
        return count

    def _add(self, name: str, label: str, shape: Shape) -> None:
        row = make_row(label, shape)
        self.rows[name] = row
        self._form.add(row)
        row.editor.edited.connect(lambda value: self._edit(name, label, value))
        row.editor.committed.connect(self.committed)
        row.reset_asked.connect(lambda: self._tell(label, {name: getattr(ProjectSettings(), name)}))

    def _edit(self, name: str, label: str, value: Any) -> None:
        if name == "size":
            width, _, height = str(value).partition("x")
            self._tell(label, {"width": int(width), "height": int(height)})
        else:
            self._tell(label, {name: Fraction(value) if name == "rate" else value})

    def _tell(self, label: str, changes: dict[str, Any]) -> None:
        self.edited.emit(self.tr("Set the project's {name}").format(name=label.lower()), changes)

    def _sizes(self) -> ChoiceShape:
        known = dict.fromkeys(SIZES)
        names = {
            (1280, 720): "HD 720",
            (1920, 1080): "Full HD",
            (2048, 1080): "2K DCI",
            (3840, 2160): "Ultra HD",
            (4096, 2160): "4K DCI",
            (1080, 1920): self.tr("Upright"),
            (1080, 1080): self.tr("Square"),
        }
        values = tuple(f"{width}x{height}" for width, height in known)
        labels = tuple(
            f"{w} × {h}" + (f", {names[w, h]}" if (w, h) in names else "") for w, h in known
        )
        return ChoiceShape(values, labels)


class GroupForm(QWidget):
    """The title of the group whose inside is shown, and what to do in it."""

    title_edited = Signal(object)  # str
    committed = Signal()

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = make_editor(TextShape(placeholder=self.tr("Group")))
        self.title.set_name(self.tr("Title of the group"))
        self.title.edited.connect(self.title_edited)
        self.title.committed.connect(self.committed)
        hint = Remark("dim")
        hint.setText(
            self.tr("A control of a node in here can be shown on the group: right-click its name.")
        )
        body = QWidget()
        inner = QVBoxLayout(body)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self.title)
        inner.addWidget(hint)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.addWidget(Section(self.tr("Group"), body))
        column.addStretch(1)
        self.show_title(title)

    def show_title(self, title: str) -> None:
        """Show the title as it is now."""
        if self.title.value() != title:
            self.title.set_value(title)


def _rates() -> RatioShape:
    presets = tuple((value, rate_label(Fraction(value))) for value in RATES)
    return RatioShape(Fraction(1), Fraction(1000), "", presets)


def _sample_rates(settings: ProjectSettings) -> ChoiceShape:
    values = tuple(sorted({*SAMPLE_RATES, settings.sample_rate}))
    return ChoiceShape(values, tuple(f"{value} Hz" for value in values))
