"""Nodes that move and draw faces: lips from speech, curves to and from files, talking faces."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Annotated, Literal

from engine.errors import Problem, UsageError
from engine.graph import (
    Artifact,
    Color,
    Context,
    File,
    Label,
    Multiline,
    Range,
    Seed,
    Situation,
    node,
)
from engine.nodes.words import ReadLanguage

if TYPE_CHECKING:
    from engine.faces import FaceCurves
    from engine.media import Clip, Sound
    from engine.models.lipsync import SpokenPhone
    from engine.models.speech import Script

Look = Literal["copper", "walnut", "raven", "silver", "honey", "chestnut"]
Rate = Annotated[Fraction, Range(Fraction(1), Fraction(240), unit="frames/s")]
Time = Annotated[float, Range(0, 86400, step=0.1, unit="s")]
Pixels = Annotated[int, Range(64, 8192, unit="px")]
Part = Annotated[float, Range(0, 2, step=0.1)]
Shade = Annotated[str | None, Color()]


def _lips_fingerprint(situation: Situation) -> list[str]:
    from engine.models.card import file_sha256
    from engine.models.lipsync import fingerprint
    from engine.models.speech.align import weights

    known = [fingerprint()]
    if "scripts" in situation.linked or situation.params.get("text") != "":
        known.append(file_sha256(weights()))
    return known


def _inspect_curves(situation: Situation) -> Iterator[Problem]:
    """A file whose name is of no format of face curves."""
    file = situation.params["file"]
    if file.suffix.lower() not in (".csv", ".json"):
        yield Problem(
            f"face curves go into a file that ends in .csv or .json, not {file.name!r}",
            field="file",
            mend=f"Name it {file.with_suffix('.csv').as_posix()}.",
        )


@node("Lip sync", category="Face", fingerprint=_lips_fingerprint)
def sync(
    sound: Sound,
    scripts: list[Script | None] = (),  # type: ignore[assignment]
    starts: tuple[Time, ...] = (),
    text: Annotated[str, Multiline(), Label("What is said, without a script")] = "",
    language: ReadLanguage = "en-US",
    mouth: Annotated[Part, Label("Movement of the mouth")] = 1.0,
    idle: Annotated[Part, Label("Blinks, brows and head")] = 1.0,
    seed: Annotated[int | None, Seed(), Range(0, None)] = None,
    *,
    ctx: Context,
) -> FaceCurves:
    """Moves the lips of a face with speech: 52 blend shapes of ARKit at the project's rate.

    It hears what is said, in any language and from any recording. It is surer with the scripts of
    the Speech nodes, each at the seconds where it starts, or with the text of other speech. Music
    and noise move the lips too: link the voice alone.
    """
    import numpy as np

    from engine.faces import FaceCurves, act
    from engine.models.lipsync import follow, phones_of_script, phones_of_text

    ctx.check_cancelled()
    phones: list[SpokenPhone] | None = None
    if any(script is not None for script in scripts):
        found = [phones_of_script(sound, s, at) for s, at in _at_starts(scripts, starts)]
        phones = [phone for part in found for phone in part]
    elif text.strip():
        phones = [*phones_of_text(sound, text, language)]
    lips = follow(sound, ctx.settings.rate, phones)
    random = ctx.generator() if seed is None else np.random.default_rng(seed)
    shapes, head = act(
        lips.shapes, ctx.settings.rate, lips.speaking, random, mouth=mouth, liveliness=idle
    )
    return FaceCurves(ctx.settings.rate, shapes, head, sound.name)


def _at_starts(
    scripts: list[Script | None], starts: tuple[float, ...]
) -> Iterator[tuple[Script, float]]:
    """The scripts with their starts; one that is muted keeps its start for itself."""
    if len(starts) > len(scripts):
        raise UsageError(
            f"{len(starts)} starts for {len(scripts)} scripts",
            where="starts",
            mend="Take some away",
        )
    padded = (*starts, *[0.0] * (len(scripts) - len(starts)))
    for script, start in zip(scripts, padded, strict=True):
        if script is not None:
            yield script, start


@node("Talking face", category="Face", cache=False, seeded=False)
def face(
    curves: FaceCurves,
    sound: Sound | None = None,
    look: Look = "copper",
    skin: Shade = None,
    hair: Shade = None,
    clothes: Shade = None,
    background: Shade = None,
    width: Pixels | None = None,
    height: Pixels | None = None,
    *,
    cut_out: Annotated[bool, Label("Without a background")] = False,
    ctx: Context,
) -> Clip:
    """Draws a simple face that the curves move, at the project's rate and size, with a sound.

    Colours that are empty are those of the look. Without a background, the face can lie over a
    shot, on a video track above it.
    """
    from engine.faces import at_rate, look_named, talking_clip

    settings = ctx.settings
    chosen = look_named(look, skin=skin, hair=hair, clothes=clothes, background=background)
    size = width or settings.width, height or settings.height
    return talking_clip(at_rate(curves, settings.rate), chosen, *size, sound=sound, cut_out=cut_out)


@node("Load face curves", category="Face", cache=False, seeded=False)
def load(
    file: Annotated[Path, File("any")], rate: Rate | None = None, *, ctx: Context
) -> FaceCurves:
    """Face curves of a CSV of Live Link Face, or of JSON with blend-shape weights.

    A CSV does not say its rate; without one given, it is told from the timecode.
    """
    from engine.faces import read_curves

    return read_curves(ctx.base_dir / file, rate)


@node(
    "Save face curves",
    category="Face",
    sink=True,
    seeded=False,
    reads_settings=False,
    inspect=_inspect_curves,
)
def save(
    curves: FaceCurves,
    file: Annotated[Path, File("any", save=True)] = Path("face.csv"),
    start: Annotated[int, Range(0, None, unit="frames"), Label("Timecode of the first")] = 0,
    *,
    ctx: Context,
) -> Artifact:
    """Writes face curves for other programs: CSV as Live Link Face does, or JSON.

    Unreal, Blender and Maya read them; the guide says how.
    """
    from engine.faces import write_curves

    path = ctx.scratch / file.name
    write_curves(curves, path, start=start)
    return Artifact(PurePosixPath(file).as_posix(), path, "curves")
