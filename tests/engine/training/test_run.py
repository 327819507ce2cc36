"""Training from files: the loss falls, a stopped run resumes exactly, mistakes are named."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from engine.errors import UsageError
from engine.media import Clip, encode, open_clip
from engine.models.card import file_sha256, read_card
from engine.models.checkpoint import config_of, load_into, read_header
from engine.models.lora import check_fits, read_lora
from engine.models.shdt.transformer import ShdtTransformer, TransformerConfig
from engine.models.shdt.vae import VaeConfig, VideoAutoencoder
from engine.runtime.device import Precision
from engine.runtime.folders import resources_dir
from engine.training.footage import footage_sets, lesson_at, lessons
from engine.training.loop import LoopConfig, Trainee, read_log
from engine.training.loop import train as train_loop
from engine.training.processes import Team
from engine.training.recompute import recompute_blocks
from engine.training.run import run
from engine.training.series import train_all

SMOKE = resources_dir() / "training" / "smoke"

VAE = """
kind = "autoencoder"
name = "vae"
[loop]
steps = {steps}
batch = 2
warmup = 5
log_every = 5
checkpoint_every = 10
[training]
sizes = [[32, 32, 8, 100]]
crop = 32
frames = 5
[model]
latent_channels = 4
fine = 16
coarse = 16
coarse_blocks = 1
"""
FLOW = """
kind = "flow"
name = "transformer"
vae = "vae"
[loop]
steps = 30
batch = 4
warmup = 5
log_every = 5
[training]
buckets = [[32, 32, 8, 4, 100]]
references = 0.3
guides = 0.3
shape_weight = 3.0
[model]
latent_channels = 4
width = 48
depth = 2
hidden = 64
"""
UPSAMPLER = """
kind = "upsampler"
name = "upsampler"
vae = "vae"
[loop]
steps = 10
batch = 2
log_every = 5
[training]
pairs = [[32, 32, 8, 100]]
crop = 4
[model]
latent_channels = 4
coarse = 16
coarse_blocks = 1
fine = 16
fine_blocks = 1
"""


LORA = """
kind = "lora"
name = "mine"
base = "transformer"
vae = "vae"
[loop]
steps = 40
batch = 2
warmup = 5
log_every = 10
[training]
footage = "films"
rank = 4
"""


def train(folder: Path, text: str, name: str = "train.toml") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text)
    return run(folder / name, work=folder / "runs", models=folder / "models", device="cpu")


def test_a_folder_trains_every_stage_of_the_starter_and_then_has_nothing_to_do(
    tmp_path: Path,
) -> None:
    where = {"work": tmp_path / "runs", "models": tmp_path / "models", "device": "cpu"}
    stages = list(train_all(SMOKE, **where))
    assert [stage.file for stage in stages] == sorted(path.name for path in SMOKE.glob("*.toml"))
    for stage in stages:
        run_folder = tmp_path / "runs" / Path(stage.weights).stem
        log = read_log(run_folder)
        assert log[-1]["loss"] < log[0]["loss"], stage.file
        assert Image.open(run_folder / "loss.png").size == (800, 450)
        card = json.loads(Path(stage.weights).with_suffix(".json").read_text())
        assert card["sha256"] == file_sha256(Path(stage.weights))
        assert card["training"]["seconds"] >= 0
    parts = {"vae", "transformer", "refiner", "enlarger", "recogniser", "upsampler", "sound"}
    cards = [json.loads(path.read_text()) for path in (tmp_path / "models").glob("*.json")]
    assert {card["part"] for card in cards} == parts
    for name in ("shdt-vae", "shdt-square", "shdt-transformer", "shdt-fast"):
        films = sorted((tmp_path / "runs" / name / "validation").glob("*.mp4"))
        assert films, name
        assert open_clip(films[-1]).frame_count == 17
    times = json.loads((tmp_path / "runs" / "times.json").read_text())
    assert [row["steps"] for row in times] == [stage.steps for stage in stages]
    assert all(stage.kept for stage in train_all(SMOKE, **where))


def test_weights_that_a_training_began_from_are_not_mixed_with_others(tmp_path: Path) -> None:
    train(tmp_path, VAE.format(steps=10))
    train(tmp_path, FLOW)
    first = (tmp_path / "runs" / "transformer" / "log.jsonl").read_text()
    train(tmp_path, FLOW)
    assert (tmp_path / "runs" / "transformer" / "log.jsonl").read_text() == first
    train(tmp_path, VAE.format(steps=12))
    train(tmp_path, FLOW)
    assert (tmp_path / "runs" / "transformer" / "log.jsonl").read_text() != first


def test_recomputed_blocks_give_the_same_weights_from_less_memory(tmp_path: Path) -> None:
    train(tmp_path, VAE.format(steps=10))
    plain = load_file(train(tmp_path, FLOW.replace("steps = 30", "steps = 6")))
    text = FLOW.replace("steps = 30", "steps = 6\nrecompute = true").replace("transformer", "again")
    saved = load_file(train(tmp_path, text))
    assert all(plain[name].equal(saved[name]) for name in plain)
    config = TransformerConfig(vocabulary=60, latent_channels=4, width=48, depth=4, hidden=64)
    network = ShdtTransformer(config)
    kept = kept_bytes(network)
    assert recompute_blocks(network) == 4
    assert kept_bytes(network) < 0.5 * kept


def kept_bytes(network: ShdtTransformer) -> int:
    """Bytes that a forward pass keeps for the backward pass."""
    sizes: dict[int, int] = {}

    def keep(value: torch.Tensor) -> torch.Tensor:
        sizes[value.data_ptr()] = value.numel() * value.element_size()
        return value

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda value: value):
        x, words = torch.randn(2, 4, 3, 8, 8), torch.zeros(2, 7, dtype=torch.long)
        network(x, torch.rand(2, 3), words).square().mean()
    return sum(sizes.values())


def test_the_precision_of_a_training_file_is_used(tmp_path: Path) -> None:
    made = {}
    for kind in ("float32", "bfloat16"):
        text = VAE.format(steps=5).replace("steps = 5", f'steps = 5\nprecision = "{kind}"')
        made[kind] = load_file(train(tmp_path / kind, text))
    assert any(not made["float32"][name].equal(made["bfloat16"][name]) for name in made["float32"])


def test_two_processes_train_what_one_does(tmp_path: Path) -> None:
    parts = VAE.format(steps=6).replace("steps = 6", "steps = 6\nparts = 2")
    one = load_file(train(tmp_path / "one", parts))
    folder = tmp_path / "two"
    folder.mkdir()
    (folder / "train.toml").write_text(parts)
    command = [sys.executable, "-m", "engine.cli", "train", "train.toml", "--models", "models"]
    ended = subprocess.run(
        [*command, "--processes", "2", "--device", "cpu", "--json"],
        cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(Path.cwd())},
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.count('"event": "Trained"') == 1
    two = load_file(folder / "models" / "vae.safetensors")
    for name, value in one.items():
        torch.testing.assert_close(two[name], value, rtol=2e-3, atol=2e-3)


def test_parts_that_processes_cannot_share_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.training.loop.team", lambda: Team(rank=0, count=3))
    with pytest.raises(UsageError, match="3 processes cannot share 2 parts"):
        train_loop(Trainee(torch.nn.Linear(1, 1), (), None), LoopConfig(1, 1, parts=2), Path())


def test_a_decoder_is_trained_on_while_latents_keep_their_meaning(tmp_path: Path) -> None:
    first = VAE.format(steps=10).replace('name = "vae"', 'name = "first"\nintermediate = true')
    train(tmp_path, first)
    second = VAE.format(steps=10).replace('name = "vae"', 'name = "vae"\nstart = "first"')
    train(tmp_path, second.replace("crop = 32", "crop = 32\ndecoder_only = true"))
    before = load_file(tmp_path / "runs" / "first" / "first.safetensors")
    after = load_file(tmp_path / "models" / "vae.safetensors")
    changed = {name.split(".")[0] for name in before if not before[name].equal(after[name])}
    assert changed == {"decoder"}


def test_a_run_that_was_stopped_ends_with_the_same_weights(tmp_path: Path) -> None:
    whole = train(tmp_path / "whole", VAE.format(steps=20))
    text = VAE.format(steps=20)
    folder = tmp_path / "parts"
    folder.mkdir()
    (folder / "train.toml").write_text(text)

    class Stopped(Exception):
        pass

    def stop(step: int, _: object) -> None:
        if step == 15:
            raise Stopped

    with pytest.raises(Stopped):
        run(
            folder / "train.toml", work=folder / "runs", models=folder / "models",
            device="cpu", report=stop,
        )  # fmt: skip
    resumed = train(folder, text)
    a, b = load_file(whole), load_file(resumed)
    assert all((a[name] == b[name]).all() for name in a)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("kind = [", "not a training file"),
        ('kind = "magic"\nname = "x"', "kind is one of"),
        ('kind = "flow"\nname = "../x"', "stem of the weights file"),
        (VAE.format(steps=0), "at least 1"),
        ('stored = "int3"\n' + VAE.format(steps=5), "stored is one of float16, int8"),
        (VAE.format(steps=5).replace("crop", "corp"), "unknown: corp"),
        (VAE.format(steps='"x"'), "steps is a whole number, not 'x'"),
        (VAE.format(steps=5).replace("crop = 32", "crop = true"), "crop is a whole number"),
        (VAE.format(steps='5\nprecision = "half"'), "precision is one of auto, float32"),
        (VAE.format(steps=5).replace("32, 8, 100", '"a", 8, 100'), "sizes is a list, each of it a"),
    ],
)
def test_a_wrong_training_file_is_refused_with_the_place(tmp_path: Path, text, message) -> None:
    from engine.errors import AiprodError

    with pytest.raises(AiprodError, match=message):
        train(tmp_path, text)


def test_a_missing_training_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"gone\.toml"):
        run(tmp_path / "gone.toml")


def films(folder: Path, count: int) -> None:
    """Short films of flat pink with their captions."""
    folder.mkdir()
    for number in range(count):
        pixels = np.full((9, 64, 96, 3), (240, 120, 190 - 20 * number), np.uint8)
        encode(Clip.from_array(pixels, Fraction(8)), folder / f"{number}.mkv", "h264")
        (folder / f"{number}.txt").write_text("a large ball in a studio")


def test_a_lora_is_trained_from_a_folder_of_films(tmp_path: Path) -> None:
    train(tmp_path, VAE.format(steps=10))
    base = train(tmp_path, FLOW)
    films(tmp_path / "films", 2)
    path = train(tmp_path, LORA)
    lora = read_lora(path)
    assert json.loads(path.with_suffix(".json").read_text())["part"] == "lora"
    assert lora.rank == 4
    model = ShdtTransformer(TransformerConfig(**config_of(read_header(base), base)))
    load_into(model, base)
    check_fits(lora, model)
    log = read_log(tmp_path / "runs" / "mine")
    assert log[-1]["loss"] < log[0]["loss"]


def test_a_whole_transformer_is_trained_from_films_small_and_short_ones_first(
    tmp_path: Path,
) -> None:
    train(tmp_path, VAE.format(steps=10))
    train(tmp_path, FLOW)
    films(tmp_path / "films", 3)
    text = LORA.replace('"lora"', '"tune"').replace(
        "rank = 4", "curriculum = [[4096, 5, 50], [10240, 9, 50]]"
    )
    path = train(tmp_path, text)
    card = read_card(path.with_suffix(".json"))
    assert (card.part, card.name, card.base) == ("transformer", "mine", "shdt-starter")
    log = read_log(tmp_path / "runs" / "mine")
    assert log[-1]["loss"] < log[0]["loss"]
    shapes = {
        np.load(path).shape[1:] for path in (tmp_path / "runs/mine/latents").glob("set-*.npy")
    }
    assert shapes == {(4, 2, 8, 8), (4, 3, 8, 12)}


def test_latents_of_films_are_mapped_files(tmp_path: Path) -> None:
    films(tmp_path / "films", 2)
    vae = VideoAutoencoder(VaeConfig(latent_channels=4, fine=16, coarse=16, coarse_blocks=1))
    (lesson,) = lessons([[10240, 9, 100]])
    cpu = Precision(torch.device("cpu"), torch.float32)
    (made,) = footage_sets(tmp_path / "films", tmp_path / "latents", vae, cpu, lesson)
    assert isinstance(made.latents, np.memmap)
    assert len(made.latents) == 2
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "latents").iterdir()}
    footage_sets(tmp_path / "films", tmp_path / "latents", vae, cpu, lesson)
    assert before == {path: path.stat().st_mtime_ns for path in (tmp_path / "latents").iterdir()}


@pytest.mark.parametrize(
    ("rows", "says"),
    [([[4096, 9, 90]], "together 100"), ([[1000, 9, 100]], "at least 4096"), ([], "together 100")],
)
def test_a_curriculum_that_teaches_nothing_is_refused(rows: list[list[int]], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        lessons(rows)


def test_the_lesson_changes_when_its_part_of_the_steps_is_done() -> None:
    curriculum = lessons([[4096, 5, 30], [10240, 17, 70]])
    assert [lesson_at(step / 10, curriculum) for step in (0, 2, 3, 9)] == [0, 0, 1, 1]


def test_a_film_without_a_caption_is_named(tmp_path: Path) -> None:
    train(tmp_path, VAE.format(steps=10))
    train(tmp_path, FLOW)
    films(tmp_path / "films", 1)
    (tmp_path / "films" / "0.txt").unlink()
    with pytest.raises(UsageError, match=r"0\.mkv has no caption"):
        train(tmp_path, LORA)
