"""The training loop: schedule, averaged weights, checkpoints, exact resume, a log of losses."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, get_args

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.optim import Optimizer

from engine.errors import ModelError, UsageError
from engine.runtime.device import Precision
from engine.runtime.files import atomic_path
from engine.training.processes import Team, team
from engine.training.recompute import recompute_blocks

Report = Callable[[int, Mapping[str, float]], None]
PrecisionName = Literal["auto", "float32", "bfloat16", "float16"]


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
    parts: int = 1  # batches whose gradients a step adds up; several processes share them out
    precision: PrecisionName = "auto"  # of matrix products: auto is the fastest that is done well
    recompute: bool = False  # blocks are computed again in the backward pass, to save memory

    def __post_init__(self) -> None:
        if min(self.steps, self.batch, self.parts, self.log_every, self.checkpoint_every) < 1:
            raise ModelError("steps, batch and the other counts are at least 1", where="[loop]")
        if self.precision not in get_args(PrecisionName):
            names = ", ".join(get_args(PrecisionName))
            raise ModelError(f"precision is one of {names}", where="[loop]")


def precise(config: LoopConfig, chosen: Precision) -> Precision:
    """The device that was chosen, with the precision that the training file asks for."""
    return replace(chosen, compute=_TYPES.get(config.precision, chosen.compute))


def name_of(precision: Precision) -> PrecisionName:
    """How training files call a precision."""
    return next(name for name, kind in _TYPES.items() if kind == precision.compute)


_TYPES: dict[PrecisionName, torch.dtype] = {
    "float32": torch.float32,
    "bfloat16": torch.bfloat16,
    "float16": torch.float16,
}


@dataclass(frozen=True)
class Trainee:
    """What a loop trains: the module, its optimisers and the loss of one part of a step."""

    module: nn.Module
    optimisers: tuple[Optimizer, ...]
    loss: Callable[[torch.Generator], tuple[Tensor, Mapping[str, float]]]
    begin: Callable[[int], None] | None = None  # told the number of each step before its loss


def train(
    trainee: Trainee, config: LoopConfig, folder: Path, *, report: Report | None = None
) -> dict[str, Tensor]:
    """Run the loop to its last step and return the averaged weights.

    Each part of a step draws from a generator seeded with (seed, step, part), so a run that is
    stopped and started again from `folder` goes on exactly as it would have, and several processes
    draw what one would have drawn. Files are written, and `report` is called, by one of them.
    """
    us = _team(config)
    folder.mkdir(parents=True, exist_ok=True)
    if config.recompute:
        recompute_blocks(trainee.module)
    rates = [[group["lr"] for group in o.param_groups] for o in trainee.optimisers]
    average = {name: value.detach().clone() for name, value in _weights(trainee.module)}
    scaler = torch.amp.GradScaler("cuda", enabled=_scales(config, trainee.module))
    step = _resume(trainee, average, scaler, folder / "checkpoint.safetensors")
    spent = seconds_spent(folder)
    sums: dict[str, float] = {}
    began, first = time.monotonic(), step
    while step < config.steps:
        _set_rates(trainee.optimisers, rates, schedule(step, config))
        values = _step(trainee, config, step, us, scaler)
        step += 1
        _average(average, trainee.module, min(config.average, (1 + step) / (10 + step)))
        for name, value in values.items():
            sums[name] = sums.get(name, 0.0) + value
        seconds = time.monotonic() - began
        if us.leads and (step % config.checkpoint_every == 0 or step == config.steps):
            path = folder / "checkpoint.safetensors"
            _checkpoint(trainee, average, scaler, step, spent + seconds, path)
        if us.leads and (step % config.log_every == 0 or step == config.steps):
            count = (step - 1) % config.log_every + 1
            means = {name: value / count for name, value in sums.items()}
            sums.clear()
            means["seconds_a_step"] = seconds / (step - first)
            _log(folder / "log.jsonl", step, means)
            if report:
                report(step, means)
    us.wait()
    return average


def _team(config: LoopConfig) -> Team:
    """This process's team, when all of it is here: the others begin when the data is made."""
    us = team()
    if config.parts % us.count:
        raise UsageError(
            f"{us.count} processes cannot share {config.parts} parts",
            where="[loop]: parts",
            mend=f"Set parts to a multiple of {us.count}, and batch to a part's clips.",
        )
    if us.leads:
        us.wait()
    return us


def _scales(config: LoopConfig, module: nn.Module) -> bool:
    """Whether losses are scaled, lest gradients vanish in half precision."""
    device = next(module.parameters()).device
    return config.precision == "float16" and device.type == "cuda"


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


def _step(
    trainee: Trainee, config: LoopConfig, step: int, us: Team, scaler: torch.amp.GradScaler
) -> Mapping[str, float]:
    """One step of the optimisers, and the means of what its parts measured."""
    for optimiser in trainee.optimisers:
        optimiser.zero_grad(set_to_none=True)
    if trainee.begin:
        trainee.begin(step)
    found: dict[str, float] = {}
    for part in range(us.rank, config.parts, us.count):
        seed = config.seed * 1_000_003 + step + (part << 40)
        loss, values = trainee.loss(torch.Generator().manual_seed(seed))
        scaler.scale(loss / config.parts).backward()  # type: ignore[no-untyped-call]
        for name, value in {"loss": float(loss.detach()), **values}.items():
            found[name] = found.get(name, 0.0) + value / config.parts
    us.add_gradients(trainee.module)
    for optimiser in trainee.optimisers:
        scaler.unscale_(optimiser)
    norm = nn.utils.clip_grad_norm_(trainee.module.parameters(), config.clip_norm)
    if not torch.isfinite(norm) and not scaler.is_enabled():
        raise ModelError(
            f"the gradient is not finite at step {step}",
            where="training",
            mend="lower the learning rate and start again from the last checkpoint",
        )
    for optimiser in trainee.optimisers:
        scaler.step(optimiser)
    scaler.update()
    sums = us.add_up(torch.tensor(list(found.values()), dtype=torch.float64))
    return dict(zip(found, sums.tolist(), strict=True))


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


def _checkpoint(
    trainee: Trainee,
    average: Mapping[str, Tensor],
    scaler: torch.amp.GradScaler,
    step: int,
    seconds: float,
    path: Path,
) -> None:
    tensors = {f"weights/{name}": value.detach() for name, value in _weights(trainee.module)}
    tensors |= {f"average/{name}": value for name, value in average.items()}
    for number, optimiser in enumerate(trainee.optimisers):
        for index, state in optimiser.state_dict()["state"].items():
            for key, value in state.items():
                tensors[f"optimiser{number}/{index}/{key}"] = torch.as_tensor(value).clone()
    tensors = {name: value.contiguous() for name, value in tensors.items()}
    with atomic_path(path) as temporary:
        facts = {"step": str(step), "seconds": f"{seconds:.1f}"}
        facts["scaler"] = json.dumps(scaler.state_dict())
        save_file(tensors, temporary, metadata=facts)


def seconds_spent(folder: Path) -> float:
    """How long a training has taken so far, over all its runs."""
    path = folder / "checkpoint.safetensors"
    return float(_facts(path).get("seconds", 0)) if path.exists() else 0.0


def _facts(path: Path) -> Mapping[str, str]:
    with safe_open(path, "pt") as file:
        return dict(file.metadata() or {})


def _resume(
    trainee: Trainee, average: dict[str, Tensor], scaler: torch.amp.GradScaler, path: Path
) -> int:
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
    facts = _facts(path)
    if scaler.is_enabled() and "scaler" in facts:
        scaler.load_state_dict(json.loads(facts["scaler"]))
    return int(facts["step"])


def _log(path: Path, step: int, values: Mapping[str, float]) -> None:
    entry = {"step": step, **{name: float(f"{value:.6g}") for name, value in values.items()}}
    with path.open("a") as file:
        file.write(json.dumps(entry) + "\n")
