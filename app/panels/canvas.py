"""The canvas panel: shows one level of the project's graph, and does what the user asks there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.canvas import views
from app.canvas.changes import Changes, changes
from app.canvas.commands import register
from app.canvas.edits import CanvasEdits
from app.canvas.importing import FileImport
from app.canvas.linking import LinkRules
from app.canvas.menus import menu_for
from app.canvas.running import RunningNodes
from app.canvas.seeing import Bookmarks, Fitting
from app.context import AppContext
from app.editing.frames import Rect, rect_around
from app.editing.layout import Side
from app.editing.level import Level, group_of, instances_on
from app.editing.links import downstream, upstream
from app.editing.patch import Patch
from widgets.canvas import CanvasView, Hit, LinkView, NodeView, Point, ViewState


class CanvasPanel(QWidget):
    """Binds the node canvas to the document, the selection and what the engine tells."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("canvas_panel")
        self._context = context
        self._document = context.document
        self._selection = context.selection
        self._shown: Level | None = None
        self._views: dict[tuple[str, ...], ViewState] = {}
        self._place: tuple[str, ...] = ()
        self.view = CanvasView(self)
        self.view.edits_by_keys = False
        self.edits = CanvasEdits(context, self)
        self.fitting = Fitting(context, self.view)
        self.bookmarks = Bookmarks(context, self.view, self.edits)
        self.rules = LinkRules(self.edits)
        self.view.can_link = self.rules.can_link
        self.running = RunningNodes(context, self.view)
        self.imports = FileImport(context, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        self.setFocusProxy(self.view)
        register(self, context.actions)
        self._connect()
        self.show_level()

    # -- what is shown

    def show_level(self) -> None:
        """Show the level of the selection anew."""
        level = self.edits.level
        self._shown = level
        self.view.set_contents(
            [self._node_view(level, name) for name in level.nodes],
            [views.link_view(link) for link in level.links],
            views.frame_views(level),
        )
        self.view.set_path(self._titles())
        self._offer()
        self.running.refresh()
        self.view.set_selected(self._selection.nodes)

    def _node_view(self, level: Level, name: str) -> NodeView:
        problems = self._context.problems
        found = problems.of(name, level.scope) if problems is not None else ()
        return views.node_view(level, level.nodes[name], found)

    def _titles(self) -> list[str]:
        groups = self._document.project.graph.groups
        scopes = [groups[s].title or s for s in self._selection.scopes if s in groups]
        return [self._document.project.settings.name, *scopes]

    def _offer(self) -> None:
        """Fill the search palette."""
        document = self._document
        self.view.set_palette_entries(views.palette_entries(document.project, document.registry))

    def _replaced(self) -> None:
        self._views.clear()
        self.running.forget()
        self._selection.enter([])
        self._selection.select([])
        self._place = ()
        self.show_level()
        self.fitting.begin()

    def _changed(self, patch: Patch) -> None:
        groups = self._document.project.graph.groups
        scopes = self._selection.scopes
        known = next((n for n, scope in enumerate(scopes) if scope not in groups), len(scopes))
        if known < len(scopes):  # an undo took the group away
            self._selection.enter(scopes[:known], self._selection.instances[:known])
            return
        before, level = self._shown, self.edits.level
        if before is None or before.scope != level.scope:
            self.show_level()
            return
        self._shown = level
        self._show_changes(level, changes(before, level, patch))
        if patch.settings is not None or patch.groups:
            self.view.set_path(self._titles())

    def _show_changes(self, level: Level, made: Changes) -> None:
        view = self.view
        if made.cut:
            view.remove_links([views.link_view(link) for link in made.cut])
        if made.gone:
            view.remove_nodes(made.gone)
        if made.nodes:
            view.upsert_nodes([self._node_view(level, node.id) for node in made.nodes])
        if made.moved:
            known = view.contents.nodes
            view.upsert_nodes([replace(known[n.id].view, pos=n.pos) for n in made.moved])
        if made.links:
            view.upsert_links([views.link_view(link) for link in made.links])
        if made.frames:
            self._show_frames(level)
        if made.palette:
            self._offer()
        for node in made.nodes:
            self.running.refresh_node(node.id)
        kept = [name for name in self._selection.nodes if name in level.nodes]
        self._selection.select(kept)

    def _show_frames(self, level: Level) -> None:
        found = {frame.id: frame for frame in views.frame_views(level)}
        shown = self.view.contents.frames
        self.view.remove_frames([name for name in shown if name not in found])
        self.view.upsert_frames([f for name, f in found.items() if shown.get(name) != f])

    def _show_problems(self) -> None:
        problems = self._context.problems
        for name in self.view.contents.nodes:
            found = problems.of(name, self._selection.scope)
            self.view.set_problems(name, [views.problem_text(problem) for problem in found])

    # -- groups

    def enter(self, name: str) -> None:
        """Show the inside of a group, by its node."""
        node = self.edits.level.nodes.get(name)
        group = group_of(node) if node is not None else None
        if group is not None and group in self._document.project.graph.groups:
            selection = self._selection
            selection.enter([*selection.scopes, group], [*selection.instances, name])

    def enter_active(self) -> None:
        """Show the inside of the selected group."""
        if self.view.current is not None:
            self.enter(self.view.current)

    def leave(self, depth: int) -> None:
        """Show the level that is so many groups deep."""
        selection = self._selection
        left = selection.instances[depth : depth + 1]
        selection.enter(selection.scopes[:depth], selection.instances[:depth])
        selection.select(name for name in left if name in self.edits.level.nodes)

    def make_own(self) -> None:
        """Give the selected group a copy of its own."""
        if self.view.current is not None:
            self.edits.make_own(self.view.current)

    def _scope_changed(self) -> None:
        scopes, instances = self._selection.scopes, self._selection.instances
        if len(instances) != len(scopes):  # somebody knows the groups alone
            found = instances_on(self._document.project, scopes)
            if len(found) == len(scopes):
                self._selection.enter(scopes, found)
                return
        self._views[self._place] = self.view.view_state()
        self._place = self._selection.scopes
        self.show_level()
        known = self._views.get(self._place)
        if known is not None:
            self.view.restore_view_state(known)
        else:
            self.view.fit()

    # -- selection

    def _selected_here(self, names: Sequence[str]) -> None:
        self._selection.select(names)

    def _selected_elsewhere(self) -> None:
        if self._shown is not None and self._shown.scope == self._selection.scope:
            self.view.set_selected(self._selection.nodes)

    def select_sources(self) -> None:
        """Select all that the selected nodes need."""
        level, chosen = self.edits.level, self.view.selected()
        found = {other for name in chosen for other in upstream(level, name)}
        self.view.set_selected([*(found - set(chosen)), *chosen])

    def select_users(self) -> None:
        """Select all that the selected nodes go into."""
        level, chosen = self.edits.level, self.view.selected()
        found = {other for name in chosen for other in downstream(level, name)}
        self.view.set_selected([*(found - set(chosen)), *chosen])

    def fit_selected(self) -> None:
        """Show the selected nodes whole; all without a selection."""
        self.view.fit(self.view.selected() or None)

    def fit_all(self) -> None:
        """Show everything."""
        self.view.fit()

    # -- commands for what is selected

    def show_active(self) -> None:
        """Show what the active node makes."""
        if self.view.current is not None:
            self.show_in_viewer(self.view.current)

    def show_in_viewer(self, name: str) -> None:
        """Bring the viewer to the front, with what the node makes."""
        self._selection.select([*(n for n in self._selection.nodes if n != name), name])
        self._context.requests.show_panel.emit("viewer")
        playback = self._context.playback
        if playback is not None:
            playback.source_wanted.emit(self._selection.flat(name), 0)

    def copy(self) -> None:
        """Put the selected nodes on the clipboard."""
        self.edits.copy(self.view.selected())

    def cut(self) -> None:
        """Put the selected nodes on the clipboard and remove them."""
        self.edits.cut(self.view.selected())

    def paste(self) -> None:
        """Add what is on the clipboard where the pointer is."""
        self._paste(with_links=False)

    def paste_linked(self) -> None:
        """Add what is on the clipboard, linked with what fed the copied nodes."""
        self._paste(with_links=True)

    def _paste(self, *, with_links: bool, place: Point | None = None) -> None:
        data: QMimeData | None = QGuiApplication.clipboard().mimeData()
        place = place or self.view.pointer_place()
        if data is None:  # the clipboard is another program's, which has gone
            return
        paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        if paths:
            self.imports.start(paths, place)
        elif data.hasText():
            self.edits.paste_text(data.text(), place, with_links=with_links)

    def mute(self) -> None:
        """Mute the selected links, or else the selected nodes."""
        found = self.view.selected_links()
        if found:
            self.edits.mute_links(found)
        else:
            self.edits.toggle(self.view.selected(), "muted")

    def reroute(self) -> None:
        """Bend the selected links at the pointer."""
        self.edits.reroute(self.view.selected_links(), self.view.pointer_place())

    def link_earlier(self) -> None:
        """Move the selected link up in its list."""
        for view in self.view.selected_links()[:1]:
            self.edits.shift_in_list(view, -1)

    def link_later(self) -> None:
        """Move the selected link down in its list."""
        for view in self.view.selected_links()[:1]:
            self.edits.shift_in_list(view, 1)

    # -- arrangement

    def align(self, names: Iterable[str], side: Side) -> None:
        """Bring nodes to a common edge or middle."""
        self.edits.align(*self._placed(names), side)

    def distribute(self, names: Iterable[str], how: str) -> None:
        """Have equal gaps between nodes, "horizontal" or "vertical"."""
        self.edits.distribute(*self._placed(names), vertical=how == "vertical")

    def tidy(self, names: Iterable[str] = ()) -> None:
        """Put nodes into columns along the flow; all when none are given, or one."""
        chosen = tuple(names)
        self.edits.tidy(*self._placed(chosen if len(chosen) > 1 else self.edits.level.nodes))

    def _placed(
        self, names: Iterable[str]
    ) -> tuple[dict[str, Point], dict[str, tuple[float, float]]]:
        rects = {name: self.view.node_rect(name) for name in names}
        places = {name: (rect.x(), rect.y()) for name, rect in rects.items()}
        return places, {name: (rect.width(), rect.height()) for name, rect in rects.items()}

    def add_frame(self, around: Sequence[str] | Rect) -> None:
        """Put a frame around nodes, or at a place."""
        names = [item for item in around if isinstance(item, str)]
        numbers = [item for item in around if not isinstance(item, str)]
        if names:
            places, sizes = self._placed(names)
            rect = rect_around([(*places[name], *sizes[name]) for name in names])
        elif len(numbers) == 4:
            rect = (numbers[0], numbers[1], numbers[2], numbers[3])
        else:
            return
        name = self.edits.add_frame(rect)
        self.view.select_frame(name)
        if self.view.isVisible():
            self.view.rename_frame(name)

    # -- files, text, menus

    def import_files(self, paths: list[Path]) -> None:
        """Load media in the middle of the view, or open what made them."""
        self.imports.start(paths, self._middle())

    def add_node(self, node_type: str) -> None:
        """Add a node in the middle of the view, where none covers it."""
        x, y = self._middle()
        taken = {node.pos for node in self.edits.level.nodes.values()}
        while (place := (round(x / 20) * 20.0, round(y / 20) * 20.0)) in taken:
            x, y = x + 40.0, y + 40.0
        self.edits.add(node_type, place)

    def _middle(self) -> Point:
        return self.view.camera.to_scene(self.view.rect().center().toPointF())

    def _files_dropped(self, paths: Sequence[str], place: Point) -> None:
        held = QGuiApplication.queryKeyboardModifiers() & Qt.KeyboardModifier.ShiftModifier
        self.imports.start(map(Path, paths), place, as_media=bool(held))

    def _add_media(self, found: Sequence[object], place: Point) -> None:
        self.edits.add_drops(found, place, as_media=True)  # type: ignore[arg-type]

    def _show_menu(self, hit: Hit, at: QPoint) -> None:
        menu_for(self, hit, self._context.actions).popup(at)

    def _relink(self, old: LinkView, source: str, output: str, target: str, name: str) -> None:
        self.edits.relink(old, source, output, target, name)

    def _connect(self) -> None:
        view, edits = self.view, self.edits
        view.nodes_moved.connect(edits.move)
        view.link_asked.connect(edits.link)
        view.relink_asked.connect(self._relink)
        view.unlink_asked.connect(edits.unlink)
        view.add_asked.connect(edits.add)
        view.insert_asked.connect(edits.insert)
        view.delete_asked.connect(edits.delete)
        view.frames_delete_asked.connect(edits.delete_frames)
        view.duplicate_asked.connect(
            lambda names, links, offset: edits.duplicate(names, with_links=links, offset=offset)
        )
        view.copy_asked.connect(edits.copy)
        view.cut_asked.connect(edits.cut)
        view.paste_asked.connect(lambda place: self._paste(with_links=False, place=place))
        view.group_asked.connect(edits.group)
        view.ungroup_asked.connect(edits.ungroup)
        view.enter_asked.connect(self.enter)
        view.leave_asked.connect(self.leave)
        view.mute_asked.connect(lambda names: edits.toggle(names, "muted"))
        view.bypass_asked.connect(lambda names: edits.toggle(names, "bypassed"))
        view.disable_asked.connect(lambda names: edits.toggle(names, "disabled"))
        view.frame_asked.connect(self.add_frame)
        view.frame_changed.connect(edits.change_frames)
        view.align_asked.connect(self.align)
        view.distribute_asked.connect(self.distribute)
        view.tidy_asked.connect(self.tidy)
        view.rename_asked.connect(edits.rename)
        view.files_dropped.connect(self._files_dropped)
        view.text_dropped.connect(edits.paste_text)
        view.selection_changed.connect(self._selected_here)
        view.view_asked.connect(self.show_in_viewer)
        view.menu_asked.connect(self._show_menu)
        self.imports.media_found.connect(self._add_media)
        self._document.changed.connect(self._changed)
        self._document.replaced.connect(self._replaced)
        self._selection.changed.connect(self._selected_elsewhere)
        self._selection.scope_changed.connect(self._scope_changed)
        self._context.bridge.registry_changed.connect(self.show_level)
        if self._context.problems is not None:
            self._context.problems.changed.connect(self._show_problems)
        self._context.requests.add_node.connect(self.add_node)
        settings = self._context.settings
        view.snaps = bool(settings.get("snap"))
        settings.changed.connect(self._take_setting)

    def _take_setting(self, key: str) -> None:
        if key == "snap":
            self.view.snaps = bool(self._context.settings.get("snap"))
