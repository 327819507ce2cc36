"""Which models are here, which of them shots use that name none, and how good they are.

The one door to the registry (`engine.models.records`): the weights that come with the program, and
those that the user registered.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from engine.errors import ModelError, UsageError
from engine.models import records
from engine.models.card import Card, Figure, file_sha256, read_card, read_figures, write_card
from engine.models.checkpoint import read_header
from engine.models.ltx2.catalogue import go_together, how_to_get
from engine.runtime.files import atomic_path, link_or_copy

STARTER = "shdt-starter"
LORA = "lora"  # the part of a card whose weights go on top of a model's
TIED = ("refiner", "enlarger", "recogniser")  # parts that know only pictures of their own training
PARTS = {"shdt": ("vae", "transformer", "upsampler"), "ltx2": ("checkpoint",)}
# Parts that every model of the family uses, whatever the name of their file.
SHARED = {"ltx2": ("spatial_2x", "spatial_1.5x", "temporal_2x")}
VIDEO = ("shdt", "ltx2")  # the families that shots are made with
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True)
class Weights:
    """One weights file with its card."""

    path: Path
    card: Card


@dataclass(frozen=True)
class Entry:
    """A model that can be chosen by name: its family and its parts."""

    name: str
    family: str
    parts: dict[str, Weights]

    @property
    def missing(self) -> tuple[str, ...]:
        """Parts that the family needs and that are not here."""
        return tuple(part for part in PARTS.get(self.family, ()) if part not in self.parts)

    @property
    def fingerprint(self) -> str:
        """What a result that this model made depends on: the hashes of all its parts."""
        return " ".join(f"{part}:{self.parts[part].card.sha256}" for part in sorted(self.parts))

    @property
    def figures(self) -> Mapping[str, Figure]:
        """How good the model was measured to be: what the cards of its own parts say."""
        own = (weights.card for weights in self.parts.values() if weights.card.name == self.name)
        return {name: figure for card in own for name, figure in read_figures(card).items()}


def models() -> dict[str, Entry]:
    """All models by name. Weights whose file is gone are passed over.

    A model that was trained from another one has that one's parts where it has none of its own.
    """
    found: dict[str, Entry] = {}
    shared: list[Weights] = []
    for path, card in records.read_weights():
        weights = Weights(path, card)
        if card.part in SHARED.get(card.family, ()):
            shared.append(weights)
        elif card.part != LORA:
            entry = found.setdefault(card.name, Entry(card.name, card.family, {}))
            entry.parts.setdefault(card.part, weights)
    for weights in shared:
        for entry in found.values():
            if entry.family == weights.card.family and go_together(weights.card.name, entry.name):
                entry.parts.setdefault(weights.card.part, weights)
    for entry in found.values():
        for base in {weights.card.base for weights in entry.parts.values()} - {"", entry.name}:
            for part, weights in found[base].parts.items() if base in found else ():
                if part not in TIED or _see_the_same(entry, weights):
                    entry.parts.setdefault(part, weights)
    return found


def _see_the_same(entry: Entry, tied: Weights) -> bool:
    """Whether a model's transformer was trained on what such a part was trained on.

    One that was trained on the user's footage would have its pictures drawn over, or refused.
    """
    own = entry.parts.get("transformer")
    return own is None or own.card.source == tied.card.source


def loras() -> dict[str, Weights]:
    """All LoRAs by name: shipped, or registered."""
    found: dict[str, Weights] = {}
    for path, card in records.read_weights():
        if card.part == LORA:
            found.setdefault(card.name, Weights(path, card))
    return found


def model(name: str) -> Entry:
    """The model of that name, whole. Raises ModelError that says what is missing."""
    found = models()
    if name not in found:
        known = ", ".join(sorted(found)) or "none"
        mend = f"Models here: {known}. `aiprod-engine models register FILE` adds one."
        if name.startswith("ltx-2"):
            mend = how_to_get(name)
        raise ModelError(f"there is no model {name!r}", where="model", mend=mend)
    if found[name].missing:
        parts = ", ".join(found[name].missing)
        mend = "Register the files again."
        raise ModelError(f"{name} lacks its {parts}", where="model", mend=mend)
    return found[name]


def default() -> str:
    """The name of the model that a shot uses which names none: the one promoted last."""
    return records.promoted() or STARTER


def fingerprint(name: str) -> str:
    """The model's fingerprint for result keys. Raises ModelError when it is not here."""
    return model(name).fingerprint


def verify(weights: Weights) -> str | None:
    """What is wrong with a weights file; None when size and SHA-256 are those of its card."""
    size = weights.path.stat().st_size
    if size != weights.card.bytes:
        return f"{size} bytes, its card says {weights.card.bytes}"
    if file_sha256(weights.path) != weights.card.sha256:
        return "its SHA-256 is not that of its card"
    return None


def register(source: Path, *, name: str = "", figures: Path | None = None) -> Weights:
    """Take a weights file with its card into the registry, and into the user's models folder.

    `name` is another name than its card's, `figures` a report of how good it is (JSON, as
    `benchmarks/starter_quality.py` writes it). LTX-2's own files need no card: they are recognised
    by their header. On the same disk nothing is copied. Raises ModelError when the file is no
    safetensors file, has no card or does not match it, or the name belongs to other weights.
    """
    card = _card_of(source)
    if name:
        card = replace(card, name=name)
    check_name(card.name)
    if figures is not None:
        card = replace(card, figures=_report(figures))
    _check_free(card, source)
    target = records.own_folder() / (
        f"{card.name}-{card.part}{source.suffix}" if name else source.name
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists() or not target.samefile(source):
        with atomic_path(target) as temporary:
            link_or_copy(source, temporary)
    write_card(card, target.with_suffix(".json"))
    records.add_weights(target, card)
    return Weights(target, card)


def promote(name: str, *, force: bool = False) -> str:
    """Make a model the default and give the name of the one before.

    Its files are read whole first. Raises ModelError for a damaged or missing model, and UsageError
    when a figure of the present default is better, or unknown of the new one, unless forced.
    """
    entry, before = model(name), default()
    if entry.family not in VIDEO:
        raise UsageError(f"no shot is made with {name}", where="models promote")
    for part, weights in entry.parts.items():
        problem = verify(weights)
        if problem:
            raise ModelError(f"{part}: {problem}", where=name, mend="Register the file again.")
    incumbent = models().get(before)
    below = shortfalls(entry.figures, incumbent.figures) if incumbent and before != name else []
    if below and not force:
        raise UsageError(
            f"{name} is below {before}: {'; '.join(below)}",
            where="models promote",
            mend="Use --force to promote it all the same.",
        )
    records.add_promotion(name)
    return before


def rollback() -> str:
    """Take the latest promotion back and give the name of the default as it is then.

    Raises UsageError when nothing was promoted.
    """
    if records.withdraw_promotion() is None:
        raise UsageError(f"nothing was promoted: the default is {STARTER}", where="models rollback")
    return default()


def shortfalls(figures: Mapping[str, Figure], incumbent: Mapping[str, Figure]) -> list[str]:
    """In which figures a model is below the incumbent, in words."""
    found = []
    for name, wanted in incumbent.items():
        mine = figures.get(name)
        if mine is None:
            found.append(f"its {name} was not measured")
        elif wanted.is_better_than(mine):
            found.append(f"{name} {mine.value:g}, not {wanted.value:g}")
    return found


def check_name(name: str) -> None:
    """Raise UsageError unless a model can be called so."""
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} is no name of a model",
            where="--name",
            mend="Use up to 100 letters, digits, dots, dashes and underscores.",
        )


def _card_of(source: Path) -> Card:
    header = read_header(source)
    if not source.with_suffix(".json").exists():
        from engine.models.ltx2.importing import card_of

        return card_of(source, header)
    card = read_card(source.with_suffix(".json"))
    problem = verify(Weights(source, card))
    if problem:
        raise ModelError(problem, where=str(source), mend="Get the file again.")
    return card


def _check_free(card: Card, source: Path) -> None:
    """A name goes on meaning the weights that results were made with."""
    for path, known in records.read_weights():
        same = (known.name, known.part) == (card.name, card.part)
        if same and known.sha256 != card.sha256:
            raise ModelError(
                f"{card.name} has another {card.part} already ({path})",
                where=str(source),
                mend="Give it a name of its own with --name.",
            )


def _report(path: Path) -> Mapping[str, Mapping[str, object]]:
    """The figures of a report: its `limits`, rows of name, value and which way is better."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))["limits"]
        return {
            str(row["name"]): {"value": float(row["value"]), "better": row["better"]}
            for row in rows
            if row["value"] is not None
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"not a report of figures ({error!r})", where=str(path)) from None
