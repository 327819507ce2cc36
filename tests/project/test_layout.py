"""The project's own rules: what the folders, the Makefile and the metadata promise."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import entry_points
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
PACKAGES = ("engine", "app", "widgets")


def modules() -> list[Path]:
    return sorted(path for package in PACKAGES for path in (TOP / package).rglob("*.py"))


def test_every_module_says_at_its_top_what_it_owns() -> None:
    silent = [
        str(path.relative_to(TOP))
        for path in modules()
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_both_commands_lead_to_a_function() -> None:
    scripts = {entry.name: entry for entry in entry_points(group="console_scripts")}
    assert callable(scripts["aiprod-engine"].load())
    assert scripts["aiprod"].value == "app.main:main"


@pytest.mark.skipif(not shutil.which("make"), reason="needs make")
@pytest.mark.parametrize("target", ["setup", "demo", "app", "test", "lint", "lock", "bench"])
def test_make_knows_the_target(target: str) -> None:
    done = subprocess.run(
        ["make", "-n", target], cwd=TOP, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="needs sh")
def test_setup_tells_which_python_it_needs_when_there_is_none(tmp_path: Path) -> None:
    environment = {"PATH": str(tmp_path), "VENV": str(tmp_path / "venv")}
    done = subprocess.run(
        ["/bin/sh", "requirements/make_venv.sh"],
        cwd=TOP,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "needs Python 3.11, 3.12 or 3.13" in done.stderr
    assert "apt-get install" in done.stderr


@pytest.mark.slow
def test_a_built_wheel_carries_the_resources(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=TOP,
        env={**os.environ, "SOURCE_DATE_EPOCH": "1700000000"},
        capture_output=True,
        check=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    installed = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        archive.extractall(installed)
    shipped = [path for path in (TOP / "resources").rglob("*") if path.is_file()]
    assert shipped
    for path in shipped:
        assert f"engine/_resources/{path.relative_to(TOP / 'resources').as_posix()}" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert any(name.endswith("licenses/NOTICE") for name in names)
    assert not any(name.startswith("tests/") for name in names)
    code = "from engine.runtime import folders; print(folders.resources_dir())"
    found = subprocess.run(
        [sys.executable, "-c", code],
        cwd=installed,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(found.stdout.strip()) == installed / "engine" / "_resources"
