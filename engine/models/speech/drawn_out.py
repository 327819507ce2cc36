"""Words that are drawn out in writing, as in a cry: "Nooooo!" is "No!", and "Shhh" a noise."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import product

_RUN = re.compile(r"([^\W\d_])\1{2,}", re.IGNORECASE)
# A word by itself: no part of an address, of a path or of what is set in phones.
_WORD = re.compile(r"(?<![\w.@/:\[])[^\W\d_]{3,}+(?![\w@/:\]]|\.\w)")
_CRIED = re.compile(r"(.)\1{3}")  # in capitals: NOOOO, but not IEEE
_COUNTS = re.compile(r"[ivxlcdm]+|w+", re.IGNORECASE)  # Roman numbers, and the web
_NOISES = {  # what they sound like in IPA, each letter written once
    "sh": "ʃ", "ch": "ʃ", "hm": "hm", "m": "m", "br": "bɹ", "gr": "ɡɹ", "r": "ɹ", "pf": "pf",
    "ps": "ps", "pst": "pst", "psht": "pʃt", "ts": "ts", "s": "s", "z": "z", "f": "f",
}  # fmt: skip
_MOST = 4  # runs of a word that are tried in every way


def drawn_in(text: str, known: Callable[[str], bool], doubled: str, r: str) -> str:
    """`text` with the letters of drawn-out words once, or twice where that is a word.

    Noises come back as links, `[Shhh](/ʃ/)`. known: whether there is a word in small letters.
    doubled: letters that are tried twice first. r: how the language says that letter.
    """

    def word(match: re.Match[str]) -> str:
        drawn = match[0]
        once = _with(drawn, ())
        if once == drawn or (drawn.isupper() and (len(once) == 1 or not _CRIED.search(drawn))):
            return drawn
        if noise := _NOISES.get(once.lower(), "").replace("ɹ", r):
            return f"[{drawn}](/{noise}/)"
        if _COUNTS.fullmatch(drawn) and len(drawn) < 5:
            return drawn
        ways = [(2, 1) if run[1].lower() in doubled else (1, 2) for run in _RUN.finditer(drawn)]
        made = (_with(drawn, counts) for counts in product(*ways[:_MOST]))
        return next((m for m in made if known(m.lower())), once)

    return _WORD.sub(word, text)


def _with(drawn: str, counts: tuple[int, ...]) -> str:
    """The word with so many of each run's letter; of those that are not counted, one."""
    left = iter(counts)
    return _RUN.sub(lambda run: run[1] * next(left, 1), drawn)
