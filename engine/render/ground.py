"""What a render stands on: the device it runs on, the seeds and models that its nodes use."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import UsageError
from engine.graph.fingerprints import FileFingerprints
from engine.graph.keys import fingerprints
from engine.graph.prepare import Prepared
from engine.graph.provenance import Provenance
from engine.jobs import job_hash, provenance_details
from engine.project import Project

if TYPE_CHECKING:
    from engine.runtime.device import DeviceName

DEVICES: dict[str, DeviceName] = {name: name for name in ("auto", "cpu", "cuda", "mps")}


@dataclass(frozen=True)
class Device:
    """Where networks run, and the word for its arithmetic that goes into keys."""

    name: DeviceName = "cpu"
    numerics: str = ""


def choose_device(wanted: str, prepared: Prepared, names: Iterable[str]) -> Device:
    """The device for the nodes `names`; torch is only loaded when one of them needs it.

    Raises UsageError for a device that is not there.
    """
    if wanted not in DEVICES:
        raise UsageError(
            f"there is no device {wanted!r}", where="--device", mend=f"Use {', '.join(DEVICES)}."
        )
    if not any(prepared.nodes[name].spec.device for name in names):
        return Device()
    from engine.runtime.torch_loading import load_torch

    load_torch()
    from engine.runtime.device import choose

    precision = choose(DEVICES[wanted])
    name = precision.device.type
    return Device(DEVICES[name], f"{name} {str(precision.compute).removeprefix('torch.')}")


def provenance_of(
    project: Project,
    text: str,
    prepared: Prepared,
    *,
    targets: Iterable[str],
    device: Device,
    base_dir: Path,
    files: FileFingerprints,
) -> Provenance:
    """Where the files of a render come from; `text` is the project's canonical text.

    `files` knows what the files are that nodes read, by paths from `base_dir`.
    """
    chosen = list(targets)
    seeds = {"project": project.settings.seed}
    read: dict[str, list[str]] = {}
    for name in prepared.upstream(chosen):
        item = prepared.nodes[name]
        for param in item.spec.params:
            if param.seed and isinstance(item.params.get(param.name), int):
                seeds[name] = item.params[param.name]
        if item.spec.fingerprint is not None:
            read[name] = fingerprints(item, base_dir, files)
    details = provenance_details(
        targets=chosen,
        seeds=seeds,
        fingerprints=read,
        device=device.numerics or device.name,
    )
    return Provenance(job_hash(text, details), text, details)


def origin_without(origin: Provenance, silent: Iterable[str]) -> Provenance:
    """The provenance of a render that goes on without the sounds of these nodes."""
    details = {**origin.details, "silent": sorted(silent)}
    return Provenance(job_hash(origin.project, details), origin.project, details)
