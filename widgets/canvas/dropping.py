"""What can be dropped on the canvas: a kind of node, files, or text."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QMimeData

NODE_MIME = "application/x-aiprod-node-type"
"""The type id of a node, in UTF-8, that a drag from a library of nodes carries."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """One of these, the first that the drag carried."""

    node: str = ""
    paths: tuple[str, ...] = ()
    text: str = ""


def accepts(data: QMimeData) -> bool:
    """Whether there is anything of use in it."""
    return data.hasFormat(NODE_MIME) or data.hasUrls() or data.hasText()


def read(data: QMimeData) -> Dropped:
    """What was dropped."""
    if data.hasFormat(NODE_MIME):
        return Dropped(node=bytes(data.data(NODE_MIME).data()).decode())
    paths = tuple(url.toLocalFile() for url in data.urls() if url.isLocalFile())
    if paths:
        return Dropped(paths=paths)
    return Dropped(text=data.text())
