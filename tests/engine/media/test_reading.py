"""Every frame and every sample of a file is found at its place."""

from __future__ import annotations

import random
import sys
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pil

from engine.errors import MediaError
from engine.media import Clip
from engine.media.index import index_file
from engine.media.open import open_clip, open_sound, sound_fault
from tests.engine.media.films import (
    RATE,
    damage,
    number_of,
    numbered,
    ticks,
    tone,
    write_film,
    write_sound_file,
)

NTSC = Fraction(24000, 1001)


def numbers(clip: Clip, start: int = 0, stop: int | None = None) -> list[int]:
    return [number_of(picture) for picture in clip.arrays(start, stop)]


def assert_exact(clip: Clip, count: int) -> None:
    """All frames in a row, and ranges from everywhere in shuffled order."""
    assert clip.frame_count == count
    assert numbers(clip) == list(range(count))
    starts = list(range(0, count, 3))
    random.Random(4).shuffle(starts)
    for start in starts:
        assert numbers(clip, start, start + 2) == list(range(start, min(start + 2, count)))


FILES = {
    "b_frames.mp4": ("libx264", {"bf": "3", "g": "12"}, "yuv420p"),
    "open_gop.mp4": ("libx264", {"bf": "3", "g": "10", "x264-params": "open-gop=1"}, "yuv420p"),
    "long_gop.mkv": ("libx264", {"g": "250"}, "yuv420p"),
    "open_gop.mkv": ("libx265", {"x265-params": "keyint=10:log-level=none"}, "yuv420p"),
    "ten_bit.mov": ("prores_ks", {"profile": "hq"}, "yuv422p10le"),
    "vp9.webm": ("libvpx-vp9", {"g": "12", "cpu-used": "8", "deadline": "realtime"}, "yuv420p"),
    "av1.mkv": ("libsvtav1", {"preset": "12", "svtav1-params": "keyint=12"}, "yuv420p"),
    "stream.ts": ("libx264", {"bf": "2", "g": "12"}, "yuv420p"),
    "programme.mpg": ("mpeg2video", {"bf": "2", "g": "12"}, "yuv420p"),
    "reordered.avi": ("libx264", {"bf": "2", "g": "12"}, "yuv420p"),
    "intra.avi": ("mjpeg", {}, "yuvj420p"),
    "raw.h264": ("libx264", {"bf": "2", "g": "12"}, "yuv420p"),
    "lossless.mkv": ("ffv1", {}, "bgr0"),
    "ten_bit.mp4": ("libx264", {"g": "12"}, "yuv420p10le"),
}


@pytest.mark.parametrize("name", FILES)
def test_frames_are_found_exactly(tmp_path: Path, name: str) -> None:
    codec, options, pixel_format = FILES[name]
    count = 30
    path = write_film(
        tmp_path / name, codec, count=count, options=options, pixel_format=pixel_format
    )
    clip = open_clip(path)
    assert_exact(clip, count)
    assert (clip.width, clip.height) == (128, 96)
    assert clip.pixel_format == pixel_format
    assert clip.rate == (25 if name == "raw.h264" else 24)


@pytest.mark.parametrize(
    "rate", [NTSC, Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(60000, 1001)]
)
@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".mov", ".ts"])
def test_rates_are_read_exactly(tmp_path: Path, rate: Fraction, suffix: str) -> None:
    path = write_film(tmp_path / f"film{suffix}", count=50, rate=rate, options={"bf": "2"})
    clip = open_clip(path)
    assert (clip.rate, clip.frame_count) == (rate, 50)


def test_varying_rate_is_shown_by_its_times(tmp_path: Path) -> None:
    """At 25 a second: frames held for 1, 3, 1, 2, … frames of 40 ms."""
    holds = [1, 3, 1, 1, 2, 1, 1, 1, 4, 1, 1, 1]
    times = [sum(holds[:index]) * 40 for index in range(len(holds))]
    path = write_film(
        tmp_path / "phone.mp4",
        count=len(holds),
        rate=25,
        times=times,
        time_base=Fraction(1, 1000),
        options={"bf": "2", "g": "5"},
    )
    clip = open_clip(path)
    shown = [index for index, hold in enumerate(holds) for _ in range(hold)]
    assert clip.rate == 25
    assert numbers(clip) == shown[: clip.frame_count]
    assert clip.frame_count in (len(shown), len(shown) - 1)
    for start in range(clip.frame_count):
        assert numbers(clip, start, start + 1) == shown[start : start + 1]


def test_jitter_of_a_clock_is_no_varying_rate(tmp_path: Path) -> None:
    times = [index * 20 + (-1, 0, 1, 0)[index % 4] for index in range(40)]
    times[0] = 0
    path = write_film(
        tmp_path / "phone.mov", count=40, rate=30, times=times, time_base=Fraction(1, 600)
    )
    clip = open_clip(path)
    assert clip.rate == 30
    assert numbers(clip) == list(range(40))


@pytest.mark.parametrize(
    ("turn", "clockwise"), [(90, 270), (-90, 90), (180, 180)], ids=["left", "right", "over"]
)
def test_turned_films_stand_upright(tmp_path: Path, turn: int, clockwise: int) -> None:
    path = write_film(tmp_path / "phone.mp4", count=3, rotation=turn)
    clip = open_clip(path)
    assert clip.geometry.rotation == clockwise
    assert (clip.width, clip.height) == ((128, 96) if turn == 180 else (96, 128))
    frame = next(clip.frames())
    assert (frame.width, frame.height, frame.format.name) == (clip.width, clip.height, "yuv420p")
    expected = np.rot90(numbered(1), -clockwise // 90)
    picture = list(clip.arrays())[1]
    assert np.abs(picture.astype(int) - expected).mean() < 12


def test_a_turned_film_of_422_keeps_its_format(tmp_path: Path) -> None:
    path = write_film(
        tmp_path / "phone.mov", "prores_ks", pixel_format="yuv422p10le", count=2, rotation=-90
    )
    clip = open_clip(path)
    frame = next(clip.frames())
    assert (frame.format.name, frame.width, frame.height) == ("yuv422p10le", 96, 128)
    expected = np.rot90(numbered(0), -1)
    assert np.abs(next(clip.arrays()).astype(int) - expected).mean() < 12


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".mov"])
def test_pixels_that_are_not_square_are_made_square(tmp_path: Path, suffix: str) -> None:
    path = write_film(tmp_path / f"dv{suffix}", size=(144, 96), aspect=Fraction(4, 3), count=4)
    clip = open_clip(path)
    assert clip.geometry.pixel_aspect == Fraction(4, 3)
    assert (clip.width, clip.height) == (192, 96)
    assert numbers(clip) == [0, 1, 2, 3]
    assert next(clip.arrays()).shape == (96, 192, 3)


@pytest.mark.parametrize(
    ("name", "codec", "pixel_format"),
    [
        ("odd.mkv", "ffv1", "yuv420p"),
        ("odd.webm", "libvpx-vp9", "yuv420p"),
        ("odd.mp4", "libx264", "yuv444p"),
        ("odd.avi", "png", "rgb24"),
    ],
)
def test_odd_sizes_are_kept(tmp_path: Path, name: str, codec: str, pixel_format: str) -> None:
    path = write_film(tmp_path / name, codec, size=(131, 97), pixel_format=pixel_format, count=5)
    clip = open_clip(path)
    assert (clip.width, clip.height) == (131, 97)
    assert numbers(clip) == list(range(5))
    assert next(clip.arrays()).shape == (97, 131, 3)


@pytest.mark.parametrize(
    ("name", "codec", "pixel_format"),
    [
        ("alpha.mov", "prores_ks", "yuva444p10le"),
        ("alpha.webm", "libvpx-vp9", "yuva420p"),
        ("alpha.mkv", "ffv1", "gbrap"),
        ("alpha.avi", "png", "rgba"),
    ],
)
def test_alpha_is_read(tmp_path: Path, name: str, codec: str, pixel_format: str) -> None:
    if pixel_format == "gbrap":
        pixel_format = "yuva444p"
    options = {"auto-alt-ref": "0"} if "vp9" in codec else {"profile": "4444"}
    if codec in ("ffv1", "png"):
        options = {}
    path = write_film(tmp_path / name, codec, pixel_format=pixel_format, count=4, options=options)
    clip = open_clip(path)
    assert clip.has_alpha
    pictures = list(clip.arrays())
    assert pictures[0].shape == (96, 128, 4)
    assert all(picture[..., 3].min() >= 253 for picture in pictures)
    assert [number_of(picture) for picture in pictures] == [0, 1, 2, 3]


def test_ten_bits_stay_ten_bits(tmp_path: Path) -> None:
    clip = open_clip(write_film(tmp_path / "a.mp4", pixel_format="yuv420p10le", count=2))
    assert next(clip.frames()).format.name == "yuv420p10le"


@pytest.mark.parametrize(
    ("tags", "named"),
    [
        ({"colorspace": 1, "color_primaries": 1, "color_trc": 1, "color_range": 1}, "bt709"),
        ({"colorspace": 5, "color_primaries": 5, "color_trc": 6, "color_range": 1}, "bt470bg"),
    ],
)
def test_colour_tags_are_read(tmp_path: Path, tags: dict[str, int], named: str) -> None:
    clip = open_clip(write_film(tmp_path / "a.mp4", tags=tags, count=1))
    assert (clip.color.matrix, clip.color.primaries) == (named, named)
    assert not clip.color.full_range


def test_untagged_colour_is_guessed_by_size(tmp_path: Path) -> None:
    small = open_clip(write_film(tmp_path / "small.mkv", count=1, size=(720, 576)))
    large = open_clip(write_film(tmp_path / "large.mkv", count=1, size=(1280, 720)))
    assert (small.color.matrix, large.color.matrix) == ("bt470bg", "bt709")


def test_numbered_pictures_are_a_clip(tmp_path: Path) -> None:
    for index in range(5):
        Pil.fromarray(numbered(index)).save(tmp_path / f"shot_{index + 101:04}.png")
    for name in ("shot_####.png", "shot_%04d.png"):
        clip = open_clip(tmp_path / name, rate=Fraction(25))
        assert (clip.rate, clip.frame_count, clip.start) == (25, 5, 101)
        assert numbers(clip, 1, 4) == [1, 2, 3]
    (tmp_path / "shot_0103.png").unlink()
    with pytest.raises(MediaError, match=r"pictures are missing: 103"):
        open_clip(tmp_path / "shot_####.png")
    with pytest.raises(MediaError, match="there are no such pictures"):
        open_clip(tmp_path / "take_####.png")
    Pil.fromarray(numbered(0, 64, 48)).save(tmp_path / "shot_0103.png")
    with pytest.raises(MediaError, match="64 x 48"):
        list(open_clip(tmp_path / "shot_####.png").arrays())


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lists the open files")
def test_abandoned_readers_close_their_files(tmp_path: Path) -> None:
    path = write_film(tmp_path / "a.mp4")
    clip = open_clip(path)
    open_files = Path("/proc/self/fd")
    before = len(list(open_files.iterdir()))
    readers = [clip.frames(index) for index in range(10)]
    for reader in readers:
        next(reader)
    assert len(list(open_files.iterdir())) == before + 10
    del reader, readers
    assert len(list(open_files.iterdir())) == before


def clicks(sound: np.ndarray) -> list[int]:
    """Samples at which clicks begin."""
    loud = np.abs(sound[:, 0]) > 0.1
    return [int(at) for at in np.flatnonzero(loud & ~np.roll(loud, 1))]


@pytest.mark.parametrize("start", [0, 4800, 12336])
@pytest.mark.parametrize("name", ["a.mov", "a.mkv"])
def test_sound_begins_where_it_does_beside_the_picture(
    tmp_path: Path, name: str, start: int
) -> None:
    path = write_film(
        tmp_path / name, count=24, sound=ticks(0.5), sound_codec="pcm_s16le", sound_start=start
    )
    sound = open_clip(path).sound
    assert sound is not None
    slack = RATE // 1000 if name.endswith("mkv") else 0
    found = clicks(sound.array())
    assert [
        abs(a - b) <= slack for a, b in zip(found, range(start, start + 24000, 4800), strict=True)
    ] == ([True] * 5)
    assert abs(sound.sample_count - (start + 24000)) <= slack


@pytest.mark.parametrize(
    ("name", "codec"),
    [("a.mp4", "aac"), ("a.mkv", "aac"), ("a.webm", "libopus"), ("a.mp4", "libopus")],
)
def test_priming_samples_are_left_out(tmp_path: Path, name: str, codec: str) -> None:
    made = tone(1)
    video = "libvpx-vp9" if name.endswith("webm") else "libx264"
    path = write_film(tmp_path / name, video, count=24, sound=made, sound_codec=codec)
    sound = open_clip(path).sound
    assert sound is not None
    assert abs(sound.sample_count - RATE) <= RATE // 40
    heard = sound.array(4800, 38400)
    error = heard - made[4800:38400]
    assert 20 * np.log10(np.std(error) / np.std(made)) < -20


def test_sound_before_the_picture_is_left_out(tmp_path: Path) -> None:
    """The picture begins half a second into the file."""
    path = write_film(
        tmp_path / "late.mkv",
        count=24,
        times=[500 + index * 40 for index in range(24)],
        time_base=Fraction(1, 1000),
        rate=25,
        sound=ticks(1.5),
        sound_codec="pcm_s16le",
    )
    clip = open_clip(path)
    assert numbers(clip) == list(range(24))
    assert clip.sound is not None
    assert clicks(clip.sound.array())[0] == 0
    assert clip.sound.array()[0, 0] == pytest.approx(0.4, abs=0.001)


@pytest.mark.parametrize(
    ("name", "codec", "tolerance"),
    [
        ("a.wav", "pcm_s16le", 2**-15),
        ("a.wav", "pcm_s24le", 2**-23),
        ("a.wav", "pcm_f32le", 0),
        ("a.wav", "pcm_u8", 2**-7),
        ("a.wav", "pcm_s64le", 2**-30),
        ("a.flac", "flac", 2**-15),
        ("a.mka", "flac", 2**-15),
        ("a.mka", "pcm_s16le", 2**-15),
    ],
)
def test_lossless_sound_is_exact_everywhere(
    tmp_path: Path, name: str, codec: str, tolerance: float
) -> None:
    made = tone(25)
    made[:, 0] *= np.linspace(0, 1, len(made))
    sound = open_sound(write_sound_file(tmp_path / name, codec, made))
    assert (sound.rate, sound.layout) == (RATE, "stereo")
    assert abs(sound.sample_count - len(made)) <= (RATE // 1000 if name.endswith("mka") else 0)
    whole = sound.array()
    count = min(len(whole), len(made))
    assert np.abs(whole[:count] - made[:count]).max() <= tolerance
    for start in (0, 1, 4096, 1102500, 1150000, 23 * RATE + 7):
        assert np.array_equal(sound.array(start, start + 3000), whole[start : start + 3000])


@pytest.mark.parametrize(("name", "codec"), [("a.m4a", "aac"), ("a.mka", "aac")])
def test_far_samples_of_lossy_sound_are_found(tmp_path: Path, name: str, codec: str) -> None:
    made = tone(30) * np.linspace(0.2, 1, 30 * RATE, dtype=np.float32)[:, None]
    sound = open_sound(write_sound_file(tmp_path / name, codec, made))
    whole = sound.array()
    for start in (25 * RATE, 27 * RATE + 1001):
        near = sound.array(start, start + 5000)
        assert np.abs(near - whole[start : start + 5000]).max() < 2e-3


def test_surround_is_read_in_order(tmp_path: Path) -> None:
    made = tone(0.5, channels=6) * np.arange(1, 7, dtype=np.float32) / 6
    sound = open_sound(write_sound_file(tmp_path / "a.wav", "pcm_f32le", made))
    assert sound.layout == "5.1"
    assert np.array_equal(sound.array(), made)
    sides = open_sound(write_sound_file(tmp_path / "b.flac", "flac", made, layout="5.1(side)"))
    assert sides.layout == "5.1"


def test_a_film_has_its_sound_as_a_sound(tmp_path: Path) -> None:
    path = write_film(tmp_path / "a.mov", sound=ticks(1), sound_codec="pcm_s16le")
    assert open_sound(path).sample_count == RATE
    with pytest.raises(MediaError, match="no sound"):
        open_sound(write_film(tmp_path / "mute.mov", count=2))


def test_wrong_files_are_named_with_the_reason(tmp_path: Path) -> None:
    film = write_film(tmp_path / "film.mp4", sound=tone(1), container={"movflags": "+faststart"})
    content = film.read_bytes()
    (tmp_path / "empty.mp4").touch()
    (tmp_path / "words.txt").write_text("hello\n" * 50)
    (tmp_path / "words.mp4").write_text("hello\n" * 50)
    (tmp_path / "list.m3u8").write_text(f"#EXTM3U\n#EXTINF:1,\n{film}\n#EXT-X-ENDLIST\n")
    (tmp_path / "list.ffconcat").write_text(f"ffconcat version 1.0\nfile {film}\n")
    (tmp_path / "noise.mov").write_bytes(random.Random(1).randbytes(20000))
    (tmp_path / "cut.mp4").write_bytes(content[: len(content) * 2 // 3])
    (tmp_path / "head.mp4").write_bytes(content[:600])
    matroska = write_film(tmp_path / "film.mkv", count=60).read_bytes()
    (tmp_path / "cut.mkv").write_bytes(matroska[: len(matroska) * 2 // 3])
    wave = write_sound_file(tmp_path / "film.wav", "pcm_s16le", tone(2)).read_bytes()
    (tmp_path / "cut.wav").write_bytes(wave[: len(wave) // 2])
    flac = write_sound_file(tmp_path / "film.flac", "flac", tone(2)).read_bytes()
    (tmp_path / "cut.flac").write_bytes(flac[: len(flac) // 2])
    wide = wave[:40] + b"\xff\xff\xff\x7f" + wave[44:]
    (tmp_path / "wide.wav").write_bytes(wide.replace(b"data", b"LIST"))
    reasons = {
        "gone.mp4": "not there",
        "empty.mp4": "empty",
        "words.txt": "no picture|damaged",
        "words.mp4": "damaged|no media",
        "list.m3u8": "no picture|damaged",
        "list.ffconcat": "no picture|damaged",
        "noise.mov": "damaged",
        "cut.mp4": "cut short",
        "head.mp4": "damaged|cut short",
        "cut.mkv": "cut short",
        "cut.wav": "cut short",
        "wide.wav": "damaged",
        "cut.flac": "cut short",
        ".": "folder",
    }
    for name, reason in reasons.items():
        with pytest.raises(MediaError, match=reason) as caught:
            index_file(tmp_path / name)
        assert name in str(caught.value) or name == "."


def test_damage_inside_a_film_is_an_error_that_names_the_frame(tmp_path: Path) -> None:
    path = write_film(tmp_path / "a.mov", "prores_ks", count=8, pixel_format="yuv422p10le")
    damage(path, "video", slice(5, 6))
    clip = open_clip(path)
    assert numbers(clip, 0, 5) == [0, 1, 2, 3, 4]
    with pytest.raises(MediaError, match=r"a\.mov: frame \d of 8 cannot be decoded"):
        list(clip.frames())


def test_a_film_is_seen_although_its_sound_cannot_be_decoded(tmp_path: Path) -> None:
    damaged = write_film(tmp_path / "damaged.mp4", count=6, sound=tone(0.25))
    damage(damaged)
    unknown = write_film(tmp_path / "unknown.mkv", count=6, sound=tone(0.25))
    unknown.write_bytes(unknown.read_bytes().replace(b"A_AAC", b"A_NEW"))
    for path, fault in ((damaged, "FFmpeg: "), (unknown, "FFmpeg: decoder not found")):
        clip = open_clip(path)
        assert numbers(clip) == list(range(6))
        assert clip.sound is None
        assert sound_fault(path).startswith(fault)
        with pytest.raises(MediaError, match=rf"{path.name}: {fault}"):
            open_sound(path)
    assert sound_fault(write_film(tmp_path / "whole.mp4", count=6, sound=tone(0.25))) == ""


def test_sound_that_cannot_be_decoded_and_nothing_to_see_is_an_error(tmp_path: Path) -> None:
    path = write_sound_file(tmp_path / "a.m4a", "aac", tone(0.25))
    damage(path)
    with pytest.raises(MediaError, match=r"a\.m4a: it cannot be read"):
        open_sound(path)


def test_damaged_files_end_in_a_media_error_or_are_read(tmp_path: Path) -> None:
    films = [
        write_film(tmp_path / "a.mp4", count=6, sound=tone(0.2)),
        write_film(tmp_path / "a.mkv", count=6, sound=tone(0.2)),
        write_film(tmp_path / "a.avi", "mjpeg", pixel_format="yuvj420p", count=4),
        write_sound_file(tmp_path / "a.wav", "pcm_s16le", tone(0.2)),
    ]
    random_ = random.Random(6)
    for number in range(160):
        film = films[number % len(films)]
        content = bytearray(film.read_bytes())
        if number % 5 == 0:
            content = content[: random_.randrange(len(content))]
        for _ in range(number % 7):
            if content:
                content[random_.randrange(min(len(content), 600))] = random_.randrange(256)
        damaged = tmp_path / f"b{film.suffix}"
        damaged.write_bytes(content)
        with suppress(MediaError):
            if film.suffix == ".wav":
                next(open_sound(damaged).blocks(), None)
            else:
                list(open_clip(damaged).frames(0, 8))
