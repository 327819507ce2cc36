"""Runs a training file (TOML): reads and checks it, trains, writes the weights with their card."""

from __future__ import annotations

import json
import time
import tomllib
from dataclasses import replace
from pathlib import Path

import torch
from safetensors.torch import save_file

from engine.errors import AiprodError, UsageError
from engine.models.card import Card, file_sha256, write_card
from engine.models.checkpoint import narrowed
from engine.models.registry import STARTER
from engine.models.registry import models as known_models
from engine.runtime.device import DeviceName, choose
from engine.runtime.files import atomic_path
from engine.runtime.folders import resources_dir
from engine.training.job import SHIPPED, SPEECH, VOICES, Job, Table, Trained, settings
from engine.training.kinds import FAMILY, KINDS, OWN_FOOTAGE, OWN_MEDIA, OWN_NAME, PART, show
from engine.training.loop import LoopConfig, Report, name_of, precise, read_log, seconds_spent
from engine.training.processes import team
from engine.training.record import Done, finished, note_done, start_anew
from engine.training.validation import Validation
from engine.training.watching import Watch


def run(
    path: Path,
    *,
    work: Path = Path("runs"),
    models: Path | None = None,
    device: DeviceName = "auto",
    report: Report | None = None,
) -> Path:
    """Train what the file describes and return the weights file. Resumes from `work`.

    Weights are read from `models` and written there; by default that is where the starter's are,
    but what is trained on the user's footage is written into its run's folder. In several processes
    the first one writes. Raises UsageError when the file is not a training file.
    """
    job, loop = _open(path, work, models, device)
    us = team()
    if us.leads:
        start_anew(job.folder, job.inputs())
        wanted = settings(Validation, job.table, "validation", path)
        watch = Watch(job.folder, loop, wanted, show(job, wanted), report)
        job = replace(job, report=watch)
    else:
        us.wait()  # until the data is made
    began, before = time.monotonic(), seconds_spent(job.folder)
    trained = KINDS[job.table["kind"]](job, loop)
    if us.leads:
        seconds = before + time.monotonic() - began
        _write(job, loop, trained, seconds)
        note_done(job.folder, path, job.target, steps=loop.steps, seconds=seconds)
    us.wait()
    return job.target


def record(
    path: Path, *, work: Path, models: Path | None = None, device: DeviceName = "auto"
) -> Done | None:
    """What is known of a training that is done already with this file and what it begins from."""
    job, _ = _open(path, work, models, device)
    try:
        inputs = job.inputs()
    except AiprodError:
        return None  # an earlier training is not done
    return finished(job.folder, path, inputs)


def _open(
    path: Path, work: Path, models: Path | None, device: DeviceName
) -> tuple[Job, LoopConfig]:
    table = _read(path)
    loop = settings(LoopConfig, table, "loop", path)
    if table["kind"] not in OWN_FOOTAGE:
        if device not in ("auto", "cpu"):
            raise UsageError(
                f"a training of the kind {table['kind']} computes on the CPU",
                where=f"{path}: kind",
                mend="Leave --device out.",
            )
        device = "cpu"
    precision = precise(loop, choose(device))
    loop = replace(loop, precision=name_of(precision))
    folder, shelf = work / str(table["name"]), models or resources_dir() / "models"
    stays = table.get("intermediate") or (models is None and table["kind"] in OWN_MEDIA)
    target = (folder if stays else shelf) / f"{table['name']}.safetensors"
    return Job(path, table, folder, shelf, target, precision), loop


def _write(job: Job, loop: LoopConfig, trained: Trained, seconds: float) -> None:
    target = job.target
    target.parent.mkdir(parents=True, exist_ok=True)
    family = FAMILY.get(job.table["kind"], "shdt")
    metadata = {"config": json.dumps(trained.config, sort_keys=True), "family": family}
    is_narrow = job.table.get("stored") == "int8"
    tensors = narrowed(trained.tensors) if is_narrow else dict(trained.tensors)
    with atomic_path(target) as temporary:
        save_file(tensors, temporary, metadata=metadata)
    entries, ours = read_log(job.folder), trained.source in (SHIPPED, SPEECH, VOICES)
    card = Card(
        name=job.name if job.table["kind"] in OWN_NAME or family != "shdt" else STARTER,
        base=_base(job),
        family=family,
        part=PART[job.table["kind"]],
        sha256=file_sha256(target),
        bytes=target.stat().st_size,
        licence=str(job.table.get("licence", "Apache-2.0" if ours else "unstated")),
        source=trained.source,
        training={
            "file": job.path.name,
            "start": job.table.get("start"),
            "data": dict(job.table["training"]),
            "steps": loop.steps,
            "batch": loop.batch,
            "seconds_a_step": entries[-1]["seconds_a_step"],
            "seconds": round(seconds),
            "loss_first": entries[0]["loss"],
            "loss_last": entries[-1]["loss"],
            "parameters": sum(value.numel() for value in trained.tensors.values()),
            "torch": torch.__version__,
        },
    )
    write_card(card, target.with_suffix(".json"))


def _base(job: Job) -> str:
    """The model that a model with a name of its own takes its other parts from."""
    if job.table["kind"] not in OWN_NAME:
        return ""
    name = str(job.table.get("base") or job.table.get("teacher"))
    return name if name in known_models() else STARTER


def _read(path: Path) -> Table:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:  # also a file that is no text
        raise UsageError(f"not a training file ({error})", where=str(path)) from None
    if table.get("kind") not in KINDS:
        kinds = ", ".join(KINDS)
        raise UsageError(f"kind is one of {kinds}", where=f"{path}: kind")
    if not isinstance(table.get("name"), str) or not Path(table["name"]).name == table["name"]:
        raise UsageError("name is the stem of the weights file", where=f"{path}: name")
    if table.get("stored", "float16") not in STORED:
        raise UsageError(f"stored is one of {', '.join(STORED)}", where=f"{path}: stored")
    needed = ("loop", "training", *(("model",) if table["kind"] in FROM_NOTHING else ()))
    for key in dict.fromkeys((*needed, *TABLES)):
        if not isinstance(table.get(key, None if key in needed else {}), dict):
            raise UsageError(
                f"[{key}] is {'not a table' if key in table else 'missing'}",
                where=str(path),
                mend=f"Give it a table [{key}]: docs/training.md has examples.",
            )
    return table


STORED = ("float16", "int8")
TABLES = ("loop", "training", "model", "validation")
FROM_NOTHING = ("flow", "refiner")  # the kinds whose networks have no sizes of their own
