"""Random edits through the canvas panel: its commands and what its widget asks for."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtGui import QAction

from app.canvas import views
from app.editing.level import inputs_of, outputs_of
from app.panels.canvas import CanvasPanel
from engine.graph import Link
from widgets.canvas import SocketRef

ASKS = {"canvas.add", "canvas.rename", "canvas.view"}
"""Commands that ask for something first."""


class PanelMonkey:
    """Does random things to a canvas panel, and compares what it shows with the document."""

    def __init__(self, panel: CanvasPanel, seed: int) -> None:
        self.panel = panel
        self.view = panel.view
        self.random = random.Random(seed)
        self.commands: list[QAction] = sorted(
            (action for action in panel.actions() if action.objectName() not in ASKS),
            key=lambda action: action.objectName(),
        )
        self.asks: list[Callable[[], Any]] = [
            *(getattr(self, name) for name in sorted(dir(self)) if name.startswith("ask_"))
        ]

    def act(self) -> str:
        """One thing."""
        self._select()
        if self.random.random() < 0.5:
            action = self.random.choice(self.commands)
            action.trigger()
            return action.objectName()
        ask = self.random.choice(self.asks)
        ask()
        return ask.__name__

    def check(self) -> None:
        """The canvas shows the level of the document, and nothing else. Raises AssertionError."""
        level, contents = self.panel.edits.level, self.view.contents
        assert set(contents.nodes) == set(level.nodes)
        for name, node in level.nodes.items():
            shown, wanted = contents.nodes[name].view, views.node_view(level, node)
            assert replace(shown, problems=()) == wanted, f"{shown} is not {wanted}"
        wanted_links = {views.link_view(link) for link in level.links}
        assert {item.view for item in contents.links.values()} == wanted_links
        assert set(contents.frames.values()) == set(views.frame_views(level))
        assert set(self.view.selected()) <= set(level.nodes)

    def _select(self) -> None:
        names = list(self.panel.edits.level.nodes)
        links = [item.view for item in self.view.contents.links.values()]
        frames = list(self.view.contents.frames)
        chance = self.random.random()
        if chance < 0.15 and links:
            self.view.select_link(self.random.choice(sorted(links, key=repr)))
        elif chance < 0.25 and frames:
            self.view.select_frame(self.random.choice(frames))
        else:
            count = min(len(names), self.random.randint(0, 4))
            self.view.set_selected(self.random.sample(names, count))

    def _name(self) -> str:
        return self.random.choice([*self.panel.edits.level.nodes, "nobody"])

    def _pos(self) -> tuple[float, float]:
        return self.random.uniform(-500, 2000), self.random.uniform(-500, 2000)

    def _socket(self, *, output: bool) -> tuple[str, str]:
        level, name = self.panel.edits.level, self._name()
        node = level.nodes.get(name)
        sockets = (outputs_of if output else inputs_of)(level, node) if node else ()
        return name, self.random.choice([socket.name for socket in sockets] or ["out"])

    def _link(self) -> Any:
        found = sorted(self.panel.edits.level.links, key=repr)
        return views.link_view(self.random.choice(found or [Link("a", "out", "b", "clip")]))

    def ask_move(self) -> None:
        self.view.nodes_moved.emit({name: self._pos() for name in self.view.selected()})

    def ask_link(self) -> None:
        self.view.link_asked.emit(*self._socket(output=True), *self._socket(output=False))

    def ask_relink(self) -> None:
        ends = (*self._socket(output=True), *self._socket(output=False))
        self.view.relink_asked.emit(self._link(), *ends)

    def ask_unlink(self) -> None:
        self.view.unlink_asked.emit((self._link(),))

    def ask_add(self) -> None:
        kinds = [spec.id for spec in self.panel.edits.level.registry]
        name, socket = self._socket(output=True)
        ref = self.random.choice([None, SocketRef(name, socket, "", output=True)])
        self.view.add_asked.emit(self.random.choice(kinds), self._pos(), ref)

    def ask_insert(self) -> None:
        name = self.random.choice([self._name(), "media.trim", "sound.gain", "graph.reroute"])
        self.view.insert_asked.emit(name, self._link(), self._pos())

    def ask_duplicate(self) -> None:
        links = self.random.random() < 0.5
        self.view.duplicate_asked.emit(self.view.selected(), links, (40.0, 40.0))

    def ask_enter(self) -> None:
        self.view.enter_asked.emit(self._name())

    def ask_leave(self) -> None:
        self.view.leave_asked.emit(0)

    def ask_rename(self) -> None:
        names = list(self.panel.edits.level.nodes)
        if names:
            self.view.rename_asked.emit(self.random.choice(names), "Née")

    def ask_text(self) -> None:
        self.view.text_dropped.emit("a red ball", self._pos())

    def ask_frame_change(self) -> None:
        frames = sorted(self.view.contents.frames.values(), key=lambda frame: frame.id)
        if frames:
            frame = replace(self.random.choice(frames), rect=(*self._pos(), 300.0, 200.0))
            self.view.frame_changed.emit((frame,), {self._name(): self._pos()})
