"""Nodes of spoken words: heard, placed in time, searched, and shown as captions."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple, TypeVar

from engine.errors import Problem, UsageError
from engine.graph import (
    Artifact,
    Color,
    Context,
    File,
    Label,
    Multiline,
    Range,
    Situation,
    Text,
    node,
)
from engine.timeline.items import Marker as MarkerItem
from engine.timeline.items import MarkerColor

if TYPE_CHECKING:
    from engine.captions import Captions
    from engine.faces import FaceCurves
    from engine.media import Clip, Image, Sound, Transcript
    from engine.models.speech import Script
    from engine.timeline import Timeline

EarsName = Literal["tiny", "base", "small", "medium", "large-v3", "large-v3-turbo"]
ReadLanguage = Literal["en-US", "en-GB", "fr-FR"]
Place = Literal["bottom", "top", "middle"]
Ground = Literal["box", "outline", "shadow", "none"]
Part = Annotated[float, Range(0, 1, step=0.01)]
_T = TypeVar("_T")
LanguageTag = Annotated[str, Label("Language (empty finds it)")]


def _ears_fingerprint(situation: Situation) -> list[str]:
    from engine.models.ears import fingerprint

    return [fingerprint(situation.params.get("ears", "base"), situation.files.of)]


@node(
    "Transcribe",
    category="Words",
    seeded=False,
    reads_settings=False,
    fingerprint=_ears_fingerprint,
)
def transcribe(
    sound: Sound,
    ears: Annotated[EarsName, Label("Whisper model")] = "base",
    language: LanguageTag = "",
    hints: Annotated[str, Label("Names and terms that may be said")] = "",
    *,
    ctx: Context,
) -> Transcript:
    """The words that are heard in a sound, and when.

    A Whisper model hears them, which you import once: `aiprod-engine models register FOLDER`. The
    larger it is, the fewer mistakes it makes and the longer it takes.
    """
    from engine.models.ears import transcribe as heard

    def told(done: float, total: float) -> None:
        ctx.check_cancelled()
        ctx.progress(done, total)

    found = heard(sound, ears, language=language, hints=hints, on_progress=told)
    if not found.words:
        ctx.warn("no words are heard in the sound")
    return found


@node("Time words", category="Words", seeded=False, reads_settings=False)
def time_words(
    sound: Sound,
    text: Annotated[str, Multiline()],
    language: ReadLanguage = "en-US",
    *,
    ctx: Context,
) -> Transcript:
    """When the words of a text are heard in speech that says it, to a few hundredths of a second.

    Give the text that is spoken, without directions. Up to three minutes at once.
    """
    from engine.models.speech.align_text import text_transcript

    ctx.check_cancelled()
    return text_transcript(sound.array(), sound.rate, text, language)


@node("Time script", category="Words", seeded=False, reads_settings=False)
def time_script(sound: Sound, script: Script, *, ctx: Context) -> Transcript:
    """When each word of a Speech node is heard, whatever its voices and languages.

    Link the sound and the script of the Speech node, before anything changes its length.
    """
    from engine.models.speech.align_text import script_transcript

    ctx.check_cancelled()
    return script_transcript(sound.array(), sound.rate, script)


@node("Check words", category="Words", cache=False, seeded=False, reads_settings=False)
def check_words(
    transcript: Transcript,
    script: Annotated[str, Multiline()],
    most: Annotated[
        float, Range(0, 100, step=1, unit="%"), Label("Warn above this word error rate")
    ] = 10.0,
    *,
    ctx: Context,
) -> Text:
    """Compares what is heard with what the script says, and tells the differences.

    Case, accents and punctuation make no difference, nor, in English and French, how a number is
    written. The text lists every place.
    """
    from engine.models.ears.script import word_errors

    found = word_errors(script, transcript)
    head = f"{len(found.errors)} of {found.words} words differ ({found.rate:.1%})"
    if 100 * found.rate > most:
        ctx.warn(f"the speech does not say its script: {head}")
    lines = [
        f"{float(error.start):.2f} s: {error.wanted or '—'} → {error.heard or '—'}"
        for error in found.errors
    ]
    return "\n".join([head, *lines])


class Compared(NamedTuple):
    """What a comparison of sound and picture says, and its plot."""

    report: Text
    plot: Image


@node("Coherence", category="Words", seeded=False, reads_settings=False)
def check_coherence(
    clip: Clip,
    face: FaceCurves | None = None,
    transcript: Transcript | None = None,
    script: Annotated[str, Multiline()] = "",
    *,
    ctx: Context,
) -> Compared:
    """Whether the sound of a clip belongs to its picture, shot by shot.

    Compares when things happen with when they are heard, the lips of a face with the speech, and
    the words of a transcript with a script. What does not fit is warned of.
    """
    from engine.quality.coherence import coherence
    from engine.quality.coherence_plot import plot_coherence

    def told(done: float, total: float) -> None:
        ctx.check_cancelled()
        ctx.progress(done, total)

    found = coherence(clip, face=face, script=script, transcript=transcript, on_progress=told)
    for finding in found.findings():
        if finding.level != "ok":
            ctx.warn(str(finding))
    return Compared(found.text(), plot_coherence(found))


@node("Captions", category="Words", cache=False, seeded=False, reads_settings=False)
def captions(
    transcripts: list[Transcript | None],
    starts: tuple[float, ...] = (),
    speakers: tuple[str, ...] = (),
    line: Annotated[int, Range(10, 120, unit="characters"), Label("Longest line")] = 37,
    lines: Annotated[int, Range(1, 4)] = 2,
    pace: Annotated[int, Range(60, 400, step=5, unit="words/min"), Label("Reading speed")] = 180,
    timeline: Timeline | None = None,
    *,
    ctx: Context,
) -> Captions:
    """Captions of what is said: broken at phrases, long enough to be read, one speaker at a time.

    Each transcript starts at its seconds (0 where none are given) and may name its speaker. Lines
    of 37 characters suit television, of 42 the web. French is set with its own spaces and quotes.
    With a timeline, captions come and go with its shots where a cut is near.
    """
    from engine.captions import Rules, make_captions, too_fast
    from engine.media.transcript import joined
    from engine.timeline import cuts

    spoken = [
        (transcript, Fraction(str(start)), speaker)
        for transcript, start, speaker in zip(
            transcripts,
            _each(starts, len(transcripts), 0.0, "starts"),
            _each(speakers, len(transcripts), "", "speakers"),
            strict=True,
        )
        if transcript is not None  # a muted line keeps its start and speaker for itself
    ]
    whole = joined([t for t, _, _ in spoken], [s for _, s, _ in spoken], [w for *_, w in spoken])
    rules = Rules(line=line, lines=lines, words_per_minute=pace)
    made = make_captions(whole, rules, cuts(timeline) if timeline else ())
    hurried = too_fast(made, round(pace * 1.25))
    if hurried:
        first = hurried[0]
        ctx.warn(
            f"{len(hurried)} captions are gone before they are read, the first at "
            f"{float(first.caption.start):.1f} s ({first.words_per_minute} words a minute)"
        )
    return made


def _inspect_read(situation: Situation) -> Iterator[Problem]:
    from engine.captions.files import READABLE

    yield from _wrong_suffix(situation.params.get("file"), READABLE)


@node(
    "Load captions",
    category="Words",
    cache=False,
    seeded=False,
    reads_settings=False,
    inspect=_inspect_read,
)
def load_captions(
    file: Annotated[Path, File("captions")],
    language: Annotated[str, Label("Language, such as en or fr")] = "",
    later: Annotated[float, Range(-86400, 86400, step=0.1, unit="s"), Label("Later by")] = 0.0,
    *,
    ctx: Context,
) -> Captions:
    """The captions of an SRT or WebVTT file."""
    from engine.captions import read_captions

    read = read_captions(ctx.base_dir / file, language=language)
    return read.shifted(Fraction(str(later))) if later else read


@node("Burn captions", category="Words", cache=False, seeded=False, reads_settings=False)
def burn_captions(
    clip: Clip,
    captions: Captions,
    size: Annotated[float, Range(0.01, 0.3, step=0.005), Label("Size, part of the height")] = 0.058,
    place: Place = "bottom",
    margin: Annotated[float, Range(0, 0.45, step=0.01)] = 0.07,
    ground: Annotated[Ground, Label("Behind the text")] = "box",
    opacity: Annotated[Part, Label("Opacity of the box")] = 0.75,
    color: Annotated[str | None, Color(), Label("Colour (else by speaker)")] = None,
    font: Annotated[Path | None, File("font"), Label("Font file")] = None,
    *,
    ctx: Context,
) -> Clip:
    """The clip with captions drawn into its picture.

    Speakers get white, yellow, cyan and green in turn. The shipped font has Latin, Greek and
    Cyrillic letters; for others give a font file.
    """
    from engine.captions import Look, burned

    look = Look(size, place, margin, ground, opacity, color[:7] if color else None)
    return burned(clip, captions, look, font=ctx.base_dir / font if font else None)


@node("Add captions", category="Words", cache=False, seeded=False, reads_settings=False)
def add_captions(
    timeline: Timeline,
    captions: Captions,
    shown: Annotated[Literal["captions", "titles"], Label("In other programs")] = "captions",
) -> Timeline:
    """Lays captions over a timeline: exported edits carry them, the film does not show them.

    They replace captions of the same language. FCPXML carries them as captions that a viewer can
    turn off, or as titles in the picture. To see them in the film, burn them in.
    """
    from engine.timeline import with_captions

    return with_captions(timeline, captions, titles=shown == "titles")


@node("Chapter markers", category="Words", cache=False, seeded=False, reads_settings=False)
def chapter_markers(
    timeline: Timeline,
    transcript: Transcript,
    least: Annotated[float, Range(1, 3600, step=1, unit="s"), Label("Shortest chapter")] = 30.0,
    pause: Annotated[float, Range(0.1, 60, step=0.1, unit="s"), Label("Pause before one")] = 1.5,
    color: MarkerColor = "PURPLE",
) -> Timeline:
    """Marks where chapters begin: after long pauses, named by their first words."""
    from engine.captions.chapters import chapters

    found = chapters(transcript, least=Fraction(str(least)), pause=Fraction(str(pause)))
    places = [(chapter.start, chapter.start, chapter.title) for chapter in found]
    return _marked(timeline, places, color)


@node("Mark words", category="Words", cache=False, seeded=False, reads_settings=False)
def mark_words(
    timeline: Timeline,
    transcript: Transcript,
    phrase: str,
    color: MarkerColor = "CYAN",
    *,
    ctx: Context,
) -> Timeline:
    """Marks every place of a timeline where a word or phrase is spoken.

    Case, accents and punctuation make no difference.
    """
    from engine.media.transcript import find

    found = find(transcript, phrase)
    if not found:
        ctx.warn(f"{phrase!r} is not heard")
    return _marked(timeline, [(start, stop, phrase) for start, stop in found], color)


def _inspect_written(situation: Situation) -> Iterator[Problem]:
    from engine.captions.files import FORMATS

    yield from _wrong_suffix(situation.params.get("file"), FORMATS)


@node(
    "Save captions",
    category="Words",
    sink=True,
    seeded=False,
    inspect=_inspect_written,
)
def save_captions(
    captions: Captions,
    file: Annotated[Path, File("captions", save=True)] = Path("captions.srt"),
    *,
    ctx: Context,
) -> Artifact:
    """Write captions as SubRip (.srt), WebVTT (.vtt) or styled ASS (.ass), by the file's suffix."""
    from engine.captions import write_captions

    path = ctx.scratch / file.name
    write_captions(captions, path, size=(ctx.settings.width, ctx.settings.height))
    return Artifact(PurePosixPath(file).as_posix(), path, "captions")


def _marked(
    timeline: Timeline, places: list[tuple[Fraction, Fraction, str]], color: MarkerColor
) -> Timeline:
    """The timeline with a marker at each of (start, stop, name) that lies in it."""
    from engine.timeline import with_marker
    from engine.timeline.times import frames_of_seconds

    for start, stop, name in places:
        first, last = (frames_of_seconds(time, timeline.rate) for time in (start, stop))
        if first < timeline.frame_count:
            item = MarkerItem(first, max(1, last - first), name, color)
            timeline = with_marker(timeline, item)
    return timeline


def _each(values: tuple[_T, ...], count: int, default: _T, field: str) -> list[_T]:
    if len(values) > count:
        raise UsageError(
            f"{len(values)} {field} for {count} transcripts", where=field, mend="Take some away"
        )
    return [*values, *[default] * (count - len(values))]


def _wrong_suffix(file: Path | None, allowed: tuple[str, ...]) -> Iterator[Problem]:
    if file is not None and file.suffix.lower() not in allowed:
        yield Problem(
            f"captions are in a file that ends in {' or '.join(allowed)}, not {file.name!r}",
            field="file",
            mend=f"Name it {file.with_suffix(allowed[0]).as_posix()}.",
        )
