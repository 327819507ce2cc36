"""What nodes are doing and what they made, shown on them: states, progress, pictures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from app.context import AppContext
from app.editing.level import Level, group_of
from app.thumbnails import Thumbnails
from engine.graph import Node, events
from widgets.canvas import CanvasView


class RunningNodes(QObject):
    """Leads events, cached results and thumbnails to the nodes of the level that is shown.

    The engine names nodes "group/inner"; a group shows what runs inside it.
    """

    def __init__(self, context: AppContext, view: CanvasView) -> None:
        super().__init__(view)
        self._context = context
        self._view = view
        self._states: dict[str, Any] = {}
        self._parts: dict[str, tuple[float | None, str]] = {}
        self._keys: dict[str, str] = {}
        bridge = context.bridge
        bridge.happened.connect(self._take_events)
        bridge.peeked.connect(self._take_peeked)
        self._thumbnails: Thumbnails | None = context.thumbnails
        if self._thumbnails is not None:
            self._thumbnails.ready.connect(self._show_picture)

    def refresh(self) -> None:
        """Show everything that is known on the nodes that are shown now."""
        for name in self._view.contents.nodes:
            self.refresh_node(name)

    def refresh_node(self, name: str) -> None:
        """Show what is known of one node."""
        flat = self._context.selection.flat(name)
        self._view.set_run_state(name, self._states.get(flat, ""))
        part, text = self._parts.get(flat, (None, ""))
        self._view.set_progress(name, part, text)
        if self._thumbnails is None:
            return
        node = self._level().nodes.get(name)
        for path in (flat, *(f"{flat}/{inner}" for inner in self._shown_in(node))):
            picture = self._thumbnails.get(path)
            if picture is not None:
                self._view.set_thumbnail(name, picture)
                return

    def forget(self) -> None:
        """Another project is open."""
        self._states.clear()
        self._keys.clear()
        self._parts.clear()

    def _take_events(self, told: Iterable[Any]) -> None:
        touched: dict[str, None] = {}
        for item in told:
            event = item.event
            match event:
                case events.RunPlanned():
                    running = [n for n, state in self._states.items() if state in _AT_WORK]
                    for name in running:
                        self._set(name, "", None)
                        touched[name] = None
                case events.NodeStarted():
                    self._set(event.node, "running", (0.0, ""))
                case events.NodeProgress() if event.total > 0:
                    share = min(1.0, event.done / event.total)
                    self._set(event.node, "running", (share, self._words(event)))
                case events.NodeFinished():
                    self._set(event.node, "cached" if event.cached else "done", None)
                case events.NodeFailed():
                    self._set(event.node, "failed", None)
                case events.RenderFinished():
                    for name in [n for n, state in self._states.items() if state in _AT_WORK]:
                        self._set(name, "", None)
                        touched[name] = None
                case _:
                    continue
            if node := getattr(event, "node", ""):
                touched[node] = None
        for name in touched:
            self._show(name)

    def _take_peeked(self, found: Mapping[str, tuple[str, bool]]) -> None:
        """The cache was asked: what is in it is done, whatever was before is not."""
        for name, (key, cached) in found.items():
            known, self._keys[name] = self._keys.get(name, key), key
            if self._states.get(name) == "failed" and not cached and known == key:
                continue  # nothing was changed that could mend it
            if self._states.get(name) not in _AT_WORK:
                state = self._states.get(name, "")
                new = (state if state == "done" else "cached") if cached else ""
                if new != state:
                    self._set(name, new, None)
                    self._show(name)

    def _set(self, name: str, state: str, part: tuple[float, str] | None) -> None:
        self._states[name] = state
        if part is None:
            self._parts.pop(name, None)
        else:
            self._parts[name] = part
        if "/" in name and state in _AT_WORK:  # the groups around it work
            for depth in range(1, name.count("/") + 1):
                around = "/".join(name.split("/")[:depth])
                self._states[around] = state
                self._parts[around] = part or (0.0, "")
        elif "/" in name:
            for depth in range(1, name.count("/") + 1):
                around = "/".join(name.split("/")[:depth])
                inner = f"{around}/"
                if not any(s in _AT_WORK for n, s in self._states.items() if n.startswith(inner)):
                    self._states[around] = state
                    self._parts.pop(around, None)

    def _show(self, name: str) -> None:
        own = self._own(name)
        if own:
            flat = self._context.selection.flat(own)
            self._view.set_run_state(own, self._states.get(flat, ""))
            self._view.set_progress(own, *self._parts.get(flat, (None, "")))

    def _show_picture(self, name: str, picture: QImage | None) -> None:
        own = self._own(name)
        if not own:
            return
        flat = self._context.selection.flat(own)
        if name != flat:
            node = self._level().nodes.get(own)
            if name not in {f"{flat}/{inner}" for inner in self._shown_in(node)}:
                return
        self._view.set_thumbnail(own, picture)

    def _own(self, name: str) -> str:
        """The node of the level that is shown which the engine's node is, or is inside of."""
        prefix = "".join(f"{part}/" for part in self._context.selection.instances)
        if not name.startswith(prefix):
            return ""
        return name[len(prefix) :].partition("/")[0]

    def _shown_in(self, node: Node | None) -> list[str]:
        """The nodes inside a group's node whose results it gives, as paths from it."""
        group = self._level().groups.get(group_of(node) or "") if node is not None else None
        return [port.node for port in group.outputs] if group is not None else []

    def _level(self) -> Level:
        document = self._context.document
        return Level(document.project, document.registry, self._context.selection.scope)

    def _words(self, event: events.NodeProgress) -> str:
        if event.seconds_left is not None and event.seconds_left >= 1:
            return self.tr("{seconds} s left").format(seconds=round(event.seconds_left))
        if float(event.total).is_integer() and 1 < event.total < 10_000:
            return f"{event.done:g}/{event.total:g}"
        return ""


_AT_WORK = {"running", "queued"}
