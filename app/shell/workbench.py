"""The docks with the panels, arranged by workspaces whose layouts the user changes and keeps."""

from __future__ import annotations

import itertools
import sys

from PySide6.QtCore import QByteArray, QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabWidget, QWidget

from app.context import AppContext
from app.shell.dock_title import DockTitle
from app.shell.places import PLACES, title_of
from app.shell.workspaces import (
    MAIN_PANELS,
    WORKSPACES,
    Column,
    Part,
    Row,
    Tabs,
    front_panels,
    panels_of,
)

LAYOUT_VERSION = 1
_AREA = Qt.DockWidgetArea.LeftDockWidgetArea


class Workbench(QMainWindow):
    """Panels in docks. Those in front are made at once, the others as soon as the window rests.

    `completed` comes once, when every panel is there. `workspace_changed` tells its name.
    """

    completed = Signal()
    workspace_changed = Signal(str)
    panel_made = Signal(str)

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowFlags(Qt.WindowType.Widget)
        self.setDockOptions(
            QMainWindow.DockOption.AllowNestedDocks
            | QMainWindow.DockOption.AllowTabbedDocks
            | QMainWindow.DockOption.GroupedDragging
        )
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self._context = context
        self._workspace = ""
        self._fresh: Part | None = None  # a layout that nobody has changed: it keeps its shares
        self._missing = list(PLACES)
        self._titles = QTimer(self, singleShot=True, interval=0)
        self._titles.timeout.connect(self._settle_docks)
        self._next = QTimer(self, singleShot=True, interval=0)
        self._next.timeout.connect(self._make_next)
        self._docks = {name: self._make_dock(name) for name in PLACES}

    @property
    def workspace(self) -> str:
        """The workspace that is shown; empty before the first."""
        return self._workspace

    @property
    def is_complete(self) -> bool:
        """Whether every panel has been made."""
        return not self._missing

    def dock(self, name: str) -> QDockWidget:
        """The dock of a panel."""
        return self._docks[name]

    def panel(self, name: str) -> QWidget:
        """A panel; it is made now when it was not there yet."""
        if name in self._missing:
            self._make(name)
        return self._docks[name].widget()

    def made_panels(self) -> dict[str, QWidget]:
        """The panels that were made so far, by name."""
        names = [name for name in self._docks if name not in self._missing]
        return {name: self._docks[name].widget() for name in names}

    def show_panel(self, name: str) -> None:
        """Bring a panel to the front and give it the focus."""
        panel, dock = self.panel(name), self._docks[name]
        dock.show()
        dock.raise_()
        panel.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_workspace(self, name: str) -> None:
        """Arrange the panels as the user left this workspace. Raises KeyError."""
        part = WORKSPACES[name]
        if name == self._workspace:
            return
        self.keep_layout()
        self._workspace = name
        for panel in front_panels(part):
            self.panel(panel)
        self._fresh = None
        if not self._restore(name):
            self._arrange(part)
        self.workspace_changed.emit(name)
        self._titles.start()

    def focus_main_panel(self) -> None:
        """Give the focus to the panel that this workspace is about."""
        if self._workspace:
            self.panel(MAIN_PANELS[self._workspace]).setFocus(Qt.FocusReason.OtherFocusReason)

    def reset_workspace(self) -> None:
        """Arrange the panels of this workspace as it came."""
        layouts = self._context.settings.get("layout")
        layouts.pop(self._workspace, None)
        self._context.settings.set("layout", layouts)
        self._arrange(WORKSPACES[self._workspace])

    def keep_layout(self) -> None:
        """Store how the panels of this workspace lie now."""
        if self._workspace and not self._is_as_it_came():
            state = bytes(self.saveState(LAYOUT_VERSION).toBase64().data()).decode()
            layouts = self._context.settings.get("layout")
            self._context.settings.set("layout", layouts | {self._workspace: state})

    def complete(self) -> None:
        """Make all panels that are not there yet, now."""
        while self._missing:
            self._make(self._missing[0])

    def complete_soon(self) -> None:
        """Make the panels that are not there yet, one whenever the window has nothing to do."""
        self._next.start()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            for name, dock in self._docks.items():
                dock.setWindowTitle(title_of(name))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._titles.start()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        super().mousePressEvent(event)
        self._fresh = None  # a separator was taken

    def _make_dock(self, name: str) -> QDockWidget:
        dock = QDockWidget(title_of(name), self)
        dock.setObjectName(name)
        dock.setTitleBarWidget(DockTitle(dock, PLACES[name].icon))
        dock.visibilityChanged.connect(self._when_moved)
        dock.dockLocationChanged.connect(self._when_moved)
        dock.topLevelChanged.connect(self._when_moved)
        self.addDockWidget(_AREA, dock)
        dock.hide()
        return dock

    def _when_moved(self, _what: object) -> None:
        self._titles.start()

    def _make(self, name: str) -> None:
        self._missing.remove(name)
        try:
            panel = PLACES[name].make(self._context)
        except Exception:  # one panel that fails must not take the window along: it is reported
            sys.excepthook(*sys.exc_info())
            panel = QWidget()
        self._docks[name].setWidget(panel)
        self.panel_made.emit(name)
        if not self._missing:
            self.completed.emit()

    def _make_next(self) -> None:
        if self._missing:
            self._make(self._missing[0])
            self._next.start()

    def _restore(self, name: str) -> bool:
        stored = self._context.settings.get("layout").get(name)
        if not isinstance(stored, str):
            return False
        state = QByteArray.fromBase64(stored.encode())
        return bool(self.restoreState(state, LAYOUT_VERSION))

    def _arrange(self, part: Part) -> None:
        for dock in self._docks.values():
            dock.setFloating(False)
            self.removeDockWidget(dock)
        first = front_panels(part)[0]
        self.addDockWidget(_AREA, self._docks[first])
        self._split(part, first)
        for name in panels_of(part):
            self._docks[name].show()
        for name in front_panels(part):
            self._docks[name].raise_()
        for name, place in PLACES.items():
            if name not in panels_of(part):
                home = place.beside if place.beside in panels_of(part) else front_panels(part)[-1]
                self.tabifyDockWidget(self._docks[home], self._docks[name])
                self._docks[name].hide()
        self._fresh = part
        self._share(part)
        self._titles.start()

    def _split(self, part: Part, first: str) -> None:
        """Place the parts; the first panel of the first one is placed already."""
        if isinstance(part, Tabs):
            for name in part.names[1:]:
                self.tabifyDockWidget(self._docks[first], self._docks[name])
            return
        heads = [front_panels(inner)[0] for inner in part.parts]
        for before, after in itertools.pairwise(heads):
            self.splitDockWidget(self._docks[before], self._docks[after], _direction(part))
        for inner, head in zip(part.parts, heads, strict=True):
            self._split(inner, head)

    def _share(self, part: Part) -> None:
        if isinstance(part, Tabs):
            return
        docks = [self._docks[front_panels(inner)[0]] for inner in part.parts]
        room = self.width() if isinstance(part, Row) else self.height()
        sizes = [max(1, share * room // sum(part.shares)) for share in part.shares]
        self.resizeDocks(docks, sizes, _direction(part))
        for inner in part.parts:
            self._share(inner)

    def _settle_docks(self) -> None:
        """Make panels that came to sight; a dock in a row of tabs needs no title bar of its own."""
        for name, dock in self._docks.items():
            if self._workspace and name in self._missing and _is_in_sight(dock):
                self._make(name)
            alone = dock.isFloating() or not any(
                other.isVisibleTo(self) for other in self.tabifiedDockWidgets(dock)
            )
            bar = dock.titleBarWidget()
            if isinstance(bar, DockTitle):
                bar.set_shown(shown=alone)
        if self._fresh is not None and self._is_as_it_came():
            self._share(self._fresh)

    def _is_as_it_came(self) -> bool:
        """Whether nobody has changed this layout: it needs no storing, and keeps its shares."""
        if self._fresh is not None and set(panels_of(self._fresh)) != self._shown():
            self._fresh = None
        return self._fresh is not None

    def _shown(self) -> set[str]:
        """Panels that have a place: seen, or behind another tab."""
        return {
            name
            for name, dock in self._docks.items()
            if not dock.isHidden() and not dock.isFloating()
        }


def _is_in_sight(dock: QDockWidget) -> bool:
    """Whether any of it is seen: a dock behind another tab is visible to Qt, out of sight."""
    return dock.isVisible() and not dock.visibleRegion().isEmpty()


def _direction(part: Row | Column) -> Qt.Orientation:
    return Qt.Orientation.Horizontal if isinstance(part, Row) else Qt.Orientation.Vertical
