"""`aiprod-engine speak`: a text as speech in a sound file, with the times of its words."""

from __future__ import annotations

import argparse
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cli.status import DONE
from engine.errors import UsageError

if TYPE_CHECKING:
    from engine.graph import Provenance
    from engine.models.speech import Curves, Piece, Spoken

HELP = "speak a text into a sound file"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`speak [TEXT] -o FILE [--voice NAME] [--rate R] [--pitch P] [--fit S] [--times FILE] ...`."""
    parser.add_argument(
        "text", nargs="?", metavar="TEXT", help="what to say, or SSML (a sample of the voice)"
    )
    parser.add_argument("--file", type=Path, metavar="FILE", help="read the text from a file")
    parser.add_argument(
        *("-o", "--output"),
        type=Path,
        default=Path("speech.wav"),
        metavar="FILE",
        help="the sound (speech.wav): .wav, .flac, .m4a, .opus, .ogg or .mka",
    )
    parser.add_argument("--voice", default="heart", metavar="NAME", help="see voices (heart)")
    parser.add_argument("--rate", type=float, default=1.0, help="0.5 to 2 times its pace (1)")
    parser.add_argument("--pitch", type=float, default=0.0, help="semitones, -12 to 12 (0)")
    parser.add_argument("--pause", type=float, default=0.35, help="seconds after sentences (0.35)")
    parser.add_argument("--fit", type=_seconds, metavar="SECONDS", help="a length to meet: 3.2s")
    parser.add_argument(
        "--times", type=Path, metavar="FILE", help="words and phones with their times, as JSON"
    )
    parser.add_argument("--cast", default="", metavar="LIST", help='"Anna=emma, Tom=fenrir"')
    parser.add_argument(
        "--pronunciations", type=Path, metavar="FILE", help="lines such as: SQL = sequel"
    )
    parser.add_argument(
        "--phones",
        type=Path,
        metavar="FILE",
        help="write how each phone is said, as JSON (voices of the family aiprod)",
    )
    parser.add_argument(
        "--said", type=Path, metavar="FILE", help="say the phones as this file has them, edited"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Speak, and write the sound and the times once they are whole."""
    from engine.cli.interrupt import run_interruptible

    output = arguments.output
    text = _text(arguments)

    def work(cancel: threading.Event) -> int:
        spoken = _spoken(text, arguments, cancel)
        _write(spoken, _origin(text, arguments), arguments)
        seconds = len(spoken.samples) / spoken.rate
        facts = {"file": str(output), "seconds": seconds, "words": len(spoken.script.words)}
        if arguments.times:
            facts["times"] = str(arguments.times)
        print(json.dumps(facts) if arguments.json else f"{output}: {seconds:.2f} s")
        return DONE

    return run_interruptible(work)


def _text(arguments: argparse.Namespace) -> str:
    from engine.models.speech import voice
    from engine.models.speech.samples import sample_of

    if arguments.file is None:
        return sample_of(voice(arguments.voice)) if arguments.text is None else arguments.text
    if arguments.text is not None:
        raise UsageError("the text is given twice", where="--file", mend="Give one of both")
    return _read(arguments.file)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the text cannot be read ({error})", where=str(path)) from None


def _spoken(text: str, arguments: argparse.Namespace, cancel: threading.Event) -> Spoken:
    from engine.models.speech import (
        Manner,
        joined,
        narrate,
        read_cast,
        read_pronunciations,
        speak_in,
    )

    given = arguments.pronunciations
    manner = Manner(
        arguments.voice,
        arguments.rate,
        arguments.pitch,
        arguments.pause,
        arguments.seed,
        read_cast(arguments.cast.replace(",", "\n")),
        read_pronunciations(_read(given) if given else ""),
        _curves(arguments.said),
    )
    if arguments.fit is not None:
        if arguments.phones:
            raise UsageError("phones are told of speech at its own length", where="--phones")
        return speak_in(text, arguments.fit, manner, _warn)
    pieces = list(_until(narrate(text, manner, _warn), cancel))
    if arguments.phones:
        _write_phones(pieces, arguments)
    return joined(iter(pieces))


def _curves(path: Path | None) -> Curves:
    from engine.models.speech import Curves, curves_of
    from engine.models.speech.aiprod.prosody import prosody_of

    return Curves() if path is None else curves_of(prosody_of(_read(path)).phones)


def _write_phones(pieces: list[Piece], arguments: argparse.Namespace) -> None:
    from engine.models.speech.aiprod.prosody import Prosody
    from engine.runtime.files import atomic_write

    phones = tuple(phone for piece in pieces for phone in piece.phones)
    if not phones:
        raise UsageError(
            f"the voice {arguments.voice} does not tell how it says its phones",
            where="--phones",
            mend="Use a voice of the family aiprod",
        )
    atomic_write(arguments.phones, Prosody(phones).as_json() + "\n")


def _until(pieces: Iterator[Piece], cancel: threading.Event) -> Iterator[Piece]:
    from engine.errors import Cancelled

    for piece in pieces:
        if cancel.is_set():
            raise Cancelled
        yield piece


def _origin(text: str, arguments: argparse.Namespace) -> Provenance:
    """What made the speech: its voices, whose they are, the seed, the versions of what ran."""
    from engine.graph import Provenance
    from engine.graph.canonical import canonical_json
    from engine.jobs import job_hash, provenance_details
    from engine.models.speech import fingerprints

    named = (text, arguments.cast)
    details = provenance_details(
        targets=["speech"],
        seeds={"speech": arguments.seed},
        fingerprints={"speech": fingerprints(arguments.voice, named, anything=False)},
    )
    files = [_read(path) if path else "" for path in (arguments.pronunciations, arguments.said)]
    manner = [arguments.rate, arguments.pitch, arguments.pause, arguments.fit]
    asked = canonical_json([*named, arguments.voice, manner, files])
    return Provenance(job_hash(asked, details), details=details)


def _write(spoken: Spoken, origin: Provenance, arguments: argparse.Namespace) -> None:
    from engine.media import encode_sound
    from engine.models.speech import as_sound
    from engine.models.speech.store import times_of
    from engine.runtime.files import atomic_write

    times = times_of(spoken.samples, spoken.rate, spoken.script) if arguments.times else None
    output = arguments.output
    encode_sound(as_sound(spoken, output.stem), output, metadata=origin.tags(output.stem))
    if times is not None:
        atomic_write(arguments.times, json.dumps(times, ensure_ascii=False, indent=1) + "\n")


def _warn(message: str) -> None:
    import sys

    print(f"aiprod-engine: {message}", file=sys.stderr)


def _seconds(text: str) -> float:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*s?", text.strip())
    if not match:
        raise argparse.ArgumentTypeError(f"{text!r} is not a length such as 3.2s")
    return float(match[1])
