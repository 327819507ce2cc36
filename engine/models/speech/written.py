"""Words that are read out, under the names that they have in writing: "$5" for "five dollars"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from engine.models.speech.family import Word


def as_written(words: Sequence[Word], written: Sequence[str]) -> tuple[Word, ...]:
    """The words named by what is `written`, part by part, in its order.

    The first word of what a part is read as takes its name, the others none.
    """
    names = [word.text for word in words]
    named = list(names)
    said = [name.lower() for name in names]
    matched = SequenceMatcher(None, [part.lower() for part in written], said, autojunk=False)
    for kind, start, stop, first, last in matched.get_opcodes():
        if kind == "equal" or first == last:
            continue
        parts = list(written[start:stop])
        if len(parts) != last - first:
            parts = [" ".join(parts)] if parts else []
        named[first:last] = [*parts, *[""] * (last - first - len(parts))]
    return tuple(replace(word, text=name) for word, name in zip(words, named, strict=True))
