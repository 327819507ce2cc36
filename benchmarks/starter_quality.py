"""How well the starter model does what it is told, judged by measurement. Prints JSON.

    python -m benchmarks.starter_quality [--prompts 256] [--only prompts keyframes ...]
    python -m benchmarks.starter_quality --sheet docs/pictures/starter.png

Prompts are of combinations that no training saw. The judge is trained on renders alone; its own
accuracy on held-out renders stands beside every figure that it gives. `limits` lists what the
model has to reach; `aiprod-engine models register --figures REPORT` keeps it with a model.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import _starter_measures as measures
from benchmarks._judge import HEIGHT, WIDTH, Judge
from benchmarks._judge_training import accuracy, trained_judge
from benchmarks._starter_shots import Studio, studio
from engine.models.card import read_card, write_card
from engine.models.registry import STARTER, model, models
from engine.models.shdt.lexicon import IDENTITY
from engine.runtime.device import limit_threads
from engine.runtime.files import atomic_write
from engine.training.clips import clip_set

# figure: limit, which way is better
LIMITS: Mapping[str, tuple[float, str]] = {
    "colour": (0.95, "higher"),
    "shape": (0.90, "higher"),
    "size": (0.90, "higher"),
    "scene": (0.97, "higher"),
    "motion": (0.90, "higher"),
    "flicker_ratio": (1.2, "lower"),
    "keyframe_psnr": (28.0, "higher"),
    "identity": (0.85, "higher"),
    "retake_exact": (1.0, "higher"),
    "vae_psnr": (34.0, "higher"),
    "upsampler_gain": (1.0, "higher"),
    "bounce_in_time": (0.90, "higher"),
    "seconds_full": (45.0, "lower"),
    "seconds_fast": (15.0, "lower"),
    "seconds_two_stages": (60.0, "lower"),
    "shipped_megabytes": (60.0, "lower"),
}
JUDGE_LIMIT = 0.97
PARTS = ("prompts", "keyframes", "identity", "retakes", "autoencoder", "bounces", "speeds")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prompts", type=int, default=256)
    parser.add_argument("--clips", type=int, default=32, help="cases of every other measure")
    parser.add_argument("--model", default=STARTER, help="a name in `aiprod-engine models list`")
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--guidance", type=float, default=3.0)
    parser.add_argument(
        "--tries", type=int, default=4, help="at most; twice as many with references"
    )
    parser.add_argument("--fast", default="shdt-fast", help="the model of few steps, if it is here")
    parser.add_argument("--fast-steps", type=int, default=8)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, metavar="PART")
    parser.add_argument("--judge", action="store_true", help="only train and measure the judge")
    parser.add_argument("--work", type=Path, default=Path("runs"))
    parser.add_argument("--sheet", type=Path, help="only draw 32 held-out prompts here")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    parser.add_argument(
        "--card", action="store_true", help="keep them on the card of the model's transformer"
    )
    arguments = parser.parse_args()
    limit_threads()
    torch.manual_seed(0)
    if arguments.sheet:
        measures.sheet(_studio(arguments), arguments.sheet)
        print(json.dumps({"sheet": str(arguments.sheet), "prompts": 32}))
        return
    report = _report(arguments)
    text = json.dumps(report, indent=2)
    print(text)
    if arguments.json:
        atomic_write(arguments.json, text + "\n")
    if arguments.card:
        _keep(arguments.model, report)


def _studio(arguments: argparse.Namespace) -> Studio:
    made = studio(arguments.model, steps=arguments.steps, guidance=arguments.guidance)
    return replace(made, tries=arguments.tries)


def _report(arguments: argparse.Namespace) -> dict[str, object]:
    ruler = trained_judge(arguments.work)
    held = clip_set(
        arguments.work / "clips", count=256, width=WIDTH, height=HEIGHT, seed=77, held=True
    )
    judged = accuracy(ruler, held)
    report: dict[str, object] = {"judge_on_renders": _rounded(judged)}
    if arguments.judge:
        return report | {"judge_limit": JUDGE_LIMIT, "passed": min(judged.values()) >= JUDGE_LIMIT}
    figures = _figures(arguments, ruler)
    if "bounces" in arguments.only:
        judged["bounce_in_time"] = measures.bounces_of_renders(ruler, arguments.clips)
    return report | {
        "model": arguments.model,
        "prompts": arguments.prompts,
        "tries": arguments.tries,
        "figures": _rounded(figures),
        "limits": [_row(name, figures[name], judged) for name in LIMITS if name in figures],
    }


def _figures(arguments: argparse.Namespace, ruler: Judge) -> dict[str, float | None]:
    made = _studio(arguments)
    count = arguments.clips
    parts: dict[str, Callable[[], Mapping[str, float | None]]] = {
        "prompts": lambda: measures.prompts(made, ruler, arguments.prompts),
        "keyframes": lambda: measures.keyframes(made, count),
        "identity": lambda: measures.identity(made, ruler, 2 * count),
        "retakes": lambda: measures.retakes(made, min(4, count)),
        "autoencoder": lambda: measures.autoencoder(made, count),
        "bounces": lambda: measures.bounces(made, ruler, count),
        "speeds": lambda: measures.speeds(made, _fast(arguments)),
    }
    figures: dict[str, float | None] = {"shipped_megabytes": measures.shipped_megabytes()}
    for part in arguments.only:
        figures |= parts[part]()
        print(f"{part}: done", file=sys.stderr, flush=True)
    return figures


def _fast(arguments: argparse.Namespace) -> Studio | None:
    if arguments.fast not in models():
        return None
    return studio(arguments.fast, steps=arguments.fast_steps, guidance=1.0)


def _row(name: str, value: float | None, judged: Mapping[str, float]) -> dict[str, object]:
    """A line of the table of limits; a figure that could not be measured has not passed."""
    limit, better = LIMITS[name]
    passed = value is not None and (value >= limit if better == "higher" else value <= limit)
    row: dict[str, object] = {"name": name, "value": value, "limit": limit, "better": better}
    facets = IDENTITY if name == "identity" else (name,)
    known = [judged[facet] for facet in facets if facet in judged]
    ceiling = round(min(known), 3) if known else None
    return row | {"value": _short(value), "passed": passed, "judge_on_renders": ceiling}


def _keep(name: str, report: dict[str, object]) -> None:
    """Write the figures onto the transformer's card, which comes with the weights."""
    path = model(name).parts["transformer"].path.with_suffix(".json")
    rows = report["limits"]
    assert isinstance(rows, list)
    kept = {
        row["name"]: {"value": row["value"], "better": row["better"]}
        for row in rows
        if row["value"] is not None and not row["name"].startswith(("seconds", "shipped"))
    }
    card = read_card(path)
    write_card(replace(card, figures={**card.figures, **kept}), path)


def _rounded(values: Mapping[str, float | None]) -> dict[str, float | None]:
    return {name: _short(value) for name, value in values.items()}


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


if __name__ == "__main__":
    main()
