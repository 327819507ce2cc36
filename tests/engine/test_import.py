"""`import engine` is light, and its lazy names lead somewhere."""

from __future__ import annotations

import subprocess
import sys

import pytest

import engine

HEAVY = ("torch", "av", "numpy", "scipy", "onnxruntime", "opentimelineio", "PySide6")


def test_import_engine_loads_nothing_heavy() -> None:
    code = f"import sys, engine; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_import_engine_takes_under_150_ms() -> None:
    code = "import time; t = time.process_time(); import engine; print(time.process_time() - t)"
    command = [sys.executable, "-c", code]
    seconds = min(
        float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        for _ in range(3)
    )
    assert seconds < 0.150


@pytest.mark.parametrize("name", sorted(engine.__all__))
def test_every_public_name_resolves(name: str) -> None:
    assert getattr(engine, name) is not None
    assert name in dir(engine)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Clup'"):
        engine.__getattr__("Clup")
