"""The shortcuts editor: every command with its keys, searchable, with conflicts shown."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.actions import Actions
from app.settings import Settings
from app.shell.fuzzy import search
from app.shell.menus import place_of, place_title, plain
from widgets import theme

COMMAND = Qt.ItemDataRole.UserRole
NAME, KEYS, NOTE = range(3)


class ShortcutsDialog(QDialog):
    """Changes take effect at once and are kept; "Reset" gives a command its own keys back."""

    def __init__(self, actions: Actions, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("shortcuts")
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.resize(820, 600)
        self._actions = actions
        self._settings = settings
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search commands or keys"))
        self.search.setAccessibleName(self.tr("Search commands or keys"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._fill)
        self.tree = QTreeWidget()
        self.tree.setAccessibleName(self.tr("Commands and their keys"))
        self.tree.setRootIsDecorated(False)
        self.tree.setHeaderLabels([self.tr("Command"), self.tr("Keys"), self.tr("Also used by")])
        header = self.tree.header()
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(KEYS, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(NOTE, QHeaderView.ResizeMode.ResizeToContents)
        self.tree.currentItemChanged.connect(self._show_current)
        self.editor = QKeySequenceEdit()
        self.editor.setClearButtonEnabled(True)
        self.editor.setAccessibleName(self.tr("New keys"))
        self.editor.keySequenceChanged.connect(self._warn)
        self.use = QPushButton(self.tr("&Use"))
        self.use.clicked.connect(self._use)
        self.reset = QPushButton(self.tr("&Reset"))
        self.reset.clicked.connect(self._reset)
        self.warning = QLabel()
        self.warning.setWordWrap(True)
        self.warning.setMinimumHeight(2 * self.fontMetrics().height())
        self._lay_out()
        self._fill("")

    def _lay_out(self) -> None:
        label = QLabel(self.tr("&Keys"))
        label.setBuddy(self.editor)
        row = QHBoxLayout()
        row.setSpacing(8)
        for widget, share in ((label, 0), (self.editor, 1), (self.use, 0), (self.reset, 0)):
            row.addWidget(widget, share)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(8)
        layout.addWidget(self.search)
        layout.addWidget(self.tree, 1)
        layout.addLayout(row)
        layout.addWidget(self.warning)
        layout.addWidget(buttons)

    def _fill(self, query: str = "") -> None:
        kept = self._current()
        self.tree.clear()
        danger = QBrush(QColor(theme.current().danger))
        for name in search(query, [c.id for c in self._actions if c.category], self._searched):
            keys = self._actions.shortcuts(name)
            rivals = [other for text in keys for other in self._actions.conflicts(name, text)]
            item = QTreeWidgetItem([self._title(name), _native(keys), self._titles(rivals)])
            item.setData(NAME, COMMAND, name)
            item.setForeground(NOTE, danger)
            self.tree.addTopLevelItem(item)
            if name == kept:
                self.tree.setCurrentItem(item)
        first = self.tree.topLevelItem(0)
        if self.tree.currentItem() is None and first is not None:
            self.tree.setCurrentItem(first)

    def _show_current(self) -> None:
        name = self._current()
        self.editor.setEnabled(name is not None)
        keys = self._actions.shortcuts(name) if name else ()
        self.editor.setKeySequence(QKeySequence(keys[0] if keys else ""))
        self._warn()

    def _warn(self) -> None:
        name, text = self._current(), self.editor.keySequence().toString()
        rivals = self._actions.conflicts(name, text) if name else ()
        colours = theme.current()
        self.warning.setStyleSheet(f"color: {colours.danger if rivals else colours.dim}")
        self.warning.setText(
            self.tr("These keys are used by: {commands}").format(commands=self._titles(rivals))
            if rivals
            else ""
        )
        self.use.setEnabled(name is not None and text not in self._actions.shortcuts(name))

    def _use(self) -> None:
        name = self._current()
        if name is not None:
            text = self.editor.keySequence().toString()
            self._keep(name, [text] if text else [])

    def _reset(self) -> None:
        name = self._current()
        if name is not None:
            self._keep(name, None)

    def _keep(self, name: str, keys: list[str] | None) -> None:
        custom: dict[str, list[str]] = self._settings.get("shortcuts")
        if keys is None or tuple(keys) == self._actions.default_shortcuts(name):
            custom.pop(name, None)
        else:
            custom[name] = keys
        self._settings.set("shortcuts", custom)
        self._actions.customise({key: tuple(value) for key, value in custom.items()})
        self._fill(self.search.text())
        self._show_current()

    def _current(self) -> str | None:
        item = self.tree.currentItem()
        return str(item.data(NAME, COMMAND)) if item is not None else None

    def _title(self, name: str) -> str:
        command = self._actions.command(name)
        menu = place_title(place_of(command))
        return f"{menu} › {plain(command.action)}"

    def _titles(self, names: list[str] | tuple[str, ...]) -> str:
        return ", ".join(plain(self._actions[name]) for name in names)

    def _searched(self, name: str) -> str:
        return f"{self._title(name)} {_native(self._actions.shortcuts(name))}"


def _native(keys: tuple[str, ...]) -> str:
    form = QKeySequence.SequenceFormat.NativeText
    return ", ".join(QKeySequence(text).toString(form) for text in keys)
