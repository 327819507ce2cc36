"""What every panel is given: the document, the engine's bridge, commands, selection, settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from app.requests import Requests

if TYPE_CHECKING:
    from app.actions import Actions
    from app.bridge import Bridge
    from app.document import Document
    from app.playback import Playback
    from app.problems import Problems
    from app.selection import Selection
    from app.settings import Settings
    from app.thumbnails import Thumbnails

_NOT_THERE: Any = cast("Any", None)  # panels by themselves, as in tests, may do without


@dataclass(frozen=True)
class AppContext:
    """The parts of the running application that panels share."""

    document: Document
    bridge: Bridge
    actions: Actions
    selection: Selection
    settings: Settings
    requests: Requests = field(default_factory=Requests)
    thumbnails: Thumbnails = _NOT_THERE
    problems: Problems = _NOT_THERE
    playback: Playback = _NOT_THERE
