"""The user's folders and the shipped resources."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from engine.runtime import folders


@pytest.mark.skipif(sys.platform != "linux", reason="XDG variables are a Linux custom")
def test_xdg_variables_are_read_at_call_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "c"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "d"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "s"))
    assert folders.cache_dir() == tmp_path / "c" / "aiprod"
    assert folders.data_dir() == tmp_path / "d" / "aiprod"
    assert folders.settings_dir() == tmp_path / "s" / "aiprod"
    assert folders.plugin_dirs()[0] == tmp_path / "d" / "aiprod" / "plugins"


def test_asking_for_a_folder_does_not_make_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    folders.cache_dir(), folders.data_dir(), folders.settings_dir(), folders.plugin_dirs()
    assert list(tmp_path.iterdir()) == []


def test_a_checkout_finds_its_resources_and_plugins() -> None:
    top = folders.checkout_dir()
    assert top is not None
    assert folders.resources_dir() == top / "resources"
    assert folders.plugin_dirs()[-1] == top / "plugins"
