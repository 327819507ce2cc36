"""Texts of any name survive in WAV files, which have names for a few only."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.audio import tone
from engine.media import encode_sound, open_sound, probe
from engine.media.riff import append_texts, read_texts

TEXTS = {"aiprod_project": '{"a": "<&\n é 漢"}', "title": "Tone"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return encode_sound(tone(440, 0.25), tmp_path / "tone.wav", metadata=TEXTS)


def test_all_texts_are_read_back(file: Path) -> None:
    assert read_texts(file) == TEXTS
    assert probe(file).metadata == TEXTS


def test_the_sound_is_as_without_them_for_every_reader(file: Path, tmp_path: Path) -> None:
    plain = encode_sound(tone(440, 0.25), tmp_path / "plain.wav")
    assert open_sound(file).sample_count == open_sound(plain).sample_count
    assert np.array_equal(soundfile.read(file)[0], soundfile.read(plain)[0])
    assert int.from_bytes(file.read_bytes()[4:8], "little") == file.stat().st_size - 8


def test_files_without_texts_or_with_damaged_ones_have_none(file: Path, tmp_path: Path) -> None:
    plain = encode_sound(tone(440, 0.25), tmp_path / "plain.wav")
    assert read_texts(plain) == {}
    broken = file.read_bytes().replace(b"<USER>{", b"<USER>[")
    (tmp_path / "broken.wav").write_bytes(broken)
    assert read_texts(tmp_path / "broken.wav") == {}
    (tmp_path / "short.wav").write_bytes(file.read_bytes()[:-40])
    assert read_texts(tmp_path / "short.wav") == {}
    other = tmp_path / "other.bin"
    other.write_bytes(b"no sound")
    append_texts(other, TEXTS)
    assert other.read_bytes() == b"no sound"
    assert read_texts(other) == {}
