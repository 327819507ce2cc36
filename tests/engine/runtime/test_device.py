"""The device and its precision are chosen in one place, and what is free there is known."""

from __future__ import annotations

import pytest
import torch

from engine.errors import UsageError
from engine.runtime.device import choose, has_own_memory
from engine.runtime.memory import free_memory
from tests.engine.runtime.small import small_model


def here(
    monkeypatch: pytest.MonkeyPatch,
    *present: str,
    bfloat16: bool = True,
    cpu_bfloat16: bool = False,
) -> None:
    """Let only these devices be present."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: "cuda" in present)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda: bfloat16)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: "mps" in present)
    monkeypatch.setattr("engine.runtime.device._cpu_multiplies_bfloat16", lambda: cpu_bfloat16)


@pytest.mark.parametrize(
    ("present", "bfloat16", "device", "compute"),
    [
        ((), False, "cpu", torch.float32),
        ((), True, "cpu", torch.bfloat16),
        (("cuda",), True, "cuda", torch.bfloat16),
        (("cuda",), False, "cuda", torch.float16),
        (("mps",), True, "mps", torch.float16),
        (("cuda", "mps"), True, "cuda", torch.bfloat16),
    ],
)
def test_the_best_device_is_chosen_with_what_it_multiplies_well(
    monkeypatch: pytest.MonkeyPatch,
    present: tuple[str, ...],
    bfloat16: bool,
    device: str,
    compute: torch.dtype,
) -> None:
    here(monkeypatch, *present, bfloat16=bfloat16, cpu_bfloat16=bfloat16)
    found = choose("auto")
    assert (found.device.type, found.compute) == (device, compute)
    assert choose("cpu").device.type == "cpu"


@pytest.mark.parametrize("device", ["cuda", "mps"])
def test_a_device_that_is_not_there_is_refused_with_the_mend(
    monkeypatch: pytest.MonkeyPatch, device: str
) -> None:
    here(monkeypatch)
    with pytest.raises(UsageError, match=f"no {device} device is present. Use auto or cpu"):
        choose(device)  # type: ignore[arg-type]


def test_each_kind_of_device_tells_what_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda _device: (5, 24))
    monkeypatch.setattr(torch.mps, "recommended_max_memory", lambda: 16)
    monkeypatch.setattr(torch.mps, "current_allocated_memory", lambda: 9)
    assert free_memory(torch.device("cuda")) == 5
    assert free_memory(torch.device("mps")) == 7
    assert free_memory(torch.device("cpu")) > 2**20
    own = [has_own_memory(torch.device(kind)) for kind in ("cuda", "mps", "cpu")]
    assert own == [True, True, False]


def test_the_plan_for_a_small_device_is_made_before_anything_runs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = small_model()
    monkeypatch.setattr("engine.models.shdt.easing.has_own_memory", lambda _device: True)
    needs, told = [], []
    with made.easing("denoise", (4, 2, 10, 16)) as easing:
        for rung in ("release", "tile", "offload", "offload", "offload", "narrow", "narrow"):
            said = easing.ease(rung)  # type: ignore[arg-type]
            told.append(said and said.split()[-1])
            needs.append(easing.need())
    assert told == [None, "another", "one", "one", "one", "little", None]
    assert needs[0] > needs[1]  # one prediction at a time takes less
    assert needs[-1] < needs[0]
    assert made.way.resident is None
