"""Nodes that hand over finished files: films, edits, contact sheets, pictures and sounds."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Annotated, Any, Literal

from engine.errors import Problem, ValidationError
from engine.graph import Artifact, Context, File, Label, Range, Situation, node

if TYPE_CHECKING:
    from engine.media import Clip, Image, Sound
    from engine.timeline import ExportReport, Timeline

FilmPreset = Literal[
    "h264",
    "h265",
    "prores_422",
    "prores_422_hq",
    "prores_4444",
    "dnxhr_sq",
    "dnxhr_hq",
    "vp9",
    "av1",
]
Quality = Annotated[int | None, Range(0, 63)]
Loudness = Annotated[float | None, Range(-60, -5, step=0.5, unit="LUFS")]
Peak = Annotated[float, Range(-20, 0, step=0.5, unit="dBTP")]


def _inspect_film(situation: Situation) -> Iterator[Problem]:
    """A film file whose name or quality does not go with its preset."""
    from engine.media.presets import preset_named, quality_problem

    if "preset" not in situation.params:
        return
    preset = preset_named(situation.params["preset"])
    title = preset.title.partition(",")[0]
    yield from _wrong_suffix(situation.params["file"], preset.suffixes, title)
    problem = quality_problem(preset, situation.params.get("quality"))
    if problem:
        yield Problem(problem, field="quality", mend="Leave it empty, or choose another preset.")


def _inspect_image(situation: Situation) -> Iterator[Problem]:
    from engine.media.still import WRITTEN_SUFFIXES

    yield from _wrong_suffix(situation.params["file"], tuple(WRITTEN_SUFFIXES), "a picture")


def _inspect_sound(situation: Situation) -> Iterator[Problem]:
    from engine.media.presets import SOUND_SUFFIXES

    yield from _wrong_suffix(situation.params["file"], SOUND_SUFFIXES, "a sound")


def _wrong_suffix(file: Path, allowed: Collection[str], what: str) -> Iterator[Problem]:
    if file.suffix.lower() not in allowed:
        usual = next(iter(allowed))
        yield Problem(
            f"{what} goes into a file that ends in {' or '.join(allowed)}, not {file.name!r}",
            field="file",
            mend=f"Name it {file.with_suffix(usual).as_posix()}.",
        )


@node(
    "Export film",
    category="Deliver",
    sink=True,
    seeded=False,
    reads_settings=False,
    inspect=_inspect_film,
)
def film(
    timeline: Timeline,
    file: Annotated[Path, File("video", save=True)] = Path("film.mp4"),
    preset: FilmPreset = "h264",
    quality: Quality = None,
    loudness: Loudness = -16.0,
    peak: Annotated[Peak, Label("True peak")] = -1.0,
    *,
    ctx: Context,
) -> list[Artifact]:
    """Render the timeline into one film file.

    Its sound is brought to the loudness (empty leaves it as it is) with no true peak above the
    given one. Beside it a JSON file says what made it: job, project, seeds, models, environment,
    and what the film measures.
    """
    from engine.timeline import export_film

    path = ctx.scratch / file.name
    made = export_film(
        timeline,
        path,
        preset=preset,
        quality=quality,
        loudness=loudness,
        peak=peak,
        metadata=ctx.provenance.tags(timeline.name),
        on_progress=_progress(ctx),
    )
    if loudness is not None and made.loudness is not None:
        _check_loudness(made.loudness.integrated, loudness, ctx)
    return [_artifact(file, path, "film"), _sidecar(file, made.details, ctx)]


@node(
    "Save clip",
    category="Deliver",
    sink=True,
    seeded=False,
    reads_settings=False,
    inspect=_inspect_film,
)
def clip(
    clip: Clip,
    file: Annotated[Path, File("video", save=True)] = Path("clip.mp4"),
    preset: FilmPreset = "h264",
    quality: Quality = None,
    *,
    ctx: Context,
) -> Artifact:
    """Write a clip with its sound into a film file, as it is."""
    from engine.media import encode

    path = ctx.scratch / file.name
    tags = ctx.provenance.tags(file.stem)
    encode(clip, path, preset, quality=quality, metadata=tags, on_progress=_progress(ctx))
    return _artifact(file, path, "film")


@node("Export edit", category="Deliver", sink=True, seeded=False, reads_settings=False)
def edit(
    timeline: Timeline,
    name: Annotated[Path, File("edit", save=True)] = Path("film"),
    preset: Annotated[FilmPreset, Label("Media as")] = "prores_422",
    media_root: Annotated[str, Label("Media folder of the editing machine")] = "",
    media: Annotated[Path, File("folder", save=True), Label("Media folder")] = Path("media"),
    *,
    otio: Annotated[bool, Label("OpenTimelineIO")] = True,
    fcpxml: Annotated[bool, Label("FCPXML 1.11")] = True,
    edl: Annotated[bool, Label("EDL, CMX 3600")] = True,
    ctx: Context,
) -> list[Artifact]:
    """Write the edit for other programs, with every shot and sound as a file in a media folder.

    Shots are whole, so that cuts can be moved and transitions have their handles. What a format
    cannot carry is listed in the report beside it. Edit files find their media by relative paths;
    give a media folder to have absolute ones in FCPXML.
    """
    from engine.timeline import export_edit
    from engine.timeline.export import Format

    wanted: dict[Format, bool] = {"otio": otio, "fcpxml": fcpxml, "edl": edl}
    formats = [form for form, chosen in wanted.items() if chosen]
    if not formats:
        raise ValidationError([Problem("no format is chosen", field="otio", mend="Choose one")])
    made = export_edit(
        timeline,
        ctx.scratch,
        name=name.name,
        formats=formats,
        preset=preset,
        media_folder=media.as_posix(),
        media_root=media_root,
        metadata=ctx.provenance.tags(timeline.name),
        keep_existing=True,
        on_progress=_progress(ctx),
    )
    artifacts = [
        _artifact(name.parent / path.name, path, "edit")
        for report in made.reports
        for path in report.files
    ]
    artifacts += [
        _artifact(name.parent / item.path, ctx.scratch / item.path, "media") for item in made.media
    ]
    return [*artifacts, _report(name, made.reports, ctx)]


@node(
    "Contact sheet",
    category="Deliver",
    sink=True,
    seeded=False,
    reads_settings=False,
    inspect=_inspect_image,
)
def contact(
    timeline: Timeline,
    file: Annotated[Path, File("image", save=True)] = Path("contact.png"),
    columns: Annotated[int, Range(0, 20)] = 0,
    frames_per_shot: Annotated[int, Range(1, 5)] = 1,
    cell_width: Annotated[int, Range(64, 1920, unit="px")] = 320,
    *,
    ctx: Context,
) -> Artifact:
    """A picture with frames of every shot, their names, places and lengths. 0 columns: as fits."""
    from engine.media import write_image
    from engine.timeline import contact_sheet

    sheet = contact_sheet(
        timeline,
        columns=columns,
        cell_width=cell_width,
        frames_per_shot=frames_per_shot,
        progress=_progress(ctx),
    )
    path = ctx.scratch / file.name
    write_image(sheet, path, metadata=ctx.provenance.tags(timeline.name))
    return _artifact(file, path, "contact")


@node(
    "Save image",
    category="Deliver",
    sink=True,
    seeded=False,
    reads_settings=False,
    inspect=_inspect_image,
)
def image(
    image: Image,
    file: Annotated[Path, File("image", save=True)] = Path("image.png"),
    quality: Annotated[int, Range(1, 100)] = 92,
    *,
    ctx: Context,
) -> Artifact:
    """Write a picture as PNG or JPEG, by the file's suffix. The quality is that of a JPEG."""
    from engine.media import write_image

    path = ctx.scratch / file.name
    write_image(image, path, quality=quality, metadata=ctx.provenance.tags(file.stem))
    return _artifact(file, path, "image")


@node(
    "Save sound",
    category="Deliver",
    sink=True,
    seeded=False,
    reads_settings=False,
    inspect=_inspect_sound,
)
def sound(
    sound: Sound,
    file: Annotated[Path, File("sound", save=True)] = Path("sound.wav"),
    *,
    ctx: Context,
) -> Artifact:
    """Write a sound as WAV, FLAC, M4A, Opus, Ogg or Matroska, by the file's suffix."""
    from engine.media import encode_sound

    path = ctx.scratch / file.name
    tags = ctx.provenance.tags(file.stem)
    encode_sound(sound, path, metadata=tags, on_progress=_progress(ctx))
    return _artifact(file, path, "sound")


def _artifact(name: Path, path: Path, role: str) -> Artifact:
    return Artifact(PurePosixPath(name).as_posix(), path, role)


def _progress(ctx: Context) -> Callable[[float, float], None]:
    def told(done: float, total: float) -> None:
        ctx.progress(done, total)

    return told


def _sidecar(file: Path, details: Any, ctx: Context) -> Artifact:
    """The JSON file beside a film: what it is and what made it."""
    origin = ctx.provenance
    content = {
        "film": details,
        "job": origin.job,
        "made_by": dict(origin.details),
        "project": json.loads(origin.project) if origin.project else None,
    }
    return _json_artifact(file.with_suffix(".json"), content, "sidecar", ctx)


def _report(name: Path, reports: tuple[ExportReport, ...], ctx: Context) -> Artifact:
    """The list of what the formats could not carry; it is told as well."""
    for report in reports:
        if report.losses:
            first = report.losses[0]
            more = f" (and {len(report.losses) - 1} more)" if len(report.losses) > 1 else ""
            ctx.warn(f"{report.format.upper()} does not carry everything: {first}{more}")
    content = [report.as_dict() for report in reports]
    return _json_artifact(name.with_name(f"{name.name}.report.json"), content, "report", ctx)


def _json_artifact(file: Path, content: Any, role: str, ctx: Context) -> Artifact:
    path = ctx.scratch / file.name
    text = json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")
    return _artifact(file, path, role)


def _check_loudness(found: float, wanted: float, ctx: Context) -> None:
    if not abs(found - wanted) <= 0.5:
        ctx.warn(f"the film's loudness is {found:.1f} LUFS, not {wanted:g}: its sound is too soft")
