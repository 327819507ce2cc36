"""What the canvas asks for, done to the document: each intent one named step of undo."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from app.canvas.tidying import Tidying
from app.canvas.views import link_of, translated
from app.context import AppContext
from app.editing import chains, drops, frames, grouping, layout, links, nodes, params, ports
from app.editing import snippets as texts
from app.editing.level import EditError, Level, Made, group_of
from app.editing.patch import Patch
from engine.graph import Link
from engine.graph.expand import REROUTE
from widgets.canvas import FrameView, LinkView, Point, SocketRef

OFFSET = (40.0, 40.0)
_ONE_GESTURE = 0.7  # seconds in which moves of the same nodes are one


class CanvasEdits(QObject):
    """Edits of the level that the selection shows. A refusal is told in the status bar."""

    def __init__(self, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._document = context.document
        self.tidying = Tidying(self)
        self.tidying.done.connect(self._take_layout)
        self._last_move: tuple[frozenset[str], float] = (frozenset(), 0.0)

    @property
    def level(self) -> Level:
        """The graph, or the inside of the group that was entered."""
        scope = self._context.selection.scope
        return Level(self._document.project, self._document.registry, scope)

    # -- nodes

    def add(self, node_type: str, place: Point, of: SocketRef | None = None) -> tuple[str, ...]:
        """Add a node, linked with a socket if one was dragged from."""
        place_of = (of.node, of.socket) if of is not None and of.node else None
        output = of.output if of is not None else True
        level = self.level
        return self._make(
            self.tr("Add {title}").format(title=self._title_of(node_type)),
            lambda: nodes.add_node(level, node_type, place, of=place_of, output=output),
        )

    def move(self, places: Mapping[str, Point]) -> None:
        """Put nodes elsewhere; moves of the same nodes right after each other are one step."""
        now, names = time.monotonic(), frozenset(places)
        if self._last_move[0] != names or now - self._last_move[1] > _ONE_GESTURE:
            self._document.end_merge()
        self._last_move = (names, now)
        level = self.level
        name = self.tr("Move %n node(s)", None, len(places))
        self._apply(name, lambda: nodes.move_nodes(level, places), merge="canvas.move")

    def delete(self, names: Iterable[str]) -> None:
        """Remove nodes with their links."""
        gone, level = tuple(names), self.level
        self._apply(
            self.tr("Delete %n node(s)", None, len(gone)),
            lambda: nodes.remove_nodes(level, gone),
        )

    def dissolve(self, names: Iterable[str]) -> None:
        """Remove nodes and let what ran through them run on."""
        gone, level = tuple(names), self.level
        self._apply(
            self.tr("Dissolve %n node(s)", None, len(gone)), lambda: chains.dissolve(level, gone)
        )

    def extract(self, names: Iterable[str]) -> None:
        """Take nodes out of their chains, which close up."""
        chosen, level = tuple(names), self.level
        self._apply(
            self.tr("Take out %n node(s)", None, len(chosen)),
            lambda: chains.extract(level, chosen),
        )

    def rename(self, name: str, title: str) -> None:
        """Give a node another title; a group that is used but once, the group itself."""
        level = self.level
        group = group_of(level.nodes[name]) if name in level.nodes else None
        if group is not None and title.strip() and grouping.count_instances(level, group) == 1:
            with self._document.step(self.tr("Rename a group")):
                self._apply("", lambda: ports.rename_group(level, group, title))
                self._apply("", lambda: nodes.rename_node(self.level, name, ""))
        else:
            self._apply(self.tr("Rename a node"), lambda: nodes.rename_node(level, name, title))

    def toggle(self, names: Iterable[str], state: nodes.State) -> None:
        """Mute, bypass or disable nodes, or let them work again when all of them are."""
        chosen, level = tuple(names), self.level
        count = len(chosen)
        text = {
            "muted": self.tr("Mute %n node(s)", None, count),
            "bypassed": self.tr("Bypass %n node(s)", None, count),
            "disabled": self.tr("Disable %n node(s)", None, count),
        }[state]
        self._apply(text, lambda: nodes.toggle_state(level, chosen, state))

    def reset(self, names: Iterable[str]) -> None:
        """Give all parameters of nodes their default values."""
        chosen, level = tuple(names), self.level
        self._apply(
            self.tr("Reset %n node(s)", None, len(chosen)),
            lambda: params.reset_params(level, chosen),
        )

    def demote(self, name: str, param: str) -> None:
        """Show a parameter that is a socket as a control again."""
        level = self.level
        self._apply(self.tr("Show as a control"), lambda: params.demote(level, [name], param))

    # -- links

    def link(self, source: str, output: str, target: str, name: str) -> None:
        """Let an output feed an input."""
        level = self.level
        self._apply(self.tr("Link"), lambda: links.link(level, (source, output), (target, name)))

    def relink(self, old: LinkView, source: str, output: str, target: str, name: str) -> None:
        """Lead a link elsewhere."""
        level = self.level
        self._apply(
            self.tr("Lead a link elsewhere"),
            lambda: links.relink(
                level, link_of(old), source=(source, output), target=(target, name)
            ),
        )

    def unlink(self, views: Iterable[LinkView]) -> None:
        """Remove links."""
        gone, level = [link_of(view) for view in views], self.level
        self._apply(
            self.tr("Remove %n link(s)", None, len(gone)), lambda: links.unlink(level, gone)
        )

    def mute_links(self, views: Iterable[LinkView]) -> None:
        """Let links carry nothing, or carry again when none of them does."""
        chosen, level = [link_of(view) for view in views], self.level
        muted = not all(link.muted for link in chosen)
        self._apply(
            self.tr("Mute %n link(s)", None, len(chosen)),
            lambda: links.mute_links(level, chosen, muted=muted),
        )

    def shift_in_list(self, view: LinkView, step: int) -> None:
        """Move a link up or down in the list of its input."""
        level, link = self.level, link_of(view)
        feeding = level.feeding.get(link.target, [])
        order = sorted(
            (other for other in feeding if other.input == link.input), key=lambda o: o.index
        )
        if link not in order:
            return
        at = order.index(link)
        order.insert(max(0, min(len(order) - 1, at + step)), order.pop(at))
        self._apply(
            self.tr("Reorder a list"),
            lambda: links.order_list(level, (link.target, link.input), order),
        )

    def insert(self, name: str, view: LinkView, place: Point) -> tuple[str, ...]:
        """Put a node of the level, or a new one of that type, into a link."""
        level, link = self.level, link_of(view)
        if name in level.nodes:
            text = self.tr("Put a node into a link")
            self._apply(text, lambda: chains.insert_existing(level, name, link, place))
            return (name,)
        return self._make(
            self.tr("Add {title}").format(title=self._title_of(name)),
            lambda: chains.insert_node(level, name, link, place),
        )

    def reroute(self, views: Iterable[LinkView], place: Point) -> None:
        """Bend links at a place."""
        found: list[Link] = [link_of(view) for view in views]
        if not found:
            return
        with self._document.step(self.tr("Bend %n link(s)", None, len(found))):
            for number, link in enumerate(found):
                level = self.level
                at = (place[0], place[1] + 30.0 * number)
                self._make(self.tr("Bend a link"), _bend(level, link, at))

    # -- copies

    def copy(self, names: Iterable[str]) -> None:
        """Put nodes on the clipboard, as text."""
        text = texts.copy_nodes(self.level, names)
        if text:
            QGuiApplication.clipboard().setText(text)

    def cut(self, names: Iterable[str]) -> None:
        """Put nodes on the clipboard and remove them."""
        chosen, level = tuple(names), self.level
        self.copy(chosen)
        self._apply(
            self.tr("Cut %n node(s)", None, len(chosen)),
            lambda: nodes.remove_nodes(level, chosen),
        )

    def paste_text(
        self, text: str, place: Point | None, *, with_links: bool = False
    ) -> tuple[str, ...]:
        """Add the nodes of a text; another text becomes a prompt."""
        level = self.level
        if '"aiprod"' not in text:
            name = self.tr("Add a prompt")
            return self._make(name, lambda: drops.add_text(level, text, place or (0.0, 0.0)))
        try:
            snippet = texts.read_snippet(text)
        except EditError as error:
            self.refuse(error)
            return ()
        return self._make(
            self.tr("Paste %n node(s)", None, len(snippet.nodes)),
            lambda: texts.paste(level, snippet, place, with_links=with_links),
        )

    def duplicate(
        self, names: Iterable[str], *, with_links: bool, offset: Point = OFFSET
    ) -> tuple[str, ...]:
        """Add nodes once more, with the links that lead to them if wanted."""
        chosen, level = tuple(names), self.level
        return self._make(
            self.tr("Duplicate %n node(s)", None, len(chosen)),
            lambda: texts.duplicate(level, chosen, with_links=with_links, offset=offset),
        )

    # -- groups

    def group(self, names: Iterable[str]) -> tuple[str, ...]:
        """Make nodes one node of a new group."""
        chosen, level = tuple(names), self.level
        return self._make(
            self.tr("Group %n node(s)", None, len(chosen)),
            lambda: grouping.group_nodes(level, chosen, self.tr("Group")),
        )

    def ungroup(self, names: Iterable[str]) -> None:
        """Put the nodes of groups in their place."""
        level = self.level
        chosen = [n for n in names if n in level.nodes and group_of(level.nodes[n]) is not None]
        opened: list[str] = []
        if not chosen:
            self._context.requests.say.emit(self.tr("No group is selected"))
            return
        with self._document.step(self.tr("Open %n group(s)", None, len(chosen))):
            for name in chosen:
                now = self.level
                opened += self._make(self.tr("Open a group"), _opening(now, name))
        self._context.selection.select(opened)

    def make_own(self, name: str) -> None:
        """Give one use of a group a copy of its own."""
        level = self.level
        self._make(self.tr("Make a group its own"), lambda: grouping.make_own(level, name))

    def show_port(self, part: ports.Part, node: str, field: str) -> None:
        """Let the group that was entered show a socket or parameter of a node in it."""
        level = self.level
        self._apply(self.tr("Show on the group"), lambda: ports.show_port(level, part, node, field))

    def hide_port(self, part: ports.Part, name: str) -> None:
        """Let the group that was entered no longer show a socket or parameter."""
        level = self.level
        self._apply(self.tr("Hide on the group"), lambda: ports.hide_port(level, part, name))

    # -- frames

    def add_frame(self, rect: frames.Rect) -> str:
        """Put a frame behind the nodes. Returns its id."""
        patch, name = frames.add_frame(self.level, rect, self.tr("Frame"))
        self._document.apply(self.tr("Add a frame"), patch)
        return name

    def change_frames(self, views: Iterable[FrameView], moved: Mapping[str, Point]) -> None:
        """Move, resize or rename frames, and move what lies in them."""
        with self._document.step(self.tr("Change a frame")):
            for view in views:
                level = self.level
                patch = frames.change_frame(level, view.id, rect=view.rect, title=view.title)
                self._document.apply(self.tr("Change a frame"), patch)
            if moved:
                patch = nodes.move_nodes(self.level, moved)
                self._document.apply(self.tr("Move"), patch)

    def color_frames(self, names: Iterable[str], color: str) -> None:
        """Give frames another colour."""
        with self._document.step(self.tr("Colour a frame")):
            for name in names:
                patch = frames.change_frame(self.level, name, color=color)
                self._document.apply(self.tr("Colour a frame"), patch)

    def delete_frames(self, names: Iterable[str]) -> None:
        """Remove frames; what lies in them stays."""
        gone, level = tuple(names), self.level
        self._apply(
            self.tr("Delete %n frame(s)", None, len(gone)),
            lambda: frames.remove_frames(level, gone),
        )

    # -- arrangement

    def arrange(self, places: Mapping[str, Point], text: str) -> None:
        """Put nodes where a layout wants them."""
        level = self.level
        self._apply(text, lambda: nodes.move_nodes(level, places))

    def align(
        self, places: Mapping[str, Point], sizes: Mapping[str, layout.Size], side: layout.Side
    ) -> None:
        """Bring nodes to a common edge or middle."""
        self.arrange(layout.align(places, sizes, side), self.tr("Align"))

    def distribute(
        self, places: Mapping[str, Point], sizes: Mapping[str, layout.Size], *, vertical: bool
    ) -> None:
        """Have equal gaps between nodes."""
        made = layout.distribute(places, sizes, vertical=vertical)
        self.arrange(made, self.tr("Distribute"))

    def tidy(self, places: Mapping[str, Point], sizes: Mapping[str, layout.Size]) -> None:
        """Put nodes into columns along the flow; a large graph a moment later."""
        self.tidying.start(self.level, places, sizes)

    def _take_layout(self, level: Level, places: Mapping[str, Point]) -> None:
        now = self.level
        if now.scope == level.scope and now.nodes.keys() >= places.keys():
            self.arrange(places, self.tr("Tidy up"))

    # -- drops and bookmarks

    def add_drops(
        self, found: Iterable[drops.Drop], place: Point, *, as_media: bool = False
    ) -> tuple[str, ...]:
        """Add nodes that load the media among the files."""
        level, chosen = self.level, tuple(found)
        path = self._document.path
        base_dir: Path | None = path.parent if path else None
        return self._make(
            self.tr("Import media"),
            lambda: drops.add_drops(level, chosen, place, base_dir=base_dir, as_media=as_media),
        )

    def set_bookmark(self, mark: frames.Bookmark) -> None:
        """Remember a view."""
        patch = frames.set_bookmark(self._document.project, mark)
        self._document.apply(self.tr("Set a bookmark"), patch)

    def remove_bookmark(self, name: str) -> None:
        """Forget a view."""
        patch = frames.remove_bookmark(self._document.project, name)
        self._document.apply(self.tr("Remove a bookmark"), patch)

    def refuse(self, error: EditError) -> None:
        """Say why an edit cannot be."""
        self._context.requests.say.emit(error.message)

    # -- inside

    def _apply(self, name: str, edit: Callable[[], Patch], *, merge: str = "") -> None:
        try:
            self._document.apply(name, edit(), merge=merge)
        except EditError as error:
            self.refuse(error)

    def _make(self, name: str, edit: Callable[[], Made]) -> tuple[str, ...]:
        """Do an edit that makes nodes, and select them."""
        try:
            made = edit()
        except EditError as error:
            self.refuse(error)
            return ()
        self._document.apply(name, made.patch)
        if made.nodes:
            self._context.selection.select(made.nodes)
        return made.nodes

    def _title_of(self, node_type: str) -> str:
        if node_type == REROUTE:
            return self.tr("a reroute")
        spec = self._document.registry.get(node_type)
        group = self._document.project.graph.groups.get(node_type.removeprefix("group."))
        return translated(spec.title) if spec else group.title if group else node_type


def _bend(level: Level, link: Link, place: Point) -> Callable[[], Made]:
    return lambda: chains.add_reroute(level, link, place)


def _opening(level: Level, name: str) -> Callable[[], Made]:
    return lambda: grouping.ungroup(level, name)
