"""Whatever is done to a document, it stays one, and undo leads all the way back.

More of it: `python -m tests.app.monkey --actions 5000 --seed 1`.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.panels.canvas import CanvasPanel
from engine.project import Project
from tests.app.context import running
from tests.app.monkey import film, run
from tests.app.panel_monkey import PanelMonkey


@pytest.mark.parametrize("seed", [1, 2])
def test_random_edits_keep_the_document_whole_and_undo_leads_back(seed: int, qtbot: QtBot) -> None:
    run(60 if seed % 2 else 150, seed, project=film() if seed % 2 else Project())


def test_random_edits_through_the_canvas_do_so_too(tmp_path: Path, qtbot: QtBot) -> None:
    with running(tmp_path) as context:
        panel = CanvasPanel(context)
        qtbot.addWidget(panel)
        run(60, 3, document=context.document, project=film(), panel=PanelMonkey(panel, 3))
