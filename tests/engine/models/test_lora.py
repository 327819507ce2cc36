from __future__ import annotations

import json
import struct
import time
from pathlib import Path

import psutil
import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from engine.errors import ModelError
from engine.models.lora import beside, linear_shapes, merged, read_lora


def network() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(6, 8), nn.SiLU(), nn.Linear(8, 4)).requires_grad_(False)


def lora_file(folder: Path, **changes: Tensor) -> Path:
    generator = torch.Generator().manual_seed(1)
    tensors = {
        "diffusion_model.0.lora_A.weight": torch.randn(2, 6, generator=generator),
        "diffusion_model.0.lora_B.weight": torch.randn(8, 2, generator=generator),
        "2.lora_down.weight": torch.randn(3, 8, generator=generator),
        "2.lora_up.weight": torch.randn(4, 3, generator=generator),
        "2.alpha": torch.tensor(1.5),
    }
    path = folder / "style.safetensors"
    save_file(tensors | changes, path)
    return path


def test_a_lora_changes_the_weights_and_they_come_back_bit_for_bit(tmp_path: Path) -> None:
    model, lora = network(), read_lora(lora_file(tmp_path))
    before = {name: value.clone() for name, value in model.state_dict().items()}
    with merged(model, [(lora, 0.7), (lora, -0.3)]):
        part = lora.layers["2"]
        wanted = before["2.weight"] + 0.4 * 0.5 * part.b @ part.a
        assert torch.allclose(model[2].weight, wanted, atol=1e-6)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


def test_merged_and_beside_give_the_same_output(tmp_path: Path) -> None:
    model, lora, x = network(), read_lora(lora_file(tmp_path)), torch.randn(5, 6)
    plain = model(x)
    with merged(model, [(lora, 0.8)]):
        one = model(x)
    with beside(model, [(lora, 0.8)]):
        two = model(x)
    assert torch.allclose(one, two, atol=1e-5)
    assert not torch.allclose(one, plain, atol=1e-2)
    assert torch.equal(model(x), plain)


def test_weights_come_back_when_the_work_fails(tmp_path: Path) -> None:
    model, lora = network(), read_lora(lora_file(tmp_path))
    before = model[0].weight.clone()

    def work() -> None:
        with merged(model, [(lora, 1.0)]):
            raise RuntimeError

    with pytest.raises(RuntimeError):
        work()
    assert torch.equal(model[0].weight, before)


def test_a_lora_of_another_family_is_refused_by_name(tmp_path: Path) -> None:
    lora = read_lora(lora_file(tmp_path))
    with (
        pytest.raises(ModelError, match="family"),
        merged(nn.Sequential(nn.Linear(6, 8)), [(lora, 1)]),
    ):
        pass
    other = nn.Sequential(nn.Linear(6, 9), nn.SiLU(), nn.Linear(9, 4))
    with pytest.raises(ModelError, match=r"(0|2) is"), beside(other, [(lora, 1)]):
        pass


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("stray", torch.zeros(2), "stray"),
        ("diffusion_model.0.lora_B.weight", torch.zeros(8, 3), "second matrix"),
        ("2.lora_up.weight", torch.full((4, 3), torch.nan), "not numbers"),
    ],
)
def test_a_file_that_is_no_lora_is_refused(
    tmp_path: Path, name: str, value: Tensor, said: str
) -> None:
    path = lora_file(tmp_path, **{name: value})
    with pytest.raises(ModelError, match=said):
        read_lora(path)


@pytest.mark.parametrize(
    ("rank", "width", "said"),
    [(2, 2**33, r"0 is \(8, 8589934592\)"), (2**33, 6, "of rank 8589934592")],
)
def test_a_lora_that_claims_100_gb_is_refused_unread(
    tmp_path: Path, rank: int, width: int, said: str
) -> None:
    sizes = [4 * rank * width, 4 * rank * 8]
    entries = {"A": ([rank, width], [0, sizes[0]]), "B": ([8, rank], [sizes[0], sum(sizes)])}
    header = {
        f"0.lora_{name}.weight": {"dtype": "F32", "shape": shape, "data_offsets": span}
        for name, (shape, span) in entries.items()
    }
    raw = json.dumps(header).encode()
    path = tmp_path / "large.safetensors"
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(raw)) + raw)
        file.truncate(8 + len(raw) + sum(sizes))  # a hole: the disk holds nothing of it
    before, began = psutil.Process().memory_info().rss, time.thread_time()
    with pytest.raises(ModelError, match=said):
        read_lora(path, linear_shapes(network()))
    assert psutil.Process().memory_info().rss - before < 64 * 2**20
    assert time.thread_time() - began < 2
