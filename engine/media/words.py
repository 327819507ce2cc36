"""Words compared: what was written with what was heard."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LONGEST = 8000  # words that are compared at once

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "’": "'", "ʼ": "'"})


@dataclass(frozen=True)
class Change:
    """One change from a first list of words to a second: what it takes away and puts in.

    first, second: the places of the words in their lists; None where there is none. at: the place
    in the second list where the change lies.
    """

    first: int | None
    second: int | None
    at: int


def plain_words(text: str) -> list[str]:
    """The words of a text for comparing: no case, accents, punctuation or empty pieces."""
    folded = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    bare = "".join(c for c in folded if not unicodedata.combining(c))
    return _WORD.findall(bare)


def fewest_changes(first: Sequence[str], second: Sequence[str]) -> list[Change]:
    """The shortest way from one list of words to another (Levenshtein 1966), in order.

    Raises UsageError for more than LONGEST words.
    """
    if max(len(first), len(second)) > LONGEST:
        raise UsageError(
            f"more than {LONGEST:,} words cannot be compared at once",
            mend="Compare the film shot by shot",
        )
    table = _distances(first, second)
    changes: list[Change] = []
    row, column = len(first), len(second)
    while row or column:
        here = table[row, column]
        same = bool(row and column) and first[row - 1] == second[column - 1]
        if row and column and table[row - 1, column - 1] + (not same) == here:
            row, column = row - 1, column - 1
            if not same:
                changes.append(Change(row, column, column))
        elif row and table[row - 1, column] + 1 == here:
            row -= 1
            changes.append(Change(row, None, column))
        else:
            column -= 1
            changes.append(Change(None, column, column))
    return changes[::-1]


def _distances(first: Sequence[str], second: Sequence[str]) -> NDArray[np.signedinteger]:
    """Changes (len(first) + 1, len(second) + 1) between all beginnings of the two lists."""
    import numpy as np

    numbers = {word: number for number, word in enumerate({*first, *second})}
    mine, other = (np.array([numbers[w] for w in words], np.int32) for words in (first, second))
    steps = np.arange(len(other) + 1, dtype=np.int32)
    kind = np.int16 if max(len(mine), len(other)) < 2**15 else np.int32
    table = np.empty((len(mine) + 1, len(other) + 1), kind)
    table[0] = steps
    for row, word in enumerate(mine, 1):
        above = table[row - 1].astype(np.int32)
        best = np.concatenate(([row], np.minimum(above[1:] + 1, above[:-1] + (other != word))))
        table[row] = np.minimum.accumulate(best - steps) + steps  # insertions run to the right
    return table
