"""The node types that there are, as a tree of categories or as what a search found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QMimeData, QModelIndex, QObject, Qt
from PySide6.QtGui import QColor, QStandardItem, QStandardItemModel

from widgets.canvas import NODE_MIME, PaletteEntry
from widgets.canvas.fuzzy import match

TYPE_ROLE = int(Qt.ItemDataRole.UserRole) + 1
"""Of an index: the id of its node type; "" of a category."""

_BY_OTHER_WORDS = 6.0  # how much less a find in keywords is worth than one in the title
_IN_HELP = 30.0


@dataclass(frozen=True)
class Shelf:
    """What stands under one heading."""

    title: str
    entries: tuple[PaletteEntry, ...]


class LibraryList(QStandardItemModel):
    """Shelves of node types; dragging one out carries its id."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setColumnCount(1)

    def show_shelves(self, shelves: Iterable[Shelf]) -> None:
        """Show headings with what stands under them."""
        self.removeRows(0, self.rowCount())
        for shelf in shelves:
            heading = QStandardItem(shelf.title)
            heading.setEditable(False)
            heading.setData("", TYPE_ROLE)
            heading.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            for entry in shelf.entries:
                heading.appendRow(_item(entry, entry.title))
            self.appendRow(heading)

    def show_found(self, entries: Iterable[PaletteEntry]) -> None:
        """Show what a search found, the best first."""
        self.removeRows(0, self.rowCount())
        for entry in entries:
            text = QCoreApplication.translate("Library", "{title}  –  {category}")
            self.appendRow(_item(entry, text.format(title=entry.title, category=entry.category)))

    def mimeTypes(self) -> list[str]:  # noqa: N802
        return [NODE_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:  # noqa: N802
        data = QMimeData()
        names = [str(index.data(TYPE_ROLE)) for index in indexes if index.data(TYPE_ROLE)]
        if names:
            data.setData(NODE_MIME, names[0].encode())
        return data


def shelves(
    entries: Sequence[PaletteEntry], favourites: Sequence[str], *, favourite_title: str
) -> list[Shelf]:
    """The entries by category, in the order of the alphabet; favourites first, once more."""
    named = {entry.id: entry for entry in entries}
    loved = tuple(named[name] for name in favourites if name in named)
    made = [Shelf(favourite_title, loved)] if loved else []
    categories = sorted({entry.category for entry in entries}, key=str.casefold)
    for category in categories:
        found = [entry for entry in entries if entry.category == category]
        ordered = sorted(found, key=lambda entry: entry.title.casefold())
        made.append(Shelf(category, tuple(ordered)))
    return made


def search(entries: Iterable[PaletteEntry], query: str) -> list[PaletteEntry]:
    """The entries that answer a query, the best first."""
    found = [(score, entry) for entry in entries if (score := _score(entry, query)) is not None]
    return [entry for _, entry in sorted(found, key=lambda item: (-item[0], item[1].title))]


def _score(entry: PaletteEntry, query: str) -> float | None:
    scores = []
    title = match(query, entry.title)
    if title is not None:
        scores.append(title.score)
    for word in (*entry.keywords, entry.category):
        other = match(query, word)
        if other is not None:
            scores.append(other.score - _BY_OTHER_WORDS)
    if query.casefold() in entry.doc.casefold():
        scores.append(-_IN_HELP)
    return max(scores, default=None)


def _item(entry: PaletteEntry, text: str) -> QStandardItem:
    item = QStandardItem(text)
    item.setEditable(False)
    item.setData(entry.id, TYPE_ROLE)
    item.setData(QColor(entry.color), Qt.ItemDataRole.DecorationRole)
    item.setToolTip(entry.doc.partition("\n")[0])
    item.setFlags(
        Qt.ItemFlag.ItemIsEnabled
        | Qt.ItemFlag.ItemIsSelectable
        | Qt.ItemFlag.ItemIsDragEnabled
        | Qt.ItemFlag.ItemNeverHasChildren
    )
    return item
