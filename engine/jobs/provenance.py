"""Provenance: everything that made a file, and the job hash that stands for it."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata

_PACKAGES = ("av", "numpy", "onnxruntime", "OpenTimelineIO", "safetensors", "scipy", "torch")


@dataclass(frozen=True)
class Provenance:
    """What made a file: equal provenance on the same machine means equal bytes.

    It holds no time and no path of the machine, so that it may be written into the file itself.
    """

    job_hash: str
    """SHA-256 (hexadecimal) of all the rest."""
    project: str
    """The project's canonical text as rendered, with every override applied."""
    targets: tuple[str, ...]
    """Ids of the nodes that were asked for."""
    seeds: tuple[tuple[str, int], ...]
    """The project's seed (named `project`) and those of nodes that have their own."""
    models: tuple[tuple[str, str], ...]
    """Name and fingerprint of each model the graph reads."""
    environment: tuple[tuple[str, str], ...]
    """Versions of the engine, Python and the packages that make numbers; the kind of machine."""

    def as_dict(self) -> dict[str, object]:
        """The same as plain JSON values, the project as an object rather than as text."""
        return {
            "job": self.job_hash,
            "targets": list(self.targets),
            "seeds": dict(self.seeds),
            "models": dict(self.models),
            "environment": dict(self.environment),
            "project": json.loads(self.project),
        }

    def as_json(self) -> str:
        """The sidecar's text: indented, stable order, a newline at the end."""
        return json.dumps(self.as_dict(), indent=2, ensure_ascii=False, sort_keys=False) + "\n"


def make_provenance(
    project: str,
    *,
    targets: Iterable[str] = (),
    seeds: Mapping[str, int] | None = None,
    models: Mapping[str, str] | None = None,
    device: str = "cpu",
) -> Provenance:
    """Provenance of a render of `project` (canonical JSON text) on this machine."""
    parts = (
        tuple(sorted(targets)),
        tuple(sorted((seeds or {}).items())),
        tuple(sorted((models or {}).items())),
        (*environment(), ("device", device)),
    )
    digest = hashlib.sha256(json.dumps([project, *parts]).encode()).hexdigest()
    return Provenance(digest, project, *parts)


@cache
def environment() -> tuple[tuple[str, str], ...]:
    """The engine's version, Python's, the machine's kind, and the packages that make numbers."""
    from engine import __version__

    system = f"{platform.system()} {platform.machine()}"
    base = (("aiprod", __version__), ("python", platform.python_version()), ("system", system))
    return base + tuple((name, version) for name in _PACKAGES if (version := _version(name)))


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
