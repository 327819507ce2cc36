"""An LTX-2 model that runs out of memory is planned anew for less, as long as that can work."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from benchmarks._ltx2_peer import write_prompts, write_tiny
from engine.diffusion.running import Run
from engine.diffusion.sample import Sampling
from engine.diffusion.shot import Shot, sample_shot
from engine.models.ltx2.family import LEAST_BUDGET, load_ltx2
from engine.runtime.device import Precision
from engine.runtime.ladder import OutOfMemory

CPU = Precision(torch.device("cpu"), torch.float32)


def test_a_run_that_does_not_fit_is_planned_for_less_and_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    checkpoint = write_tiny(tmp_path / "ltx-2-small.safetensors")
    write_prompts(checkpoint, "a dog", "")
    shot, notes = Shot("a dog", "", 96, 64, 9), []

    def made(model, most: int | None = None) -> torch.Tensor:
        predict = model.predict

        def limited(query):
            if most is not None and model.budget > most:
                raise torch.OutOfMemoryError("out of memory")
            return predict(query)

        model.predict = limited
        return sample_shot(
            model, "small", shot, Sampling(1, 1.0), run=Run(on_note=notes.append)
        ).tensor

    wanted = made(load_ltx2(checkpoint, {}, CPU, budget=2**30))
    model = load_ltx2(checkpoint, {}, CPU, budget=2**30)
    assert torch.allclose(made(model, 2**28), wanted, atol=1e-5)
    assert notes == [
        f"memory ran out: the model is planned anew for {size} MB" for size in (512, 256)
    ]
    with pytest.raises(OutOfMemory):
        made(model, 0)
    assert model.budget >= LEAST_BUDGET
