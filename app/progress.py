"""How far a render is, as a value that grows with its events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from engine.graph import events


@dataclass(frozen=True)
class Progress:
    """Nodes that run, those that are done, shares of those at work, and seconds left if known."""

    nodes: int = 1
    finished: int = 0
    parts: Mapping[str, float] = field(default_factory=dict)
    title: str = ""
    note: str = ""
    seconds_left: float | None = None
    warnings: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        """How much is made, 0 to 1, each node counting the same."""
        return min(1.0, (self.finished + sum(self.parts.values())) / max(1, self.nodes))


def after(progress: Progress, event: events.Event) -> Progress:
    """The progress with one more event in it."""
    match event:
        case events.RunPlanned(run=run):
            return Progress(nodes=max(1, run))
        case events.NodeStarted(title=title):
            return replace(progress, title=title, note="")
        case events.NodeProgress() if event.total > 0:
            parts = {**progress.parts, event.node: min(1.0, event.done / event.total)}
            left = event.run_seconds_left
            left = event.seconds_left if left is None else left
            return replace(
                progress, parts=parts, title=event.title, note=event.note, seconds_left=left
            )
        case events.NodeFinished(cached=False):
            parts = {name: part for name, part in progress.parts.items() if name != event.node}
            return replace(progress, finished=progress.finished + 1, parts=parts)
        case events.Warning():
            line = f"{event.title}: {event.message}"
            return replace(progress, warnings=(*progress.warnings, line))
        case events.RenderFinished():
            return replace(progress, finished=progress.nodes, parts={}, seconds_left=0.0)
        case _:
            return progress
