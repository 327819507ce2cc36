"""Where a delivered file comes from, as the nodes that write files see it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Provenance:
    """The job that makes a file: its hash, the project as canonical text, and further facts."""

    job: str = ""
    project: str = ""
    details: Mapping[str, object] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """SHA-256 that stands for this provenance in the keys of sinks."""
        from engine.graph.canonical import canonical_json

        text = canonical_json([self.job, self.project, dict(self.details)])
        return hashlib.sha256(text.encode()).hexdigest()

    def tags(self, title: str) -> dict[str, str]:
        """What is written into a delivered file about its origin."""
        from engine.graph.canonical import canonical_json

        told = {"title": title, "aiprod_job": self.job, "aiprod_project": self.project}
        if self.details:
            told["aiprod_details"] = canonical_json(dict(self.details))
        return {name: text for name, text in told.items() if text or name == "title"}
