"""A template is opened, changed and rendered."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from app.shell.start_page import TemplateCard
from engine.media import open_clip, open_sound
from engine.project import load
from tests.app.tasks.hands import CTRL, LEFT, Hands, answer_file_dialogs


@pytest.mark.gui
def test_a_template_is_changed_and_rendered(
    hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = hands.window.start_page.findChild(TemplateCard, "template_sound_bed")
    assert card is not None
    hands.bot.mouseClick(card, LEFT)
    hands.settle()
    hands.key(Qt.Key.Key_Home, on=hands.canvas.view)

    hands.click_node("hum")
    hands.fill("Frequency", "110")
    hands.click_node("wave")
    hands.fill("File", "mine.wav")
    answer_file_dialogs(monkeypatch, tmp_path / "bed.aiprod")
    hands.key(Qt.Key.Key_S, CTRL)
    assert load(tmp_path / "bed.aiprod").graph.nodes["hum"].params["frequency"] == 110
    hands.click_node("wave")
    hands.key(Qt.Key.Key_F9)
    hands.delivered()
    sound = open_sound(tmp_path / "out" / "bed" / "mine.wav")
    assert float(sound.duration) == pytest.approx(8.0, abs=0.01)
    assert not (tmp_path / "out" / "bed" / "film.mp4").exists()
    assert open_clip(Path(hands.project.graph.nodes["picture"].params["file"])).frame_count == 200
