from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn
from torch.profiler import ProfilerActivity, profile

from engine.runtime.footprint import footprint, weight_bytes
from engine.runtime.offload import placed


class Row(nn.Module):
    """Some blocks between two layers."""

    def __init__(self, width: int, count: int) -> None:
        super().__init__()
        self.first = nn.Linear(width, width)
        self.blocks = nn.ModuleList(
            nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width))
            for _ in range(count)
        )
        self.last = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        for block in self.blocks:
            x = x + block(x)
        return self.last(x)


def row(device: str = "cpu") -> Row:
    torch.manual_seed(0)
    with torch.device(device):
        return Row(64, 5).eval().requires_grad_(False)


def test_the_need_is_known_on_the_meta_device_before_anything_is_allocated(
    tmp_path: Path,
) -> None:
    model, x = row(), torch.randn(300, 64)
    with torch.no_grad(), profile(activities=[ProfilerActivity.CPU], profile_memory=True) as seen:
        model(x)
    empty, nothing = row("meta"), torch.empty(300, 64, device="meta")
    planned = footprint(lambda: empty(nothing)).peak
    assert abs(planned - measured(seen, tmp_path / "trace.json")) < 0.1 * planned


def measured(seen: profile, trace: Path) -> int:
    """The height of what the allocator handed out, by the profiler's own record."""
    seen.export_chrome_trace(str(trace))
    events = [e for e in json.loads(trace.read_text())["traceEvents"] if e["name"] == "[memory]"]
    now = peak = 0
    for event in sorted(events, key=lambda event: event["ts"]):
        now += event["args"]["Bytes"]
        peak = max(peak, now)
    return peak


@pytest.mark.parametrize("resident", [0, 2, 5])
def test_fetched_blocks_give_the_same_result(resident: int) -> None:
    model, x = row(), torch.randn(10, 64)
    wanted = model(x)
    before = {name: value.data_ptr() for name, value in model.named_parameters()}
    with placed(model, model.blocks, torch.device("cpu"), resident=resident):
        assert torch.equal(model(x), wanted)
        assert torch.equal(model(x), wanted)
    assert {name: value.data_ptr() for name, value in model.named_parameters()} == before


def test_no_more_than_two_fetched_blocks_are_there_at_a_time() -> None:
    model, x = row(), torch.randn(2, 64)
    block = weight_bytes(model.blocks[0])
    plain = footprint(lambda: model(x)).peak
    with placed(model, model.blocks, torch.device("cpu"), resident=1):
        fetched = footprint(lambda: model(x)).peak
    assert 2 * block <= fetched <= 2 * block + 2 * plain


def test_weights_are_where_they_were_when_the_work_fails() -> None:
    model = row()
    before = model.blocks[4][0].weight.data_ptr()
    with (
        pytest.raises(RuntimeError),
        placed(model, model.blocks, torch.device("cpu"), resident=0),
    ):
        model(torch.randn(2, 63))
    assert model.blocks[4][0].weight.data_ptr() == before
