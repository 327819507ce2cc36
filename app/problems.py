"""What is wrong with the open project: checked in the background after each change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QObject, QRunnable, Qt, QThread, QThreadPool, QTimer, Signal

from app.document import Document
from app.editing.level import group_of
from engine.errors import Problem
from engine.graph import Registry, validate
from engine.project import Project

SETTLE_MS = 150  # after a change, before the project is checked
_SLOWEST_MS = 1000  # however fast the changes follow each other

Spot = tuple[str | None, str]
"""A group (None: the graph) and a node in it."""


@dataclass(frozen=True)
class _Found:
    """Problems by where they are shown; those inside a group are shown on its nodes too."""

    everything: tuple[Problem, ...] = ()
    at: Mapping[Spot, tuple[Problem, ...]] = field(default_factory=dict)


class Problems(QObject):
    """The problems of the document, a moment after it changed.

    `changed` comes when they are others than before. `check_again` is for what the document does
    not tell: other plugins, files that came or went.
    """

    changed = Signal()

    _checked = Signal(int, object)

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._found = _Found()
        self._asked = 0
        self._answered = 0
        self._is_busy = False
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._pool.setThreadPriority(QThread.Priority.LowPriority)
        self._timer = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._timer.timeout.connect(self._check)
        self._latest = QTimer(self, singleShot=True, interval=_SLOWEST_MS)
        self._latest.timeout.connect(self._check)
        self._checked.connect(self._take, Qt.ConnectionType.QueuedConnection)
        document.changed.connect(self.check_again)
        document.replaced.connect(self.check_again)
        document.path_changed.connect(self.check_again)
        self.check_again()

    @property
    def all(self) -> tuple[Problem, ...]:
        """Every problem; nodes in groups are named "group/inner"."""
        return self._found.everything

    @property
    def is_settled(self) -> bool:
        """Whether the problems are those of the project as it is now."""
        return self._answered == self._asked and not self._is_busy

    def of(self, node: str, scope: str | None = None) -> tuple[Problem, ...]:
        """The problems of a node of the graph, or inside the group `scope`.

        A node that is a group has those of the nodes in it.
        """
        return self._found.at.get((scope, node), ())

    def of_field(self, node: str, name: str, scope: str | None = None) -> tuple[Problem, ...]:
        """The problems of one input or parameter of a node."""
        return tuple(item for item in self.of(node, scope) if item.field == name)

    def check_again(self, _patch: object = None) -> None:
        """Check the project soon."""
        self._asked += 1
        self._timer.start()
        if not self._latest.isActive():
            self._latest.start()

    def stop(self) -> None:
        """Check nothing more; returns when the background is quiet."""
        self._timer.stop()
        self._latest.stop()
        self._pool.waitForDone(5000)

    def _check(self) -> None:
        self._timer.stop()
        self._latest.stop()
        if self._is_busy:
            return  # `_take` begins the next
        self._is_busy = True
        document = self._document
        base_dir = document.base_dir if document.path else None
        self._pool.start(_Check(self, self._asked, document.project, document.registry, base_dir))

    def _take(self, number: int, found: _Found) -> None:
        self._is_busy = False
        self._answered = number
        if number != self._asked and not self._timer.isActive():
            self._timer.start()
        if found != self._found:
            self._found = found
            self.changed.emit()


class _Check(QRunnable):
    """One check in the background."""

    def __init__(
        self,
        owner: Problems,
        number: int,
        project: Project,
        registry: Registry,
        base_dir: Path | None,
    ) -> None:
        super().__init__()
        self._owner = owner
        self._given = (project, registry, base_dir)
        self._number = number

    def run(self) -> None:
        project, registry, base_dir = self._given
        found = _sorted_out(project, validate(project.graph, registry, base_dir=base_dir))
        try:
            self._owner._checked.emit(self._number, found)
        except RuntimeError:
            return  # the window is gone


def _sorted_out(project: Project, problems: list[Problem]) -> _Found:
    """The problems by the levels and nodes that show them, each once."""
    everything = tuple(dict.fromkeys(problems))
    at: dict[Spot, dict[Problem, None]] = {}
    for problem in everything:
        for spot in _spots(project, problem.node or ""):
            at.setdefault(spot, {})[problem] = None
    return _Found(everything, {spot: tuple(found) for spot, found in at.items()})


def _spots(project: Project, path: str) -> list[Spot]:
    """Where a node "group/inner" is seen: the group's node in the graph, `inner` in the group."""
    spots: list[Spot] = []
    scope: str | None = None
    nodes = project.graph.nodes if path else {}
    for name in path.split("/"):
        node = nodes.get(name)
        if node is None:
            break
        spots.append((scope, name))
        scope = group_of(node)
        group = project.graph.groups.get(scope) if scope is not None else None
        nodes = dict(group.nodes) if group is not None else {}
    return spots
