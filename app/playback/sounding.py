"""The thread that makes the sound of a run ahead of time: read, sped up, measured, folded down."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.playback.devices import RATE, OpenStream
from app.playback.levels import Reading, levels_of
from app.playback.run import Run
from app.playback.speaker import Block, Speaker
from engine.errors import MediaError

if TYPE_CHECKING:
    from engine.audio import LoudnessMeter
    from engine.media import Sound

BLOCK = 1024  # samples handed over at a time: 21 ms
_CHUNK = RATE  # samples read at a time when playing backwards
_IDLE = 1.0  # seconds until a stream that has nothing to play is closed
_SCRUB = 0.04  # seconds of sound that a step lets hear at least


@dataclass(frozen=True)
class _Scrub:
    """The sound of one frame, to be heard once."""

    sound: Sound
    begin: int
    count: int


class Sounding:
    """Plays the sound of one run at a time through a Speaker; the latest request wins."""

    def __init__(self, open_stream: OpenStream) -> None:
        self.speaker = Speaker(open_stream)
        self.error = ""
        self._wake = threading.Condition()
        self._want: tuple[Run, Sound | None] | _Scrub | None = None
        self._closed = False
        self._thread: threading.Thread | None = None
        self._meter: LoudnessMeter | None = None
        self._measures = False
        self._can_measure = threading.Event()

    def play(self, run: Run, sound: Sound | None) -> None:
        """Make the sound of this run instead of what plays; it is held until released."""
        self.speaker.hold(run.serial)
        self._ask((run, sound))

    def scrub(self, sound: Sound, begin: int, count: int) -> None:
        """Let a few samples (at the stream's rate) be heard."""
        self.speaker.hold(0)
        self._ask(_Scrub(sound, begin, max(count, int(_SCRUB * RATE))))

    def stop(self) -> None:
        """Silence; the stream closes when nothing is asked for a moment."""
        self._ask(None)
        self.speaker.hold(0)

    def measure_loudness(self, *, on: bool) -> None:
        """Measure the loudness of what is played."""
        self._measures = on
        if on and not self._can_measure.is_set():
            threading.Thread(target=self._load_meter, name="loudness", daemon=True).start()

    def forget_loudness(self) -> None:
        """Measure loudness anew from here on."""
        self._meter = None

    def close(self) -> None:
        """End the thread and close the stream."""
        with self._wake:
            self._closed = True
            self._wake.notify_all()
        if self._thread is not None:
            self._thread.join(2)
        self.speaker.stop()

    def _ask(self, want: tuple[Run, Sound | None] | _Scrub | None) -> None:
        with self._wake:
            self._want = want
            if self._thread is None and want is not None and not self._closed:
                self._thread = threading.Thread(target=self._work, name="sound", daemon=True)
                self._thread.start()
            self._wake.notify_all()

    def _work(self) -> None:
        done: object = None
        while True:
            with self._wake:
                idle = not self._wake.wait_for(
                    lambda: self._closed or self._want is not done,  # noqa: B023
                    _IDLE if self.speaker.is_running and self._want is None else None,
                )
                if self._closed:
                    return
                want = done = self._want
            if idle:
                self.speaker.stop()
            if want is None:
                continue
            self.speaker.start()
            blocks = self._scrubbed(want) if isinstance(want, _Scrub) else self._played(*want)
            try:
                with closing(blocks):
                    self._hand_over(want, blocks)
            except Exception as error:  # a damaged file must not end the thread
                self.error = str(error)
            if isinstance(want, _Scrub):
                with self._wake:
                    if self._want is want:
                        self._want = None

    def _hand_over(self, want: object, blocks: Generator[Block, None, None]) -> None:
        for block in blocks:
            while not self._is_over(want) and not self.speaker.put(block, patience=0.25):
                if self.speaker.is_lost():
                    self.speaker.replace_lost()
            if self._is_over(want):
                return
        while not self._is_over(want):  # the end: what is queued is still being heard
            with self._wake:
                self._wake.wait_for(lambda: self._is_over(want), 0.25)
            if self.speaker.is_lost():
                self.speaker.replace_lost()
            if isinstance(want, _Scrub):
                return

    def _is_over(self, want: object) -> bool:
        return self._closed or self._want is not want

    def _played(self, run: Run, sound: Sound | None) -> Generator[Block, None, None]:
        stride, at = abs(run.speed), 0
        layout = "stereo" if sound is None else sound.layout
        fold = _fold(layout)
        for samples in self._stretches(run, _at_rate(sound), len(fold)):
            reading = None if sound is None else self._measured(samples, layout)
            stereo = np.ascontiguousarray(samples @ fold, np.float32)
            yield Block(run.serial, at, stride, stereo, levels_of(samples, layout), reading)
            at += len(samples) * stride

    def _stretches(
        self, run: Run, sound: Sound | None, channels: int
    ) -> Iterator[NDArray[np.float32]]:
        """The samples of a run in blocks, at its speed; silence from where it cannot be read."""
        stride, owed = abs(run.speed), 0
        for begin, count in run.samples(RATE):
            total = -(-max(0, count - owed) // stride)
            made = 0
            if sound is not None:
                try:
                    for block in _read(sound, begin, count, owed, run.speed):
                        made += len(block)
                        yield self._in_numbers(block)
                except Exception as error:  # a damaged file must not end the thread
                    self.error, sound = str(error), None
            while made < total:
                size = min(BLOCK, total - made)
                made += size
                yield np.zeros((size, channels), np.float32)
            owed += total * stride - count

    def _scrubbed(self, want: _Scrub) -> Generator[Block, None, None]:
        sound = _at_rate(want.sound)
        assert sound is not None
        samples = self._in_numbers(sound.part(want.begin, want.begin + want.count).array())
        fade = np.minimum(1, np.arange(len(samples), dtype=np.float32) / 128)[:, None]
        samples *= fade * fade[::-1]
        stereo = np.ascontiguousarray(samples @ _fold(sound.layout), np.float32)
        yield Block(0, 0, 1, stereo, levels_of(samples, sound.layout))

    def _in_numbers(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Samples that a sound card can take: it must never get one that is no number."""
        from engine.media.sound import in_numbers

        good = in_numbers(samples)
        if good is not samples:
            fault = MediaError("some samples are no numbers (NaN or infinite), and are not heard")
            self.error = str(fault)
        return good

    def _load_meter(self) -> None:
        """Import what measures, which takes seconds, while sound plays on."""
        import engine.audio.loudness  # noqa: F401

        self._can_measure.set()

    def _measured(self, samples: NDArray[np.float32], layout: str) -> Reading | None:
        if not self._measures or not self._can_measure.is_set():
            return None
        from engine.audio import LoudnessMeter

        meter = self._meter or LoudnessMeter(RATE, layout)  # may be forgotten at any moment
        self._meter = meter
        try:
            meter.push(samples)
        except ValueError:  # another number of channels than before
            self._meter = LoudnessMeter(RATE, layout)
            return None
        result = meter.result()
        return Reading(
            *(meter.momentary, meter.short_term, result.integrated),
            *(result.range, result.true_peak),
        )


def _at_rate(sound: Sound | None) -> Sound | None:
    if sound is None:
        return None
    from engine.media import conform_sound

    return conform_sound(sound, rate=RATE)


def _fold(layout: str) -> NDArray[np.float32]:
    """Gains from a layout to the two loudspeakers, of shape (source channels, 2)."""
    from engine.media.mixing import mix_matrix

    return np.asarray(mix_matrix(layout, "stereo").T, np.float32)


def _read(
    sound: Sound, begin: int, count: int, owed: int, speed: int
) -> Iterator[NDArray[np.float32]]:
    """A stretch of `count` samples at a speed, without the `owed` that are heard already."""
    stride = abs(speed)
    if speed > 0:
        for samples in sound.part(begin + owed, begin + count).blocks(size=BLOCK * stride):
            yield _sped(samples, stride)
        return
    end = begin + count - owed
    for last in range(end, begin, -_CHUNK * stride):
        samples = sound.part(max(begin, last - _CHUNK * stride), last).array()[::-1]
        made = _sped(samples, stride)
        for at in range(0, len(made), BLOCK):
            yield made[at : at + BLOCK]


def _sped(samples: NDArray[np.float32], stride: int) -> NDArray[np.float32]:
    """Means of `stride` samples: faster is higher."""
    if stride == 1:
        return samples
    missing = -len(samples) % stride
    if missing:
        samples = np.concatenate([samples, np.repeat(samples[-1:], missing, axis=0)])
    return np.asarray(samples.reshape(-1, stride, samples.shape[1]).mean(axis=1), np.float32)
