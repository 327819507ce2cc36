"""Playback: the playhead of the window. Plays values of the graph in sync with their sound."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QImage

from app.playback.devices import RATE, OpenStream, open_stream
from app.playback.images import ImageStore
from app.playback.picturing import Picture, Picturing, Subject
from app.playback.playable import Playable, Size
from app.playback.run import Run
from app.playback.sounding import Sounding

if TYPE_CHECKING:
    from engine.media import Sound

MEMORY = 256 << 20  # bytes of finished pictures that are kept
SPEEDS = (1, 2, 4, 8)
_METERS_MS = 40
_HELD_MS = 400  # the longest that sound waits for the first picture


@dataclass(frozen=True)
class Facts:
    """What is known of the source: how it counts, how large it is, what it has."""

    rate: Fraction = Fraction(24)
    frame_count: int = 0
    start: int = 0
    drop_frame: bool = False
    size: Size = (0, 0)
    has_picture: bool = False
    has_alpha: bool = False
    sound_layout: str = ""
    sound_rate: int = 0


@dataclass(frozen=True)
class Shown:
    """A picture that is due: frame `number` of `source`; `late` is by how many seconds.

    `image` may be smaller than the source; `other` is the frame of what it is compared with.
    """

    source: str
    number: int
    image: QImage
    other: QImage | None
    late: float


class Playback(QObject):
    """Plays one source at a time; the clock of the sound device is the master of the picture.

    A source is named by the id of its node. Signals arrive on the window's thread, with finished
    pictures: everything slow happens on two threads of its own, and memory does not grow with
    the length of what is played.
    """

    opened = Signal()
    """Another source, or another value of it, is there; `facts` says what it is."""
    failed = Signal(str)
    frame_shown = Signal(object)  # Shown
    position_changed = Signal(int)
    state_changed = Signal()
    """Playing, speed, marks, loop or volume changed."""
    levels_changed = Signal(object)  # app.playback.Levels
    loudness_changed = Signal(object)  # app.playback.Reading
    source_wanted = Signal(str, int)
    """Somebody asks for this node's result at this frame: whoever can make it answers by `open`."""

    _arrived = Signal()
    _prepared = Signal(int, object)

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        stream: OpenStream = open_stream,
        memory: int = MEMORY,
    ) -> None:
        super().__init__(parent)
        self._sounding = Sounding(stream)
        self._picturing = Picturing(
            ImageStore(memory),
            self._steps_gone,
            on_arrival=self._arrived.emit,
            on_opened=self._prepared.emit,
        )
        self._arrived.connect(self._show_due, Qt.ConnectionType.QueuedConnection)
        self._prepared.connect(self._use, Qt.ConnectionType.QueuedConnection)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._show_due)
        self._meters = QTimer(self)
        self._meters.setInterval(_METERS_MS)
        self._meters.timeout.connect(self._tell_levels)
        self._metered = 0
        self._ticket = 0
        self._waiting: dict[int, tuple[str, int | None]] = {}  # ticket -> source, position
        self._item: Playable | None = None
        self._other: Playable | None = None
        self._ids = (0, 0)
        self._source = ""
        self._positions: dict[str, int] = {}
        self._facts = Facts()
        self._position = 0
        self._run: Run | None = None
        self._serial = 0
        self._is_released = False
        self._speed = 0
        self._marks: tuple[int | None, int | None] = (None, None)
        self._looping = False
        self._wanted: Size = (960, 540)
        self._error = ""
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.close)

    # What is played

    @property
    def source(self) -> str:
        """The id of the node whose result is played; empty when there is none."""
        return self._source

    @property
    def facts(self) -> Facts:
        """What is known of the source."""
        return self._facts

    @property
    def sound(self) -> Sound | None:
        """The sound of the source, at its own rate and with all its channels."""
        return self._item.sound if self._item is not None else None

    @property
    def position(self) -> int:
        """The frame that the playhead is on, counted from 0."""
        return self._position

    @property
    def speed(self) -> int:
        """1, 2, 4 or 8, negative backwards; 0 when it stands."""
        return self._speed

    @property
    def is_playing(self) -> bool:
        """Whether it runs."""
        return self._speed != 0

    @property
    def marks(self) -> tuple[int | None, int | None]:
        """First and last frame that were marked, each None when it was not."""
        return self._marks

    @property
    def is_looping(self) -> bool:
        """Whether playing turns round at the marks, or at the ends."""
        return self._looping

    @property
    def volume(self) -> float:
        """Factor of the sound, 0 to 1."""
        return self._sounding.speaker.volume

    @property
    def is_silent(self) -> bool:
        """Whether sound goes nowhere since there is no device for it; known after playing once."""
        return self._sounding.speaker.is_silent

    @property
    def dropped(self) -> int:
        """Pictures left out so far to stay in sync."""
        return self._picturing.dropped

    @property
    def memory(self) -> int:
        """Bytes of pictures kept."""
        return self._picturing.store.bytes

    def position_of(self, source: str) -> int:
        """Where the playhead of a source is, or was when another one was opened."""
        return self._position if source == self._source else self._positions.get(source, 0)

    def open(
        self,
        value: Any,
        *,
        source: str = "",
        position: int | None = None,
        rate: Fraction | None = None,
    ) -> None:
        """Show a Clip, Image, Sound, Sequence, Timeline or file instead of what is shown.

        A new value of the same source goes on where the playhead is, also while it plays;
        another source starts where it was left, or at `position`.
        """
        self._ticket += 1
        self._waiting = {self._ticket: (source, position)} | {
            key: kept for key, kept in self._waiting.items() if key < 0
        }
        self._picturing.open(self._ticket, value, rate)

    def compare(self, value: Any) -> None:
        """Make frames of this value too, beside those of the source; None ends it."""
        self._waiting.pop(-1, None)
        if value is None:
            if self._other is not None:
                self._other = None
                self._refresh()
            return
        self._waiting[-1] = ("", None)
        self._picturing.open(-1, value, self._facts.rate)

    def clear(self) -> None:
        """Play nothing."""
        self._waiting.clear()
        self._halt()
        self._remember()
        self._item = self._other = None
        self._source, self._facts = "", Facts()
        self._picturing.rest()
        self.opened.emit()

    def want(self, source: str, position: int) -> None:
        """Bring a source to this frame: at once when it is open, else through `source_wanted`."""
        if source == self._source:
            self.seek(position)
        else:
            self._positions[source] = position
            self.source_wanted.emit(source, position)

    # The playhead

    def play(self, speed: int = 1) -> None:
        """Play at 1, 2, 4 or 8 times the speed, backwards when negative; from an end, anew."""
        if abs(speed) not in SPEEDS:
            raise ValueError(f"nothing plays at {speed} times its speed")
        if self._item is None or not self._facts.frame_count:
            return
        first, stop = self._range()
        start = self._position
        if not self._looping:
            start = first if speed > 0 and start >= stop - 1 else start
            start = stop - 1 if speed < 0 and start <= first else start
        elif not first <= start < stop:
            start = first if speed > 0 else stop - 1
        self._start(speed, start)

    def pause(self) -> None:
        """Stand on the frame that is heard now."""
        if self._speed:
            number = self._frame_now()
            self._halt()
            self._stand(number)

    def toggle(self) -> None:
        """Play, or pause."""
        if self.is_playing:
            self.pause()
        else:
            self.play()

    def shuttle(self, direction: int) -> None:
        """J (-1), K (0) and L (1): each press in one direction doubles the speed, up to 8."""
        if direction == 0:
            self.pause()
        elif self._speed * direction > 0:
            self.play(direction * min(abs(self._speed) * 2, SPEEDS[-1]))
        else:
            self.play(direction)

    def seek(self, frame: int, *, sound: bool = False) -> None:
        """Go to exactly this frame; playing goes on from there. `sound` lets it be heard.

        While it stands the newest call wins: frames in between may never be made.
        """
        frame = self._clamped(frame)
        if self._speed:
            self._start(self._speed, frame)
            return
        self._stand(frame)
        if sound and self._item is not None and self._item.sound is not None:
            count = max(1, round(RATE / self._facts.rate))
            begin = round(frame / self._facts.rate * RATE)
            self._sounding.scrub(self._item.sound, begin, count)
            self._meters.start()

    def step(self, frames: int) -> None:
        """Stand some frames on (or back), and let that frame be heard."""
        if self._speed:
            self.pause()
        self.seek(self._position + frames, sound=True)

    def set_loop(self, first: int | None, last: int | None) -> None:
        """Mark a first and a last frame and turn round at them; None and None: no loop."""
        self._looping = first is not None or last is not None
        self.mark(first=first, last=last)

    def mark(self, *, first: int | None, last: int | None) -> None:
        """Mark a first and a last frame; a mark that crosses the other one moves it away."""
        if first is not None and last is not None and first > last:
            first, last = (first, None) if first != self._marks[0] else (None, last)
        self._marks = (first, last)
        self._restart()

    def set_looping(self, *, on: bool) -> None:
        """Turn round at the marks, or at the ends when there are none."""
        self._looping = on
        self._restart()

    def set_volume(self, volume: float) -> None:
        """Factor of the sound, 0 (mute) to 1."""
        self._sounding.speaker.volume = max(0.0, min(1.0, volume))
        self.state_changed.emit()

    def set_view_size(self, width: int, height: int) -> None:
        """How many pixels of the screen the whole picture takes: frames are made that large."""
        before = self._subject()
        self._wanted = (max(1, width), max(1, height))
        after = self._subject()
        if before is not None and after is not None and before.sizes() != after.sizes():
            self._refresh()

    def measure_loudness(self, *, on: bool) -> None:
        """Measure loudness of what is played; costs some time of the sound's thread."""
        self._sounding.measure_loudness(on=on)

    def reset_loudness(self) -> None:
        """Measure loudness anew from here."""
        self._sounding.forget_loudness()

    def close(self) -> None:
        """Stop the threads and give the sound device back."""
        self._timer.stop()
        self._meters.stop()
        self._speed, self._run = 0, None
        self._picturing.close()
        self._sounding.close()

    # How it is done

    def _use(self, ticket: int, result: Playable | Exception) -> None:
        """A value was opened, or could not be."""
        asked = self._waiting.pop(ticket, None)
        if asked is None:
            return
        if isinstance(result, Exception):
            self.failed.emit(str(result))
            return
        self._serial += 1
        if ticket < 0:
            self._other = result if result.at_size is not None else None
            self._ids = (self._ids[0], self._serial)
            self._refresh()
            return
        source, position = asked
        same = bool(source) and source == self._source
        if not same:
            self._halt()
            self._remember()
            self._marks, self._other = (None, None), None
            self._position = self._positions.get(source, 0)
        self._item, self._source = result, source
        self._ids = (self._serial, self._ids[1])
        self._facts = _facts(result)
        self._error = ""
        self._picturing.error = self._sounding.error = ""
        self._position = self._clamped(self._position if position is None else position)
        self.opened.emit()
        self.position_changed.emit(self._position)
        self._refresh()

    def _remember(self) -> None:
        if self._source:
            self._positions[self._source] = self._position

    def _refresh(self) -> None:
        """The subject or its size changed: make what is shown anew."""
        if self._speed:
            self._start(self._speed, self._frame_now())
        else:
            self._stand(self._position)

    def _restart(self) -> None:
        """The range changed: go on in the new one."""
        if self._speed:
            self.play(self._speed) if self._looping else self._start(self._speed, self._frame_now())
        self.state_changed.emit()

    def _range(self) -> tuple[int, int]:
        """The frames that are played: between the marks while looping, else all."""
        count = self._facts.frame_count
        if not self._looping:
            return 0, count
        first, last = self._marks
        first = 0 if first is None else min(first, count - 1)
        stop = count if last is None else min(last + 1, count)
        return (first, stop) if first < stop else (0, count)

    def _clamped(self, frame: int) -> int:
        return max(0, min(frame, self._facts.frame_count - 1))

    def _subject(self) -> Subject | None:
        item = self._item
        if item is None or item.at_size is None or not item.frame_count:
            return None
        if self._other is None:
            return Subject(self._ids[:1], (item,), self._wanted)
        return Subject(self._ids, (item, self._other), self._wanted)

    def _start(self, speed: int, frame: int) -> None:
        assert self._item is not None
        first, stop = self._range()
        if self._looping and not first <= frame < stop:
            frame = first if speed > 0 else stop - 1
        self._serial += 1
        run = Run(self._serial, frame, speed, first, stop, self._facts.rate, self._looping)
        changed = speed != self._speed
        self._run, self._speed, self._is_released = run, speed, False
        self._move(frame)
        self._sounding.play(run, self._item.sound)
        subject = self._subject()
        if subject is None:
            self._release()
        else:
            self._picturing.play(subject, run)
            QTimer.singleShot(_HELD_MS, self, lambda: self._release_late(run.serial))
        self._timer.start(5)
        self._meters.start()
        if changed:
            self.state_changed.emit()

    def _release_late(self, serial: int) -> None:
        if self._run is not None and self._run.serial == serial:
            self._release()

    def _release(self) -> None:
        """Let the clock of the run go."""
        if self._run is not None and not self._is_released:
            self._is_released = True
            self._sounding.speaker.release(self._run.serial)

    def _halt(self) -> None:
        """Stop without choosing where to stand."""
        if not self._speed:
            return
        self._speed, self._run = 0, None
        self._timer.stop()
        self._sounding.stop()
        self.state_changed.emit()

    def _stand(self, frame: int) -> None:
        self._move(frame)
        subject = self._subject()
        if subject is None:
            return
        key = (subject.ids[0], subject.sizes()[0], frame)
        kept = self._picturing.store.get(key)
        if kept is not None and len(subject.ids) == 1:
            self._picturing.rest()
            self.frame_shown.emit(Shown(self._source, frame, kept, None, 0.0))
        else:
            self._picturing.show(subject, frame)

    def _move(self, frame: int) -> None:
        if frame != self._position:
            self._position = frame
            self.position_changed.emit(frame)

    def _steps_gone(self, serial: int) -> float:
        """Frames of the source that went by in a run, by what is heard; for any thread."""
        run = self._run
        if run is None or run.serial != serial:
            return -1.0
        return self._sounding.speaker.position(serial) * float(run.rate) / RATE

    def _frame_now(self) -> int:
        if self._run is None:
            return self._position
        return self._run.frame_at(_whole(self._steps_gone(self._run.serial)))

    def _show_due(self) -> None:
        """Show the picture that is due now, and come back when the next one is."""
        self._tell_errors()
        run = self._run
        pictures = self._picturing.take()
        if run is None:
            if pictures:
                self._show(pictures[-1], 0.0)
                self._picturing.drop(pictures)
            return
        if pictures and not self._is_released:
            self._release()
        gone = self._steps_gone(run.serial)
        due = [item for item in pictures if item.serial == run.serial and item.step <= gone]
        if due:
            late = (gone - due[-1].step) / float(run.rate * abs(run.speed))
            self._show(due[-1], late)
            last = due[-1].step
            self._picturing.drop(p for p in pictures if p.serial != run.serial or p.step <= last)
        if run.steps is not None and gone >= run.steps - 1e-3:
            number = run.frame_at(run.steps - 1)
            self._halt()
            self._stand(number)
            return
        self._move(run.frame_at(_whole(gone)))
        coming = [item.step for item in pictures if item.serial == run.serial and item.step > gone]
        wait = (min(coming, default=math.floor(gone) + 1) - gone) / float(run.rate * abs(run.speed))
        self._timer.start(max(1, min(math.ceil(wait * 1000), _METERS_MS)))

    def _show(self, picture: Picture, late: float) -> None:
        self.frame_shown.emit(
            Shown(self._source, picture.number, picture.image, picture.other, late)
        )

    def _tell_errors(self) -> None:
        error = self._picturing.error or self._sounding.error
        if error != self._error:
            self._error = error
            if error:
                self.failed.emit(error)

    def _tell_levels(self) -> None:
        speaker = self._sounding.speaker
        heard, levels, reading = speaker.levels(self._metered)
        if heard < self._metered:  # the stream was opened anew
            self._metered = 0
            return
        self._metered = max(self._metered, heard)
        if levels is not None:
            self.levels_changed.emit(levels)
        if reading is not None:
            self.loudness_changed.emit(reading)
        if not self._speed and levels is None and not speaker.is_running:
            self._meters.stop()


def _whole(steps: float) -> int:
    """The step that is on: a billionth below the next counts as the next."""
    return max(0, math.floor(steps + 1e-6))


def _facts(item: Playable) -> Facts:
    sound = item.sound
    facts = Facts(
        *(item.rate, item.frame_count, item.start, item.drop_frame, item.size),
        has_picture=item.at_size is not None,
        has_alpha=item.has_alpha,
    )
    if sound is None:
        return facts
    return replace(facts, sound_layout=sound.layout, sound_rate=sound.rate)
