"""The media of a project have moved; they are found, and the project renders again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt

from app.panels.asset_list import NAME, STATE
from app.panels.assets import AssetsPanel
from engine.graph import Graph, Link, Node
from engine.media import open_image, write_image
from engine.project import Project, load, save
from tests.app.tasks.hands import CTRL, Hands, answer_file_dialogs


@pytest.mark.gui
def test_moved_media_are_found_and_render(
    hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nodes = [
        Node("picture", "media.load_image", params={"file": "card.png"}),
        Node("save", "deliver.image", params={"file": "again.png"}, pos=(400.0, 0.0)),
    ]
    graph = Graph({node.id: node for node in nodes}, [Link("picture", "out", "save", "image")])
    film = tmp_path / "film"
    film.mkdir()
    save(Project(graph), film / "film.aiprod")
    (film / "moved" / "deep").mkdir(parents=True)
    write_image(np.full((8, 8, 3), 77, np.uint8), film / "moved" / "deep" / "card.png")
    hands.window.open_project(film / "film.aiprod")
    hands.settle()
    hands.window.show_panel("assets")
    panel = hands.window.panel("assets")
    assert isinstance(panel, AssetsPanel)

    def state() -> dict[str, str]:
        model = panel.model
        rows = range(model.rowCount())
        return {model.index(r, NAME).data(): model.index(r, STATE).data() for r in rows}

    hands.wait(lambda: state() == {"card.png": "missing"})
    answer_file_dialogs(monkeypatch, film / "moved")
    hands.window.context.actions["assets.find"].trigger()
    hands.wait(lambda: state() == {"card.png": "here"})
    hands.key(Qt.Key.Key_S, CTRL, hands.window)
    assert load(film / "film.aiprod").graph.nodes["picture"].params["file"] == (
        "moved/deep/card.png"
    )
    hands.key(Qt.Key.Key_R, CTRL, hands.window)
    hands.delivered()
    assert np.all(open_image(film / "out" / "film" / "again.png").array() == 77)
