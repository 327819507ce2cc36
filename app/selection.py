"""What the user has selected: every panel shows it, any panel may change it."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal


class Selection(QObject):
    """Selected nodes of one scope (the graph, or the inside of a group), and the active one.

    `changed` comes after any of them changed; `scope_changed` when another group was entered.
    """

    changed = Signal()
    scope_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._nodes: tuple[str, ...] = ()
        self._scopes: tuple[str, ...] = ()
        self._instances: tuple[str, ...] = ()

    @property
    def nodes(self) -> tuple[str, ...]:
        """Ids of the selected nodes, in the order of their selection."""
        return self._nodes

    @property
    def active(self) -> str | None:
        """The node selected last, which the viewer and the inspector show first."""
        return self._nodes[-1] if self._nodes else None

    @property
    def scopes(self) -> tuple[str, ...]:
        """Ids of the groups that were entered, outermost first."""
        return self._scopes

    @property
    def scope(self) -> str | None:
        """The group whose inside is edited; None for the graph itself."""
        return self._scopes[-1] if self._scopes else None

    @property
    def instances(self) -> tuple[str, ...]:
        """Ids of the nodes through which the groups were entered, outermost first, if known."""
        return self._instances

    def flat(self, node: str) -> str:
        """A node of this scope as the engine names it: "group/inner" inside of groups."""
        return "/".join((*self._instances, node))

    def select(self, nodes: Iterable[str]) -> None:
        """Select these nodes and no others."""
        chosen = tuple(dict.fromkeys(nodes))
        if chosen != self._nodes:
            self._nodes = chosen
            self.changed.emit()

    def enter(self, scopes: Iterable[str], instances: Iterable[str] = ()) -> None:
        """Show the inside of the last of these groups; none of them for the whole graph.

        `instances` are the nodes that lead there, one for each group.
        """
        path, nodes = tuple(scopes), tuple(instances)
        if (path, nodes) != (self._scopes, self._instances):
            self._scopes, self._instances, self._nodes = path, nodes, ()
            self.scope_changed.emit()
            self.changed.emit()
