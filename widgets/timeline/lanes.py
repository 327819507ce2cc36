"""The lanes: paints what is visible of all tracks, and turns presses and drags into gestures."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import TypeAlias

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, QRect, QRectF, Qt, QTimer, Signal
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
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from widgets import theme
from widgets.timeline.filmstrips import Filmstrips
from widgets.timeline.gestures import Gesture, Pointer, begin
from widgets.timeline.gestures.browsing import ZoomBox
from widgets.timeline.gestures.starting import Tool
from widgets.timeline.hits import find_spot
from widgets.timeline.intents import (
    Blade,
    Drop,
    DropPlan,
    Intent,
    Judge,
    Mode,
    Spot,
    Verdict,
    allow,
)
from widgets.timeline.paint_lanes import (
    Ground,
    paint_base,
    paint_drop,
    paint_range,
    paint_said,
    scroll_base,
)
from widgets.timeline.rows import Rows
from widgets.timeline.scale import Scale
from widgets.timeline.snapping import REACH, Snapper, frames_to_snap
from widgets.timeline.tips import clip_tip, transition_tip
from widgets.timeline.values import MarkerView

PlanDrop: TypeAlias = Callable[[QMimeData], DropPlan | None]

_START = 4  # pixels of movement from which a press is a drag
_CURSORS = {
    "in": Qt.CursorShape.SizeHorCursor,
    "out": Qt.CursorShape.SizeHorCursor,
    "fade in": Qt.CursorShape.SizeHorCursor,
    "fade out": Qt.CursorShape.SizeHorCursor,
    "transition in": Qt.CursorShape.SizeHorCursor,
    "transition out": Qt.CursorShape.SizeHorCursor,
    "transition": Qt.CursorShape.OpenHandCursor,
    "gain": Qt.CursorShape.SizeVerCursor,
}
_TOOL_CURSORS = {
    "blade": Qt.CursorShape.SplitHCursor,
    "roll": Qt.CursorShape.SplitHCursor,
    "slip": Qt.CursorShape.SizeHorCursor,
    "slide": Qt.CursorShape.SizeAllCursor,
    "hand": Qt.CursorShape.OpenHandCursor,
    "zoom": Qt.CursorShape.CrossCursor,
}


class Lanes(QWidget):
    """The clips of all tracks.

    `asked` carries an Intent, `dropped` a Drop and the mime data, `menu_asked` the Spot and the
    place on the screen, `opened` a clip that was double-clicked. `judge` says what an intent may
    become while it is dragged; `plan_drop` what a drag from elsewhere would place.
    """

    asked = Signal(object)
    dropped = Signal(object, object)
    menu_asked = Signal(object, QPoint)
    opened = Signal(str)
    selection_changed = Signal()
    seeked = Signal(int)
    scrolled = Signal(object)
    moved = Signal(float, float)
    framed = Signal(float, float)
    zoomed = Signal(float, float)

    def __init__(self, rows: Rows, scale: Scale, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows, self.scale = rows, scale
        self.strips = Filmstrips()
        self.judge_with: Judge = allow
        self.plan_drop: PlanDrop = _no_plan
        self.tool: Tool = "select"
        self.snapping = True
        self.playhead = 0
        self.marks: tuple[int | None, int | None] = (None, None)
        self.markers: tuple[MarkerView, ...] = ()
        self.rate = 24
        self.top = 0
        self.empty_text = ""
        self._selected: dict[str, None] = {}
        self._gesture: Gesture | None = None
        self._press: tuple[Spot, Pointer, bool] | None = None
        self._held: tuple[str, ...] | None = None
        self._guide: int | None = None
        self._said = ""
        self._mouse = QPointF()
        self._drop: tuple[DropPlan, Drop] | None = None
        self._base: QPixmap | None = None
        self._elided: dict[tuple[str, int], str] = {}
        self._edge_timer = QTimer(self)
        self._edge_timer.setInterval(30)
        self._edge_timer.timeout.connect(self._scroll_at_edge)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(80, 40)
        self.setAccessibleName(self.tr("Timeline tracks"))

    # --- what is shown ---------------------------------------------------------------------

    @property
    def selected(self) -> Collection[str]:
        """Ids of the selected clips, in the order of their selection."""
        return self._selected.keys()

    def select(self, clips: Iterable[str]) -> None:
        """Select these clips and no others."""
        chosen = dict.fromkeys(clips)
        if chosen.keys() == self._selected.keys():
            return
        self._selected = chosen
        self.invalidate()
        self.selection_changed.emit()

    def invalidate(self) -> None:
        """What is painted under the ghosts and the playhead has changed."""
        self._base = None
        self.update()

    def scrolled_across(self, by: int) -> None:
        """The scale begins `by` pixels further to the right."""
        ratio = self.devicePixelRatioF()
        if self._base is not None and not scroll_base(self._base, self._ground(ratio), by):
            self._base = None
        self.update()

    def set_playhead(self, frame: int) -> None:
        """Show the playhead at a frame."""
        if frame == self.playhead:
            return
        for at in (self.playhead, frame):
            self.update(round(self.scale.x(at)) - 2, 0, 5, self.height())
        self.playhead = frame

    @property
    def is_dragging(self) -> bool:
        """Whether a gesture is going on."""
        return self._gesture is not None

    # --- what gestures do ------------------------------------------------------------------

    def snapper(self, *, without: Collection[str] = ()) -> Snapper:
        """What to snap to; nothing when snapping is off."""
        if not self.snapping:
            return Snapper(())
        extra = [self.playhead, *(item.at for item in self.markers)]
        extra += [mark for mark in self.marks if mark is not None]
        return Snapper(frames_to_snap(self.rows, extra, without=without))

    def judge(self, intent: Intent) -> Verdict:
        """What an intent may become."""
        return self.judge_with(intent)

    def ask(self, intent: Intent) -> None:
        """The user wants this."""
        self.asked.emit(intent)

    def guide(self, frame: int | None) -> None:
        """Show a line at the frame that a drag snapped to."""
        self._guide = frame

    def say(self, text: str) -> None:
        """Show a word beside the mouse."""
        self._said = text

    def duration(self, frames: int) -> str:
        """A signed number of frames, as seconds and frames."""
        sign = "-" if frames < 0 else "+"
        seconds, rest = divmod(abs(frames), self.rate)
        return f"{sign}{seconds}:{rest:02}" if seconds else f"{sign}{rest} f"

    def box(self, track: str, start: int, stop: int) -> QRectF:
        """The place of some frames of a track."""
        number = self.rows.number(track)
        if number is None:
            return QRectF()
        left, right = (max(-20_000.0, min(40_000.0, self.scale.x(at))) for at in (start, stop))
        return QRectF(left, self.rows.top(number), right - left, self.rows.tracks[number].height)

    def area(self) -> QRectF:
        """What is visible of the lanes, scrolled."""
        return QRectF(0, self.top, self.width(), self.height())

    def repaint_overlay(self) -> None:
        """What the gesture paints has changed."""
        self.update()

    def scroll_by(self, dx: float, dy: float) -> None:
        """Scroll by pixels."""
        self.moved.emit(dx, dy)

    def show_frames(self, start: float, stop: float) -> None:
        """Zoom so that these frames fill the width."""
        self.framed.emit(start, stop)

    # --- painting --------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        ratio = self.devicePixelRatioF()
        if self._base is None or self._base.devicePixelRatio() != ratio:
            self._base = paint_base(self._ground(ratio))
        painter = QPainter(self)
        area = event.rect()
        painter.drawPixmap(
            QRectF(area),
            self._base,
            QRectF(area.x() * ratio, area.y() * ratio, area.width() * ratio, area.height() * ratio),
        )
        self._paint_over(painter)

    def _ground(self, ratio: float) -> Ground:
        return Ground(
            self.rows,
            self.scale,
            self.strips,
            self._selected.keys(),
            self._elided,
            (self.width(), self.height()),
            self.top,
            ratio,
            self.font(),
        )

    def _paint_over(self, painter: QPainter) -> None:
        colors = theme.current()
        paint_range(painter, self.scale, self.marks, self.size())
        if not self.rows.tracks and self.empty_text:
            painter.setPen(QColor(colors.dim))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(16, 8, -16, -8), flags, self.empty_text)
        painter.translate(0, -self.top)
        if self._gesture is not None:
            self._gesture.paint(painter)
        if self._drop is not None:
            plan, drop = self._drop
            box = self.box(drop.track, drop.frame, drop.frame + plan.frames)
            paint_drop(painter, box, self.scale.x(drop.frame), self.area(), drop.mode)
        painter.translate(0, self.top)
        if self._guide is not None:
            x = round(self.scale.x(self._guide))
            painter.setPen(QPen(QColor(colors.warning), 1, Qt.PenStyle.DashLine))
            painter.drawLine(x, 0, x, self.height())
        x = round(self.scale.x(self.playhead))
        painter.fillRect(QRect(x, 0, 1, self.height()), QColor(colors.playhead))
        if self._said and self._gesture is not None:
            paint_said(painter, self._said, self._mouse, self.size())
        if self.hasFocus():
            painter.setPen(QPen(QColor(colors.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    # --- mouse -----------------------------------------------------------------------------

    def spot(self, pos: QPointF) -> Spot:
        """What lies at a place of the widget."""
        return find_spot(self.rows, self.scale, QPointF(pos.x(), pos.y() + self.top))

    def _pointer(self, pos: QPointF, modifiers: Qt.KeyboardModifier) -> Pointer:
        frame = round(pos.x() / self.scale.pixels + self.scale.first)
        return Pointer(QPointF(pos.x(), pos.y() + self.top), frame, modifiers)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        pos = event.position()
        if event.button() == Qt.MouseButton.MiddleButton:
            pointer = self._pointer(pos, event.modifiers())
            self._begin(begin(self, "hand", Spot(), pointer))
            return
        if event.button() != Qt.MouseButton.LeftButton or self._gesture is not None:
            return
        spot = self.spot(pos)
        pointer = self._pointer(pos, event.modifiers())
        if self.tool == "blade":
            self._cut(spot, pointer)
            return
        added = self._press_selects(spot, pointer)
        self._press = (spot, pointer, added)

    def _press_selects(self, spot: Spot, pointer: Pointer) -> bool:
        """Select what was pressed; True when a release must not change it any more."""
        if self.tool in ("hand", "zoom") or self.rows.find(spot.clip) is None:
            return bool(spot.clip)
        several = pointer.holds(Qt.KeyboardModifier.ControlModifier)
        ranged = pointer.holds(Qt.KeyboardModifier.ShiftModifier)
        if spot.part == "gain" and ranged:
            return True
        if several or ranged:
            if spot.clip in self._selected and several:
                return False
            more = self._range_to(spot.clip) if ranged else (spot.clip,)
            self.select((*self._selected, *more))
            return True
        if spot.clip not in self._selected:
            self.select((spot.clip,))
            return True
        return False

    def _range_to(self, clip: str) -> tuple[str, ...]:
        """The clips of a track from the one selected last to this one."""
        found = self.rows.find(clip)
        last = next(reversed(self._selected), None)
        if found is None or last not in found[1].index:
            return (clip,)
        lane = found[1]
        first, stop = sorted((lane.index[last], lane.index[clip]))
        return tuple(item.id for item in lane.clips[first : stop + 1])

    def _cut(self, spot: Spot, pointer: Pointer) -> None:
        frame = pointer.frame
        if self.snapping:
            found = self.snapper().nearest(frame, self.scale.frames(REACH))
            frame = found if found is not None else frame
        everywhere = pointer.holds(Qt.KeyboardModifier.ShiftModifier)
        if everywhere or spot.clip:
            self.ask(Blade("" if everywhere else spot.track, frame))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        pos = event.position()
        self._mouse = pos
        if self._gesture is not None:
            self._gesture.move(self._pointer(pos, event.modifiers()))
            self._edge_timer.start()
            return
        if self._press is not None:
            spot, pointer, _ = self._press
            apart = pos - QPointF(pointer.pos.x(), pointer.pos.y() - self.top)
            if apart.manhattanLength() >= _START:
                self._press = None
                gesture = begin(self, self.tool, spot, pointer)
                self._begin(gesture)
                if gesture is not None:
                    gesture.move(self._pointer(pos, event.modifiers()))
            return
        self._show_cursor(self.spot(pos))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        pos = event.position()
        pointer = self._pointer(pos, event.modifiers())
        if self._gesture is not None:
            self._finish().end(pointer)
            return
        if self._press is None or event.button() != Qt.MouseButton.LeftButton:
            return
        (spot, _, kept), self._press = self._press, None
        if self.tool == "zoom":
            ZoomBox(self, pointer).end(pointer)
        elif self.tool != "hand":
            self._click(spot, pointer, kept=kept)

    def _click(self, spot: Spot, pointer: Pointer, *, kept: bool) -> None:
        several = pointer.holds(Qt.KeyboardModifier.ControlModifier)
        if not spot.clip:
            if not several and not pointer.holds(Qt.KeyboardModifier.ShiftModifier):
                self.select(())
                self.seeked.emit(spot.frame)
        elif not kept and several:
            self.select(clip for clip in self._selected if clip != spot.clip)
        elif not kept:
            self.select((spot.clip,))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        spot = self.spot(event.position())
        self._press = None
        known = self.rows.find(spot.clip) is not None
        if known and event.button() == Qt.MouseButton.LeftButton:
            self.opened.emit(spot.clip)

    def _begin(self, gesture: Gesture | None) -> None:
        self._gesture = gesture
        if gesture is not None:
            self.setCursor(gesture.cursor)
            self.update()

    def _finish(self) -> Gesture:
        assert self._gesture is not None
        gesture, self._gesture = self._gesture, None
        self._edge_timer.stop()
        self._guide, self._said = None, ""
        self._show_cursor(self.spot(self._mouse))
        self.update()
        return gesture

    def cancel(self) -> None:
        """Give up the gesture that is going on; nothing has changed."""
        self._press = None
        if self._gesture is not None:
            self._finish().cancel()

    def _show_cursor(self, spot: Spot) -> None:
        if spot.part.startswith("transition"):
            shape = _CURSORS[spot.part]
        elif self.tool in _TOOL_CURSORS:
            shape = _TOOL_CURSORS[self.tool]
        else:
            shape = _CURSORS.get(spot.part, Qt.CursorShape.ArrowCursor)
        if self.cursor().shape() != shape:
            self.setCursor(shape)

    def _scroll_at_edge(self) -> None:
        """Scroll on while a drag holds at the edge."""
        if self._gesture is None:
            self._edge_timer.stop()
            return
        x, y = self._mouse.x(), self._mouse.y()
        dx = min(0.0, x - 16) + max(0.0, x - self.width() + 16)
        dy = min(0.0, y - 8) + max(0.0, y - self.height() + 8)
        if dx or dy:
            self.moved.emit(dx, dy)
            self._gesture.move(self._pointer(self._mouse, Qt.KeyboardModifier.NoModifier))
        else:
            self._edge_timer.stop()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        self.scrolled.emit(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() == Qt.Key.Key_Escape and (self._gesture or self._press):
            self.cancel()
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            clip = next(reversed(self._selected), "")
            found = self.rows.find(clip) if clip else None
            place = self.rect().center()
            spot = Spot(frame=self.playhead)
            if found is not None:
                start, stop = found[1].place(clip)
                middle = self.box(found[0].id, start, stop).center()
                place = QPoint(round(middle.x()), round(middle.y() - self.top))
                spot = Spot("body", found[0].id, clip, start)
            self.menu_asked.emit(spot, self.mapToGlobal(place))
            return
        spot = self.spot(QPointF(event.pos()))
        if spot.clip not in self._selected and self.rows.find(spot.clip) is not None:
            self.select((spot.clip,))
        self.menu_asked.emit(spot, event.globalPos())

    # --- drops -----------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        self._take_drag(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: N802
        self._take_drag(event)

    def _take_drag(self, event: QDragMoveEvent) -> None:
        plan = self.plan_drop(event.mimeData())
        if plan is None:
            event.ignore()
            return
        self._drop = plan, self._drop_at(plan, event.position(), event.modifiers())
        event.acceptProposedAction()
        self.update()

    def _drop_at(self, plan: DropPlan, pos: QPointF, modifiers: Qt.KeyboardModifier) -> Drop:
        pointer = self._pointer(pos, modifiers)
        reach = self.scale.frames(REACH)
        edges = (pointer.frame, pointer.frame + plan.frames)
        by, _ = self.snapper().moved(edges, 0, reach)
        row = self.rows.nearest(pointer.pos.y())
        track = ""
        if row is not None and self.rows.number_at(pointer.pos.y()) is not None:
            track = self.rows.tracks[row].id
        mode: Mode = "insert" if pointer.holds(Qt.KeyboardModifier.ControlModifier) else "overwrite"
        return Drop(track, max(0, pointer.frame + by), mode)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802
        self._drop = None
        self.update()
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        plan = self.plan_drop(event.mimeData())
        self._drop = None
        self.update()
        if plan is None:
            event.ignore()
            return
        event.acceptProposedAction()
        drop = self._drop_at(plan, event.position(), event.modifiers())
        self.dropped.emit(drop, event.mimeData())

    # --- Qt --------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self._base = None
        super().resizeEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        self.update()
        super().focusOutEvent(event)

    def event(self, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._show_tip(event)
            return True
        if kind == QEvent.Type.NativeGesture and isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self.zoomed.emit(1 + event.value(), event.position().x())
                return True
        elif kind in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._elided.clear()
            self.invalidate()
        return super().event(event)

    def _show_tip(self, event: QHelpEvent) -> None:
        spot = self.spot(QPointF(event.pos()))
        if spot.part.startswith("transition"):
            joined = self.rows.find_transition(spot.clip)
            text = transition_tip(joined[1].transitions[spot.clip], self.duration) if joined else ""
            QToolTip.showText(event.globalPos(), text, self)
            return
        found = self.rows.find(spot.clip) if spot.clip else None
        if found is None:
            QToolTip.hideText()
            return
        track, lane = found
        text = clip_tip(lane.clip(spot.clip), self.duration)
        box = self.box(track.id, *lane.place(spot.clip)).translated(0, -self.top)
        QToolTip.showText(event.globalPos(), text, self, box.toRect())


def _no_plan(data: QMimeData) -> DropPlan | None:
    del data
    return None
