"""Speech to lips: runs the network over a sound of any length, and takes its curves at a rate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.errors import ModelError, UsageError
from engine.faces.arkit import PLACE
from engine.faces.curves import CLOSED, Curves, curves_of, lip_gap
from engine.media.conforming import conform_sound
from engine.media.rates import frames_in
from engine.media.sound import Sound
from engine.models.card import file_sha256
from engine.models.lipsync.phones import CLASSES, of_ipa
from engine.runtime.folders import resources_dir

if TYPE_CHECKING:
    from engine.models.lipsync.network import LipNetwork

_RATE, _HOP = 16000, 160  # of what the network hears
_FRAMES = _RATE // _HOP
_PART, _AROUND = 30 * _FRAMES, 2 * _FRAMES  # frames made at once, and heard before and after them
_QUIET = (-52.0, -40.0)  # dB under the loud parts of the sound: from nothing to a voice


@dataclass(frozen=True, slots=True)
class SpokenPhone:
    """A phone in IPA, and when it begins and ends in seconds."""

    phone: str
    start: float
    end: float


@dataclass(frozen=True, eq=False)
class Lips:
    """Mouth shapes (frames, 52) at a rate, and how loud the voice is there, (frames,) 0 to 1."""

    shapes: Curves
    speaking: NDArray[np.float64]


def follow(sound: Sound, rate: Fraction, phones: Sequence[SpokenPhone] | None = None) -> Lips:
    """Lips that follow speech, from the sound alone or with the times of its phones.

    The sound may have any rate and channels; it is heard in parts, so that its length does not
    matter. Raises UsageError for a rate that is none and samples that are not numbers, ModelError
    when the weights are damaged.
    """
    if rate <= 0:
        raise UsageError(f"lips cannot move at {rate} frames a second")
    voice = conform_sound(sound, rate=_RATE, layout="mono")
    count = frames_in(sound.duration, rate)
    level = _level(voice)
    known = None if phones is None else _classes(phones, len(level))
    dense = np.concatenate([*_parts(voice, level, known), np.zeros((0, 52), np.float32)])
    if phones is not None:
        dense = shut(dense, phones)
    at = np.asarray((np.arange(count) + 0.5) / float(rate) * _FRAMES, np.float64)
    speaking = np.interp(at, np.arange(len(level)), level) if len(level) else np.zeros(count)
    return Lips(sampled(dense, at, float(_FRAMES / rate)), speaking)


def sampled(dense: Curves, at: NDArray[np.float64], width: float) -> Curves:
    """Curves (frames, 52) at places `at` of dense ones, each of which stands for `width` of them.

    A frame in which the lips touch at any time shows them touching: closures are short, and to miss
    one is what is noticed.
    """
    if not len(dense):
        return np.zeros((len(at), dense.shape[1]), np.float32)
    gap = lip_gap(dense)
    first = np.clip(np.ceil(at - width / 2), 0, len(dense) - 1).astype(int)
    last = np.clip(np.floor(at + width / 2), first, len(dense) - 1).astype(int)
    place = np.clip(at, 0, len(dense) - 1)
    for index, (start, stop) in enumerate(zip(first, last, strict=True)):
        least = start + int(np.argmin(gap[start : stop + 1]))
        if gap[least] <= CLOSED:
            place[index] = least
    low = np.floor(place).astype(int)
    high = np.minimum(low + 1, len(dense) - 1)
    part = (place - low)[:, None]
    return np.asarray(dense[low] * (1 - part) + dense[high] * part, np.float32)


def shut(dense: Curves, phones: Sequence[SpokenPhone]) -> Curves:
    """Curves whose lips touch in the middle of every p, b and m that is known to be spoken.

    Where the network left them apart, mouthClose goes up by what is missing, over the phone.
    """
    close = PLACE["mouthClose"]
    made = dense.copy()
    for phone in phones:
        begin, end = round(phone.start * _FRAMES), round(phone.end * _FRAMES) + 1
        gap = lip_gap(made[begin:end])
        if of_ipa(phone.phone)[0] != "p" or not len(gap) or gap.min() <= CLOSED:
            continue
        way = np.sin(np.pi * (np.arange(len(gap)) + 0.5) / len(gap)).astype(np.float32)
        made[begin:end, close] += gap * (way / way.max())
    return made


def fingerprint() -> str:
    """What lips depend on: the SHA-256 of the weights."""
    return file_sha256(weights())


def weights() -> Path:
    """The shipped weights."""
    return resources_dir() / "models" / "lips.safetensors"


def _parts(
    voice: Sound, level: NDArray[np.float64], known: NDArray[np.int64] | None
) -> Iterator[Curves]:
    """The dense curves of part after part; each is heard with what lies around it."""
    for begin in range(0, len(level), _PART):
        end = min(begin + _PART, len(level))
        first, last = begin - _AROUND, end + _AROUND
        wave = voice.part(first * _HOP, (last - 1) * _HOP).array()[:, 0]
        spoken = np.zeros(last - first, np.int64)
        if known is not None:
            padded = np.pad(known, _AROUND, constant_values=CLASSES.index("rest"))
            spoken = padded[begin : begin + len(spoken)]
        shapes = _move(wave, spoken)[_AROUND : _AROUND + end - begin]
        yield shapes * _awake(level[begin:end])[:, None]


def _move(wave: NDArray[np.float32], spoken: NDArray[np.int64]) -> Curves:
    """Shapes (frames, 52) of sound whose frames are of these classes."""
    import torch

    from engine.models.lipsync.hearing import heard

    if not np.isfinite(wave).all():
        raise UsageError(
            "the sound holds samples that are not numbers", mend="Put Repair sound before it"
        )
    network = _network()
    odd = len(spoken) % 2
    with torch.inference_mode():
        mel = heard(torch.from_numpy(np.pad(wave, (0, odd * _HOP)))[None], network.config.bands)
        classes = torch.from_numpy(np.pad(spoken, (0, odd)))[None]
        moved = network(mel, classes)[0][0].numpy()[: len(spoken)]
    names = network.config.outputs
    return curves_of({name: moved[:, place] for place, name in enumerate(names)}, len(moved))


def _level(voice: Sound) -> NDArray[np.float64]:
    """How loud the voice is at every frame: 0 is silence, 1 as loud as its loud parts."""
    count = voice.sample_count // _HOP + 1 if voice.sample_count else 0
    power = np.zeros(count)
    for number, block in enumerate(voice.blocks(size=_HOP * 1000)):
        rows = np.zeros(-(-len(block) // _HOP) * _HOP)
        rows[: len(block)] = block[:, 0]
        found = (rows.reshape(-1, _HOP) ** 2).mean(axis=1)
        power[number * 1000 : number * 1000 + len(found)] = found
    heard = power[power > 1e-9]
    if not len(heard):
        return power * 0.0
    loud = np.quantile(heard, 0.9)
    level = 10 * np.log10(np.maximum(power / loud, 1e-9))
    return np.clip((level - _QUIET[0]) / -_QUIET[0], 0.0, 1.0)


def _awake(level: NDArray[np.float64]) -> NDArray[np.float32]:
    """1 where a voice may be heard, 0 in silence, with slow borders."""
    from scipy.ndimage import gaussian_filter1d, maximum_filter1d

    full = (_QUIET[1] - _QUIET[0]) / -_QUIET[0]
    open_ = maximum_filter1d(np.clip(level / full, 0.0, 1.0), 25)
    return np.asarray(gaussian_filter1d(open_, 4.0), np.float32)


def _classes(phones: Sequence[SpokenPhone], count: int) -> NDArray[np.int64]:
    """The class that is spoken at every frame; two of a diphthong share its time."""
    found = np.full(count, CLASSES.index("rest"), np.int64)
    for phone in phones:
        parts = of_ipa(phone.phone)
        edges = np.linspace(phone.start, phone.end, len(parts) + 1) * _FRAMES
        for cls, start, stop in zip(parts, edges, edges[1:], strict=False):
            found[max(0, round(start)) : max(0, round(stop))] = CLASSES.index(cls)
    return found


@cache
def _network() -> LipNetwork:
    """The network, loaded once a process. Raises ModelError when its weights are not whole."""
    from engine.models.checkpoint import config_of, load_into, read_header
    from engine.models.lipsync.network import LipConfig, LipNetwork

    path = weights()
    try:
        network = LipNetwork(LipConfig(**config_of(read_header(path), path)))
    except TypeError as error:
        raise ModelError(
            f"its configuration is of another network ({error})", where=str(path)
        ) from None
    load_into(network, path)
    return network.eval().requires_grad_(False)
