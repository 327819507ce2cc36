"""The voices of all families: listed, found by name, loaded once."""

from __future__ import annotations

import difflib
import threading
from functools import cache

from engine.errors import UsageError
from engine.models.speech.family import FrontEnd, Speaker, SpeechFamily, Voice
from engine.models.speech.hibari import HibariFamily

DEFAULT = "heart"


@cache
def families() -> dict[str, SpeechFamily]:
    """The families by name."""
    return {family.name: family for family in (HibariFamily(),)}


def voices() -> dict[str, Voice]:
    """All voices by name, those first that need no file."""
    return {voice.name: voice for family in families().values() for voice in family.voices()}


def voice(name: str) -> Voice:
    """The voice of that name. Raises UsageError that names the nearest one."""
    known = voices()
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name.lower(), known, 1, 0.6)
    guess = f"Did you mean {near[0]}? " if near else ""
    raise UsageError(
        f"there is no voice {name!r}", mend=f"{guess}`aiprod-engine voices` lists them"
    )


def family_of(voice: Voice) -> SpeechFamily:
    """The family of a voice."""
    return families()[voice.family]


def fingerprint(name: str) -> str:
    """What speech of that voice depends on. Raises UsageError for an unknown voice."""
    found = voice(name)
    return family_of(found).fingerprint(found)


_loading = threading.Lock()
_speakers: dict[Voice, Speaker] = {}


def speaker(voice: Voice) -> Speaker:
    """A voice, loaded once a process. Raises ModelError."""
    with _loading:
        if voice not in _speakers:
            _speakers[voice] = family_of(voice).load(voice)
        return _speakers[voice]


def front_end(voice: Voice) -> FrontEnd:
    """The language of a voice."""
    return family_of(voice).front_end(voice)
