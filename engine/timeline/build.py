"""Makes OTIO sequences and timelines out of items, tracks and lazy media; checks every cut."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Sequence as Row
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import opentimelineio as otio

from engine.errors import Problem, ValidationError
from engine.media.rates import frames_in
from engine.timeline.items import AudioTrack, Marker, SequenceItem, SoundClip, VideoTrack
from engine.timeline.layout import handle_problems, lay_out, source_problems, time_warp
from engine.timeline.otio_transitions import from_otio, otio_transition, to_otio
from engine.timeline.times import ceil, floor, frames_of, rate_text, time_range
from engine.timeline.transitions import Transition
from engine.timeline.values import MEDIA_SCHEME, Sequence, Timeline, facts, media_key, new_timeline

if TYPE_CHECKING:
    from engine.media import Clip, Sound


def build_sequence(
    clips: Row[Clip | None],
    items: Iterable[SequenceItem] = (),
    *,
    rate: Fraction,
    name: str = "Sequence",
) -> Sequence:
    """A sequence of clips at a rate; without items, every clip whole, one after the other.

    None is a clip that is muted: a gap takes its place, as long as the item says; an item that
    says no length goes.

    Raises ValidationError that lists every item that names no clip, leaves its media, or has a
    transition without enough handle.
    """
    items = tuple(items) or tuple(SequenceItem(clip=index) for index in range(len(clips)))
    items = _without_muted(items, clips)
    track = otio.schema.Track(
        name=name,
        kind=otio.schema.TrackKind.Video,
        metadata={"aiprod": {"rate": rate_text(rate)}},
    )
    problems: list[Problem] = []
    keys = _clip_keys(clips)
    for index, item in enumerate(items):
        if item.gap is not None:
            track.append(_gap(item.gap, rate))
        elif item.clip >= len(clips):
            problems.append(_no_such(f"items[{index}].clip", "clip", item.clip, len(clips)))
            continue
        else:
            clip = clips[item.clip]
            if clip is None:
                continue
            problems += _length_problems(item, clip, rate, f"items[{index}]")
            track.append(_shot(item, clip, keys[item.clip], rate))
        if item.transition is not None and item.transition.kind != "cut":
            track.append(to_otio(item.transition, rate))
    if problems:
        raise ValidationError(problems)
    layout = lay_out(track, rate)
    problems = source_problems(layout, name) + handle_problems(layout, name, rate)
    if problems:
        raise ValidationError(problems)
    media = {key: clip for index, key in keys.items() if (clip := clips[index]) is not None}
    return Sequence(track, media)


def _without_muted(
    items: tuple[SequenceItem, ...], clips: Row[Clip | None]
) -> tuple[SequenceItem, ...]:
    """The items with gaps for those whose clips are muted; no transition joins two gaps."""
    kept: list[SequenceItem] = []
    for item in items:
        if item.gap is not None or item.clip >= len(clips) or clips[item.clip] is not None:
            kept.append(item)
        elif (frames := _said_length(item)) is not None:
            kept.append(SequenceItem(gap=frames, name=item.name, transition=item.transition))
    if len(kept) == len(items) and all(a is b for a, b in zip(kept, items, strict=True)):
        return items
    return tuple(
        replace(item, transition=None)
        if item.gap is not None and (following is None or following.gap is not None)
        else item
        for item, following in zip(kept, [*kept[1:], None], strict=True)
    )


def _said_length(item: SequenceItem) -> int | None:
    """Frames that an item fills, as far as it says so itself."""
    if item.frames is not None or item.out_frame is None:
        return item.frames
    return max(1, floor((item.out_frame - item.in_frame) / abs(item.speed)))


def build_timeline(
    sequences: Row[Sequence | None],
    sounds: Row[Sound | None] = (),
    *,
    rate: Fraction,
    video: Iterable[VideoTrack] = (),
    audio: Iterable[AudioTrack] = (),
    markers: Iterable[Marker] = (),
    start: int = 0,
    drop_frame: bool = False,
    size: tuple[int, int] = (1920, 1080),
    sample_rate: int = 48000,
    name: str = "Timeline",
) -> Timeline:
    """A timeline of sequences and sounds; `start` is the first frame's timecode in frames.

    Without `video`, the sequences lie over each other, the first lowest; without `audio`, each
    sound gets its own track from frame 0. The sequences' own sound gets tracks of its own. What is
    None is muted: its tracks and clips are left out.
    Raises ValidationError that lists every track that names no input or overlaps itself.
    """
    video = tuple(video) or tuple(VideoTrack(sequence=index) for index in range(len(sequences)))
    audio = tuple(audio) or tuple(AudioTrack((SoundClip(index),)) for index in range(len(sounds)))
    made = new_timeline(
        name, rate=rate, start=start, drop_frame=drop_frame, size=size, sample_rate=sample_rate
    )
    pool = _MediaPool()
    problems: list[Problem] = []
    linked: list[otio.schema.Track] = []
    for index, settings in enumerate(video):
        where = f"video[{index}].sequence"
        if settings.sequence >= len(sequences):
            problems.append(_no_such(where, "sequence", settings.sequence, len(sequences)))
            continue
        sequence = sequences[settings.sequence]
        if sequence is None:
            continue
        if sequence.rate != rate:
            problems.append(_wrong_rate(where, sequence.rate, rate))
            continue
        title = settings.name or sequence.track.name or f"V{index + 1}"
        track = _video_track(sequence, settings, title, pool)
        made.tracks.append(track)
        own_sound = _linked_track(track, settings, rate) if settings.sound else None
        linked += [own_sound] if own_sound is not None else []
        _forget_sound(track)
    picture = max((frames_of(track.duration(), rate) for track in made.tracks), default=None)
    made.tracks.extend(linked)
    for index, voice in enumerate(audio):
        where = f"audio[{index}]"
        title = voice.name or f"A{len(linked) + index + 1}"
        placed = _place_sounds(voice, sounds, rate, picture, where, problems)
        made.tracks.append(_audio_track(title, voice, placed, rate, pool))
    for marker in markers:
        made.tracks.markers.append(otio_marker(marker, rate))
    if problems:
        raise ValidationError(problems)
    return Timeline(made, pool.media)


def sequence_frames(clip: Clip, rate: Fraction) -> int:
    """How many frames of a sequence at `rate` a clip fills, as `engine.media.conform_rate` says."""
    return max(1, frames_in(clip.frame_count / clip.rate, rate))


def sequence_start(clip: Clip, rate: Fraction) -> int:
    """A clip's start timecode counted in frames at `rate`."""
    return frames_in(clip.start / clip.rate, rate)


def sound_frames(sound: Sound, rate: Fraction) -> int:
    """How many frames a sound fills; the last one may end in silence."""
    return ceil(Fraction(sound.sample_count, sound.rate) * rate)


def clip_facts(clip: Clip) -> dict[str, Any]:
    """What a media reference keeps about a clip."""
    kept = {"has_video": True, "width": clip.width, "height": clip.height}
    heard = sound_facts(clip.sound) if clip.sound is not None else {"has_audio": False}
    return heard | kept


def sound_facts(sound: Sound) -> dict[str, Any]:
    """What a media reference keeps about a sound."""
    return {
        "has_video": False,
        "has_audio": True,
        "channels": sound.channels,
        "sample_rate": sound.rate,
    }


def otio_marker(marker: Marker, rate: Fraction) -> otio.schema.Marker:
    """The OTIO value of a marker."""
    return otio.schema.Marker(
        name=marker.name,
        marked_range=time_range(marker.at, marker.frames, rate),
        color=marker.color,
        comment=marker.note,
    )


def with_marker(timeline: Timeline, marker: Marker) -> Timeline:
    """The timeline with one more marker."""
    copy = timeline.otio.clone()
    copy.tracks.markers.append(otio_marker(marker, timeline.rate))
    return Timeline(copy, timeline.media)


@dataclass
class _MediaPool:
    """Gives every piece of media of a timeline one key, the same one for the same object."""

    media: dict[str, Any] = field(default_factory=dict)

    def key(self, value: Any, wanted: str) -> str:
        known = next((key for key, held in self.media.items() if held is value), None)
        if known is not None:
            return known
        stem, number = wanted.rpartition("_")[0] or wanted, 1
        key = wanted
        while key in self.media:
            key = f"{stem}_{number:02}"
            number += 1
        self.media[key] = value
        return key


@dataclass(frozen=True)
class _Placed:
    """A sound clip with its sound, and its place worked out, in frames."""

    item: SoundClip
    sound: Sound
    start: int
    stop: int


def _clip_keys(clips: Row[Clip | None]) -> Mapping[int, str]:
    first: dict[int, int] = {}
    there = {index: clip for index, clip in enumerate(clips) if clip is not None}
    for index, clip in there.items():
        first.setdefault(id(clip), index)
    return {index: f"shot_{first[id(clip)] + 1:02}" for index, clip in there.items()}


def _shot(item: SequenceItem, clip: Clip, key: str, rate: Fraction) -> otio.schema.Clip:
    start = sequence_start(clip, rate)
    shot = otio.schema.Clip(
        name=item.name or clip.name or key,
        media_reference=otio.schema.ExternalReference(
            target_url=MEDIA_SCHEME + key,
            available_range=time_range(start, sequence_frames(clip, rate), rate),
            metadata={"aiprod": clip_facts(clip)},
        ),
        source_range=time_range(start + item.in_frame, _length(item, clip, rate), rate),
        effects=time_warp(item.speed),
        metadata={
            "aiprod": {
                "sound": item.sound and clip.sound is not None and item.speed != 0,
                "gain": item.gain,
                "keep_pitch": item.keep_pitch and item.speed != 1,
            }
        },
    )
    shot.enabled = item.enabled
    return shot


def _length(item: SequenceItem, clip: Clip, rate: Fraction) -> int:
    if item.frames is not None:
        return item.frames
    stop = sequence_frames(clip, rate) if item.out_frame is None else item.out_frame
    return max(0, floor((stop - item.in_frame) / abs(item.speed)))


def _length_problems(item: SequenceItem, clip: Clip, rate: Fraction, where: str) -> list[Problem]:
    there = sequence_frames(clip, rate)
    if item.out_frame is not None and item.out_frame > there:
        return [
            Problem(
                f"is {item.out_frame}, but {clip.name or 'the clip'} has {there} frames at "
                f"{rate_text(rate)} a second: {item.out_frame - there} are missing",
                field=f"{where}.out_frame",
                mend=f"Use {there} at most",
            )
        ]
    if item.in_frame >= there:
        return [
            Problem(
                f"is {item.in_frame}, but {clip.name or 'the clip'} has {there} frames",
                field=f"{where}.in_frame",
                mend=f"Use 0 to {there - 1}",
            )
        ]
    if _length(item, clip, rate) == 0:
        return [Problem("is too fast for its frames", field=f"{where}.speed")]
    return []


def _gap(frames: int, rate: Fraction) -> otio.schema.Gap:
    return otio.schema.Gap(source_range=time_range(0, frames, rate))


def _video_track(
    sequence: Sequence, settings: VideoTrack, title: str, pool: _MediaPool
) -> otio.schema.Track:
    track = sequence.track.clone()
    track.name = title
    for clip in track.find_clips():
        key = media_key(clip)
        if key is not None:
            clip.media_reference.target_url = MEDIA_SCHEME + pool.key(sequence.media[key], key)
        clip.enabled = clip.enabled and settings.enabled
        clip.metadata["aiprod"] = facts(clip) | {
            "opacity": settings.opacity,
            "position": list(settings.position),
            "scale": settings.scale,
        }
    if settings.at:
        track.insert(0, _gap(settings.at, sequence.rate))
    return track


def _linked_track(
    picture: otio.schema.Track, settings: VideoTrack, rate: Fraction
) -> otio.schema.Track | None:
    """The track of the pictures' own sound, cross-faded where they are; None when all is mute."""
    track = otio.schema.Track(
        name=f"{picture.name} sound",
        kind=otio.schema.TrackKind.Audio,
        metadata={"aiprod": {"rate": rate_text(rate)}},
    )
    for index, child in enumerate(picture):
        kept = facts(child)
        if isinstance(child, otio.schema.Transition):
            transition, before, after = from_otio(child, rate)
            heard = any(facts(side).get("sound") for side in picture[max(0, index - 1) : index + 2])
            if transition.sound and heard:
                track.append(otio_transition(Transition(), before, after, rate))
        elif isinstance(child, otio.schema.Clip) and kept.get("sound"):
            voice = child.clone()
            voice.metadata["aiprod"] = _sound_facts(
                gain=settings.gain + kept.get("gain", 0.0),
                role=settings.role,
                keep_pitch=bool(kept.get("keep_pitch")),
            )
            track.append(voice)
        else:
            track.append(_gap(frames_of(child.duration(), rate), rate))
    return track if any(track.find_clips()) else None


def _forget_sound(picture: otio.schema.Track) -> None:
    """Drop what only the making of the sound's own track had to know."""
    for clip in picture.find_clips():
        kept = facts(clip)
        clip.metadata["aiprod"] = {n: kept[n] for n in kept if n not in _OF_SOUND}


_OF_SOUND = ("sound", "gain", "keep_pitch")


def _sound_facts(
    *,
    gain: float = 0.0,
    pan: float = 0.0,
    fade_in: int = 0,
    fade_out: int = 0,
    role: str = "",
    keep_pitch: bool = False,
) -> dict[str, Any]:
    kept = {
        "gain": gain,
        "pan": max(-1.0, min(1.0, pan)),
        "fade_in": fade_in,
        "fade_out": fade_out,
        "role": role,
    }
    return kept | ({"keep_pitch": True} if keep_pitch else {})


def _place_sounds(
    track: AudioTrack,
    sounds: Row[Sound | None],
    rate: Fraction,
    picture: int | None,
    where: str,
    problems: list[Problem],
) -> list[_Placed]:
    placed: list[_Placed] = []
    for index, item in enumerate(track.clips):
        place = f"{where}.clips[{index}]"
        if item.sound >= len(sounds):
            problems.append(_no_such(f"{place}.sound", "sound", item.sound, len(sounds)))
            continue
        sound = sounds[item.sound]
        if sound is None:
            continue
        there = sound_frames(sound, rate)
        stop = item.out_frame
        if stop is None:
            stop = there if picture is None else min(there, item.in_frame + picture - item.at)
        if stop > there or stop <= item.in_frame:
            problems.append(
                Problem(
                    f"plays frames {item.in_frame} to {stop - 1} of a sound that has {there}",
                    field=place,
                    mend="Set in_frame and out_frame within the sound, and at within the picture",
                )
            )
            continue
        length = stop - item.in_frame
        if item.fade_in + item.fade_out > length:
            problems.append(Problem(f"has fades longer than its {length} frames", field=place))
        placed.append(_Placed(item, sound, item.at, item.at + length))
    placed.sort(key=lambda sound: sound.start)
    for earlier, later in pairwise(placed):
        if later.start < earlier.stop:
            problems.append(
                Problem(
                    f"its sounds overlap from frame {later.start} to {earlier.stop}",
                    field=where,
                    mend="Put one of them on another track",
                )
            )
    return placed


def _audio_track(
    title: str,
    settings: AudioTrack,
    placed: Iterable[_Placed],
    rate: Fraction,
    pool: _MediaPool,
) -> otio.schema.Track:
    track = otio.schema.Track(
        name=title,
        kind=otio.schema.TrackKind.Audio,
        metadata={"aiprod": {"rate": rate_text(rate)}},
    )
    position = 0
    for sound in placed:
        item, media = sound.item, sound.sound
        if sound.start > position:
            track.append(_gap(sound.start - position, rate))
        key = pool.key(media, f"sound_{item.sound + 1:02}")
        clip = otio.schema.Clip(
            name=item.name or settings.name or key,
            media_reference=otio.schema.ExternalReference(
                target_url=MEDIA_SCHEME + key,
                available_range=time_range(0, sound_frames(media, rate), rate),
                metadata={"aiprod": sound_facts(media)},
            ),
            source_range=time_range(item.in_frame, sound.stop - sound.start, rate),
            metadata={
                "aiprod": _sound_facts(
                    gain=settings.gain + item.gain,
                    pan=settings.pan + item.pan,
                    fade_in=item.fade_in,
                    fade_out=item.fade_out,
                    role=settings.role,
                )
            },
        )
        clip.enabled = item.enabled and settings.enabled
        track.append(clip)
        position = sound.stop
    return track


def _no_such(where: str, what: str, number: int, there: int) -> Problem:
    legal = f"0 to {there - 1}" if there else f"after linking a {what}"
    return Problem(f"is {number}, but {there} {what}s are linked", field=where, mend=f"Use {legal}")


def _wrong_rate(where: str, found: Fraction, rate: Fraction) -> Problem:
    return Problem(
        f"counts {rate_text(found)} frames a second in a timeline of {rate_text(rate)}",
        field=where,
        mend="Give the sequence and the timeline one rate",
    )
