"""What can be played: any media value of the graph as one lazy picture, one sound, and facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from engine.errors import UsageError

if TYPE_CHECKING:
    from engine.media import Clip, Image, Sound
    from engine.timeline import Sequence, Timeline

Size: TypeAlias = tuple[int, int]
SOUND_RATE = Fraction(25)
"""Frames a second that a sound alone is counted in, when nobody says another rate."""

_SOUND_SUFFIXES = {".wav", ".flac", ".mp3", ".ogg", ".opus", ".m4a", ".aac", ".aif", ".aiff"}


@dataclass(frozen=True, eq=False)
class Playable:
    """A picture that can be asked for at any size, its sound, and how both count.

    `at_size` gives a clip whose frames are to be scaled to the size it was asked for; a timeline
    is composed at that size, a clip scales what is stored. None: there is only sound.
    """

    rate: Fraction
    frame_count: int
    start: int
    drop_frame: bool
    size: Size
    at_size: Callable[[Size], Clip] | None
    sound: Sound | None
    has_alpha: bool = False
    name: str = ""


def playable(value: Any, *, rate: Fraction | None = None) -> Playable:
    """The playable of a Clip, Image, Sound, Sequence, Timeline, Artifact or file.

    `rate` counts what has no rate of its own. Raises UsageError for other values, and what
    opening a file raises.
    """
    from engine.graph import Artifact
    from engine.media import Clip, Image, Sound

    if isinstance(value, list | tuple) and value:
        value = value[0]
    if isinstance(value, Clip):
        return _of_clip(value)
    if isinstance(value, Image):
        return _of_image(value, rate or SOUND_RATE)
    if isinstance(value, Sound):
        return _of_sound(value, rate or SOUND_RATE)
    if isinstance(value, Artifact | Path):
        return playable(_opened(value if isinstance(value, Path) else value.path), rate=rate)
    from engine.timeline import Sequence, Timeline

    if isinstance(value, Sequence):
        return _of_timeline(_as_timeline(value))
    if isinstance(value, Timeline):
        return _of_timeline(value)
    raise UsageError(f"a {type(value).__name__} cannot be shown", mend="View a clip or a sound")


def is_playable(value: Any) -> bool:
    """Whether `playable` takes values of this kind; imports nothing."""
    kinds = ("Clip", "Image", "Sound", "Sequence", "Timeline", "Artifact")
    if isinstance(value, list | tuple) and value:
        value = value[0]
    return type(value).__name__ in kinds or isinstance(value, Path)


def size_for(size: Size, wanted: Size) -> Size:
    """How large to make a picture that takes `wanted` pixels on the screen: never enlarged."""
    scale = max(wanted[0] / size[0], wanted[1] / size[1])
    if scale >= 1:
        return size
    made = max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
    return wanted if abs(made[0] - wanted[0]) <= 1 and abs(made[1] - wanted[1]) <= 1 else made


def _of_clip(clip: Clip) -> Playable:
    return Playable(
        *(clip.rate, clip.frame_count, clip.start, False, clip.shown, lambda _size: clip),
        *(clip.sound, clip.has_alpha, clip.name),
    )


def _of_image(image: Image, rate: Fraction) -> Playable:
    from engine.media import Clip

    def make(start: int, stop: int) -> Iterator[Any]:
        for _ in range(start, stop):
            yield image.array()

    clip = Clip.from_arrays(
        make,
        rate=rate,
        width=image.width,
        height=image.height,
        frame_count=1,
        has_alpha=image.has_alpha,
        name=image.name,
    )
    return _of_clip(clip)


def _of_sound(sound: Sound, rate: Fraction) -> Playable:
    frames = -((-sound.sample_count * rate) // sound.rate)
    return Playable(rate, int(frames), 0, False, (0, 0), None, sound, name=sound.name)


def _of_timeline(timeline: Timeline) -> Playable:
    from engine.timeline import render_audio, render_video

    return Playable(
        *(timeline.rate, timeline.frame_count, timeline.start, timeline.drop_frame, timeline.size),
        lambda size: render_video(timeline, width=size[0], height=size[1]),
        render_audio(timeline) if timeline.audio_tracks else None,
        name=timeline.name,
    )


def _as_timeline(sequence: Sequence) -> Timeline:
    """A sequence by itself, at the size of its first shot."""
    from engine.media import Clip
    from engine.timeline import build_timeline

    first = next((item for item in sequence.media.values() if isinstance(item, Clip)), None)
    size = first.shown if first is not None else (1920, 1080)
    return build_timeline([sequence], [], rate=sequence.rate, size=size, name=sequence.track.name)


def _opened(path: Path) -> Any:
    from engine.media import open_clip, open_image, open_sound
    from engine.media.still import IMAGE_SUFFIXES

    suffix = path.suffix.lower()
    if suffix in IMAGE_SUFFIXES:
        return open_image(path)
    return open_sound(path) if suffix in _SOUND_SUFFIXES else open_clip(path)
