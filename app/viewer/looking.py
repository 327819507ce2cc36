"""Looks at one node: asks whether it is made, has it made when told, and says how that goes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from app.bridge import Bridge, Happening, View, ViewFailure
from app.document import Document
from app.viewer.pictures import image_of_preview
from app.viewer.subject import Subject, subject_of
from engine.graph import events

State = Literal["nothing", "asking", "unmade", "making", "made", "failed"]

_SETTLE_MS = 90  # after an edit or another choice, before the cache is asked
_PATIENCE_MS = 300  # without an answer, until it counts as not made


@dataclass(frozen=True)
class Look:
    """How the look at a node stands.

    `text` says what is being done or went wrong; `progress` is a share. `job` is that of the render
    that makes the node, 0 when it is made for the viewer alone.
    """

    state: State
    node: str = ""
    title: str = ""
    text: str = ""
    progress: float | None = None
    seconds_left: float | None = None
    preview: QImage | None = None
    job: int = 0


class Looking(QObject):
    """Follows one node of the document. `found` carries the View of what it makes now."""

    changed = Signal(object)  # Look
    found = Signal(object)  # View

    def __init__(self, document: Document, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._bridge = bridge
        self._look = Look("nothing")
        self._node = ""
        self._key = ""  # of the result that is shown
        self._ticket = 0
        self._timer = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._timer.timeout.connect(self._ask)
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._patience.timeout.connect(self._give_up_waiting)
        document.changed.connect(self._ask_soon)
        document.replaced.connect(lambda: self.follow(""))
        bridge.peeked.connect(self._learn)
        bridge.view_ready.connect(self._take)
        bridge.view_failed.connect(self._fail)
        bridge.happened.connect(self._listen)

    @property
    def node(self) -> str:
        """The node that is looked at; empty for none."""
        return self._node

    @property
    def look(self) -> Look:
        """How the look stands."""
        return self._look

    def subject(self) -> Subject | None:
        """The node as it is in the document now."""
        if not self._node:
            return None
        return subject_of(self._document.project, self._document.registry, self._node)

    def follow(self, node: str) -> None:
        """Look at this node from now on."""
        if node == self._node:
            return
        self.cancel()
        self._node, self._key = node, ""
        subject = self.subject()
        if subject is None:
            self._timer.stop()
            self._patience.stop()
            self._say(Look("nothing", node))
            return
        self._say(Look("asking", node, subject.title))
        self._ask()

    def ask_again(self) -> None:
        """Find out anew whether the node is made."""
        self._key = ""
        self._ask_soon()

    def make(self, *, proxy: bool = True) -> None:
        """Have the node made, and what it needs."""
        subject = self.subject()
        if subject is None:
            return
        self.cancel()
        self._patience.stop()
        self._say(Look("making", self._node, subject.title))
        self._view(subject, proxy=proxy)

    def cancel(self) -> None:
        """Stop making the node for the viewer."""
        if self._ticket:
            self._bridge.cancel_view(self._ticket)
            self._ticket = 0
            if self._look.state == "making":
                self._say(replace(self._look, state="unmade", text="", progress=None, preview=None))

    def _view(self, subject: Subject, *, proxy: bool) -> None:
        document = self._document
        self._ticket = self._bridge.view(
            document.project, document.base_dir, self._node, subject.output, proxy=proxy
        )

    def _ask_soon(self, _patch: object = None) -> None:
        if self._node:
            self._timer.start()

    def _ask(self) -> None:
        subject = self.subject()
        if subject is None:
            self._key = ""
            self._say(Look("nothing", self._node))
            return
        self._say(replace(self._look, title=subject.title))
        self._patience.start()
        self._bridge.peek(self._document.project, self._document.base_dir, [self._node])

    def _learn(self, seen: dict[str, tuple[str, bool]]) -> None:
        """The cache says what it has."""
        if self._node not in seen or self._timer.isActive():
            return
        key, cached = seen[self._node]
        self._patience.stop()
        if self._ticket and self._look.state == "making":
            return
        if key == self._key:
            if self._look.state != "made":
                self._say(replace(self._look, state="made"))
        elif cached:
            subject = self.subject()
            if subject is not None and not self._ticket:
                self._view(subject, proxy=True)
        else:
            self._unmade()

    def _give_up_waiting(self) -> None:
        if not self._ticket:
            self._unmade()

    def _unmade(self) -> None:
        if self._look.state != "making":
            self._key = ""
            self._say(Look("unmade", self._node, self._look.title))

    def _take(self, view: View) -> None:
        if view.ticket != self._ticket:
            return
        self._ticket = 0
        self._key = view.full_key or view.key
        self._say(Look("made", self._node, self._look.title))
        self.found.emit(view)

    def _fail(self, failure: ViewFailure) -> None:
        if failure.ticket != self._ticket:
            return
        self._ticket = 0
        self._say(Look("failed", self._node, self._look.title, failure.message))

    def _listen(self, told: tuple[Happening, ...]) -> None:
        """What renders and looks tell of the node, and of those that it needs."""
        for item in told:
            ours = bool(self._ticket) and item.ticket == self._ticket
            if ours:
                self._show(item, job=0)
            elif isinstance(item.event, events.RenderFinished):
                self._ask_soon()
            elif self._node and getattr(item.event, "node", None) == self._node:
                if isinstance(item.event, events.NodeFinished):
                    self._settle()
                elif isinstance(item.event, events.NodeFailed):
                    self._say(Look("failed", self._node, self._look.title, item.event.message))
                elif item.job and self._look.state in ("unmade", "making", "failed"):
                    self._show(item, job=item.job)

    def _settle(self) -> None:
        """The node was made by a render: look at it."""
        if self._look.state == "making" and self._look.job:
            self._say(Look("asking", self._node, self._look.title))
        self._ask_soon()

    def _show(self, item: Happening, *, job: int) -> None:
        look = replace(self._look, state="making", job=job)
        match item.event:
            case events.NodeStarted(title=title):
                look = replace(look, text=title, progress=None)
            case events.NodeProgress() as event:
                share = event.done / event.total if event.total else None
                left = event.run_seconds_left
                left = event.seconds_left if left is None else left
                text = f"{event.title}: {event.note}" if event.note else event.title
                look = replace(look, text=text, progress=share, seconds_left=left)
            case events.Preview(image=image):
                made = image_of_preview(image)
                look = replace(look, preview=made or look.preview)
            case _:
                return
        self._say(look)

    def _say(self, look: Look) -> None:
        if look != self._look:
            self._look = look
            self.changed.emit(look)


def takes_project(document: Document, subject: Subject, take: dict[str, Any]) -> Any:
    """The document's project with the parameters that a take was made with."""
    from app.editing.patch import Patch, apply_patch

    nodes = {}
    params = take.get("params")
    for name, values in params.items() if isinstance(params, dict) else ():
        node = subject.level.nodes.get(name)
        if node is not None and isinstance(values, dict):
            nodes[name] = replace(node, params=dict(values))
    patch = Patch(nodes=nodes, scope=subject.level.scope)
    return apply_patch(document.project, patch)
