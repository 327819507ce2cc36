"""The steps of the tour through this window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QTabBar, QToolBar, QWidget

from app.shell.tour import Step, Tour

if TYPE_CHECKING:
    from app.main_window import MainWindow

translate = QCoreApplication.translate


def start_tour(window: MainWindow) -> Tour:
    """Show the window around, beginning in the workspace Graph."""
    for old in window.findChildren(Tour):
        old.end()
    window.show_workspace("graph")
    window.workbench.complete_soon()
    window.settings.set("tour_seen", True)
    return Tour(steps_of(window), window)


def steps_of(window: MainWindow) -> tuple[Step, ...]:
    """What the tour says, and what it points at."""

    def dock(name: str) -> QWidget | None:
        return window.workbench.dock(name)

    def tabs() -> QWidget | None:
        return window.findChild(QTabBar, "workspace_tabs")

    def render() -> QWidget | None:
        bar = window.findChild(QToolBar, "workspaces")
        action = window.context.actions["export.render_project"]
        return bar.widgetForAction(action) if bar is not None else None

    return (
        Step(
            translate("Tour", "A film is a graph"),
            translate(
                "Tour",
                "On the canvas, each node makes something: a prompt becomes a shot, shots become "
                "a sequence, a sequence becomes a film. Press Tab on the canvas to add a node, "
                "and drag from socket to socket to link them.",
            ),
            lambda: dock("canvas"),
        ),
        Step(
            translate("Tour", "What a node does is set here"),
            translate(
                "Tour",
                "Select a node and the inspector shows its controls: the words of a prompt, the "
                "seed, the length. Each control tells what it does when you point at it.",
            ),
            lambda: dock("inspector"),
        ),
        Step(
            translate("Tour", "See it"),
            translate(
                "Tour",
                "The viewer shows the selected node, or the whole film, and plays it with sound. "
                "Space plays, J and L go back and forth.",
            ),
            lambda: dock("viewer"),
        ),
        Step(
            translate("Tour", "Cut it"),
            translate(
                "Tour",
                "The timeline edits the same graph: trim a shot at its edges, drag a dissolve "
                "over a cut, move sounds. Every edit can be undone.",
            ),
            lambda: dock("timeline"),
        ),
        Step(
            translate("Tour", "Four workspaces"),
            translate(
                "Tour",
                "Graph, Edit, Sound and Deliver arrange the same panels for the work at hand. "
                "Move panels as you like; each workspace remembers it.",
            ),
            tabs,
        ),
        Step(
            translate("Tour", "Render"),
            translate(
                "Tour",
                "Render makes the finished files beside the project. What was made once is kept, "
                "so only what you changed is made anew. Any command is found with Ctrl+Shift+P.",
            ),
            render,
        ),
    )
