"""Teaching lips: what phones ask of the mouth, how lessons vary, a training that learns."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.errors import UsageError
from engine.faces import CLOSED, lip_gap
from engine.faces.curves import curves_of
from engine.models.checkpoint import config_of, load_into, read_header
from engine.models.lipsync import SpokenPhone
from engine.models.lipsync.network import OUTPUTS, LipConfig, LipNetwork
from engine.models.lipsync.phones import CLASSES
from engine.training.articulation import TABLE, articulate, segments
from engine.training.lips import LipTraining
from engine.training.lips_lessons import class_frames, example, lessons_of, shake, with_pauses
from engine.training.loop import read_log
from engine.training.run import run

TINY = """
kind = "lips"
name = "lips"
[loop]
steps = 30
batch = 3
warmup = 3
log_every = 5
checkpoint_every = 15
[training]
flite = []
voices = ["heart"]
voice_sentences = 3
seconds = 1.0
warp = 0.1
rate = 5e-3
[model]
width = 16
hidden = 16
"""


def spoken(phones: str, length: float = 0.1) -> list[SpokenPhone]:
    """Phones of one length, one after the other."""
    return [SpokenPhone(p, n * length, (n + 1) * length) for n, p in enumerate(phones.split())]


def moved(phones: str, length: float = 0.1) -> NDArray[np.float32]:
    line = spoken(phones, length)
    return articulate(segments(line), round(len(line) * length * 100))


def gap(curves: NDArray[np.float32]) -> NDArray[np.float32]:
    named = {name: curves[:, at] for at, name in enumerate(OUTPUTS)}
    return lip_gap(curves_of(named, len(curves)))


def curve(curves: NDArray[np.float32], name: str) -> NDArray[np.float32]:
    return curves[:, OUTPUTS.index(name)]


def test_every_class_has_an_articulation() -> None:
    assert set(TABLE) == set(CLASSES) - {"unknown"}


@pytest.mark.parametrize("consonant", ["p", "b", "m"])
@pytest.mark.parametrize("vowel", ["ɑ", "æ", "i", "u"])
def test_no_vowel_keeps_a_bilabial_open(consonant: str, vowel: str) -> None:
    found = gap(moved(f"{vowel} {consonant} {vowel}"))
    assert found[10:16].max() <= CLOSED
    assert found[3] > CLOSED
    assert found[26] > CLOSED


def test_neighbours_shape_each_other_and_the_farther_ones_less() -> None:
    rounded, spread = moved("u t t"), moved("i t t")
    first, last = np.s_[12:18], np.s_[24:29]
    pucker = [curve(found, "mouthPucker") for found in (rounded, spread)]
    assert pucker[0][first].mean() > pucker[1][first].mean() + 0.1
    assert pucker[0][last].mean() < pucker[0][first].mean()


def test_the_lower_lip_goes_to_the_teeth_in_f() -> None:
    found = moved("ɑ f ɑ")
    assert curve(found, "mouthRollLower")[12:16].min() > 0.4
    assert curve(found, "mouthRollLower")[2] < 0.05


def test_diphthongs_move_on() -> None:
    found = gap(moved("aɪ", 0.3))
    assert found[5:10].mean() > found[-8:].mean() + 0.1


def test_silence_rests() -> None:
    assert gap(moved("_ _ _")).max() <= CLOSED


def test_pauses_stand_where_nobody_speaks() -> None:
    found = with_pauses([SpokenPhone("p", 0.5, 0.6), SpokenPhone("ɑ", 0.6, 0.8)], 1.0)
    assert [(p.phone, p.start, p.end) for p in found] == [
        ("", 0, 0.5), ("p", 0.5, 0.6), ("ɑ", 0.6, 0.8), ("", 0.8, 1.0)
    ]  # fmt: skip


def test_shaken_borders_stay_in_order() -> None:
    line = segments(spoken("p ɑ p ɑ m", 0.05))
    for seed in range(20):
        shaken = shake(line, 0.05, np.random.default_rng(seed))
        assert all(a.end == b.start <= b.end for a, b in itertools.pairwise(shaken))
        assert [item.cls for item in shaken] == [item.cls for item in line]


def test_lessons_of_the_shipped_voice_vary_in_sound_and_not_in_what_they_teach() -> None:
    training = LipTraining(flite=(), voices=("heart",), voice_sentences=1, blind=0.0, jitter=0.0)
    lesson = lessons_of(training)[0]
    one, two = (example(lesson, 200, training, np.random.default_rng(n)) for n in (1, 2))
    for part in (one, two):
        assert part.wave.shape == (199 * 160,)
        assert part.wanted.shape == (200, len(OUTPUTS))
        assert np.array_equal(part.known, part.spoken)
    assert not np.array_equal(one.wave, two.wave)
    frames = class_frames(lesson.line, len(lesson.curves))
    closures = frames == CLASSES.index("p")
    if closures.any():
        assert curve(lesson.curves, "mouthPress")[closures].mean() > 0.25


def test_a_training_learns_and_writes_weights_with_their_card(tmp_path: Path) -> None:
    file = tmp_path / "lips.toml"
    file.write_text(TINY)
    path = run(file, work=tmp_path / "a", models=tmp_path / "models", device="cpu")
    losses = [entry["loss"] for entry in read_log(tmp_path / "a" / "lips")]
    assert losses[-1] < 0.75 * losses[0]
    config = config_of(read_header(path), path)
    load_into(LipNetwork(LipConfig(**config)), path)
    assert '"family": "lipsync"' in path.with_suffix(".json").read_text()


def test_without_flite_its_sentences_cannot_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UsageError, match="apt install flite"):
        lessons_of(LipTraining(sentences=1))
