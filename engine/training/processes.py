"""Training in several processes: which of them this one is, and what they add up (accelerate).

A launcher (`torchrun`, `accelerate launch`, or `aiprod-engine train --processes`) starts the same
command as many times as there are CPUs, GPUs or machines to use, and says in the environment which
of them each one is.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from engine.errors import UsageError

if TYPE_CHECKING:
    from accelerate import Accelerator


@dataclass(frozen=True, eq=False)
class Team:
    """The processes that train together: alone, unless a launcher started several."""

    rank: int = 0
    count: int = 1
    accelerator: Accelerator | None = None

    @property
    def leads(self) -> bool:
        """Whether this is the process that writes files and tells how it goes."""
        return self.rank == 0

    def wait(self) -> None:
        """Go on when all processes are here."""
        if self.accelerator:
            self.accelerator.wait_for_everyone()

    def add_up(self, values: Tensor) -> Tensor:
        """The sum of a tensor over all processes, the same in each."""
        if self.accelerator is None:
            return values
        there = values.to(self.accelerator.device)
        summed: Tensor = self.accelerator.reduce(there, reduction="sum")
        return summed.to(values.device)

    def add_gradients(self, module: nn.Module) -> None:
        """Let every process have the sum of all gradients; a parameter that none used has none."""
        if self.accelerator is None:
            return
        parameters = [value for value in module.parameters() if value.requires_grad]
        used = self.add_up(torch.tensor([float(p.grad is not None) for p in parameters]))
        shared = [p for p, count in zip(parameters, used.tolist(), strict=True) if count]
        parts = [torch.zeros_like(p) if p.grad is None else p.grad for p in shared]
        whole = self.add_up(torch.cat([part.flatten() for part in parts]))
        at = 0
        for parameter in shared:
            parameter.grad = whole[at : at + parameter.numel()].view_as(parameter)
            at += parameter.numel()


@cache
def team() -> Team:
    """This process's team. Raises UsageError when several were started without accelerate."""
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        return Team()
    try:
        from accelerate import Accelerator
    except ImportError:
        raise UsageError(
            "training in several processes needs accelerate",
            where="--processes",
            mend="Install it with: pip install 'aiprod[training]'.",
        ) from None
    accelerator = Accelerator()
    return Team(accelerator.process_index, accelerator.num_processes, accelerator)


def launch(arguments: Sequence[str], count: int, *, cpu: bool) -> int:
    """Run `aiprod-engine train` with these arguments in `count` processes; their exit status."""
    environment = dict(os.environ) | ({"ACCELERATE_USE_CPU": "true"} if cpu else {})
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    command += [f"--nproc-per-node={count}", "-m", "engine.cli", "train", *arguments]
    return subprocess.run(command, env=environment, check=False).returncode
