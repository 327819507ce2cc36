"""The canvas as a picture: nodes, links and frames seen through a camera. It asks for nothing."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent, QTransform
from PySide6.QtWidgets import QWidget

from widgets.canvas.camera import MAX_ZOOM, MIN_ZOOM, Camera, fitted
from widgets.canvas.contents import Contents, key_of
from widgets.canvas.minimap import MiniMap
from widgets.canvas.painting.kit import Kit
from widgets.canvas.stage import REACH, Stage
from widgets.canvas.views import FrameView, LinkView, NodeView, Point, RunState, ViewState

SETTLE = 140  # milliseconds after the last zoom


class CanvasSurface(QWidget):
    """Shows contents; edits of them are drawn with the next frame, and only where they are."""

    view_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.stage = Stage(self.font())
        self._settle = QTimer(self, singleShot=True, interval=SETTLE)
        self._settle.timeout.connect(self._settled)
        self.minimap = MiniMap(self)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(160, 120)

    # -- what is shown

    @property
    def contents(self) -> Contents:
        """What is on the canvas, with its geometry."""
        return self.stage.contents

    @property
    def kit(self) -> Kit:
        """Colours and fonts in use."""
        return self.stage.kit

    def set_contents(
        self,
        nodes: Iterable[NodeView],
        links: Iterable[LinkView],
        frames: Iterable[FrameView] = (),
    ) -> None:
        """Show these in place of all that was shown."""
        contents = self.contents
        wanted = {view.id: view for view in nodes}
        for key in list(contents.links):
            contents.remove_link(key)
        for name in contents.nodes.keys() - wanted.keys():
            self._forget(name)
        for view in wanted.values():
            contents.put_node(view)
        contents.put_links(links)
        contents.frames.clear()
        contents.frames.update({frame.id: frame for frame in frames})
        self.stage.spoil_all()
        self._edited()

    def upsert_nodes(self, nodes: Iterable[NodeView]) -> None:
        """Show nodes, or show them as they are now; their links follow."""
        known_views = self.contents.nodes
        changed = [v for v in nodes if v.id not in known_views or known_views[v.id].view != v]
        if not changed:
            return
        self.about_to_change()
        for view in changed:
            known = self.contents.nodes.get(view.id)
            if known is not None:
                self.stage.spoil_item(known)
                self.stage.spoil_links([view.id])
            self.stage.spoil_item(self.contents.put_node(view))
            self.stage.spoil_links([view.id])
        self._edited()

    def remove_nodes(self, names: Iterable[str]) -> None:
        """Remove nodes and their links."""
        gone = set(names) & self.contents.nodes.keys()
        if gone:
            self.about_to_change()
        for name in gone:
            self.stage.spoil_item(self.contents.nodes[name])
            self.stage.spoil_links([name])
            self._forget(name)
        self._edited()

    def upsert_links(self, links: Iterable[LinkView]) -> None:
        """Show links, or show them as they are now."""
        links = tuple(links)
        self.contents.put_links(links)
        for link in links:
            item = self.contents.links.get(key_of(link))
            if item is not None:
                self.stage.spoil_link(item.row)
        self._edited()

    def remove_links(self, links: Iterable[LinkView]) -> None:
        """Remove links; those that are not shown are ignored."""
        self.about_to_change()
        keys = {key_of(link) for link in links}
        for key in keys:
            item = self.contents.links.get(key)
            if item is not None:
                self.stage.spoil_link(item.row)
            self.contents.remove_link(key)
        self._edited()

    def upsert_frames(self, frames: Iterable[FrameView]) -> None:
        """Show frames, or show them as they are now."""
        for frame in frames:
            self.show_frame(frame)
        self._edited()

    def remove_frames(self, names: Iterable[str]) -> None:
        """Remove frames; those that are not shown are ignored."""
        self.about_to_change()
        for name in names:
            self.contents.frames.pop(name, None)
        self.stage.spoil_all()
        self._edited()

    def set_thumbnail(self, node: str, picture: QImage | None) -> None:
        """Show a picture on a node; None takes it away. An unknown node is ignored."""
        item = self.contents.nodes.get(node)
        if item is not None:
            self.stage.spoil_item(item)
            height = item.shape.height
            self.contents.set_thumbnail(node, picture)
            self.stage.spoil_item(item)
            self._refresh(node)
            if item.shape.height != height:
                self.minimap.refresh()

    def set_progress(self, node: str, part: float | None, text: str = "") -> None:
        """Show how much of a node is made, 0 to 1, and a few words; None when nothing is."""
        item = self.contents.nodes.get(node)
        if item is not None and (item.progress, item.doing) != (part, text):
            item.progress, item.doing = part, text
            self._refresh(node)

    def set_run_state(self, node: str, run: RunState) -> None:
        """Show that a node waits, runs, is done (made now or from the cache), or failed."""
        item = self.contents.nodes.get(node)
        if item is not None and item.run != run:
            self.contents.set_run(node, run)
            self._refresh(node)

    def set_problems(self, node: str, texts: Iterable[str]) -> None:
        """Say by a badge what is wrong with a node; no texts: nothing is."""
        item = self.contents.nodes.get(node)
        problems = tuple(texts)
        if item is not None and item.view.problems != problems:
            self.contents.set_problems(node, problems)
            self._refresh(node)

    def about_to_change(self) -> None:
        """Nodes, links or frames will be others in a moment."""

    def node_rect(self, node: str) -> QRectF:
        """Where a node is on the canvas, for layouts. Raises KeyError."""
        return self.contents.rect(node)

    def show_frame(self, frame: FrameView) -> None:
        """Show a frame as it is now."""
        before = self.contents.frames.get(frame.id)
        self.contents.frames[frame.id] = frame
        for one in (before, frame):
            if one is not None:
                margin = 4 / self.camera.zoom
                rect = QRectF(*one.rect).adjusted(-margin, -margin, margin, margin)
                self.stage.spoil_scene(rect)
        self.update()

    # -- from where it is seen

    @property
    def camera(self) -> Camera:
        """Between places on the canvas and pixels of this widget."""
        return self.stage.camera

    @property
    def zoom(self) -> float:
        """Pixels per unit of the canvas."""
        return self.stage.camera.zoom

    def set_camera(self, camera: Camera) -> None:
        """Look from elsewhere."""
        camera = camera.on_pixels(self.devicePixelRatioF())
        if camera == self.stage.camera:
            return
        if camera.zoom != self.stage.camera.zoom:
            self.stage.is_zooming = True
            self._settle.start()
        self.stage.camera = camera
        self.minimap.place()
        self.update()
        self.view_changed.emit()

    def pan_by(self, dx: float, dy: float) -> None:
        """Move the contents by pixels."""
        self.set_camera(self.camera.panned(dx, dy))

    def zoom_by(self, factor: float, around: QPointF | None = None) -> None:
        """Zoom around a pixel; around the middle of the view by default."""
        self.set_camera(self.camera.zoomed(factor, around or QRectF(self.rect()).center()))

    def set_zoom(self, zoom: float) -> None:
        """Zoom to this many pixels per unit, around the middle."""
        self.zoom_by(min(MAX_ZOOM, max(MIN_ZOOM, zoom)) / self.zoom)

    def fit(self, names: Iterable[str] | None = None) -> None:
        """Show these nodes whole; everything by default."""
        rect = self.contents.bounding(names)
        if not rect.isEmpty():
            self.set_camera(fitted(rect, self.width(), self.height()))

    def centre_on(self, place: Point) -> None:
        """Show this place in the middle, at the zoom of now."""
        middle = QRectF(self.rect()).center() - self.camera.to_view(*place)
        self.pan_by(middle.x(), middle.y())

    def show_node(self, name: str) -> None:
        """Move the view no farther than needed to see the node."""
        rect = self.camera.rect_to_view(self.contents.rect(name))
        room = QRectF(self.rect()).adjusted(24, 24, -24, -24)
        dx = max(room.left() - rect.left(), min(0.0, room.right() - rect.right()))
        dy = max(room.top() - rect.top(), min(0.0, room.bottom() - rect.bottom()))
        self.pan_by(dx, dy)

    def view_state(self) -> ViewState:
        """What a bookmark keeps."""
        x, y = self.camera.to_scene(QRectF(self.rect()).center())
        return ViewState(x, y, self.zoom)

    def restore_view_state(self, state: ViewState) -> None:
        """Look from where a bookmark was made."""
        camera = Camera(0.0, 0.0, min(MAX_ZOOM, max(MIN_ZOOM, state.zoom)))
        way = QRectF(self.rect()).center() - camera.to_view(state.x, state.y)
        self.set_camera(camera.panned(way.x(), way.y()))

    def seen(self) -> QRectF:
        """The part of the canvas that is seen."""
        return self.camera.rect_to_scene(QRectF(self.rect()))

    def transform(self) -> QTransform:
        """From the canvas to pixels, for painters."""
        camera = self.camera
        return QTransform(camera.zoom, 0, 0, camera.zoom, camera.x, camera.y)

    # -- drawing

    def picture(self) -> QPixmap:
        """The canvas drawn to the end, without its children, at the resolution of the screen."""
        ratio = self.devicePixelRatioF()
        made = QPixmap(self.size() * ratio)
        made.setDevicePixelRatio(ratio)
        painter = QPainter(made)
        self.stage.paint(painter, self.size(), ratio, whole=True)
        self.paint_over(painter)
        painter.end()
        return made

    def finish_drawing(self) -> None:
        """Draw all that would come with later frames, before a picture of the window is taken."""
        self.picture()
        self.update()

    def paint_over(self, painter: QPainter) -> None:
        """Draw over the contents, in pixels of the widget."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        del event
        painter = QPainter(self)
        more = self.stage.paint(painter, self.size(), self.devicePixelRatioF())
        self.paint_over(painter)
        if self.hasFocus():
            painter.setTransform(QTransform())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self.kit.accent, 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()
        if more:
            QTimer.singleShot(0, self, self.update)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        before, now = event.oldSize(), event.size()
        if before.isValid():
            self.pan_by((now.width() - before.width()) // 2, (now.height() - before.height()) // 2)
        self.place_children()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() in {
            QEvent.Type.PaletteChange,
            QEvent.Type.FontChange,
            QEvent.Type.StyleChange,
        } and hasattr(self, "minimap"):
            self.stage.restyle(self.font())
            self.minimap.renew()
            self.update()

    def place_children(self) -> None:
        """Put the map into its corner, when it is of use."""
        self.minimap.place()

    # -- inside

    def _forget(self, name: str) -> None:
        self.contents.remove_node(name)
        self.stage.pictures.forget(name)

    def _edited(self) -> None:
        self.minimap.refresh()
        self.update()

    def _refresh(self, name: str) -> None:
        """Draw one node anew, and no more of the window than its place."""
        item = self.contents.nodes[name]
        self.stage.spoil_item(item)
        rect = self.contents.rect(name).adjusted(-REACH, -REACH, REACH, REACH)
        self.update(self.camera.rect_to_view(rect).toAlignedRect().adjusted(-2, -2, 2, 2))

    def _settled(self) -> None:
        self.stage.settle()
        self.update()
