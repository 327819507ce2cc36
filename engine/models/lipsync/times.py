"""Times of the phones of speech whose text is known."""

from __future__ import annotations

from engine.media.conforming import conform_sound
from engine.media.sound import Sound
from engine.models.lipsync.moving import SpokenPhone


def phones_in(sound: Sound, text: str, language: str) -> tuple[SpokenPhone, ...]:
    """The phones of `text` as the aligner finds them in `sound`.

    language: "en-US", "en-GB" or "fr-FR". Raises UsageError for another, for a text without words,
    and for more than three minutes of sound at once.
    """
    from engine.models.speech.align_text import text_times

    mono = conform_sound(sound, layout="mono")
    _, words = text_times(mono.array()[:, 0], mono.rate, text, language)
    return tuple(SpokenPhone(p.phone, p.start, p.end) for word in words for p in word.phones)
