"""The playhead of the timeline and the window's playback follow each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.context import AppContext
from app.panels.timeline import TimelinePanel
from app.playback import Playback
from engine.media import solid_clip
from engine.timeline import build_sequence, build_timeline
from tests.app.context import running
from tests.app.devices import Card
from tests.widgets.timeline.scenes import LEFT, NONE

RATE = Fraction(24)


@pytest.fixture
def context(qtbot: QtBot, tmp_path: Path) -> Iterator[AppContext]:
    playback = Playback(stream=Card)
    with running(tmp_path) as made:
        yield replace(made, playback=playback)
    playback.close()


@pytest.fixture
def playing(panel: TimelinePanel, context: AppContext, qtbot: QtBot) -> TimelinePanel:
    """The panel, when its film is what the playback plays."""
    clip = solid_clip((200, 0, 0, 255), 32, 18, seconds=Fraction(6), rate=RATE)
    film = build_timeline([build_sequence([clip], rate=RATE)], rate=RATE, size=(32, 18))
    with qtbot.waitSignal(context.playback.opened, timeout=10_000):
        context.playback.open(film, source="film")
    return panel


def test_a_click_on_the_ruler_moves_both(playing: TimelinePanel, context: AppContext) -> None:
    x = round(playing.view.scale.x(40)) + 1
    QTest.mouseClick(playing.view.ruler, LEFT, NONE, QPoint(x, 8))
    assert context.playback.position == 40
    assert playing.view.playhead == 40
    context.playback.seek(77)
    assert playing.view.playhead == 77
    assert playing.timecode.text() == "00:00:03:05"


def test_marks_are_those_of_the_playback(playing: TimelinePanel, context: AppContext) -> None:
    playing.transport.seek(20)
    QTest.keyClick(playing.view.lanes, Qt.Key.Key_I)
    playing.transport.seek(50)
    QTest.keyClick(playing.view.lanes, Qt.Key.Key_O)
    assert context.playback.marks == (20, 50)
    context.playback.mark(first=30, last=None)
    assert (playing.transport.start, playing.transport.stop) == (30, None)
    assert playing.view.lanes.marks == (30, None)


def test_j_k_l_shuttle(playing: TimelinePanel, context: AppContext, qtbot: QtBot) -> None:
    lanes = playing.view.lanes
    QTest.keyClick(lanes, Qt.Key.Key_L)
    QTest.keyClick(lanes, Qt.Key.Key_L)
    assert context.playback.speed == 2
    qtbot.waitUntil(lambda: playing.view.playhead > 2, timeout=10_000)
    QTest.keyClick(lanes, Qt.Key.Key_K)
    assert not context.playback.is_playing
    QTest.keyClick(lanes, Qt.Key.Key_J)
    assert context.playback.speed == -1
    QTest.keyClick(lanes, Qt.Key.Key_Space)
    assert not context.playback.is_playing


def test_another_source_leaves_the_timelines_playhead_alone(
    playing: TimelinePanel, context: AppContext, qtbot: QtBot
) -> None:
    playing.transport.seek(60)
    clip = solid_clip((0, 0, 200, 255), 32, 18, seconds=Fraction(2), rate=RATE)
    with qtbot.waitSignal(context.playback.opened, timeout=10_000):
        context.playback.open(clip, source="red")
    context.playback.seek(5)
    assert playing.view.playhead == 60
    with qtbot.waitSignal(context.playback.source_wanted, timeout=10_000) as told:
        playing.transport.seek(61)
    assert told.args == ["film", 61]
