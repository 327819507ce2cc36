"""What a voice says to be heard: a sentence of its language."""

from __future__ import annotations

from engine.models.speech.family import Voice

_SENTENCES = {
    "en": "The sea is calm tonight, and seven small boats are on their way home.",
    "fr": "La mer est calme ce soir, et sept petits bateaux rentrent à la maison.",
    "es": "[hola](/ˈola/), [buenas](/ˈbwenas/) [tardes](/ˈtaɾðes/).",
    "it": "[buona](/ˈbwɔna/) [sera](/ˈsera/).",
    "pt": "[boa](/ˈboɐ/) [noite](/ˈnojtʃi/).",
    "hi": "[namaste](/nəmˈʌsteː/).",
    "ja": "[konnichiwa](/koɲɲitɕiɰa/).",
    "zh": "[ni](/ni/) [hao](/xau/).",
}
# Sounds that nearly every language has, for one that is written with its phones.
_OTHER = "[mina](/mˈina/) [solo](/sˈolo/) [patu](/pˈatu/), [taki](/tˈaki/) [lume](/lˈume/)."


def sample_of(voice: Voice) -> str:
    """The sentence that shows a voice; its sound is what the voice makes of it."""
    return _SENTENCES.get(voice.language[:2], _OTHER)
