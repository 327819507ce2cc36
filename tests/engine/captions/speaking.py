"""Transcripts for tests: words spoken at an even pace, with a breath after each sentence."""

from __future__ import annotations

from fractions import Fraction

from engine.media import HeardWord, Transcript

ENGLISH = (
    "When the captain of the ship saw the storm, he told everyone to go below, but nobody listened "
    "to him. The waves grew higher and higher until the old mast broke with a terrible noise. Was "
    "that the end? Not for Doctor Elizabeth Carter, who had seen worse."
)
FRENCH = (
    "Quand le capitaine du bateau vit l'orage arriver, il demanda à tout le monde de descendre : "
    "personne ne l'écouta ! Les vagues grandissaient sans cesse. Était-ce la fin ? « Non », dit "
    "Marie..."
)


def said(
    text: str, language: str = "en", *, start: float = 1.0, pace: int = 160, speaker: str = ""
) -> Transcript:
    """A transcript of a text at so many words a minute, its first word at `start` seconds."""
    at = Fraction(str(start))
    words = []
    for word in text.split():
        long = Fraction(60, pace) * Fraction(9, 10)
        words.append(HeardWord(word, at, at + long, 1.0, speaker))
        at += Fraction(60, pace) + (Fraction(3, 5) if word[-1] in ".?!" else 0)
    return Transcript(tuple(words), language)
