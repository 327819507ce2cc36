"""The commands about weights: list, verify, register, promote, train; and the doctor."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from engine.models.card import file_sha256
from engine.models.registry import PARTS
from engine.runtime.folders import resources_dir
from tests.engine.cli.conftest import Home
from tests.engine.models.test_merging import lora


@pytest.fixture
def weights(home: Home) -> Path:
    """A copy of shipped weights with their card, under a name of their own."""
    source = next((resources_dir() / "models").glob("*.safetensors"))
    path = home.work / "mine.safetensors"
    shutil.copyfile(source, path)
    card = json.loads(source.with_suffix(".json").read_text()) | {"name": "mine"}
    path.with_suffix(".json").write_text(json.dumps(card))
    return path


def test_models_are_listed_and_verified(home: Home) -> None:
    listed = home.call("models", "list")
    assert listed.status == 0
    assert "shdt-starter" in listed.out
    checks = home.call("models", "verify", "--json").events
    assert [check["problem"] for check in checks] == [None] * len(checks)


def test_registered_weights_are_listed(home: Home, weights: Path) -> None:
    ended = home.call("models", "register", weights)
    assert ended.status == 0, ended.err
    assert Path(ended.out.strip()).read_bytes() == weights.read_bytes()
    names = [entry["name"] for entry in home.call("models", "list", "--json").events]
    assert "mine" in names


def test_a_lora_is_listed_verified_and_inspected(home: Home, weights: Path) -> None:
    card = weights.with_suffix(".json")
    facts = json.loads(card.read_text()) | {"name": "look", "part": "lora", "base": "shdt-starter"}
    card.write_text(json.dumps(facts))
    assert home.call("models", "register", weights).status == 0
    (listed,) = [e for e in home.call("models", "list", "--json").events if e["name"] == "look"]
    (shown,) = home.call("models", "inspect", "look", "--json").events
    assert listed["base"] == shown["base"] == "shdt-starter"
    assert shown["parts"]["lora"]["tensors"] > 0
    assert home.call("models", "verify", "look").status == 0


def test_damaged_weights_are_not_registered(home: Home, weights: Path) -> None:
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    ended = home.call("models", "register", weights)
    assert ended.status == 1
    assert "its SHA-256 is not that of its card" in ended.err


def test_weights_that_were_damaged_later_are_found(home: Home, weights: Path) -> None:
    kept = Path(home.call("models", "register", weights).out.strip())
    kept.write_bytes(kept.read_bytes()[:-4])
    ended = home.call("models", "verify", "--json")
    assert ended.status == 1
    problems = {check["name"]: check["problem"] for check in ended.events}
    assert "its card says" in problems["mine"]


def test_a_model_is_promoted_only_when_its_figures_reach_the_default_ones(home: Home) -> None:
    for part in PARTS["shdt"]:
        source = resources_dir() / "models" / f"shdt-{part}.safetensors"
        report = home.work / "report.json"
        shape = {"name": "shape", "value": 0.5, "better": "higher"}
        report.write_text(json.dumps({"limits": [shape] if part == "vae" else []}))
        for name in ("one", "two"):
            shape["value"] += 0.2
            added = home.call("models", "register", source, "--name", name, "--figures", report)
            assert added.status == 0, added.err
            report.write_text(json.dumps({"limits": [shape] if part == "vae" else []}))
    assert home.call("models", "promote", "two", "--force").status == 0
    refused = home.call("models", "promote", "one")
    assert refused.status == 2
    assert "one is below two: shape 0.5, not 0.7. Use --force" in refused.err
    assert home.call("models", "promote", "one", "--force").out.startswith("one is the default")
    listed = home.call("models", "list", "--json").events
    chosen = {entry["name"] for entry in listed if entry.get("default")}
    assert chosen == {"one"}
    assert home.call("models", "rollback").out == "two is the default again\n"
    assert home.call("models", "rollback").out == "shdt-starter is the default again\n"
    ended = home.call("models", "rollback")
    assert ended.status == 2
    assert "nothing was promoted" in ended.err


def test_a_name_goes_on_meaning_the_same_weights(home: Home, weights: Path) -> None:
    source = resources_dir() / "models" / "shdt-vae.safetensors"
    assert home.call("models", "register", source, "--name", "kept").status == 0
    card = json.loads(source.with_suffix(".json").read_text())
    other = home.work / "other.safetensors"
    save_file({"w": np.ones((2, 2), np.float32)}, other)
    facts = {"name": "kept", "sha256": file_sha256(other), "bytes": other.stat().st_size}
    other.with_suffix(".json").write_text(json.dumps(card | facts))
    refused = home.call("models", "register", other)
    assert refused.status == 1
    assert "kept has another vae already" in refused.err
    assert home.call("models", "register", other, "--name", "new").status == 0


def test_an_unknown_model_is_named_with_those_that_are_here(home: Home) -> None:
    ended = home.call("models", "inspect", "nobody")
    assert ended.status == 1
    assert re.search(r"there is no model 'nobody'\. Models here: .*shdt-starter", ended.err)


def test_a_training_file_that_is_none_is_bad_usage(home: Home) -> None:
    (home.work / "bad.toml").write_text("kind = ")
    for name in ("bad.toml", "no_such.toml"):
        ended = home.call("train", name)
        assert ended.status == 2
        assert name in ended.err


def test_the_doctor_tells_programs_the_same_as_people(home: Home) -> None:
    told = home.call("doctor", "--json")
    report = json.loads(told.out)
    assert told.status == (0 if report["healthy"] else 1)
    assert "Python" in home.call("doctor").out


def test_the_command_merges_files_with_their_strengths(home: Home) -> None:
    file = lora(home.work)
    ended = home.call("models", "merge", "shdt-starter", f"{file}:0.5", "--name", "mine")
    assert ended.status == 0, ended.err
    assert len(ended.out.splitlines()) == 2
    (shown,) = home.call("models", "inspect", "mine", "--json").events
    merged = shown["parts"]["transformer"]["training"]["merged"]
    assert merged == [{"lora": "look", "strength": 0.5}]
    again = home.call("models", "merge", "shdt-starter", file, "--name", "mine")
    assert again.status != 0
    assert "already" in again.err
