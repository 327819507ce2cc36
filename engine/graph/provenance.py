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
