"""What the cache keeps comes back bit for bit."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from engine.errors import Cancelled, MediaError
from engine.media import Clip, ColorInfo, Geometry, Image, Sound
from engine.media.encoding import encode
from engine.media.open import open_clip
from engine.media.planes import views
from engine.media.store import (
    load_clip,
    load_image,
    load_sound,
    save_clip,
    save_image,
    save_sound,
)
from tests.engine.media.films import RATE, tone, write_film

RANDOM = np.random.default_rng(5)


def folder_hash(folder: Path) -> str:
    parts = [path.name.encode() + path.read_bytes() for path in sorted(folder.iterdir())]
    return hashlib.sha256(b"".join(parts)).hexdigest()


def made_folder(parent: Path, name: str) -> Path:
    folder = parent / name
    folder.mkdir()
    return folder


@pytest.mark.parametrize("depth", [3, 4])
@pytest.mark.parametrize("size", [(64, 48), (51, 37)])
def test_arrays_come_back(tmp_path: Path, depth: int, size: tuple[int, int]) -> None:
    frames = RANDOM.integers(0, 256, (6, size[1], size[0], depth), np.uint8)
    noise = RANDOM.normal(0, 2, (12000, 2)).astype(np.float32)
    clip = Clip.from_array(
        frames, Fraction(24000, 1001), sound=Sound.from_array(noise, RATE), name="Shot é"
    )
    save_clip(clip, tmp_path)
    back = load_clip(tmp_path)
    assert np.array_equal(back.array(), frames)
    assert np.array_equal(back.array(3, 5), frames[3:5])
    assert back.sound is not None
    assert np.array_equal(back.sound.array(), noise)
    assert np.array_equal(back.sound.array(7000, 9000), noise[7000:9000])
    kept = ("rate", "frame_count", "geometry", "pixel_format", "color", "start", "name")
    assert all(getattr(back, name) == getattr(clip, name) for name in kept)


@pytest.mark.parametrize(
    "pixel_format",
    [
        *("yuv420p", "yuvj420p", "yuv422p", "yuv444p", "nv12", "yuv420p10le", "yuv422p10le"),
        *("yuva420p", "yuva444p10le", "yuva444p12le", "gbrp", "bgra", "gray", "rgb48le", "p010le"),
        *("gbrp16le", "pal8", "ya8", "yuv410p", "yuyv422"),
    ],
)
@pytest.mark.parametrize("size", [(64, 48), (51, 37), (131, 97)])
def test_frames_of_every_kind_come_back(
    tmp_path: Path, pixel_format: str, size: tuple[int, int]
) -> None:
    from av import VideoFrame

    def read(start: int, stop: int) -> Iterator[VideoFrame]:
        for index in range(start, stop):
            source = np.random.default_rng(index).integers(0, 256, (*size[::-1], 4), np.uint8)
            if pixel_format == "pal8":
                palette = np.random.default_rng(0).integers(0, 256, (256, 4), np.uint8)
                frame = VideoFrame.from_ndarray((source[..., 0].copy(), palette), "pal8")
            else:
                frame = VideoFrame.from_ndarray(source, "rgba").reformat(
                    format=pixel_format, threads=1
                )
            yield frame

    clip = Clip(
        Fraction(25), 3, Geometry(*size, Fraction(16, 15), 90), pixel_format, ColorInfo(), read
    )
    save_clip(clip, tmp_path)
    back = load_clip(tmp_path)
    assert back.geometry == clip.geometry
    kept = {"pal8": "rgba", "yuyv422": "yuv422p"}.get(pixel_format, pixel_format)
    for before, after in zip(clip.stored(), back.stored(), strict=True):
        assert after.format.name == back.pixel_format == kept
        before = before.reformat(format=kept, threads=1)
        pairs = zip(views(before), views(after), strict=True)
        assert all(np.array_equal(one, other) for one, other in pairs)


def test_held_frames_are_kept_once(tmp_path: Path) -> None:
    distinct = RANDOM.integers(0, 256, (4, 72, 128, 3), np.uint8)
    held = np.repeat(distinct, 3, axis=0)
    save_clip(Clip.from_array(distinct, Fraction(8)), made_folder(tmp_path, "each"))
    save_clip(Clip.from_array(held, Fraction(24)), made_folder(tmp_path, "held"))
    sizes = [(tmp_path / name / "picture.avi").stat().st_size for name in ("each", "held")]
    assert sizes[0] == sizes[1]
    back = load_clip(tmp_path / "held")
    assert np.array_equal(back.array(), held)
    for start in range(12):
        assert np.array_equal(back.array(start, start + 4), held[start : start + 4])


def test_the_same_clip_gives_the_same_files(tmp_path: Path) -> None:
    frames = RANDOM.integers(0, 256, (5, 48, 64, 3), np.uint8)
    clip = Clip.from_array(frames, Fraction(24), sound=Sound.from_array(tone(0.2), RATE))
    one, other = made_folder(tmp_path, "1"), made_folder(tmp_path, "2")
    save_clip(clip, one)
    save_clip(load_clip(one), other)
    assert folder_hash(one) == folder_hash(other)


@pytest.mark.parametrize("depth", [3, 4])
def test_a_film_from_the_cache_is_the_film_without_it(tmp_path: Path, depth: int) -> None:
    frames = RANDOM.integers(0, 256, (5, 48, 64, depth), np.uint8)
    made = Clip.from_array(frames, Fraction(24), sound=Sound.from_array(tone(0.2), RATE))
    filmed = open_clip(write_film(tmp_path / "a.mp4", count=5))
    for index, clip in enumerate((made, filmed)):
        folder = made_folder(tmp_path, str(index))
        save_clip(clip, folder)
        for preset in ("h264", "prores_4444"):
            films = [
                encode(each, tmp_path / f"{name}.mov", preset)
                for name, each in (("fresh", clip), ("cached", load_clip(folder)))
            ]
            assert films[0].read_bytes() == films[1].read_bytes()


def test_sounds_and_images_come_back(tmp_path: Path) -> None:
    samples = RANDOM.normal(0, 3, (100_000, 6)).astype(np.float32)
    save_sound(Sound.from_array(samples, 44100, name="storm"), tmp_path)
    sound = load_sound(tmp_path)
    assert (sound.rate, sound.layout, sound.name) == (44100, "5.1", "storm")
    assert np.array_equal(sound.array(), samples)
    for depth in (3, 4):
        picture = RANDOM.integers(0, 256, (37, 51, depth), np.uint8)
        save_image(Image.from_array(picture, name="key"), tmp_path)
        image = load_image(tmp_path)
        assert (image.width, image.height, image.name) == (51, 37, "key")
        assert image.has_alpha == (depth == 4)
        assert np.array_equal(image.array(), picture)


def test_storing_tells_its_progress_and_can_be_stopped(tmp_path: Path) -> None:
    frames = RANDOM.integers(0, 256, (5, 48, 64, 3), np.uint8)
    told: list[tuple[float, float]] = []

    def stop_at_three(done: float, total: float) -> None:
        told.append((done, total))
        if done == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        save_clip(Clip.from_array(frames, Fraction(24)), tmp_path, progress=stop_at_three)
    assert told == [(1, 5), (2, 5), (3, 5)]


def test_damaged_results_are_named(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="damaged"):
        load_clip(tmp_path)
    frames = RANDOM.integers(0, 256, (5, 48, 64, 3), np.uint8)
    save_clip(Clip.from_array(frames, Fraction(24)), tmp_path)
    picture = tmp_path / "picture.avi"
    picture.write_bytes(picture.read_bytes()[:20000])
    with pytest.raises(MediaError):
        load_clip(tmp_path).array()
