"""The command line `aiprod-engine`."""

from engine.cli.main import main

__all__ = ["main"]
