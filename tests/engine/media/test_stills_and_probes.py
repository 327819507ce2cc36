"""Single pictures, and what files say of themselves."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image as Pil

from engine.errors import MediaError, UsageError
from engine.media import Clip, Image, Sound, encode, open_clip, open_image, probe, write_image
from tests.engine.media.films import RATE, number_of, numbered, tone, write_film, write_sound_file


def test_probe_tells_everything_as_json(tmp_path: Path) -> None:
    path = write_film(
        tmp_path / "a.mp4",
        size=(144, 96),
        aspect=Fraction(4, 3),
        rotation=-90,
        count=12,
        pixel_format="yuv420p10le",
        sound=tone(0.5, channels=6),
    )
    facts = json.loads(json.dumps(probe(path).as_dict()))
    assert (facts["container"], facts["size"], facts["streams"]) == (
        "mp4",
        path.stat().st_size,
        2,
    )
    video, audio = facts["video"], facts["audio"]
    assert (video["width"], video["height"]) == (96, 192)
    assert (video["stored_width"], video["stored_height"]) == (144, 96)
    assert (video["pixel_aspect"], video["rotation"], video["rate"]) == ("4/3", 90, "24")
    assert (video["codec"], video["bits"], video["frame_count"]) == ("h264", 10, 12)
    assert (video["duration"], video["varies"], video["start"]) == ("1/2", False, "0")
    assert video["color"]["primaries"] == "unspecified"
    assert (audio["codec"], audio["layout"], audio["channels"]) == ("aac", "5.1", 6)
    assert Fraction(audio["duration"]) == Fraction(1, 2)


def test_probe_of_a_sound_has_no_picture(tmp_path: Path) -> None:
    info = probe(write_sound_file(tmp_path / "a.wav", "pcm_s24le", tone(0.25)))
    assert info.video is None
    assert info.duration == Fraction(1, 4)
    with pytest.raises(MediaError, match=r"a\.wav: it has no pictures"):
        open_clip(tmp_path / "a.wav")


def test_cover_art_is_no_moving_picture(tmp_path: Path) -> None:
    cover = tmp_path / "cover.jpg"
    write_image(numbered(1), cover)
    path = tmp_path / "song.mkv"
    clip = Clip.from_array(np.stack([numbered(0)] * 3), Fraction(24))
    encode(clip, path, sound=Sound.from_array(tone(0.125), RATE))
    with av.open(str(path)) as source, av.open(str(tmp_path / "song.mp4"), "w") as file:
        sound = source.streams.audio[0]
        copy = file.add_stream_from_template(sound)
        with av.open(str(cover)) as art:
            picture = file.add_stream_from_template(art.streams.video[0])
            picture.disposition = av.stream.Disposition.attached_pic
            for packet in art.demux(video=0):
                if packet.size:
                    packet.stream = picture
                    file.mux(packet)
        for packet in source.demux(sound):
            if packet.size:
                packet.stream = copy
                file.mux(packet)
    info = probe(tmp_path / "song.mp4")
    assert info.video is None
    assert info.audio is not None


def test_a_stream_that_changes_its_size_keeps_the_first(tmp_path: Path) -> None:
    path = tmp_path / "a.ts"
    parts = [
        write_film(tmp_path / f"{size[0]}.ts", size=size, count=5, options={"bf": "0"})
        for size in ((128, 96), (64, 48))
    ]
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    clip = open_clip(path)
    shapes = {picture.shape for picture in clip.arrays()}
    assert shapes == {(96, 128, 3)}


@pytest.mark.parametrize("suffix", [".exr", ".dpx", ".tif", ".bmp", ".webp", ".tga"])
def test_image_formats_are_read(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    if suffix in (".exr", ".dpx"):
        frame = av.VideoFrame.from_ndarray(numbered(9), "rgb24")
        kind = {".exr": ("exr", "gbrpf32le"), ".dpx": ("dpx", "rgb24")}[suffix]
        with av.open(str(path), "w", format="image2", options={"update": "1"}) as file:
            stream = file.add_stream(kind[0], rate=1)
            stream.width, stream.height, stream.pix_fmt = 128, 96, kind[1]
            file.mux(stream.encode(frame.reformat(format=kind[1], threads=1)))
            file.mux(stream.encode())
    else:
        Pil.fromarray(numbered(9)).save(path)
    image = open_image(path)
    assert (image.width, image.height) == (128, 96)
    assert number_of(image.array()) == 9
    bright = image.array()[10, 10, 0]
    linear = round(255 * (1.099 * (235 / 255) ** 0.45 - 0.099))
    assert abs(bright - (linear if suffix == ".exr" else 235)) <= 1


def test_transparent_pictures(tmp_path: Path) -> None:
    picture = numbered(5, alpha=True)
    picture[:, 64:, 3] = 0
    write_image(picture, tmp_path / "a.png")
    image = open_image(tmp_path / "a.png")
    assert image.has_alpha
    assert np.array_equal(image.array(), picture)
    write_image(image, tmp_path / "a.jpg", quality=100)
    flat = open_image(tmp_path / "a.jpg")
    assert not flat.has_alpha
    assert flat.array()[:, 72:].max() < 12
    for index, alpha in enumerate((True, False)):
        write_image(numbered(index, alpha=alpha), tmp_path / f"s{index}.png")
    mixed = open_clip(tmp_path / "s#.png")
    assert [shown.shape[2] for shown in mixed.arrays()] == [4, 4]


def test_wrong_images_are_named(tmp_path: Path) -> None:
    write_image(numbered(1), tmp_path / "a.png")
    content = (tmp_path / "a.png").read_bytes()
    (tmp_path / "cut.png").write_bytes(content[: len(content) // 2])
    (tmp_path / "words.png").write_text("hello")
    (tmp_path / "empty.png").touch()
    wide = Pil.new("L", (20000, 2))
    wide.save(tmp_path / "wide.png")
    for name, reason in {
        "cut.png": "damaged",
        "words.png": "no image",
        "empty.png": "empty",
        "gone.png": "not there",
        "wide.png": "20000 x 2",
    }.items():
        with pytest.raises(MediaError, match=reason):
            open_image(tmp_path / name).array()
    with pytest.raises(UsageError, match=r"neither \.png nor \.jpg"):
        write_image(Image.from_array(numbered(1)), tmp_path / "a.gif")
