"""A film is trimmed, given a dissolve, and exported as a film and as an edit."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget

from app.shell.export_dialogs import ExportEditDialog, ExportFilmDialog
from engine.media import open_clip
from engine.project import save
from tests.app.tasks.hands import CTRL, LEFT, NONE, Hands
from tests.app.timeline.films import small_film
from tests.widgets.timeline.scenes import at, drag

ALT = Qt.KeyboardModifier.AltModifier


@pytest.mark.gui
def test_a_film_is_trimmed_dissolved_and_exported(hands: Hands, tmp_path: Path) -> None:
    save(small_film(), tmp_path / "film.aiprod")
    hands.window.open_project(tmp_path / "film.aiprod")
    hands.key(Qt.Key.Key_2, ALT, hands.window)
    hands.settle()
    view = hands.timeline.view
    view.fit()
    view.set_snapping(on=False)

    view.lanes.setFocus()
    hands.key(Qt.Key.Key_B, on=view.lanes)
    edge = at(view, "V1", 144) - QPoint(2, 0)
    drag(view.lanes, [edge, QPoint(round(view.scale.x(132)), edge.y())])
    items = hands.project.graph.nodes["cut"].params["items"]
    assert items[2]["out_frame"] == pytest.approx(60, abs=1)
    total = 96 + items[2]["out_frame"] - 24

    hands.key(Qt.Key.Key_V, on=view.lanes)
    QTest.mouseClick(view.lanes, LEFT, NONE, at(view, "V1", 140))  # past the end: nothing
    hands.key(Qt.Key.Key_Home, on=view.lanes)
    hands.key(Qt.Key.Key_Down, on=view.lanes)
    assert hands.timeline.transport.position == 48
    hands.key(Qt.Key.Key_T, CTRL, view.lanes)
    assert hands.project.graph.nodes["cut"].params["items"][0]["transition"]["frames"] == 12

    film = tmp_path / "sent" / "cut.mp4"

    def fill(dialog: QWidget) -> None:
        assert isinstance(dialog, ExportFilmDialog)
        _write(dialog.file.edit, str(film))
        dialog.level.setChecked(False)

    hands.press_in("export_film", "Export", fill)
    hands.key(Qt.Key.Key_E, CTRL, hands.window)
    hands.delivered()
    clip = open_clip(film)
    assert clip.frame_count == total
    before, middle, after = (next(clip.arrays(n, n + 1))[18, 32] for n in (20, 48, 70))
    assert before[0] > 200
    assert before[1] < 60
    assert after[0] < 60
    assert after[1] > 200
    assert 60 < middle[0] < 200
    assert 60 < middle[1] < 200
    assert [node.type for node in hands.project.graph.nodes.values()].count("deliver.film") == 0

    def fill_edit(dialog: QWidget) -> None:
        assert isinstance(dialog, ExportEditDialog)
        _write(dialog.file.edit, str(tmp_path / "nle"))
        dialog.preset.setCurrentIndex(dialog.preset.findData("h264"))

    hands.press_in("export_edit", "Export", fill_edit)
    hands.key(Qt.Key.Key_E, CTRL | ALT, hands.window)
    hands.delivered()
    otio = json.loads((tmp_path / "nle" / "film.otio").read_text())
    assert "Transition.1" in json.dumps(otio)
    assert {p.suffix for p in (tmp_path / "nle").iterdir()} >= {".otio", ".fcpxml", ".edl"}


def _write(field: QLineEdit, text: str) -> None:
    field.clear()
    field.insert(text)
