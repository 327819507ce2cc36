"""Writes timelines as FCPXML 1.11, in the plain constructs that every reader knows.

The first video track is the primary storyline; further tracks are connected clips in lanes, above
for pictures and below for sounds, in storylines of their own where transitions join them. Every
time is counted in frames and converted once. Element order follows Apple's document type
definition.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from pathlib import Path
from urllib.parse import quote, unquote

import opentimelineio as otio
from lxml import etree

from engine.captions.values import frame_span
from engine.errors import AiprodError
from engine.runtime.files import atomic_write
from engine.timeline.captioning import captions_on
from engine.timeline.fcpxml_captions import TITLE, caption_node
from engine.timeline.fcpxml_terms import (
    CONFORM_RATES,
    CROSS_FADE,
    EFFECTS,
    PRESETS,
    TRACK_KEY,
    TRANSITION_KEY,
)
from engine.timeline.layout import Element, Gap, Join, Layout, Shot, lay_out
from engine.timeline.markers import markers_of
from engine.timeline.report import ExportReport, Loss, unique
from engine.timeline.times import (
    exact_rate,
    floor,
    fraction_seconds_text,
    frames_of,
    nominal_rate,
    seconds_text,
    timecode,
)
from engine.timeline.values import MEDIA_SCHEME, Timeline, facts, media_url

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_SCHEME = re.compile("[A-Za-z][A-Za-z0-9+.-]*:")


def write_fcpxml(timeline: Timeline, path: Path, *, media_root: str = "") -> ExportReport:
    """Write a timeline as FCPXML 1.11; the report lists what the format does not carry.

    Relative media URLs stay relative to the file (`./media/...`), so that its folder can be moved;
    with `media_root`, a folder as the editing machine knows it (`/Volumes/Film`), they become
    absolute `file://` URLs below it.
    """
    writer = _Writer(timeline, _root_url(media_root))
    root = writer.document()
    text = etree.tostring(root, encoding="unicode", pretty_print=True)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n'
    atomic_write(path, head + text)
    return ExportReport("fcpxml", (path,), unique(writer.losses))


@dataclass
class _Track:
    """A track's layout with its lane, and whether it is sound."""

    layout: Layout
    lane: int
    audio: bool
    name: str


@dataclass
class _Writer:
    timeline: Timeline
    root_url: str = "./"
    losses: list[Loss] = field(default_factory=list)
    _formats: dict[tuple[int, int, Fraction], etree._Element] = field(default_factory=dict)
    _assets: dict[str, etree._Element] = field(default_factory=dict)
    _effects: dict[str, etree._Element] = field(default_factory=dict)
    _resources: int = 0

    def __post_init__(self) -> None:
        self.rate = self.timeline.rate
        self.size = self.timeline.size
        self.start = self.timeline.start
        self.drop = "DF" if self.timeline.drop_frame else "NDF"
        self._kinds = _kinds_of_use(self.timeline)
        self._freeze_room = 10 * nominal_rate(self.rate)  # handle of a held frame, in frames

    def document(self) -> etree._Element:
        root = etree.Element("fcpxml", version="1.11")
        resources = etree.SubElement(root, "resources")
        format_id = self._format(*self.size, self.rate)
        tracks = self._tracks()
        spine, length = self._primary(tracks)
        name = self._text(self.timeline.name or "Timeline", "the timeline's name")
        event = etree.SubElement(etree.SubElement(root, "library"), "event", name=name)
        sequence = etree.SubElement(
            etree.SubElement(event, "project", name=name),
            "sequence",
            format=format_id,
            duration=self._time(length),
            tcStart=self._time(self.start),
            tcFormat=self.drop,
            audioLayout="stereo",
            audioRate=_audio_rate(self.timeline.sample_rate),
        )
        sequence.append(spine)
        metadata = etree.SubElement(sequence, "metadata")
        for track in tracks:
            key = f"{TRACK_KEY}.{track.lane}"
            etree.SubElement(metadata, "md", key=key, value=self._text(track.name, "a track"))
        if not len(metadata):
            sequence.remove(metadata)
        for part in (self._formats, self._assets, self._effects):
            resources.extend(part.values())
        return root

    def _tracks(self) -> list[_Track]:
        pictures = [
            _Track(lay_out(track, self.rate), lane, audio=False, name=str(track.name))
            for lane, track in enumerate(self.timeline.video_tracks)
        ]
        sounds = [
            _Track(lay_out(track, self.rate), -lane, audio=True, name=str(track.name))
            for lane, track in enumerate(self.timeline.audio_tracks, 1)
        ]
        return pictures + sounds

    # Storylines

    def _primary(self, tracks: list[_Track]) -> tuple[etree._Element, int]:
        """The spine with everything connected to it, and the sequence's length in frames."""
        main = next((track for track in tracks if track.lane == 0), None)
        elements = list(main.layout.elements) if main else []
        end = elements[-1].stop if elements else 0
        length = max([end, *(track.layout.frames for track in tracks)])
        filler = Gap(end, length)
        if filler.frames:
            elements.append(filler)
        spine = etree.Element("spine")
        nodes: list[tuple[Element, etree._Element]] = []
        joins = main.layout.joins if main else {}
        for index, element in enumerate(elements):
            if index in joins:
                spine.append(self._transition(joins[index], self.start, audio=False))
            offset = self.start + element.start
            node = self._node(element, offset, audio=False)
            if element is filler:
                node.set("name", "Filler")
            spine.append(node)
            nodes.append((element, node))
        if main and len(main.layout.elements) in joins:
            join = joins[len(main.layout.elements)]
            place = len(spine) - (1 if filler.frames else 0)
            spine.insert(place, self._transition(join, self.start, audio=False))
        for track in tracks:
            if track is not main:
                self._connect(track, nodes)
        self._add_captions(nodes, max((track.lane for track in tracks), default=0), length)
        self._add_markers(nodes)
        self._note_shot_losses(tracks)
        return spine, length

    def _connect(self, track: _Track, nodes: list[tuple[Element, etree._Element]]) -> None:
        for first, last in _runs(track.layout):
            elements = track.layout.elements[first:last]
            position = elements[0].start
            parent, node = nodes[bisect_right(nodes, position, key=_start_of) - 1]
            offset = self._local_start(parent) + position - parent.start
            joined = any(index in track.layout.joins for index in range(first, last + 1))
            if joined:
                child = self._storyline(track, first, last, position)
            else:
                child = self._node(elements[0], 0, audio=track.audio)
            child.set("lane", str(track.lane))
            child.set("offset", self._time(offset))
            node.append(child)

    def _storyline(self, track: _Track, first: int, last: int, position: int) -> etree._Element:
        spine = etree.Element("spine")
        joins = track.layout.joins
        for index in range(first, last):
            element = track.layout.elements[index]
            if index in joins:
                spine.append(self._transition(joins[index], -position, audio=track.audio))
            offset = element.start - position
            spine.append(self._node(element, offset, audio=track.audio))
        if last == len(track.layout.elements) and last in joins:
            spine.append(self._transition(joins[last], -position, audio=track.audio))
        return spine

    # Story elements

    def _node(self, element: Element, offset: int, *, audio: bool) -> etree._Element:
        url = media_url(element.clip) if isinstance(element, Shot) else None
        if isinstance(element, Gap) or url is None:
            if isinstance(element, Shot):
                self._lose(element, "has no media", "written as a gap")
            return etree.Element(
                "gap",
                name="Gap",
                offset=self._time(offset),
                start="0s",
                duration=self._time(element.frames),
            )
        asset = self._asset(element, url)
        node = etree.Element(
            "asset-clip",
            ref=asset.get("id", ""),
            offset=self._time(offset),
            name=self._text(element.name, f"the name of {element.name!r}"),
            start=self._time(self._local_start(element)),
            duration=self._time(element.frames),
        )
        if not element.enabled:
            node.set("enabled", "0")
        if asset.get("hasVideo") and asset.get("hasAudio"):
            node.set("srcEnable", "audio" if audio else "video")
        if not audio:
            node.set("format", asset.get("format", ""))
        node.set("tcFormat", self.drop)
        self._conform_rate(element, node)
        self._time_map(element, node, audio=audio)
        if audio:
            self._audio_adjustments(element, node)
        else:
            self._video_adjustments(element, node)
        return node

    def _local_start(self, element: Element) -> int:
        """Where the element starts in its own time, in frames: 0 in a gap, else in its media."""
        if isinstance(element, Gap) or media_url(element.clip) is None:
            return 0
        if element.speed == 1:
            return element.media_start + element.source
        return element.head_room if element.speed else self._freeze_room

    def _conform_rate(self, shot: Shot, node: etree._Element) -> None:
        rate = _media_rate(shot, self.rate)
        if rate == self.rate:
            return
        conform = etree.SubElement(node, "conform-rate", scaleEnabled="0")
        if rate in CONFORM_RATES:
            conform.set("srcFrameRate", CONFORM_RATES[rate])

    def _time_map(self, shot: Shot, node: etree._Element, *, audio: bool) -> None:
        """Speed as two points: local time 0 and the end of the media, with the frames there."""
        if shot.speed == 1:
            return
        local = self._local_start(shot)
        if shot.speed == 0:
            first, span = Fraction(shot.source), local + shot.frames + self._freeze_room
        elif shot.speed > 0:
            first = shot.source - local * shot.speed
            span = floor((shot.media_frames - first) / shot.speed)
        else:
            first = shot.end - local * shot.speed
            span = floor(first / -shot.speed)
        last = first + span * shot.speed
        points = etree.SubElement(node, "timeMap")
        if audio and not facts(shot.clip).get("keep_pitch"):
            points.set("preservesPitch", "0")
        for time, frame in ((0, first), (span, last)):
            value = (shot.media_start + frame) / self.rate
            etree.SubElement(
                points,
                "timept",
                time=self._time(time),
                value=fraction_seconds_text(value),
                interp="linear",
            )

    def _video_adjustments(self, shot: Shot, node: etree._Element) -> None:
        kept = facts(shot.clip)
        x, y = (float(part) for part in kept.get("position", (0.0, 0.0)))
        scale, opacity = float(kept.get("scale", 1.0)), float(kept.get("opacity", 1.0))
        if (x, y) != (0.0, 0.0) or scale != 1.0:
            width, height = self.size
            position = f"{_number(100 * x * width / height)} {_number(-100 * y)}"
            both = f"{_number(scale)} {_number(scale)}"
            etree.SubElement(node, "adjust-transform", position=position, scale=both)
        if opacity != 1.0:
            etree.SubElement(node, "adjust-blend", amount=_number(opacity))

    def _audio_adjustments(self, shot: Shot, node: etree._Element) -> None:
        kept = facts(shot.clip)
        gain, pan = float(kept.get("gain", 0.0)), float(kept.get("pan", 0.0))
        fades = {name: int(kept.get(name, 0)) for name in ("fade_in", "fade_out") if kept.get(name)}
        role = str(kept.get("role") or "")
        if role:
            node.set("audioRole", role)
        if gain or fades:
            volume = etree.SubElement(node, "adjust-volume", amount=f"{_number(gain)}dB")
            if fades:
                param = etree.SubElement(volume, "param", name="amount")
                for name, frames in fades.items():
                    tag = "fadeIn" if name == "fade_in" else "fadeOut"
                    etree.SubElement(param, tag, type="linear", duration=self._time(frames))
        if pan:
            mode = "1 (Stereo Left/Right)"
            etree.SubElement(node, "adjust-panner", mode=mode, amount=_number(100 * pan))

    def _transition(self, join: Join, base: int, *, audio: bool) -> etree._Element:
        node = etree.Element(
            "transition",
            name="Audio Crossfade" if audio else EFFECTS[join.transition.kind].name,
            offset=self._time(base + join.start),
            duration=self._time(join.frames),
        )
        where = f"the transition at {self._timecode(join.cut)}"
        if abs(join.before - join.after) > 1 and isinstance(join.outgoing, Shot):
            self.losses.append(Loss(where, "lies off the cut's middle", "written where it lies"))
        if audio:
            effect = self._effect(CROSS_FADE.name, CROSS_FADE.uid)
            etree.SubElement(node, "filter-audio", ref=effect, name=CROSS_FADE.name)
            return node
        shown = EFFECTS[join.transition.kind]
        etree.SubElement(
            node, "filter-video", ref=self._effect(shown.name, shown.uid), name=shown.name
        )
        look = join.transition.look()
        if look != {"kind": "dissolve"}:
            metadata = etree.SubElement(node, "metadata")
            for name, value in look.items():
                key = f"{TRANSITION_KEY}.{name}"
                etree.SubElement(metadata, "md", key=key, value=json.dumps(value))
        if join.transition.kind != "dissolve":
            self.losses.append(
                Loss(
                    where,
                    f"{join.transition.title} has no exact equal",
                    f"Final Cut shows its own {shown.name}; the exact look is kept as metadata",
                )
            )
        return node

    # Resources

    def _format(self, width: int, height: int, rate: Fraction) -> str:
        node = self._formats.get((width, height, rate))
        if node is None:
            node = etree.Element("format", id=self._id())
            name = PRESETS.get((width, height, rate))
            if name:
                node.set("name", name)
            node.set("frameDuration", seconds_text(1, rate))
            node.set("width", str(width))
            node.set("height", str(height))
            node.set("colorSpace", "1-1-1 (Rec. 709)")
            self._formats[width, height, rate] = node
        return node.get("id", "")

    def _asset(self, shot: Shot, url: str) -> etree._Element:
        known = self._assets.get(url)
        if known is not None:
            return known
        media = facts(shot.clip.media_reference)
        has_video = bool(media.get("has_video", "Video" in self._kinds[url]))
        has_audio = bool(media.get("has_audio", "Audio" in self._kinds[url]))
        if url.startswith(MEDIA_SCHEME):
            self._lose(shot, "its media is in the project and not in a file", "left unlinked")
        rate = _media_rate(shot, self.rate)
        available = shot.clip.media_reference.available_range or shot.clip.trimmed_range()
        node = etree.Element(
            "asset",
            id=self._id(),
            name=self._text(_stem(url), f"the name of {url}"),
            start=seconds_text(frames_of(available.start_time, rate), rate),
            duration=seconds_text(frames_of(available.duration, rate), rate),
        )
        if has_video:
            width = int(media.get("width", self.size[0]))
            height = int(media.get("height", self.size[1]))
            node.set("hasVideo", "1")
            node.set("format", self._format(width, height, rate))
            node.set("videoSources", "1")
        if has_audio:
            node.set("hasAudio", "1")
            node.set("audioSources", "1")
            node.set("audioChannels", str(media.get("channels", 2)))
            node.set("audioRate", str(media.get("sample_rate", self.timeline.sample_rate)))
        etree.SubElement(node, "media-rep", kind="original-media", src=self._src(url))
        self._assets[url] = node
        return node

    def _src(self, url: str) -> str:
        relative = not url.startswith("/") and not _SCHEME.match(url)
        return f"{self.root_url}{url.removeprefix('./')}" if relative else url

    def _effect(self, name: str, uid: str) -> str:
        if uid not in self._effects:
            self._effects[uid] = etree.Element("effect", id=self._id(), name=name, uid=uid)
        return self._effects[uid].get("id", "")

    def _id(self) -> str:
        self._resources += 1
        return f"r{self._resources}"

    # Captions, markers and losses

    def _add_captions(
        self, nodes: list[tuple[Element, etree._Element]], lane: int, length: int
    ) -> None:
        """Every language in a lane of its own above the pictures, connected to the storyline."""
        styles = 0
        for captions, titles in captions_on(self.timeline):
            lane += 1
            effect = self._effect(*TITLE) if titles else ""
            for caption in captions.captions:
                first, last = frame_span(caption, self.rate)
                where = f"the caption at {self._timecode(first)}"
                if not nodes or first >= length:
                    self.losses.append(Loss(where, "lies after the film", "left out"))
                    continue
                styles += 1
                element, parent = nodes[max(0, bisect_right(nodes, first, key=_start_of) - 1)]
                node = caption_node(
                    caption,
                    captions,
                    f"ts{styles}",
                    effect=effect,
                    text=partial(self._text, where=where),
                )
                offset = self._local_start(element) + first - element.start
                node.set("lane", str(lane))
                node.set("offset", self._time(offset))
                node.set("start", "0s")
                node.set("duration", self._time(last - first))
                parent.append(node)

    def _add_markers(self, nodes: list[tuple[Element, etree._Element]]) -> None:
        for marker in markers_of(self.timeline):
            at = frames_of(marker.marked_range.start_time, self.rate)
            where = f"the marker {marker.name!r} at {self._timecode(at)}"
            if not nodes:
                self.losses.append(Loss(where, "there is no clip to hold it", "left out"))
                continue
            element, node = nodes[max(0, bisect_right(nodes, at, key=_start_of) - 1)]
            made = etree.SubElement(
                node,
                "marker",
                start=self._time(self._local_start(element) + at - element.start),
                duration=self._time(1),
                value=self._text(str(marker.name), where),
            )
            if marker.comment:
                made.set("note", self._text(str(marker.comment), where))
            if frames_of(marker.marked_range.duration, self.rate) > 1:
                self.losses.append(Loss(where, "has a length", "written one frame long"))
            if marker.color != "RED":
                self.losses.append(Loss(where, f"has the colour {marker.color}", "left out"))

    def _note_shot_losses(self, tracks: Iterable[_Track]) -> None:
        for shot in (shot for track in tracks for shot in track.layout.shots):
            for effect in shot.clip.effects:
                if not isinstance(effect, otio.schema.LinearTimeWarp):
                    self._lose(shot, f"has the effect {effect.effect_name!r}", "left out")

    def _lose(self, shot: Shot, what: str, instead: str) -> None:
        self.losses.append(Loss(f"{shot.name!r} at {self._timecode(shot.start)}", what, instead))

    # Text

    def _time(self, frames: int) -> str:
        return seconds_text(frames, self.rate)

    def _timecode(self, frame: int) -> str:
        return timecode(self.start + frame, self.rate, drop=self.timeline.drop_frame)

    def _text(self, text: str, where: str) -> str:
        legal = _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
        if legal != text:
            self.losses.append(Loss(where, "has characters that XML cannot hold", "replaced"))
        return legal


def _runs(layout: Layout) -> list[tuple[int, int]]:
    """Index ranges of elements that belong together: joined ones, or a single shot."""
    runs = []
    first = 0
    for index in range(1, len(layout.elements) + 1):
        if index < len(layout.elements) and index in layout.joins:
            continue
        joined = any(place in layout.joins for place in range(first, index + 1))
        if joined or isinstance(layout.elements[first], Shot):
            runs.append((first, index))
        first = index
    return runs


def _root_url(media_root: str) -> str:
    """The URL that relative media URLs are put behind."""
    if not media_root:
        return "./"
    if media_root.startswith("file:"):
        return media_root.rstrip("/") + "/"
    path = media_root.replace("\\", "/").strip("/")
    return f"file:///{quote(path, safe='/:')}/"


def _start_of(pair: tuple[Element, etree._Element]) -> int:
    return pair[0].start


def _kinds_of_use(timeline: Timeline) -> dict[str, set[str]]:
    """For every media URL, the kinds of the tracks it is used on."""
    kinds: dict[str, set[str]] = {}
    for track in [*timeline.video_tracks, *timeline.audio_tracks]:
        for clip in track.find_clips():
            kinds.setdefault(media_url(clip) or "", set()).add(str(track.kind))
    return kinds


def _media_rate(shot: Shot, rate: Fraction) -> Fraction:
    available = shot.clip.media_reference.available_range
    if available is None or facts(shot.clip.media_reference).get("has_video") is False:
        return rate
    return exact_rate(available.duration.rate)


def _audio_rate(rate: int) -> str:
    names = {32000: "32k", 44100: "44.1k", 48000: "48k", 88200: "88.2k", 96000: "96k"}
    names |= {176400: "176.4k", 192000: "192k"}
    if rate not in names:
        raise AiprodError(
            f"FCPXML has no sample rate of {rate} Hz", mend=f"Use one of {sorted(names)}"
        )
    return names[rate]


def _number(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".") if value else "0"


def _stem(url: str) -> str:
    name = unquote(url.removeprefix(MEDIA_SCHEME).rsplit("/", 1)[-1])
    return name.rsplit(".", 1)[0] or name
