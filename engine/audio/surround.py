"""Sound around the listener: places in 5.1, folding down, and headphones.

Loudspeakers stand where ITU-R BS.775-3 puts them: L and R at 30 degrees, the surrounds at 110.
Places between two of them: V. Pulkki, "Virtual sound source positioning using vector base
amplitude panning", J. Audio Eng. Soc. 45 (1997), at equal power.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engine.audio.automation import Points, between, curve, hops
from engine.audio.convolution import convolve
from engine.audio.lazy import through_windows
from engine.audio.scale import amplitude
from engine.errors import UsageError
from engine.media.mixing import mix_matrix
from engine.media.sound import CHANNELS, Samples, Sound

AZIMUTHS = {"FL": -30.0, "FR": 30.0, "FC": 0.0, "BL": -110.0, "BR": 110.0,
            "SL": -90.0, "SR": 90.0, "BC": 180.0}  # fmt: skip
"""Degrees to the right of straight ahead at which the loudspeakers stand."""

_RING = ("BL", "FL", "FC", "FR", "BR")  # of 5.1, clockwise
_HEAD = 0.0875  # metres, the radius of a head
_SPEED = 343.0  # of sound, m/s
_TAPS = 256  # of a head's response at 48 kHz
_EARLY = 48  # taps kept free before the response, then taken away again


def place_around(
    sound: Sound,
    azimuth: float = 0.0,
    *,
    width: float = 60.0,
    lfe: float | None = None,
    path: Points = (),
) -> Sound:
    """A mono or stereo `sound` in 5.1, at `azimuth` degrees to the right of straight ahead.

    width: degrees between the two sides of a stereo sound. lfe: dB at which all goes to the LFE
    as well. path: (seconds, degrees) that the sound follows instead; beyond 180 it goes round.
    """
    if sound.layout not in ("mono", "stereo"):
        raise UsageError(
            f"a {sound.layout} sound cannot be placed", mend="Convert it to mono or stereo first"
        )
    where = curve(path, azimuth)
    sides = [0.0] if sound.layout == "mono" else [-width / 2, width / 2]
    bass = 0.0 if lfe is None else amplitude(lfe) / len(sides)
    low = CHANNELS["5.1"].index("LFE")

    def process(window: Samples, at: int) -> Samples:
        degrees = where(hops(at, sound.rate))
        total = np.zeros((len(window), 6), np.float32)
        for side, samples in zip(sides, window.T, strict=True):
            total += samples[:, None] * between(speaker_gains(degrees + side))
        if bass:
            total[:, low] = bass * window.sum(axis=1)
        return total

    return through_windows(sound, process, layout="5.1")


def speaker_gains(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    """The gains of the channels of 5.1 for sounds at these places; (n, 6), of power 1."""
    names = CHANNELS["5.1"]
    gains = np.zeros((len(degrees), len(names)))
    angles = np.array([AZIMUTHS[name] for name in _RING])
    turned = np.mod(degrees - angles[0], 360.0)  # clockwise from the left surround
    starts = np.mod(angles - angles[0], 360.0)
    sector = np.searchsorted(starts, turned, side="right") - 1
    for number, name in enumerate(_RING):
        following = _RING[(number + 1) % len(_RING)]
        inside = sector == number
        a, b = np.radians(AZIMUTHS[name]), np.radians(AZIMUTHS[following])
        at = np.radians(degrees[inside])
        # The two gains solve g1 (sin a, cos a) + g2 (sin b, cos b) = (sin at, cos at).
        pair = np.stack([np.sin(b - at), np.sin(at - a)], axis=1) / np.sin(b - a)
        pair /= np.sqrt(np.square(pair).sum(axis=1, keepdims=True))
        gains[inside, names.index(name)] = pair[:, 0]
        gains[inside, names.index(following)] = pair[:, 1]
    return gains


def fold_down(
    sound: Sound,
    layout: str = "stereo",
    *,
    centre: float = -3.0103,
    surround: float = -3.0103,
    lfe: float | None = None,
) -> Sound:
    """`sound` with fewer channels by ITU-R BS.775: Lo = L + 0.7071 C + 0.7071 Ls.

    centre and surround: dB at which these go to both sides and to their side; BS.775-3 allows 0,
    -3 and -6 dB for the surrounds. lfe: dB at which the LFE goes to every channel; None leaves it
    out, as the standard does. Peaks may rise: put a limiter after it. A sound that has the layout
    already stays as it is. Raises UsageError for one of fewer channels.
    """
    if sound.layout == layout:
        return sound
    if layout not in ("mono", "stereo") or sound.channels <= len(CHANNELS[layout]):
        raise UsageError(
            f"a {sound.layout} sound cannot be folded down to {layout}",
            mend="Convert it to that layout instead",
        )
    names = CHANNELS[sound.layout]
    matrix = mix_matrix(sound.layout, layout)
    for column, name in enumerate(names):
        if name == "FC":
            matrix[:, column] *= amplitude(centre + 3.0103)
        elif name == "LFE":
            matrix[:, column] = 0.0 if lfe is None else amplitude(lfe)
        elif name not in ("FL", "FR"):
            matrix[:, column] *= amplitude(surround + 3.0103)
    turned = matrix.T.astype(np.float32)

    def process(window: Samples, _: int) -> Samples:
        total = window[:, :1] * turned[0]
        for column in range(1, len(names)):
            total = total + window[:, column, None] * turned[column]
        return np.asarray(total, np.float32)

    return through_windows(sound, process, layout=layout)


def binaural(sound: Sound) -> Sound:
    """`sound` of any layout for headphones: as its loudspeakers are heard by two ears.

    The ears are those of a sphere: R. O. Duda and C. P. Brown, "A structural model for binaural
    sound synthesis", IEEE Trans. Speech and Audio 6 (1998): the delay around the head by
    Woodworth's formula, the shadow of the head as a filter of one pole and one zero. It has no
    outer ears, so that front and back differ only by the shadow. The LFE is heard by both, 3 dB
    down. The time that the nearest ear needs is taken out.
    """
    taps = np.zeros((_taps(sound.rate), sound.channels, 2), np.float32)
    for number, name in enumerate(CHANNELS[sound.layout]):
        if name == "LFE":
            taps[_EARLY, number] = 0.5**0.5
        else:
            taps[:, number] = head_response(AZIMUTHS[name], sound.rate)
    heard = convolve(sound, taps, layout="stereo")
    return heard.part(_EARLY, _EARLY + sound.sample_count)


@lru_cache(maxsize=64)
def head_response(degrees: float, rate: int) -> NDArray[np.float32]:
    """What the left and right ear hear of an impulse from a direction: (taps, 2)."""
    count = _taps(rate)
    w = 2 * np.pi * np.fft.rfftfreq(count, 1 / rate)
    above = np.clip((np.abs(w) / (2 * np.pi * rate) - 0.38) / 0.12, 0.0, 1.0)
    soft = np.cos(above * np.pi / 2) ** 2  # without an edge at the top it does not ring early
    made = np.empty((count, 2))
    for ear, place in enumerate((-90.0, 90.0)):
        away = abs((degrees - place + 180.0) % 360.0 - 180.0)  # degrees from the ear's axis
        angle = np.radians(away)
        around = -np.cos(angle) if away < 90 else angle - np.pi / 2
        delay = _HEAD / _SPEED * (around + 1.0)
        shadow = 1.05 + 0.95 * np.cos(np.radians(away / 150.0 * 180.0))
        turn = 1j * w * _HEAD / (2 * _SPEED)
        spectrum = (1 + shadow * turn) / (1 + turn) * np.exp(-1j * w * (delay + _EARLY / rate))
        made[:, ear] = np.fft.irfft(spectrum * soft, count)
    fade = np.ones(count)
    fade[-count // 8 :] = np.hanning(2 * (count // 8) + 1)[count // 8 + 1 :]
    return np.asarray(made * fade[:, None] * 0.5**0.5, np.float32)


def _taps(rate: int) -> int:
    return 2 * _EARLY + _TAPS * max(1, round(rate / 48_000))
