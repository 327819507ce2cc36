"""The plugins panel: which node files there are, which work, and why the others do not."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QUrl,
    Signal,
)
from PySide6.QtGui import QColor, QDesktopServices, QFontDatabase
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QListView,
    QPlainTextEdit,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.context import AppContext
from app.panels.command_row import command_row
from app.said import said
from engine.graph import Registry
from engine.plugins import Plugins, load_plugins
from engine.runtime.folders import plugin_dirs
from widgets import theme

translate = QCoreApplication.translate

SETTING = "plugins_disabled"
_NONE = QModelIndex()
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class PluginRow:
    """A plugin as the panel shows it: switched on, its nodes, or what is wrong with it."""

    name: str
    path: Path
    enabled: bool = True
    nodes: tuple[str, ...] = ()
    message: str = ""
    traceback: str = ""


class PluginsPanel(QWidget):
    """Switches plugins on and off and loads changed ones anew, while the window runs."""

    loaded = Signal(object)
    """Plugins: all were loaded anew; the document and the bridge have the registry."""

    _read = Signal(object)

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._loading = False
        self._again = False
        self._is_first = True
        self.model = PluginList(self)
        self.model.switched.connect(self._switch)
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setAccessibleName(self.tr("Plugins"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.details = QPlainTextEdit()
        self.details.setReadOnly(True)
        self.details.setAccessibleName(self.tr("Nodes of the plugin, or what is wrong with it"))
        self.details.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.hint = QLabel()
        self.hint.setWordWrap(True)
        self.hint.setTextFormat(Qt.TextFormat.PlainText)
        self.hint.setContentsMargins(8, 4, 8, 4)
        self._add_commands()
        row = command_row(
            context.actions,
            ("plugins.reload", "plugins.folder", "plugins.edit", "plugins.copy"),
            title=self.tr("Commands for plugins"),
            parent=self,
        )
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.list)
        split.addWidget(self.details)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for widget in (row, self.hint, split):
            layout.addWidget(widget)
        layout.setStretchFactor(split, 1)
        self.setFocusProxy(self.list)
        self.list.selectionModel().currentChanged.connect(self._show)
        self.model.modelReset.connect(self._show)
        self.model.dataChanged.connect(self._show)
        self._read.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self.reload()

    def chosen(self) -> PluginRow | None:
        """The plugin that is chosen."""
        return self.model.row(self.list.currentIndex().row())

    def reload(self) -> None:
        """Load all plugins anew in the background."""
        if self._loading:
            self._again = True
            return
        self._loading = True
        self.hint.setText(self.tr("Plugins are loaded…"))
        disabled = self._context.bridge.disabled_plugins()
        threading.Thread(target=self._load, args=(disabled,), name="plugins", daemon=True).start()

    def _add_commands(self) -> None:
        for name, text, slot, keys, icon in (
            ("plugins.reload", self.tr("&Reload plugins"), self.reload, "F5", "reload"),
            ("plugins.folder", self.tr("Open the plugin &folder"), self._open_folder, "", "folder"),
            ("plugins.edit", self.tr("&Edit the plugin"), self._edit, "", "edit"),
            ("plugins.copy", self.tr("&Copy the error"), self._copy, "", "copy"),
        ):
            action = self._context.actions.add(
                name, text, slot, owner=self, category="plugins", shortcuts=keys, icon=icon
            )
            self.list.addAction(action)

    def _load(self, disabled: list[str]) -> None:
        """Run the plugins' files; on a thread, since they are others' code."""
        plugins = load_plugins(disabled=disabled)
        try:
            self._read.emit(plugins)
        except RuntimeError:
            return  # the panel is gone

    def _take(self, plugins: Plugins) -> None:
        self._loading = False
        document, bridge = self._context.document, self._context.bridge
        if self._again:
            self._again = False
            self.reload()
            return
        self.model.set_rows(rows_of(plugins))
        if self._is_first and _ids(plugins.registry) == _ids(document.registry):
            self._is_first = False  # what the window began with is what there is
        else:
            self._is_first = False
            document.registry = plugins.registry
            bridge.use_registry(plugins.registry)
        for failure in plugins.failures:
            bridge.log.add(40, "plugins", f"{failure}\n{failure.traceback}")
        count = len(plugins.loaded)
        folders = ", ".join(str(folder) for folder in plugin_dirs())
        self.hint.setText(self.tr("%n plugin(s) from {folders}", "", count).format(folders=folders))
        self.loaded.emit(plugins)

    def _switch(self, name: str, enabled: bool) -> None:  # noqa: FBT001
        disabled = set(self._context.bridge.disabled_plugins())
        (disabled.discard if enabled else disabled.add)(name)
        self._context.settings.set(SETTING, sorted(disabled))
        self.reload()

    def _show(self, *_changed: object) -> None:
        row = self.chosen()
        text = "" if row is None else row.traceback or "\n".join(row.nodes)
        self.details.setPlainText(text)
        self._context.actions["plugins.copy"].setEnabled(bool(row and row.traceback))
        self._context.actions["plugins.edit"].setEnabled(row is not None)

    def _open_folder(self) -> None:
        folder = plugin_dirs()[0]
        row = self.chosen()
        if row is not None:
            folder = row.path.parent
        folder.mkdir(parents=True, exist_ok=True)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def _edit(self) -> None:
        row = self.chosen()
        if row is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(row.path)))

    def _copy(self) -> None:
        QApplication.clipboard().setText(self.details.toPlainText())


class PluginList(QAbstractListModel):
    """Plugins by name; the check mark of each switches it."""

    switched = Signal(str, bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[PluginRow] = []

    def row(self, number: int) -> PluginRow | None:
        """The plugin in that row, if there is one."""
        return self._rows[number] if 0 <= number < len(self._rows) else None

    def set_rows(self, rows: list[PluginRow]) -> None:
        """Show these plugins; the choice stays as long as the same files are there."""
        if [row.path for row in rows] == [row.path for row in self._rows]:
            changed = [n for n, row in enumerate(rows) if row != self._rows[n]]
            self._rows = rows
            for number in changed:
                self.dataChanged.emit(self.index(number), self.index(number))
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = _NONE) -> int:  # noqa: N802
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsUserCheckable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row(index.row())
        if row is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return f"{row.name} — {_state(row)}"
            case Qt.ItemDataRole.ToolTipRole:
                return str(row.path)
            case Qt.ItemDataRole.CheckStateRole:
                return Qt.CheckState.Checked if row.enabled else Qt.CheckState.Unchecked
            case Qt.ItemDataRole.ForegroundRole:
                colours = theme.current()
                if row.message:
                    return QColor(colours.danger)
                return QColor(colours.text if row.enabled else colours.dim)
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: N802
        row = self.row(index.row())
        if row is None or role != Qt.ItemDataRole.CheckStateRole:
            return False
        self.switched.emit(row.name, Qt.CheckState(value) == Qt.CheckState.Checked)
        return True


def rows_of(plugins: Plugins) -> list[PluginRow]:
    """Everything that was found in the plugin folders, by name."""
    rows = [PluginRow(plugin.name, plugin.path, nodes=plugin.nodes) for plugin in plugins.loaded]
    rows += [
        PluginRow(item.name, item.path, message=item.message, traceback=item.traceback)
        for item in plugins.failures
    ]
    rows += [PluginRow(path.stem, path, enabled=False) for path in plugins.disabled]
    return sorted(rows, key=lambda row: (row.name.casefold(), str(row.path)))


def _ids(registry: Registry) -> set[str]:
    return {spec.id for spec in registry}


def _state(row: PluginRow) -> str:
    if not row.enabled:
        return translate("Plugins", "switched off")
    if row.message:
        return said(row.message)
    return translate("Plugins", "%n node(s)", None, len(row.nodes))
