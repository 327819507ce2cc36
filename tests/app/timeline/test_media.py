"""The timeline with real media: filmstrips, waveforms, lengths, files that are dropped."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.context import AppContext
from app.panels.timeline import TimelinePanel
from app.strip_pictures import MediaFacts, wave_tile
from app.strip_store import sweep
from app.strips import Strips
from engine.graph import Graph, Link, Node, ProjectSettings, validate
from engine.media import Clip, Sound, encode
from engine.project import Project
from engine.runtime.folders import cache_dir
from tests.widgets.timeline.scenes import CTRL, LEFT, at

RATE = Fraction(24)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds, red and then blue, with a tone that is loud in the second half."""
    frames = np.zeros((48, 36, 64, 3), np.uint8)
    frames[:24, :, :, 0] = 220
    frames[24:, :, :, 2] = 220
    level = np.repeat([0.05, 0.8], 48000)
    tone = np.sin(np.arange(96000) * 0.2) * level
    sound = Sound.from_array(np.stack([tone, tone], axis=1).astype(np.float32), 48000)
    path = tmp_path_factory.mktemp("media") / "film.mkv"
    encode(Clip.from_array(frames, RATE, sound=sound), path)
    return path


def project_of(film: Path) -> Project:
    nodes = [
        Node("clip", "media.load_clip", params={"file": str(film)}, title="Film"),
        Node(
            "cut",
            "editorial.sequence",
            params={"items": [{"clip": 0}, {"clip": 0, "in_frame": 6, "out_frame": 30}]},
        ),
        Node("film", "editorial.timeline", params={"audio": [{"clips": []}]}),
    ]
    links = [Link("clip", "out", "cut", "clips"), Link("cut", "out", "film", "sequences")]
    settings = ProjectSettings(rate=RATE, width=64, height=36)
    return Project(Graph({node.id: node for node in nodes}, links), settings)


@pytest.fixture
def open_film(panel: TimelinePanel, context: AppContext, qtbot: QtBot, film: Path) -> TimelinePanel:
    """The panel, when the length of the film is known."""
    context.document.new(project_of(film))
    qtbot.waitUntil(lambda: panel.strips.facts("clip") is not None, timeout=10_000)
    return panel


def test_lengths_come_from_the_media(open_film: TimelinePanel, qtbot: QtBot) -> None:
    facts = open_film.strips.facts("clip")
    assert facts == MediaFacts(48, "24", 64, 36, facts.samples if facts else 0, 48000)
    assert facts is not None
    assert facts.has_sound
    qtbot.waitUntil(lambda: open_film.view.rows.lanes["V1"].clips[1].tail == 18)
    assert list(open_film.view.rows.lanes["V1"].starts) == [0, 48]
    second = open_film.view.rows.lanes["V1"].clips[1]
    assert (second.head, second.tail, second.sound) == (6, 18, "linked")


def test_clips_fill_with_their_frames(open_film: TimelinePanel, qtbot: QtBot) -> None:
    open_film.view.fit()
    lanes = open_film.view.lanes

    def colours() -> tuple[QColor, QColor]:
        image = lanes.grab().toImage()
        first, last = (image.pixelColor(at(open_film.view, "V1", frame, 0.5)) for frame in (6, 40))
        return first, last

    def is_red_then_blue() -> bool:
        first, last = colours()
        return first.red() > 150 > first.blue() and last.blue() > 150 > last.red()

    qtbot.waitUntil(is_red_then_blue, timeout=10_000)
    kept = list((cache_dir() / "strips").glob("*/*/*.jpg"))
    assert kept


def test_waveforms_are_loud_where_the_sound_is(open_film: TimelinePanel, qtbot: QtBot) -> None:
    strips = open_film.strips
    qtbot.waitUntil(lambda: strips.wave("clip", 2, 0) is not None, timeout=10_000)
    tile = strips.wave("clip", 2, 0)
    assert tile is not None

    def height(x: int) -> int:
        return sum(tile.pixelColor(x, y).alpha() > 0 for y in range(tile.height()))

    assert height(40) < 16 < height(150)  # 4 pixels a frame: the second half begins at 96
    assert height(200) == 0  # past the end of its 192 pixels


def test_strips_come_back_from_disk(
    open_film: TimelinePanel, context: AppContext, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = open_film.strips.key("clip")
    qtbot.waitUntil(lambda: open_film.strips.thumb("clip", 0, 64) is not None, timeout=10_000)
    qtbot.waitUntil(lambda: any((cache_dir() / "strips" / key[:2] / key).glob("0.jpg")))
    open_film.strips.stop()
    monkeypatch.setattr("app.strips.glance", lambda *_args, **_kw: pytest.fail("read again"))
    later = Strips(context.document, context.bridge)
    later.rate = RATE
    later.watch(["clip"])
    qtbot.waitUntil(lambda: later.thumb("clip", 0, 64) is not None, timeout=10_000)
    later.stop()


def test_old_pictures_are_swept_from_disk() -> None:
    folder = cache_dir() / "strips" / "zz" / "zz1"
    folder.mkdir(parents=True)
    for number in range(3):
        (folder / f"{number}.jpg").write_bytes(bytes(1000))
    before = len(list((cache_dir() / "strips").glob("*/*/*")))
    sweep(budget=10**12)
    assert len(list((cache_dir() / "strips").glob("*/*/*"))) == before
    sweep(budget=0)
    assert not list((cache_dir() / "strips").glob("*/*/*"))


def test_a_tile_past_the_end_of_a_sound_is_empty() -> None:
    tile = wave_tile(np.full(100, 200, np.uint8), 24.0, 0, 3)
    assert all(tile.pixelColor(x, 24).alpha() == 0 for x in range(256))


def test_a_dropped_file_becomes_a_node_and_a_clip_in_one_step(
    panel: TimelinePanel, context: AppContext, qtbot: QtBot, film: Path
) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(film))])
    place = QPointF(at(panel.view, "V1", 144))
    copy, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(place.toPoint(), copy, data, LEFT, none)
    drop = QDropEvent(place, copy, data, LEFT, none, QEvent.Type.Drop)
    before = context.document.stack.count()
    QApplication.sendEvent(panel.view.lanes, enter)
    QApplication.sendEvent(panel.view.lanes, drop)
    qtbot.waitUntil(lambda: context.document.stack.count() > before, timeout=10_000)
    assert context.document.stack.count() == before + 1
    clip = panel.view.rows.lanes["V1"].clips[-1]
    assert (clip.name, clip.frames) == ("film", 48)
    assert validate(context.document.project.graph, context.document.registry) == []


def test_a_file_that_is_no_media_is_refused_with_a_reason(
    panel: TimelinePanel, context: AppContext, qtbot: QtBot, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no film")
    from widgets.timeline import Drop

    panel.placing.place_files([broken], Drop("V1", 0, "overwrite"))
    qtbot.waitUntil(lambda: bool(panel.notice.text()), timeout=10_000)
    assert context.document.stack.count() == 0


def test_the_own_sound_of_a_shot_is_unlinked_and_linked(
    open_film: TimelinePanel, context: AppContext, qtbot: QtBot
) -> None:
    panel = open_film
    qtbot.waitUntil(lambda: panel.view.rows.lanes["V1"].clips[1].tail == 18)
    before = context.document.project
    shot = panel.view.rows.lanes["V1"].clips[1].id
    panel.view.select((shot,))
    QTest.keyClick(panel.view.lanes, Qt.Key.Key_L, CTRL)
    rows = context.document.project.graph.nodes["cut"].params["items"]
    assert rows[1]["sound"] is False
    audio = panel.view.rows.lanes["A1"]
    assert [(clip.name, clip.frames) for clip in audio.clips] == [("Film", 24)]
    assert list(audio.starts) == [48]
    assert validate(context.document.project.graph, context.document.registry) == []
    panel.view.select((panel.view.rows.lanes["V1"].clips[1].id, audio.clips[0].id))
    QTest.keyClick(panel.view.lanes, Qt.Key.Key_L, CTRL)
    rows = context.document.project.graph.nodes["cut"].params["items"]
    assert "sound" not in rows[1]
    assert len(panel.view.rows.lanes["A1"].clips) == 0
    context.document.stack.undo()
    context.document.stack.undo()
    assert context.document.project.graph == before.graph
