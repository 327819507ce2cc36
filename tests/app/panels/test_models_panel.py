"""The models panel lists what is here and what is missing, verifies and imports files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from safetensors.numpy import save_file

from app.context import AppContext
from app.panels.model_list import LICENCE, NAME, STATE
from app.panels.models import ModelsPanel
from engine.graph import Node
from engine.models.card import Card, file_sha256, write_card
from tests.app.bridge_nodes import project


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.safetensors"
    save_file({"w": np.ones((4, 4), np.float32)}, str(path))
    card = Card(
        *("tiny", "speech", "voice", file_sha256(path), path.stat().st_size),
        *("CC-BY-4.0", "https://example.org/tiny"),
    )
    write_card(card, path.with_suffix(".json"))
    return path


@pytest.fixture
def panel(context: AppContext, qtbot: QtBot) -> ModelsPanel:
    made = ModelsPanel(context)
    qtbot.addWidget(made)
    made.resize(520, 420)
    made.show()
    qtbot.waitUntil(lambda: made.model.rowCount() > 0)
    return made


def cells(panel: ModelsPanel, column: int) -> dict[str, str]:
    model = panel.model
    return {
        model.index(row, NAME).data(): model.index(row, column).data()
        for row in range(model.rowCount())
    }


def test_shipped_models_are_ready_and_published_ones_are_named_with_their_page(
    panel: ModelsPanel, qtbot: QtBot
) -> None:
    assert cells(panel, STATE)["shdt-starter"] == "ready, the default"
    assert "Memory: its weights take" in panel.details.toPlainText()
    row = [row.name for row in panel.model.rows()].index("ltx-2-19b-distilled")
    panel.view.setCurrentIndex(panel.model.index(row, 0))
    assert cells(panel, STATE)["ltx-2-19b-distilled"] == "not here"
    told = panel.details.toPlainText()
    for part in ("about 43 GB", "https://huggingface.co/Lightricks/LTX-2", "LTX-2: two stages"):
        assert part in told


def test_a_model_that_the_project_uses_and_that_is_missing_is_told(
    panel: ModelsPanel, context: AppContext, qtbot: QtBot
) -> None:
    context.document.new(project(Node("m", "generate.model", params={"name": "gone"})))
    qtbot.waitUntil(lambda: "gone" in cells(panel, STATE))
    assert cells(panel, STATE)["gone"] == "missing, and used here"


def test_a_file_is_imported_with_its_card_and_verified(
    panel: ModelsPanel, context: AppContext, qtbot: QtBot, weights: Path
) -> None:
    panel.import_file(weights)
    qtbot.waitUntil(lambda: "tiny" in cells(panel, STATE))
    assert cells(panel, LICENCE)["tiny"] == "CC-BY-4.0"
    row = [row.name for row in panel.model.rows()].index("tiny")
    panel.view.setCurrentIndex(panel.model.index(row, 0))
    context.actions["models.verify"].trigger()
    qtbot.waitUntil(lambda: cells(panel, STATE)["tiny"] == "whole")
    copy = panel.model.rows()[row].parts[0].path
    raw = bytearray(copy.read_bytes())
    raw[-1] ^= 1
    copy.write_bytes(raw)
    context.actions["models.verify"].trigger()
    qtbot.waitUntil(lambda: "SHA-256" in cells(panel, STATE)["tiny"])
    assert panel.model.rows()[row].is_damaged


def test_a_file_without_a_card_is_refused_with_a_reason(
    panel: ModelsPanel, qtbot: QtBot, weights: Path
) -> None:
    weights.with_suffix(".json").unlink()
    panel.import_file(weights)
    qtbot.waitUntil(panel.notice.isVisible, timeout=30_000)
    assert "it has no card" in panel.notice.text()


def test_what_a_card_says_is_shown_as_text(
    panel: ModelsPanel, qtbot: QtBot, weights: Path, write_note: Callable[[Path], None]
) -> None:
    write_note(weights)
    panel.import_file(weights)
    qtbot.waitUntil(lambda: "tiny" in cells(panel, STATE))
    row = [row.name for row in panel.model.rows()].index("tiny")
    panel.view.setCurrentIndex(panel.model.index(row, 0))
    assert "<b>free</b>" in panel.details.toPlainText()


@pytest.fixture
def write_note() -> Callable[[Path], None]:
    def write_note(path: Path) -> None:
        card = path.with_suffix(".json")
        card.write_text(json.dumps(json.loads(card.read_text()) | {"licence": "<b>free</b>"}))

    return write_note


def test_another_model_becomes_the_default_and_the_one_before_comes_back(
    panel: ModelsPanel, context: AppContext, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.models import registry

    names = [row.name for row in panel.model.rows()]
    assert cells(panel, STATE)["shdt-starter"] == "ready, the default"
    panel.view.setCurrentIndex(panel.model.index(names.index("shdt-starter"), 0))
    assert not context.actions["models.promote"].isEnabled()
    chosen: list[str] = []
    told = {"tiny": "tiny is below shdt-starter: its shapes was not measured"}
    monkeypatch.setattr(registry, "rollback", lambda: "shdt-starter")

    def promote(name: str, *, force: bool = False) -> str:
        if not force:
            raise registry.UsageError(told[name], where="models promote")
        chosen.append(name)
        return "shdt-starter"

    monkeypatch.setattr(registry, "promote", promote)
    asked: list[str] = []
    monkeypatch.setattr(
        "app.panels.models.ask", lambda *given, **_more: bool(asked.append(given[2]) or True)
    )
    with qtbot.waitSignal(panel.changed, timeout=20_000):
        panel.promote("tiny")
    assert chosen == ["tiny"]
    assert asked == [told["tiny"]]
    with qtbot.waitSignal(panel.changed, timeout=20_000):
        context.actions["models.rollback"].trigger()
    qtbot.waitUntil(lambda: panel.notice.text() == "shdt-starter is the default now.")


def test_a_failure_of_any_kind_is_told_and_ends_the_work(
    panel: ModelsPanel, qtbot: QtBot, weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_path: Path) -> None:
        raise RuntimeError("a library is at its end")

    monkeypatch.setattr("engine.models.registry.register", fail)
    qtbot.waitUntil(lambda: not panel.work.isVisible())
    told: list[str] = []
    panel._told.connect(told.append)
    panel.import_file(weights)
    assert panel.work.isVisible()
    qtbot.waitUntil(lambda: not panel.work.isVisible())
    assert told == ["a library is at its end"]


def test_a_file_that_went_meanwhile_is_told_at_its_model(
    panel: ModelsPanel, context: AppContext, qtbot: QtBot, weights: Path
) -> None:
    panel.import_file(weights)
    qtbot.waitUntil(lambda: "tiny" in cells(panel, STATE))
    row = [row.name for row in panel.model.rows()].index("tiny")
    panel.view.setCurrentIndex(panel.model.index(row, 0))
    panel.model.rows()[row].parts[0].path.unlink()
    panel.verify(panel.model.rows()[row])
    qtbot.waitUntil(lambda: cells(panel, STATE)["tiny"] == "its files are gone")
