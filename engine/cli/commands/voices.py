"""`aiprod-engine voices`: the voices that text can be spoken with."""

from __future__ import annotations

import argparse
import json

from engine.cli.status import DONE
from engine.cli.tables import columns

HELP = "list the voices"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`voices [--here] [--language TAG] [--json]`."""
    parser.add_argument("--here", action="store_true", help="only those whose files are here")
    parser.add_argument("--language", default="", metavar="TAG", help="only of en, en-GB, fr, ...")
    parser.add_argument("--json", action="store_true", help="print JSON, one voice a line")


def run(arguments: argparse.Namespace) -> int:
    """Print the voices, and whether their files are here."""
    from engine.models.speech import voices
    from engine.models.speech.samples import sample_of
    from engine.models.speech.voices import is_here

    found = [
        (voice, is_here(voice))
        for voice in voices().values()
        if voice.language.lower().startswith(arguments.language.lower())
    ]
    found = [(voice, here) for voice, here in found if here or not arguments.here]
    if arguments.json:
        for voice, here in found:
            facts = {**vars(voice), "here": here, "sample": sample_of(voice)}
            print(json.dumps(facts, ensure_ascii=False))
        return DONE
    rows = [
        (
            voice.name,
            voice.family,
            voice.language,
            voice.sex,
            voice.licence,
            "ready" if here else "needs files",
            voice.description,
        )
        for voice, here in found
    ]
    head = ("voice", "family", "language", "sex", "licence", "state", "sounds like")
    print(columns(rows, head=head))
    return DONE
