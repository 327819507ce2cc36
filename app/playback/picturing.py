"""The thread that makes pictures: the frame that is wanted now, or those of a run ahead of time."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from PySide6.QtGui import QImage

from app.playback.images import FrameReader, ImageStore
from app.playback.playable import Playable, Size, playable, size_for
from app.playback.run import Run

QUEUE = 8  # pictures made ahead of time
_LATE = 0.5  # steps that a picture may be late before it is left out
_BACKWARDS = 12  # frames decoded in a row to be shown backwards
_OPEN_READERS = 4
_BEFORE, _BEYOND = 8, 4  # frames around one that is looked at
_PASSED = 24  # frames before one, kept while going back
_SEEN_ENOUGH = 0.5  # seconds after a picture in which a stale one is given up
_PATIENCE = 0.2  # seconds until the next try after a frame that cannot be made

Now: TypeAlias = Callable[[int], float]
"""Steps of the run of that serial that have gone by; below 0 while it has not begun."""


class _GivenUpError(Exception):
    """What was being decoded is wanted no more."""


def _never() -> None:
    """Give nothing up."""


@dataclass(frozen=True)
class Picture:
    """A finished picture: frame `number`, shown from `step` of run `serial` on.

    `other` is the same frame of what it is compared with. A serial of 0 is a single frame.
    """

    serial: int
    step: int
    number: int
    image: QImage
    other: QImage | None = None


@dataclass(frozen=True, eq=False)
class Subject:
    """What pictures are made of: the playable and what it is compared with, at a size."""

    ids: tuple[int, ...]
    sources: tuple[Playable, ...]
    wanted: Size

    def sizes(self) -> tuple[Size, ...]:
        """The size that each source is made at; comparisons are made as large as the first."""
        first = size_for(self.sources[0].size, self.wanted)
        return tuple(first for _ in self.sources)


@dataclass(frozen=True)
class _Open:
    ticket: int
    value: Any
    rate: Any


@dataclass(frozen=True, eq=False)
class _Show:
    subject: Subject
    number: int


@dataclass(frozen=True, eq=False)
class _Play:
    subject: Subject
    run: Run


class Picturing:
    """Makes pictures in a thread of its own; the latest request wins, a stale one is dropped.

    `on_arrival` is called in that thread when there is something to `take`; `on_opened` with a
    ticket and the playable or what went wrong.
    """

    def __init__(
        self,
        store: ImageStore,
        now: Now,
        *,
        on_arrival: Callable[[], None],
        on_opened: Callable[[int, Playable | Exception], None],
    ) -> None:
        self.store = store
        self.error = ""
        self.dropped = 0
        self._now = now
        self._arrived = on_arrival
        self._opened = on_opened
        self._wake = threading.Condition()
        self._want: _Show | _Play | None = None
        self._opens: deque[_Open] = deque()
        self._queue: deque[Picture] = deque()
        self._readers: dict[tuple[int, Size], FrameReader] = {}
        self._cost = 0.0  # seconds a picture takes
        self._check: Callable[[], None] = _never
        self._looked_at = 0
        self._told = 0.0  # when a frame was shown last
        self._closed = False
        self._thread: threading.Thread | None = None

    def open(self, ticket: int, value: Any, rate: Any) -> None:
        """Make a playable of a value; a slow file holds nobody up."""
        with self._wake:
            self._opens = deque(item for item in self._opens if item.ticket != ticket)
            self._opens.append(_Open(ticket, value, rate))
        self._go()

    def show(self, subject: Subject, number: int) -> None:
        """Make this one frame instead of what was asked before."""
        self._ask(_Show(subject, number))

    def play(self, subject: Subject, run: Run) -> None:
        """Make the frames of a run, a few ahead of time."""
        self._ask(_Play(subject, run))

    def rest(self) -> None:
        """Nothing is wanted."""
        self._ask(None)

    def take(self) -> tuple[Picture, ...]:
        """All pictures that wait; they stay until they are dropped."""
        with self._wake:
            return tuple(self._queue)

    def drop(self, pictures: Iterable[Picture]) -> None:
        """Remove pictures that were taken; what arrived since then stays."""
        gone = {id(item) for item in pictures}
        with self._wake:
            self._queue = deque(item for item in self._queue if id(item) not in gone)
            self._wake.notify_all()

    def close(self) -> None:
        """End the thread."""
        with self._wake:
            self._closed = True
            self._wake.notify_all()
        if self._thread is not None:
            self._thread.join(5)

    def _ask(self, want: _Show | _Play | None) -> None:
        with self._wake:
            self._want = want
            self._queue.clear()
        self._go()

    def _go(self) -> None:
        with self._wake:
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._work, name="pictures", daemon=True)
                self._thread.start()
            self._wake.notify_all()

    def _work(self) -> None:
        done: object = None
        while True:
            with self._wake:
                self._wake.wait_for(
                    lambda: self._closed or self._opens or self._want is not done  # noqa: B023
                )
                if self._closed:
                    break
                opening = self._opens.popleft() if self._opens else None
                want = done if opening else self._want
            if opening:
                self._open(opening)
                continue
            done = want
            try:
                if isinstance(want, _Show):
                    self._make_one(want)
                elif isinstance(want, _Play):
                    self._make_many(want)
            except Exception as error:  # a damaged file must not end the thread
                self._fail(error)
        for reader in self._readers.values():
            reader.close()

    def _open(self, item: _Open) -> None:
        result: Playable | Exception
        try:
            result = playable(item.value, rate=item.rate)
        except Exception as error:  # the value's own code may raise anything
            result = error
        self._opened(item.ticket, result)

    def _make_one(self, want: _Show) -> None:
        back = want.number < self._looked_at
        self._looked_at = want.number
        self._check = lambda: self._give_up(want)
        try:
            if back:
                self._prepare_before(want.subject, want.number)
            made = self._pictures(want.subject, want.number)
            self._deliver(want, Picture(0, 0, want.number, *made))
            self._told = time.perf_counter()
            self._make_neighbours(want)
        except _GivenUpError:
            return
        finally:
            self._check = _never

    def _give_up(self, want: _Show) -> None:
        """Leave a frame that nobody waits for any more, but show one now and then."""
        if not self._may_show(want):
            raise _GivenUpError
        if self._want is not want and time.perf_counter() - self._told < _SEEN_ENOUGH:
            raise _GivenUpError

    def _prepare_before(self, subject: Subject, number: int) -> None:
        """Going back through a film with few keyframes, keep what is passed on the way: the next
        steps back then decode nothing."""
        for source, size in zip(subject.ids, subject.sizes(), strict=True):
            if self.store.get((source, size, number)) is not None:
                continue
            item = subject.sources[subject.ids.index(source)]
            if self._reader(item, source, size).is_slow_to_seek:
                room = self.store.limit // 4 // max(1, 4 * size[0] * size[1])
                for before in range(max(0, number - min(_PASSED, room)), number):
                    self._picture(subject, source, size, before)

    def _make_neighbours(self, want: _Show) -> None:
        """Have the frames around ready for steps, unless something else is asked for."""
        subject, number = want.subject, want.number
        first, stop = max(0, number - _BEFORE), number + _BEYOND + 1
        stop = min(stop, subject.sources[0].frame_count)
        width, height = subject.sizes()[0]
        if (stop - first) * 4 * width * height > self.store.limit // 2:
            return
        with contextlib.suppress(Exception):  # nobody asked for these
            for near in (*range(number + 1, stop), *range(first, number)):
                if self._is_over(want) or self._opens:
                    return
                if near < number:
                    self._prepare_before(subject, near)
                self._pictures(subject, near)

    def _make_many(self, want: _Play) -> None:
        run, step = want.run, 0
        rate = float(run.rate) * abs(run.speed)
        stride = max(1, round(rate / 60))
        while run.steps is None or step < run.steps:
            if not self._wait_for_room(want):
                return
            late = self._now(run.serial) - step
            if late > _LATE:  # it would come too late: leave out what cannot be made in time
                ahead = int(late + self._cost * rate) + 1
                if run.steps is not None:
                    ahead = min(ahead, run.steps - 1 - step)
                self.dropped += ahead // stride
                step += ahead
            number = run.frame_at(step)
            begun = time.perf_counter()
            try:
                if run.speed < 0:
                    self._prepare_backwards(want, number)
                made = self._pictures(want.subject, number)
            except Exception as error:  # the next frames may be whole
                self._fail(error)
                step = max(step, int(self._now(run.serial))) + stride
                continue
            spent = time.perf_counter() - begun
            self._cost = spent if not self._cost else 0.8 * self._cost + 0.2 * spent
            if not self._deliver(want, Picture(run.serial, step, number, *made)):
                return
            step += stride

    def _may_show(self, want: _Show) -> bool:
        """Whether a frame is of what is looked at, be it another frame that is wanted now."""
        now = self._want
        return not self._closed and isinstance(now, _Show) and now.subject.ids == want.subject.ids

    def _wait_for_room(self, want: _Play) -> bool:
        while True:
            with self._wake:
                self._wake.wait_for(
                    lambda: self._is_over(want) or self._opens or len(self._queue) < QUEUE
                )
                if self._is_over(want):
                    return False
                opening = self._opens.popleft() if self._opens else None
            if opening is None:
                return True
            self._open(opening)

    def _is_over(self, want: object) -> bool:
        return self._closed or self._want is not want

    def _fail(self, error: Exception) -> None:
        self.error = str(error)
        self._arrived()
        with self._wake:
            self._wake.wait(_PATIENCE)

    def _deliver(self, want: _Show | _Play, picture: Picture) -> bool:
        with self._wake:
            if self._is_over(want) and not (isinstance(want, _Show) and self._may_show(want)):
                return False
            self._queue.append(picture)
        self._arrived()
        return True

    def _prepare_backwards(self, want: _Play, number: int) -> None:
        """Decode some frames before `number` too, forwards, as it is the only way to decode."""
        for source, size in zip(want.subject.ids, want.subject.sizes(), strict=True):
            if self.store.get((source, size, number)) is not None:
                continue
            room = self.store.limit // 4 // max(1, 4 * size[0] * size[1])
            first = max(want.run.first, number - max(0, min(_BACKWARDS, room) - 1))
            for before in range(first, number):
                if self._is_over(want):
                    return
                self._picture(want.subject, source, size, before)

    def _pictures(self, subject: Subject, number: int) -> list[QImage]:
        pairs = zip(subject.ids, subject.sizes(), strict=True)
        return [self._picture(subject, source, size, number) for source, size in pairs]

    def _picture(self, subject: Subject, source: int, size: Size, number: int) -> QImage:
        item = subject.sources[subject.ids.index(source)]
        number = max(0, min(number, item.frame_count - 1))
        key = (source, size, number)
        kept = self.store.get(key)
        if kept is not None:
            return kept
        image = self._reader(item, source, size).image(number, self._check)
        self.store.put(key, image)
        return image

    def _reader(self, item: Playable, source: int, size: Size) -> FrameReader:
        key = (source, size)
        reader = self._readers.pop(key, None) or FrameReader(item, size)
        self._readers[key] = reader
        while len(self._readers) > _OPEN_READERS:
            oldest = next(iter(self._readers))
            self._readers.pop(oldest).close()
        return reader
