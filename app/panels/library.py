"""The nodes library: every node type by category, searched, with its help, to be added."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QSplitter,
    QTextBrowser,
    QToolButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from app.canvas.views import palette_entries, translated
from app.context import AppContext
from app.editing.patch import Patch
from app.panels.library_list import TYPE_ROLE, LibraryList, search, shelves
from engine.graph import NodeSpec, Param
from engine.graph.sockets import socket_types
from widgets import icons, theme
from widgets.canvas import PaletteEntry

_DOWN = {Qt.Key.Key_Down, Qt.Key.Key_PageDown}
_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class LibraryPanel(QWidget):
    """Search, favourites and help of node types. Enter or a double click adds one; so does a drag
    onto the canvas."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("library_panel")
        self._context = context
        self._entries: list[PaletteEntry] = []
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search nodes"))
        self.search.setAccessibleName(self.tr("Search nodes"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._fill)
        self.search.installEventFilter(self)
        self.list = LibraryList(self)
        self.tree = QTreeView()
        self.tree.setModel(self.list)
        self.tree.setHeaderHidden(True)
        self.tree.setUniformRowHeights(True)
        self.tree.setIconSize(QSize(10, 10))
        self.tree.setAccessibleName(self.tr("Nodes"))
        self.tree.setDragEnabled(True)
        self.tree.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tree.customContextMenuRequested.connect(self._show_menu)
        self.tree.selectionModel().currentChanged.connect(self._show_help)
        self.tree.doubleClicked.connect(self._add)
        self.tree.installEventFilter(self)
        self.help = QTextBrowser()
        self.help.setAccessibleName(self.tr("Help of the node"))
        self.help.setOpenLinks(False)
        self.help.setPlaceholderText(self.tr("Help of the chosen node"))
        self.star = QToolButton()
        self.star.setAutoRaise(True)
        self.star.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._lay_out()
        self._register()
        self.star.clicked.connect(lambda _checked=False: self.toggle_favourite())
        context.settings.changed.connect(self._take_setting)
        context.document.replaced.connect(self.refresh)
        context.document.changed.connect(self._changed)
        context.bridge.registry_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Read the node types and the groups of the project anew."""
        document = self._context.document
        self._entries = palette_entries(document.project, document.registry)
        self._fill()

    @property
    def current(self) -> str:
        """The id of the node type that is chosen; "" on a category."""
        return str(self.tree.currentIndex().data(TYPE_ROLE) or "")

    def choose(self, node_type: str) -> bool:
        """Choose a node type and show its help; False when it is not in sight."""
        for index in self._indexes():
            if index.data(TYPE_ROLE) == node_type:
                self.tree.setCurrentIndex(index)
                self.tree.scrollTo(index)
                return True
        return False

    def add_chosen(self) -> None:
        """Add a node of the chosen type to the canvas; while searching, of the best find."""
        index = self.tree.currentIndex()
        if not index.isValid() and self.search.text():
            index = self.list.index(0, 0)
        self._add(index)

    def toggle_favourite(self) -> None:
        """Make the chosen type a favourite, or no longer."""
        name = self.current
        if not name:
            return
        loved = list(self._context.settings.get("favourites"))
        loved = [item for item in loved if item != name] if name in loved else [*loved, name]
        self._context.settings.set("favourites", loved)

    # -- inside

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.search)
        row.addWidget(self.star)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.setChildrenCollapsible(False)
        parts.addWidget(self.tree)
        parts.addWidget(self.help)
        parts.setStretchFactor(0, 3)
        parts.setStretchFactor(1, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.setSpacing(6)
        layout.addLayout(row)
        layout.addWidget(parts)
        self.setTabOrder(self.search, self.star)
        self.setTabOrder(self.star, self.tree)
        self.setTabOrder(self.tree, self.help)

    def _register(self) -> None:
        actions, category = self._context.actions, self.tr("Nodes")
        actions.add(
            "library.search",
            self.tr("&Search nodes"),
            self._begin_search,
            owner=self,
            category=category,
            shortcuts="Ctrl+F",
            icon="search",
        )
        actions.add(
            "library.favourite",
            self.tr("&Favourite"),
            self.toggle_favourite,
            owner=self,
            category=category,
            shortcuts="Ctrl+B",
            icon="star",
        )
        actions.add(
            "library.add",
            self.tr("&Add to the canvas"),
            self.add_chosen,
            owner=self,
            category=category,
            icon="add",
        )

    def _begin_search(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    def _fill(self) -> None:
        """Show the categories, or what the search finds; what was chosen and open stays so."""
        chosen, query = self.current, self.search.text().strip()
        opened = {
            str(index.data())
            for index in self._indexes()
            if not index.data(TYPE_ROLE) and self.tree.isExpanded(index)
        }
        if query:
            self.list.show_found(search(self._entries, query))
            self.tree.setRootIsDecorated(False)
            self.tree.setCurrentIndex(self.list.index(0, 0))
            return
        loved = list(self._context.settings.get("favourites"))
        title = self.tr("Favourites")
        self.list.show_shelves(shelves(self._entries, loved, favourite_title=title))
        self.tree.setRootIsDecorated(True)
        for row in range(self.list.rowCount()):
            index = self.list.index(row, 0)
            self.tree.setExpanded(index, str(index.data()) in opened | {title})
        if chosen:
            self.choose(chosen)
        self._show_help()

    def _indexes(self) -> list[QModelIndex]:
        found = []
        for row in range(self.list.rowCount()):
            top = self.list.index(row, 0)
            found.append(top)
            found += [self.list.index(n, 0, top) for n in range(self.list.rowCount(top))]
        return found

    def _add(self, index: QModelIndex) -> None:
        name = str(index.data(TYPE_ROLE) or "")
        if name:
            self._context.requests.add_node.emit(name)
        elif index.isValid():
            self.tree.setExpanded(index, not self.tree.isExpanded(index))

    def _show_menu(self, at: QPoint) -> None:
        if not self.current:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self._context.actions["library.add"])
        loves = menu.addAction(
            self.tr("Remove from the favourites")
            if self.current in self._context.settings.get("favourites")
            else self.tr("Add to the favourites")
        )
        loves.triggered.connect(lambda _checked=False: self.toggle_favourite())
        menu.popup(self.tree.viewport().mapToGlobal(at))

    def _show_help(self) -> None:
        name = self.current
        entry = next((entry for entry in self._entries if entry.id == name), None)
        spec = self._context.document.registry.get(name)
        if entry is None:
            self.help.clear()
        else:
            self.help.setHtml(_help(entry, spec))
        loved = name in self._context.settings.get("favourites")
        self.star.setEnabled(bool(name))
        self.star.setIcon(
            icons.icon("star-filled" if loved else "star", "warning" if loved else "text")
        )
        text = self.tr("Remove from the favourites") if loved else self.tr("Add to the favourites")
        self.star.setToolTip(text)
        self.star.setAccessibleName(text)

    def _take_setting(self, key: str) -> None:
        if key == "favourites":
            self._fill()

    def _changed(self, patch: Patch) -> None:
        if patch.groups:
            self.refresh()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Down leads from the search into the list; Enter adds from both."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if watched is self.search and event.key() in _DOWN:
                if not self.tree.currentIndex().isValid():
                    self.tree.setCurrentIndex(self.list.index(0, 0))
                self.tree.setFocus()
                return True
            if event.key() in _ENTER and watched in (self.search, self.tree):
                self.add_chosen()
                return True
            if watched is self.search and event.key() == Qt.Key.Key_Escape and self.search.text():
                self.search.clear()
                return True
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "help"):
            self._show_help()


def _help(entry: PaletteEntry, spec: NodeSpec | None) -> str:
    """The help of a node type: what it does, what goes in and out, its parameters."""
    dim = theme.current().dim
    title, category = escape(entry.title), escape(entry.category)
    parts = [f"<p><b>{title}</b> <span style='color:{dim}'>{category}</span></p>"]
    parts += [f"<p>{escape(text)}</p>" for text in entry.doc.split("\n\n") if text.strip()]
    if spec is None:
        return "".join(parts)
    parts += [_socket_line("→", item.type, translated(item.label)) for item in spec.inputs]
    parts += [_socket_line("⇒", item.type, translated(item.label)) for item in spec.outputs]
    lines = [f"<li>{escape(translated(p.label))}{_legal(p)}</li>" for p in spec.params]
    if lines:
        parts.append(f"<ul style='margin-left:-24px; color:{dim}'>{''.join(lines)}</ul>")
    return "".join(parts)


def _socket_line(arrow: str, kind: str, label: str) -> str:
    color = next((item.color for item in socket_types() if item.name == kind), "#7f8792")
    return (
        f"<p style='margin:1px'>{arrow} <span style='color:{color}'>●</span> "
        f"{escape(label)}: {escape(kind)}</p>"
    )


def _legal(param: Param) -> str:
    """What a parameter may be: its range, or its choices."""
    if param.choices:
        return ": " + escape(", ".join(str(choice) for choice in param.choices))
    limits = param.range
    if limits is None or (limits.lo is None and limits.hi is None):
        return ""
    low = "" if limits.lo is None else f"{float(limits.lo):g}"
    high = "" if limits.hi is None else f"{float(limits.hi):g}"
    unit = f" {escape(limits.unit)}" if limits.unit else ""
    return f": {low}…{high}{unit}"
