"""Films and sounds are written whole, tagged, and the same every time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from av import VideoFrame

from engine.errors import Cancelled, MediaError, UsageError
from engine.media import (
    Clip,
    ColorInfo,
    Geometry,
    Sound,
    encode,
    encode_sound,
    open_clip,
    open_sound,
    probe,
)
from engine.media.presets import AUDIO, PRESETS, SOUND_IN, SOUND_SUFFIXES
from tests.engine.media.films import RATE, number_of, numbered, tone, write_film

NTSC = Fraction(24000, 1001)
TEXTS = {"title": "A film", "aiprod_provenance": json.dumps({"job": "é✓", "x": 'y"\n' * 900})}
FILMS = [(name, suffix) for name, preset in PRESETS.items() for suffix in preset.suffixes]


def film(
    count: int = 12,
    *,
    size: tuple[int, int] = (256, 144),
    rate: Fraction = NTSC,
    alpha: bool = False,
    sound: Sound | None = None,
) -> Clip:
    frames = np.stack([numbered(index, *size, alpha=alpha) for index in range(count)])
    return Clip.from_array(frames, rate, sound=sound)


def sounding(seconds: float = 1, *, channels: int = 2, rate: int = RATE) -> Sound:
    return Sound.from_array(tone(seconds, channels=channels, rate=rate), rate)


def numbers(clip: Clip) -> list[int]:
    return [number_of(picture) for picture in clip.arrays()]


@pytest.mark.parametrize(("name", "suffix"), FILMS)
def test_a_film_reads_back_as_it_was_written(tmp_path: Path, name: str, suffix: str) -> None:
    clip = film(sound=sounding())
    path = encode(clip, tmp_path / f"film{suffix}", name, metadata=TEXTS, timecode="10:00:00:00")
    info = probe(path)
    assert info.video is not None
    assert info.audio is not None
    assert (info.video.rate, info.video.frame_count, info.video.varies) == (NTSC, 12, False)
    assert info.video.shown == (256, 144)
    assert info.video.color == ColorInfo("bt709", "bt709", "bt709", full_range=False)
    assert info.timecode == "10:00:00:00"
    assert dict(info.metadata) == TEXTS
    assert abs(info.audio.duration - clip.duration) < Fraction(3, 100)
    back = open_clip(path)
    assert back.start == 10 * 3600 * 24
    assert numbers(back) == list(range(12))
    assert np.abs(back.array().astype(int) - clip.array()).mean() < 1.5
    assert back.sound is not None
    error = back.sound.array(4800, 20000) - clip.sound.array(4800, 20000) if clip.sound else 0
    assert np.std(error) < 0.02


@pytest.mark.parametrize("name", PRESETS)
def test_the_same_film_is_the_same_file(tmp_path: Path, name: str) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (6, 136, 272, 3), np.uint8)
    clip = Clip.from_array(noise, Fraction(25), sound=sounding(0.5))
    suffix = PRESETS[name].suffixes[0]
    first = encode(clip, tmp_path / f"1{suffix}", name, metadata=TEXTS).read_bytes()
    if name in ("h264", "vp9"):  # one container of each family on another second
        time.sleep(1.1)
    assert encode(clip, tmp_path / f"2{suffix}", name, metadata=TEXTS).read_bytes() == first


@pytest.mark.skipif(
    not hasattr(os, "sched_setaffinity"), reason="only Linux holds a process to one processor"
)
@pytest.mark.parametrize(("name", "times"), [("h264", 12), ("h265", 4)])
def test_small_noisy_films_are_the_same_file_time_after_time(
    tmp_path: Path, name: str, times: int
) -> None:
    generator = np.random.default_rng(0)
    shots = generator.integers(60, 200, (2, 8, 8, 3)).repeat(9, 0).repeat(8, 1).repeat(8, 2)
    pictures = np.stack(
        [np.clip(shot + generator.normal(0, 6, shot.shape), 0, 255) for shot in shots]
    )
    clip = Clip.from_array(pictures.astype(np.uint8), Fraction(24))
    path = tmp_path / f"film{PRESETS[name].suffixes[0]}"
    assert len({encode(clip, path, name).read_bytes() for _ in range(times)}) == 1


def test_a_film_is_the_same_file_whatever_the_processors(tmp_path: Path) -> None:
    program = (
        "import sys, hashlib, numpy as np; from fractions import Fraction\n"
        "from engine.media import Clip, encode\n"
        "noise = np.random.default_rng(3).integers(0, 256, (6, 136, 272, 3), np.uint8)\n"
        "path = encode(Clip.from_array(noise, Fraction(25)), sys.argv[1], 'h264')\n"
        "print(hashlib.sha256(path.read_bytes()).hexdigest())\n"
    )
    allowed = os.sched_getaffinity(0)
    hashes = [
        subprocess.run(
            [sys.executable, "-c", program, str(tmp_path / f"{len(processors)}.mp4")],
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).parents[3],
            preexec_fn=lambda: os.sched_setaffinity(0, processors),  # noqa: B023
        ).stdout
        for processors in ({min(allowed)}, allowed)
    ]
    assert hashes[0] == hashes[1]


@pytest.mark.parametrize(("name", "suffix"), [("prores_4444", ".mov"), ("vp9", ".webm")])
def test_transparency_is_kept_where_the_codec_has_it(
    tmp_path: Path, name: str, suffix: str
) -> None:
    frames = film(4, alpha=True).array()
    frames[..., 3] = np.array([255, 170, 85, 0])[:, None, None]
    clip = Clip.from_array(frames, NTSC)
    back = open_clip(encode(clip, tmp_path / f"a{suffix}", name))
    assert back.has_alpha
    assert np.abs(back.array()[..., 3].astype(int) - frames[..., 3]).max() <= 1
    flat = open_clip(encode(clip, tmp_path / "a.mp4"))
    assert not flat.has_alpha


@pytest.mark.parametrize("name", [name for name in PRESETS if "dnx" not in name])
def test_odd_sizes_get_their_edge_twice(tmp_path: Path, name: str) -> None:
    clip = film(3, size=(131, 97))
    path = encode(clip, tmp_path / f"odd{PRESETS[name].suffixes[0]}", name)
    back = open_clip(path)
    assert (back.width, back.height) in ((132, 98), (132, 97), (131, 97))
    assert numbers(back) == [0, 1, 2]


def test_frames_that_fit_are_passed_on_untouched(tmp_path: Path) -> None:
    source = open_clip(write_film(tmp_path / "a.mkv", "ffv1", count=3))
    passed: list[VideoFrame] = []

    def read(start: int, stop: int) -> Iterator[VideoFrame]:
        for frame in source.stored(start, stop):
            passed.append(frame)
            yield frame

    clip = Clip(source.rate, 3, source.geometry, "yuv420p", ColorInfo(), read)
    path = encode(clip, tmp_path / "a.mp4", quality=1)
    assert numbers(open_clip(path)) == [0, 1, 2]
    assert [frame.pts for frame in passed] == [0, 1, 2]  # stamped by the writer: no copies


def test_full_range_and_601_become_limited_709(tmp_path: Path) -> None:
    picture = np.full((96, 128, 3), (200, 60, 30), np.uint8)
    made = VideoFrame.from_ndarray(picture, "rgb24")
    full = made.reformat(format="yuv420p", dst_colorspace=5, dst_color_range=2, threads=1)
    color = ColorInfo("smpte170m", "smpte170m", "smpte170m", full_range=True)
    clip = Clip(
        Fraction(25), 4, Geometry(128, 96), "yuv420p", color, lambda a, b: iter([full] * (b - a))
    )
    assert np.abs(next(clip.arrays()).astype(int) - picture).max() <= 3
    back = open_clip(encode(clip, tmp_path / "a.mp4", quality=1))
    assert back.color == ColorInfo()
    assert np.abs(next(back.arrays()).astype(int) - picture).max() <= 4


def test_rec709_red_has_the_numbers_of_rec709(tmp_path: Path) -> None:
    """BT.709: Y' = 16 + 219 x 0.2126, Cb = 128 - 224 x 0.2126 / 1.8556, Cr = 240."""
    red = np.zeros((2, 96, 128, 3), np.uint8)
    red[..., 0] = 255
    back = open_clip(encode(Clip.from_array(red, Fraction(25)), tmp_path / "a.mkv", quality=1))
    frame = next(back.stored())
    first = [memoryview(plane)[0] for plane in frame.planes]
    assert [abs(a - b) <= 1 for a, b in zip(first, (63, 102, 240), strict=True)] == [True] * 3


def test_the_film_of_an_hdr_source_stays_hdr(tmp_path: Path) -> None:
    pq = {"color_primaries": 9, "color_trc": 16, "colorspace": 9, "color_range": 1}
    source = open_clip(
        write_film(tmp_path / "a.mov", "prores_ks", count=2, pixel_format="yuv422p10le", tags=pq)
    )
    assert source.color.is_hdr
    assert open_clip(encode(source, tmp_path / "b.mov", "prores_422")).color == source.color


def test_the_index_of_an_mp4_is_at_its_beginning(tmp_path: Path) -> None:
    content = encode(film(), tmp_path / "a.mp4").read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


def test_sound_is_as_long_as_the_picture(tmp_path: Path) -> None:
    for seconds in (0.1, 3):
        path = encode(film(24, sound=sounding(seconds)), tmp_path / "a.mov", "prores_422")
        info = probe(path)
        assert info.audio is not None
        assert info.audio.duration == Fraction(48048, 48000)
        sound = open_sound(path)
        assert sound.array(4800 + 10).any() == (seconds == 3)


def test_a_clip_can_be_written_silent_or_with_another_sound(tmp_path: Path) -> None:
    clip = film(sound=sounding())
    assert probe(encode(clip, tmp_path / "a.mp4", audio="none")).audio is None
    other = encode(clip, tmp_path / "b.mp4", sound=sounding(1, channels=6), audio="flac")
    audio = probe(other).audio
    assert audio is not None
    assert (audio.codec, audio.layout) == ("flac", "5.1")


def test_sounds_are_brought_to_what_their_codec_has(tmp_path: Path) -> None:
    odd = Sound.from_array(tone(0.5, rate=50000), 50000)
    quad = Sound.from_array(tone(0.5, channels=4), RATE)
    assert probe(encode_sound(odd, tmp_path / "a.opus")).audio.rate == 48000  # type: ignore[union-attr]
    assert probe(encode_sound(odd, tmp_path / "a.m4a")).audio.rate == 64000  # type: ignore[union-attr]
    assert probe(encode_sound(quad, tmp_path / "b.m4a")).audio.layout == "5.1"  # type: ignore[union-attr]
    assert probe(encode_sound(odd, tmp_path / "a.wav")).audio.rate == 50000  # type: ignore[union-attr]


@pytest.mark.parametrize("suffix", SOUND_SUFFIXES)
def test_sound_files_are_the_same_every_time_and_read_back(tmp_path: Path, suffix: str) -> None:
    sound = sounding(1.3)
    texts = {"comment": TEXTS["aiprod_provenance"]}
    first = encode_sound(sound, tmp_path / f"1{suffix}", metadata=texts)
    second = encode_sound(sound, tmp_path / f"2{suffix}", metadata=texts)
    assert first.read_bytes() == second.read_bytes()
    assert dict(probe(first).metadata) == texts
    back = open_sound(first)
    assert abs(back.sample_count - sound.sample_count) <= (RATE // 500)
    error = back.array(4800, 50000) - sound.array(4800, 50000)
    assert np.abs(error).max() < (0.1 if suffix in (".m4a", ".opus", ".ogg") else 2**-23)


@pytest.mark.parametrize("audio", AUDIO)
def test_every_sound_codec_keeps_full_scale(tmp_path: Path, audio: str) -> None:
    loud = np.array([[1.0, -1.0], [2.0, -2.0]] * 12000, np.float32)
    back = open_sound(encode_sound(Sound.from_array(loud, RATE), tmp_path / "a.mka", audio=audio))
    peak = np.abs(back.array()).max()
    assert peak > 0.9
    if audio in ("flac", "pcm16", "pcm24"):
        assert peak == 1
        assert back.array(0, 1).tolist() == [[pytest.approx(1, abs=1e-4), -1]]


def test_drop_frame_timecode_is_kept(tmp_path: Path) -> None:
    clip = film(3, rate=Fraction(30000, 1001))
    path = encode(clip, tmp_path / "a.mov", "prores_422", timecode="01:00:00;02")
    assert probe(path).timecode == "01:00:00;02"
    assert open_clip(path).start == 107894
    with pytest.raises(UsageError, match="no timecode"):
        encode(clip, tmp_path / "b.mov", "prores_422", timecode="soon")


def test_a_stopped_or_failed_film_leaves_nothing(tmp_path: Path) -> None:
    def stop(done: float, total: float) -> None:
        assert total == 12
        if done == 5:
            raise Cancelled

    with pytest.raises(Cancelled):
        encode(film(), tmp_path / "a.mp4", on_progress=stop)
    with pytest.raises(Cancelled):
        encode_sound(sounding(), tmp_path / "a.wav", on_progress=lambda done, total: stop(5, 12))

    def fail(start: int, stop: int) -> Iterator[np.ndarray]:
        yield numbered(0)
        raise MediaError("the source ends")

    broken = Clip.from_arrays(fail, rate=NTSC, width=128, height=96, frame_count=9)
    with pytest.raises(MediaError, match="the source ends"):
        encode(broken, tmp_path / "a.mp4")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".m4a"])
def test_samples_that_are_no_numbers_are_not_written(suffix: str, tmp_path: Path) -> None:
    samples = np.zeros((48000, 1), np.float32)
    samples[24000] = np.inf
    with pytest.raises(MediaError, match=r"hum: a sample at 0\.500 s is no number") as told:
        encode_sound(Sound.from_array(samples, 48000, name="hum"), tmp_path / f"a{suffix}")
    assert "Repair sound" in (told.value.mend or "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("rate", [8000, 11025, 192_000, 768_000])
@pytest.mark.parametrize("suffix", SOUND_IN)
def test_every_kind_of_sound_file_can_be_read_again(suffix: str, rate: int, tmp_path: Path) -> None:
    for codec in SOUND_IN[suffix]:
        for channels in (1, 2, 6):
            sound = Sound.from_array(tone(0.3, channels=channels, rate=rate), rate)
            made = open_sound(encode_sound(sound, tmp_path / f"a{suffix}", audio=codec))
            samples = made.array()
            seconds = len(samples) / made.rate
            assert 0.29 < seconds < 0.5, (codec, channels)  # a lossy codec may pad its last block
            assert made.channels == channels
            middle = samples[len(samples) // 3 : len(samples) // 2]
            assert middle.std() == pytest.approx(sound.array().std(), rel=0.1)


def test_an_earlier_film_stays_when_the_new_one_fails(tmp_path: Path) -> None:
    path = encode(film(3), tmp_path / "a.mp4")
    before = path.read_bytes()
    empty = Clip.from_arrays(lambda a, b: iter(()), rate=NTSC, width=64, height=64, frame_count=3)
    with pytest.raises(MediaError):
        encode(empty, path)
    assert path.read_bytes() == before


def test_impossible_orders_say_what_is_possible(tmp_path: Path) -> None:
    clip = film(2)
    wrong = [
        ({"preset": "mpeg9"}, "a.mp4", "Use one of h264"),
        ({"preset": "prores_422"}, "a.mp4", r"goes into \.mov"),
        ({"preset": "prores_422", "quality": 3}, "a.mov", "no quality setting"),
        ({"quality": 99}, "a.mp4", "between 1 and 51"),
        ({"sound": sounding(), "audio": "pcm16", "preset": "vp9"}, "a.webm", "Use one of opus"),
        ({}, "a.xyz", r"goes into"),
        ({"sound": sounding(), "audio": "flac"}, "a.mov", "Use one of pcm24"),
    ]
    for options, name, reason in wrong:
        with pytest.raises(UsageError, match=reason):
            encode(clip, tmp_path / name, **options)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="needs 256 x 120"):
        encode(film(2, size=(128, 96)), tmp_path / "a.mov", "dnxhr_hq")
    with pytest.raises(UsageError, match="no such file type"):
        encode_sound(sounding(), tmp_path / "a.mp9")
    with pytest.raises(UsageError, match="Use one of aac"):
        encode_sound(sounding(), tmp_path / "a.m4a", audio="flac")
    (tmp_path / "file").touch()
    with pytest.raises(MediaError, match="cannot be written"):
        encode(clip, tmp_path / "file" / "a.mp4")
