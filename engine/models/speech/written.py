"""Words that are read out, under the names that they have in writing: "$5" for "five dollars"."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from engine.models.speech.family import Word

_CLOSING = "»”\"')]},;:!? \u00a0\u202f"


@dataclass(frozen=True)
class _Span:
    """Parts start:stop of what is written, which words first:last say."""

    start: int
    stop: int
    first: int
    last: int


def as_written(
    words: Sequence[Word],
    written: Sequence[str],
    plain: Callable[[str], str],
    read: Callable[[str], Sequence[str]] | None = None,
) -> tuple[Word, ...]:
    """The words named by what is `written`, part by part, in its order.

    written: the parts of the sentence with the marks around them; plain: a part without these.
    read: the words that a part alone is read as; it tells apart parts that stand side by side.
    The first word of what a part is read as takes its name, the others none.
    """
    said = [_alike(word.text) for word in words]
    parts = [plain(part) for part in written]
    names = [word.text for word in words]
    for kind, *places in _matched(parts, said):
        span = _Span(*places)
        if span.first == span.last:
            continue
        names[span.first : span.last] = [""] * (span.last - span.first)
        for each in _parted(span, parts, said, None if kind == "equal" else read):
            end = next((n for n in range(each.last, len(said)) if said[n]), len(said))
            name = " ".join(written[each.start : each.stop])
            names[each.first] = _named(name, words[end - 1].after, plain)
    return tuple(replace(word, text=name) for word, name in zip(words, names, strict=True))


def _matched(parts: Sequence[str], said: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    seen = [_alike(part) for part in parts]
    return SequenceMatcher(None, seen, said, autojunk=False).get_opcodes()


def _parted(
    span: _Span,
    parts: Sequence[str],
    said: Sequence[str],
    read: Callable[[str], Sequence[str]] | None,
) -> list[_Span]:
    """A span as those of its parts; what cannot be told apart stays together.

    From either side, a part stands for itself that alone is read as it is here.
    """
    heads: list[_Span] = []
    tails: list[_Span] = []
    start, stop, first, last = span.start, span.stop, span.first, span.last
    while read and start < stop and (own := [_alike(word) for word in read(parts[start])]):
        if list(said[first:last][: len(own)]) != own:
            break
        heads.append(_Span(start, start + 1, first, first + len(own)))
        start, first = start + 1, first + len(own)
    while read and start < stop and (own := [_alike(word) for word in read(parts[stop - 1])]):
        if list(said[first:last][-len(own) :]) != own:
            break
        tails.insert(0, _Span(stop - 1, stop, last - len(own), last))
        stop, last = stop - 1, last - len(own)
    if stop - start == last - first:
        each = zip(range(start, stop), range(first, last), strict=True)
        heads += [_Span(part, part + 1, word, word + 1) for part, word in each]
    elif start < stop and first < last:
        heads.append(_Span(start, stop, first, last))
    return heads + tails


def _alike(text: str) -> str:
    return text.lower().replace("’", "'")


def _named(written: str, after: str, plain: Callable[[str], str]) -> str:
    """A name keeps the dot of an abbreviation, which no mark behind what is said stands for."""
    name = plain(written)
    dotted = written.rstrip(_CLOSING).endswith(".") and not name.endswith((".", "…"))
    return f"{name}." if dotted and not any(mark in after for mark in ".…") else name
