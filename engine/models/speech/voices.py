"""The voices of all families: listed, found by name, loaded once."""

from __future__ import annotations

import difflib
import re
import threading
from collections.abc import Iterable

from engine.errors import UsageError
from engine.models.speech.aiprod.family import AiprodFamily
from engine.models.speech.family import FrontEnd, Speaker, SpeechFamily, Voice
from engine.models.speech.hibari import HibariFamily
from engine.models.speech.kokoro import KokoroFamily
from engine.models.speech.levels import gain_to_target, loudness_of
from engine.models.speech.piper import PiperFamily
from engine.models.speech.places import version_of
from engine.models.speech.samples import sample_of

DEFAULT = "heart"
READING = 3
_LEVEL = 1  # of how voices are brought to one loudness

FAMILIES: tuple[SpeechFamily, ...] = (
    HibariFamily(),
    AiprodFamily(),
    KokoroFamily(),
    PiperFamily(),
)
"""All families, those first that need no files."""


def voices() -> dict[str, Voice]:
    """All voices by name, those first that need no file."""
    return {voice.name: voice for family in FAMILIES for voice in family.voices()}


def voice(name: str) -> Voice:
    """The voice of that name. Raises UsageError that names the nearest one."""
    # Family by family: what the user has is not read for a voice that comes before it.
    every = (one for family in FAMILIES for one in family.voices())
    found = next((one for one in every if one.name == name), None)
    if found:
        return found
    near = difflib.get_close_matches(name.lower(), voices(), 1, 0.6)
    guess = f"Did you mean {near[0]}? " if near else ""
    raise UsageError(
        f"there is no voice {name!r}", mend=f"{guess}`aiprod-engine voices` lists them"
    )


def family_of(voice: Voice) -> SpeechFamily:
    """The family of a voice."""
    return next(family for family in FAMILIES if family.name == voice.family)


def fingerprint(name: str) -> str:
    """What speech of that voice depends on: its files, and what reads its language.

    Raises UsageError for an unknown voice.
    """
    return _fingerprint(voice(name))


def _fingerprint(found: Voice) -> str:
    package = {"en": "hibari-tts", "fr": "gruut-lang-fr"}.get(found.language[:2])
    reader = f"{package} {version_of(package)}" if package else "phones"
    return f"{family_of(found).fingerprint(found)}; level {_LEVEL}; reading {READING}, {reader}"


def fingerprints(chosen: str, texts: Iterable[str], *, anything: bool) -> list[str]:
    """What speech of the chosen voice and of those that the texts name depends on.

    anything: also of every voice that is here, for a text that is not known yet. Raises UsageError
    when there is no chosen voice.
    """
    words = {word for text in texts for word in re.findall(r"[\w:.-]+", text)}
    others = [
        each
        for each in voices().values()
        if each.name != chosen and (each.name in words or (anything and is_here(each)))
    ]
    return [fingerprint(chosen), *map(_fingerprint, others)]


def is_here(voice: Voice) -> bool:
    """Whether the files of a voice are on this machine."""
    return family_of(voice).is_here(voice)


_loading = threading.Lock()
_speakers: dict[tuple[Voice, str], Speaker] = {}
_loudness: dict[tuple[Voice, str], float] = {}


def speaker(voice: Voice) -> Speaker:
    """A voice, loaded once a process and again when its files change. Raises ModelError."""
    family = family_of(voice)
    with _loading:
        key = (voice, family.fingerprint(voice))
        if key not in _speakers:
            _speakers[key] = family.load(voice)
        return _speakers[key]


def gain(voice: Voice) -> float:
    """The dB that make a voice as loud as the others; it is listened to once a process.

    Raises ModelError.
    """
    if voice.loudness is not None:
        return gain_to_target(voice.loudness)
    key = (voice, family_of(voice).fingerprint(voice))
    if key not in _loudness:
        words = front_end(voice).words(sample_of(voice))
        _loudness[key] = loudness_of(speaker(voice), words)
    return gain_to_target(_loudness[key])


def front_end(voice: Voice) -> FrontEnd:
    """The language of a voice."""
    return family_of(voice).front_end(voice)
