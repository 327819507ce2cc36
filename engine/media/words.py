"""Words compared: what was written with what was heard."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from engine.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engine.media.transcript import Transcript

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


@dataclass(frozen=True)
class WordError:
    """A place where what was heard is not what was written; "" where a word is lacking."""

    wanted: str
    heard: str
    start: Fraction  # seconds


@dataclass(frozen=True)
class WordErrors:
    """Differences between a script and what was heard, and how many words the script has."""

    errors: tuple[WordError, ...]
    words: int

    @property
    def rate(self) -> float:
        """Word error rate: substitutions, deletions and insertions for every word written."""
        return len(self.errors) / max(1, self.words)


def plain_words(text: str) -> list[str]:
    """The words of a text for comparing: no case, accents, punctuation or empty pieces."""
    folded = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    bare = "".join(c for c in folded if not unicodedata.combining(c))
    return _WORD.findall(bare)


def word_errors(script: str, heard: Transcript) -> WordErrors:
    """The fewest words that must change for the script to be what was heard.

    Words run together or apart ("no one", "noone") count as right. Raises UsageError for more
    than LONGEST words.
    """
    wanted = plain_words(script)
    spoken = [(plain, word.start) for word in heard.words for plain in plain_words(word.text)]
    changes = fewest_changes(wanted, [plain for plain, _ in spoken])
    found = []
    for group in _neighbours(changes):
        before = "".join(wanted[c.first] for c in group if c.first is not None)
        after = "".join(spoken[c.second][0] for c in group if c.second is not None)
        if before == after:
            continue
        for change in group:
            place = min(change.at, len(spoken) - 1)
            found.append(
                WordError(
                    wanted[change.first] if change.first is not None else "",
                    spoken[change.second][0] if change.second is not None else "",
                    spoken[place][1] if spoken else Fraction(0),
                )
            )
    return WordErrors(tuple(found), len(wanted))


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


def _neighbours(changes: Sequence[Change]) -> list[list[Change]]:
    """Changes in groups that lie side by side."""
    groups: list[list[Change]] = []
    for change in changes:
        if groups and change.at - groups[-1][-1].at <= 1 and _touches(groups[-1][-1], change):
            groups[-1].append(change)
        else:
            groups.append([change])
    return groups


def _touches(before: Change, after: Change) -> bool:
    """Whether no word that both lists share lies between two changes."""
    end = before.at + (before.second is not None)
    return after.at == end
