"""Takes of a shot: every generation is kept, can be named, rated, and taken up again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.background import Background
from app.bridge import Bridge, Happening, View
from app.document import Document
from app.editing.level import Level
from app.editing.links import upstream
from app.editing.patch import Patch, scope_of
from app.worker import device_note
from engine.errors import AiprodError
from engine.graph import Node, NodeSpec, Registry, events
from engine.project import Project, loads
from engine.render.viewing import peek

KEY = "takes"
_MOST = 200  # takes of a shot that are kept
_STARS = 5
_CATEGORY = "Generate"
_TRIES = 3
_PATIENCE = 5.0  # seconds that closing waits for a check
_AGAIN_MS = 1000  # before it is checked again whether what was made is of this project


@dataclass(frozen=True)
class Take:
    """One generation: the parameters of all nodes that made it, its result's key, a name, stars.

    `made` is when, as ISO 8601 text in UTC.
    """

    key: str
    params: Mapping[str, Mapping[str, Any]]
    name: str = ""
    made: str = ""
    rating: int = 0


class _Checks(QObject):
    told = Signal(str, object)  # by the background


class Takes(QObject):
    """Notes the takes of the project's shots on their nodes, as they are generated.

    `changed` tells a node with more takes or others. A shot is a node that generates a Clip. Nodes
    are those of one level, see `use_level`.
    """

    changed = Signal(str)

    def __init__(self, document: Document, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._bridge = bridge
        self._scope: str | None = None
        self._prefix = ""
        self._current: dict[str, str] = {}
        self._asked: set[tuple[str, str]] = set()
        self._tries: dict[tuple[str, str], int] = {}
        self._watched: frozenset[str] = frozenset()
        self._cancel = threading.Event()
        self._background = Background("takes")
        self._checked = _Checks()
        self._checked.told.connect(self._note, Qt.ConnectionType.QueuedConnection)
        bridge.peeked.connect(self._peeked)
        bridge.view_ready.connect(self._viewed)
        bridge.happened.connect(self._listen)
        document.replaced.connect(self._forget)

    def use_level(self, scope: str | None, prefix: str) -> None:
        """Speak of the nodes of the group `scope`, which the node of `prefix` ("group/") shows."""
        if (scope, prefix) != (self._scope, self._prefix):
            self._scope, self._prefix = scope, prefix
            self._forget()

    def _nodes(self) -> Mapping[str, Node]:
        project = self._document.project
        there = self._scope is None or self._scope in project.graph.groups
        return scope_of(project, self._scope)[0] if there else {}

    # --- reading ---------------------------------------------------------------------------

    def of(self, node: str) -> tuple[Take, ...]:
        """The takes of a shot, the oldest first."""
        found = self._nodes().get(node)
        return read_takes(found) if found is not None else ()

    def count(self, node: str) -> int:
        """How many takes a shot has."""
        found = self._nodes().get(node)
        kept = found.extra.get(KEY) if found is not None else None
        return len(kept) if isinstance(kept, list) else 0

    def current(self, node: str) -> Take | None:
        """The take that the shot shows now, when it is one."""
        key = self._current.get(node, "")
        return next((take for take in self.of(node) if take.key == key), None)

    def watch(self, nodes: Iterable[str]) -> None:
        """Look out for takes of these shots first."""
        self._watched = frozenset(nodes)

    # --- changing --------------------------------------------------------------------------

    def swap(self, node: str, take: Take) -> None:
        """Make the shot anew as in a take: one step, and its result is in the cache."""
        nodes = self._nodes()
        changes: dict[str, Node | None] = {}
        for name, params in take.params.items():
            found = nodes.get(name)
            if found is not None and dict(found.params) != dict(params):
                changes[name] = replace(found, params=dict(params))
        shot = nodes.get(node)
        title = shot.title if shot is not None and shot.title else node
        step = self.tr("Use “{take}” of {shot}").format(take=take.name, shot=title)
        self._document.apply(step, Patch(nodes=changes, scope=self._scope))

    def rename(self, node: str, take: Take, name: str) -> None:
        """Give a take another name."""
        self._change(node, take.key, lambda old: replace(old, name=name))

    def rate(self, node: str, take: Take, stars: int) -> None:
        """Give a take 0 to 5 stars."""
        self._change(node, take.key, lambda old: replace(old, rating=max(0, min(_STARS, stars))))

    def remove(self, node: str, take: Take) -> None:
        """Forget a take; what the cache keeps of it stays there until it is needed no more."""
        self._change(node, take.key, lambda _old: None)

    def stop(self) -> None:
        """Note nothing of what is being checked; returns when the background is quiet."""
        self._cancel.set()
        self._background.clear()
        self._background.wait(_PATIENCE)
        self._asked.clear()
        self._cancel = threading.Event()

    def _change(self, node: str, key: str, change: Callable[[Take], Take | None]) -> None:
        found = self._nodes().get(node)
        if found is None:
            return
        takes = [change(take) if take.key == key else take for take in read_takes(found)]
        self._write(found, [take for take in takes if take is not None])

    def _write(self, node: Node, takes: list[Take]) -> None:
        noted = {node.id: with_takes(node, takes)}
        self._document.note(Patch(nodes=noted, scope=self._scope))
        self.changed.emit(node.id)

    # --- noting what was made --------------------------------------------------------------

    def _peeked(self, found: Mapping[str, tuple[str, bool]]) -> None:
        for flat, (key, cached) in found.items():
            node = self._local(flat)
            if node is None:
                continue
            self._current[node] = key
            if cached:
                self._consider(node, key, self._document.project)

    def _viewed(self, made: View) -> None:
        node = self._local(made.node)
        if node is not None and not made.silent:
            self._current[node] = made.full_key or made.key
            self._consider(node, made.full_key or made.key, self._document.project)

    def _local(self, flat: str) -> str | None:
        """A node of the flat graph as it is called on this level; None when it is on another."""
        name = flat.removeprefix(self._prefix)
        return name if flat.startswith(self._prefix) and "/" not in name else None

    def _listen(self, told: tuple[Happening, ...]) -> None:
        for item in told:
            event = item.event
            if isinstance(event, events.NodeFinished) and not event.cached and item.job:
                node = self._nodes().get(self._local(event.node) or "")
                if node is not None and is_shot(node, self._document.registry):
                    self._check(node.id, "", None, item.job)

    def _consider(self, name: str, key: str, project: Project) -> None:
        """Note a take when it is a shot's, is not noted yet, and is of this project for sure."""
        node = self._nodes().get(name)
        if node is None or not is_shot(node, self._document.registry):
            return
        if any(take.key == key for take in read_takes(node)) or (name, key) in self._asked:
            return
        self._asked.add((name, key))
        self._check(name, key, project, 0)

    def _check(self, node: str, key: str, project: Project | None, job: int) -> None:
        base, cancel, level = self._document.base_dir, self._cancel, (self._scope, self._prefix)
        self._background.start(partial(self.check, node, key, project, job, base, cancel, level))

    def check(
        self,
        node: str,
        key: str,
        project: Project | None,
        job: int,
        base: Path,
        cancel: threading.Event,
        level: tuple[str | None, str],
    ) -> None:
        """Find out in the background whether a project makes that result; then note it."""
        take: Take | None = None
        scope, prefix = level
        try:
            if project is None:
                project = loads(self._bridge.project_text(job))
            seen = peek(
                project,
                [prefix + node],
                services=self._bridge.services(),
                base_dir=base,
                device=device_note.recall(),
            )
            found = seen.get(prefix + node)
            if found is not None and key in ("", found.key):
                inside = Level(project, self._document.registry, scope)
                take = take_of(inside, node, found.key)
        except (AiprodError, OSError, ValueError, KeyError):
            take = None
        if not cancel.is_set():
            self._checked.told.emit(prefix + node, take)

    def _note(self, flat: str, take: Take | None) -> None:
        name = self._local(flat)
        if name is None:
            return
        node = self._nodes().get(name)
        if node is None or take is None:
            self._try_again(name)
            return
        takes = list(read_takes(node))
        if any(known.key == take.key for known in takes):
            return
        number = 1 + max((_number(known.name) for known in takes), default=0)
        name_of = self.tr("Take {number}").format(number=number)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self._write(node, [*takes, replace(take, name=name_of, made=now)][-_MOST:])

    def _try_again(self, name: str) -> None:
        """What is known of the device may have come too late for the first check."""
        asked = {pair for pair in self._asked if pair[0] == name}
        self._asked -= asked
        for pair in asked:
            self._tries[pair] = self._tries.get(pair, 0) + 1
            if self._tries[pair] <= _TRIES and self._current.get(name) == pair[1]:
                again = partial(self._consider, *pair, self._document.project)
                QTimer.singleShot(_AGAIN_MS, self, again)

    def _forget(self) -> None:
        self._current.clear()
        self._asked.clear()
        self._tries.clear()


def is_shot(node: Node, registry: Registry) -> bool:
    """Whether a node generates a Clip."""
    spec: NodeSpec | None = registry.get(node.type)
    generates = spec is not None and (spec.device or spec.category == _CATEGORY)
    return spec is not None and generates and any(out.type == "Clip" for out in spec.outputs)


def take_of(level: Level, node: str, key: str) -> Take:
    """The take that a project makes of a shot: the parameters of all that leads to it."""
    names, nodes = upstream(level, node), level.nodes
    return Take(key, {name: dict(nodes[name].params) for name in sorted(names) if name in nodes})


def read_takes(node: Node) -> tuple[Take, ...]:
    """The takes that are noted on a node; what is none is left out."""
    rows = node.extra.get(KEY)
    made = []
    for row in rows if isinstance(rows, list | tuple) else ():
        if not isinstance(row, Mapping) or not isinstance(row.get("key"), str):
            continue
        params = row.get("params")
        rating = row.get("rating", 0)
        made.append(
            Take(
                row["key"],
                params if isinstance(params, Mapping) else {},
                str(row.get("name", "")),
                str(row.get("made", "")),
                rating if isinstance(rating, int) else 0,
            )
        )
    return tuple(made)


def with_takes(node: Node, takes: Iterable[Take]) -> Node:
    """The node with these takes noted on it."""
    rows = [
        {"name": take.name, "params": dict(take.params), "key": take.key, "made": take.made}
        | ({"rating": take.rating} if take.rating else {})
        for take in takes
    ]
    extra = {name: value for name, value in node.extra.items() if name != KEY}
    return replace(node, extra={**extra, KEY: rows} if rows else extra)


def _number(name: str) -> int:
    digits = "".join(letter for letter in name if letter.isdigit())
    return int(digits) if digits and len(digits) < 6 else 0
