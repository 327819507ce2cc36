"""The canvas for screen readers: a list whose items are the nodes, each with name and state."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, QPoint, QRect
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QAccessibleInterface,
)
from PySide6.QtWidgets import QAccessibleWidget

from widgets.canvas.describe import describe
from widgets.canvas.navigation import reading_order
from widgets.canvas.picking import node_at

if TYPE_CHECKING:
    from widgets.canvas.view import CanvasView

T = TypeVar("T")
_is_installed = False


def install() -> None:
    """Let Qt find the interfaces below. It asks for them only when something listens."""
    global _is_installed  # noqa: PLW0603
    if not _is_installed:
        _is_installed = True
        QAccessible.installFactory(_make)


def tell_current(view: CanvasView) -> None:
    """Say which node is the current one now."""
    name = view.current
    if name is None or not QAccessible.isActive():
        return
    made = QAccessible.queryAccessibleInterface(view)
    if isinstance(made, CanvasAccessible):
        event = QAccessibleEvent(view, QAccessible.Event.Focus)
        event.setChild(made.names().index(name))
        QAccessible.updateAccessibility(event)


class CanvasAccessible(QAccessibleWidget):
    """The view: first its nodes in the order of reading, then the widgets on it."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view, QAccessible.Role.List, view.accessibleName())
        self.view = view
        self._nodes: dict[str, NodeAccessible] = {}

    def names(self) -> list[str]:
        """The nodes in the order of reading."""
        return reading_order(self.view.contents)

    def childCount(self) -> int:  # noqa: N802
        return len(self.view.contents.nodes) + super().childCount()

    def child(self, index: int) -> Any:
        names = self.names()
        if 0 <= index < len(names):
            return self.node(names[index])
        return super().child(index - len(names))

    def node(self, name: str) -> NodeAccessible:
        """The interface of a node."""
        if name not in self._nodes:
            self._nodes[name] = _kept(NodeAccessible(self, name))
        return self._nodes[name]

    def indexOfChild(self, child: QAccessibleInterface) -> int:  # noqa: N802
        if isinstance(child, NodeAccessible):
            return self.names().index(child.name) if child.isValid() else -1
        found = super().indexOfChild(child)
        return found if found < 0 else found + len(self.view.contents.nodes)

    def childAt(self, x: int, y: int) -> Any:  # noqa: N802
        place = self.view.camera.to_scene(self.view.mapFromGlobal(QPoint(x, y)).toPointF())
        hit = node_at(self.view.contents, place)
        return self.node(hit) if hit else super().childAt(x, y)

    def focusChild(self) -> Any:  # noqa: N802
        name = self.view.current
        if name is not None and self.view.hasFocus():
            return self.node(name)
        return super().focusChild()

    def text(self, kind: QAccessible.Text) -> str:
        if kind == QAccessible.Text.Name:
            return self.view.accessibleName()
        if kind == QAccessible.Text.Description:
            return self.view.accessibleDescription()
        return super().text(kind)


class NodeAccessible(QAccessibleInterface):
    """A node: title, what `describe` says of it, values, whether it is selected, busy or wrong."""

    def __init__(self, canvas: CanvasAccessible, name: str) -> None:
        super().__init__()
        self.canvas = canvas
        self.name = name

    def isValid(self) -> bool:  # noqa: N802
        return self.name in self.canvas.view.contents.nodes

    def object(self) -> Any:
        return None

    def window(self) -> Any:
        return self.canvas.view.window().windowHandle()

    def parent(self) -> QAccessibleInterface:
        return self.canvas

    def child(self, index: int) -> Any:  # noqa: ARG002
        return None

    def childAt(self, x: int, y: int) -> Any:  # noqa: ARG002, N802
        return None

    def childCount(self) -> int:  # noqa: N802
        return 0

    def indexOfChild(self, child: QAccessibleInterface) -> int:  # noqa: ARG002, N802
        return -1

    def text(self, kind: QAccessible.Text) -> str:
        if not self.isValid():
            return ""
        contents = self.canvas.view.contents
        node = contents.nodes[self.name].view
        match kind:
            case QAccessible.Text.Name:
                return node.title
            case QAccessible.Text.Description:
                return describe(contents, self.name)
            case QAccessible.Text.Value:
                return ", ".join(f"{label} {value}" for label, value in node.summary)
            case _:
                return ""

    def setText(self, kind: QAccessible.Text, text: str) -> None:  # noqa: N802
        """Renaming has a command of its own."""

    def rect(self) -> QRect:
        if not self.isValid():
            return QRect()
        view = self.canvas.view
        rect = view.camera.rect_to_view(view.contents.rect(self.name)).toAlignedRect()
        return QRect(view.mapToGlobal(rect.topLeft()), rect.size())

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.ListItem

    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        if not self.isValid():
            state.invalid = True
            return state
        view = self.canvas.view
        item = view.contents.nodes[self.name]
        is_current = view.current == self.name
        state.selectable = state.multiSelectable = state.focusable = True
        state.selected = self.name in view.selected()
        state.focused = is_current and view.hasFocus()
        state.active = is_current
        state.invalid = bool(item.view.problems)
        state.busy = item.run == "running"
        state.disabled = item.view.state in {"disabled", "missing"}
        state.offscreen = not view.seen().intersects(view.contents.rect(self.name))
        return state


def _make(_kind: str, thing: QObject) -> QAccessibleInterface | None:
    from widgets.canvas.view import CanvasView

    return _kept(CanvasAccessible(thing)) if isinstance(thing, CanvasView) else None


def _kept(made: T) -> T:
    """Qt's cache deletes an interface when it is done with it; Python must never do so too."""
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(made))
    return made
