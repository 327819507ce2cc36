"""Rooms: a synthetic reverberation, and the sound of a recorded impulse response.

The synthetic room is early reflections and then noise that dies away, faster at high
frequencies: J. A. Moorer, "About this reverberation business", Computer Music Journal 3 (1979),
found exponentially decaying noise to be what a good hall's late response sounds like. As an
impulse response it needs no state: any part of a sound is made by itself.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.signal import sosfiltfilt

from engine.audio.bands import Band
from engine.audio.convolution import LONGEST, convolve
from engine.audio.equaliser import section
from engine.audio.process import samples
from engine.errors import UsageError
from engine.media.sound import Sound

_SPLITS = (500.0, 4000.0)  # Hz between the bands that decay by themselves
_REFLECTIONS = 24


def reverberate(
    sound: Sound,
    *,
    seconds: float = 1.6,
    size: float = 0.5,
    damping: float = 0.5,
    before: float = 0.02,
    width: float = 1.0,
    wet: float = 0.25,
    seed: int = 0,
) -> Sound:
    """A mono or stereo `sound` in a synthetic room, in stereo; it rings out after its end.

    seconds: until the middle frequencies are 60 dB down (RT60). size: 0 a chamber to 1 a hall,
    spreads the early reflections. damping: how much sooner high frequencies die. before: seconds
    until the first reflection. width: 0 mono to 1. wet: part of the room; the rest is dry, at
    equal power. The same seed is the same room.
    """
    if sound.layout not in ("mono", "stereo"):
        raise UsageError(
            f"a {sound.layout} sound has no room made for it", mend="Convert it to stereo first"
        )
    if not (0.05 <= seconds <= LONGEST / 2 and 0 <= before <= 1):
        raise UsageError(f"a room cannot ring for {seconds:g} s", mend="Use 0.05 to 15 s")
    for name, value in (("size", size), ("damping", damping), ("width", width), ("wet", wet)):
        if not 0 <= value <= 1:
            raise UsageError(f"{name} is {value:g}", mend="Use 0 to 1")
    response = room_response(sound.rate, seconds, size, damping, before, width, seed)
    if sound.layout == "mono":
        response = response[:, None, :]
    return convolve(sound, _blended(response, wet), layout="stereo")


def convolution_reverb(sound: Sound, response: Sound, *, wet: float = 0.3) -> Sound:
    """`sound` in the place whose impulse response was recorded, as loud as it is on average.

    The response has the sound's rate, and one channel or as many as the sound; a stereo response
    makes stereo of a mono sound. wet: part of the place; the rest is dry, at equal power.
    """
    if response.rate != sound.rate:
        raise UsageError(
            f"a response at {response.rate} Hz does not fit a sound at {sound.rate} Hz",
            mend="Convert it to the sound's rate first",
        )
    if response.duration > LONGEST:
        raise UsageError(
            f"an impulse response of {float(response.duration):g} s cannot be used",
            mend=f"Use one of up to {LONGEST:g} s",
        )
    taps = response.array()
    layout = sound.layout
    if sound.layout == "mono" and response.layout == "stereo":
        layout, taps = "stereo", taps[:, None, :]
    elif response.channels == 1:
        taps = np.repeat(taps, sound.channels, axis=1)
    elif response.layout != sound.layout:
        raise UsageError(
            f"a {response.layout} response does not fit a {sound.layout} sound",
            mend="Use a mono response, or convert the sound",
        )
    energy = float(np.square(taps, dtype=np.float64).sum()) / taps.shape[-1]
    if not energy:
        raise UsageError("the impulse response is silent", where=response.name or None)
    return convolve(sound, _blended(taps / math.sqrt(energy), wet), layout=layout)


def _blended(response: NDArray[np.floating], wet: float) -> NDArray[np.floating]:
    """The response with the dry sound in it, as its first sample, at equal power."""
    if not 0 <= wet <= 1:
        raise UsageError(f"wet is {wet:g}", mend="Use 0 to 1")
    made = response * math.sin(wet * math.pi / 2.0)
    made[0] += round(math.cos(wet * math.pi / 2.0), 12)
    return made


@lru_cache(maxsize=8)
def room_response(
    rate: int, seconds: float, size: float, damping: float, before: float, width: float, seed: int
) -> NDArray[np.float32]:
    """The impulse response of a synthetic room: (samples, 2), each channel of energy 1."""
    random = np.random.Generator(np.random.Philox(key=seed))
    count = samples(1.2 * seconds, rate)  # 72 dB down
    at = np.arange(count) / rate
    late = np.zeros((count, 2))
    for level, band in enumerate(_bands(random.standard_normal((count, 2)), rate)):
        slower = (1.15 - 0.15 * damping, 1.0, 1.0 - 0.75 * damping)[level]
        late += band * np.exp(-math.log(1000.0) * at / (seconds * slower))[:, None]
    spread = 0.01 + 0.07 * size
    late *= np.clip(at / spread, 0.0, 1.0)[:, None] ** 2  # it builds up behind the reflections
    late /= np.sqrt(np.square(late).sum(axis=0))
    early = np.zeros((count, 2))
    times = np.sort(random.uniform(0.0, spread, _REFLECTIONS))
    for number, time in enumerate(times):
        side, sign = random.uniform(0.15, 0.85), random.choice((-1.0, 1.0))
        height = sign * math.exp(-2.0 * time / spread)
        place = min(samples(float(time), rate), count - 1)
        early[place, number % 2] += height * math.sqrt(side)
        early[place, 1 - number % 2] += height * math.sqrt(1.0 - side)
    early /= np.sqrt(np.square(early).sum(axis=0))
    both = late * math.sqrt(0.8) + early * math.sqrt(0.2)
    middle = both.mean(axis=1, keepdims=True)
    both = width * both + (1.0 - width) * middle
    both /= np.sqrt(np.square(both).sum(axis=0))
    waits = np.zeros((samples(before, rate), 2))
    return np.concatenate([waits, both]).astype(np.float32)


def _bands(white: NDArray[np.float64], rate: int) -> list[NDArray[np.float64]]:
    """Low, middle and high parts that sum to the noise."""
    parts = []
    rest = white
    for split in _SPLITS:
        if split >= 0.4 * rate:
            break
        low = sosfiltfilt(np.array([section(Band("low pass", split), rate)]), rest, axis=0)
        parts.append(low)
        rest = rest - low
    return [*parts, rest]
