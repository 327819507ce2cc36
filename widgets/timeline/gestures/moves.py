"""Dragging clips: to another place or track, their media (slip), or between neighbours (slide)."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from widgets.timeline.gestures.ghosts import paint_blocks, paint_line, paint_media
from widgets.timeline.gestures.protocol import Pointer, Stage
from widgets.timeline.intents import Mode, Move, Slide, Slip
from widgets.timeline.snapping import REACH

_INSERT = Qt.KeyboardModifier.ControlModifier
_COPY = Qt.KeyboardModifier.AltModifier


class MoveClips:
    """Drags the selected clips; with Ctrl they go between others, with Alt copies are made."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def __init__(self, stage: Stage, pointer: Pointer, clip: str) -> None:
        self._stage = stage
        self._start = pointer
        chosen = tuple(stage.selected) if clip in stage.selected else (clip,)
        self._intent = Move(chosen, clip, 0)
        self._blocks: list[tuple[int, int, int]] = []
        wanted = set(chosen)
        for number, track in enumerate(stage.rows.tracks):
            lane = stage.rows.lanes[track.id]
            for name in wanted & lane.index.keys():
                self._blocks.append((number, *lane.place(name)))
        found = stage.rows.find(clip)
        assert found is not None
        self._row = stage.rows.number(found[0].id) or 0
        self._kind = found[0].kind
        grabbed = found[1].place(clip)
        first = min(block[1] for block in self._blocks)
        last = max(block[2] for block in self._blocks)
        self._edges = tuple(dict.fromkeys((*grabbed, first, last)))
        self._first = first
        self._snapper = stage.snapper(without=chosen)
        self._good = True

    def move(self, pointer: Pointer) -> None:
        stage = self._stage
        reach = stage.scale.frames(REACH)
        raw = pointer.frame - self._start.frame
        by, snapped = self._snapper.moved(self._edges, raw, reach)
        by = max(by, -self._first)
        mode: Mode = "insert" if pointer.holds(_INSERT) else "overwrite"
        wanted = Move(
            self._intent.clips,
            self._intent.grabbed,
            by,
            self._tracks(pointer),
            mode,
            copy=pointer.holds(_COPY),
            at=max(0, self._first + by),
        )
        verdict = stage.judge(wanted)
        legal = verdict.intent
        self._good = isinstance(legal, Move)
        self._intent = legal if isinstance(legal, Move) else wanted
        stage.guide(snapped if self._intent.by == by else None)
        stage.say(
            " · ".join(text for text in (stage.duration(self._intent.by), verdict.text) if text)
        )
        stage.repaint_overlay()

    def end(self, pointer: Pointer) -> None:
        del pointer
        moved = self._intent.by or self._intent.tracks
        if moved and self._good:
            self._stage.ask(self._intent)

    def cancel(self) -> None:
        """Nothing has changed."""

    def paint(self, painter: QPainter) -> None:
        stage, by = self._stage, self._intent.by
        tracks = stage.rows.tracks
        shown = stage.area()
        boxes: list[QRectF] = []
        for row, start, stop in self._blocks:
            up = -self._intent.tracks if tracks[row].kind == "video" else self._intent.tracks
            number = row + up if tracks[row].kind == self._kind else row
            if not 0 <= number < len(tracks):
                continue
            box = stage.box(tracks[number].id, start + by, stop + by)
            if box.intersects(shown):
                boxes.append(box)
        paint_blocks(painter, boxes, good=self._good)
        if self._intent.mode == "insert":
            x = stage.scale.x(self._first + by)
            paint_line(painter, x, shown.top(), shown.bottom())

    def _tracks(self, pointer: Pointer) -> int:
        """Tracks up (video) or down (audio) from where the drag began; within their kind."""
        tracks = self._stage.rows.tracks
        row = self._stage.rows.nearest(pointer.pos.y())
        if row is None:
            return 0
        kinds = [number for number, track in enumerate(tracks) if track.kind == self._kind]
        row = min(max(row, kinds[0]), kinds[-1])
        down = row - self._row
        return -down if self._kind == "video" else down


class SlipClip:
    """Drags the media inside a clip."""

    cursor = Qt.CursorShape.SizeHorCursor

    def __init__(self, stage: Stage, pointer: Pointer, clip: str) -> None:
        self._stage = stage
        self._start = pointer.frame
        found = stage.rows.find(clip)
        assert found is not None
        self._track, lane = found
        self._clip = lane.clip(clip)
        self._place = lane.place(clip)
        self._intent = Slip(clip, 0)

    def move(self, pointer: Pointer) -> None:
        stage = self._stage
        # Pulling the media to the right shows what was earlier.
        by = round((self._start - pointer.frame) * (abs(self._clip.speed) or 1))
        verdict = stage.judge(replace(self._intent, by=by))
        legal = verdict.intent
        self._intent = legal if isinstance(legal, Slip) else replace(self._intent, by=0)
        stage.say(" · ".join(t for t in (stage.duration(self._intent.by), verdict.text) if t))
        stage.repaint_overlay()

    def end(self, pointer: Pointer) -> None:
        del pointer
        if self._intent.by:
            self._stage.ask(self._intent)

    def cancel(self) -> None:
        """Nothing has changed."""

    def paint(self, painter: QPainter) -> None:
        start, stop = self._place
        by = self._intent.by
        media = start - self._clip.head - by, stop + self._clip.tail - by
        track = self._track.id
        paint_media(painter, self._stage.box(track, *media), self._stage.box(track, start, stop))


class SlideClip:
    """Drags a clip between its neighbours, which give and take the room."""

    cursor = Qt.CursorShape.SizeAllCursor

    def __init__(self, stage: Stage, pointer: Pointer, clip: str) -> None:
        self._stage = stage
        self._start = pointer.frame
        found = stage.rows.find(clip)
        assert found is not None
        self._track, self._lane = found
        self._number = self._lane.index[clip]
        self._place = self._lane.place(clip)
        self._intent = Slide(clip, 0)
        self._snapper = stage.snapper(without=(clip,))

    def move(self, pointer: Pointer) -> None:
        stage = self._stage
        reach = stage.scale.frames(REACH)
        by, snapped = self._snapper.moved(self._place, pointer.frame - self._start, reach)
        verdict = stage.judge(replace(self._intent, by=by))
        legal = verdict.intent
        self._intent = legal if isinstance(legal, Slide) else replace(self._intent, by=0)
        stage.guide(snapped if self._intent.by == by else None)
        stage.say(" · ".join(t for t in (stage.duration(self._intent.by), verdict.text) if t))
        stage.repaint_overlay()

    def end(self, pointer: Pointer) -> None:
        del pointer
        if self._intent.by:
            self._stage.ask(self._intent)

    def cancel(self) -> None:
        """Nothing has changed."""

    def paint(self, painter: QPainter) -> None:
        lane, number, by = self._lane, self._number, self._intent.by
        start, stop = self._place
        track = self._track.id
        boxes = [self._stage.box(track, start + by, stop + by)]
        if number and lane.stops[number - 1] == start:
            boxes.append(self._stage.box(track, lane.starts[number - 1], start + by))
        if number + 1 < len(lane.clips) and lane.starts[number + 1] == stop:
            boxes.append(self._stage.box(track, stop + by, lane.stops[number + 1]))
        paint_blocks(painter, boxes)
