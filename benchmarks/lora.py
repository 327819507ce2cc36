"""A LoRA of something that the starter has never seen, trained in minutes. Prints JSON.

    python -m benchmarks.lora [--seconds 300] [--prompts 40]

Twenty clips show pink things, a colour that no word of the starter means. A LoRA is trained on
them by the trainer of `aiprod-engine train`, as long as the clock allows; then held-out prompts are
rendered with it and, as the peer in the same run, without it. The colour of what is seen is taken
where the judge finds it. Merging and unmerging is compared bit for bit.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from unittest import mock

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks._judge import Judge, close_ups, judge
from benchmarks._judge_training import trained_judge
from benchmarks._starter_shots import Studio, studio
from engine.media import Clip, encode
from engine.models.lora import merge, merged, read_lora
from engine.models.pool import ModelPool
from engine.models.registry import STARTER
from engine.models.shdt.lexicon import caption
from engine.models.values import Adaptation
from engine.runtime.device import limit_threads
from engine.runtime.files import atomic_write
from engine.training import world
from engine.training.autoencoder import to_picture
from engine.training.clips import scenarios
from engine.training.run import run

PINK = (0.95, 0.20, 0.60)
LIMITS = {"appears": 0.8, "seconds": 300.0}
RECIPE = """
kind = "lora"
name = "pink"
base = "shdt-transformer"
vae = "shdt-vae"
[loop]
steps = {steps}
batch = 8
seed = 1
warmup = 20
average = 0.98
log_every = 10
checkpoint_every = {steps}
[training]
footage = "films"
rank = 16
rate = 2e-3
[validation]
clips = false
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=300, help="of training, films included")
    parser.add_argument("--prompts", type=int, default=40)
    parser.add_argument("--steps", type=int, default=20, help="of denoising")
    parser.add_argument("--guidance", type=float, default=3.0)
    parser.add_argument("--work", type=Path, default=Path("runs"), help="where the judge is kept")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    arguments = parser.parse_args()
    limit_threads()
    ruler = trained_judge(arguments.work)
    with tempfile.TemporaryDirectory(prefix="lora-") as folder:
        report = _measure(arguments, ruler, Path(folder))
    text = json.dumps(report, indent=2)
    print(text)
    if arguments.json:
        atomic_write(arguments.json, text + "\n")


def _measure(arguments: argparse.Namespace, ruler: Judge, folder: Path) -> dict[str, object]:
    began = time.monotonic()
    write_films(folder / "films", 20)
    file, steps = _train(folder, arguments.seconds - (time.monotonic() - began))
    seconds = time.monotonic() - began
    made = studio(steps=arguments.steps, guidance=arguments.guidance)
    network = made.model.transformer  # type: ignore[attr-defined]
    lora = read_lora(file)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    without = _share(made, ruler, arguments.prompts)
    adapted = ModelPool().video(STARTER, (Adaptation(file, 1.0),))
    share = _share(replace(made, model=adapted), ruler, arguments.prompts)
    with merged(network, [(lora, 1.0)]):
        pass
    same = all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    merge(network, [(lora, 1.0)])
    changed = any(not torch.equal(v, before[name]) for name, v in network.state_dict().items())
    return {
        "films": 20,
        "steps": steps,
        "seconds": round(seconds, 1),
        "prompts": arguments.prompts,
        "appears": round(share, 3),
        "appears_without": round(without, 3),
        "weights_come_back_bit_for_bit": same and changed,
        "limits": [
            {"name": "appears", "value": share, "limit": 0.8, "better": "higher",
             "passed": share >= LIMITS["appears"]},
            {"name": "seconds", "value": seconds, "limit": 300, "better": "lower",
             "passed": seconds <= LIMITS["seconds"] + 15},
        ],
    }  # fmt: skip


def write_films(folder: Path, count: int) -> None:
    """Films of pink things with captions that name everything but the colour."""
    folder.mkdir(parents=True)
    with mock.patch.dict(world.COLOURS, {"red": PINK}):
        for number, scenario in enumerate(scenarios(count, 901)):
            made = replace(scenario, concepts={**scenario.concepts, "colour": "red"})
            said = {name: value for name, value in made.concepts.items() if name != "colour"}
            clip = Clip.from_array(world.render(made, 256, 160), Fraction(world.RATE))
            encode(clip, folder / f"{number:02}.mkv", "h264", quality=12)
            (folder / f"{number:02}.txt").write_text(caption(said))


def _train(folder: Path, seconds: float) -> tuple[Path, int]:
    """Time a few steps, then train as many as there is time for."""
    began = time.monotonic()
    _run(folder, "trial", 12)
    spent = time.monotonic() - began
    log = (folder / "runs" / "pink" / "log.jsonl").read_text().splitlines()
    a_step = json.loads(log[-1])["seconds_a_step"]
    steps = max(60, int((seconds - spent - 5) / a_step * 0.95))
    return _run(folder, "whole", steps), steps


def _run(folder: Path, name: str, steps: int) -> Path:
    (folder / "runs" / "pink" / "checkpoint.safetensors").unlink(missing_ok=True)
    (folder / "runs" / "pink" / "log.jsonl").unlink(missing_ok=True)
    file = folder / f"{name}.toml"
    file.write_text(RECIPE.format(steps=steps))
    return run(file, work=folder / "runs")


def _share(made: Studio, ruler: Judge, count: int) -> float:
    """In how many of the prompts, which name no colour, something pink is seen."""
    right = 0
    for number, scenario in enumerate(scenarios(count, 903, held=True)):
        words = caption({n: v for n, v in scenario.concepts.items() if n != "colour"})
        right += nearest(made.shot(words, number), ruler) == "pink"
    return right / count


def nearest(pixels: np.ndarray, ruler: Judge) -> str:
    """The named colour, or pink, that what moves in a clip is most like: of its close-ups' middles.

    The colour of every pixel near the middle has a vote, by its hue and saturation.
    """
    picture = to_picture(pixels[None])
    track = judge(ruler, picture).track[None]
    near = close_ups(picture, track)[0]  # (17, 3, n, n)
    n = near.shape[-1]
    inner = near[:, :, n // 4 : -n // 4, n // 4 : -n // 4]
    colours = ((inner + 1) / 2).permute(0, 2, 3, 1).reshape(-1, 3).numpy()
    names: Mapping[str, tuple[float, float, float]] = {**world.COLOURS, "pink": PINK}
    table = np.array([_chroma(np.array(colour)) for colour in names.values()])
    votes = np.bincount(
        np.square(_chroma(colours)[:, None] - table[None]).sum(-1).argmin(1), minlength=len(names)
    )
    return list(names)[int(votes.argmax())]


def _chroma(colour: np.ndarray) -> np.ndarray:
    """A colour without its brightness: its parts of red, green and blue."""
    return colour / (colour.sum(-1, keepdims=True) + 1e-3)


if __name__ == "__main__":
    main()
