"""What panels ask of the window around them, as signals: no panel knows the window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal


class Requests(QObject):
    """Emit a signal; the window answers it.

    `open_project` takes a path, after the question about unsaved edits. `open_text` takes the
    text of a project, such as the one that a delivered film carries, and its name. `show_panel`
    brings a panel to the front by its name ("viewer"). `say` shows a sentence in the status bar.
    `add_node` takes the id of a node type, which the canvas adds in the middle of its view.
    """

    open_project = Signal(Path)
    open_text = Signal(str, str)
    show_panel = Signal(str)
    say = Signal(str)
    add_node = Signal(str)
