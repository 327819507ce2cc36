"""Text and files that no speech can be made or heard of: a clear error, or a stated conversion."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.media import open_sound
from tests.engine.cli.conftest import Home
from tests.engine.ears.conftest import whisper  # noqa: F401

RNG = np.random.default_rng(0)
NOISE = RNG.normal(0, 0.02, 8000).astype(np.float32)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "there is no text to speak"),
        (" \n ", "there is no text to speak"),
        ("🙂🚀", "nothing in '🙂🚀' can be pronounced in en-US"),
        ("The red ball falls. " * 50_000, "1,000,000 characters, more than 20,000 at once"),
    ],
)
def test_text_that_cannot_be_spoken_is_refused(home: Home, text: str, told: str) -> None:
    (home.work / "text.txt").write_text(text, encoding="utf-8")
    ended = home.call("speak", "--file", "text.txt", "-o", "a.wav")
    assert ended.status == 2
    assert told in ended.err
    assert not (home.work / "a.wav").exists()


def test_an_emoji_between_words_is_passed_over_and_told(home: Home) -> None:
    ended = home.call("speak", "Hello 🙂 you, at 20 °C ©.", "-o", "a.wav")
    assert ended.status == 0
    assert ended.err.strip().endswith("these signs are not spoken: 🙂")
    assert open_sound(home.work / "a.wav").sample_count


def _file(folder: Path, kind: str) -> Path:
    path = folder / f"{kind}.wav"
    with_holes = np.where(np.arange(len(NOISE)) == 4000, np.nan, NOISE).astype(np.float32)
    sounds = {
        "8 kHz": (NOISE, 8000),
        "192 kHz": (NOISE, 192_000),
        "8 channels": (np.repeat(NOISE[:, None], 8, 1), 16000),
        "32 channels": (np.repeat(NOISE[:, None], 32, 1), 16000),
        "no numbers": (with_holes, 16000),
        "cut short": (NOISE, 16000),
    }
    if kind in sounds:
        samples, rate = sounds[kind]
        soundfile.write(path, samples, rate, subtype="FLOAT")
    if kind == "cut short":
        path.write_bytes(path.read_bytes()[:9000])
    if kind == "corrupt":
        path.write_bytes(b"RIFF" + RNG.bytes(5000))
    if kind == "a text":
        path.write_text("hello")
    if kind == "empty":
        path.touch()
    return path


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("32 channels", "its sound has 32 channels. Use a file of 1 to 8 channels"),
        ("no numbers", "a sample at 0.250 s is no number (NaN or infinite)"),
        ("cut short", "the file is cut short"),
        ("corrupt", "the file is cut short"),
        ("a text", "it is damaged, cut short or no media file"),
        ("empty", "the file is empty"),
        ("missing", "missing.wav"),
    ],
)
def test_sound_that_cannot_be_heard_is_refused(
    home: Home,
    whisper: Path,  # noqa: F811
    kind: str,
    told: str,
) -> None:
    if kind == "no numbers":  # the others are refused before ears are looked for
        assert home.call("models", "register", str(whisper)).status == 0
    ended = home.call("transcribe", str(_file(home.work, kind)), "-o", "a.srt")
    assert ended.status == 1
    assert told in ended.err
    assert not (home.work / "a.srt").exists()


@pytest.mark.parametrize(
    ("kind", "rate", "layout"),
    [("8 kHz", 8000, "mono"), ("192 kHz", 192_000, "mono"), ("8 channels", 16000, "5.1")],
)
def test_sound_of_any_rate_goes_through_a_project_and_seven_channels_become_five(
    home: Home, kind: str, rate: int, layout: str
) -> None:
    _file(home.work, kind)
    load = {"type": "media.load_sound", "version": 1, "params": {"file": f"{kind}.wav"}}
    save = {"type": "deliver.sound", "version": 1, "params": {"file": "out.wav"}}
    link = {"from": "in.out", "to": "out.sound"}
    project = {"aiprod": 1, "nodes": {"in": load, "out": save}, "links": [link]}
    (home.work / "a.aiprod").write_text(json.dumps(project))
    ended = home.call("render", "a.aiprod", "-o", "made")
    assert ended.status == 0, ended.err
    made = open_sound(home.work / "made/out.wav")
    assert (made.rate, made.layout) == (rate, layout)


@pytest.mark.parametrize("name", ["voice.onnx", "voice.bin", "voice.safetensors"])
def test_a_voice_file_that_is_none_is_refused_by_its_name(home: Home, name: str) -> None:
    (home.work / name).write_bytes(RNG.bytes(30_000))
    (home.work / f"{name}.json").write_text("{}")
    ended = home.call("models", "register", name)
    assert ended.status == 1
    assert name in ended.err
    assert "Get " in ended.err
