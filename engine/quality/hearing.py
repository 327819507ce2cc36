"""Listens for clipping, silence, offset and dead channels, and measures loudness."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from engine.audio import Loudness, LoudnessMeter, amplitude
from engine.errors import MediaError
from engine.media import Sound
from engine.media.sound import CHANNELS, in_numbers
from engine.quality.limits import Limits
from engine.quality.report import Finding, Span

_MOST_SPANS = 20  # that are listed one by one; the rest are counted
_TOGETHER = Fraction(1, 2)  # clipping this near is one stretch
_MANY_CLIPS = 10
_PEAK_TOLERANCE = 0.05  # dB by which meters differ
_NAMES = {
    "FL": "left", "FR": "right", "FC": "centre", "LFE": "low-frequency",
    "BL": "left surround", "BR": "right surround", "SL": "left side", "SR": "right side",
    "BC": "rear",
}  # fmt: skip


@dataclass
class _Stretch:
    """Samples `start` to `end` of a fault, and how often it happened in them."""

    start: int
    end: int
    count: int = 1


class SoundWatch:
    """Notes faults while samples pass, in constant memory."""

    def __init__(self, rate: int, layout: str, limits: Limits) -> None:
        channels = len(CHANNELS[layout])
        self._rate = rate
        self.limits = limits
        self._threshold = amplitude(limits.silence_level)
        self._seen = 0
        self._silent_since: int | None = 0
        self._runs = np.zeros(channels, np.int64)  # samples at full scale up to now
        self._sums = np.zeros(channels)
        self._peaks = np.zeros(channels)
        self.silent: list[_Stretch] = []
        self.clipped: list[_Stretch] = []
        self.numberless: _Stretch | None = None
        self.meter = LoudnessMeter(rate, layout)

    @property
    def samples(self) -> int:
        """Number of samples heard."""
        return self._seen

    @property
    def offsets(self) -> NDArray[np.float64]:
        """The mean of every channel."""
        return self._sums / max(1, self._seen)

    @property
    def dead_channels(self) -> list[int]:
        """Channels that are silent from beginning to end."""
        return [int(n) for n in np.flatnonzero(self._peaks < self._threshold)]

    def push(self, block: NDArray[np.float32]) -> None:
        """The next (n, channels) samples. One that is no number counts as silence."""
        block = self._in_numbers(block)
        self.meter.push(block)
        magnitude = np.abs(block)
        self._sums += block.sum(axis=0, dtype=np.float64)
        self._peaks = np.maximum(self._peaks, magnitude.max(axis=0))
        self._watch_silence(magnitude.max(axis=1) >= self._threshold)
        full = magnitude >= self.limits.clip_level
        if full.any() or self._runs.any():
            runs = [run for n in range(block.shape[1]) for run in self._full_runs(full[:, n], n)]
            for start, end in sorted(runs):
                self._note_clipping(self._seen + start, self._seen + end)
        self._seen += len(block)

    def finish(self) -> Loudness:
        """The sound ends; what it measures."""
        self._end_silence(self._seen)
        self._end_clipping()
        return self.meter.finish()

    def _in_numbers(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        good = in_numbers(block)
        if good is block:
            return block
        places = np.flatnonzero(~np.isfinite(block).all(axis=1))
        start, end = self._seen + int(places[0]), self._seen + int(places[-1]) + 1
        before = self.numberless or _Stretch(start, end, 0)
        self.numberless = _Stretch(before.start, end, before.count + len(places))
        return good

    def _watch_silence(self, heard: NDArray[np.bool_]) -> None:
        places = np.flatnonzero(heard)
        if not places.size:
            if self._silent_since is None:
                self._silent_since = self._seen
            return
        self._end_silence(self._seen + int(places[0]))
        limit = self.limits.silence_seconds * self._rate
        for place in np.flatnonzero(np.diff(places) > limit):
            start, end = int(places[place]) + 1, int(places[place + 1])
            self.silent.append(_Stretch(self._seen + start, self._seen + end))
        self._silent_since = self._seen + int(places[-1]) + 1

    def _end_silence(self, end: int) -> None:
        start = self._silent_since
        if start is not None and end - start >= self.limits.silence_seconds * self._rate:
            self.silent.append(_Stretch(start, end))
        self._silent_since = None

    def _full_runs(self, full: NDArray[np.bool_], channel: int) -> list[tuple[int, int]]:
        """Runs at full scale that end in this block; they may begin before it."""
        carried = int(self._runs[channel])
        edges = np.flatnonzero(np.diff(full, prepend=False, append=False))
        runs = [(int(start), int(end)) for start, end in edges.reshape(-1, 2)]
        if carried and runs and runs[0][0] == 0:
            runs[0] = (-carried, runs[0][1])
        elif carried:
            runs.insert(0, (-carried, 0))
        self._runs[channel] = 0
        if runs and runs[-1][1] == len(full):
            start, end = runs.pop()
            self._runs[channel] = end - start
        return runs

    def _end_clipping(self) -> None:
        for run in self._runs.tolist():
            self._note_clipping(self._seen - run, self._seen)

    def _note_clipping(self, start: int, end: int) -> None:
        if end - start < self.limits.clip_run:
            return
        last = self.clipped[-1] if self.clipped else None
        if last is not None and start - last.end <= _TOGETHER * self._rate:
            last.start, last.end = min(last.start, start), max(last.end, end)
            last.count += 1
        else:
            self.clipped.append(_Stretch(start, end))


def check_sound(
    sound: Sound,
    rate: Fraction | None,
    limits: Limits,
    on_progress: Callable[[float, float], None] | None = None,
) -> tuple[Loudness, list[Finding]]:
    """Decodes all samples once; `rate` is the picture's, to name frames as well as seconds."""
    watch = SoundWatch(sound.rate, sound.layout, limits)
    findings: list[Finding] = []
    try:
        for block in sound.blocks():
            watch.push(block)
            if on_progress:
                on_progress(watch.samples, sound.sample_count)
    except MediaError as error:
        place = _span(_Stretch(watch.samples, sound.sample_count), sound.rate, rate)
        findings.append(
            Finding(
                "sound",
                "error",
                f"it cannot be decoded to its end: {error.message}",
                place,
                error.mend or "Make or copy it again",
            )
        )
    loudness = watch.finish()
    if watch.numberless is not None:
        findings.append(
            Finding(
                "sound",
                "error",
                f"{watch.numberless.count} samples are no numbers (NaN or infinite)",
                _span(watch.numberless, sound.rate, rate),
                'Put a "Repair sound" node before this one, or make the file again',
            )
        )
    findings += _silence_findings(watch, sound, rate)
    findings += _clipping_findings(watch, sound, rate)
    findings += _loudness_findings(loudness, limits)
    return loudness, findings


def _span(stretch: _Stretch, sample_rate: int, rate: Fraction | None) -> Span:
    return Span.of_seconds(
        Fraction(stretch.start, sample_rate), Fraction(stretch.end, sample_rate), rate
    )


def _silence_findings(watch: SoundWatch, sound: Sound, rate: Fraction | None) -> Iterator[Finding]:
    dead = watch.dead_channels
    if len(dead) == sound.channels:
        yield Finding(
            "silence", "error", "the sound is silent from beginning to end",
            mend="Link a sound to the film, or export it without a sound track",
        )  # fmt: skip
        return
    for channel in dead:
        name = CHANNELS[sound.layout][channel]
        if name != "LFE":
            yield Finding(
                "silence", "warning", f"the {_NAMES[name]} channel is silent",
                mend="Convert the sound to its real layout, or pan it",
            )  # fmt: skip
    for stretch in watch.silent[:_MOST_SPANS]:
        span = _span(stretch, sound.rate, rate)
        yield Finding(
            "silence", "warning", f"silent for {float(span.length):.2f} s", span,
            "Lay ambience or room tone under it",
        )  # fmt: skip
    if len(watch.silent) > _MOST_SPANS:
        more = len(watch.silent) - _MOST_SPANS
        yield Finding("silence", "warning", f"{more} more silent stretches")
    if not dead and not watch.silent:
        yield Finding("silence", "ok", "no silent stretches")
    if float(np.abs(watch.offsets).max()) > watch.limits.offset:
        yield Finding(
            "offset", "warning",
            f"the sound lies {float(np.abs(watch.offsets).max()):.1%} off the middle",
            mend="Remove the offset with a high-pass filter",
        )  # fmt: skip


def _clipping_findings(watch: SoundWatch, sound: Sound, rate: Fraction | None) -> Iterator[Finding]:
    for stretch in watch.clipped[:_MOST_SPANS]:
        times = "once" if stretch.count == 1 else f"{stretch.count} times"
        yield Finding(
            "clipping",
            "error" if stretch.count >= _MANY_CLIPS else "warning",
            f"clipped {times}",
            _span(stretch, sound.rate, rate),
            "Lower the gain before the mix, or normalise its loudness",
        )
    if len(watch.clipped) > _MOST_SPANS:
        more = sum(stretch.count for stretch in watch.clipped[_MOST_SPANS:])
        yield Finding("clipping", "error", f"clipped {more} times more")
    if not watch.clipped:
        yield Finding("clipping", "ok", "no clipped samples")


def _loudness_findings(found: Loudness, limits: Limits) -> Iterator[Finding]:
    if not math.isfinite(found.integrated):
        return
    text = f"{found.integrated:.1f} LUFS, range {found.range:.1f} LU"
    mend = "Normalise its loudness, to -16 LUFS for the web or -23 LUFS for broadcast"
    if found.integrated > limits.loudest:
        yield Finding("loudness", "warning", f"{text}: louder than most places allow", mend=mend)
    elif found.integrated < limits.quietest:
        yield Finding("loudness", "warning", f"{text}: softer than other programmes", mend=mend)
    else:
        yield Finding("loudness", "ok", text)
    peak = f"{found.true_peak:.1f} dBTP"
    if found.true_peak > limits.true_peak + _PEAK_TOLERANCE:
        yield Finding(
            "true peak",
            "error" if found.true_peak > 0 else "warning",
            f"{peak}, above {limits.true_peak:g} dBTP",
            mend="Normalise its loudness, which limits peaks too",
        )
    else:
        yield Finding("true peak", "ok", peak)
