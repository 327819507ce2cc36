"""A picture is dropped on the viewer, placed by the mouse, and becomes a keyframe of the shot."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from app.panels.viewer import ViewerPanel
from engine.graph import Graph, Node
from engine.media import open_image, write_image
from engine.project import Project, ProjectSettings, load, save
from tests.app.tasks.hands import CTRL, LEFT, NONE, Hands


@pytest.mark.gui
def test_a_dropped_picture_becomes_a_keyframe(hands: Hands, tmp_path: Path) -> None:
    graph = Graph({"shot": Node("shot", "plugin.slow.shot")})
    save(Project(graph, ProjectSettings(width=64, height=36)), tmp_path / "ball.aiprod")
    hands.window.open_project(tmp_path / "ball.aiprod")
    hands.settle()
    hands.click_node("shot")
    panel = hands.window.panel("viewer")
    assert isinstance(panel, ViewerPanel)
    hands.wait(lambda: panel.viewer.card.state.button)
    hands.window.context.actions["viewer.make"].trigger()
    picture = panel.viewer.picture
    hands.wait(lambda: panel.viewer.shows_picture and not picture.image.isNull())

    red = np.zeros((20, 20, 3), np.uint8)
    red[..., 0] = 255
    write_image(red, tmp_path / "red.png")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "red.png"))])
    picture.dropEvent(QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, mime, LEFT, NONE))
    hands.wait(lambda: picture.placement is not None)
    place = picture.camera.rect.center().toPoint()
    hands.drag(picture, place, place - QPoint(round(picture.camera.rect.width() / 4), 0))
    hands.key(Qt.Key.Key_Return, on=picture)
    hands.wait(lambda: "keyframe_1" in hands.project.graph.nodes)

    hands.key(Qt.Key.Key_S, CTRL, hands.window)
    saved = load(tmp_path / "ball.aiprod").graph
    made = open_image(tmp_path / saved.nodes["load_image_1"].params["file"]).array()
    assert made.shape[:2] == (36, 64)
    assert tuple(made[18, 60]) == (60, 60, 60)
    assert tuple(made[18, 16]) == (255, 0, 0)
    ends = {(link.source, link.target, link.input) for link in saved.links}
    assert ("keyframe_1", "shot", "conditions") in ends
