"""The scripts behind `make setup`: torch's build, and the system libraries of Qt."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "requirements"


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif(sys.platform != "linux", reason="Qt finds its libraries elsewhere itself")
def test_missing_libraries_are_named_with_the_command_that_brings_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    libraries = script("system_libraries")
    monkeypatch.setattr(libraries, "DRAWING", {"libnosuch.so.9": "libnosuch9"})
    assert libraries.main([]) == 1
    assert "apt-get install libnosuch9" in capsys.readouterr().err
    libraries.main(["--packages"])
    assert capsys.readouterr().out == "libnosuch9\n"


def test_nothing_is_said_when_no_library_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    libraries = script("system_libraries")
    monkeypatch.setattr(libraries, "DRAWING", {})
    assert libraries.main([]) == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("installed", "build", "suits"),
    [
        ("2.13.0+cpu", "auto", True),
        ("2.13.0", "auto", True),
        ("2.12.0", "auto", False),
        ("2.13.0+cpu", "cpu", True),
        ("2.13.0", "cpu", False),
        ("2.13.0+cpu", "plain", False),
        ("2.13.0", "plain", True),
    ],
)
def test_the_torch_that_is_there_stays_when_it_suits(
    installed: str, build: str, suits: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    assert script("install_torch").suits(installed, build) is suits


class Installer:
    """Stands at the edge to the package index: notes each call of pip, refuses some of them."""

    def __init__(self, *, refuses: str = "nothing") -> None:
        self.refuses = refuses
        self.calls: list[str] = []

    def __call__(self, *arguments: str) -> bool:
        self.calls.append(Path(arguments[-1]).name)
        return self.refuses not in self.calls[-1]


@pytest.mark.parametrize(
    ("build", "refuses", "calls", "status"),
    [
        ("auto", "nothing", ["torch.txt"], 0),
        ("auto", "torch.txt", ["torch.txt", "torch-plain.txt", "torch==2.13.0"], 0),
        ("cpu", "torch.txt", ["torch.txt"], 1),
        ("plain", "nothing", ["torch-plain.txt", "torch==2.13.0"], 0),
    ],
)
def test_torch_comes_from_the_lock_that_was_asked_for(
    build: str, refuses: str, calls: list[str], status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch, pip = script("install_torch"), Installer(refuses=refuses)
    monkeypatch.setattr(torch, "pip", pip)
    monkeypatch.setattr(torch, "installed_version", lambda: None)
    assert torch.main([build]) == status
    assert pip.calls == calls


def test_an_unknown_build_of_torch_is_bad_usage() -> None:
    assert script("install_torch").main(["cuda"]) == 2
