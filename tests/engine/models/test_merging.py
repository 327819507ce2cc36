"""A model and LoRAs become one model, whose files are a copy but for the layers that changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from engine.errors import AiprodError, ModelError, UsageError
from engine.models import Adaptation, model
from engine.models.card import file_sha256
from engine.models.merging import merge_into_model
from engine.models.pool import ModelPool
from engine.models.registry import STARTER, loras, models, register, verify

LAYER = "blocks.0.attention.query"


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


def lora(folder: Path, name: str = "look", seed: int = 1, layer: str = LAYER) -> Path:
    draws = torch.Generator().manual_seed(seed)
    parts = {"lora_A": torch.randn(2, 192, generator=draws), "lora_B": torch.ones(192, 2) / 40}
    path = folder / f"{name}.safetensors"
    save_file({f"{layer}.{part}.weight": value for part, value in parts.items()}, path)
    return path


def test_a_merged_model_is_the_model_with_the_stack_on_top(tmp_path: Path) -> None:
    one, two = lora(tmp_path), lora(tmp_path, "motion", 2)
    made = merge_into_model(STARTER, [(str(one), 0.5), (str(two), -1.0)], "mine")
    assert [weights.card.part for weights in made] == ["transformer", "refiner"]
    assert all(verify(weights) is None for weights in made)
    stack = (Adaptation(one, 0.5), Adaptation(two, -1.0))
    merged, beside = ModelPool("cpu").video("mine"), ModelPool("cpu").video(STARTER, stack)
    for found, wanted in ((merged, beside), (merged.second, beside.second)):
        state = wanted.transformer.state_dict()
        for name, value in found.transformer.state_dict().items():
            assert torch.allclose(value, state[name], atol=2e-3), name


def test_everything_but_the_changed_layers_is_the_same_bits(tmp_path: Path) -> None:
    before = load_file(model(STARTER).parts["transformer"].path)
    made = merge_into_model(STARTER, [(str(lora(tmp_path)), 1.0)], "mine")
    after = load_file(made[0].path)
    assert before.keys() == after.keys()
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert changed == {f"{LAYER}.weight"}


def test_its_card_says_what_it_was_made_of_and_it_has_all_other_parts(tmp_path: Path) -> None:
    made = merge_into_model(STARTER, [(str(lora(tmp_path)), 0.8)], "mine")
    card = made[0].card
    assert (card.name, card.base, card.figures) == ("mine", STARTER, {})
    assert card.training["merged"] == [{"lora": "look", "strength": 0.8}]
    assert models()["mine"].parts.keys() == models()[STARTER].parts.keys()


def test_a_registered_lora_goes_by_its_name_and_brings_its_licence(tmp_path: Path) -> None:
    path = lora(tmp_path)
    card = json.loads(model(STARTER).parts["transformer"].path.with_suffix(".json").read_text())
    facts = {"name": "look", "part": "lora", "base": STARTER, "licence": "MIT"}
    facts |= {"sha256": file_sha256(path), "bytes": path.stat().st_size}
    path.with_suffix(".json").write_text(json.dumps(card | facts))
    register(path)
    assert "look" in loras()
    made = merge_into_model(STARTER, [("look", 1.0)], "mine")
    assert made[0].card.licence == "Apache-2.0, MIT"


@pytest.mark.parametrize(
    ("base", "layer", "name", "message"),
    [
        (STARTER, LAYER, STARTER, "there is a model shdt-starter already"),
        (STARTER, LAYER, "a/b", "is no name of a model"),
        (STARTER, "blocks.99.query", "mine", "are not in this model"),
        ("nothing", LAYER, "mine", "there is no model 'nothing'"),
    ],
)
def test_what_cannot_be_merged_is_said_and_nothing_is_left(
    tmp_path: Path, base: str, layer: str, name: str, message: str
) -> None:
    with pytest.raises((ModelError, UsageError), match=message):
        merge_into_model(base, [(str(lora(tmp_path, layer=layer)), 1.0)], name)
    assert not list((tmp_path / "data").rglob("*.safetensors"))


def test_weights_of_eight_bits_are_not_merged(tmp_path: Path) -> None:
    source = model(STARTER).parts["transformer"]
    small = tmp_path / "small.safetensors"
    tensors = load_file(source.path)
    tensors[f"{LAYER}.weight"] = tensors[f"{LAYER}.weight"].to(torch.float8_e4m3fn)
    save_file(tensors, small)
    card = json.loads(source.path.with_suffix(".json").read_text())
    facts = {"name": "small", "base": STARTER, "sha256": file_sha256(small)}
    facts |= {"bytes": small.stat().st_size}
    small.with_suffix(".json").write_text(json.dumps(card | facts))
    register(small)
    with pytest.raises(AiprodError, match="is kept in F8_E4M3"):
        merge_into_model("small", [(str(lora(tmp_path)), 1.0)], "mine")
