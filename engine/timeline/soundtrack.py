"""Renders the sound of a timeline: every track mixed to stereo, streamed."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from engine.errors import MediaError
from engine.media import Clip, Sound, conform_sound, stretch_sound
from engine.media.rates import samples_in
from engine.media.retime import reverse_sound
from engine.media.sound import Samples
from engine.media.varispeed import varispeed
from engine.timeline.layout import Layout, Shot, lay_out
from engine.timeline.values import Media, Timeline, facts, media_key, media_url

_BLOCK = 16384  # samples mixed at a time


def render_audio(timeline: Timeline, rate: int | None = None) -> Sound:
    """The timeline's sound in stereo at `rate` Hz (the timeline's own when None), lazy.

    Each clip has its speed, gain, pan (equal power, unchanged in the middle) and linear fades;
    transitions between sounds are equal-power cross-fades. It lasts as long as the timeline.
    Memory does not grow with its length. Raises MediaError when a clip's media is missing.
    """
    rate = rate or timeline.sample_rate
    voices = [
        voice
        for track in timeline.audio_tracks
        for voice in _voices(lay_out(track, timeline.rate), timeline.media, timeline.rate, rate)
    ]
    voices.sort(key=lambda voice: voice.start)

    def read(start: int, stop: int) -> Iterator[Samples]:
        return _mix(voices, start, stop)

    count = samples_in(timeline.frame_count, timeline.rate, rate)
    return Sound(rate, "stereo", count, read, timeline.name)


@dataclass(frozen=True)
class Ramp:
    """A change of level between two samples: rising from silence or falling to it."""

    start: int
    stop: int
    rising: bool
    equal_power: bool

    def levels(self, first: int, last: int) -> NDArray[np.float64]:
        """Factors of the samples `first` to `last`; 1 or 0 beyond the ramp."""
        places = np.arange(first, last) + 0.5
        done = np.clip((places - self.start) / (self.stop - self.start), 0, 1)
        done = done if self.rising else 1 - done
        return np.asarray(np.sin(done * (math.pi / 2)) if self.equal_power else done, np.float64)


@dataclass(frozen=True, eq=False)
class Voice:
    """A stereo sound heard from sample `start` to `stop`, its own sample `offset` first."""

    sound: Sound
    start: int
    stop: int
    offset: int
    gains: tuple[float, float]
    ramps: tuple[Ramp, ...]

    def stream(self, begin: int) -> Iterator[Samples]:
        """Its samples from sample `begin` of the timeline on, before levels."""
        first = self.offset + begin - self.start
        return self.sound.part(first, self.offset + self.stop - self.start).blocks(size=_BLOCK)

    def levelled(self, samples: Samples, begin: int) -> Samples:
        """Samples that lie at `begin` with gain, pan and ramps applied."""
        levels: NDArray[np.float64] = np.ones(1)
        for ramp in self.ramps:
            levels = levels * ramp.levels(begin, begin + len(samples))
        return np.asarray(samples * (levels[:, None] * np.array(self.gains)), np.float32)


def pan_gains(pan: float) -> tuple[float, float]:
    """Left and right factors of an equal-power pan from -1 to 1; both are 1 in the middle."""
    angle = (pan + 1) * math.pi / 4
    return math.sqrt(2) * math.cos(angle), math.sqrt(2) * math.sin(angle)


def shot_sound(media: Media, shot: Shot) -> Sound:
    """The media's sound of a shot on a sound track. Raises MediaError when there is none."""
    key = media_key(shot.clip) or media_url(shot.clip) or ""
    found = media.get(key)
    if isinstance(found, Clip):
        found = found.sound
    if found is None:
        raise MediaError(f"its media {key!r} has no sound that is loaded", where=shot.name)
    return found


def at_speed(sound: Sound, shot: Shot, rate: Fraction, before: int, after: int) -> Sound:
    """What a shot plays of its media's sound at its own speed, backwards when that is negative.

    It begins `before` frames ahead of the shot and ends `after` frames past it, at the sound's own
    sample rate. It changes its pitch as a tape does, or keeps it where the shot says so.
    """
    speed = abs(shot.speed)
    count = samples_in(shot.frames + before + after, rate, sound.rate)
    length = math.ceil(count * speed) + 1
    if shot.speed > 0:
        first = math.floor((shot.source - before * speed) / rate * sound.rate)
        heard = sound.part(first, first + length)
    else:
        last = math.ceil((shot.end + before * speed) / rate * sound.rate)
        heard = reverse_sound(sound.part(last - length, last))
    if facts(shot.clip).get("keep_pitch"):
        return stretch_sound(heard, 1 / speed).part(0, count)
    return varispeed(heard, speed).part(0, count)


def _voices(layout: Layout, media: Media, rate: Fraction, sample_rate: int) -> Iterator[Voice]:
    def at(frame: int) -> int:
        return samples_in(frame, rate, sample_rate)

    for index, shot in enumerate(layout.elements):
        if not isinstance(shot, Shot) or not shot.enabled or shot.speed == 0:
            continue
        before, after = layout.join_before(index), layout.join_after(index)
        start, stop = shot.start - before, shot.stop + after
        sound = conform_sound(shot_sound(media, shot), rate=sample_rate, layout="stereo")
        offset = at(shot.source) - (at(shot.start) - at(start))
        if shot.speed != 1:
            sound, offset = at_speed(sound, shot, rate, before, after), 0
        kept = facts(shot.clip)
        ramps = []
        fade_in, fade_out = int(kept.get("fade_in", 0)), int(kept.get("fade_out", 0))
        if fade_in:
            ramps.append(_ramp(at(shot.start), at(shot.start + fade_in), rising=True))
        if fade_out:
            ramps.append(_ramp(at(shot.stop - fade_out), at(shot.stop), rising=False))
        for join, rising in ((layout.joins.get(index), True), (layout.joins.get(index + 1), False)):
            if join is not None:
                ramps.append(_ramp(at(join.start), at(join.stop), rising=rising, power=True))
        level = 10.0 ** (float(kept.get("gain", 0.0)) / 20)
        left, right = pan_gains(float(kept.get("pan", 0.0)))
        yield Voice(
            sound,
            at(start),
            at(stop),
            offset,
            (level * left, level * right),
            tuple(ramp for ramp in ramps if ramp.stop > ramp.start),
        )


def _ramp(start: int, stop: int, *, rising: bool, power: bool = False) -> Ramp:
    return Ramp(start, stop, rising, power)


def _mix(voices: list[Voice], start: int, stop: int) -> Iterator[Samples]:
    """The sum of the voices, block by block; each is opened when it begins and closed after."""
    waiting = [voice for voice in voices if voice.stop > start]
    playing: list[tuple[Voice, _Tap]] = []
    for begin in range(start, stop, _BLOCK):
        end = min(begin + _BLOCK, stop)
        while waiting and waiting[0].start < end:
            voice = waiting.pop(0)
            playing.append((voice, _Tap(voice.stream(max(begin, voice.start)))))
        mix = np.zeros((end - begin, 2), np.float32)
        for voice, tap in playing:
            first, last = max(begin, voice.start), min(end, voice.stop)
            samples = voice.levelled(tap.take(last - first), first)
            mix[first - begin : last - begin] += samples
        playing = [(voice, tap) for voice, tap in playing if voice.stop > end]
        yield mix


class _Tap:
    """Takes any number of samples at a time from a stream of blocks."""

    def __init__(self, blocks: Iterator[Samples]) -> None:
        self._blocks = blocks
        self._held: list[Samples] = []
        self._count = 0

    def take(self, count: int) -> Samples:
        """The next `count` samples."""
        while self._count < count:
            block = next(self._blocks)
            self._held.append(block)
            self._count += len(block)
        whole = self._held[0] if len(self._held) == 1 else np.concatenate(self._held)
        self._held = [whole[count:]]
        self._count -= count
        return whole[:count]
