"""Trains a LoRA of the shdt transformer on a folder of captioned films."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.models.shdt.transformer import ShdtTransformer
from engine.models.shdt.vae import VideoAutoencoder
from engine.runtime.device import Precision
from engine.training.flow import FlowTraining, draw, sigmas
from engine.training.footage import footage_sets
from engine.training.loop import LoopConfig, Report, Trainee, train


@dataclass(frozen=True)
class LoraTraining:
    """The `[training]` table of a LoRA's training file."""

    footage: str  # the folder of films, beside the training file
    rank: int = 16
    alpha: float = 16.0
    rate: float = 2e-3
    shift: float = 2.0
    drop_prompt: float = 0.1
    drop_word: float = 0.3  # words left out: the LoRA's own subject needs no word

    def __post_init__(self) -> None:
        if not 1 <= self.rank <= 256:
            raise ValueError(f"rank is {self.rank}; use 1 to 256")


class Adapted(nn.Module):
    """A frozen linear layer with a trained low-rank path beside it."""

    def __init__(self, linear: nn.Linear, rank: int, alpha: float) -> None:
        super().__init__()
        self.linear, self.scale = linear, alpha / rank
        self.a = nn.Parameter(torch.empty(rank, linear.in_features))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank))
        nn.init.kaiming_uniform_(self.a, a=math.sqrt(5))

    def forward(self, x: Tensor) -> Tensor:
        return self.linear(x) + self.scale * F.linear(F.linear(x, self.a), self.b)


def train_lora(
    loop: LoopConfig,
    training: LoraTraining,
    model: ShdtTransformer,
    folder: Path,
    *,
    footage: Path,
    vae: VideoAutoencoder,
    precision: Precision,
    report: Report | None = None,
) -> dict[str, Tensor]:
    """The LoRA's tensors, named as `engine.models.lora` reads them."""
    torch.manual_seed(loop.seed)
    sets = footage_sets(footage, folder / "latents", vae, precision)
    weights = torch.tensor([float(len(one.latents)) for one in sets])
    flow = FlowTraining(
        buckets=(),
        shift=training.shift,
        drop_prompt=training.drop_prompt,
        drop_word=training.drop_word,
    )
    layers = adapt(model, training.rank, training.alpha)
    trained = low_rank(layers)

    def loss(generator: torch.Generator) -> tuple[Tensor, Mapping[str, float]]:
        choice = int(torch.multinomial(weights, 1, generator=generator))
        clean, words, _ = draw(sets[choice], loop.batch, flow, generator)
        noise = torch.randn(clean.shape, generator=generator)
        sigma = sigmas(clean, flow, generator)
        level = sigma[:, None, :, None, None]
        with precision.autocast():
            predicted = model((1 - level) * clean + level * noise, sigma, words)
        square = (predicted.float() - (noise - clean)).square()
        asked = (level > 0).float().expand_as(square)
        return (square * asked).sum() / asked.sum(), {}

    parts = list(trained.parameters())
    optimiser = torch.optim.AdamW(parts, lr=training.rate, betas=(0.9, 0.95), weight_decay=0.01)
    average = train(Trainee(trained, (optimiser,), loss), loop, folder, report=report)
    return lora_tensors(average, layers, training.alpha)


def low_rank(layers: Mapping[str, Adapted]) -> nn.Module:
    """Only the low-rank matrices, by layer: what is trained and kept in checkpoints."""
    module = nn.Module()
    for name, part in layers.items():
        pair = nn.Module()
        pair.a, pair.b = part.a, part.b
        module.add_module(name.replace(".", "/"), pair)
    return module


def lora_tensors(
    average: Mapping[str, Tensor], layers: Mapping[str, Adapted], alpha: float
) -> dict[str, Tensor]:
    """The trained matrices in half precision, named as `engine.models.lora` reads them."""
    tensors = {}
    for name, value in average.items():
        layer, matrix = name.rsplit(".", 1)
        tensors[f"{layer.replace('/', '.')}.lora_{matrix.upper()}.weight"] = value.half()
    for layer in layers:
        tensors[f"{layer}.alpha"] = torch.tensor(float(alpha))
    return {name: value.contiguous() for name, value in tensors.items()}


def adapt(model: ShdtTransformer, rank: int, alpha: float) -> dict[str, Adapted]:
    """Put low-rank paths beside all linear layers of the blocks; the rest is frozen."""
    model.requires_grad_(False)
    linears = [
        name
        for name, part in model.named_modules()
        if isinstance(part, nn.Linear) and name.startswith("blocks.")
    ]
    layers = {}
    for name in linears:
        parent, _, last = name.rpartition(".")
        linear = model.get_submodule(name)
        assert isinstance(linear, nn.Linear)
        layers[name] = Adapted(linear, rank, alpha)
        setattr(model.get_submodule(parent), last, layers[name])
    return layers
