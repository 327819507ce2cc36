"""Keeps clips, images and sounds without loss in a folder of the cache, and gives them back.

A clip is `clip.json` with its stored frames and its sound in files beside it. What comes back is
equal bit for bit, in the same pixel format. The folder belongs to the caller, who sees to it that
it is complete before anybody reads it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from fractions import Fraction
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from av import VideoFrame

from engine.errors import MediaError
from engine.media.clip import Clip, Geometry, ReadFrames
from engine.media.color import ColorInfo
from engine.media.image import Image
from engine.media.lossless import Kept, Progress, read_lossless, write_lossless
from engine.media.sound import Samples, Sound
from engine.media.still import open_image, write_image

_SAMPLES = "sound.f32"  # little-endian float32, channels interleaved
_BLOCK = 65536


def save_clip(clip: Clip, folder: Path, *, progress: Progress | None = None) -> None:
    """Write a clip and its sound into `folder`, streamed. `progress` may raise to stop."""
    kept = write_lossless(clip, folder, progress=progress)
    facts: dict[str, Any] = {
        "rate": str(clip.rate),
        "frames": clip.frame_count,
        "picture": asdict(kept),
        "pixel_aspect": str(clip.geometry.pixel_aspect),
        "rotation": clip.geometry.rotation,
        "color": clip.color.as_dict(),
        "start": clip.start,
        "name": clip.name,
        "sound": _write_sound(clip.sound, folder) if clip.sound is not None else None,
    }
    _write_facts(facts, folder / "clip.json")


def load_clip(folder: Path) -> Clip:
    """The clip that `save_clip` wrote into `folder`. Raises MediaError when it is damaged."""
    facts = _read_facts(folder / "clip.json")
    picture = facts["picture"]
    kept = Kept(**{**picture, "runs": tuple(picture["runs"])})
    aspect = Fraction(facts["pixel_aspect"])
    return Clip(
        rate=Fraction(facts["rate"]),
        frame_count=facts["frames"],
        geometry=Geometry(kept.width, kept.height, aspect, facts["rotation"]),
        pixel_format=kept.pixel_format,
        color=ColorInfo(**facts["color"]),
        read=_reader(folder, kept),
        sound=_sound(facts["sound"], folder) if facts["sound"] else None,
        start=facts["start"],
        name=facts["name"],
    )


def save_sound(sound: Sound, folder: Path, *, progress: Progress | None = None) -> None:
    """Write a sound into `folder`, streamed. `progress` may raise to stop."""
    _write_facts(_write_sound(sound, folder, progress), folder / "sound.json")


def load_sound(folder: Path) -> Sound:
    """The sound that `save_sound` wrote into `folder`."""
    return _sound(_read_facts(folder / "sound.json"), folder)


def save_image(image: Image, folder: Path) -> None:
    """Write an image into `folder`."""
    write_image(image, folder / "image.png", compression=1)
    _write_facts({"name": image.name}, folder / "image.json")


def load_image(folder: Path) -> Image:
    """The image that `save_image` wrote into `folder`."""
    image = open_image(folder / "image.png")
    name = _read_facts(folder / "image.json")["name"]
    return Image(image.width, image.height, image.read, image.has_alpha, name)


def _reader(folder: Path, kept: Kept) -> ReadFrames:
    if all(run == 1 for run in kept.runs):
        return lambda start, stop: read_lossless(folder, kept, start, stop)
    shows = np.repeat(np.arange(len(kept.runs)), kept.runs)

    def read(start: int, stop: int) -> Iterator[VideoFrame]:
        wanted = shows[start:stop].tolist()
        frames = read_lossless(folder, kept, wanted[0], wanted[-1] + 1)
        for _, run in groupby(wanted):
            frame = next(frames)
            for _ in run:
                yield frame

    return read


def _write_sound(sound: Sound, folder: Path, progress: Progress | None = None) -> dict[str, Any]:
    done = 0
    with (folder / _SAMPLES).open("wb") as file:
        for block in sound.blocks(size=_BLOCK):
            file.write(np.ascontiguousarray(block, "<f4").tobytes())
            done += len(block)
            if progress is not None:
                progress(done, sound.sample_count)
    return {
        "rate": sound.rate,
        "layout": sound.layout,
        "samples": sound.sample_count,
        "name": sound.name,
    }


def _sound(facts: dict[str, Any], folder: Path) -> Sound:
    path = folder / _SAMPLES

    def read(start: int, stop: int) -> Iterator[Samples]:
        width = 4 * sound.channels
        with path.open("rb") as file:
            file.seek(start * width)
            for begin in range(start, stop, _BLOCK):
                raw = file.read(min(_BLOCK, stop - begin) * width)
                yield np.frombuffer(raw, "<f4").reshape(-1, sound.channels)

    sound = Sound(facts["rate"], facts["layout"], facts["samples"], read, facts["name"])
    return sound


def _write_facts(facts: dict[str, Any], path: Path) -> None:
    path.write_text(json.dumps(facts, sort_keys=True, separators=(",", ":")), encoding="utf-8")


def _read_facts(path: Path) -> dict[str, Any]:
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise MediaError("a stored result is damaged", where=str(path)) from error
    return dict(facts)
