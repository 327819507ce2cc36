"""When memory is short, work steps down the ladder, says so, and comes to the same result."""

from __future__ import annotations

import gc
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.diffusion.decoding import decode
from engine.diffusion.running import Run
from engine.diffusion.sample import Sampling
from engine.diffusion.shot import Shot, sample_shot
from engine.diffusion.values import Latent
from engine.graph import Context, Prompt
from engine.graph.events import Warning as Warned
from engine.models.pool import ModelPool
from engine.models.shdt import easing
from engine.models.shdt.family import ShdtModel
from engine.models.shdt.sizes import RATE
from engine.nodes import generate
from engine.runtime.footprint import footprint, weight_bytes
from engine.runtime.ladder import OutOfMemory, descend
from tests.engine.runtime.limit import Limit
from tests.engine.runtime.small import small_model


@pytest.fixture(autouse=True)
def whole_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same precision, and so the same need, on every processor."""
    monkeypatch.setattr("engine.runtime.device._cpu_multiplies_bfloat16", lambda: False)


SHOT = Shot("a red ball bounces", "blue", 128, 72, 5)
SAMPLING = Sampling(steps=2, guidance=3.0)


class Parts:
    """Something that takes fewer bytes with every step down."""

    def __init__(self, **steps: int) -> None:
        self.steps = steps
        self.bytes = 1000

    def ease(self, rung: str) -> str | None:
        if rung not in self.steps:
            return None
        self.bytes = self.steps.pop(rung)
        return f"step: {rung}"


def latent(rows: int = 20, columns: int = 24) -> Latent:
    generator = torch.Generator().manual_seed(1)
    tensor = torch.randn(1, 4, 3, rows, columns, generator=generator)
    return Latent(tensor, "small", RATE, 8 * columns, 8 * rows)


def sampled(made: ShdtModel, notes: list[str] | None = None, **settings) -> torch.Tensor:
    told = notes.append if notes is not None else None
    return sample_shot(made, "small", SHOT, SAMPLING, run=Run(on_note=told, **settings)).tensor


def heights(made: ShdtModel) -> tuple[int, int]:
    """Bytes that a shot takes with one prediction at a time, and with two."""
    both = footprint(lambda: sampled(made)).peak
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ShdtModel, "batches", False)
        return footprint(lambda: sampled(made)).peak, both


def test_each_step_is_taken_in_order_and_told_until_the_work_fits() -> None:
    parts, told, tries = Parts(narrow=10, tile=500, offload=200), [], []

    def work() -> str:
        tries.append(parts.bytes)
        if parts.bytes > 100:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return "made"

    assert descend(work, [parts], told.append) == "made"
    assert tries == [1000, 500, 200, 10]
    assert told == [f"memory ran out: step: {rung}" for rung in ("tile", "offload", "narrow")]


def test_what_is_planned_not_to_fit_steps_down_before_it_starts() -> None:
    parts, told, tries = Parts(tile=500, offload=200), [], []
    descend(
        lambda: tries.append(parts.bytes),
        *([parts], told.append),
        need=lambda: parts.bytes * 2**20,
        room=lambda: 300 * 2**20,
    )
    assert tries == [200]
    assert told[0] == "1000 MB of memory would be needed, 300 MB are free: step: tile"


def test_when_no_step_is_left_the_error_says_what_can_be_done() -> None:
    def work() -> None:
        raise RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: 9 bytes")

    with pytest.raises(OutOfMemory, match="smaller or shorter"):
        descend(work, [Parts(tile=1), None], lambda _: None)


def test_other_errors_are_not_taken_for_a_lack_of_memory() -> None:
    def work() -> None:
        raise RuntimeError("shapes do not match")

    with pytest.raises(RuntimeError, match="shapes"):
        descend(work, [Parts(tile=1)], lambda _: None)


def test_a_picture_that_does_not_fit_is_decoded_in_tiles_and_is_the_same() -> None:
    made, notes = small_model(), []
    whole = decode(made, latent())
    most = made.easing("decode", (4, 3, 20, 24)).need() * 3 // 4
    with Limit(most) as limit:
        tiled = decode(made, latent(), on_note=notes.append)
    assert limit.failures > 0
    assert "tiles of at most" in notes[-1]
    assert np.abs(whole.astype(int) - tiled).max() <= 1  # a rounding
    assert made.way.side is None  # the next picture is not made in tiles for it


def test_guidance_that_does_not_fit_is_made_one_prediction_after_another() -> None:
    made, notes = small_model(), []
    wanted = sampled(made)
    with Limit(sum(heights(made)) // 2):
        found = sampled(made, notes)
    assert notes[-1].endswith("one after another")
    assert torch.allclose(found, wanted, atol=1e-4)
    assert made.way.batched


def test_weights_are_fetched_and_then_kept_in_fewer_bits_when_nothing_else_helps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(easing, "has_own_memory", lambda _device: True)
    made, notes = small_model(), []
    wanted = sampled(made)
    block = weight_bytes(made.transformer.blocks[0])
    rest = weight_bytes(made.transformer) - 4 * block

    def held() -> int:
        """What of the weights lies on the device, apart from what is fetched."""
        resident = 4 if made.way.resident is None else made.way.resident
        return rest + resident * block

    keep = easing.keep

    def kept_apart(*given, **named) -> int:
        """In main memory, which is not what is short."""
        limit.most, most = 2**60, limit.most
        try:
            return keep(*given, **named)
        finally:
            limit.most = most

    monkeypatch.setattr(easing, "keep", kept_apart)
    working = heights(made)[0]
    with Limit(rest + 2 * block + working + block // 2, held) as limit:
        found = sampled(made, notes)
    assert [note.split(": ")[1] for note in notes] == [
        "the predictions of a step are made one after another",
        "2 of 4 blocks of the network are fetched one by one",
        "3 of 4 blocks of the network are fetched one by one",
        "4 of 4 blocks of the network are fetched one by one",
    ]
    assert torch.allclose(found, wanted, atol=1e-4)
    assert made.way.resident is None
    with Limit(working // 2) as limit, pytest.raises(OutOfMemory):
        sampled(made, notes)
    assert "kept in 8 bits" in notes[-1]
    assert made.is_changed
    assert torch.allclose(sampled(made), wanted, atol=0.3)


def test_a_step_that_ran_out_of_memory_goes_on_from_the_one_before(tmp_path: Path) -> None:
    made, steps = small_model(), []
    limit = Limit(2**60)

    def on_step(done: int, _total: int, _sample: object) -> None:
        steps.append(done)
        if done == 1 and limit.failures == 0:
            gc.collect()
            limit.most = limit.now + 100

    def note(_: str) -> None:
        limit.most = 2**60

    with limit:
        sample_shot(
            *(made, "small", SHOT, SAMPLING), run=Run(on_step, note, tmp_path / "step.safetensors")
        )
    assert limit.failures > 0
    assert steps == [1, 2]


def test_a_shot_becomes_smaller_only_where_that_is_allowed(tmp_path: Path) -> None:
    pool, told = ModelPool("cpu"), []
    ctx = Context(tmp_path, models=pool, seed=1, on_event=told.append)

    def shot(**settings):
        return generate.shot(
            Prompt("a red ball bounces"), width=256, height=144, seconds=0.6, steps=1, tries=1,
            guidance=1.0, sound=False, ctx=ctx, **settings,
        )  # fmt: skip

    video = pool.video("shdt-starter")
    less, more = (
        video.easing("decode", (16, 2, rows, 2 * rows)).need()  # type: ignore[attr-defined]
        for rows in (8, 18)
    )
    with Limit((less + more) // 2):
        with pytest.raises(OutOfMemory):
            shot()
        clip = shot(smaller=True)
    assert (clip.width, clip.height) == (128, 72)
    warned = [event.message for event in told if isinstance(event, Warned)]
    assert "memory ran out: the shot is made at 128x72" in warned


def test_a_model_that_gave_up_bits_is_loaded_anew_for_the_next_shot() -> None:
    pool = ModelPool("cpu")
    first = pool.video("shdt-starter")
    assert pool.video("shdt-starter") is first
    first.way.narrow = True  # type: ignore[attr-defined]
    assert pool.video("shdt-starter") is not first
