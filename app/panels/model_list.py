"""The models as values: here, lacking a part, missing; with memory, licence and source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
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

from engine.errors import AiprodError
from widgets import theme

translate = QCoreApplication.translate

FILM_FAMILIES = ("shdt", "ltx2")
"""Families of models that make shots; one of them is the default."""

NAME, FAMILY, SIZE, LICENCE, STATE = range(5)
_NONE = QModelIndex()
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Part:
    """One weights file of a model: where it lies, and what its card says."""

    part: str
    path: Path
    bytes: int
    sha256: str
    source: str


@dataclass(frozen=True)
class ModelRow:
    """A model as the panel shows it. `memory` is bytes that its weights take when loaded."""

    name: str
    family: str
    licence: str = ""
    source: str = ""
    parts: tuple[Part, ...] = ()
    lacks: tuple[str, ...] = ()
    memory: int = 0
    training: str = ""
    used_by: tuple[str, ...] = ()
    figures: tuple[tuple[str, float], ...] = ()
    is_default: bool = False
    check: str = ""
    is_damaged: bool = False
    hint: str = ""  # how to get what is not here
    templates: tuple[str, ...] = ()  # that need it

    @property
    def is_here(self) -> bool:
        """Whether it can be used."""
        return bool(self.parts) and not self.lacks

    @property
    def bytes(self) -> int:
        """Size of its files."""
        return sum(part.bytes for part in self.parts)


def find_models(used: Mapping[str, tuple[str, ...]]) -> list[ModelRow]:
    """All models here, then those that are missing; `used` are names with the nodes using them.

    Reads cards and headers: not for the window's thread. Raises AiprodError for a damaged card.
    """
    from engine.models.ltx2.catalogue import FILES
    from engine.models.registry import default, loras, models

    chosen = default()
    rows = [
        replace(_row_of(entry, used.get(name, ())), is_default=name == chosen)
        for name, entry in sorted(models().items())
    ]
    rows += [_row_of_lora(weights) for _, weights in sorted(loras().items())]
    known = {row.name for row in rows}
    rows += [
        ModelRow(name, "", used_by=nodes)
        for name, nodes in sorted(used.items())
        if name not in known | {item.name for item in FILES}
    ]
    return rows + _published(used)


def _published(used: Mapping[str, tuple[str, ...]]) -> list[ModelRow]:
    """Files that their owner publishes and that are not here, with the templates that need them."""
    from engine.models.ltx2.catalogue import FILES, TEXT, how_to_get, text_folder
    from engine.models.records import read_weights
    from engine.project.needs import templates_lacking

    here = {name for path, card in read_weights() for name in (card.name, path.stem)}
    if text_folder().is_dir():
        here.add(TEXT.name)
    templates: dict[str, list[str]] = {}
    for title, files in templates_lacking().items():
        for item in files:
            templates.setdefault(item.name, []).append(translate("templates", title))
    return [
        ModelRow(
            item.name,
            "ltx2",
            item.licence,
            item.page,
            used_by=used.get(item.name, ()),
            templates=tuple(templates.get(item.name, ())),
            hint=how_to_get(item.name),
        )
        for item in (*FILES, TEXT)
        if item.name not in here
    ]


def _row_of(entry: Any, used_by: tuple[str, ...]) -> ModelRow:
    cards = [weights.card for weights in entry.parts.values()]
    licences = ", ".join(sorted({card.licence for card in cards}))
    return ModelRow(
        name=entry.name,
        family=entry.family,
        licence=licences,
        source=", ".join(sorted({card.source for card in cards})),
        parts=tuple(
            Part(part, weights.path, weights.card.bytes, weights.card.sha256, weights.card.source)
            for part, weights in sorted(entry.parts.items())
        ),
        lacks=entry.missing,
        memory=sum(_loaded_bytes(weights.path) for weights in entry.parts.values()),
        training="; ".join(sorted({_training(card.training) for card in cards} - {""})),
        used_by=used_by,
        figures=tuple((name, figure.value) for name, figure in sorted(entry.figures.items())),
    )


def _row_of_lora(weights: Any) -> ModelRow:
    card = weights.card
    return ModelRow(
        name=card.name,
        family=translate("Models", "{family} LoRA").format(family=card.family),
        licence=card.licence,
        source=card.source,
        parts=(Part("lora", weights.path, card.bytes, card.sha256, card.source),),
        memory=_loaded_bytes(weights.path),
        training=_training(card.training),
    )


def _loaded_bytes(path: Path) -> int:
    """Bytes of a file's numbers in float32, which networks keep their weights in."""
    import math

    from engine.models.checkpoint import read_header

    try:
        header = read_header(path)
    except AiprodError:
        return 0
    return sum(4 * math.prod(tensor.shape) for tensor in header.tensors.values())


def _training(facts: Mapping[str, Any]) -> str:
    shown = (f"{name} {value}" for name, value in facts.items() if isinstance(value, str | int))
    return ", ".join(list(shown)[:4])


class ModelList(QAbstractTableModel):
    """Models by row; missing ones are dim."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[ModelRow] = []

    def row(self, number: int) -> ModelRow | None:
        """The model in that row, if there is one."""
        return self._rows[number] if 0 <= number < len(self._rows) else None

    def rows(self) -> list[ModelRow]:
        """All models."""
        return list(self._rows)

    def set_rows(self, rows: Iterable[ModelRow]) -> None:
        """Show these models."""
        made = list(rows)
        if [row.name for row in made] == [row.name for row in self._rows]:
            self._rows = made
            if made:
                self.dataChanged.emit(self.index(0, 0), self.index(len(made) - 1, STATE))
            return
        self.beginResetModel()
        self._rows = made
        self.endResetModel()

    def rowCount(self, parent: Index = _NONE) -> int:  # noqa: N802
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NONE) -> int:  # noqa: N802
        return 0 if parent.isValid() else 5

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (
            translate("Models", "Model"),
            translate("Models", "Family"),
            translate("Models", "Size"),
            translate("Models", "Licence"),
            translate("Models", "State"),
        )[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row(index.row())
        if row is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                size = size_text(row.bytes) if row.parts else "–"
                return (row.name, row.family, size, row.licence, state_text(row))[index.column()]
            case Qt.ItemDataRole.ToolTipRole:
                return row.name if index.column() == NAME else row.source
            case Qt.ItemDataRole.ForegroundRole:
                return QColor(_colour(row, index.column()))
            case Qt.ItemDataRole.TextAlignmentRole if index.column() == SIZE:
                return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None


def state_text(row: ModelRow) -> str:
    """Whether a model can be used, in a few words."""
    if row.check:
        return row.check
    if row.lacks:
        return translate("Models", "lacks {parts}").format(parts=", ".join(row.lacks))
    if row.parts:
        ready, used = translate("Models", "ready"), translate("Models", "ready, the default")
        return used if row.is_default else ready
    if row.used_by:
        return translate("Models", "missing, and used here")
    return translate("Models", "not here")


def size_text(count: int) -> str:
    """Bytes as people say them."""
    if count >= 10**9:
        return translate("Models", "{n:.1f} GB").format(n=count / 1e9)
    return translate("Models", "{n:.1f} MB").format(n=count / 1e6)


def _colour(row: ModelRow, column: int) -> str:
    colours = theme.current()
    if column == STATE:
        if row.is_damaged or row.lacks or (not row.parts and row.used_by):
            return colours.danger
        return colours.good if row.is_here else colours.dim
    return colours.text if row.parts else colours.dim
