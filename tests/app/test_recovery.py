"""Edits that are not saved come back after the process was killed, and only then."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.document import Document
from app.editing import Patch
from app.recovery import Recoverable, Recovery, discard, recoverable
from engine.errors import ProjectError
from engine.graph import Node, Registry
from engine.project import load

EDITOR = """
import sys, time
from pathlib import Path
from PySide6.QtCore import QCoreApplication, QTimer
from app.document import Document
from app.editing import Patch
from app.recovery import Recovery
from engine.graph import Node, Registry

application = QCoreApplication([])
document = Document(Registry())
document.save(Path(sys.argv[2]))
recovery = Recovery(document, folder=Path(sys.argv[1]), seconds=0.3)
number = 0

def edit():
    global number
    number += 1
    node = Node("n", "x.y", params={"number": number, "at": time.time()})
    document.apply("Edit", Patch(nodes={"n": node}))
    print(number, flush=True)

timer = QTimer(interval=10)
timer.timeout.connect(edit)
timer.start()
application.exec()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "recovery"


@pytest.fixture
def document(qtbot: QtBot) -> Document:
    return Document(Registry())


def edit(document: Document, number: int) -> None:
    node = Node("n", "x.y", params={"number": number})
    document.apply(f"Edit {number}", Patch(nodes={"n": node}))


def left_behind(folder: Path, qtbot: QtBot, *, path: Path | None = None) -> Recoverable:
    """What a window leaves that ended without asking."""
    document = Document(Registry())
    if path is not None:
        document.save(path)
    recovery = Recovery(document, folder=folder)
    edit(document, 1)
    edit(document, 2)
    recovery.close()
    (item,) = recoverable(folder)
    return item


def test_a_killed_process_loses_no_more_than_the_seconds_between_writes(
    folder: Path, tmp_path: Path, document: Document, qtbot: QtBot
) -> None:
    path = tmp_path / "film.aiprod"
    process = subprocess.Popen(
        [sys.executable, "-c", EDITOR, str(folder), str(path)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    assert process.stdout is not None
    try:
        done = 0
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not list(folder.glob("*/edits.json")):
            done = int(process.stdout.readline())
        for _ in range(20):
            done = int(process.stdout.readline())
        assert recoverable(folder) == (), "the process still lives"
        os.kill(process.pid, signal.SIGKILL)
        killed = time.time()
    finally:
        process.kill()
        process.wait()
    done = max([done, *(int(line) for line in process.stdout if line.endswith("\n"))])
    (item,) = recoverable(folder)
    assert item.path == path
    assert item.edits + item.lost >= done
    recovery = Recovery(document, folder=folder)
    recovery.recover(item)
    params = document.project.graph.nodes["n"].params
    assert params["number"] == item.edits
    assert killed - params["at"] < 10
    assert load(path).graph.nodes == {}, "the file is not touched"
    recovery.forget()


def test_the_recovered_document_has_its_path_and_is_unsaved(
    folder: Path, tmp_path: Path, document: Document, qtbot: QtBot
) -> None:
    item = left_behind(folder, qtbot, path=tmp_path / "a.aiprod")
    assert (item.edits, item.lost) == (2, 0)
    recovery = Recovery(document, folder=folder)
    recovery.recover(item)
    assert document.path == tmp_path / "a.aiprod"
    assert document.is_dirty
    assert recoverable(folder) == (), "this process has it now"
    recovery.close()
    (again,) = recoverable(folder)
    assert (again.path, again.edits) == (item.path, 2)


def test_what_is_saved_or_given_up_is_not_offered(
    folder: Path, tmp_path: Path, document: Document, qtbot: QtBot
) -> None:
    recovery = Recovery(document, folder=folder, seconds=0.05)
    edit(document, 1)
    qtbot.waitUntil(lambda: bool(list(folder.glob("*/edits.json"))), timeout=5000)
    with qtbot.waitSignal(recovery.written):
        document.save(tmp_path / "a.aiprod")
    assert not list(folder.glob("*/edits.json"))
    edit(document, 2)
    recovery.forget()
    recovery.close()
    assert recoverable(folder) == ()
    assert list(folder.iterdir()) == []


def test_edits_that_were_undone_are_not_offered(
    folder: Path, tmp_path: Path, document: Document, qtbot: QtBot
) -> None:
    document.save(tmp_path / "a.aiprod")
    recovery = Recovery(document, folder=folder)
    edit(document, 1)
    recovery.write_now()
    document.stack.undo()
    recovery.close()
    assert recoverable(folder) == ()


def test_two_windows_do_not_take_from_each_other(folder: Path, qtbot: QtBot) -> None:
    first, second = Document(Registry()), Document(Registry())
    one, other = Recovery(first, folder=folder), Recovery(second, folder=folder)
    edit(first, 1)
    one.write_now()
    assert recoverable(folder) == ()
    one.close()
    (item,) = recoverable(folder)
    other.recover(item)
    assert second.project.graph.nodes["n"].params == {"number": 1}
    third = Recovery(Document(Registry()), folder=folder)
    with pytest.raises(ProjectError):
        third.recover(item)
    discard(item)
    assert second.project.graph.nodes["n"].params == {"number": 1}
    other.forget()


def test_discarded_edits_are_gone(folder: Path, qtbot: QtBot) -> None:
    discard(left_behind(folder, qtbot))
    assert recoverable(folder) == ()
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b'{"path": 3}', b"\xff" * 100])
def test_a_damaged_snapshot_is_left_out(folder: Path, qtbot: QtBot, content: bytes) -> None:
    item = left_behind(folder, qtbot)
    (item.folder / "edits.json").write_bytes(content)
    assert recoverable(folder) == ()


def test_a_disk_that_refuses_is_told_once(
    folder: Path, document: Document, qtbot: QtBot, tmp_path: Path
) -> None:
    folder.write_text("a file where the folder should be")
    recovery = Recovery(document, folder=folder, seconds=0.05)
    told: list[str] = []
    recovery.failed.connect(told.append)
    edit(document, 1)
    qtbot.waitUntil(lambda: len(told) == 1, timeout=5000)
    folder.unlink()
    with qtbot.waitSignal(recovery.written, timeout=5000):
        edit(document, 2)
    assert len(told) == 1
    recovery.forget()
