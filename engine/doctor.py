"""Checks that this machine can render: Python, packages, device, codecs, weights, folders…

`diagnose()` gathers every finding; `report()` and `as_json()` put them into words. Nothing is
changed on the machine, apart from a probe file that is written and removed again.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import psutil
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from engine.errors import ModelError
from engine.runtime import folders

if TYPE_CHECKING:
    from engine.models.card import Card

State = Literal["ok", "warning", "missing"]

PYTHONS = ((3, 11), (3, 13))
ENCODERS = (
    *("libx264", "libx265", "prores_ks", "dnxhd", "libvpx-vp9", "libsvtav1", "ffv1"),
    *("aac", "libopus", "flac", "pcm_s24le"),
)
MEMORY_NEEDED = 3 * 1024**3
DISK_NEEDED = 2 * 1024**3
STARTER_FAMILY = "shdt"
SETUP = "Run `make setup` in the checkout, or install the package again."


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: its area, name, state, what was seen and how to mend it."""

    area: str
    name: str
    state: State
    detail: str
    mend: str | None = None


def diagnose() -> list[Finding]:
    """Every finding, in the order in which a user mends them. Takes a few seconds."""
    checks = (python, packages, device, memory, codecs, weights, writable_folders, plugin_files)
    return [finding for check in checks for finding in check()]


def is_healthy(findings: list[Finding]) -> bool:
    """Whether nothing needed is missing; warnings do not count."""
    return all(finding.state != "missing" for finding in findings)


def report(findings: list[Finding]) -> str:
    """One line a finding under its area, each problem followed by its mend."""
    signs = {"ok": "ok     ", "warning": "warning", "missing": "MISSING"}
    lines: list[str] = []
    for index, finding in enumerate(findings):
        if index == 0 or findings[index - 1].area != finding.area:
            lines.append(finding.area)
        detail = finding.detail.replace("\n", "\n           ")
        lines.append(f"  {signs[finding.state]}  {finding.name}: {detail}")
        if finding.mend and finding.state != "ok":
            lines.append(f"           {finding.mend}")
    problems = sum(finding.state == "missing" for finding in findings)
    lines.append("ready to render" if not problems else f"{problems} to mend")
    return "\n".join(lines)


def as_json(findings: list[Finding]) -> str:
    """The findings as one JSON object: `healthy` and the list `findings`."""
    document = {
        "healthy": is_healthy(findings),
        "findings": [asdict(finding) for finding in findings],
    }
    return json.dumps(document, indent=2)


def python() -> Iterator[Finding]:
    """The interpreter's version and place."""
    lowest, highest = PYTHONS
    fits = lowest <= sys.version_info[:2] <= highest
    yield Finding(
        "Python",
        sys.version.split()[0],
        "ok" if fits else "missing",
        sys.executable,
        None if fits else "AIPROD runs on Python 3.11 to 3.13: make setup PYTHON=python3.12",
    )


def packages() -> Iterator[Finding]:
    """Every package that the project asks for, against its range and, in a checkout, the lock."""
    locked, wanted, good = locked_versions(), wanted_packages(), 0
    if not wanted:
        detail = "its record is not there, so its packages cannot be checked"
        yield Finding("Packages", "aiprod", "warning", detail, SETUP)
        return
    for requirement in wanted:
        name = canonicalize_name(requirement.name)
        needed = requirement.marker is None
        try:
            version = importlib.metadata.version(requirement.name)
        except importlib.metadata.PackageNotFoundError:
            state: State = "missing" if needed else "warning"
            note = "not installed" if needed else "not installed: the window will not open"
            yield Finding("Packages", requirement.name, state, note, SETUP)
            continue
        if not requirement.specifier.contains(version, prereleases=True):
            detail = f"{version} does not fit {requirement.specifier}"
            yield Finding("Packages", requirement.name, "missing", detail, SETUP)
        elif name in locked and Version(version).public != locked[name]:
            detail = f"{version}, the lock has {locked[name]}"
            yield Finding("Packages", requirement.name, "warning", detail, SETUP)
        else:
            good += 1
    yield Finding("Packages", "installed", "ok", f"{good} as the project asks for")


def wanted_packages() -> list[Requirement]:
    """The project's requirements, the application's with a marker; empty when not installed."""
    try:
        texts = importlib.metadata.requires("aiprod") or []
    except importlib.metadata.PackageNotFoundError:
        return []
    return [Requirement(text) for text in texts]


def locked_versions() -> dict[str, str]:
    """Versions by canonical name from the lock files of a checkout; empty in an installed wheel."""
    checkout = folders.checkout_dir()
    if checkout is None:
        return {}
    found: dict[str, str] = {}
    for lock in (checkout / "requirements" / name for name in ("run.txt", "torch-plain.txt")):
        if lock.is_file():
            pins = re.findall(r"(?m)^([\w.-]+)==([^\s;\\]+)", lock.read_text(encoding="utf-8"))
            found |= {canonicalize_name(name): version for name, version in pins}
    return found


def device() -> Iterator[Finding]:
    """What the networks run on, and in which precision."""
    try:
        import torch

        from engine.runtime.device import choose
    except ImportError as error:
        yield Finding("Device", "torch", "missing", f"cannot be loaded: {error}", SETUP)
        return
    precision = choose("auto")
    kind = precision.device.type
    name = torch.cuda.get_device_name() if kind == "cuda" else kind
    compute = str(precision.compute).removeprefix("torch.")
    detail = f"{compute}, torch {torch.__version__}, {torch.get_num_threads()} threads"
    yield Finding("Device", name, "ok", detail)


def memory() -> Iterator[Finding]:
    """Free memory now, against what the first film takes at its peak."""
    free = psutil.virtual_memory().available
    enough = free >= MEMORY_NEEDED
    yield Finding(
        "Memory",
        "free",
        "ok" if enough else "warning",
        f"{_gigabytes(free)} of {_gigabytes(psutil.virtual_memory().total)}",
        None if enough else f"A render may need {_gigabytes(MEMORY_NEEDED)}; close something.",
    )


def codecs() -> Iterator[Finding]:
    """The encoders that the export presets use, in the FFmpeg that PyAV carries."""
    try:
        import av
        from av.codec import Codec
    except ImportError as error:
        yield Finding("Codecs", "av", "missing", f"cannot be loaded: {error}", SETUP)
        return
    absent = []
    for name in ENCODERS:
        try:
            Codec(name, "w")
        except ValueError:
            absent.append(name)
    found = [name for name in ENCODERS if name not in absent]
    if found:
        yield Finding("Codecs", f"FFmpeg in PyAV {av.__version__}", "ok", ", ".join(found))
    for name in absent:
        mend = "Use the PyAV wheel that the lock names; a build of your own needs this encoder."
        yield Finding("Codecs", name, "missing", "this FFmpeg has no such encoder", mend)


def weights() -> Iterator[Finding]:
    """Every model, shipped or registered: its card is sound, its file there and its hash right."""
    from engine.models import records, registry
    from engine.models.card import read_card

    starter: set[str] = set()
    for path in sorted(records.shipped_folder().glob("*.json")):
        name = path.stem
        try:
            card = read_card(path)
        except ModelError as error:
            mend = f"Get {name} and its card again from where you had them."
            yield Finding("Weights", name, "missing", error.message, mend)
            continue
        if card.name == registry.STARTER:
            starter.add(card.part)
        yield check_weights(path.with_suffix(".safetensors"), card)
    for part in registry.PARTS[STARTER_FAMILY]:
        if part not in starter:
            detail = f"no card of it in {records.shipped_folder()}"
            mend = "The checkout is incomplete: git checkout -- resources/models"
            yield Finding("Weights", f"{registry.STARTER} {part}", "missing", detail, mend)
    try:
        own = records.read_own_weights()
    except ModelError as error:
        yield Finding("Weights", "registry", "missing", error.message, error.mend)
        return
    for file, card in own:
        yield check_weights(file, card)


def check_weights(file: Path, card: Card) -> Finding:
    """The finding on a weights file that `card` describes."""
    from engine.models.registry import Weights, verify

    name = file.stem
    mend = f"Get {file.name} again; its card says from where: {card.source}"
    problem = verify(Weights(file, card)) if file.is_file() else f"there is no file {file}"
    if problem:
        return Finding("Weights", name, "missing", problem, mend)
    detail = f"{card.bytes / 1e6:.1f} MB, SHA-256 {card.sha256[:12]}… as on its card"
    return Finding("Weights", name, "ok", detail)


def writable_folders() -> Iterator[Finding]:
    """The user's folders can be written, and the cache has room."""
    for name, folder in (
        ("cache", folders.cache_dir()),
        ("data", folders.data_dir()),
        ("settings", folders.settings_dir()),
    ):
        place = _existing_parent(folder)
        problem = _write_problem(place)
        if problem:
            mend = f"Make {place} writable, or point the system's folder for {name} elsewhere."
            yield Finding("Folders", name, "missing", f"{folder}: {problem}", mend)
            continue
        free = psutil.disk_usage(str(place)).free
        if name == "cache" and free < DISK_NEEDED:
            mend = f"A film may need {_gigabytes(DISK_NEEDED)} of cache; make room."
            detail = f"{folder}: only {_gigabytes(free)} free"
            yield Finding("Folders", name, "warning", detail, mend)
        else:
            yield Finding("Folders", name, "ok", f"{folder} ({_gigabytes(free)} free)")


def plugin_files() -> Iterator[Finding]:
    """The plugin folders, what each plugin adds, and the tracebacks of broken ones."""
    from engine.plugins import load_plugins

    for folder in folders.plugin_dirs():
        state = "" if folder.is_dir() else " (not made yet)"
        yield Finding("Plugins", "folder", "ok", f"{folder}{state}")
    found = load_plugins()
    for plugin in found.loaded:
        yield Finding("Plugins", plugin.name, "ok", ", ".join(plugin.nodes))
    for failure in found.failures:
        detail = f"{failure.message}\n{failure.traceback.rstrip()}"
        yield Finding("Plugins", failure.name, "warning", detail, f"Mend or remove {failure.path}")


def _existing_parent(folder: Path) -> Path:
    return next(place for place in (folder, *folder.parents) if place.exists())


def _write_problem(place: Path) -> str | None:
    if not place.is_dir():
        return f"{place} is not a folder"
    if not os.access(place, os.W_OK):
        return "not writable"
    try:
        with tempfile.TemporaryFile(dir=place) as probe:
            probe.write(b"AIPROD")
    except OSError as error:
        return error.strerror or str(error)
    return None


def _gigabytes(count: int) -> str:
    return f"{count / 1024**3:.1f} GB"
