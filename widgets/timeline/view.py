"""The timeline: ruler, headers, lanes and scroll bars as one widget."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from PySide6.QtCore import QEvent, QMimeData, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QGridLayout, QScrollBar, QWidget

from widgets import theme
from widgets.timeline.gestures.starting import Tool
from widgets.timeline.headers import WIDTH, Headers
from widgets.timeline.intents import DropPlan, Judge, MoveMarker
from widgets.timeline.lanes import Lanes
from widgets.timeline.rows import Lane, Rows
from widgets.timeline.ruler import Ruler
from widgets.timeline.scale import LARGEST, Scale
from widgets.timeline.values import ClipView, MarkerView, Pictures, TrackView, TransitionView

_LONGEST_BAR = 2_000_000_000


class TimelineView(QWidget):
    """Shows tracks of clips in time, and tells what the user asks of them.

    `asked` carries an Intent (see `intents`), at the end of a gesture; `dropped` a Drop and the
    mime data; `seeked` a frame; `selection_changed` comes after `selected` did; `menu_asked` a
    Spot and a place on the screen, `track_menu_asked` and `marker_menu_asked` the like;
    `opened` a clip; `marker_asked` a marker to edit; `switched` a track, a switch ("locked",
    "muted", "solo", "target") and its value; `resized` a track, its height, and whether the drag
    is over; `zoom_changed` that the scale did.
    """

    asked = Signal(object)
    dropped = Signal(object, object)
    seeked = Signal(int)
    selection_changed = Signal()
    menu_asked = Signal(object, QPoint)
    track_menu_asked = Signal(str, QPoint)
    marker_menu_asked = Signal(str, int, QPoint)
    opened = Signal(str)
    marker_asked = Signal(str)
    switched = Signal(str, str, bool)
    renamed = Signal(str, str)
    resized = Signal(str, int, bool)
    zoom_changed = Signal()
    tool_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = Rows()
        self.scale = Scale()
        self.lanes = Lanes(self.rows, self.scale, self)
        self.ruler = Ruler(self.scale, self)
        self.headers = Headers(self.rows, self)
        self._across = QScrollBar(Qt.Orientation.Horizontal, self)
        self._down = QScrollBar(Qt.Orientation.Vertical, self)
        self._across.setAccessibleName(self.tr("Scroll in time"))
        self._down.setAccessibleName(self.tr("Scroll the tracks"))
        self._filled = False
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        grid.addWidget(self.ruler, 0, 1)
        grid.addWidget(self.headers, 1, 0)
        grid.addWidget(self.lanes, 1, 1)
        grid.addWidget(self._down, 1, 2)
        grid.addWidget(self._across, 2, 1)
        grid.setColumnMinimumWidth(0, WIDTH)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(1, 1)
        self.setFocusProxy(self.lanes)
        self._connect()

    def _connect(self) -> None:
        lanes, ruler, headers = self.lanes, self.ruler, self.headers
        lanes.asked.connect(self.asked)
        lanes.dropped.connect(self.dropped)
        lanes.menu_asked.connect(self.menu_asked)
        lanes.opened.connect(self.opened)
        lanes.seeked.connect(self.seeked)
        lanes.selection_changed.connect(self._tell_selection)
        lanes.moved.connect(self._scroll_by)
        lanes.framed.connect(self.show_frames)
        lanes.zoomed.connect(lambda factor, x: self.zoom_by(factor, at=x))
        lanes.scrolled.connect(self._wheel)
        ruler.scrolled.connect(self._wheel)
        ruler.seeked.connect(self.seeked)
        ruler.marker_moved.connect(lambda name, by: self.asked.emit(MoveMarker(name, by)))
        ruler.marker_asked.connect(self.marker_asked)
        ruler.menu_asked.connect(self.marker_menu_asked)
        headers.switched.connect(self.switched)
        headers.renamed.connect(self.renamed)
        headers.resized.connect(self.resized)
        headers.menu_asked.connect(self.track_menu_asked)
        self._across.valueChanged.connect(self._scroll_across)
        self._down.valueChanged.connect(self._scroll_down)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(900, 300)

    # --- contents --------------------------------------------------------------------------

    def set_time(self, rate: int, timecode: Callable[[int], str]) -> None:
        """Count so many frames a second, and show a frame as `timecode` says."""
        self.ruler.rate = self.lanes.rate = rate
        self.ruler.timecode = timecode
        self.ruler.update()

    def set_tracks(self, tracks: Iterable[TrackView]) -> None:
        """Show these tracks: video from the lowest layer up, then audio. Lanes stay filled."""
        self.rows.set_tracks(tracks)
        self.headers.refresh()
        self._measure()
        self.lanes.invalidate()

    def set_lane(
        self,
        track: str,
        clips: Sequence[ClipView],
        starts: Sequence[int],
        transitions: Iterable[TransitionView] = (),
    ) -> None:
        """Show these clips, in order of time, on a track. Raises KeyError."""
        if track not in self.rows.lanes:
            raise KeyError(track)
        before = self.rows.lanes[track].index
        lane = self.rows.lanes[track] = Lane(clips, starts, transitions)
        gone = before.keys() - lane.index.keys()
        self._measure()
        self.lanes.invalidate()
        if not gone.isdisjoint(self.lanes.selected):
            there = {name for item in self.rows.lanes.values() for name in item.index}
            self.lanes.select(clip for clip in tuple(self.lanes.selected) if clip in there)

    def set_markers(self, markers: Iterable[MarkerView]) -> None:
        """Show these markers."""
        self.lanes.markers = tuple(markers)
        self.ruler.markers = self.lanes.markers
        self.ruler.update()

    def set_marks(self, start: int | None, stop: int | None) -> None:
        """Show the range from an in point to an out point (exclusive)."""
        self.lanes.marks = self.ruler.marks = (start, stop)
        self.lanes.update()
        self.ruler.update()

    def set_pictures(self, pictures: Pictures | None) -> None:
        """Fill clips with these pictures."""
        self.lanes.strips.pictures = pictures
        self.lanes.strips.forget()
        self.lanes.invalidate()

    def refresh_media(self, media: str | None = None) -> None:
        """More pictures of a media are there (`None`: those of any may be others)."""
        if media is None:
            self.lanes.strips.forget()
        self.lanes.invalidate()

    def forget_media(self, media: str) -> None:
        """The pictures of a media are no longer right."""
        self.lanes.strips.forget(media)
        self.lanes.invalidate()

    def set_judge(self, judge: Judge) -> None:
        """Ask this what may become of an intent while it is dragged."""
        self.lanes.judge_with = judge

    def set_drop_plan(self, plan: Callable[[QMimeData], DropPlan | None]) -> None:
        """Ask this what a drag from elsewhere would place."""
        self.lanes.plan_drop = plan

    def set_empty_text(self, text: str) -> None:
        """Show this while there are no tracks."""
        self.lanes.empty_text = text
        self.lanes.update()

    # --- selection, tool, playhead ---------------------------------------------------------

    @property
    def selected(self) -> tuple[str, ...]:
        """Ids of the selected clips, in the order of their selection."""
        return tuple(self.lanes.selected)

    def select(self, clips: Collection[str]) -> None:
        """Select these clips and no others."""
        self.lanes.select(clips)

    @property
    def tool(self) -> Tool:
        """The tool in hand."""
        return self.lanes.tool

    def set_tool(self, tool: Tool) -> None:
        """Take another tool in hand."""
        self.lanes.cancel()
        self.lanes.tool = tool
        self.lanes.unsetCursor()
        self.tool_changed.emit(tool)

    @property
    def snapping(self) -> bool:
        """Whether drags snap to edges, markers and the playhead."""
        return self.lanes.snapping

    def set_snapping(self, *, on: bool) -> None:
        """Let drags snap, or not."""
        self.lanes.snapping = on

    @property
    def playhead(self) -> int:
        """The frame at the playhead."""
        return self.lanes.playhead

    def set_playhead(self, frame: int, *, follow: bool = False) -> None:
        """Show the playhead at a frame; when following, scroll by a page as it leaves."""
        old = self.lanes.playhead
        self.lanes.set_playhead(frame)
        self.ruler.playhead = frame
        for at in (old, frame):
            self.ruler.update(round(self.scale.x(at)) - 8, 0, 17, self.ruler.height())
        x = self.scale.x(frame)
        if follow and not self.lanes.is_dragging and not 0 <= x < self.lanes.width():
            self._across.setValue(self._across.value() + round(x - self.lanes.width() * 0.1))

    # --- zoom and scroll -------------------------------------------------------------------

    def zoom_by(self, factor: float, *, at: float | None = None) -> None:
        """Zoom in or out; what lies at the x `at` (by default the playhead) stays in place."""
        if at is None:
            x = self.scale.x(self.playhead)
            at = x if 0 <= x < self.lanes.width() else self.lanes.width() / 2
        self.scale.zoom(self.scale.pixels * factor, at=at)
        self._zoomed()

    def fit(self) -> None:
        """Zoom so that everything is visible."""
        self.show_frames(0, max(1, self.rows.frames) * 1.02)

    def show_frames(self, start: float, stop: float) -> None:
        """Zoom so that these frames fill the width."""
        width = max(1, self.lanes.width())
        self.scale.zoom(min(LARGEST, width / max(1.0, stop - start)), at=0)
        self.scale.first = max(0.0, start)
        self._filled = True
        self._zoomed()

    def _zoomed(self) -> None:
        # Whole pixels, so that scrolling and zooming leave edges where they are.
        value = round(self.scale.first * self.scale.pixels)
        self.scale.first = value / self.scale.pixels
        self._measure(value)
        self._shown()
        self.zoom_changed.emit()

    def _measure(self, value: int | None = None) -> None:
        """Set the scroll bars to what there is."""
        width, height = self.lanes.width(), self.lanes.height()
        value = self._across.value() if value is None else value
        length = round(self.rows.frames * self.scale.pixels)
        most = max(0, length - width // 2, value)
        for bar, last, page in (
            (self._across, most, width),
            (self._down, max(0, self.rows.height - height), height),
        ):
            bar.setRange(0, min(_LONGEST_BAR, last))
            bar.setPageStep(page)
            bar.setSingleStep(max(16, page // 20))
        if self._across.value() != value:
            self._across.blockSignals(True)
            self._across.setValue(value)
            self._across.blockSignals(False)
        self._down.setVisible(self.rows.height > height)

    def _scroll_across(self, value: int) -> None:
        before = round(self.scale.first * self.scale.pixels)
        self.scale.first = value / self.scale.pixels
        self.lanes.scrolled_across(value - before)
        self.ruler.update()

    def _scroll_down(self, value: int) -> None:
        self.lanes.top = value
        self.headers.scroll_to(value)
        self.lanes.invalidate()

    def _shown(self) -> None:
        self.lanes.invalidate()
        self.ruler.update()

    def _scroll_by(self, dx: float, dy: float) -> None:
        if dx > 0 and self._across.value() + dx > self._across.maximum():
            self._across.setMaximum(round(self._across.value() + dx))
        self._across.setValue(round(self._across.value() + dx))
        self._down.setValue(round(self._down.value() + dy))

    def _wheel(self, event: QWheelEvent) -> None:
        pixels, angle = event.pixelDelta(), event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_by(1.2 ** (angle.y() / 120), at=event.position().x())
        elif not pixels.isNull():
            self._scroll_by(-pixels.x(), -pixels.y())
        elif event.modifiers() & (
            Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.AltModifier
        ):
            self._scroll_by(-(angle.y() or angle.x()), 0)
        elif angle.x() or not self._down.isVisible():
            self._scroll_by(-(angle.x() or angle.y()), 0)
        else:
            self._scroll_by(0, -angle.y() / 2)
        event.accept()

    # --- Qt --------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._measure()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        QPainter(self).fillRect(event.rect(), QColor(theme.current().panel))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
        super().changeEvent(event)

    def _tell_selection(self) -> None:
        names = []
        for clip in self.selected[:20]:
            found = self.rows.find(clip)
            if found is not None:
                start, _ = found[1].place(clip)
                names.append(f"{found[1].clip(clip).name} ({self.ruler.timecode(start)})")
        self.lanes.setAccessibleDescription(
            self.tr("Selected: {names}").format(names=", ".join(names)) if names else ""
        )
        self.selection_changed.emit()
