"""Where a node stands when it is checked and when its key is made: what its spec may ask about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.graph.fingerprints import FileFingerprints


@dataclass(frozen=True)
class Situation:
    """The parameters of a node, the inputs and parameters that links feed, the project's folder.

    `params` lacks what links feed. `base_dir` is None where no files may be looked at.
    """

    params: Mapping[str, Any]
    linked: frozenset[str] = frozenset()
    base_dir: Path | None = None
    files: FileFingerprints = field(default_factory=FileFingerprints)

    def path(self, name: str) -> Path | None:
        """The file that a path parameter names; None when it names none or none may be read."""
        value = self.params.get(name)
        return None if value is None or self.base_dir is None else self.base_dir / value
