"""Makes the parts of the application that panels share, joined to each other."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.actions import Actions
from app.bridge import Bridge
from app.context import AppContext
from app.document import Document
from app.playback import Playback
from app.problems import Problems
from app.requests import Requests
from app.selection import Selection
from app.settings import Settings
from app.thumbnails import Thumbnails
from engine.plugins import load_plugins


def make_context(settings: Settings, parent: QObject) -> AppContext:
    """A document with an empty project, and everything around it; `parent` owns all."""
    settings.setParent(parent)
    registry = load_plugins(disabled=settings.get("plugins_disabled") or ()).registry
    document = Document(registry, parent)
    bridge = Bridge(parent, settings=settings, registry=registry)
    requests = Requests(parent)
    return AppContext(
        document=document,
        bridge=bridge,
        actions=Actions(parent),
        selection=Selection(parent),
        settings=settings,
        requests=requests,
        thumbnails=Thumbnails(document, bridge, parent),
        problems=Problems(document, parent),
        playback=Playback(parent),
    )
