"""Does speech say its script? The words that are heard against those that are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from engine.media.transcript import Transcript
from engine.media.words import Change, fewest_changes, plain_words
from engine.models.speech.readings import readings

_LONGEST = 20  # changes in a row: beyond, another text is heard, and how it is read says nothing


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


@dataclass(eq=False)
class _Text:
    """A text by its parts as they are written; its plain words, and the part that each is of."""

    parts: Sequence[str]
    words: list[str] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        for number, part in enumerate(self.parts):
            found = plain_words(part)
            self.words += found
            self.owners += [number] * len(found)

    def of(self, places: Sequence[int], *, more: int) -> str:
        """What is written from the first of these words to the last, and `more` words after it.

        Signs that are no words are written too: the "%" of "50 %".
        """
        first = self.owners[places[0]]
        after = range(places[-1] + 1 + more, len(self.owners))
        later = (self.owners[n] for n in after if self.owners[n] > self.owners[places[-1]])
        return " ".join(self.parts[first : next(later, len(self.parts))])


def word_errors(script: str, heard: Transcript) -> WordErrors:
    """The fewest words that must change for the script to be what was heard.

    Words run together or apart ("no one", "noone") count as right, and numbers and abbreviations
    that are read alike ("14h30", "quatorze heures trente"). Raises UsageError for more words than
    `media.words.LONGEST`.
    """
    wanted, found = _Text(script.split()), _Text([word.text for word in heard.words])
    changes = fewest_changes(wanted.words, found.words)
    errors = []
    for group in _neighbours(changes):
        if _alike(group, wanted, found, heard):
            continue
        for change in group:
            if 1 < len(group) <= _LONGEST and _alike([change], wanted, found, heard):
                continue
            place = min(change.at, len(found.words) - 1)
            errors.append(
                WordError(
                    wanted.words[change.first] if change.first is not None else "",
                    found.words[change.second] if change.second is not None else "",
                    heard.words[found.owners[place]].start if found.words else Fraction(0),
                )
            )
    return WordErrors(tuple(errors), len(wanted.words))


def _alike(group: Sequence[Change], wanted: _Text, found: _Text, heard: Transcript) -> bool:
    """Whether a group of changes changes nothing for the ear."""
    mine = [change.first for change in group if change.first is not None]
    other = [change.second for change in group if change.second is not None]
    if "".join(wanted.words[n] for n in mine) == "".join(found.words[n] for n in other):
        return True
    if not mine or not other or len(group) > _LONGEST:
        return False
    language = heard.words[found.owners[other[0]]].language or heard.language
    # The next word can decide how a number is read: 21 pommes.
    return any(
        _said(wanted.of(mine, more=more), language) & _said(found.of(other, more=more), language)
        for more in (0, 1)
    )


def _said(text: str, language: str) -> set[str]:
    return {"".join(plain_words(reading)) for reading in readings(text, language)}


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
