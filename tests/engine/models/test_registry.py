"""The registry of models: one file, many users, and clear words when it cannot be used."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from engine.errors import ModelError, UsageError
from engine.models import default, models, records
from engine.models.card import Card, Figure, file_sha256, read_card, write_card
from engine.models.registry import STARTER, loras, promote, register, rollback, shortfalls


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path / "data" / "aiprod"


def weights(folder: Path, name: str, part: str = "transformer", **facts: object) -> Path:
    """A small weights file with its card."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{part}.safetensors"
    save_file({"w": np.full((2, 2), len(name), np.float32)}, path)
    card = Card(name, "shdt", part, file_sha256(path), path.stat().st_size, "CC0-1.0", "drawn")
    write_card(replace(card, **facts), path.with_suffix(".json"))
    return path


def test_a_model_trained_from_another_has_its_other_parts(tmp_path: Path) -> None:
    register(weights(tmp_path, "mine", base=STARTER))
    starter, mine = models()[STARTER], models()["mine"]
    assert not mine.missing
    assert mine.parts["vae"] == starter.parts["vae"]
    assert mine.parts["transformer"] != starter.parts["transformer"]
    assert mine.fingerprint != starter.fingerprint
    promote("mine", force=True)
    assert default() == "mine"


def test_a_lora_is_registered_beside_the_models(tmp_path: Path) -> None:
    register(weights(tmp_path, "pink", "lora"), name="rosy")
    assert "rosy" in loras()
    assert "rosy" not in models()
    with pytest.raises(ModelError, match="there is no model 'rosy'"):
        promote("rosy")


def test_what_makes_no_shots_is_not_promoted(tmp_path: Path) -> None:
    register(weights(tmp_path, "speaker", "voice", family="speech"))
    with pytest.raises(UsageError, match="no shot is made with speaker"):
        promote("speaker", force=True)


def test_damaged_weights_are_not_promoted(tmp_path: Path) -> None:
    kept = register(weights(tmp_path, "mine", base=STARTER)).path
    data = bytearray(kept.read_bytes())
    data[-1] ^= 1
    kept.unlink()
    kept.write_bytes(data)
    with pytest.raises(ModelError, match="SHA-256"):
        promote("mine", force=True)
    assert default() == STARTER


def test_a_default_whose_files_are_gone_is_named_and_can_be_rolled_back(tmp_path: Path) -> None:
    kept = register(weights(tmp_path, "mine", base=STARTER)).path
    promote("mine", force=True)
    kept.unlink()
    assert "mine" not in models()
    assert default() == "mine"
    assert rollback() == STARTER


def test_figures_are_compared_the_way_that_is_better() -> None:
    old = {"shape": Figure(0.9), "flicker": Figure(1.2, "lower"), "size": Figure(0.8)}
    new = {"shape": Figure(0.8), "flicker": Figure(1.3, "lower"), "more": Figure(1)}
    found = shortfalls(new, old)
    assert found == ["shape 0.8, not 0.9", "flicker 1.3, not 1.2", "its size was not measured"]
    assert not shortfalls(old, old)


@pytest.mark.parametrize("text", ["[]", "{}", '{"limits": [{"name": "a"}]}', "x"])
def test_a_report_without_figures_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "report.json").write_text(text)
    with pytest.raises(UsageError, match="not a report of figures"):
        register(weights(tmp_path, "mine"), figures=tmp_path / "report.json")


def test_cards_say_figures_and_base_and_old_ones_do_without(tmp_path: Path) -> None:
    path = weights(tmp_path, "mine").with_suffix(".json")
    table = json.loads(path.read_text())
    del table["figures"], table["base"]
    path.write_text(json.dumps(table))
    assert read_card(path).figures == {}
    path.write_text(json.dumps(table | {"figures": {"shape": {"value": 1, "better": "more"}}}))
    with pytest.raises(ModelError, match="a figure is a value and which way is better"):
        read_card(path)


def test_many_register_and_promote_at_once(tmp_path: Path) -> None:
    files = [weights(tmp_path, f"m{number}", base=STARTER) for number in range(8)]

    def work(number: int) -> None:
        register(files[number])
        promote(f"m{number}", force=True)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert {f"m{number}" for number in range(8)} < models().keys()
    for _ in range(8):
        rollback()
    assert default() == STARTER


def test_cards_that_an_earlier_program_left_are_taken_in_once(home: Path) -> None:
    path = weights(home / "models", "old", base=STARTER)
    assert not models()["old"].missing
    path.with_suffix(".json").unlink()
    assert "old" in models()


def test_another_installation_has_its_own_shipped_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = models()[STARTER].fingerprint
    with monkeypatch.context() as other:
        other.setattr(records, "shipped_folder", lambda: tmp_path / "there")
        weights(tmp_path / "there", STARTER)
        assert list(models()[STARTER].parts) == ["transformer"]
    assert models()[STARTER].fingerprint == here


def test_a_damaged_registry_is_named_with_the_mend(home: Path) -> None:
    home.mkdir(parents=True)
    records.records_path().write_bytes(b"not a database" * 100)
    with pytest.raises(ModelError, match=r"the model registry is damaged.*Move the file away"):
        models()


def test_without_a_place_for_the_registry_the_starter_still_works(home: Path) -> None:
    home.parent.mkdir(parents=True, exist_ok=True)
    home.write_text("a file in the way")
    assert not models()[STARTER].missing
    assert default() == STARTER
