"""Small pictures of what nodes make, drawn in the background as soon as the cache has it."""

from __future__ import annotations

import contextlib
import itertools
import threading
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QObject, QRunnable, Qt, QThread, QThreadPool, QTimer, Signal
from PySide6.QtGui import QImage

from app.bridge import Bridge, Happening, View
from app.document import Document
from app.pictures import picture_of
from app.worker import device_note
from engine.errors import AiprodError
from engine.graph import events
from engine.project import Project
from engine.render.viewing import glance

_KEPT = 96 * 2**20  # bytes of pictures
_DRAWN = frozenset({"Clip", "FaceCurves", "Image", "Sound", "Sequence", "Timeline"})
_SMALL = "small "  # before the key of a picture that stands for the result of that key
_SETTLE_MS = 250  # after an edit, before the cache is asked
_AT_ONCE = 12  # nodes that one background task draws


class Thumbnails(QObject):
    """Pictures of nodes, by the ids of the flat graph ("group/inner" inside groups).

    `ready` carries the node and its QImage of at most 256 pixels a side, or None when what the
    node makes now is not made yet. Pictures of earlier results come back at once.
    """

    ready = Signal(str, object)

    _drawn = Signal(str, str, object)

    def __init__(self, document: Document, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._bridge = bridge
        self._keys: dict[str, str] = {}
        self._stand_ins: dict[str, tuple[str, QImage]] = {}
        self._pictures: OrderedDict[str, QImage | None] = OrderedDict()
        self._done: set[str] = set()
        self._bytes = 0
        self._wanted: dict[str, str] = {}
        self._finished: set[str] = set()
        self._working = False
        self._cancel = threading.Event()
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._pool.setThreadPriority(QThread.Priority.LowPriority)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SETTLE_MS)
        self._timer.timeout.connect(self._ask)
        self._drawn.connect(self._take, Qt.ConnectionType.QueuedConnection)
        document.changed.connect(self._ask_soon)
        document.replaced.connect(self._forget)
        bridge.peeked.connect(self._compare)
        bridge.view_ready.connect(self._draw_view)
        bridge.happened.connect(self._listen)
        bridge.registry_changed.connect(self._ask_soon)

    def get(self, node: str) -> QImage | None:
        """The picture of what the node makes now; None while there is none.

        One that had to make room for others is drawn again: `ready` brings it.
        """
        key = self._keys.get(node, "")
        picture = self._pictures.get(key)
        if picture is None and node in self._stand_ins:
            return self._stand_ins[node][1]
        if key in self._done and key not in self._pictures:
            self._wanted[node] = key
            self._work()
        return picture

    def stop(self) -> None:
        """Draw nothing more; returns when the background is quiet."""
        self._cancel.set()
        self._timer.stop()
        self._wanted.clear()
        self._pool.waitForDone(5000)

    def _ask_soon(self, _patch: object = None) -> None:
        self._timer.start()

    def _forget(self) -> None:
        self._cancel.set()
        self._cancel = threading.Event()
        for node in {*self._keys, *self._stand_ins}:
            self.ready.emit(node, None)
        self._keys.clear()
        self._stand_ins.clear()
        self._wanted.clear()
        self._ask_soon()

    def _ask(self) -> None:
        nodes = self._finished or None
        self._finished = set()
        self._bridge.peek(self._document.project, self._document.base_dir, nodes)

    def _listen(self, told: tuple[Happening, ...]) -> None:
        """Look again after what a render made; at its end at everything that follows from it."""
        for item in told:
            if isinstance(item.event, events.NodeFinished):
                if not item.event.cached and not self._timer.isActive():
                    self._finished.add(item.event.node)
            elif isinstance(item.event, events.RenderFinished):
                self._finished.clear()
                self._timer.start()
        if self._finished and not self._timer.isActive():
            self._timer.start()

    def _compare(self, found: Mapping[str, tuple[str, bool]]) -> None:
        for node, (key, cached) in found.items():
            if node in self._stand_ins and self._stand_ins[node][0] != key:
                del self._stand_ins[node]  # it was drawn for what the node made before
            known = self._keys.get(node) == key
            if known and (key in self._done or self._wanted.get(node) == key or not cached):
                continue
            self._keys[node] = key
            if key in self._pictures:
                self._pictures.move_to_end(key)
                self.ready.emit(node, self.get(node))
            elif cached and self._shows(node):
                self._wanted[node] = key
            elif node not in self._stand_ins:
                self._wanted.pop(node, None)
                self.ready.emit(node, None)
        self._work()

    def _shows(self, node: str) -> bool:
        """Whether what the node makes can be drawn, as far as that is known without a look."""
        found = self._document.project.graph.nodes.get(node)
        spec = self._bridge.registry.get(found.type) if found else None
        return spec is None or any(output.type in _DRAWN for output in spec.outputs[:1])

    def _work(self) -> None:
        if self._working or not self._wanted or self._cancel.is_set():
            return
        nodes = dict(itertools.islice(self._wanted.items(), _AT_ONCE))
        self._working = True
        project, base_dir = self._document.project, self._document.base_dir
        self._pool.start(_Task(self, project, base_dir, nodes, self._cancel))

    def _draw_view(self, made: View) -> None:
        """Draw what a look just brought, which may be a small version of the result."""
        if not self._shows(made.node):
            return
        task = _Task(self, Project(), self._document.base_dir, {}, self._cancel)
        task.value = (made.node, made.full_key, made.proxy, made.value)
        self._pool.start(task)
        self._ask_soon()

    def _take(self, node: str, key: str, picture: QImage | None) -> None:
        if not node:  # the end of a task
            self._working = False
            self._work()
            return
        if key.startswith(_SMALL):
            if picture is not None:
                self._stand_ins[node] = (key.removeprefix(_SMALL), picture)
                self.ready.emit(node, picture)
            return
        self._keep(key, picture)
        if self._wanted.get(node) == key:
            del self._wanted[node]
        self._keys[node] = key
        self._stand_ins.pop(node, None)
        self.ready.emit(node, picture)

    def _keep(self, key: str, picture: QImage | None) -> None:
        before = self._pictures.pop(key, None)
        self._bytes += _size(picture) - _size(before)
        self._pictures[key] = picture
        self._done.add(key)
        while self._bytes > _KEPT:
            self._bytes -= _size(self._pictures.popitem(last=False)[1])

    def draw(
        self, project: Project, base_dir: Path, nodes: dict[str, str], cancel: threading.Event
    ) -> None:
        """Draw some nodes, by their keys; runs in the background."""
        left = dict.fromkeys(nodes)

        def show(node: str, key: str, value: object) -> None:
            left.pop(node, None)
            self._drawn.emit(node, key, _picture(value))

        try:
            with contextlib.suppress(AiprodError):
                glance(
                    project,
                    nodes,
                    show,
                    services=self._bridge.services(),
                    base_dir=base_dir,
                    device=device_note.recall(),
                    cancel=cancel,
                )
        finally:
            for node in left:  # what cannot be drawn now is not asked for again until it changes
                self._drawn.emit(node, nodes[node], None)
            self._drawn.emit("", "", None)

    def draw_value(self, node: str, key: str, *, proxy: bool, value: object) -> None:
        """Draw one value, which may be a small version; runs in the background."""
        self._drawn.emit(node, f"{_SMALL}{key}" if proxy else key, _picture(value))


class _Task(QRunnable):
    """Draws in the background; afterwards the thumbnails take the pictures on their thread."""

    def __init__(
        self,
        owner: Thumbnails,
        project: Project,
        base_dir: Path,
        nodes: dict[str, str],
        cancel: threading.Event,
    ) -> None:
        super().__init__()
        self.value: tuple[str, str, bool, object] | None = None
        self._owner = owner
        self._given = (project, base_dir, nodes, cancel)
        self._cancel = cancel

    def run(self) -> None:
        try:
            if self.value is not None:
                node, key, proxy, value = self.value
                self._owner.draw_value(node, key, proxy=proxy, value=value)
            else:
                self._owner.draw(*self._given)
        except RuntimeError:
            if not self._cancel.is_set():  # the window is gone
                raise


def _size(picture: QImage | None) -> int:
    return picture.sizeInBytes() if picture is not None else 64


def _picture(value: object) -> QImage | None:
    try:
        return picture_of(value)
    except Exception:  # the value's own code may raise anything; a look at the node tells it
        return None
