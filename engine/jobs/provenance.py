"""Provenance: everything besides the project that made a file, and the job hash of it all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

_PACKAGES = ("av", "numpy", "onnxruntime", "OpenTimelineIO", "safetensors", "scipy", "torch")


def provenance_details(
    *,
    targets: Iterable[str] = (),
    seeds: Mapping[str, int] | None = None,
    fingerprints: Mapping[str, Sequence[str]] | None = None,
    device: str = "cpu",
) -> dict[str, object]:
    """What made a file besides the project, as JSON values in a stable order.

    `targets`: ids of the nodes asked for; `seeds`: the project's and those of nodes that have
    their own; `fingerprints`: those of the weights and plugins that each node uses. No time and no
    path of the machine is in it, so that it may be written into the file itself.
    """
    return {
        "targets": sorted(targets),
        "seeds": dict(sorted((seeds or {}).items())),
        "fingerprints": {name: list(found) for name, found in sorted((fingerprints or {}).items())},
        "environment": {**environment(), "device": device},
    }


def job_hash(project: str, details: Mapping[str, object]) -> str:
    """SHA-256 (hexadecimal): equal for equal work on equal ground, so for equal files.

    `project` is the canonical text as rendered, with every override applied.
    """
    return hashlib.sha256(json.dumps([project, details], sort_keys=True).encode()).hexdigest()


def environment() -> dict[str, str]:
    """Versions of the engine, Python and the packages that make numbers; the machine's kind."""
    return dict(_environment())


@cache
def _environment() -> tuple[tuple[str, str], ...]:
    import platform  # here, as commands that read no provenance are quicker without

    from engine import __version__

    system = f"{platform.system()} {platform.machine()}"
    base = (("aiprod", __version__), ("python", platform.python_version()), ("system", system))
    return base + tuple((name, version) for name in _PACKAGES if (version := _version(name)))


def _version(package: str) -> str | None:
    from importlib import metadata

    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
