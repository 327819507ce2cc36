"""Edits to test with: media that is only a length, random timelines, and a comparable summary."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import strategies as st

from engine.timeline.build import build_sequence, build_timeline
from engine.timeline.items import AudioTrack, Marker, SequenceItem, SoundClip, VideoTrack
from engine.timeline.layout import Gap, Layout, Shot, lay_out
from engine.timeline.markers import markers_of
from engine.timeline.times import frames_of, has_drop_frame
from engine.timeline.transitions import WIPE_NAMES, Transition
from engine.timeline.values import Timeline, facts, media_url

RATES = [
    Fraction(24000, 1001),
    Fraction(24),
    Fraction(25),
    Fraction(30000, 1001),
    Fraction(30),
    Fraction(50),
    Fraction(60000, 1001),
    Fraction(60),
]
RATES_AND_DROP = [(rate, False) for rate in RATES] + [
    (rate, True) for rate in RATES if has_drop_frame(rate)
]


@dataclass(frozen=True)
class Voice:
    """A sound that is only a length."""

    sample_count: int = 48000 * 10
    rate: int = 48000
    channels: int = 2


@dataclass(frozen=True, eq=False)
class Footage:
    """A clip that is only a length."""

    rate: Fraction = Fraction(24)
    frame_count: int = 100
    start: int = 0
    name: str = ""
    width: int = 320
    height: int = 180
    sound: Voice | None = None


def summary(timeline: Timeline, *, media: bool = True, adjustments: bool = True) -> dict[str, Any]:
    """What must survive a round trip, in frames; trailing gaps do not matter."""
    rate = timeline.rate
    return {
        "name": timeline.name,
        "rate": rate,
        "start": timeline.start,
        "drop": timeline.drop_frame,
        "tracks": [
            {
                "name": str(track.name),
                "kind": str(track.kind),
                **_layout_summary(lay_out(track, rate), media=media, adjustments=adjustments),
            }
            for track in [*timeline.video_tracks, *timeline.audio_tracks]
        ],
        "markers": [
            (frames_of(marker.marked_range.start_time, rate), str(marker.name))
            for marker in markers_of(timeline)
        ],
    }


def _layout_summary(layout: Layout, *, media: bool, adjustments: bool) -> dict[str, Any]:
    shots = []
    for shot in layout.shots:
        kept = facts(shot.clip) if adjustments else {}
        shots.append(
            {
                "name": shot.name,
                "cut": (shot.start, shot.stop),
                "source": shot.media_start + shot.source,
                "speed": shot.speed,
                "enabled": shot.enabled,
                "url": media_url(shot.clip) if media else None,
                "media": (shot.media_start, shot.media_frames) if media else None,
                "kept": {name: _rounded(value) for name, value in sorted(kept.items())},
            }
        )
    return {
        "shots": shots,
        "gaps": _merged(
            (gap.start, gap.stop)
            for gap in layout.elements
            if isinstance(gap, Gap) and gap.stop <= _end(layout)
        ),
        "joins": [
            (join.cut, join.before, join.after, join.transition.look())
            for _, join in sorted(layout.joins.items())
        ],
    }


def _end(layout: Layout) -> int:
    """Where the last shot or transition ends; a gap after it does not matter."""
    ends = [element.stop for element in layout.elements if isinstance(element, Shot)]
    return max(ends + [join.cut for join in layout.joins.values()], default=0)


def _merged(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ranges in order, touching ones as one."""
    merged: list[tuple[int, int]] = []
    for start, stop in ranges:
        if merged and merged[-1][1] == start:
            start, _ = merged.pop()
        merged.append((start, stop))
    return merged


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4) + 0.0
    if isinstance(value, str | int):
        return value
    return tuple(round(float(part), 4) + 0.0 for part in value)


NAMES = st.text(
    st.characters(exclude_categories=["C", "Z"], include_characters=" &<>\"'"), max_size=12
).map(str.strip)


@st.composite
def transitions(draw: st.DrawFn, *, longest: int) -> Transition:
    kind = draw(st.sampled_from(["dissolve", "wipe", "dip", "push", "slide"]))
    return Transition(
        kind,
        draw(st.integers(1, longest)),
        code=draw(st.sampled_from(sorted(WIPE_NAMES))),
        softness=draw(st.sampled_from([0.0, 0.25])),
        reverse=draw(st.booleans()),
        color=draw(st.sampled_from(["#000000", "#ff8800"])),
        direction=draw(st.sampled_from(["left", "right", "up", "down"])),
    )


@st.composite
def items(draw: st.DrawFn, clips: list[Footage], *, plain: bool = False) -> list[SequenceItem]:
    """Items that leave handles of at least 12 frames everywhere; each at least 24 frames long."""
    made = []
    count = draw(st.integers(1, 6))
    for index in range(count):
        join = None
        if index < count - 1 and draw(st.booleans()):
            join = draw(transitions(longest=20))
        if draw(st.integers(0, 5)) == 0:
            made.append(SequenceItem(gap=draw(st.integers(21, 60)), transition=join))
            continue
        speed = Fraction(1)
        if not plain:
            options = ["1", "1", "1", "2", "1/2", "-1", "3/7", "-5/4", "0"]
            speed = Fraction(draw(st.sampled_from(options)))
        made.append(
            SequenceItem(
                clip=draw(st.integers(0, len(clips) - 1)),
                in_frame=draw(st.integers(40, 60)),
                out_frame=None,
                frames=draw(st.integers(24, 60)),
                speed=speed,
                name=draw(NAMES) or "shot",
                enabled=draw(st.integers(0, 7)) != 0,
                gain=draw(st.sampled_from([0.0, -3.5])),
                transition=join,
            )
        )
    return made


@st.composite
def timelines(draw: st.DrawFn, *, tracks: int = 3, sound: bool = True) -> Timeline:
    """Random timelines with up to `tracks` video and sound tracks."""
    rate, drop = draw(st.sampled_from(RATES_AND_DROP))
    day = draw(st.sampled_from([0, 3600 * round(rate), 107892, 1]))
    clips = [
        Footage(
            rate,
            draw(st.integers(260, 400)),
            draw(st.sampled_from([0, 86400, 123])),
            sound=Voice() if sound and draw(st.booleans()) else None,
        )
        for _ in range(draw(st.integers(1, 3)))
    ]
    sequences = [
        build_sequence(clips, draw(items(clips)), rate=rate, name=f"seq {n}")
        for n in range(draw(st.integers(1, tracks)))
    ]
    video = [
        VideoTrack(
            sequence=index,
            at=draw(st.sampled_from([0, 0, 13])),
            opacity=draw(st.sampled_from([1.0, 0.5])),
            position=draw(st.sampled_from([(0.0, 0.0), (0.25, -0.125)])),
            scale=draw(st.sampled_from([1.0, 0.5])),
            name=draw(NAMES) or f"V{index + 1}",
        )
        for index in range(len(sequences))
    ]
    voices = [Voice(draw(st.integers(48000 * 8, 48000 * 12))) for _ in range(2 if sound else 0)]
    audio = [
        AudioTrack(
            clips=tuple(
                SoundClip(
                    sound=draw(st.integers(0, len(voices) - 1)),
                    at=at,
                    in_frame=draw(st.integers(0, 30)),
                    out_frame=draw(st.integers(40, 90)),
                    gain=draw(st.sampled_from([0.0, -6.0, 2.25])),
                    pan=draw(st.sampled_from([0.0, -1.0, 0.5])),
                    fade_in=draw(st.sampled_from([0, 3])),
                    fade_out=draw(st.sampled_from([0, 5])),
                    name=draw(NAMES) or "sound",
                )
                for at in draw(st.sampled_from([(0,), (5, 200), (0, 95, 400)]))
            ),
            name=f"audio {index}",
            role=draw(st.sampled_from(["dialogue", "music", "effects"])),
        )
        for index in range(draw(st.integers(0, 2)) if sound else 0)
    ]
    markers = [
        Marker(at=draw(st.integers(0, 120)), name=draw(NAMES))
        for _ in range(draw(st.integers(0, 3)))
    ]
    return build_timeline(
        sequences,
        voices,
        rate=rate,
        video=video,
        audio=audio,
        markers=markers,
        start=day,
        drop_frame=drop,
        size=(1280, 720),
        name=draw(NAMES) or "film",
    )


def assert_same(found: dict[str, Any], wanted: dict[str, Any]) -> None:
    """Compare two summaries and show only what differs."""
    differences = _differences(found, wanted, "")
    if differences:
        pytest.fail("\n".join(differences))


def _differences(found: Any, wanted: Any, path: str) -> list[str]:
    if isinstance(found, dict) and isinstance(wanted, dict) and found.keys() == wanted.keys():
        return [
            line
            for key in wanted
            for line in _differences(found[key], wanted[key], f"{path}.{key}")
        ]
    if isinstance(found, list) and isinstance(wanted, list) and len(found) == len(wanted):
        return [
            line
            for index, (one, other) in enumerate(zip(found, wanted, strict=True))
            for line in _differences(one, other, f"{path}[{index}]")
        ]
    return [] if found == wanted else [f"{path}: {found!r} is not {wanted!r}"]
