"""The parts that panels share, real ones, for tests of panels."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QObject

from app.actions import Actions
from app.bridge import Bridge
from app.context import AppContext
from app.document import Document
from app.problems import Problems
from app.selection import Selection
from app.settings import Settings
from app.thumbnails import Thumbnails
from engine.graph import Registry
from engine.nodes import builtin_registry


@contextmanager
def running(folder: Path, *, registry: Registry | None = None) -> Iterator[AppContext]:
    """A context whose settings lie in `folder`; its background is quiet afterwards."""
    owner = QObject()
    registry = registry or builtin_registry()
    document = Document(registry, owner)
    bridge = Bridge(owner, registry=registry)
    context = AppContext(
        document=document,
        bridge=bridge,
        actions=Actions(owner),
        selection=Selection(owner),
        settings=Settings(folder / "window.json", owner),
        thumbnails=Thumbnails(document, bridge, owner),
        problems=Problems(document, owner),
    )
    yield context
    context.problems.stop()
    context.thumbnails.stop()
    bridge.close(5)
