"""Nodes get small pictures of what they make, as soon as it is there, and lose them by an edit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from app.bridge import Bridge
from app.document import Document
from app.editing.patch import Patch
from app.pictures import SIDE, peaks, picture_of, small, waveform
from app.thumbnails import Thumbnails
from engine.graph import Node
from engine.media import Sound
from tests.app.bridge_nodes import project


@pytest.fixture
def thumbnails(document: Document, bridge: Bridge) -> Iterator[Thumbnails]:
    made = Thumbnails(document, bridge)
    yield made
    made.stop()


def grey(picture: QImage | None) -> int | None:
    return None if picture is None else picture.pixelColor(0, 0).red()


def set_level(document: Document, level: int) -> None:
    node = document.project.graph.nodes["p"].with_params(level=level)
    document.apply("Set level", Patch(nodes={"p": node}))


def test_a_result_is_shown_when_it_was_made_and_comes_back_by_undo(
    thumbnails: Thumbnails, document: Document, bridge: Bridge, qtbot: QtBot, tmp_path: Path
) -> None:
    document.new(project(Node("p", "test.paint", params={"level": 40})))
    bridge.view(document.project, tmp_path, "p")
    qtbot.waitUntil(lambda: grey(thumbnails.get("p")) == 40)
    set_level(document, 90)
    qtbot.waitUntil(lambda: thumbnails.get("p") is None)
    document.stack.undo()
    qtbot.waitUntil(lambda: grey(thumbnails.get("p")) == 40)


def test_what_costs_nothing_is_drawn_without_being_asked_for(
    thumbnails: Thumbnails, document: Document, qtbot: QtBot
) -> None:
    document.new(project(Node("s", "media.solid", params={"color": "#800000"})))
    qtbot.waitUntil(lambda: thumbnails.get("s") is not None, timeout=20_000)
    picture = thumbnails.get("s")
    assert picture.width() == SIDE
    assert abs(picture.pixelColor(9, 9).red() - 0x80) < 3


def test_a_rendered_job_brings_pictures_to_all_that_it_made(
    thumbnails: Thumbnails, document: Document, bridge: Bridge, qtbot: QtBot, tmp_path: Path
) -> None:
    document.new(
        project(
            Node("p", "test.paint", params={"level": 70}),
            Node("h", "media.hold", params={"seconds": 1.0}),
            Node("save", "deliver.image"),
            links={"h.image": "p", "save.image": "p"},
        )
    )
    bridge.render(document.project, tmp_path, tmp_path / "out")
    qtbot.waitUntil(lambda: grey(thumbnails.get("p")) == 70, timeout=20_000)
    qtbot.waitUntil(lambda: grey(thumbnails.get("h")) is not None, timeout=20_000)


def test_a_small_look_stands_for_the_result_until_an_edit(
    thumbnails: Thumbnails, document: Document, bridge: Bridge, qtbot: QtBot, tmp_path: Path
) -> None:
    document.new(
        project(
            Node("line", "test.line"),
            Node("shot", "test.steps", params={"width": 1024, "height": 576, "count": 1}),
            links={"shot.text": "line"},
        )
    )
    bridge.view(document.project, tmp_path, "shot")
    qtbot.waitUntil(lambda: thumbnails.get("shot") is not None, timeout=60_000)
    with qtbot.waitSignal(bridge.peeked):
        pass
    assert thumbnails.get("shot") is not None
    line = document.project.graph.nodes["line"].with_params(words="a cube")
    document.apply("Set words", Patch(nodes={"line": line}))
    qtbot.waitUntil(lambda: thumbnails.get("shot") is None)


def test_another_project_takes_the_pictures_away(
    thumbnails: Thumbnails, document: Document, bridge: Bridge, qtbot: QtBot, tmp_path: Path
) -> None:
    document.new(project(Node("p", "test.paint")))
    bridge.view(document.project, tmp_path, "p")
    qtbot.waitUntil(lambda: thumbnails.get("p") is not None)
    document.new(project(Node("p", "test.paint", params={"level": 3})))
    assert thumbnails.get("p") is None


def test_a_node_whose_frames_cannot_be_made_takes_no_others_their_pictures(
    thumbnails: Thumbnails, document: Document, qtbot: QtBot
) -> None:
    document.new(project(Node("bad", "test.broken_frames"), Node("good", "media.solid")))
    qtbot.waitUntil(lambda: thumbnails.get("good") is not None, timeout=20_000)
    node = document.project.graph.nodes["good"].with_params(color="#808080")
    document.apply("Set colour", Patch(nodes={"good": node}))
    qtbot.waitUntil(lambda: abs((grey(thumbnails.get("good")) or 0) - 0x80) < 3, timeout=20_000)
    assert thumbnails.get("bad") is None


def test_large_pictures_become_small_and_keep_their_shape() -> None:
    picture = small(np.full((1080, 1920, 3), 50, np.uint8))
    assert (picture.width(), picture.height()) == (256, 144)
    assert grey(small(np.full((2, 2, 4), 9, np.uint8))) == 9


def test_the_waveform_follows_the_level() -> None:
    level = np.concatenate([np.zeros(4800), np.full(4800, 0.5)]).astype(np.float32)
    sound = Sound.from_array(level, 48000)
    assert peaks(sound, 4) == [0.0, 0.0, 0.5, 0.5]
    picture = waveform(sound)
    assert picture.pixelColor(250, 30).alpha() == 255
    assert picture.pixelColor(5, 30).alpha() == 0
    assert picture_of(sound) == picture


def test_long_sounds_are_tasted() -> None:
    sound = Sound.silent(48000 * 3600, 48000)
    assert peaks(sound, 256) == [0.0] * 256


def test_plain_values_have_no_picture() -> None:
    assert picture_of("words") is None
