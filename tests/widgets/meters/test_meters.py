"""Meters show peaks and mean levels, hold, fall, and keep the light of a clipped channel."""

from __future__ import annotations

import math

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from widgets import theme
from widgets.meters import LevelMeter, LoudnessReading, LoudnessView


@pytest.fixture
def meter(qtbot: QtBot, qapp: QApplication) -> LevelMeter:
    theme.use(qapp, "dark")
    meter = LevelMeter()
    qtbot.addWidget(meter)
    meter.resize(120, 300)
    meter.show()
    qtbot.waitExposed(meter)
    return meter


def test_levels_are_shown_in_decibels(meter: LevelMeter) -> None:
    meter.set_levels((0.5, 0.1), (0.25, 0.05))
    left, right = meter.channels
    assert left.peak == pytest.approx(-6.02, abs=0.01)
    assert right.rms == pytest.approx(-26.02, abs=0.01)
    assert "L -6 dB" in meter.accessibleDescription()


def test_peaks_fall_and_are_held_meanwhile(meter: LevelMeter, qtbot: QtBot) -> None:
    meter.set_levels((0.5, 0.5), (0.3, 0.3))
    qtbot.waitUntil(lambda: meter.channels[0].peak < -10)
    assert meter.channels[0].held == pytest.approx(-6.02, abs=0.01)


def test_a_clipped_channel_stays_lit_until_it_is_put_out(meter: LevelMeter) -> None:
    meter.set_levels((1.0, 0.5), (0.5, 0.3))
    meter.set_levels((0.1, 0.1), (0.1, 0.1))
    assert [item.clipped for item in meter.channels] == [True, False]
    QTest.mouseClick(meter, Qt.MouseButton.LeftButton)
    assert not any(item.clipped for item in meter.channels)


def test_a_clip_light_is_put_out_by_a_key(meter: LevelMeter, qtbot: QtBot) -> None:
    meter.set_levels((1.0, 1.0), (0.5, 0.3))
    meter.setFocus()
    with qtbot.waitSignal(meter.clip_cleared):
        QTest.keyClick(meter, Qt.Key.Key_Space)


def test_surround_has_a_bar_for_each_channel(meter: LevelMeter) -> None:
    meter.set_channels(["L", "R", "C", "LFE", "Ls", "Rs"])
    meter.set_levels([0.1] * 6, [0.05] * 6)
    assert len(meter.channels) == 6
    assert meter.channels[3].name == "LFE"
    assert meter.minimumSizeHint().width() > 80


def test_silence_is_at_the_foot(meter: LevelMeter) -> None:
    meter.set_levels((0.0, 0.0), (0.0, 0.0))
    assert meter.channels[0].peak == -math.inf


@pytest.fixture
def loudness(qtbot: QtBot, qapp: QApplication) -> LoudnessView:
    theme.use(qapp, "light")
    view = LoudnessView()
    qtbot.addWidget(view)
    view.resize(240, 320)
    view.show()
    qtbot.waitExposed(view)
    return view


def test_loudness_is_shown_beside_its_target(loudness: LoudnessView) -> None:
    loudness.set_reading(LoudnessReading(-20.1, -22.4, -23.3, 5.0, -2.4))
    assert loudness.value("integrated") == "−23.3"
    assert loudness.value("true_peak") == "−2.4"
    assert "EBU R 128" in loudness.target.currentText()


def test_reset_forgets_and_asks(loudness: LoudnessView, qtbot: QtBot) -> None:
    loudness.set_reading(LoudnessReading(-20.1, -22.4, -23.3, 5.0, -2.4))
    with qtbot.waitSignal(loudness.reset_asked):
        QTest.mouseClick(loudness.reset, Qt.MouseButton.LeftButton)
    assert loudness.value("integrated") == "–"
