"""A render is stopped: nothing is delivered, what was made is kept, and it can be resumed."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from engine.graph import Graph, Link, Node
from engine.media import open_clip
from engine.project import Project, ProjectSettings, save
from tests.app.tasks.hands import CTRL, LEFT, Hands


@pytest.mark.gui
def test_a_render_is_stopped_and_resumed(hands: Hands, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    nodes = [
        Node("shot", "plugin.slow.shot", params={"gate": str(gate)}),
        Node("save", "deliver.clip", params={"file": "grey.mp4"}, pos=(400.0, 0.0)),
    ]
    graph = Graph({node.id: node for node in nodes}, [Link("shot", "out", "save", "clip")])
    path = tmp_path / "slow.aiprod"
    save(Project(graph, ProjectSettings(width=64, height=36)), path)
    hands.window.open_project(path)
    hands.settle()
    status = hands.window.status
    assert not status.stop.isVisible()
    hands.key(Qt.Key.Key_R, CTRL, hands.window)
    hands.wait(lambda: status.stop.isVisible() and status.progress.value() > 0)
    hands.bot.mouseClick(status.stop, LEFT)
    asked = time.monotonic()
    assert hands.ended() == "cancelled"
    assert time.monotonic() - asked < 5
    assert not status.stop.isVisible()
    assert not (tmp_path / "out" / "slow").exists() or not list(
        (tmp_path / "out" / "slow").iterdir()
    )

    gate.touch()
    hands.window.context.bridge.resume(hands.jobs[-1])
    assert hands.resumed() == "delivered"
    clip = open_clip(tmp_path / "out" / "slow" / "grey.mp4")
    assert clip.frame_count == 8
