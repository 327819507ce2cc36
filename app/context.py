"""What every panel is given: the document, the engine's bridge, commands, selection, settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.actions import Actions
    from app.bridge import Bridge
    from app.document import Document
    from app.selection import Selection
    from app.settings import Settings


@dataclass(frozen=True)
class AppContext:
    """The parts of the running application that panels share."""

    document: Document
    bridge: Bridge
    actions: Actions
    selection: Selection
    settings: Settings
