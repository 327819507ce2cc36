"""Training from files: the loss falls, a stopped run resumes exactly, mistakes are named."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from safetensors.torch import load_file

from engine.errors import UsageError
from engine.media import Clip, encode
from engine.models.card import file_sha256
from engine.models.checkpoint import config_of, load_into, read_header
from engine.models.lora import check_fits, read_lora
from engine.models.shdt.transformer import ShdtTransformer, TransformerConfig
from engine.training.loop import read_log
from engine.training.run import run

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


CODEC = """
kind = "codec"
name = "codec"
intermediate = true
[loop]
steps = 30
batch = 4
warmup = 5
log_every = 5
[training]
clips = 8
bed_seconds = 3
resolutions = [256, 512]
[model]
codec_width = 32
vocoder_width = 32
vocoder_blocks = 1
width = 32
heads = 2
hidden = 32
video_width = 48
taps = [0, 2]
"""
SOUND = """
kind = "sound"
name = "sound"
vae = "vae"
picture = "transformer"
start = "codec"
[loop]
steps = 30
batch = 4
warmup = 5
log_every = 5
[training]
buckets = [[32, 32, 8, 100]]
clips = 8
bed_seconds = 3
"""


FAST = """
kind = "distil"
name = "fast"
teacher = "transformer"
vae = "vae"
[loop]
steps = 40
batch = 4
warmup = 5
log_every = 5
[training]
buckets = [[32, 32, 8, 4, 100]]
steps = 4
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


def test_every_stage_trains_and_writes_weights_with_a_card(tmp_path: Path) -> None:
    train(tmp_path, VAE.format(steps=40))
    train(tmp_path, FLOW)
    train(tmp_path, UPSAMPLER)
    train(tmp_path, CODEC)
    train(tmp_path, SOUND)
    train(tmp_path, FAST)
    parts = {
        "vae": "vae",
        "transformer": "transformer",
        "upsampler": "upsampler",
        "sound": "sound",
        "fast": "transformer",
    }
    for name, part in parts.items():
        card = json.loads((tmp_path / "models" / f"{name}.json").read_text())
        assert card["part"] == part
        assert card["sha256"] == file_sha256(tmp_path / "models" / f"{name}.safetensors")
        assert card["training"]["steps"] > 0
    for name in ("vae", "codec"):
        log = read_log(tmp_path / "runs" / name)
        assert log[-1]["loss"] < 0.8 * log[0]["loss"]


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
        (VAE.format(steps=5).replace("crop", "corp"), "unknown: corp"),
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


def test_a_film_without_a_caption_is_named(tmp_path: Path) -> None:
    train(tmp_path, VAE.format(steps=10))
    train(tmp_path, FLOW)
    films(tmp_path / "films", 1)
    (tmp_path / "films" / "0.txt").unlink()
    with pytest.raises(UsageError, match=r"0\.mkv has no caption"):
        train(tmp_path, LORA)
