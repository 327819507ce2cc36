"""The assets panel lists the media of the project and finds what is missing, in one step."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from app.context import AppContext
from app.media_files import MISSING, OFFLINE, PRESENT, find_missing, state_of
from app.panels.asset_list import NAME, STATE, USES
from app.panels.assets import AssetsPanel
from engine.graph import Graph, Group, Node
from engine.project import Project, dumps, save


def write_picture(path: Path, level: int = 9) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((4, 6, 3), level, np.uint8)).save(path)
    return path


@pytest.fixture
def panel(context: AppContext, qtbot: QtBot) -> AssetsPanel:
    made = AssetsPanel(context)
    qtbot.addWidget(made)
    made.resize(480, 300)
    made.show()
    return made


def open_film(context: AppContext, home: Path, **files: str) -> Path:
    graph = Graph()
    for name, file in files.items():
        graph.add(Node(name, "media.load_image", params={"file": file}))
    path = home / "film" / "film.aiprod"
    path.parent.mkdir(exist_ok=True)
    save(Project(graph), path)
    context.document.open(path)
    return path.parent


def cells(panel: AssetsPanel, column: int) -> dict[str, str]:
    model = panel.model
    return {
        model.index(row, NAME).data(): model.index(row, column).data()
        for row in range(model.rowCount())
    }


def file_of(context: AppContext, node: str) -> str:
    return str(context.document.project.graph.nodes[node].params["file"])


def test_files_are_listed_with_their_state_and_users(
    panel: AssetsPanel, context: AppContext, qtbot: QtBot, home: Path
) -> None:
    write_picture(home / "film" / "here.png")
    open_film(context, home, a="here.png", b="here.png", c="pictures/gone.png")
    qtbot.waitUntil(lambda: cells(panel, STATE) == {"here.png": "here", "gone.png": "missing"})
    assert cells(panel, USES) == {"here.png": "a +1", "gone.png": "c"}
    assert panel.hint.text().startswith("1 file")
    assert "cannot be found" in panel.hint.text()


def test_missing_files_are_found_by_name_in_one_step(
    panel: AssetsPanel,
    context: AppContext,
    qtbot: QtBot,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = open_film(context, home, a="one.png", b="one.png", c="two.png")
    write_picture(home / "moved" / "deep" / "one.png")
    write_picture(home / "moved" / "two.png")
    before = dumps(context.document.project)
    qtbot.waitUntil(lambda: "missing" in cells(panel, STATE).values())
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(home / "moved"))
    with qtbot.waitSignal(panel.relinked) as found:
        context.actions["assets.find"].trigger()
    assert found.args == [2]
    assert file_of(context, "a") == "../moved/deep/one.png"
    assert file_of(context, "b") == "../moved/deep/one.png"
    assert (folder / file_of(context, "c")).is_file()
    assert context.document.stack.count() == 1
    qtbot.waitUntil(lambda: set(cells(panel, STATE).values()) == {"here"})
    context.document.stack.undo()
    assert dumps(context.document.project) == before


def test_a_renamed_file_is_found_by_its_content(
    panel: AssetsPanel, context: AppContext, qtbot: QtBot, home: Path
) -> None:
    folder = home / "film"
    original = write_picture(folder / "take_1.png", 40)
    import os

    os.utime(original, (1_700_000_000, 1_700_000_000))
    context.bridge.services().cache.files.of(original)
    write_picture(home / "new" / "other.png", 41)
    original.rename(home / "new" / "renamed.png")
    open_film(context, home, a="take_1.png")
    qtbot.waitUntil(lambda: cells(panel, STATE) == {"take_1.png": "missing"})
    with qtbot.waitSignal(panel.relinked):
        panel.find_in(home / "new")
    assert file_of(context, "a") == "../new/renamed.png"


def test_one_file_is_relinked_by_hand(
    panel: AssetsPanel,
    context: AppContext,
    qtbot: QtBot,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    open_film(context, home, a="gone.png")
    other = write_picture(home / "film" / "other.png")
    qtbot.waitUntil(lambda: panel.model.rowCount() == 1)
    place = panel.view.visualRect(panel.model.index(0, 0)).center()
    qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(other), ""))
    context.actions["assets.relink"].trigger()
    assert file_of(context, "a") == "other.png"
    assert context.document.stack.undoText() == "Relink media"


def test_files_inside_groups_are_found_too(
    panel: AssetsPanel, context: AppContext, qtbot: QtBot, home: Path
) -> None:
    inner = {"i": Node("i", "media.load_image", params={"file": "gone.png"})}
    graph = Graph({"g": Node("g", "group.deep")}, [], {"deep": Group("Deep", inner)})
    context.document.new(Project(graph))
    found = write_picture(home / "new" / "gone.png")
    qtbot.waitUntil(lambda: panel.model.rowCount() == 1)
    panel.view.setCurrentIndex(panel.model.index(0, 0))
    context.actions["assets.select"].trigger()
    assert context.selection.scope == "deep"
    assert context.selection.nodes == ("i",)
    with qtbot.waitSignal(panel.relinked):
        panel.find_in(home / "new")
    group = context.document.project.graph.groups["deep"]
    assert group.nodes["i"].params["file"] == found.as_posix()


def test_dropped_files_become_nodes_in_one_step(
    panel: AssetsPanel, context: AppContext, qtbot: QtBot, home: Path
) -> None:
    open_film(context, home)
    pictures = [write_picture(home / "film" / name) for name in ("x.png", "y.png")]
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in pictures])
    for kind in (QDragEnterEvent, QDropEvent):
        where = QPoint(50, 50) if kind is QDragEnterEvent else QPointF(50, 50)
        event = kind(
            where,
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(panel, event)
    qtbot.waitUntil(lambda: len(context.document.project.graph.nodes) == 2)
    assert context.document.stack.count() == 1
    assert {node.params["file"] for node in context.document.project.graph.nodes.values()} == {
        *("x.png", "y.png")
    }
    qtbot.waitUntil(lambda: cells(panel, STATE) == {"x.png": "here", "y.png": "here"})


def test_a_disk_that_is_not_connected_is_told_from_a_missing_file(tmp_path: Path) -> None:
    assert state_of(write_picture(tmp_path / "a.png")) == PRESENT
    assert state_of(tmp_path / "b.png") == MISSING
    assert state_of(Path("/Volumes/no such disk/film/a.png")) == OFFLINE


def test_of_files_of_one_name_the_most_alike_is_taken_and_sequences_are_found(
    tmp_path: Path,
) -> None:
    write_picture(tmp_path / "a" / "shots" / "one.png", 1)
    right = write_picture(tmp_path / "b" / "plates" / "one.png", 2)
    for number in range(1, 4):
        write_picture(tmp_path / "c" / f"run_{number:04d}.png")
    wanted = [Path("/old/plates/one.png"), Path("/old/run_####.png"), Path("/old/none.png")]
    found = find_missing(wanted, tmp_path, known=lambda _path: None)
    assert found == {wanted[0]: right, wanted[1]: tmp_path / "c" / "run_####.png"}
