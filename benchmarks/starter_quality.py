"""How well the starter model does what it is told, judged by measurement. Prints JSON.

    python -m benchmarks.starter_quality [--prompts 64] [--sheet sheet.png]

Prompts are of combinations that no training saw. The judge is trained on renders alone; its own
accuracy on held-out renders is the ceiling of every figure.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks._judge import JUDGED, Judge, accuracy, judge, trained_judge
from engine.diffusion.sample import Sampling
from engine.diffusion.shot import Shot, decode, doublings, sample_shot, upsample
from engine.models.family import VideoModel
from engine.models.pool import ModelPool
from engine.models.registry import STARTER
from engine.models.shdt.lexicon import caption
from engine.models.shdt.upsampler import bilinear
from engine.runtime.device import limit_threads
from engine.runtime.files import atomic_write
from engine.training import world
from engine.training.autoencoder import psnr, to_picture
from engine.training.clips import clip_set, scenarios


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prompts", type=int, default=64)
    parser.add_argument("--clips", type=int, default=16, help="held-out clips for the autoencoder")
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--guidance", type=float, default=3.0)
    parser.add_argument("--work", type=Path, default=Path("runs"))
    parser.add_argument("--sheet", type=Path, help="write middle frames of all prompts here")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    arguments = parser.parse_args()
    limit_threads()
    ruler = trained_judge(arguments.work)
    held = clip_set(arguments.work / "clips", count=128, width=128, height=80, seed=77, held=True)
    model = ModelPool().video(STARTER)
    report = {
        "judge_on_renders": _rounded(accuracy(ruler, held)),
        "prompts": arguments.prompts,
        **_prompts(model, ruler, arguments),
        "autoencoder": _autoencoder(model, arguments.clips),
        "upsampler": _upsampler(model, arguments.clips),
    }
    text = json.dumps(report, indent=2)
    print(text)
    if arguments.json:
        atomic_write(arguments.json, text + "\n")


def _prompts(model: VideoModel, ruler: Judge, arguments: argparse.Namespace) -> dict[str, object]:
    right = dict.fromkeys(JUDGED, 0)
    middles, began = [], time.monotonic()
    for index, scenario in enumerate(scenarios(arguments.prompts, 501, held=True)):
        picture = _generate(model, caption(scenario.concepts), index, arguments)
        middles.append(picture[8])
        seen = judge(ruler, to_picture(picture[None])).concepts
        for facet in JUDGED:
            right[facet] += seen[facet] == scenario.concepts[facet]
    if arguments.sheet:
        rows = [np.concatenate(middles[at : at + 8], 1) for at in range(0, len(middles) - 7, 8)]
        Image.fromarray(np.concatenate(rows, 0)).save(arguments.sheet)
    return {
        "seconds_a_clip": round((time.monotonic() - began) / arguments.prompts, 2),
        "judged": _rounded({facet: n / arguments.prompts for facet, n in right.items()}),
    }


def _generate(
    model: VideoModel, prompt: str, seed: int, arguments: argparse.Namespace
) -> np.ndarray:
    shot = Shot(prompt, "", 256, 144, 17)
    sampling = Sampling(steps=arguments.steps, guidance=arguments.guidance, seed=seed)
    latent = sample_shot(model, STARTER, shot, sampling)
    for _ in range(doublings(latent, shot.width)):
        latent = upsample(model, latent)
    return decode(model, latent)


def _autoencoder(model: VideoModel, count: int) -> dict[str, float]:
    """PSNR in dB over held-out clips at full size."""
    values = []
    for scenario in scenarios(count, 502, held=True):
        picture = to_picture(world.render(scenario, 256, 144)[None])
        values.append(psnr(model.decode(model.encode(picture)), picture))
    return {"psnr_mean": round(float(np.mean(values)), 2), "psnr_worst": round(min(values), 2)}


def _upsampler(model: VideoModel, count: int) -> dict[str, float]:
    """PSNR in dB against the decoded large latent: the learned upsampler and plain bilinear."""
    learned, plain = [], []
    for scenario in scenarios(count, 503, held=True):
        small = model.encode(to_picture(world.render(scenario, 128, 72)[None]))
        truth = to_picture(world.render(scenario, 256, 144)[None])
        learned.append(psnr(model.decode(model.upsample(small)), truth))
        flat = small[0].transpose(0, 1)
        larger = bilinear(flat).transpose(0, 1)[None]
        plain.append(psnr(model.decode(larger), truth))
    return {
        "learned": round(float(np.mean(learned)), 2),
        "bilinear": round(float(np.mean(plain)), 2),
    }


def _rounded(values: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 3) for name, value in values.items()}


if __name__ == "__main__":
    torch.manual_seed(0)
    main()
