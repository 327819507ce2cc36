"""`aiprod-engine models`: what weights are here, what they are, and which are the default."""

from __future__ import annotations

import argparse
import json
import math
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli.arguments import size
from engine.cli.status import DONE, FAILED
from engine.cli.tables import columns

if TYPE_CHECKING:
    from engine.models.registry import Entry, Weights

HELP = "list, inspect, verify, register, merge or promote models"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`models list|inspect|verify|register|merge|promote|rollback|plan`."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, text in (
        ("list", "show the models that can be used"),
        ("inspect", "show where a model's weights come from and how they were trained"),
        ("verify", "read the weights whole and compare them with their cards"),
        ("register", "take a weights file, with its card beside it, into the user's models"),
        ("merge", "make a model of another one and LoRAs on top of it"),
        ("promote", "let shots that name no model use this one"),
        ("rollback", "let them use again what they used before the latest promotion"),
        ("plan", "say how a checkpoint runs in a given amount of memory, and how long it takes"),
    ):
        action = actions.add_parser(name, help=text, description=text, allow_abbrev=False)
        action.add_argument("--json", action="store_true", help="print JSON")
        if name == "inspect":
            action.add_argument("name", metavar="NAME", help="a name in `models list`")
        elif name == "verify":
            action.add_argument("names", nargs="*", metavar="NAME", help="which models (all)")
        elif name == "register":
            action.add_argument(
                "file", type=Path, metavar="FILE", help="a .safetensors file, or a Whisper folder"
            )
            action.add_argument("--name", default="", help="another name than its card's")
            action.add_argument(
                *("--figures", "-f"),
                type=Path,
                metavar="REPORT",
                help="how good it is: JSON of benchmarks/starter_quality.py",
            )
        elif name == "merge":
            action.add_argument("base", metavar="MODEL", help="a name in `models list`")
            action.add_argument(
                "loras",
                nargs="+",
                type=_strong,
                metavar="LORA[:STRENGTH]",
                help="a file, or a name in `models list`; strength 1 if it is left out",
            )
            action.add_argument("--name", required=True, help="what the new model is called")
        elif name == "promote":
            action.add_argument("name", metavar="NAME", help="a name in `models list`")
            action.add_argument(
                "--force", action="store_true", help="although its figures are below the default's"
            )
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
        case "register":
            return _register(arguments)
        case "merge":
            return _merge(arguments)
        case "promote":
            return _promote(arguments.name, force=arguments.force, as_json=arguments.json)
        case _:
            return _rollback(as_json=arguments.json)


def _list(*, as_json: bool) -> int:
    from engine.models.registry import default, loras, models
    from engine.project.needs import templates_lacking

    found, chosen = list(models().values()), default()
    if as_json:
        for entry in found:
            print(json.dumps(_facts(entry) | {"default": entry.name == chosen}, ensure_ascii=False))
        for weights in loras().values():
            print(json.dumps(_lora_facts(weights), ensure_ascii=False))
        for title, files in templates_lacking().items():
            needed = [asdict(item) for item in files]
            told = {"name": title, "family": "template", "missing": needed}
            print(json.dumps(told, ensure_ascii=False))
        return DONE
    rows = [
        (entry.name, entry.family, _megabytes(entry), _licences(entry), _state(entry, chosen))
        for entry in found
    ]
    rows += [
        (
            name,
            f"{one.card.family} LoRA",
            f"{one.card.bytes / 1e6:.1f} MB",
            one.card.licence,
            "ready",
        )
        for name, one in loras().items()
    ]
    print(columns(rows, head=("name", "family", "size", "licence", "state")))
    _tell_what_templates_lack()
    return DONE


def _tell_what_templates_lack() -> None:
    """Which templates need more than is here, and where each file is to be had."""
    from engine.models.ltx2.catalogue import how_to_get
    from engine.project.needs import templates_lacking

    lacking = templates_lacking()
    if not lacking:
        return
    print("\nTemplates that need more:")
    for title, files in lacking.items():
        print(f"  {title}: {', '.join(item.name for item in files)}")
    print()
    for name in dict.fromkeys(item.name for files in lacking.values() for item in files):
        print(how_to_get(name))


def _inspect(name: str, *, as_json: bool) -> int:
    from engine.models.checkpoint import read_header
    from engine.models.registry import loras, model

    added = loras()
    if name in added:
        facts, parts = _lora_facts(added[name]), {"lora": added[name]}
    else:
        entry = model(name)
        facts, parts = _facts(entry), entry.parts
    for part, weights in parts.items():
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
    from engine.models.registry import loras, model, models, verify

    added = loras()
    entries = [model(name) for name in names if name not in added]
    broken = 0
    for name in [name for name in names if name in added] if names else added:
        problem = verify(added[name])
        broken += problem is not None
        _tell_check(name, "lora", added[name], problem, as_json=as_json)
    entries = entries if names else list(models().values())
    for entry in entries:
        for part, weights in entry.parts.items():
            problem = verify(weights)
            broken += problem is not None
            _tell_check(entry.name, part, weights, problem, as_json=as_json)
        broken += bool(entry.missing)
        if entry.missing and not as_json:
            print(f"{entry.name}: lacks its {', '.join(entry.missing)}")
    return FAILED if broken else DONE


def _tell_check(
    name: str, part: str, weights: Weights, problem: str | None, *, as_json: bool
) -> None:
    if as_json:
        facts = {"name": name, "part": part, "file": str(weights.path), "problem": problem}
        print(json.dumps(facts, ensure_ascii=False))
    else:
        print(f"{name} {part}: {problem or 'whole'}")


def _register(arguments: argparse.Namespace) -> int:
    from engine.models.ears import import_ears, is_ears
    from engine.models.registry import register
    from engine.models.speech.importing import import_voices, is_voice

    if is_voice(arguments.file) and not is_ears(arguments.file):
        for path in import_voices(arguments.file):
            told = json.dumps({"name": path.stem, "file": str(path)})
            print(told if arguments.json else path)
        return DONE
    if arguments.file.is_dir() or is_ears(arguments.file):
        folder = import_ears(arguments.file, name=arguments.name)
        told = json.dumps({"name": folder.name, "file": str(folder)})
        print(told if arguments.json else folder)
        return DONE
    weights = register(arguments.file, name=arguments.name, figures=arguments.figures)
    if arguments.json:
        print(json.dumps({"name": weights.card.name, "file": str(weights.path)}))
    else:
        print(weights.path)
    return DONE


def _strong(text: str) -> tuple[str, float]:
    """`look.safetensors:0.8` or `look`: a LoRA and its strength."""
    name, mark, number = text.rpartition(":")
    if not mark or not name:
        return text, 1.0
    try:
        return name, float(number)
    except ValueError:  # a colon of the name itself, such as that of a drive
        return text, 1.0


def _merge(arguments: argparse.Namespace) -> int:
    from engine.models.merging import merge_into_model

    for weights in merge_into_model(arguments.base, arguments.loras, arguments.name):
        told = json.dumps({"name": weights.card.name, "file": str(weights.path)})
        print(told if arguments.json else weights.path)
    return DONE


def _promote(name: str, *, force: bool, as_json: bool) -> int:
    from engine.models.registry import promote

    before = promote(name, force=force)
    if as_json:
        print(json.dumps({"default": name, "before": before}))
    else:
        print(f"{name} is the default now, in place of {before}")
    return DONE


def _rollback(*, as_json: bool) -> int:
    from engine.models.registry import rollback

    name = rollback()
    print(json.dumps({"default": name}) if as_json else f"{name} is the default again")
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
    passes = 1 if opened.is_distilled else 4  # with every guidance that is published
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
    return {
        "name": entry.name,
        "family": entry.family,
        "missing": entry.missing,
        "figures": {name: figure.value for name, figure in entry.figures.items()},
        "parts": {part: _card_facts(weights) for part, weights in entry.parts.items()},
    }


def _lora_facts(weights: Weights) -> dict[str, Any]:
    card = weights.card
    parts = {"lora": _card_facts(weights)}
    return {"name": card.name, "family": card.family, "base": card.base, "parts": parts}


def _card_facts(weights: Weights) -> dict[str, Any]:
    card = weights.card
    return {
        "sha256": card.sha256,
        "bytes": card.bytes,
        "licence": card.licence,
        "source": card.source,
    }


def _megabytes(entry: Entry) -> str:
    return f"{sum(weights.card.bytes for weights in entry.parts.values()) / 1e6:.1f} MB"


def _licences(entry: Entry) -> str:
    return ", ".join(sorted({weights.card.licence for weights in entry.parts.values()}))


def _state(entry: Entry, chosen: str) -> str:
    if entry.missing:
        return f"lacks {', '.join(entry.missing)}"
    return "ready, the default" if entry.name == chosen else "ready"
