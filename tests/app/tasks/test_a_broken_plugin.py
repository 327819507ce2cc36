"""A plugin is broken; the window says so, and goes on once it is mended."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt

from app.panels.plugins import PluginsPanel
from engine.graph import Graph, Node
from engine.project import Project, load, save
from tests.app.tasks.hands import CTRL, Hands

BROKEN = """
from engine.graph import Text, node

@node("Shout", category="Test")
def shout(words: str = "hello") -> Text:
    return words.upper(
"""
MENDED = BROKEN.replace("upper(", "upper()")


@pytest.mark.gui
def test_a_broken_plugin_is_named_and_mended_while_the_window_runs(
    hands: Hands, plugin_folder: Path, tmp_path: Path
) -> None:
    graph = Graph({"shout": Node("shout", "plugin.loud.shout", params={"words": "hey"})})
    save(Project(graph), tmp_path / "loud.aiprod")
    (plugin_folder / "loud.py").write_text(BROKEN)
    hands.window.open_project(tmp_path / "loud.aiprod")
    hands.settle()
    hands.window.show_panel("plugins")
    panel = hands.window.panel("plugins")
    assert isinstance(panel, PluginsPanel)
    hands.window.context.actions["plugins.reload"].trigger()

    def lines() -> str:
        rows = range(panel.model.rowCount())
        return " ".join(str(panel.model.index(row).data()) for row in rows)

    hands.wait(lambda: "loud" in lines() and "slow" in lines())
    assert "plugin.loud.shout" not in hands.window.document.registry
    assert hands.project.graph.nodes["shout"].params == {"words": "hey"}

    (plugin_folder / "loud.py").write_text(MENDED)
    hands.key(Qt.Key.Key_F5, on=panel)
    hands.wait(lambda: "plugin.loud.shout" in hands.window.document.registry)
    made = hands.add_node("Shout", QPoint(40, 300))
    assert hands.project.graph.nodes[made].type == "plugin.loud.shout"
    hands.key(Qt.Key.Key_S, CTRL, hands.window)
    assert load(tmp_path / "loud.aiprod").graph.nodes[made].type == "plugin.loud.shout"
