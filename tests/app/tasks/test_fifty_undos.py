"""Fifty steps by mouse and keys are undone to a project of the same bytes, and redone."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt

from engine.project import dumps, save
from tests.app.tasks.hands import CTRL, SHIFT, Hands
from tests.app.timeline.films import small_film


@pytest.mark.gui
def test_fifty_steps_are_undone_to_the_same_bytes(hands: Hands, tmp_path: Path) -> None:
    path = tmp_path / "film.aiprod"
    save(small_film(), path)
    before = path.read_bytes()
    hands.window.open_project(path)
    hands.settle()
    hands.key(Qt.Key.Key_L, on=hands.canvas.view)
    hands.key(Qt.Key.Key_Home, on=hands.canvas.view)
    view, stack = hands.canvas.view, hands.window.document.stack
    for number in range(12):
        hands.click_node("red")
        start = hands.node_point("red")
        hands.drag(view, start, start + QPoint(0, 24 if number % 2 else -24))
        hands.key(Qt.Key.Key_M, on=view)
        hands.fill("Seconds", f"{4 + number / 10:g}")
        hands.click_node("hum")
        hands.key(Qt.Key.Key_D, CTRL, view)
    while stack.index() < 50:
        hands.click_node("blue")
        hands.key(Qt.Key.Key_M, on=view)
    assert stack.index() >= 50
    changed = dumps(hands.project)
    steps = stack.index()
    for _ in range(steps):
        hands.key(Qt.Key.Key_Z, CTRL, view)
    assert dumps(hands.project).encode() == before
    assert not hands.window.isWindowModified()
    for _ in range(steps):
        hands.key(Qt.Key.Key_Z, CTRL | SHIFT, view)
    assert dumps(hands.project) == changed
    for _ in range(steps):
        hands.key(Qt.Key.Key_Z, CTRL, view)
    hands.key(Qt.Key.Key_S, CTRL, hands.window)
    assert path.read_bytes() == before
