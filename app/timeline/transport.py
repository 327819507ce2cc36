"""The playhead and marks of the edited timeline, kept through the window's playback."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal


class Transport(QObject):
    """Moves the playhead of one timeline node: the window's playback plays it where it can.

    `moved` tells the frame; `marked` that the in or out point is another. Without a playback the
    playhead moves all the same.
    """

    moved = Signal(int)
    marked = Signal()

    def __init__(self, playback: Any, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._playback = playback
        self._timeline = ""
        self._position = 0
        self._wish = 0
        self.start: int | None = None
        self.stop: int | None = None
        if playback is not None:
            playback.position_changed.connect(self._follow)
            playback.opened.connect(self._opened)
            playback.state_changed.connect(self._follow_marks)

    @property
    def position(self) -> int:
        """The frame at the playhead."""
        return self._position

    @property
    def is_playing(self) -> bool:
        """Whether the timeline runs."""
        return self._is_open and bool(self._playback.is_playing)

    @property
    def _is_open(self) -> bool:
        return (
            self._playback is not None
            and bool(self._timeline)
            and self._playback.source == self._timeline
        )

    def use(self, timeline: str) -> None:
        """Move the playhead of another timeline node."""
        self._timeline = timeline
        self._wish = 0
        self.start = self.stop = None
        position = 0
        if self._playback is not None and timeline:
            position = self._playback.position_of(timeline)
        self._set(position)
        self.marked.emit()

    def seek(self, frame: int, *, sound: bool = False) -> None:
        """Go to a frame, which may lie past the end."""
        frame = max(0, frame)
        self._set(frame)
        if self._is_open:
            self._playback.seek(frame, sound=sound)
        elif self._playback is not None and self._timeline:
            self._playback.want(self._timeline, frame)

    def step(self, frames: int) -> None:
        """Go some frames on or back, and let that be heard."""
        if self.is_playing:
            self._playback.pause()
        self.seek(self._position + frames, sound=True)

    def shuttle(self, direction: int) -> None:
        """J, K and L."""
        if self._is_open:
            self._playback.shuttle(direction)
        elif self._playback is not None and self._timeline and direction:
            self._wish = direction
            self._playback.want(self._timeline, self._position)

    def toggle(self) -> None:
        """Play, or pause."""
        if self.is_playing:
            self._playback.pause()
        else:
            self.shuttle(1)

    def mark(self, start: int | None, stop: int | None) -> None:
        """An in point and an out point (exclusive), or None for each."""
        if start is not None and stop is not None and stop <= start:
            start, stop = (start, None) if start != self.start else (None, stop)
        self.start, self.stop = start, stop
        if self._is_open:
            self._playback.mark(first=start, last=None if stop is None else stop - 1)
        self.marked.emit()

    def _set(self, frame: int) -> None:
        if frame != self._position:
            self._position = frame
            self.moved.emit(frame)

    def _follow(self, frame: int) -> None:
        if not self._is_open:
            return
        # Past its last frame the playhead may stand where nothing can be shown.
        last = self._playback.facts.frame_count - 1
        if self.is_playing or frame < last or self._position < frame:
            self._set(frame)

    def _opened(self) -> None:
        if not self._is_open:
            return
        if (self.start, self.stop) != (None, None):
            last = None if self.stop is None else self.stop - 1
            self._playback.mark(first=self.start, last=last)
        wish, self._wish = self._wish, 0
        if wish:
            self._playback.shuttle(wish)

    def _follow_marks(self) -> None:
        if not self._is_open:
            return
        first, last = self._playback.marks
        stop = None if last is None else last + 1
        if (first, stop) != (self.start, self.stop):
            self.start, self.stop = first, stop
            self.marked.emit()
