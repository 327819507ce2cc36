"""The recorded consent of somebody whose voice is learned: said in full, and by that person."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import ModelError, UsageError
from engine.media.words import fewest_changes
from engine.models.card import file_sha256
from engine.models.ears import EARS, ears_folder
from engine.models.speech.aiprod.speakers import SpeakerNetwork, d_vector
from engine.models.speech.family import FrontEnd, bare
from engine.training.voice_data import at_rate

STATEMENTS = {
    "en": "I, {person}, agree that a computer learns my voice from my recordings"
    " and speaks in my voice.",
    "fr": "Moi, {person}, j'accepte qu'un ordinateur apprenne ma voix d'après mes enregistrements"
    " et parle avec ma voix.",
}
# Sounds of the name that ears may hear otherwise: a part of them, and not so many as "don't" has.
_PART, _SOUNDS = 0.2, 2


@dataclass(frozen=True)
class Consent:
    """What was checked: who agrees, in which words and recording, and how it was heard.

    likeness: of the voice to that of the recordings.
    """

    person: str
    statement: str
    sha256: str
    heard: str
    likeness: float


def statement_of(person: str, language: str) -> str:
    """The sentence that a person says to agree."""
    return STATEMENTS[language[:2]].format(person=person)


def consent_of(
    path: Path,
    statement: str,
    person: str,
    language: str,
    *,
    reader: FrontEnd,
    speakers: SpeakerNetwork,
    recordings: Sequence[NDArray[np.float32]],
) -> Consent:
    """The consent in a recording, checked.

    `recordings` (24 kHz) are of the voice that is to be learned. Raises UsageError when the text is
    not the statement, the recording does not say it with that name, or somebody else does;
    ModelError when there are no ears here to hear it with.
    """
    from engine.media.open import open_sound
    from engine.models.ears import transcribe

    wanted = statement_of(person, language)
    if not person.strip() or _plain(statement) != _plain(wanted):
        raise UsageError(
            "the statement of consent is not the one that is asked for",
            where="statement",
            mend=f"The person says, and the file holds: {wanted}",
        )
    ears = _ears()
    wave = wave_of(path)
    known = d_vector(speakers, list(recordings))
    likeness = float(np.dot(known, d_vector(speakers, [wave])))
    if likeness < float(speakers.same):
        raise UsageError(
            f"the consent is spoken by another voice than the recordings (likeness {likeness:.2f})",
            where=str(path),
            mend="The person whose voice is learned gives the consent, with the same microphone",
        )
    heard = transcribe(open_sound(path), ears, language=language[:2]).text
    if not says(heard, person, language, reader):
        raise UsageError(
            f"the recording does not say the statement of consent; it is heard as: {heard!r}",
            where=str(path),
            mend=f"Record the person saying clearly, without another word: {wanted}",
        )
    return Consent(person, wanted, file_sha256(path), heard, round(likeness, 3))


def says(heard: str, person: str, language: str, reader: FrontEnd) -> bool:
    """Whether what was heard is the statement of that person.

    Every word but the name must be there, as it sounds, and no other; of the name, which ears
    spell as they like, the sounds must be nearly all the same.
    """
    before, after = (_words(part) for part in STATEMENTS[language[:2]].split("{person}"))
    words = _words(heard)
    end = len(words) - len(after)
    if end <= len(before) or words[: len(before)] != before:
        return False
    if _sounds(" ".join(words[end:]), reader) != _sounds(" ".join(after), reader):
        return False
    name = _sounds(person, reader)
    said = _sounds(" ".join(words[len(before) : end]).title(), reader)
    return len(fewest_changes(name, said)) <= min(_PART * len(name), _SOUNDS)


def wave_of(path: Path) -> NDArray[np.float32]:
    """A recording as mono samples at 24 kHz. Raises MediaError."""
    from engine.media.conforming import conform_sound
    from engine.media.open import open_sound

    sound = conform_sound(open_sound(path), layout="mono")
    return at_rate(sound.array()[:, 0], sound.rate)


def _words(text: str) -> list[str]:
    """The words of a text in small letters with their accents, for they change how it sounds."""
    return re.findall(r"[^\W_]+(?:'[^\W_]+)*", text.casefold().replace("’", "'"))


def _sounds(text: str, reader: FrontEnd) -> list[str]:
    return [bare(phone) for word in reader.words(text) for phone in word.phones]


def _ears() -> str:
    """The largest ears that are here. Raises ModelError that says what to get when there are none.

    The aligner cannot stand in for them: it places any name, and a "not", as well as the right one.
    """
    reason = ""
    for name in sorted(EARS, key=lambda name: -EARS[name].megabytes):
        try:
            ears_folder(name)
        except ModelError as error:
            reason = error.mend if name == "base" and error.mend else reason
            continue
        return name
    installed = find_spec("faster_whisper") is not None
    raise ModelError(
        "a voice is learned only where its consent can be heard, and there are no ears here",
        where="consent",
        mend=("" if installed else "pip install 'aiprod[ears]'. ") + reason,
    )


def _plain(text: str) -> str:
    return re.sub(r"[^\w]+", " ", text).strip().casefold()
