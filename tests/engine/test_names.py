"""Public names are what they are called: a function never hides behind a module of its name."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys
from types import ModuleType

import pytest

import engine

PACKAGES = ["engine"] + [
    found.name for found in pkgutil.walk_packages(engine.__path__, "engine.") if found.ispkg
]


@pytest.mark.parametrize("name", PACKAGES)
def test_no_name_that_a_package_exports_is_a_module(name: str) -> None:
    package = importlib.import_module(name)
    for exported in getattr(package, "__all__", ()):
        assert not isinstance(getattr(package, exported), ModuleType), exported


@pytest.mark.parametrize("name", PACKAGES)
def test_names_that_load_on_use_are_not_names_of_modules(name: str) -> None:
    package = importlib.import_module(name)
    if hasattr(package, "__getattr__"):
        modules = {found.name for found in pkgutil.iter_modules(package.__path__)}
        assert not modules & set(package.__all__)


@pytest.mark.parametrize(
    "order",
    [
        "import engine.graph.upgrading, engine.graph.execution",
        "import engine.project, engine.render",
        "pass",
    ],
)
def test_graph_functions_are_functions_whatever_was_imported_before(order: str) -> None:
    code = f"{order}; from engine.graph import execute, upgrade, validate; "
    code += "assert all(type(f).__name__ == 'function' for f in (execute, upgrade, validate))"
    subprocess.run([sys.executable, "-c", code], check=True)
