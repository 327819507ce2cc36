"""A crash is written down without anything personal, and the window says where."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest

from app.shell import crash
from app.shell.crash import CrashHandler, report_of, write_report
from engine.errors import AiprodError
from engine.project import loads


def raised(secret: str) -> BaseException:
    try:
        try:
            raise ValueError(f"the prompt was {secret}")
        except ValueError as cause:
            raise AiprodError(f"{secret} in /home/jane/films/{secret}.aiprod") from cause
    except AiprodError as error:
        return error


def test_a_report_says_where_and_nothing_of_the_users(tmp_path: Path) -> None:
    plugin = tmp_path / "jane_secret.py"
    plugin.write_text("def fail():\n    raise RuntimeError('jane at home')\n")
    scope: dict[str, object] = {}
    exec(compile(plugin.read_text(), str(plugin), "exec"), scope)
    with pytest.raises(RuntimeError) as caught:
        scope["fail"]()  # type: ignore[operator]
    text = report_of(caught.value)
    assert "builtins.RuntimeError" in text
    assert "(a file of the user), line 2, in fail" in text
    assert "jane" not in text
    assert str(tmp_path) not in text


def test_a_report_holds_the_whole_chain_of_errors() -> None:
    text = report_of(raised("a red ball"))
    assert text.index("builtins.ValueError") < text.index("engine.errors.AiprodError")
    assert "a red ball" not in text
    assert "jane" not in text


def test_names_of_our_own_files_stay_readable(user_folders: Path) -> None:
    with pytest.raises(AiprodError) as caught:
        loads("{")
    assert "engine/project/file.py, line" in report_of(caught.value)


def test_reports_are_kept_but_not_without_end(user_folders: Path) -> None:
    for _ in range(crash.KEPT + 5):
        assert write_report(raised("x")) is not None
    assert len(list(crash.reports_dir().glob("crash-*.txt"))) == crash.KEPT


def test_errors_that_nothing_caught_are_told_from_every_thread(
    user_folders: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told: list[Path] = []
    handler = CrashHandler(told.append)
    before = sys.excepthook, threading.excepthook
    handler.install()
    try:
        error = raised("x")
        sys.excepthook(type(error), error, error.__traceback__)
        thread = threading.Thread(target=lambda: 1 / 0)
        thread.start()
        thread.join()
    finally:
        handler.remove()
    assert (sys.excepthook, threading.excepthook) == before
    assert len(told) == 2
    assert "builtins.ZeroDivisionError" in told[1].read_text()
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_a_crash_while_a_crash_is_told_is_only_written_down(
    user_folders: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told: list[Path] = []

    def tell(path: Path) -> None:
        told.append(path)
        error = raised("again")
        sys.excepthook(type(error), error, error.__traceback__)

    handler = CrashHandler(tell)
    handler.install()
    try:
        error = raised("x")
        sys.excepthook(type(error), error, error.__traceback__)
    finally:
        handler.remove()
    assert len(told) == 1
    assert len(list(crash.reports_dir().glob("crash-*.txt"))) == 2
