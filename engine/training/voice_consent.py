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
from engine.models.card import file_sha256
from engine.models.speech.aiprod.speakers import SpeakerNetwork, d_vector
from engine.models.speech.align import best_path, score
from engine.models.speech.align_phones import SILENCE, SYMBOLS, sounds_of
from engine.models.speech.family import FrontEnd, Word
from engine.training.voice_data import at_rate
from engine.training.voice_texts import voice_sentences

STATEMENTS = {
    "en": "I, {person}, agree that a computer learns my voice from my recordings"
    " and speaks in my voice.",
    "fr": "Moi, {person}, j'accepte qu'un ordinateur apprenne ma voix d'après mes enregistrements"
    " et parle avec ma voix.",
}
_DECOYS = 8
_MARGIN = 1.0  # nats a frame; the statement has 1.6 to 2.7, half of it 0.7, other speech -0.2
_MOST_ERRORS = 0.3  # word errors that ears may make
_SILENT = SYMBOLS.index(SILENCE)


@dataclass(frozen=True)
class Consent:
    """What was checked: who agrees, in which words and recording, and how clearly.

    margin: nats a frame by which the recording says the statement rather than anything else;
    likeness: of the voice to the recordings; errors: words that ears missed (-1: no ears here).
    """

    person: str
    statement: str
    sha256: str
    margin: float
    likeness: float
    errors: float


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
    not the statement, the recording does not say it, or somebody else does.
    """
    wanted = statement_of(person, language)
    if not person.strip() or _plain(statement) != _plain(wanted):
        raise UsageError(
            "the statement of consent is not the one that is asked for",
            where="statement",
            mend=f"The person says, and the file holds: {wanted}",
        )
    wave = wave_of(path)
    margin = spoken_margin(wave, reader.words(statement), language, reader)
    if margin < _MARGIN:
        raise UsageError(
            f"the recording does not say the statement of consent (margin {margin:.2f})",
            where=str(path),
            mend=f"Record the person saying: {wanted}",
        )
    errors = _missed(path, wanted, language)
    if errors > _MOST_ERRORS:
        raise UsageError(
            f"{errors:.0%} of the words of the statement of consent are not heard",
            where=str(path),
            mend=f"Record the person saying clearly: {wanted}",
        )
    known = d_vector(speakers, list(recordings))
    likeness = float(np.dot(known, d_vector(speakers, [wave])))
    if likeness < float(speakers.same):
        raise UsageError(
            f"the consent is spoken by another voice than the recordings (likeness {likeness:.2f})",
            where=str(path),
            mend="The person whose voice is learned gives the consent, with the same microphone",
        )
    sha256 = file_sha256(path)
    return Consent(person, wanted, sha256, round(margin, 3), round(likeness, 3), round(errors, 3))


def spoken_margin(
    wave: NDArray[np.float32], words: Sequence[Word], language: str, reader: FrontEnd
) -> float:
    """By how many nats a frame sound at 24 kHz says the words rather than the likeliest decoy.

    Decoys are other sentences of as many sounds, and the words themselves the other way round.
    """
    likely = score(_for_aligner(wave))
    said = [_sounds(word) for word in words]
    count = sum(map(len, said))
    if not count or count > len(likely) // 2:
        return -np.inf
    others = [list(reversed(said))]
    texts = voice_sentences(language, 6 * _DECOYS, 7, held_out=True)
    stock = [_sounds(word) for text in texts for word in reader.words(text)]
    for _ in range(_DECOYS):
        decoy: list[tuple[int, ...]] = []
        while stock and sum(map(len, decoy)) < count:
            decoy.append(stock.pop())
        others.append(decoy)
    return _fit(likely, said) - max(_fit(likely, other) for other in others)


def wave_of(path: Path) -> NDArray[np.float32]:
    """A recording as mono samples at 24 kHz. Raises MediaError."""
    from engine.media.conforming import conform_sound
    from engine.media.open import open_sound

    sound = conform_sound(open_sound(path), layout="mono")
    return at_rate(sound.array()[:, 0], sound.rate)


def _fit(likely: NDArray[np.float32], words: Sequence[Sequence[int]]) -> float:
    """The mean log probability of frames on the best path through the words."""
    spans = best_path(likely, words)
    sounds = np.full(len(likely), _SILENT)
    for sound, (first, end) in zip([s for word in words for s in word], spans, strict=True):
        sounds[first:end] = sound
    return float(likely[np.arange(len(likely)), sounds].mean())


def _sounds(word: Word) -> tuple[int, ...]:
    return tuple(sound for phone in word.phones for sound in sounds_of(phone))


def _for_aligner(wave: NDArray[np.float32]) -> NDArray[np.float32]:
    from engine.media.resample import conform_sample_rate
    from engine.media.sound import Sound
    from engine.models.speech.aiprod.grid import RATE as OURS
    from engine.models.speech.align_network import RATE

    return conform_sample_rate(Sound.from_array(wave, OURS), RATE).array()[:, 0]


def _missed(path: Path, statement: str, language: str) -> float:
    """The part of the words that ears do not hear; -1 when there are no ears here.

    Ears that are here and fail are an error: consent is not given by default.
    """
    from engine.media.open import open_sound
    from engine.media.words import word_errors
    from engine.models.ears import transcribe

    if not _has_ears():
        return -1.0
    heard = transcribe(open_sound(path), language=language[:2])
    return float(word_errors(statement, heard).rate)


def _has_ears() -> bool:
    """Whether the package that hears words is installed, and its usual model is here."""
    from engine.models.ears import ears_folder

    try:
        ears_folder("base")
    except ModelError:
        return False
    return find_spec("faster_whisper") is not None


def _plain(text: str) -> str:
    return re.sub(r"[^\w]+", " ", text).strip().casefold()
