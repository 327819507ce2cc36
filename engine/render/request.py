"""What to render, checked before a job is recorded: the project as text, targets, device."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from engine.errors import UsageError
from engine.graph import Registry
from engine.graph.plan import choose_targets, needed
from engine.graph.prepare import Prepared, prepare
from engine.graph.upgrading import upgrade
from engine.jobs import Request
from engine.jobs.delivery import check_output
from engine.project import Project, dumps, loads
from engine.render.ground import Device, choose_device
from engine.render.overrides import with_overrides
from engine.render.saving import with_savers


@dataclass(frozen=True)
class Readied:
    """A request made ready to run: its project, the wired graph, its targets and device."""

    project: Project
    prepared: Prepared
    targets: tuple[str, ...]
    device: Device


def make_request(
    project: Project,
    *,
    output: Path,
    base_dir: Path,
    registry: Registry,
    targets: Sequence[str] | None = None,
    overrides: Mapping[str, Any] | None = None,
    seed: int | None = None,
    device: str = "auto",
    review: bool = False,
    check: bool = True,
) -> Request:
    """A job to record, with everything checked that can be before it runs.

    `check=False` leaves the graph unchecked, which is quick: the job then fails when it is planned.
    `review` lets the finished files wait for an approval.

    Without targets, all nodes that write files are rendered, or, when there are none, those that
    nothing uses. Behind a target that writes no file a node that saves its result is put.
    Raises UsageError, ProjectError and ValidationError.
    """
    project = replace(project, graph=upgrade(project.graph, registry))
    project = with_overrides(project, overrides or {}, registry)
    if seed is not None:
        project = replace(project, settings=replace(project.settings, seed=seed))
    if targets is None and (check or not _writes_files(project, registry)):
        targets = prepare(project.graph, registry).sinks()
    if targets is not None:
        project, targets = with_savers(project, targets, registry)
    request = Request(
        name=project.settings.name,
        project=dumps(project),
        base_dir=base_dir.resolve(),
        output=check_output(output),
        targets=targets,
        device=device,
        review=review,
    )
    if check:
        make_ready(request, registry)
    return request


def _writes_files(project: Project, registry: Registry) -> bool:
    """Whether a node of the graph itself writes files; a look that costs little."""
    specs = (registry.get(node.type) for node in project.graph.nodes.values())
    return any(spec is not None and spec.sink for spec in specs)


def make_ready(request: Request, registry: Registry) -> Readied:
    """Read and wire a request's project. Raises UsageError, ProjectError, ValidationError."""
    project = loads(request.project)
    prepared = prepare(project.graph, registry, base_dir=request.base_dir)
    targets = tuple(choose_targets(prepared, request.targets))
    names = needed(prepared, targets)
    idle = [name for name in targets if not prepared.nodes[name].spec.sink]
    if idle or not targets:
        sinks = ", ".join(name for name in prepared.order if prepared.nodes[name].spec.sink)
        raise UsageError(
            f"the node {idle[0]!r} writes no file" if idle else "the project writes no file",
            where=project.settings.name,
            mend=f"Nodes that do: {sinks}." if sinks else "Add a node of the Deliver category.",
        )
    return Readied(project, prepared, targets, choose_device(request.device, prepared, names))
