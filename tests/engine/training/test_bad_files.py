"""Training files and films that are wrong are told with their place, before anything is trained."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from engine.cli.main import main
from engine.errors import UsageError
from engine.media import Clip, encode
from engine.training.footage import Cut, captioned_films, lessons

LORA = b"""
kind = "lora"
name = "mine"
base = "shdt-starter"
vae = "shdt-starter"
[loop]
steps = 1
batch = 1
"""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"\xff\xfe", "not a training file"),
        (LORA, "[training] is missing"),
        (LORA.replace(b"[loop]", b"[other]") + b"[training]\n", "[loop] is missing"),
        (b"training = 3\n" + LORA, "[training] is not a table"),
        (b"validation = 3\n" + LORA + b"[training]\n", "[validation] is not a table"),
        (LORA.replace(b"lora", b"flow") + b"[training]\nbuckets = []\n", "[model] is missing"),
        (LORA + b'[training]\nfootage = "gone"\n', "there is no folder"),
    ],
)
def test_a_training_file_that_lacks_something_is_bad_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: bytes, said: str
) -> None:
    file = tmp_path / "mine.toml"
    file.write_bytes(text)
    assert main(["train", str(file), "--work", str(tmp_path / "runs")]) == 2
    assert said in capsys.readouterr().err


def film(folder: Path, frames: int) -> Path:
    path = folder / "short.mkv"
    encode(Clip.from_array(np.zeros((frames, 64, 96, 3), np.uint8), Fraction(8)), path, "h264")
    return path


def test_a_film_that_is_too_short_is_named_with_the_length_that_is_needed(tmp_path: Path) -> None:
    (lesson,) = lessons([[10240, 17, 100]])
    with pytest.raises(UsageError, match=r"short\.mkv: it has 3 frames.*at least 0\.625 s"):
        Cut(film(tmp_path, 3), lesson)


def test_a_caption_that_is_no_text_is_named_and_one_of_windows_is_read(tmp_path: Path) -> None:
    film(tmp_path, 5)
    caption = tmp_path / "short.txt"
    caption.write_bytes("\ufeffa red ball\r\n".encode())
    assert [found.caption for found in captioned_films(tmp_path)] == ["a red ball"]
    caption.write_bytes(b"\xff\xfea\x00")
    with pytest.raises(UsageError, match=r"short\.txt: the caption cannot be read.*UTF-8"):
        captioned_films(tmp_path)
