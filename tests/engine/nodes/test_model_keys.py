"""A shot's key holds the weights that make it: those of the linked model, else the starter's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.errors import ModelError
from engine.graph import Graph, Node
from engine.graph.keys import Ground, result_keys
from engine.graph.prepare import prepare
from engine.models import models
from engine.models.card import read_card
from engine.models.registry import PARTS, STARTER
from engine.nodes import builtin_registry


def install(folder: Path, name: str, sha: str) -> None:
    """A model of that name, as far as the registry looks at it."""
    folder.mkdir(parents=True, exist_ok=True)
    shipped = next(iter(models()[STARTER].parts.values())).card
    for part in PARTS["shdt"]:
        facts = vars(shipped) | {"name": name, "part": part, "sha256": sha}
        (folder / f"{name}-{part}.json").write_text(json.dumps(facts))
        (folder / f"{name}-{part}.safetensors").touch()
        assert read_card(folder / f"{name}-{part}.json").name == name


def keys(*, linked: bool) -> dict[str, str]:
    graph = Graph()
    graph.add(Node("words", "values.prompt", params={"text": "a red ball"}))
    graph.add(Node("shot", "generate.shot"))
    graph.add(Node("latent", "generate.sample"))
    for target in ("shot", "latent"):
        graph.connect("words", f"{target}.prompt")
    if linked:
        graph.add(Node("model", "generate.model", params={"name": "mine"}))
        for target in ("shot", "latent"):
            graph.connect("model", f"{target}.model")
    prepared = prepare(graph, builtin_registry())
    assert not prepared.problems
    return result_keys(prepared, Ground(), prepared.nodes)


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return tmp_path / "aiprod" / "models"


def test_other_weights_of_the_linked_model_are_another_key(mine: Path) -> None:
    install(mine, "mine", "one")
    before = keys(linked=True)
    install(mine, "mine", "two")
    after = keys(linked=True)
    assert all(before[name] != after[name] for name in ("model", "shot", "latent"))
    assert keys(linked=False)["shot"] not in (before["shot"], after["shot"])


def test_a_linked_model_does_without_the_starter(
    mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(mine, "mine", "one")
    with_starter = keys(linked=True)
    (tmp_path / "resources" / "models").mkdir(parents=True)
    monkeypatch.setattr("engine.models.registry.resources_dir", lambda: tmp_path / "resources")
    assert keys(linked=True) == with_starter
    with pytest.raises(ModelError, match=STARTER):
        keys(linked=False)
