"""The built-in nodes, one module a palette category."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.graph import Registry


@cache
def builtin_registry() -> Registry:
    """The registry of all built-in nodes. Copy it before adding to it."""
    from engine.graph import Registry

    registry = Registry()
    for found in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        registry.add_module(importlib.import_module(f"{__name__}.{found.name}"))
    return registry
