"""Hands sound to a stream, and knows by the stream's clock which sample is heard now."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.playback.devices import RATE, OpenStream, SilentStream, Stream
from app.playback.levels import Levels, Reading, loudest

BOUND = RATE // 2  # samples that wait to be played: half a second
_KEPT = 3 * RATE  # samples of which it is known what was heard
_FADE = 64  # samples; what is cut off ends without a click
_STALL = 1.5  # seconds without a call of the device until it counts as lost


@dataclass(frozen=True)
class Block:
    """Stereo samples of a run, where they begin in it, and what the meters say of them.

    `at` counts samples of the source that have gone by (see Run.steps); each sample of the block
    stands for `stride` of them. A serial of 0 is sound beside any run, such as that of a step.
    """

    serial: int
    at: int
    stride: int
    samples: NDArray[np.float32]
    levels: Levels
    reading: Reading | None = None


@dataclass(frozen=True)
class _Span:
    """A part of a block that was handed over: from which sample of the stream on."""

    begin: int
    count: int
    at: int
    block: Block


class Speaker:
    """A bounded queue of blocks between the thread that makes sound and the stream.

    When it has no sound the stream gets silence, and the place in the run stays where it is: what
    is heard and what is counted cannot come apart.
    """

    def __init__(self, open_stream: OpenStream) -> None:
        self._open = open_stream
        self._stream: Stream | None = None
        self._changed = threading.Condition()
        self._waiting: deque[Block] = deque()
        self._held = 0
        self._spans: deque[_Span] = deque()
        self._handed = 0  # samples of the stream so far
        self._anchor = (0.0, 0, 0)  # time heard, sample, length of the latest call
        self._furthest = 0.0
        self._taken = 0  # the serial whose blocks are queued
        self._open_for = -1  # the serial whose blocks may be played
        self._called = 0.0
        self._tail = np.zeros((0, 2), np.float32)
        self.volume = 1.0

    @property
    def is_silent(self) -> bool:
        """Whether there is no sound card at the other end."""
        return isinstance(self._stream, SilentStream)

    @property
    def is_running(self) -> bool:
        """Whether the stream is open."""
        return self._stream is not None

    def start(self) -> None:
        """Open the stream, or a silent one when the device fails. Not for the window's thread."""
        if self._stream is not None:
            return
        with self._changed:
            self._handed, self._furthest = 0, 0.0
            self._spans.clear()
            self._anchor = (0.0, 0, 0)
        try:
            self._use(self._open(self._fill))
        except Exception:  # whatever a driver says: play on without it
            self.stop()
            self._use(SilentStream(self._fill))

    def _use(self, stream: Stream) -> None:
        with self._changed:
            self._stream = stream
            self._called = stream.time
        stream.start()

    def stop(self) -> None:
        """Close the stream: no thread runs and no device is held."""
        with self._changed:
            stream, self._stream = self._stream, None
        if stream is not None:
            stream.close()

    def hold(self, serial: int) -> None:
        """Drop what waits; from now on blocks of run `serial` alone are taken, and they wait."""
        with self._changed:
            self._taken = serial
            if self._waiting and self._is_open_for(self._waiting[0]):
                self._tail = self._waiting[0].samples[:_FADE].copy()
            self._waiting.clear()
            self._held = 0
            self._open_for = -1
            self._changed.notify_all()

    def release(self, serial: int) -> None:
        """Let the blocks of this run be heard from now on."""
        with self._changed:
            self._open_for = serial

    def put(self, block: Block, *, patience: float) -> bool:
        """Queue a block; False when there was no room within `patience` seconds."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._held < BOUND, patience):
                return False
            if block.serial != self._taken:  # something else was asked for meanwhile
                return True
            self._waiting.append(block)
            self._held += len(block.samples)
            return True

    def is_lost(self) -> bool:
        """Whether the device stopped asking for sound, as when it is unplugged."""
        stream = self._stream
        return stream is not None and stream.time - self._called > _STALL

    def replace_lost(self) -> None:
        """Go on with a silent stream in place of a device that is gone."""
        self.stop()
        self._open = SilentStream
        self.start()

    def position(self, serial: int) -> float:
        """Samples of run `serial` that have gone by at what is heard now; 0 before its first."""
        with self._changed:
            heard = self._heard()
            for span in reversed(self._spans):
                if span.begin > heard or span.block.serial == 0:
                    continue
                if span.block.serial != serial:
                    return 0.0
                return span.at + min(heard - span.begin, span.count) * span.block.stride
        return 0.0

    def levels(self, since: int) -> tuple[int, Levels | None, Reading | None]:
        """What was heard since the stream's sample `since`: where that ends, and its meters."""
        with self._changed:
            heard = int(self._heard())
            blocks = [
                span.block for span in self._spans if since <= span.begin + span.count < heard
            ]
        readings = [block.reading for block in blocks if block.reading is not None]
        return (
            heard,
            loudest([block.levels for block in blocks]),
            readings[-1] if readings else None,
        )

    def _heard(self) -> float:
        stream = self._stream
        if stream is None:
            return self._furthest
        begun, sample, count = self._anchor
        heard = sample + (stream.time - begun) * RATE if begun else 0.0
        self._furthest = max(self._furthest, min(heard, sample + count))
        return self._furthest

    def _fill(self, out: NDArray[np.float32], count: int, times: Any, _status: Any) -> None:
        """The stream asks for `count` samples."""
        stream = self._stream
        with self._changed:
            now = stream.time if stream is not None else times.currentTime
            self._called = now
            heard = times.outputBufferDacTime
            if not heard or heard < times.currentTime:
                heard = now + (_first(stream.latency) if stream is not None else 0.0)
            self._anchor = (heard, self._handed, count)
            done = self._take(out, count)
            out[done:] = 0
            if len(self._tail):
                self._fade(out)
            self._handed += count
            while self._spans and self._spans[0].begin < self._handed - _KEPT:
                self._spans.popleft()
            self._changed.notify_all()
        if self.volume != 1.0:
            out *= np.float32(self.volume)
        np.clip(out, -1, 1, out=out)

    def _take(self, out: NDArray[np.float32], count: int) -> int:
        done = 0
        while done < count and self._waiting:
            block = self._waiting[0]
            if not self._is_open_for(block):
                break
            part = block.samples[: count - done]
            out[done : done + len(part)] = part
            self._spans.append(_Span(self._handed + done, len(part), block.at, block))
            done += len(part)
            self._held -= len(part)
            self._waiting.popleft()
            if len(part) < len(block.samples):
                rest = block.samples[len(part) :]
                at = block.at + len(part) * block.stride
                self._waiting.appendleft(
                    Block(block.serial, at, block.stride, rest, block.levels, block.reading)
                )
        return done

    def _is_open_for(self, block: Block) -> bool:
        """Whether a block may be heard: one of a run waits until that run is released."""
        return block.serial in (0, self._open_for)

    def _fade(self, out: NDArray[np.float32]) -> None:
        """Lead what was cut off to silence."""
        tail, self._tail = self._tail, np.zeros((0, 2), np.float32)
        count = min(len(tail), len(out))
        out[:count] += tail[:count] * np.linspace(1, 0, count, dtype=np.float32)[:, None]


def _first(latency: Any) -> float:
    return float(latency[0] if isinstance(latency, tuple) else latency)
