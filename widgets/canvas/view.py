"""The widget of the node canvas: what it shows is given to it, what users do it says by signals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGestureEvent, QPinchGesture, QToolTip, QWidget

from widgets.canvas import dropping
from widgets.canvas.accessible import install, tell_current
from widgets.canvas.adding import Adding
from widgets.canvas.arrays import Ints
from widgets.canvas.breadcrumbs import Breadcrumbs
from widgets.canvas.contents import key_of
from widgets.canvas.describe import describe, tooltip
from widgets.canvas.input import Input
from widgets.canvas.keys import press_key
from widgets.canvas.painting.attention import paint_attention
from widgets.canvas.painting.ground import title_height
from widgets.canvas.palette import SearchPalette
from widgets.canvas.picking import Hit, pick
from widgets.canvas.surface import CanvasSurface
from widgets.canvas.title_editor import TitleEditor
from widgets.canvas.views import (
    FrameView,
    LinkView,
    NodeView,
    PaletteEntry,
    Point,
    SocketRef,
)


class CanvasView(CanvasSurface):
    """Nodes, links and frames, seen through a camera.

    `can_link(output, input)` says which links are legal; it is called for all sockets when a link
    is begun, and with references without a node to see what the palette can offer. Places are
    (x, y) on the canvas. `edits_by_keys` is for owners without commands of their own.
    """

    nodes_moved = Signal(object)  # {id: (x, y)}
    link_asked = Signal(str, str, str, str)  # source, output, target, input
    relink_asked = Signal(object, str, str, str, str)  # the LinkView that is replaced, and the new
    unlink_asked = Signal(object)  # tuple of LinkViews
    add_asked = Signal(str, object, object)  # type id, place, SocketRef to link it to | None
    insert_asked = Signal(str, object, object)  # node id or type id, LinkView, place
    delete_asked = Signal(object)  # ids of nodes
    frames_delete_asked = Signal(object)  # ids of frames
    duplicate_asked = Signal(object, bool, object)  # ids, with their links, offset (x, y)
    copy_asked = Signal(object)
    cut_asked = Signal(object)
    paste_asked = Signal(object)  # place
    group_asked = Signal(object)
    ungroup_asked = Signal(object)
    enter_asked = Signal(str)
    leave_asked = Signal(int)  # how many groups to stay in; 0: the whole graph
    mute_asked = Signal(object)
    bypass_asked = Signal(object)
    disable_asked = Signal(object)
    frame_asked = Signal(object)  # ids of nodes to put it around, or (x, y, width, height)
    frame_changed = Signal(
        object, object
    )  # FrameViews as they shall be, {node: (x, y)} moved along
    align_asked = Signal(object, str)  # ids; left, right, top, bottom, center, middle
    distribute_asked = Signal(object, str)  # ids; horizontal, vertical
    tidy_asked = Signal(object)  # ids; none: all nodes
    rename_asked = Signal(str, str)
    files_dropped = Signal(object, object)  # tuple of paths, place
    text_dropped = Signal(str, object)
    selection_changed = Signal(object)  # ids, the active one last
    frames_selected = Signal(object)
    view_asked = Signal(str)
    menu_asked = Signal(object, object)  # Hit, QPoint on the screen
    hovered = Signal(object)  # Hit

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("canvas")
        self.can_link: Callable[[SocketRef, SocketRef], bool] = lambda a, b: a.type == b.type
        self.snaps = True
        self.edits_by_keys = True
        self.current: str | None = None
        self._selected: tuple[str, ...] = ()
        self._told: tuple[str, ...] = ()
        self._links: tuple[LinkView, ...] = ()
        self._frames: tuple[str, ...] = ()
        self._depth = 0
        self._input = Input(self)
        self.breadcrumbs = Breadcrumbs(self)
        self.breadcrumbs.chosen.connect(self.leave_asked)
        self.breadcrumbs.hide()
        self._adding = Adding(self)
        self._editor = TitleEditor(self)
        self._editor.finished.connect(self._named)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setTabletTracking(True)
        self.setAcceptDrops(True)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, on=False)
        self.grabGesture(Qt.GestureType.PinchGesture)
        self.setAccessibleName(self.tr("Node canvas"))
        install()

    # -- what is shown

    def set_contents(
        self,
        nodes: Iterable[NodeView],
        links: Iterable[LinkView],
        frames: Iterable[FrameView] = (),
    ) -> None:
        """Show these in place of all that was shown; what stays selected of it does."""
        self._input.cancel()
        super().set_contents(nodes, links, frames)
        self.set_selected(self._selected)

    def about_to_change(self) -> None:
        """A gesture that was begun with what is now changed is given up."""
        self._input.interrupt()

    def remove_nodes(self, names: Iterable[str]) -> None:
        """Remove nodes and their links."""
        super().remove_nodes(names)
        self._links = tuple(k for k in self._links if key_of(k) in self.contents.links)
        if any(name not in self.contents.nodes for name in self._selected):
            self.set_selected(self._selected)

    def remove_links(self, links: Iterable[LinkView]) -> None:
        """Remove links; those that are not shown are ignored."""
        super().remove_links(links)
        self._links = tuple(k for k in self._links if key_of(k) in self.contents.links)

    def remove_frames(self, names: Iterable[str]) -> None:
        """Remove frames; those that are not shown are ignored."""
        super().remove_frames(names)
        self._set_others(
            links=self._links, frames=tuple(k for k in self._frames if k in self.contents.frames)
        )

    def set_path(self, titles: Sequence[str]) -> None:
        """Say which groups were entered, after the title of the whole graph."""
        self._depth = max(0, len(titles) - 1)
        self.breadcrumbs.set_titles(titles)
        self.breadcrumbs.setVisible(self._depth > 0)
        self.place_children()

    @property
    def search(self) -> SearchPalette:
        """The search palette of this canvas."""
        return self._adding.palette

    # -- selection

    def selected(self) -> tuple[str, ...]:
        """Ids of the selected nodes, the active one last."""
        return self._selected

    def selected_links(self) -> tuple[LinkView, ...]:
        """The selected links."""
        return self._links

    def selected_frames(self) -> tuple[str, ...]:
        """Ids of the selected frames."""
        return self._frames

    def set_selected(self, names: Iterable[str]) -> None:
        """Select these nodes and nothing else; unknown ones are ignored."""
        self.show_selected(names)
        self.tell_selected()

    def show_selected(self, names: Iterable[str]) -> None:
        """Show a selection without telling of it yet, as while a box is drawn."""
        contents = self.contents
        chosen = tuple(dict.fromkeys(name for name in names if name in contents.nodes))
        if self._frames or self._links:
            self._set_others(links=(), frames=())
        if chosen == self._selected:
            return
        before, self._selected = self._selected, chosen
        changed = set(before) ^ set(chosen)
        for name in changed & contents.nodes.keys():
            item = contents.nodes[name]
            contents.selected[item.row] = not contents.selected[item.row]
            self.stage.spoil_item(item)
        if len(chosen) <= 50:
            contents.raise_nodes(chosen)
            for name in chosen:
                self.stage.spoil_item(contents.nodes[name])
        self.current = chosen[-1] if chosen else None
        self.update()

    def tell_selected(self) -> None:
        """Say which nodes are selected, if it is not known."""
        if self._told == self._selected:
            return
        self._told = self._selected
        self.selection_changed.emit(self._selected)
        said = describe(self.contents, self.current) if self.current else ""
        self.setAccessibleDescription(said)
        tell_current(self)

    def select_all(self) -> None:
        """Select every node."""
        self.set_selected(self.contents.nodes)

    def select_link(self, link: LinkView, *, add: bool = False) -> None:
        """Select a link; without `add` nothing else stays selected."""
        kept = self._links if add else ()
        if not add:
            self.set_selected([])
        self._set_others(links=(*(k for k in kept if k != link), link), frames=())

    def select_frame(self, name: str, *, add: bool = False) -> None:
        """Select a frame; without `add` nothing else stays selected."""
        kept = self._frames if add else ()
        if not add:
            self.set_selected([])
        self._set_others(links=(), frames=(*(k for k in kept if k != name), name))

    def escape(self) -> None:
        """Give up the gesture under way; without one, select nothing."""
        if not self._input.cancel():
            self.set_selected([])

    # -- what the commands of a menu ask for

    def ask_delete(self) -> None:
        """Ask to delete what is selected: nodes, links or frames."""
        if self._links:
            self.unlink_asked.emit(self._links)
        elif self._frames:
            self.frames_delete_asked.emit(self._frames)
        elif self._selected:
            self.delete_asked.emit(self._selected)

    def ask_frame(self) -> None:
        """Ask for a frame around the selected nodes; without them, in the middle of the view."""
        if self._selected:
            self.frame_asked.emit(self._selected)
            return
        x, y = self.pointer_place()
        self.frame_asked.emit((round(x / 20) * 20.0, round(y / 20) * 20.0, 400.0, 240.0))

    def ask_leave(self) -> None:
        """Ask to leave the innermost group."""
        if self._depth:
            self.leave_asked.emit(self._depth - 1)

    def rename_selected(self) -> None:
        """Type a new title for the selected frame or the active node."""
        if self._frames:
            self.rename_frame(self._frames[-1])
        elif self.current is not None:
            self.rename_node(self.current)

    def rename_node(self, name: str) -> None:
        """Type a new title over the old one."""
        item = self.contents.nodes[name]
        rect = self.camera.rect_to_view(self.contents.rect(name))
        rect.setHeight(item.shape.header * self.camera.zoom)
        self._editor.edit(f"node:{name}", item.view.title, rect.toRect())

    def rename_frame(self, name: str) -> None:
        """Type a new title for a frame."""
        frame = self.contents.frames[name]
        rect = self.camera.rect_to_view(QRectF(*frame.rect))
        rect.setHeight(title_height(self.camera.zoom))
        self._editor.edit(f"frame:{name}", frame.title, rect.toRect())

    # -- the search palette

    def set_palette_entries(self, entries: Sequence[PaletteEntry]) -> None:
        """What the search palette offers."""
        self._adding.entries = tuple(entries)

    def open_palette(
        self, place: Point, *, origin: SocketRef | None = None, link: LinkView | None = None
    ) -> None:
        """Search for a node to add at `place`: one that fits a socket, or into a link."""
        self._adding.open(place, origin, link)

    def open_palette_at_pointer(self) -> None:
        """Search for a node to add where the pointer is, or in the middle of the view."""
        self.open_palette(self.pointer_place())

    def pointer_place(self) -> Point:
        """The place under the pointer; the middle of the view when it is elsewhere."""
        inside = self.rect().contains(self._input.at.toPoint())
        return self.camera.to_scene(self._input.at if inside else QRectF(self.rect()).center())

    # -- for the gestures

    def lift(self, rows: Ints, links: Ints) -> None:
        """Nodes and links begin to move."""
        self.stage.lift(rows, links)
        self.update()

    def put_down(self) -> None:
        """They have come to rest."""
        self.stage.put_down()
        self.update()

    def dim_all_but(self, legal: NDArray[np.bool_], taken: LinkView | None) -> None:
        """A link is being made: dim the rows of nodes that it cannot end at."""
        self.stage.dim_all_but(legal, taken)
        self.update()

    def undim(self) -> None:
        """No link is being made any more."""
        self.stage.undim()
        self.update()

    def socket_color(self, ref: SocketRef) -> QColor:
        """The colour of a socket."""
        return self.kit.wire(self.contents.socket_view(ref).color)

    def paint_copies(self, painter: QPainter, rows: Ints, way: Point) -> None:
        """Draw nodes a second time, moved by `way`: copies that a drag would make."""
        shot = self.stage.shot
        painter.save()
        painter.setOpacity(0.75)
        painter.translate(way[0] * self.zoom, way[1] * self.zoom)
        painter.scale(1 / shot.ratio, 1 / shot.ratio)
        self.stage.scene.budget = np.inf
        self.stage.scene.paint_nodes(painter, shot, rows)
        painter.restore()

    def show_hover(self, before: Hit, now: Hit) -> None:
        """The pointer is over something else."""
        del before
        self.hovered.emit(now)
        self.update()

    # -- drawing

    def paint_over(self, painter: QPainter) -> None:
        """Draw what the pointer is over, and the gesture under way."""
        paint_attention(painter, self, self._input.hover)
        if self._input.gesture is not None:
            painter.save()
            self._input.gesture.paint(painter)
            painter.restore()

    def place_children(self) -> None:
        """Put the map and the path of groups into their corners."""
        super().place_children()
        if hasattr(self, "breadcrumbs"):
            self.breadcrumbs.adjustSize()
            self.breadcrumbs.move(10, 10)

    # -- events

    def event(self, event: QEvent) -> bool:
        """Tab searches instead of leaving; Shift+Tab leaves. Touchpads, fingers and tooltips."""
        kind = event.type()
        if kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Tab:
                self.keyPressEvent(event)
                return True
        elif isinstance(event, QNativeGestureEvent):
            return self._input.native(event)
        elif isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                self._input.pinch(pinch)
                return True
        elif kind == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self.camera.to_scene(QPointF(event.pos()))
            text = tooltip(self.contents, pick(self.contents, place, self.zoom))
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._input.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._input.moved(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._input.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._input.double_click(event)

    def tabletEvent(self, event: QTabletEvent) -> None:  # noqa: N802
        event.setAccepted(self._input.tablet(event))

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        self._input.wheel(event)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        super().leaveEvent(event)
        self._input.leave()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self._input.hold_space(held=True)
        elif not press_key(self, event):
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._input.hold_space(held=False)
        else:
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusOutEvent(event)
        self._input.hold_space(held=False)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        """Select what is below the pointer, and ask for its menu."""
        if event.reason() == QContextMenuEvent.Reason.Keyboard and self.current is not None:
            name = self.current
            middle = self.camera.rect_to_view(self.contents.rect(name)).center().toPoint()
            self.menu_asked.emit(Hit("node", node=name), self.mapToGlobal(middle))
            return
        place = self.camera.to_scene(QPointF(event.pos()))
        hit = pick(self.contents, place, self.zoom)
        if hit.node and hit.node not in self._selected:
            self.set_selected([hit.node])
        elif hit.link is not None and hit.link not in self._links:
            self.select_link(hit.link)
        elif hit.part == "frame" and hit.frame not in self._frames:
            self.select_frame(hit.frame)
        self._input.at = QPointF(event.pos())
        self.menu_asked.emit(hit, event.globalPos())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        if dropping.accepts(event.mimeData()):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: N802
        self._input.drag_over(event.position())
        event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802
        del event
        self._input.leave()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Say what was dropped: a kind of node, files, or text."""
        place = self.camera.to_scene(event.position())
        dropped = dropping.read(event.mimeData())
        if dropped.node:
            self._adding.drop(dropped.node, place, pick(self.contents, place, self.zoom).link)
        elif dropped.paths:
            self.files_dropped.emit(dropped.paths, place)
        elif dropped.text:
            self.text_dropped.emit(dropped.text, place)
        self._input.leave()
        event.acceptProposedAction()

    # -- inside

    def _set_others(self, *, links: tuple[LinkView, ...], frames: tuple[str, ...]) -> None:
        if frames != self._frames:
            self._frames = self.stage.scene.selected_frames = frames
            self.stage.spoil_all()
            self.frames_selected.emit(frames)
        self._links = links
        self.update()

    def _named(self, what: str, title: str) -> None:
        kind, _, name = what.partition(":")
        if kind == "node" and name in self.contents.nodes:
            self.rename_asked.emit(name, title)
        elif kind == "frame" and name in self.contents.frames:
            frame = replace(self.contents.frames[name], title=title)
            self.frame_changed.emit((frame,), {})
