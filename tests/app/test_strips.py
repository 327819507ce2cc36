"""Frames for the timeline: what one node cannot make takes no other its frames."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.bridge import Bridge
from app.document import Document
from app.editing.drops import Unusable, read_drops
from app.strips import Strips
from app.takes import Takes
from engine.graph import Node
from tests.app.bridge_nodes import project


def test_frames_that_cannot_be_made_leave_the_others_alone(
    document: Document, bridge: Bridge, qtbot: QtBot
) -> None:
    strips = Strips(document, bridge)
    document.new(project(Node("bad", "test.broken_frames"), Node("good", "media.solid")))
    strips.watch(["bad", "good"])
    qtbot.waitUntil(lambda: strips.facts("good") is not None, timeout=20_000)
    qtbot.waitUntil(lambda: strips.facts("bad") is not None, timeout=20_000)
    for frame in (0, 9):
        strips.thumb("bad", frame, 32)
        qtbot.waitUntil(lambda f=frame: strips.thumb("good", f, 32) is not None, timeout=20_000)
    assert strips.thumb("bad", 0, 32) is None
    strips.stop()


def test_a_job_that_is_not_there_any_more_gives_no_take(
    document: Document, bridge: Bridge, qtbot: QtBot, tmp_path: Path
) -> None:
    takes = Takes(document, bridge)
    checked: list[tuple[str, object]] = []
    takes._checked.told.connect(lambda node, take: checked.append((node, take)))
    takes.check("shot", "", None, 4711, tmp_path, takes._cancel, (None, ""))
    qtbot.waitUntil(lambda: checked == [("shot", None)])
    takes.stop()


def test_a_folder_that_cannot_be_read_is_said_to_be_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked, film = tmp_path / "locked", tmp_path / "words.txt"
    locked.mkdir()
    film.write_text("words")
    real = Path.iterdir

    def refuse(path: Path) -> Iterator[Path]:
        if path == locked:
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(Path, "iterdir", refuse)  # who runs the tests may read everything
    found = read_drops([locked, film])
    assert Unusable(locked, "Permission denied") in found
    assert [drop.path for drop in found] == [film, locked]
