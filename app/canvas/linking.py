"""Which links are legal while one is drawn: asked for every socket, so it must be quick."""

from __future__ import annotations

from app.canvas.edits import CanvasEdits
from app.editing.level import ANY, Level, input_of, output_of
from app.editing.links import downstream, upstream, why_types_differ
from engine.graph.expand import REROUTE
from engine.graph.sockets import can_link
from engine.project import Project
from widgets.canvas import SocketRef


class LinkRules:
    """Remembers, for one state of the project, what the fixed end of a link reaches."""

    def __init__(self, edits: CanvasEdits) -> None:
        self._edits = edits
        self._of: tuple[Project | None, str | None] = (None, None)
        self._level: Level | None = None
        self._up: dict[str, set[str]] = {}
        self._down: dict[str, set[str]] = {}
        self._types: dict[tuple[str, str], bool] = {}

    def can_link(self, source: SocketRef, target: SocketRef) -> bool:
        """Whether an output may feed an input. Without a node only the type of an end counts."""
        if not source.output or target.output:
            return False
        level = self._fresh()
        if not self._fit(source.type, target.type) and not self._bends(level, source, target):
            return False
        if source.node not in level.nodes or target.node not in level.nodes:
            return True
        if self._runs_back(level, source.node, target.node):
            return False
        if self._bends(level, source, target) or source.type == ANY:
            return self._types_agree(level, source, target)
        return True

    def _fresh(self) -> Level:
        level = self._edits.level
        now = (level.project, level.scope)
        if self._level is None or self._of[0] is not now[0] or self._of[1] != now[1]:
            self._of, self._level = now, level
            self._up.clear()
            self._down.clear()
        return self._level

    def _fit(self, given: str, wanted: str) -> bool:
        key = (given, wanted)
        if key not in self._types:
            self._types[key] = ANY in key or can_link(given, wanted)
        return self._types[key]

    def _bends(self, level: Level, source: SocketRef, target: SocketRef) -> bool:
        ends = (level.nodes.get(source.node), level.nodes.get(target.node))
        return any(node is not None and node.type == REROUTE for node in ends)

    def _runs_back(self, level: Level, source: str, target: str) -> bool:
        if source in self._up:
            return target in self._up[source]
        if target in self._down:
            return source in self._down[target]
        self._up[source] = upstream(level, source)
        self._down[target] = downstream(level, target)
        return target in self._up[source]

    def _types_agree(self, level: Level, source: SocketRef, target: SocketRef) -> bool:
        origin, end = level.nodes[source.node], level.nodes[target.node]
        given = output_of(level, origin, source.socket)
        wanted = input_of(level, end, target.socket)
        if given is None or wanted is None:
            return False
        return why_types_differ(level, origin, given, end, wanted) is None
