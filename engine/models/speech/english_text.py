"""English text with its figures, dates, hours, sums, units, codes and abbreviations in words.

What is left for hibari are words, and the figures that it reads well.
"""

from __future__ import annotations

import re

from engine.models.speech import english_abbreviations as abbreviations
from engine.models.speech import english_addresses as addresses
from engine.models.speech import english_codes as codes
from engine.models.speech import english_dates as dates
from engine.models.speech import english_figures as figures
from engine.models.speech import english_units as units

_SIGNS: tuple[tuple[str, addresses.Made], ...] = (
    (r"[\u00a0\u202f\u2009\u2007]", " "),
    (r"[\u00ad\u200b\u200d\ufeff]", ""),
    (r"[’ʼ]", "'"),
    (r"\u2011", "-"),
    (r"(?<=\d)′", "'"),
    (r"(?<=\d)″", '"'),
    (r"--+", "—"),
)
_RULES = [
    (re.compile(pattern), made)
    for pattern, made in (
        *_SIGNS,
        *addresses.RULES,
        *abbreviations.RULES,
        *dates.RULES,
        *figures.RULES,
        *units.RULES,
        *codes.RULES,
        *figures.LAST,
    )
]


def written_out(text: str) -> str:
    """`text` in words: "at 5:30 pm" is "at five thirty P.M", "a $5 bill" "a five dollar bill"."""
    for pattern, made in _RULES:
        text = pattern.sub(made, text)
    return text
