"""Sounds slower or faster at their own pitch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import numpy as np
from av import AudioFrame
from av.error import BlockingIOError as NeedsMoreError
from av.filter import Graph

from engine.media.hearing import samples_of_frame
from engine.media.rates import frames_in
from engine.media.sound import Samples, Sound, silence

_BLOCK = 8192


def stretch_sound(sound: Sound, factor: Fraction) -> Sound:
    """The sound `factor` times as long, by overlapping slices of it (WSOLA).

    A part is made from the beginning on: read it in order.
    """
    if factor == 1:
        return sound
    count = frames_in(sound.sample_count * factor, Fraction(1))

    def read(start: int, stop: int) -> Iterator[Samples]:
        at = 0
        for block in _stretched(sound, 1 / factor):
            part = block[max(0, start - at) : stop - at]
            at += len(block)
            if len(part):
                yield part
            if at >= stop:
                return
        yield from silence(stop - max(at, start), sound.channels)

    return replace(sound, sample_count=count, read=read)


def _stretched(sound: Sound, tempo: Fraction) -> Iterator[Samples]:
    graph = Graph()
    last = graph.add_abuffer(sample_rate=sound.rate, format="flt", layout=sound.layout,
                             time_base=Fraction(1, sound.rate))  # fmt: skip
    for step in _steps(tempo):
        node = graph.add("atempo", f"{float(step):.12f}")
        last.link_to(node)
        last = node
    last.link_to(graph.add("abuffersink"))
    graph.configure()
    at = 0
    for block in sound.blocks(size=_BLOCK):
        packed = np.ascontiguousarray(block).reshape(1, -1)
        frame = AudioFrame.from_ndarray(packed, "flt", sound.layout)
        frame.sample_rate, frame.pts, frame.time_base = sound.rate, at, Fraction(1, sound.rate)
        at += len(block)
        graph.push(frame)
        yield from _ready(graph)
    graph.push(None)
    yield from _ready(graph)


def _ready(graph: Graph) -> Iterator[Samples]:
    while True:
        try:
            frame = graph.pull()
        except (NeedsMoreError, EOFError):
            return
        if isinstance(frame, AudioFrame):
            yield samples_of_frame(frame)


def _steps(tempo: Fraction) -> list[Fraction]:
    """Factors between 1/2 and 2 whose product is `tempo`: the filter is good in that range."""
    steps = []
    while tempo < Fraction(1, 2):
        steps.append(Fraction(1, 2))
        tempo *= 2
    while tempo > 2:
        steps.append(Fraction(2))
        tempo /= 2
    return [*steps, tempo]
