"""`aiprod-engine models`: the weights that are here, what they are, whether they are whole."""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli.arguments import size
from engine.cli.status import DONE, FAILED
from engine.cli.tables import columns

if TYPE_CHECKING:
    from engine.models.registry import Entry, Weights

HELP = "list, inspect, verify or import model weights"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`models list|inspect|verify|import`."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, text in (
        ("list", "show the models that can be used"),
        ("inspect", "show where a model's weights come from and how they were trained"),
        ("verify", "read the weights whole and compare them with their cards"),
        ("import", "copy a weights file, with its card beside it, into the user's models"),
        ("plan", "say how a checkpoint runs in a given amount of memory, and how long it takes"),
    ):
        action = actions.add_parser(name, help=text, description=text, allow_abbrev=False)
        action.add_argument("--json", action="store_true", help="print JSON")
        if name == "inspect":
            action.add_argument("name", metavar="NAME", help="a name in `models list`")
        elif name == "verify":
            action.add_argument("names", nargs="*", metavar="NAME", help="which models (all)")
        elif name == "import":
            action.add_argument("file", type=Path, metavar="FILE", help="a .safetensors file")
        elif name == "plan":
            _add_plan_arguments(action)


def _add_plan_arguments(action: argparse.ArgumentParser) -> None:
    action.add_argument("file", type=Path, metavar="CHECKPOINT", help="an LTX-2 .safetensors file")
    action.add_argument("--size", type=size, default=(768, 512), metavar="WxH", help="(768x512)")
    action.add_argument("--seconds", type=float, default=5.0, help="length of the clip (5)")
    action.add_argument("--vram", default="", help="memory to use, such as 12GB (what is free)")
    action.add_argument("--steps", type=int, default=40, help="denoising steps (40)")
    action.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda", "mps"))


def run(arguments: argparse.Namespace) -> int:
    """Run the action asked for."""
    match arguments.action:
        case "list":
            return _list(as_json=arguments.json)
        case "inspect":
            return _inspect(arguments.name, as_json=arguments.json)
        case "verify":
            return _verify(arguments.names, as_json=arguments.json)
        case "plan":
            return _plan(arguments)
        case _:
            return _import(arguments.file, as_json=arguments.json)


def _list(*, as_json: bool) -> int:
    from engine.models.registry import models

    found = list(models().values())
    if as_json:
        for entry in found:
            print(json.dumps(_facts(entry), ensure_ascii=False))
        return DONE
    rows = [
        (entry.name, entry.family, _megabytes(entry), _licences(entry), _state(entry))
        for entry in found
    ]
    print(columns(rows, head=("name", "family", "size", "licence", "state")))
    return DONE


def _inspect(name: str, *, as_json: bool) -> int:
    from engine.models.checkpoint import read_header
    from engine.models.registry import model

    entry = model(name)
    facts = _facts(entry)
    for part, weights in entry.parts.items():
        header = read_header(weights.path)
        numbers = sum(math.prod(tensor.shape) for tensor in header.tensors.values())
        facts["parts"][part] |= {
            "file": str(weights.path),
            "tensors": len(header.tensors),
            "parameters": numbers,
            "training": dict(weights.card.training),
        }
    print(json.dumps(facts, indent=None if as_json else 2, ensure_ascii=False))
    return DONE


def _verify(names: list[str], *, as_json: bool) -> int:
    from engine.models.registry import model, models, verify

    entries = [model(name) for name in names] if names else list(models().values())
    broken = 0
    for entry in entries:
        for part, weights in entry.parts.items():
            problem = verify(weights)
            broken += problem is not None
            _tell_check(entry, part, weights, problem, as_json=as_json)
        broken += bool(entry.missing)
        if entry.missing and not as_json:
            print(f"{entry.name}: lacks its {', '.join(entry.missing)}")
    return FAILED if broken else DONE


def _tell_check(
    entry: Entry, part: str, weights: Weights, problem: str | None, *, as_json: bool
) -> None:
    if as_json:
        facts = {"name": entry.name, "part": part, "file": str(weights.path), "problem": problem}
        print(json.dumps(facts, ensure_ascii=False))
    else:
        print(f"{entry.name} {part}: {problem or 'whole'}")


def _import(file: Path, *, as_json: bool) -> int:
    from engine.models.registry import import_weights

    weights = import_weights(file)
    if as_json:
        print(json.dumps({"name": weights.card.name, "file": str(weights.path)}))
    else:
        print(weights.path)
    return DONE


def _plan(arguments: argparse.Namespace) -> int:
    from engine.models.ltx2.geometry import geometry
    from engine.models.ltx2.opening import open_checkpoint
    from engine.models.ltx2.plan import make_plan
    from engine.runtime.device import choose
    from engine.runtime.memory import free_memory, read_bytes
    from engine.runtime.speed import measure_speed

    precision = choose(arguments.device)
    budget = read_bytes(arguments.vram) if arguments.vram else free_memory(precision.device)
    opened = open_checkpoint(arguments.file)
    width, height = arguments.size
    plan = make_plan(opened, geometry(width, height, arguments.seconds), budget)
    speed = measure_speed(precision)
    passes = 1 if "distilled" in opened.path.stem else 2  # with the prompt, and without
    seconds = plan.seconds(arguments.steps, passes, flops=speed.flops, link=speed.link)
    if arguments.json:
        print(json.dumps({**plan.as_dict(), "seconds": round(seconds), "steps": arguments.steps}))
        return DONE
    rows = [
        (phase.name, *(_gigabytes(b) for b in (phase.resident, phase.room, phase.working)),
         _gigabytes(phase.peak), phase.note)
        for phase in plan.phases
    ]  # fmt: skip
    print(columns(rows, head=("phase", "weights", "fetched", "working", "peak", "how")))
    print(
        f"{plan.clip.width}x{plan.clip.height}, {plan.clip.frames} frames, weights as "
        f"{plan.weights}: {_gigabytes(plan.peak)} of {_gigabytes(plan.budget)}"
    )
    print(
        f"about {seconds / 60:.0f} min for {arguments.steps} steps on this {precision.device.type} "
        f"({speed.flops / 1e12:.2g} TFLOP/s)"
    )
    return DONE


def _gigabytes(count: int) -> str:
    return f"{count / 2**30:.2f} GB"


def _facts(entry: Entry) -> dict[str, Any]:
    parts: dict[str, dict[str, Any]] = {
        part: {
            "sha256": weights.card.sha256,
            "bytes": weights.card.bytes,
            "licence": weights.card.licence,
            "source": weights.card.source,
        }
        for part, weights in entry.parts.items()
    }
    return {"name": entry.name, "family": entry.family, "missing": entry.missing, "parts": parts}


def _megabytes(entry: Entry) -> str:
    return f"{sum(weights.card.bytes for weights in entry.parts.values()) / 1e6:.1f} MB"


def _licences(entry: Entry) -> str:
    return ", ".join(sorted({weights.card.licence for weights in entry.parts.values()}))


def _state(entry: Entry) -> str:
    return f"lacks {', '.join(entry.missing)}" if entry.missing else "ready"
