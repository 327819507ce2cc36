"""A shot's key holds the weights that make it: those of the linked model, else the default's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from engine.errors import ModelError
from engine.graph import Graph, Node
from engine.graph.keys import Ground, result_keys
from engine.graph.prepare import prepare
from engine.models import models
from engine.models.card import file_sha256, write_card
from engine.models.registry import PARTS, STARTER, promote, register, rollback
from engine.nodes import builtin_registry


def install(folder: Path, name: str, content: float) -> None:
    """A model of that name, as far as the registry looks at it."""
    folder.mkdir(parents=True, exist_ok=True)
    shipped = next(iter(models()[STARTER].parts.values())).card
    for part in PARTS["shdt"]:
        file = folder / f"{name}-{part}.safetensors"
        save_file({"w": np.full((2, 2), content, np.float32)}, file)
        facts = {"name": name, "part": part, "bytes": file.stat().st_size}
        facts |= {"sha256": file_sha256(file), "figures": {}}
        write_card(replace(shipped, **facts), file.with_suffix(".json"))
        register(file)


def keys(*, linked: bool, name: str = "mine") -> dict[str, str]:
    graph = Graph()
    graph.add(Node("words", "values.prompt", params={"text": "a red ball"}))
    graph.add(Node("shot", "generate.shot"))
    graph.add(Node("latent", "generate.sample"))
    for target in ("shot", "latent"):
        graph.connect("words", f"{target}.prompt")
    if linked:
        graph.add(Node("model", "generate.model", params={"name": name}))
        for target in ("shot", "latent"):
            graph.connect("model", f"{target}.model")
    prepared = prepare(graph, builtin_registry())
    assert not prepared.problems
    return result_keys(prepared, Ground(), prepared.nodes)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path / "made"


def test_other_weights_of_the_linked_model_are_another_key(folder: Path) -> None:
    install(folder, "mine", 1)
    install(folder, "yours", 2)
    one, other = keys(linked=True), keys(linked=True, name="yours")
    assert all(one[name] != other[name] for name in ("model", "shot", "latent"))
    assert keys(linked=False)["shot"] not in (one["shot"], other["shot"])


def test_a_linked_model_does_without_the_starter(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(folder, "mine", 1)
    with_starter = keys(linked=True)
    (tmp_path / "resources" / "models").mkdir(parents=True)
    monkeypatch.setattr("engine.models.records.resources_dir", lambda: tmp_path / "resources")
    assert keys(linked=True) == with_starter
    with pytest.raises(ModelError, match=STARTER):
        keys(linked=False)


def test_a_shot_that_names_no_model_follows_the_promoted_one_and_back(folder: Path) -> None:
    install(folder, "mine", 1)
    before, named = keys(linked=False), keys(linked=True)
    promote("mine", force=True)
    after = keys(linked=False)
    assert after["shot"] != before["shot"]
    assert after["latent"] != before["latent"]
    assert keys(linked=True) == named
    rollback()
    assert keys(linked=False) == before
