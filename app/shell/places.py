"""The panels of the window: by which name, from which module, under which title and icon."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from app.context import AppContext

translate = QCoreApplication.translate


@dataclass(frozen=True)
class Place:
    """A panel: its module in `app.panels` and its class there, its icon, and whose tab it joins."""

    name: str
    panel: str
    icon: str
    beside: str = ""  # the dock whose tab it becomes where a workspace does not place it

    def make(self, context: AppContext) -> QWidget:
        """Import the panel's module and make the panel."""
        module = importlib.import_module(f"app.panels.{self.name}")
        make = cast("Callable[[AppContext], QWidget]", getattr(module, self.panel))
        return make(context)


PLACES: Mapping[str, Place] = {
    place.name: place
    for place in (
        Place("canvas", "CanvasPanel", "graph"),
        Place("viewer", "ViewerPanel", "viewer"),
        Place("inspector", "InspectorPanel", "inspector"),
        Place("timeline", "TimelinePanel", "timeline"),
        Place("library", "LibraryPanel", "library"),
        Place("assets", "AssetsPanel", "assets", "library"),
        Place("history", "HistoryPanel", "history", "inspector"),
        Place("meters", "MetersPanel", "meters", "inspector"),
        Place("jobs", "JobsPanel", "jobs", "timeline"),
        Place("log", "LogPanel", "log", "timeline"),
        Place("review", "ReviewPanel", "review", "inspector"),
        Place("models", "ModelsPanel", "models", "inspector"),
        Place("plugins", "PluginsPanel", "plugins", "inspector"),
    )
}


def title_of(name: str) -> str:
    """The title of a panel, in the language of the window."""
    titles = {
        "canvas": translate("Panels", "Canvas"),
        "viewer": translate("Panels", "Viewer"),
        "inspector": translate("Panels", "Inspector"),
        "timeline": translate("Panels", "Timeline"),
        "library": translate("Panels", "Nodes"),
        "assets": translate("Panels", "Assets"),
        "history": translate("Panels", "History"),
        "meters": translate("Panels", "Meters"),
        "jobs": translate("Panels", "Jobs"),
        "log": translate("Panels", "Log"),
        "review": translate("Panels", "Review"),
        "models": translate("Panels", "Models"),
        "plugins": translate("Panels", "Plugins"),
    }
    return titles[name]
