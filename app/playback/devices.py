"""The outermost edge of sound: a stream to the sound card, or a clock where there is none."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

RATE = 48000
CHANNELS = 2
LATENCY = 0.06  # seconds asked of the sound card

Fill: TypeAlias = Callable[[NDArray[np.float32], int, Any, Any], None]
"""`fill(out, samples, times, status)` writes the next samples; `times.outputBufferDacTime` is when
the first of them is heard, by the stream's `time`; 0 when the system does not say."""


class Stream(Protocol):
    """What playing needs of a sound stream: the part of sounddevice.OutputStream it uses."""

    @property
    def time(self) -> float:
        """Now, in seconds of the stream's clock."""

    @property
    def latency(self) -> float:
        """Seconds from a filled block to its sound."""

    def start(self) -> None:
        """Begin to call `fill`."""

    def close(self) -> None:
        """Stop at once, and give the device back."""


OpenStream: TypeAlias = Callable[[Fill], Stream]


@dataclass(frozen=True)
class Times:
    """When a block is heard, as sounddevice tells it."""

    outputBufferDacTime: float  # noqa: N815
    currentTime: float  # noqa: N815


class SilentStream:
    """A stream without a device: it takes samples at the pace of the clock and drops them.

    It runs some blocks ahead of what is "heard", as a sound card does.
    """

    latency = 0.06
    block = 960  # samples taken at a time
    seconds = block / RATE  # that they last

    def __init__(self, fill: Fill) -> None:
        self._fill = fill
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="silent sound", daemon=True)

    @property
    def time(self) -> float:
        """Now, in seconds."""
        return time.monotonic()

    def start(self) -> None:
        """Begin to take samples."""
        self._thread.start()

    def close(self) -> None:
        """Stop taking samples."""
        self._closed.set()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(1)

    def _run(self) -> None:
        out = np.zeros((self.block, CHANNELS), np.float32)
        heard = self.time + self.latency
        while not self._closed.wait(max(0.0, heard - self.latency - self.time)):
            if self.time > heard + 0.5:  # the machine slept: do not catch up
                heard = self.time + self.latency
            self._fill(out, self.block, Times(heard, self.time), None)
            heard += self.seconds


def open_stream(fill: Fill) -> Stream:
    """A stream to the default sound card; a SilentStream when there is no card or no PortAudio."""
    try:
        import sounddevice
    except (ImportError, OSError):  # OSError: the PortAudio library is not installed
        return SilentStream(fill)
    try:
        stream: Stream = sounddevice.OutputStream(
            samplerate=RATE, channels=CHANNELS, dtype="float32", latency=LATENCY, callback=fill
        )
    except (sounddevice.PortAudioError, ValueError):
        return SilentStream(fill)
    return stream
