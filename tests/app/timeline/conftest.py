"""The timeline panel on the screen, with a small film in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.context import AppContext
from app.panels.timeline import TimelinePanel
from tests.app.context import running
from tests.app.timeline.films import small_film


@pytest.fixture
def context(qtbot: QtBot, tmp_path: Path) -> Iterator[AppContext]:
    with running(tmp_path) as made:
        yield made


@pytest.fixture
def panel(context: AppContext, qtbot: QtBot) -> Iterator[TimelinePanel]:
    panel = TimelinePanel(context)
    qtbot.addWidget(panel)
    panel.resize(1200, 460)
    context.document.new(small_film())
    with qtbot.waitExposed(panel):
        panel.show()
    panel.activateWindow()
    panel.view.setFocus()
    panel.view.set_snapping(on=False)
    yield panel
    panel.stop()
