"""Node types as the commands load them, plugins included."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.graph import Registry


def load_nodes(*, tracebacks: bool = False) -> Registry:
    """All node types; plugins that did not load are named on standard error."""
    from engine.plugins import load_plugins

    plugins = load_plugins()
    for failure in plugins.failures:
        print(f"aiprod-engine: {failure}", file=sys.stderr)
        if tracebacks:
            print(failure.traceback, file=sys.stderr)
    return plugins.registry
