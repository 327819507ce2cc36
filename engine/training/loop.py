"""The training loop: schedule, averaged weights, checkpoints, exact resume, a log of losses."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.optim import Optimizer

from engine.errors import ModelError
from engine.runtime.files import atomic_path

Report = Callable[[int, Mapping[str, float]], None]


@dataclass(frozen=True)
class LoopConfig:
    """How long and how: read from the `[loop]` table of a training file."""

    steps: int
    batch: int
    seed: int = 0
    warmup: int = 100
    final_rate: float = 0.02  # part of the learning rate left at the last step (cosine)
    clip_norm: float = 1.0
    average: float = 0.999  # decay of the averaged weights; 0 keeps the plain ones
    checkpoint_every: int = 200
    log_every: int = 20

    def __post_init__(self) -> None:
        if self.steps < 1 or self.batch < 1:
            raise ModelError("steps and batch are at least 1", where="[loop]")


@dataclass(frozen=True)
class Trainee:
    """What a loop trains: the module, its optimisers and the loss of one step."""

    module: nn.Module
    optimisers: tuple[Optimizer, ...]
    loss: Callable[[torch.Generator], tuple[Tensor, Mapping[str, float]]]


def train(
    trainee: Trainee, config: LoopConfig, folder: Path, *, report: Report | None = None
) -> dict[str, Tensor]:
    """Run the loop to its last step and return the averaged weights.

    Each step draws from a generator seeded with (seed, step), so a run that is stopped and started
    again from `folder` goes on exactly as it would have.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rates = [[group["lr"] for group in o.param_groups] for o in trainee.optimisers]
    average = {name: value.detach().clone() for name, value in _weights(trainee.module)}
    step = _resume(trainee, average, folder / "checkpoint.safetensors")
    sums: dict[str, float] = {}
    began, first = time.monotonic(), step
    while step < config.steps:
        _set_rates(trainee.optimisers, rates, schedule(step, config))
        values = _step(trainee, config, step)
        step += 1
        _average(average, trainee.module, min(config.average, (1 + step) / (10 + step)))
        for name, value in values.items():
            sums[name] = sums.get(name, 0.0) + value
        if step % config.log_every == 0 or step == config.steps:
            count = (step - 1) % config.log_every + 1
            means = {name: value / count for name, value in sums.items()}
            sums.clear()
            means["seconds_a_step"] = (time.monotonic() - began) / (step - first)
            _log(folder / "log.jsonl", step, means)
            if report:
                report(step, means)
        if step % config.checkpoint_every == 0 or step == config.steps:
            _checkpoint(trainee, average, step, folder / "checkpoint.safetensors")
    return average


def schedule(step: int, config: LoopConfig) -> float:
    """Factor of the learning rate: linear warm-up, then cosine to `final_rate`."""
    if step < config.warmup:
        return (step + 1) / config.warmup
    part = (step - config.warmup) / max(1, config.steps - config.warmup)
    return config.final_rate + (1 - config.final_rate) * 0.5 * (1 + math.cos(math.pi * part))


def read_log(folder: Path) -> list[dict[str, float]]:
    """The losses logged so far, oldest first; a resumed stretch replaces what it repeats."""
    lines = (folder / "log.jsonl").read_text().splitlines()
    entries = {entry["step"]: entry for entry in map(json.loads, lines)}
    return [entries[step] for step in sorted(entries)]


def _step(trainee: Trainee, config: LoopConfig, step: int) -> Mapping[str, float]:
    generator = torch.Generator().manual_seed(config.seed * 1_000_003 + step)
    loss, values = trainee.loss(generator)
    for optimiser in trainee.optimisers:
        optimiser.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    norm = nn.utils.clip_grad_norm_(trainee.module.parameters(), config.clip_norm)
    if not torch.isfinite(norm):
        raise ModelError(
            f"the gradient is not finite at step {step}",
            where="training",
            mend="lower the learning rate and start again from the last checkpoint",
        )
    for optimiser in trainee.optimisers:
        optimiser.step()
    return {"loss": float(loss.detach()), **values}


def _set_rates(optimisers: Iterable[Optimizer], rates: list[list[float]], factor: float) -> None:
    for optimiser, group_rates in zip(optimisers, rates, strict=True):
        for group, rate in zip(optimiser.param_groups, group_rates, strict=True):
            group["lr"] = rate * factor


def _weights(module: nn.Module) -> Iterable[tuple[str, Tensor]]:
    return module.named_parameters()


@torch.no_grad()
def _average(average: dict[str, Tensor], module: nn.Module, decay: float) -> None:
    for name, value in _weights(module):
        average[name].lerp_(value.detach(), 1 - decay)


def _checkpoint(trainee: Trainee, average: Mapping[str, Tensor], step: int, path: Path) -> None:
    tensors = {f"weights/{name}": value.detach() for name, value in _weights(trainee.module)}
    tensors |= {f"average/{name}": value for name, value in average.items()}
    for number, optimiser in enumerate(trainee.optimisers):
        for index, state in optimiser.state_dict()["state"].items():
            for key, value in state.items():
                tensors[f"optimiser{number}/{index}/{key}"] = torch.as_tensor(value).clone()
    tensors = {name: value.contiguous() for name, value in tensors.items()}
    with atomic_path(path) as temporary:
        save_file(tensors, temporary, metadata={"step": str(step)})


def _resume(trainee: Trainee, average: dict[str, Tensor], path: Path) -> int:
    if not path.exists():
        return 0
    tensors = load_file(path)
    with torch.no_grad():
        for name, value in _weights(trainee.module):
            value.copy_(tensors[f"weights/{name}"])
            average[name].copy_(tensors[f"average/{name}"])
    for number, optimiser in enumerate(trainee.optimisers):
        state: dict[int, dict[str, Tensor]] = {}
        prefix = f"optimiser{number}/"
        for name, value in tensors.items():
            if name.startswith(prefix):
                index, key = name.removeprefix(prefix).split("/")
                state.setdefault(int(index), {})[key] = value
        optimiser.load_state_dict({**optimiser.state_dict(), "state": state})
    with safe_open(path, "pt") as file:
        return int(file.metadata()["step"])


def _log(path: Path, step: int, values: Mapping[str, float]) -> None:
    entry = {"step": step, **{name: float(f"{value:.6g}") for name, value in values.items()}}
    with path.open("a") as file:
        file.write(json.dumps(entry) + "\n")
