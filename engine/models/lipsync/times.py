"""Times of the phones of speech whose words are known."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from engine.media.conforming import conform_sound
from engine.media.sound import Sound
from engine.models.lipsync.moving import SpokenPhone

if TYPE_CHECKING:
    from engine.models.speech.align import TimedWord
    from engine.models.speech.family import Script


def phones_of_script(sound: Sound, script: Script, start: float = 0.0) -> tuple[SpokenPhone, ...]:
    """The phones of a script that begins at `start` seconds of `sound`, in its voices' languages.

    Raises UsageError when the sound is too short for it.
    """
    from engine.models.speech.align_text import script_times

    last = max((passage.end for passage in script.passages), default=0.0)
    first = round(start * sound.rate)
    heard = conform_sound(sound.part(first, first + round(last * sound.rate)), layout="mono")
    return tuple(_phones(script_times(heard.array()[:, 0], heard.rate, script), start))


def phones_of_text(sound: Sound, text: str, language: str) -> tuple[SpokenPhone, ...]:
    """The phones of `text` as the aligner finds them in `sound`.

    language: "en-US", "en-GB" or "fr-FR". Raises UsageError for another, for a text without words,
    and for more than three minutes of sound at once.
    """
    from engine.models.speech.align_text import text_times

    mono = conform_sound(sound, layout="mono")
    _, words = text_times(mono.array()[:, 0], mono.rate, text, language)
    return tuple(_phones(words, 0.0))


def _phones(words: Iterable[TimedWord], start: float) -> Iterable[SpokenPhone]:
    for word in words:
        for phone in word.phones:
            yield SpokenPhone(phone.phone, phone.start + start, phone.end + start)
