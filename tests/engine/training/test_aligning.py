"""The aligner trained by its training file, on sentences that lie ready, and without flite."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.errors import UsageError
from engine.models.card import read_card
from engine.models.speech.align_phones import SILENCE, SYMBOLS, sounds_of
from engine.training.loop import read_log
from engine.training.run import run
from engine.training.spoken import VERSION

KNOWN = Path(__file__).parents[2] / "data" / "known_times"
FILE = """
kind = "aligner"
name = "small"

[loop]
steps = 24
batch = 2
average = 0.0
warmup = 1
checkpoint_every = 12
log_every = 6

[training]
flite = ["rms"]
flite_sentences = 2
voices = []
rate = 1e-2

[model]
width = 16
layers = 1
"""


def ready(folder: Path) -> None:
    """The two sentences of a voice as a set that a training made earlier."""
    waves, rows, at = [], [], 0
    for path in sorted(KNOWN.glob("rms*.json")):
        facts = json.loads(path.read_text(encoding="utf-8"))
        wave, _ = soundfile.read(path.with_suffix(".flac"), dtype="int16")
        frames = [SYMBOLS.index(SILENCE)] * (len(wave) // 160 + 1)
        for phones, times in zip(facts["phones"], facts["times"], strict=True):
            for phone, (start, end) in zip(phones, times, strict=True):
                first, last = round(start * 100), round(end * 100)
                frames[first:last] = [sounds_of(phone)[0]] * (last - first)
        rows.append({"start": at, "stop": at + len(wave), "frames": frames, "words": []})
        waves.append(wave)
        at += len(wave)
    folder.mkdir(parents=True)
    np.save(folder / "samples.npy", np.concatenate(waves))
    (folder / "utterances.json").write_text(json.dumps(rows))


def test_a_training_file_makes_weights_whose_loss_falls(tmp_path: Path) -> None:
    (tmp_path / "small.toml").write_text(FILE)
    ready(tmp_path / "runs" / "speech" / f"flite-rms-v{VERSION}-2-31")
    made = run(tmp_path / "small.toml", work=tmp_path / "runs", models=tmp_path / "models")
    card = read_card(made.with_suffix(".json"))
    assert (card.name, card.family, card.part) == ("small", "aligner", "network")
    losses = [entry["loss"] for entry in read_log(tmp_path / "runs" / "small")]
    assert losses[-1] < losses[0] - 0.3


def test_without_flite_the_error_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "small.toml").write_text(FILE)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="flite"):
        run(tmp_path / "small.toml", work=tmp_path / "runs", models=tmp_path / "models")
