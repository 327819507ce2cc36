"""Dragging edges: trims, ripples, rolls, and the edges and place of a transition."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from widgets.timeline.gestures.ghosts import paint_blocks, paint_line, paint_media
from widgets.timeline.gestures.protocol import Pointer, Stage
from widgets.timeline.intents import MoveTransition, ResizeTransition, Roll, Trim
from widgets.timeline.snapping import REACH


class TrimEdge:
    """Drags an edge of a clip; its handles are shown meanwhile."""

    cursor = Qt.CursorShape.SizeHorCursor

    def __init__(
        self,
        stage: Stage,
        pointer: Pointer,
        clip: str,
        edge: Literal["in", "out"],
        *,
        rippling: bool,
    ) -> None:
        self._stage = stage
        self._start = pointer.frame
        found = stage.rows.find(clip)
        assert found is not None
        self._track, lane = found
        self._clip = lane.clip(clip)
        self._place = lane.place(clip)
        self._intent = Trim(clip, edge, 0, rippling)
        self._snapper = stage.snapper(without=(clip,))

    def move(self, pointer: Pointer) -> None:
        stage, edge = self._stage, self._intent.edge
        at = self._place[0 if edge == "in" else 1]
        reach = stage.scale.frames(REACH)
        by, snapped = self._snapper.moved((at,), pointer.frame - self._start, reach)
        by = min(by, self._clip.frames - 1) if edge == "in" else max(by, 1 - self._clip.frames)
        verdict = stage.judge(replace(self._intent, by=by))
        legal = verdict.intent
        self._intent = legal if isinstance(legal, Trim) else replace(self._intent, by=0)
        stage.guide(snapped if self._intent.by == by else None)
        stage.say(_words(stage.duration(self._intent.by), verdict.text))
        stage.repaint_overlay()

    def end(self, pointer: Pointer) -> None:
        del pointer
        if self._intent.by:
            self._stage.ask(self._intent)

    def cancel(self) -> None:
        """Nothing has changed."""

    def paint(self, painter: QPainter) -> None:
        start, stop = self._place
        by, clip = self._intent.by, self._clip
        if self._intent.edge == "in":
            if self._intent.rippling:
                used = start, stop - by
                media = start - clip.head - by, stop + clip.tail - by
            else:
                used = start + by, stop
                media = start - clip.head, stop + clip.tail
        else:
            used = start, stop + by
            media = start - clip.head, stop + clip.tail
        box = self._stage.box(self._track.id, *used)
        paint_media(painter, self._stage.box(self._track.id, *media), box)


class RollCut:
    """Drags the cut after a clip."""

    cursor = Qt.CursorShape.SplitHCursor

    def __init__(self, stage: Stage, pointer: Pointer, clip: str) -> None:
        self._stage = stage
        self._start = pointer.frame
        found = stage.rows.find(clip)
        assert found is not None
        self._track, lane = found
        self._lane = lane
        self._number = lane.index[clip]
        self._intent = Roll(clip, 0)
        self._snapper = stage.snapper(without=(clip,))

    def move(self, pointer: Pointer) -> None:
        stage = self._stage
        cut = self._lane.stops[self._number]
        reach = stage.scale.frames(REACH)
        by, snapped = self._snapper.moved((cut,), pointer.frame - self._start, reach)
        verdict = stage.judge(replace(self._intent, by=by))
        legal = verdict.intent
        self._intent = legal if isinstance(legal, Roll) else replace(self._intent, by=0)
        stage.guide(snapped if self._intent.by == by else None)
        stage.say(_words(stage.duration(self._intent.by), verdict.text))
        stage.repaint_overlay()

    def end(self, pointer: Pointer) -> None:
        del pointer
        if self._intent.by:
            self._stage.ask(self._intent)

    def cancel(self) -> None:
        """Nothing has changed."""

    def paint(self, painter: QPainter) -> None:
        lane, number = self._lane, self._number
        cut = lane.stops[number] + self._intent.by
        boxes = [self._stage.box(self._track.id, lane.starts[number], cut)]
        if number + 1 < len(lane.clips) and lane.starts[number + 1] == lane.stops[number]:
            boxes.append(self._stage.box(self._track.id, cut, lane.stops[number + 1]))
        paint_blocks(painter, boxes)
        x = self._stage.scale.x(cut)
        paint_line(painter, x, boxes[0].top(), boxes[0].bottom())


class ResizeJoin:
    """Drags an edge of a transition; the other edge follows about the cut."""

    cursor = Qt.CursorShape.SizeHorCursor

    def __init__(self, stage: Stage, pointer: Pointer, clip: str) -> None:
        del pointer
        self._stage = stage
        found = stage.rows.find_transition(clip)
        assert found is not None
        self._track, lane = found
        self._item = lane.transitions[clip]
        self._frames = self._item.before + self._item.after

    def move(self, pointer: Pointer) -> None:
        stage = self._stage
        wanted = max(1, 2 * abs(pointer.frame - self._item.cut))
        verdict = stage.judge(ResizeTransition(self._item.clip, wanted))
        if isinstance(verdict.intent, ResizeTransition):
            self._frames = verdict.intent.frames
        stage.say(_words(stage.duration(self._frames).lstrip("+"), verdict.text))
        stage.repaint_overlay()

    def end(self, pointer: Pointer) -> None:
        del pointer
        if self._frames != self._item.before + self._item.after:
            self._stage.ask(ResizeTransition(self._item.clip, self._frames))

    def cancel(self) -> None:
        """Nothing has changed."""

    def paint(self, painter: QPainter) -> None:
        before = self._frames // 2
        start, stop = self._item.cut - before, self._item.cut + self._frames - before
        paint_blocks(painter, [self._stage.box(self._track.id, start, stop)])


class DragJoin:
    """Drags a transition to another cut of its track."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def __init__(self, stage: Stage, pointer: Pointer, clip: str) -> None:
        del pointer
        self._stage = stage
        found = stage.rows.find_transition(clip)
        assert found is not None
        self._track, self._lane = found
        self._item = self._lane.transitions[clip]
        self._to = clip
        self._cut = self._item.cut
        self._legal = True

    def move(self, pointer: Pointer) -> None:
        lane = self._lane
        number = min(
            range(len(lane.clips)),
            key=lambda item: abs(lane.stops[item] - pointer.frame),
        )
        self._to, self._cut = lane.clips[number].id, lane.stops[number]
        verdict = self._stage.judge(MoveTransition(self._item.clip, self._to))
        self._legal = verdict.intent is not None
        self._stage.say(verdict.text or self._item.title)
        self._stage.repaint_overlay()

    def end(self, pointer: Pointer) -> None:
        del pointer
        if self._to != self._item.clip:
            self._stage.ask(MoveTransition(self._item.clip, self._to))

    def cancel(self) -> None:
        """Nothing has changed."""

    def paint(self, painter: QPainter) -> None:
        start, stop = self._cut - self._item.before, self._cut + self._item.after
        box: QRectF = self._stage.box(self._track.id, start, stop)
        paint_blocks(painter, [box], good=self._legal)


def _words(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
