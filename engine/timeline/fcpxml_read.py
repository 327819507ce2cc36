"""Reads FCPXML into timelines: our own files frame for frame, other programs' plain ones too.

What is not understood (titles, compound and multicam clips, ...) becomes black of its length and is
named in the timeline's metadata under `aiprod.not_read`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import opentimelineio as otio
from lxml import etree

from engine.captions.values import Caption
from engine.errors import AiprodError
from engine.timeline.assemble import PlacedClip, PlacedTransition, assemble_track
from engine.timeline.captioning import with_captions
from engine.timeline.fcpxml_captions import by_language, language_of, read_caption
from engine.timeline.fcpxml_terms import EFFECTS, TRACK_KEY, TRANSITION_KEY
from engine.timeline.layout import time_warp
from engine.timeline.times import (
    exact_rate,
    floor,
    frames_of_seconds,
    seconds_of_text,
    time_range,
)
from engine.timeline.transitions import transition_like
from engine.timeline.values import Timeline, new_timeline

_CLIPS = ("asset-clip", "video", "audio", "clip")
_STORY = (*_CLIPS, "gap", "title", "ref-clip", "mc-clip", "sync-clip", "audition", "caption")


def read_fcpxml(path: Path) -> Timeline:
    """The first sequence of an FCPXML file as a timeline; its media are the files it names.

    Raises AiprodError when the file is no FCPXML, or holds no sequence, or a time is not legal.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.parse(str(path), parser).getroot()
    except (etree.XMLSyntaxError, OSError) as error:
        raise AiprodError(f"is no FCPXML file: {error}", where=path.name) from error
    if root.tag != "fcpxml":
        raise AiprodError(f"is no FCPXML file but <{root.tag}>", where=path.name)
    sequence = next(root.iter("sequence"), None)
    if sequence is None:
        raise AiprodError("holds no sequence", where=path.name)
    try:
        return _Reader(root, sequence).timeline()
    except AiprodError as error:
        raise AiprodError(error.message, where=path.name, mend=error.mend) from error
    except (ValueError, ZeroDivisionError, OverflowError) as error:
        raise AiprodError(f"holds a value that is not legal: {error}", where=path.name) from error


@dataclass
class _Lane:
    clips: list[PlacedClip] = field(default_factory=list)
    transitions: list[PlacedTransition] = field(default_factory=list)


@dataclass
class _Reader:
    root: etree._Element
    sequence: etree._Element
    lanes: dict[tuple[bool, int], _Lane] = field(default_factory=dict)
    markers: list[otio.schema.Marker] = field(default_factory=list)
    captions: list[tuple[str, Caption]] = field(default_factory=list)
    not_read: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        resources = self.root.find("resources")
        found: list[etree._Element] = [] if resources is None else list(resources)
        self.resources = {node.get("id", ""): node for node in found}
        self.format = self.resources.get(self.sequence.get("format", ""))
        duration = self.format.get("frameDuration") if self.format is not None else None
        if not duration:
            raise AiprodError("its sequence's format has no frameDuration")
        self.rate = exact_rate(1 / seconds_of_text(duration))

    def timeline(self) -> Timeline:
        project = self.sequence.getparent()
        start = self._frames(self.sequence, "tcStart")
        name = "" if project is None else project.get("name", "")
        made = new_timeline(
            name,
            rate=self.rate,
            start=start,
            drop_frame=self.sequence.get("tcFormat") == "DF",
            size=(self._size("width", 1920), self._size("height", 1080)),
            sample_rate=_sample_rate(self.sequence.get("audioRate", "48k")),
        )
        spine = self.sequence.find("spine")
        if spine is not None:
            base = start if any(self._frames(node, "offset") >= start for node in spine) else 0
            self._read_spine(spine, -base, 0)
        names = self._track_names()
        for lane in names:
            self._lane(lane, audio=lane < 0)
        for (audio, lane), content in sorted(self.lanes.items(), key=_track_order):
            kind = otio.schema.TrackKind.Audio if audio else otio.schema.TrackKind.Video
            title = names.get(lane, f"A{-lane}" if audio else f"V{lane + 1}")
            made.tracks.extend(
                assemble_track(title, kind, content.clips, content.transitions, self.rate)
            )
        made.tracks.markers.extend(sorted(self.markers, key=_marker_time))
        if self.not_read:
            made.metadata["aiprod"]["not_read"] = self.not_read
        read = Timeline(made)
        for captions in by_language(self.captions):
            read = with_captions(read, captions)
        return read

    # Storylines

    def _read_spine(self, spine: etree._Element, base: int, lane: int) -> None:
        """Read a storyline; a child's offset plus `base` is its frame in the timeline."""
        position = 0
        for node in spine:
            offset = base + self._frames(node, "offset") if node.get("offset") else position
            if node.tag == "transition":
                self._read_transition(node, offset, lane, spine)
                continue
            if node.tag not in _STORY:
                continue
            self._read_item(node, offset, lane)
            if not (node.tag == "gap" and node.get("name") == "Filler"):
                position = offset + self._frames(node, "duration")
            if node.tag == "gap" and node.get("name") != "Filler":
                self._lane(lane, audio=_is_sound_lane(spine, lane)).clips.append(
                    PlacedClip(offset, position, None)
                )

    def _read_item(self, node: etree._Element, at: int, lane: int) -> None:
        """Read one story element that begins at frame `at`, and everything connected to it."""
        local = self._local_start(node)
        frames = self._length(node)
        if node.tag in _CLIPS:
            self._read_clip(node, at, frames, lane)
        elif node.tag == "caption":
            self._read_caption(node, at, frames)
        elif node.tag != "gap":
            self.not_read.append(f"{node.tag} {node.get('name', '')!r}")
            self._lane(lane, audio=False).clips.append(PlacedClip(at, at + frames, None))
        for child in node:
            if child.tag in ("marker", "chapter-marker"):
                self._read_marker(child, at - local)
            elif child.tag == "spine":
                base = at - local + self._frames(child, "offset")
                self._read_spine(child, base, int(child.get("lane", "1")))
            elif child.tag in _STORY and child.get("lane"):
                start = at - local + self._frames(child, "offset")
                self._read_item(child, start, int(child.get("lane", "1")))

    def _read_clip(self, node: etree._Element, at: int, frames: int, lane: int) -> None:
        asset = self._asset(node)
        if asset is None:
            self.not_read.append(f"{node.tag} {node.get('name', '')!r} without an asset")
            self._lane(lane, audio=False).clips.append(PlacedClip(at, at + frames, None))
            return
        enabled = node.get("srcEnable", "all")
        pictures = asset.get("hasVideo") == "1" and enabled != "audio" and node.tag != "audio"
        sounds = asset.get("hasAudio") == "1" and enabled != "video" and node.tag != "video"
        if pictures:
            clip = self._clip(node, asset, frames, self._video_facts(node))
            self._lane(lane, audio=False).clips.append(PlacedClip(at, at + frames, clip))
        if sounds or not pictures:
            clip = self._clip(node, asset, frames, self._audio_facts(node))
            sound_lane = -1000 - lane if pictures else lane
            self._lane(sound_lane, audio=True).clips.append(PlacedClip(at, at + frames, clip))

    def _clip(
        self, node: etree._Element, asset: etree._Element, frames: int, kept: dict[str, Any]
    ) -> otio.schema.Clip:
        media = asset.find("media-rep")
        url = asset.get("src", "") if media is None else media.get("src", "")
        first = self._frames(asset, "start")
        there = floor(self._seconds(asset, "duration") * self.rate + Fraction(1, 1000))
        source, speed = self._source(node, frames, first)
        clip = otio.schema.Clip(
            name=node.get("name", ""),
            media_reference=otio.schema.ExternalReference(
                target_url=url.removeprefix("./"),
                available_range=self._available(asset, first, there),
                metadata={"aiprod": self._media_facts(asset)},
            ),
            source_range=time_range(source, frames, self.rate),
            effects=time_warp(speed),
            metadata={"aiprod": kept},
        )
        clip.enabled = node.get("enabled", "1") != "0"
        return clip

    def _source(self, node: etree._Element, frames: int, first: int) -> tuple[int, Fraction]:
        """The lowest media timecode that a clip uses, in frames, and its speed."""
        points = node.findall("timeMap/timept")
        if len(points) < 2:
            start = self._frames(node, "start") if node.get("start") else first
            return start, Fraction(1)
        times = [self._seconds(point, "time") for point in points]
        values = [seconds_of_text(point.get("value", "0s")) for point in points]
        if times[-1] == times[0]:
            return self._frames(node, "start"), Fraction(1)
        speed = (values[-1] - values[0]) / (times[-1] - times[0])
        at_start = values[0] + (self._seconds(node, "start") - times[0]) * speed
        frame = floor(at_start * self.rate + Fraction(1, 1000))
        if speed < 0:
            used = max(1, -floor(-frames * -speed))
            return -floor(-(at_start * self.rate - Fraction(1, 1000))) - used, speed
        return frame, speed

    def _local_start(self, node: etree._Element) -> int:
        """Where an element's own time begins, in frames."""
        if node.get("start"):
            return self._frames(node, "start")
        asset = self._asset(node)
        return 0 if asset is None else self._frames(asset, "start")

    def _length(self, node: etree._Element) -> int:
        if node.get("duration"):
            return self._frames(node, "duration")
        asset = self._asset(node)
        return 0 if asset is None else floor(self._seconds(asset, "duration") * self.rate)

    def _asset(self, node: etree._Element) -> etree._Element | None:
        if node.tag == "clip":
            inner = next((child for child in node if child.tag in ("video", "audio")), None)
            return None if inner is None else self._asset(inner)
        found = self.resources.get(node.get("ref", ""))
        return found if found is not None and found.tag == "asset" else None

    # Transitions and markers

    def _read_transition(
        self, node: etree._Element, offset: int, lane: int, spine: etree._Element
    ) -> None:
        look: dict[str, Any] = {}
        for md in node.findall("metadata/md"):
            key = md.get("key", "")
            if key.startswith(TRANSITION_KEY + "."):
                look[key[len(TRANSITION_KEY) + 1 :]] = _json(md.get("value", ""))
        if not look:
            look = {"kind": self._kind_of(node)}
        frames = self._frames(node, "duration")
        audio = _is_sound_lane(spine, lane) or node.find("filter-video") is None
        self._lane(lane, audio=audio and lane != 0).transitions.append(
            PlacedTransition(offset, offset + frames, transition_like(look, frames))
        )

    def _kind_of(self, node: etree._Element) -> str:
        shown = node.find("filter-video")
        effect = None if shown is None else self.resources.get(shown.get("ref", ""))
        uid = "" if effect is None else effect.get("uid", "")
        kind = next((kind for kind, known in EFFECTS.items() if known.uid == uid), None)
        if kind is None and uid:
            self.not_read.append(f"transition {node.get('name', '')!r}, taken as a dissolve")
        return kind or "dissolve"

    def _read_marker(self, node: etree._Element, base: int) -> None:
        start = self._frames(node, "start")
        frames = max(1, self._frames(node, "duration")) if node.get("duration") else 1
        self.markers.append(
            otio.schema.Marker(
                name=node.get("value", ""),
                marked_range=time_range(base + start, frames, self.rate),
                color="RED",
                comment=node.get("note", ""),
            )
        )

    def _read_caption(self, node: etree._Element, at: int, frames: int) -> None:
        caption = read_caption(node, at / self.rate, (at + frames) / self.rate)
        if caption is None:
            self.not_read.append(f"caption {node.get('name', '')!r}")
        else:
            self.captions.append((language_of(node), caption))

    # Facts

    def _video_facts(self, node: etree._Element) -> dict[str, Any]:
        width, height = self._size("width", 1920), self._size("height", 1080)
        transform, blend = node.find("adjust-transform"), node.find("adjust-blend")
        x, y, scale = 0.0, 0.0, 1.0
        if transform is not None:
            x, y = _floats(transform.get("position", "0 0"), 2)
            scale = _floats(transform.get("scale", "1 1"), 2)[0]
        opacity = 1.0 if blend is None else _floats(blend.get("amount", "1"), 1)[0]
        return {
            "opacity": opacity,
            "position": [x * height / width / 100, -y / 100],
            "scale": scale,
        }

    def _audio_facts(self, node: etree._Element) -> dict[str, Any]:
        volume, panner = node.find("adjust-volume"), node.find("adjust-panner")
        amount = "0dB" if volume is None else volume.get("amount", "0dB")
        role = node.get("audioRole", node.get("role", ""))
        fades = {}
        for tag, name in (("fadeIn", "fade_in"), ("fadeOut", "fade_out")):
            fade = node.find(f"adjust-volume/param/{tag}")
            fades[name] = 0 if fade is None else self._frames(fade, "duration")
        retimed = node.find("timeMap")
        pitch = retimed is not None and retimed.get("preservesPitch", "1") != "0"
        return {
            "gain": _floats(amount.removesuffix("dB"), 1)[0],
            "pan": 0.0 if panner is None else _floats(panner.get("amount", "0"), 1)[0] / 100,
            "role": role.split(".")[0],
            **fades,
            **({"keep_pitch": True} if pitch else {}),
        }

    def _media_facts(self, asset: etree._Element) -> dict[str, Any]:
        kept: dict[str, Any] = {
            "has_video": asset.get("hasVideo") == "1",
            "has_audio": asset.get("hasAudio") == "1",
        }
        form = self.resources.get(asset.get("format", ""))
        if kept["has_video"] and form is not None and form.get("width"):
            kept |= {"width": int(form.get("width", "0")), "height": int(form.get("height", "0"))}
        if kept["has_audio"]:
            kept["channels"] = int(asset.get("audioChannels", "2"))
            kept["sample_rate"] = _sample_rate(asset.get("audioRate", "48000"))
        return kept

    def _available(self, asset: etree._Element, first: int, there: int) -> otio.opentime.TimeRange:
        form = self.resources.get(asset.get("format", ""))
        duration = None if form is None else form.get("frameDuration")
        rate = exact_rate(1 / seconds_of_text(duration)) if duration else self.rate
        if rate == self.rate:
            return time_range(first, there, self.rate)
        start = frames_of_seconds(self._seconds(asset, "start"), rate)
        return time_range(start, frames_of_seconds(self._seconds(asset, "duration"), rate), rate)

    def _track_names(self) -> Mapping[int, str]:
        names = {}
        for md in self.sequence.findall("metadata/md"):
            key = md.get("key", "")
            if key.startswith(TRACK_KEY + "."):
                names[int(key[len(TRACK_KEY) + 1 :])] = md.get("value", "")
        return names

    def _lane(self, lane: int, *, audio: bool) -> _Lane:
        return self.lanes.setdefault((audio, lane), _Lane())

    # Numbers

    def _seconds(self, node: etree._Element, name: str) -> Fraction:
        return seconds_of_text(node.get(name, "0s"))

    def _frames(self, node: etree._Element, name: str) -> int:
        return frames_of_seconds(self._seconds(node, name), self.rate)

    def _size(self, name: str, default: int) -> int:
        value = None if self.format is None else self.format.get(name)
        return int(value) if value and value.isdigit() else default


def _is_sound_lane(spine: etree._Element, lane: int) -> bool:
    """Whether a connected storyline holds sounds: each clip of it is one."""
    if lane == 0:
        return False
    clips = [node for node in spine if node.tag in _CLIPS]
    return bool(clips) and all(
        node.tag == "audio" or node.get("srcEnable") == "audio" or not node.get("format")
        for node in clips
    )


def _track_order(item: tuple[tuple[bool, int], _Lane]) -> tuple[bool, int]:
    (audio, lane), _ = item
    return audio, -lane if audio else lane


def _marker_time(marker: otio.schema.Marker) -> float:
    return float(marker.marked_range.start_time.value)


def _sample_rate(text: str) -> int:
    number = text.removesuffix("k")
    try:
        value = Fraction(number) * (1000 if text.endswith("k") else 1)
    except ValueError:
        return 48000
    return int(value)


def _floats(text: str, count: int) -> list[float]:
    try:
        found = [float(part) for part in text.split()]
    except ValueError as error:
        raise AiprodError(f"{text!r} is not {count} numbers") from error
    if len(found) != count:
        raise AiprodError(f"{text!r} is not {count} numbers")
    return found


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
