"""Where notes and noises begin, how fast music goes, and where its beats are.

Onsets: spectral flux of log magnitudes (S. Dixon, "Onset detection revisited", DAFx 2006) with
an adaptive threshold. Beats: D. P. W. Ellis, "Beat tracking by dynamic programming", J. New Music
Research 36 (2007): tempo from the weighted autocorrelation, then the best chain of onsets.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d, uniform_filter1d
from scipy.signal import find_peaks

from engine.errors import UsageError
from engine.media.mixing import conform_layout
from engine.media.sound import Sound, checked

_HOPS = 100.0  # points a second of the onset curve, about
_USUAL = 120.0  # beats a minute that are taken when two tempos fit alike
_SPREAD = 1.0  # octaves
_TIGHT = 100.0  # how much an uneven beat costs


@dataclass(frozen=True)
class Rhythm:
    """Times in seconds of onsets and beats; beats a minute, 0 where there is no beat."""

    onsets: tuple[float, ...]
    beats: tuple[float, ...]
    tempo: float


def find_rhythm(
    sound: Sound, *, sensitivity: float = 0.5, slowest: float = 60.0, fastest: float = 200.0
) -> Rhythm:
    """The onsets, beats and tempo of a sound, read once; 8 kB are kept for each second.

    sensitivity: 0 finds only what is plain, 1 faint onsets too.
    """
    if not (0 <= sensitivity <= 1 and 20 <= slowest < fastest <= 400):
        raise UsageError(
            f"beats between {slowest:g} and {fastest:g} a minute cannot be looked for",
            mend="Use 20 to 400 beats a minute and a sensitivity of 0 to 1",
        )
    hop = max(1, round(sound.rate / _HOPS))
    rate = sound.rate / hop
    curve = _onset_curve(sound, hop)
    if not curve.any():
        return Rhythm((), (), 0.0)
    onsets = _onsets(curve, rate, sensitivity)
    tempo = _tempo(curve, rate, slowest, fastest) if len(onsets) >= 4 else 0.0
    beats = _beats(curve, 60.0 * rate / tempo) if tempo else np.zeros(0, int)
    return Rhythm(
        tuple(round(float(at / rate), 4) for at in onsets),
        tuple(round(float(at / rate), 4) for at in beats),
        round(tempo, 2),
    )


def _onset_curve(sound: Sound, hop: int) -> NDArray[np.float64]:
    """How much louder each band grows from hop to hop; point k is centred on sample k * hop."""
    size = 2 ** math.ceil(math.log2(2 * hop))
    mono = conform_layout(sound, "mono")
    count = sound.sample_count // hop + 1
    window = np.hanning(size).astype(np.float32)
    source = mono.part(-size // 2, count * hop + size)
    held = np.zeros(0, np.float32)
    points: list[float] = []
    last: NDArray[np.float32] | None = None
    at = -size // 2
    for block in source.blocks(size=hop * 256):
        held = np.concatenate([held, checked(block, at, sound)[:, 0]])
        at += len(block)
        frames = (len(held) - size) // hop + 1
        if frames <= 0:
            continue
        stacked = np.lib.stride_tricks.sliding_window_view(held, size)[::hop][:frames]
        logs = np.log1p(1000.0 * np.abs(np.fft.rfft(stacked * window, axis=1)) / size)
        before = np.concatenate([logs[:1] if last is None else last, logs[:-1]])
        points.extend(np.maximum(logs - before, 0.0).sum(axis=1).tolist())
        last = logs[-1:]
        held = held[frames * hop :]
    return np.array(points[:count])


def _onsets(curve: NDArray[np.float64], rate: float, sensitivity: float) -> NDArray[np.intp]:
    around = uniform_filter1d(curve, max(3, round(0.4 * rate)))
    least = (0.35 - 0.3 * sensitivity) * np.percentile(curve[curve > 0], 98)
    highest = maximum_filter1d(curve, max(3, round(0.06 * rate)))
    found = (curve == highest) & (curve > 1.3 * around) & (curve > least)
    return np.flatnonzero(found)


def _tempo(curve: NDArray[np.float64], rate: float, slowest: float, fastest: float) -> float:
    level = curve - uniform_filter1d(curve, max(3, round(1.0 * rate)))
    size = 2 ** math.ceil(math.log2(2 * len(level)))
    spectrum = np.fft.rfft(level, size)
    same = np.fft.irfft(np.square(np.abs(spectrum)), size)[: len(level)]
    lags = np.arange(len(same))
    with np.errstate(divide="ignore"):
        octaves = np.log2(np.maximum(60.0 * rate / np.maximum(lags, 1), 1e-9) / _USUAL)
    weighted = same * np.exp(-0.5 * np.square(octaves / _SPREAD))
    low, high = math.floor(60.0 * rate / fastest), math.ceil(60.0 * rate / slowest)
    peaks = [p for p in find_peaks(weighted)[0] if low <= p <= min(high, len(same) - 2)]
    if not peaks:
        return 0.0
    best = max(peaks, key=lambda p: float(weighted[p]))
    if same[best] < 0.1 * same[0]:
        return 0.0
    # A later repetition tells the period more finely.
    lag = float(best)
    for times in (2, 4, 8):
        centre = round(times * lag)
        if centre + 3 >= len(same):
            break
        near = same[centre - 2 : centre + 3]
        top = centre - 2 + int(near.argmax())
        a, b, c = same[top - 1 : top + 2]
        bend = a - 2 * b + c
        lag = (top + (0.5 * (a - c) / bend if bend < 0 else 0.0)) / times
    return 60.0 * rate / lag


def _beats(curve: NDArray[np.float64], period: float) -> NDArray[np.intp]:
    """The chain of points, about a period apart, that meets the most onsets."""
    local = uniform_filter1d(curve / curve.std(), 3)
    score, before = local.copy(), np.full(len(local), -1)
    reach = np.arange(-round(2 * period), -round(period / 2) + 1)
    cost = -_TIGHT * np.square(np.log(-reach / period))
    for at in range(-int(reach[0]), len(local)):
        options = score[at + reach] + cost
        best = int(options.argmax())
        score[at] = local[at] + options[best]
        before[at] = at + reach[best]
    last = len(score) - round(period) + int(score[-round(period) :].argmax())
    chain = [last]
    while before[chain[-1]] >= 0:
        chain.append(int(before[chain[-1]]))
    found = np.array(chain[::-1])
    strong = local[found] > 0.1 * np.median(local[found])
    inside = np.flatnonzero(strong)
    return found[inside[0] : inside[-1] + 1] if inside.size else found[:0]
