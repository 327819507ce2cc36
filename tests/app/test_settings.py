"""Preferences keep their types, survive damage of their file, and tell of changes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.settings import PREFERENCES, Settings


def test_without_a_file_every_preference_has_its_default(qtbot: QtBot, tmp_path: Path) -> None:
    settings = Settings(tmp_path / "window.json")
    assert {key: settings.get(key) for key in PREFERENCES} == {
        key: item.default for key, item in PREFERENCES.items()
    }


def test_a_preference_is_told_once_and_read_back(qtbot: QtBot, tmp_path: Path) -> None:
    settings = Settings(tmp_path / "window.json")
    told: list[str] = []
    settings.changed.connect(told.append)
    settings.set("theme", "light")
    settings.set("theme", "light")
    settings.flush()
    assert told == ["theme"]
    assert Settings(tmp_path / "window.json").get("theme") == "light"


def test_a_preference_is_written_without_being_asked(qtbot: QtBot, tmp_path: Path) -> None:
    settings = Settings(tmp_path / "window.json")
    settings.set("recent", ["a.aiprod"])
    qtbot.waitUntil((tmp_path / "window.json").is_file)
    assert json.loads((tmp_path / "window.json").read_text())["recent"] == ["a.aiprod"]


@pytest.mark.parametrize(
    "content", ["", "{", "[1]", '{"theme": 3, "recent": [1], "cache_gb": "x"}', "[" * 20_000]
)
def test_a_damaged_file_gives_defaults(qtbot: QtBot, tmp_path: Path, content: str) -> None:
    (tmp_path / "window.json").write_text(content)
    settings = Settings(tmp_path / "window.json")
    assert settings.get("theme") == "dark"
    assert settings.get("recent") == []
    assert settings.get("cache_gb") == 20.0


def test_keys_of_another_version_stay_in_the_file(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "window.json").write_text('{"from_tomorrow": [1, 2]}')
    settings = Settings(tmp_path / "window.json")
    settings.set("snap", False)
    settings.flush()
    assert json.loads((tmp_path / "window.json").read_text()) == {
        "from_tomorrow": [1, 2],
        "snap": False,
    }


def test_two_windows_do_not_undo_each_others_preferences(qtbot: QtBot, tmp_path: Path) -> None:
    first, second = (Settings(tmp_path / "window.json") for _ in range(2))
    first.set("theme", "light")
    first.flush()
    second.set("snap", False)
    second.flush()
    assert Settings(tmp_path / "window.json").get("theme") == "light"


def test_a_value_that_does_not_fit_is_refused(qtbot: QtBot, tmp_path: Path) -> None:
    settings = Settings(tmp_path / "window.json")
    for key, value in (("theme", "pink"), ("snap", 1), ("recent", "a"), ("autosave_seconds", 0)):
        with pytest.raises(ValueError, match=key):
            settings.set(key, value)


def test_a_value_that_was_got_cannot_change_the_stored_one(qtbot: QtBot, tmp_path: Path) -> None:
    settings = Settings(tmp_path / "window.json")
    settings.get("recent").append("x")
    assert settings.get("recent") == []
