"""Remembers which device networks ran on, so that keys can be told without loading torch."""

from __future__ import annotations

import json
from functools import cache
from importlib import metadata
from pathlib import Path

from engine.render.ground import DEVICES, Device
from engine.runtime.files import atomic_write
from engine.runtime.folders import data_dir

_FILE = "device.json"


def remember(device: Device) -> None:
    """Note the device of a run; one that used none is passed over."""
    if device.numerics:
        _write(data_dir() / _FILE, device.name, device.numerics, torch_version())


def remember_word(word: str) -> None:
    """As `remember`, from the word for a device and its arithmetic ("cpu float32")."""
    name, _, arithmetic = word.partition(" ")
    if arithmetic and name in DEVICES:
        remember(Device(DEVICES[name], word))


def recall() -> Device | None:
    """The device that the last run with this torch used; None when that is not known."""
    try:
        noted = json.loads((data_dir() / _FILE).read_bytes())
        if noted["torch"] == torch_version():
            return Device(DEVICES[noted["device"]], str(noted["numerics"]))
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return None


def torch_version() -> str:
    """The version of torch that is installed, found without loading it; "" for none."""
    try:
        return metadata.version("torch")
    except metadata.PackageNotFoundError:
        return ""


@cache
def _write(path: Path, device: str, numerics: str, torch: str) -> None:
    """Written once a process for each value: it hardly ever changes."""
    facts = {"device": device, "numerics": numerics, "torch": torch}
    atomic_write(path, json.dumps(facts) + "\n")
