"""Clips and sounds at another rate, size, sample rate and layout."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from engine.errors import UsageError
from engine.media import (
    Clip,
    Image,
    Sound,
    conform,
    conform_rate,
    conform_size,
    conform_sound,
    contact_sheet,
    crop,
    open_clip,
    open_image,
    reverse,
    slow_motion,
    solid_clip,
    still_clip,
    trim,
    turn,
    write_image,
)
from engine.media.making import colour_of_text
from engine.media.mixing import mix_matrix
from engine.media.still import image_metadata
from tests.engine.media.films import RATE, number_of, numbered, ticks, tone, write_film


def film(count: int = 24, *, rate: Fraction | int = 24, sound: bool = False) -> Clip:
    frames = np.stack([numbered(index) for index in range(count)])
    samples = Sound.from_array(ticks(count / float(rate)), RATE) if sound else None
    return Clip.from_array(frames, Fraction(rate), sound=samples)


def numbers(clip: Clip, start: int = 0, stop: int | None = None) -> list[int]:
    return [number_of(picture) for picture in clip.arrays(start, stop)]


def grey(level: int, count: int = 1, size: tuple[int, int] = (48, 64)) -> np.ndarray:
    return np.full((count, *size, 3), level, np.uint8)


def test_trim_cuts_picture_and_sound() -> None:
    part = trim(film(sound=True), 12, 18)
    assert numbers(part) == list(range(12, 18))
    assert numbers(part, 2, 4) == [14, 15]
    assert (part.frame_count, part.start) == (6, 12)
    assert part.sound is not None
    assert part.sound.sample_count == 12000
    assert np.abs(part.sound.array()[0, 0]) == pytest.approx(0.4)
    with pytest.raises(UsageError, match="are nothing"):
        trim(film(), 5, 5)


def test_eight_frames_a_second_are_held_three_times_at_24() -> None:
    clip = conform_rate(film(6, rate=8), Fraction(24))
    assert numbers(clip) == [number for number in range(6) for _ in range(3)]
    assert numbers(clip, 4, 11) == [1, 1, 2, 2, 2, 3, 3]


@pytest.mark.parametrize(
    ("old", "new"),
    [(24, 25), (25, 24), (30, 24), (Fraction(30000, 1001), Fraction(24000, 1001)), (60, 24)],
)
def test_nearest_shows_what_is_on_screen_at_the_middle(
    old: Fraction | int, new: Fraction | int
) -> None:
    count = 50
    clip = conform_rate(film(count, rate=old), Fraction(new))
    middle = [(Fraction(n) + Fraction(1, 2)) / Fraction(new) for n in range(clip.frame_count)]
    assert numbers(clip) == [min(int(at * Fraction(old)), count - 1) for at in middle]
    assert abs(clip.duration - Fraction(count) / Fraction(old)) <= Fraction(1, 2) / Fraction(new)


def test_blend_fades_between_neighbours() -> None:
    made = np.concatenate([grey(40), grey(80), grey(120)])
    clip = conform_rate(Clip.from_array(made, Fraction(12)), Fraction(24), "blend")
    assert clip.array()[:, 0, 0, 0].tolist() == [40, 50, 70, 90, 110, 120]
    assert clip.array(2, 4)[:, 0, 0, 0].tolist() == [70, 90]


def test_blend_mixes_what_falls_into_a_slower_frame() -> None:
    made = np.concatenate([grey(level) for level in (0, 60, 120, 180, 240, 20)])
    clip = conform_rate(Clip.from_array(made, Fraction(50)), Fraction(25), "blend")
    assert clip.array()[:, 0, 0, 0].tolist() == [30, 150, 130]
    uneven = conform_rate(Clip.from_array(made, Fraction(30)), Fraction(20), "blend")
    assert uneven.array()[:, 0, 0, 0].tolist() == [20, 100, 200, 93]


def test_slow_motion_lasts_longer_and_keeps_its_rate() -> None:
    clip = slow_motion(film(12, sound=True), Fraction(2), "nearest")
    assert (clip.rate, clip.frame_count) == (24, 24)
    assert numbers(clip) == [number for number in range(12) for _ in range(2)]
    assert clip.sound is not None
    assert clip.sound.sample_count == 48000
    assert slow_motion(film(12, sound=True), Fraction(2), keep_sound=False).sound is None
    assert slow_motion(film(12), Fraction(1, 2)).frame_count == 6


def test_slow_sound_keeps_its_pitch() -> None:
    clip = Clip.from_array(grey(9, 24), Fraction(24), sound=Sound.from_array(tone(1), RATE))
    slow = slow_motion(clip, Fraction(5, 2)).sound
    assert slow is not None
    samples = slow.array()
    assert len(samples) == 120000
    spectrum = np.abs(np.fft.rfft(samples[:, 0]))
    assert np.argmax(spectrum) * RATE / len(samples) == pytest.approx(440, abs=2)
    assert np.array_equal(slow.array(50000, 60000), samples[50000:60000])


def test_reverse_plays_backwards_from_everywhere(tmp_path: Path) -> None:
    path = write_film(tmp_path / "a.mov", count=30, sound=ticks(1.25), sound_codec="pcm_s16le")
    clip = open_clip(path)
    back = reverse(clip)
    assert numbers(back) == list(range(29, -1, -1))
    assert numbers(back, 7, 9) == [22, 21]
    assert back.sound is not None
    assert clip.sound is not None
    assert np.array_equal(back.sound.array(), clip.sound.array()[::-1])


def frame_of(clip: Clip) -> np.ndarray:
    return next(clip.arrays())


@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuv422p10le", "yuv444p"])
def test_fit_puts_bars_beside_the_picture(tmp_path: Path, pixel_format: str) -> None:
    codec = "ffv1"
    source = open_clip(write_film(tmp_path / "a.mkv", codec, pixel_format=pixel_format, count=3))
    wide = conform_size(source, 320, 120)
    picture = frame_of(wide)
    assert picture.shape == (120, 320, 3)
    assert picture[:, :78].max() <= 1
    assert picture[:, -78:].max() <= 1
    assert number_of(list(wide.arrays())[2][:, 80:240]) == 2
    tall = frame_of(conform_size(source, 96, 200, background=(255, 0, 0, 255)))
    assert np.abs(tall[:60].astype(int) - (255, 0, 0)).max() <= 2
    assert next(wide.frames()).format.name == pixel_format


def test_fill_cuts_what_is_too_much() -> None:
    left, right = np.zeros((96, 64, 3), np.uint8), np.full((96, 64, 3), 255, np.uint8)
    clip = Clip.from_array(np.stack([np.concatenate([left, right], axis=1)] * 5), Fraction(24))
    for focus, level in ((0.0, 0), (1.0, 255)):
        shown = frame_of(conform_size(clip, 60, 100, "fill", focus=(focus, 0.5)))
        assert shown.shape == (100, 60, 3)
        assert abs(int(shown[50, 10:50].mean()) - level) <= 3
    middle = frame_of(conform_size(clip, 64, 96, "fill"))
    assert middle[48, 5, 0] < 20
    assert middle[48, 58, 0] > 235
    pan = conform_size(clip, 64, 96, "fill", focus=(0, 0), focus_end=(1, 1))
    means = [picture.mean() for picture in pan.arrays()]
    assert means[0] < 2
    assert means[4] > 253
    assert means == sorted(means)


def test_stretch_takes_everything() -> None:
    shown = frame_of(conform_size(film(2), 50, 201, "stretch"))
    assert shown.shape == (201, 50, 3)
    assert number_of(list(conform_size(film(2), 50, 201, "stretch").arrays())[1]) == 1


def test_sizes_are_changed_from_the_stored_pixels(tmp_path: Path) -> None:
    """Anamorphic and turned: 144 x 96 at 4:3 pixels, a quarter right, is 96 x 192 shown."""
    path = write_film(
        tmp_path / "a.mp4", size=(144, 96), aspect=Fraction(4, 3), rotation=-90, count=2
    )
    clip = open_clip(path)
    assert clip.shown == (96, 192)
    small = conform_size(clip, 48, 96)
    assert small.shown == (48, 96)
    expected = np.rot90(numbered(1, 96, 48), -1)
    assert np.abs(list(small.arrays())[1].astype(int) - expected).mean() < 14
    assert next(small.frames()).format.name == "yuv420p"


def test_lanczos_keeps_detail() -> None:
    at = np.arange(128)
    wave = 128 + 100 * np.sin(2 * np.pi * at / 8)
    picture = np.repeat(np.rint(wave).astype(np.uint8)[None, :, None], 3, axis=2)
    clip = Clip.from_array(np.repeat(picture, 96, axis=0)[None], Fraction(24))
    twice = frame_of(conform_size(clip, 256, 192))[96, 20:-20, 0].astype(float)
    expected = 128 + 100 * np.sin(2 * np.pi * (np.arange(256) - 0.5) / 16)
    assert np.abs(twice - expected[20:-20]).max() < 5


def test_crop_turn_and_mirror() -> None:
    clip = film(2)
    whole = frame_of(clip)
    assert np.array_equal(frame_of(crop(clip, 3, 5, 40, 30)), whole[5:35, 3:43])
    assert np.array_equal(frame_of(turn(clip, 90)), np.rot90(whole, -1))
    assert np.array_equal(frame_of(turn(clip, mirror=True)), whole[:, ::-1])
    with pytest.raises(UsageError, match="not inside"):
        crop(clip, 100, 0, 40, 40)
    with pytest.raises(UsageError, match="90, 180"):
        turn(clip, 45)


def test_crop_of_thinned_chroma_begins_at_any_pixel(tmp_path: Path) -> None:
    clip = open_clip(write_film(tmp_path / "a.mp4", count=1))
    odd = frame_of(crop(clip, 3, 5, 41, 31)).astype(int)
    assert np.abs(odd - frame_of(clip)[5:36, 3:44]).mean() < 3


def test_conform_does_all_at_once() -> None:
    clip = conform(
        film(8, rate=8, sound=True),
        rate=Fraction(24),
        size=(320, 180),
        sample_rate=44100,
        layout="mono",
    )
    assert (clip.rate, clip.frame_count, clip.shown) == (24, 24, (320, 180))
    assert clip.sound is not None
    assert (clip.sound.rate, clip.sound.layout, clip.sound.sample_count) == (44100, "mono", 44100)


@pytest.mark.parametrize(
    ("old", "new"),
    [(44100, 48000), (48000, 44100), (96000, 48000), (16000, 48000), (48000, 47952)],
)
def test_resampling_is_clean_and_the_same_in_parts(old: int, new: int) -> None:
    def waves(rate: int, count: int) -> np.ndarray:
        at = np.arange(count) / rate
        high = 0.3 * np.sin(2 * np.pi * 0.4 * min(old, new) * at + 1)
        return 0.5 * np.sin(2 * np.pi * 1000 * at) + high

    sound = conform_sound(Sound.from_array(waves(old, 2 * old), old), rate=new)
    samples = sound.array()
    assert len(samples) == 2 * new
    expected = waves(new, 2 * new)
    inside = slice(new // 10, -new // 10)
    error = samples[inside, 0] - expected[inside]
    assert 20 * np.log10(np.std(expected) / np.std(error)) > 100
    for start in (0, 1, 33333, new + 7):
        assert np.array_equal(sound.array(start, start + 999), samples[start : start + 999])


def test_what_a_lower_rate_cannot_hold_is_filtered_out() -> None:
    at = np.arange(96000) / 48000
    high = Sound.from_array(np.sin(2 * np.pi * 13000 * at), 48000)
    low = conform_sound(high, rate=24000).array()[2400:-2400]
    assert 20 * np.log10(np.std(low)) < -95


def test_surround_folds_down_by_bs775() -> None:
    root = 0.5**0.5
    stereo = mix_matrix("5.1", "stereo")
    assert stereo[0] == pytest.approx([1, 0, root, 0, root, 0])
    assert stereo[1] == pytest.approx([0, 1, root, 0, 0, root])
    assert mix_matrix("5.1", "mono")[0] == pytest.approx([root, root, 1, 0, 0.5, 0.5])


@pytest.mark.parametrize("layout", ["stereo", "5.1"])
def test_mono_there_and_back_is_the_same(layout: str) -> None:
    mono = Sound.from_array(tone(0.1, channels=1), RATE)
    back = conform_sound(conform_sound(mono, layout=layout), layout="mono")
    assert np.allclose(back.array(), mono.array(), atol=1e-6)


def test_stills_and_colours_are_clips() -> None:
    picture = numbered(77)
    clip = still_clip(Image.from_array(picture), seconds=Fraction(2), rate=Fraction(25))
    assert (clip.frame_count, clip.rate) == (50, 25)
    assert np.array_equal(clip.array(48, 50), np.stack([picture, picture]))
    red = solid_clip(colour_of_text("#ff000080"), 32, 18)
    assert red.has_alpha
    assert frame_of(red)[3, 3].tolist() == [255, 0, 0, 128]
    for text in ("red", "#12345", ""):
        with pytest.raises(UsageError, match="no colour"):
            colour_of_text(text)


def test_a_contact_sheet_shows_frames_in_order(tmp_path: Path) -> None:
    sheet = contact_sheet(film(48), count=6, columns=3, tile_width=160)
    assert sheet.width == 3 * 168 + 8
    tile = sheet.array()[8:128, 8 + 168 : 8 + 168 + 160]
    assert number_of(tile) == 12
    write_image(sheet, tmp_path / "contact.png", metadata={"aiprod": "é" * 5000})
    assert image_metadata(tmp_path / "contact.png") == {"aiprod": "é" * 5000}
    assert np.array_equal(open_image(tmp_path / "contact.png").array(), sheet.array())
    assert contact_sheet([numbered(1), numbered(2)], captions=["one", "two"]).width > 600


def test_images_are_read_upright_and_in_eight_bits(tmp_path: Path) -> None:
    from PIL import Image as Pil

    picture = Pil.fromarray(numbered(5))
    exif = Pil.Exif()
    exif[0x0112] = 6
    picture.save(tmp_path / "phone.jpg", exif=exif, quality=95)
    image = open_image(tmp_path / "phone.jpg")
    assert (image.width, image.height) == (96, 128)
    assert np.abs(image.array().astype(int) - np.rot90(numbered(5), -1)).mean() < 6
    deep = (np.arange(64 * 48).reshape(48, 64) * 20).astype(np.uint16)
    Pil.fromarray(deep).save(tmp_path / "deep.png")
    assert np.abs(open_image(tmp_path / "deep.png").array()[..., 0] - deep / 257).max() <= 0.51
