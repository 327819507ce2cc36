"""Trains a LoRA of the shdt transformer on a folder of captioned films."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.models.lora import Lora, LowRank
from engine.models.shdt.transformer import ShdtTransformer
from engine.training.loop import LoopConfig, Report, Trainee, train
from engine.training.recompute import recompute_blocks
from engine.training.tuning import Course, Footage, FootageTraining, footage_loss


@dataclass(frozen=True)
class LoraTraining(FootageTraining):
    """The `[training]` table of a LoRA's training file."""

    drop_word: float = 0.3  # words left out: the LoRA's own subject needs no word
    rank: int = 16
    alpha: float = 16.0
    rate: float = 2e-3

    def __post_init__(self) -> None:
        super().__post_init__()
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
    footage: Footage,
    report: Report | None = None,
) -> dict[str, Tensor]:
    """The LoRA's tensors, named as `engine.models.lora` reads them."""
    torch.manual_seed(loop.seed)
    course = Course(footage, training, loop.steps)
    layers = adapt(model, training.rank, training.alpha)
    model.to(footage.precision.device)
    if loop.recompute:
        recompute_blocks(model)
    trained = low_rank(layers)
    loss = footage_loss(model, course, training, loop.batch, footage.precision)
    parts = list(trained.parameters())
    optimiser = torch.optim.AdamW(parts, lr=training.rate, betas=(0.9, 0.95), weight_decay=0.01)
    trainee = Trainee(trained, (optimiser,), loss, course.begin)
    average = train(trainee, loop, folder, report=report)
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
        tensors[f"{layer.replace('/', '.')}.lora_{matrix.upper()}.weight"] = value.half().cpu()
    for layer in layers:
        tensors[f"{layer}.alpha"] = torch.tensor(float(alpha))
    return {name: value.contiguous() for name, value in tensors.items()}


def lora_of(average: Mapping[str, Tensor], training: LoraTraining) -> Lora:
    """The LoRA that matrices of a checkpoint make, named as `low_rank` names them."""
    scale = training.alpha / training.rank
    layers = {
        name.removesuffix(".a").replace("/", "."): LowRank(
            value, average[f"{name.removesuffix('.a')}.b"], scale
        )
        for name, value in average.items()
        if name.endswith(".a")
    }
    return Lora("checkpoint", layers, {})


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
