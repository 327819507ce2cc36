"""Prints what keeping the starter's weights in fewer bits saves, and what it costs in the picture.

Run `python -m benchmarks.quantize [--steps N] [--json FILE]`; prints JSON. For each kind: megabytes
of the transformer, the error of one velocity against float32 (dB, signal to noise), and the PSNR of
the decoded picture of a whole shot against the one of float32, from the same noise.
"""

from __future__ import annotations

import argparse
import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from engine.diffusion.decoding import decode
from engine.diffusion.sample import Sampling
from engine.diffusion.shot import Shot, sample_shot
from engine.models.pool import ModelPool
from engine.models.quantize import KINDS, keep
from engine.models.registry import STARTER
from engine.runtime.device import Precision
from engine.runtime.footprint import weight_bytes

PROMPTS = ("a large red ball bounces in a meadow", "a small blue cube rolls in a studio")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--json", type=Path, help="write the figures here too")
    options = parser.parse_args()
    wanted = measured(None, options.steps)
    figures = {"float32": {"megabytes": wanted["megabytes"]}}
    for kind in KINDS:
        found = measured(kind, options.steps)
        figures[kind] = {
            "megabytes": found["megabytes"],
            "velocity_snr_db": round(snr(wanted["velocity"], found["velocity"]), 1),
            "picture_psnr_db": round(psnr(wanted["pictures"], found["pictures"]), 1),
        }
    text = json.dumps(figures, indent=2)
    print(text)
    if options.json:
        options.json.write_text(text + "\n", encoding="utf-8")


def measured(kind: Any, steps: int) -> dict[str, Any]:
    """The size, a velocity and the pictures of the starter with its blocks kept as `kind`."""
    loaded: Any = ModelPool("cpu").video(STARTER)
    model = replace(loaded, precision=Precision(torch.device("cpu"), torch.float32))
    if kind is not None:
        keep(model.transformer, kind, only=lambda name: name.startswith("blocks."))
    generator = torch.Generator().manual_seed(0)
    latent = torch.randn(1, model.latent_channels, 5, 10, 16, generator=generator)
    words = model.encode_prompt(PROMPTS[0]).words
    velocity = model.velocity(latent, torch.full((1, 5), 0.6), words)
    pictures = []
    for number, prompt in enumerate(PROMPTS):
        shot = Shot(prompt, "", 128, 72, 17)
        made = sample_shot(model, STARTER, shot, Sampling(steps=steps, seed=number))
        pictures.append(decode(model, made))
    return {
        "megabytes": round(weight_bytes(model.transformer) / 2**20, 2),
        "velocity": velocity,
        "pictures": np.stack(pictures),
    }


def snr(wanted: torch.Tensor, found: torch.Tensor) -> float:
    """Signal to noise in dB."""
    return 20 * math.log10(float(wanted.norm() / (found - wanted).norm().clamp(min=1e-12)))


def psnr(wanted: np.ndarray, found: np.ndarray) -> float:
    """Peak signal to noise in dB over 8-bit pictures."""
    error = float(((wanted.astype(np.float64) - found) ** 2).mean())
    return 20 * math.log10(255) - 10 * math.log10(max(error, 1e-9))


if __name__ == "__main__":
    main()
