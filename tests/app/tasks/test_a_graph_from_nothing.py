"""A graph is made from nothing on the canvas, and rendered."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton

from engine.media import open_clip
from engine.project import load
from tests.app.tasks.hands import CTRL, LEFT, Hands, answer_file_dialogs


@pytest.mark.gui
def test_a_film_is_made_from_nothing(
    hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = hands.window.start_page
    (new,) = [b for b in start.findChildren(QPushButton) if b.text() == "&New project"]
    hands.bot.mouseClick(new, LEFT)
    hands.settle()

    places = [QPoint(x, 60) for x in (20, 240, 460, 680)]
    titles = ("Solid colour", "Sequence", "Timeline", "Export film")
    solid, cut, line, film = (
        hands.add_node(title, place) for title, place in zip(titles, places, strict=True)
    )
    hands.key(Qt.Key.Key_Home, on=hands.canvas.view)
    hands.link(solid, cut, "clips")
    hands.link(cut, line, "sequences")
    hands.link(line, film, "timeline")

    hands.click_node(solid)
    hands.fill("Seconds", "0.5")
    hands.fill("Color", "#3070c0")
    assert hands.project.graph.nodes[solid].params["color"] == "#3070c0"
    hands.click_node(film)
    hands.fill("File", "blue.mp4")

    answer_file_dialogs(monkeypatch, tmp_path / "mine.aiprod")
    hands.key(Qt.Key.Key_S, CTRL)
    assert load(tmp_path / "mine.aiprod") == hands.project
    hands.key(Qt.Key.Key_R, CTRL)
    hands.delivered()

    clip = open_clip(tmp_path / "out" / "mine" / "blue.mp4")
    assert clip.frame_count == 12
    red, green, blue = next(clip.arrays(5, 6))[360, 640].tolist()
    assert (red, green, blue) == pytest.approx((0x30, 0x70, 0xC0), abs=6)
