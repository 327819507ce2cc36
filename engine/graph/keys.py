"""Keys of results: SHA-256 of everything that goes into one, and of nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from engine.errors import AiprodError
from engine.graph.canonical import canonical_json
from engine.graph.context import derived_seed
from engine.graph.fingerprints import FileFingerprints
from engine.graph.prepare import Placed, Prepared
from engine.graph.provenance import Provenance
from engine.graph.settings import ProjectSettings
from engine.graph.situation import Situation

NUMERICS_VERSION = "3"
"""Counted on when the same node, parameters and inputs give other numbers than before."""


@dataclass(frozen=True)
class Ground:
    """What results stand on besides the graph: settings, files, provenance and numerics.

    `numerics` tells apart devices whose arithmetic differs; it counts for nodes that use one.
    """

    settings: ProjectSettings = field(default_factory=ProjectSettings)
    base_dir: Path = field(default_factory=Path)
    provenance: Provenance = field(default_factory=Provenance)
    files: FileFingerprints = field(default_factory=FileFingerprints)
    numerics: str = ""


def result_keys(prepared: Prepared, ground: Ground, names: Iterable[str]) -> dict[str, str]:
    """The keys of nodes, by id; `names` must hold what each of them needs.

    Raises AiprodError, naming the node, when a file or model that a node reads is missing.
    """
    wanted = set(names)
    settings = ground.settings
    shape = f"{settings.rate} {settings.width} {settings.height} {settings.sample_rate}"
    whole = f"{shape} {settings.seed} {canonical_json(settings.name)}"
    delivery = f"{whole} {ground.provenance.digest}"
    heads: dict[str, str] = {}
    keys: dict[str, str] = {}
    sha256 = hashlib.sha256
    for name in prepared.order:
        if name not in wanted:
            continue
        placed = prepared.nodes[name]
        spec = placed.spec
        head = heads.get(spec.id)
        if head is None:
            numerics = ground.numerics if spec.device else ""
            head = f"{spec.id}\n{spec.version}\n{NUMERICS_VERSION} {numerics}"
            heads[spec.id] = head
        parts = [head, canonical_json(_canonical(placed, ground))]
        parts += [f"{f.input} {keys[f.source]} {f.output} {f.wanted}" for f in placed.feeds]
        parts += [f"{name} without {gaps}" for name, gaps in sorted(placed.gaps.items())]
        if spec.takes_context:
            if spec.sink:
                parts.append(delivery)
            elif spec.reads_settings:
                parts.append(shape)
            if spec.seeded and not has_own_seed(placed):
                parts.append(str(derived_seed(settings.seed, name)))
        if spec.fingerprint is not None:
            parts.append(canonical_json(fingerprints(placed, ground.base_dir, ground.files)))
        keys[name] = sha256("\n".join(parts).encode()).hexdigest()
    return keys


def has_own_seed(placed: Placed) -> bool:
    """True when a node's seed parameter is set, or fed by a link."""
    for param in placed.spec.params:
        if param.seed:
            return placed.params.get(param.name, 0) is not None
    return False


def _canonical(placed: Placed, ground: Ground) -> dict[str, object]:
    """The parameters as they go into the key: files by name and content, not by place."""
    made: dict[str, object] = placed.canonical
    for param in placed.spec.params:
        if param.file is None or param.file.save or made.get(param.name) is None:
            continue
        if made is placed.canonical:
            made = dict(made)
        if param.file.searched:
            made[param.name] = None
            continue
        path = ground.base_dir / placed.params[param.name]
        try:
            sha = ground.files.of(path, sampled=param.file.kind == "model")
        except AiprodError as error:
            place = f"{placed.title} ({placed.id})"
            raise AiprodError(
                f"{param.name}: {error.message}", where=place, mend="Choose another file."
            ) from error
        made[param.name] = [path.name, sha]
    return made


def fingerprints(placed: Placed, base_dir: Path, files: FileFingerprints) -> list[str]:
    """What a node names as read besides its inputs. Raises AiprodError that names the node."""
    if placed.spec.fingerprint is None:
        return []
    linked = frozenset(feed.input for feed in placed.feeds)
    try:
        return list(placed.spec.fingerprint(Situation(placed.params, linked, base_dir, files)))
    except AiprodError as error:
        where = f"{placed.title} ({placed.id})"
        raise type(error)(str(error), where=where) from error
