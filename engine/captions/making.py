"""Makes captions of a transcript: which words share one, where its lines break, how long it stays.

The rules are those that the BBC's Subtitle Guidelines give for prepared programmes: one or two
lines, breaks at natural points, 160 to 180 words a minute, each speaker apart, between two
captions either no gap or one that the eye notices, and none that hangs on a little into the next
shot. Of all ways to divide the words the best one is
found by dynamic programming over the places of breaks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby

from engine.captions.typography import FIXED, NARROW, break_cost, ends_sentence, set_text
from engine.captions.values import Caption, Captions
from engine.errors import UsageError
from engine.media.transcript import HeardWord, Transcript

_OPENING = ("«", "“", "(", "[", "—", "–", "-")  # alone, they go with the word after them
_CLOSING = frozenset(".,;:!?…»”)]")
_FRAME = Fraction(1, 25)  # seconds: no caption is shorter
_AHEAD = Fraction(1, 2)  # seconds before its first word that a caption comes with a new shot
_BEHIND = Fraction(1, 4)  # and after it
_OVER = Fraction(1)  # seconds: for less a caption does not stay in the next shot


@dataclass(frozen=True)
class Rules:
    """How long lines and captions are. Times in seconds."""

    line: int = 37
    """Characters of the longest line: 37 for television, 42 for the web."""
    lines: int = 2
    words_per_minute: int = 180
    """Reading speed: a caption stays long enough for its words at this pace where it can."""
    least: Fraction = Fraction(1)
    """Shortest stay of a caption, where the next one leaves room."""
    longest: Fraction = Fraction(7)
    gap: Fraction = Fraction(1)
    """Shorter pauses between captions are closed: the earlier one stays."""
    linger: Fraction = Fraction(3, 2)
    """How long a caption may stay after its last word."""
    pause: Fraction = Fraction(3, 2)
    """A silence of this length is never inside a caption."""

    def __post_init__(self) -> None:
        if not 10 <= self.line <= 120:
            raise UsageError(f"a line of {self.line} characters", mend="Use 10 to 120")
        if not 1 <= self.lines <= 4:
            raise UsageError(f"{self.lines} lines a caption", mend="Use 1 to 4")
        if not 60 <= self.words_per_minute <= 400:
            raise UsageError(f"{self.words_per_minute} words a minute", mend="Use 60 to 400")

    def reading_time(self, words: int) -> Fraction:
        """Seconds that a caption of so many words needs."""
        return max(self.least, Fraction(60 * words, self.words_per_minute))


def make_captions(
    transcript: Transcript, rules: Rules = Rules(), cuts: Sequence[Fraction] = ()
) -> Captions:
    """Captions of a transcript; `cuts` are the seconds at which shots change, in order.

    Every word is in one caption, in order, none is split, and no line is longer than the rules say
    unless a single word is. Captions do not overlap. The same transcript gives the same captions.
    """
    made: list[Caption] = []
    for speaker, words in groupby(transcript.words, key=lambda word: word.speaker):
        for run in _between_pauses(list(words), rules):
            for part in _divided(_tokens(run, transcript.language), rules):
                lines = break_lines(part, rules.line)
                stop = max(part[-1].stop, part[0].start + _FRAME)
                made.append(Caption(part[0].start, stop, tuple(lines), speaker))
    return Captions(tuple(_timed(made, rules, cuts)), transcript.language)


def break_lines(part: Sequence[Token], width: int) -> list[str]:
    """Words in as few lines of `width` characters as hold them, broken where it reads best."""
    words = [token.text for token in part]
    count = len(words)
    best: list[tuple[int, float, int]] = [(0, 0.0, 0)] + [(count + 1, 0.0, 0)] * count
    for stop in range(1, count + 1):
        for start in range(stop - 1, -1, -1):
            length = len(" ".join(words[start:stop]))
            if length > width and start < stop - 1:
                break
            cost = (width - length) ** 2 / width
            if stop < count:
                cost += 3 * break_cost(words[stop - 1], words[stop], part[stop - 1].language)
            option = (best[start][0] + 1, best[start][1] + cost, start)
            best[stop] = min(best[stop], option)
    lines: list[str] = []
    stop = count
    while stop:
        start = best[stop][2]
        lines.append(" ".join(words[start:stop]))
        stop = start
    return lines[::-1]


@dataclass(frozen=True)
class Token:
    """What no break divides: a word, or words with an unbreakable space; and when it is heard.

    language: whose rules it is set and broken by.
    """

    text: str
    start: Fraction
    stop: Fraction
    language: str


def _tokens(words: list[HeardWord], language: str) -> list[Token]:
    """Words as they are set, each with its times; marks that stand alone cling to a word."""
    tokens: list[Token] = []
    opening = ""
    for word in words:
        own = word.language or language
        text = set_text(f"{opening} {word.text}", own)
        opening = ""
        if not text:
            continue
        if text.strip(FIXED) in _OPENING:
            opening = text.strip(FIXED)
        elif tokens and set(text) - {FIXED, NARROW} <= _CLOSING:
            last = tokens[-1]
            joined = set_text(f"{last.text} {text}", last.language).replace(" ", FIXED)
            tokens[-1] = replace(last, text=joined, stop=max(last.stop, word.stop))
        else:
            tokens.append(Token(text, word.start, max(word.stop, word.start), own))
    return tokens


def _between_pauses(words: list[HeardWord], rules: Rules) -> list[list[HeardWord]]:
    runs: list[list[HeardWord]] = []
    for word in words:
        if runs and word.start - runs[-1][-1].stop < rules.pause:
            runs[-1].append(word)
        else:
            runs.append([word])
    return runs


def _divided(tokens: list[Token], rules: Rules) -> list[list[Token]]:
    """Tokens as captions: the division of least cost."""
    count = len(tokens)
    best: list[tuple[float, int]] = [(0.0, 0)] + [(float("inf"), 0)] * count
    for stop in range(1, count + 1):
        for start in range(stop - 1, -1, -1):
            part = tokens[start:stop]
            if len(part) > 1 and not _fits(part, rules):
                break
            cost = best[start][0] + _cost(tokens, start, stop, rules)
            if cost < best[stop][0]:
                best[stop] = cost, start
    parts: list[list[Token]] = []
    stop = count
    while stop:
        start = best[stop][1]
        parts.append(tokens[start:stop])
        stop = start
    return parts[::-1]


def _fits(part: list[Token], rules: Rules) -> bool:
    room = rules.lines * (rules.line + 1)
    if sum(len(token.text) + 1 for token in part) > room:
        return False
    if part[-1].stop - part[0].start > rules.longest:
        return False
    return len(break_lines(part, rules.line)) <= rules.lines


def _cost(tokens: list[Token], start: int, stop: int, rules: Rules) -> float:
    """How bad a caption of tokens `start` to `stop` is: its end, its size, sentences inside it."""
    part = tokens[start:stop]
    cost = 2.0  # fewer captions read better
    if stop < len(tokens):
        silence = float(tokens[stop].start - part[-1].stop)
        last = part[-1]
        broken = break_cost(last.text, tokens[stop].text, last.language)
        cost += max(0.0, broken - 4 * silence)
        room = tokens[stop].start - part[0].start
        lacking = rules.reading_time(len(part)) - max(room, part[-1].stop - part[0].start)
        cost += 4 * max(0.0, float(lacking))
    if len(part) == 1 and len(tokens) > 1:
        cost += 2.0
    inside = sum(ends_sentence(token.text) for token in part[:-1])
    return cost + 3.0 * inside


def _timed(captions: list[Caption], rules: Rules, cuts: Sequence[Fraction]) -> list[Caption]:
    """Captions that stay long enough to be read and do not overlap; short gaps are closed."""
    starts = _starts(captions, cuts)
    made: list[Caption] = []
    for number, caption in enumerate(captions):
        start = starts[number]
        following = starts[number + 1] if number + 1 < len(captions) else None
        spoken = max(caption.stop, start + _FRAME)
        needed = start + rules.reading_time(len(caption.text.split()))
        stop = min(max(spoken, needed), spoken + rules.linger)
        if following is not None:
            if following - stop < rules.gap and following - spoken <= rules.linger:
                stop = following
            stop = min(stop, following)
        stop = _with_its_shot(stop, max(spoken, start + rules.least), cuts)
        made.append(Caption(start, stop, caption.lines, caption.speaker))
    return made


def _with_its_shot(stop: Fraction, earliest: Fraction, cuts: Sequence[Fraction]) -> Fraction:
    """Where a caption ends: at a cut, rather than a little after it."""
    return next((cut for cut in cuts if earliest <= cut < stop < cut + _OVER), stop)


def _starts(captions: list[Caption], cuts: Sequence[Fraction]) -> list[Fraction]:
    """Where each begins: with a new shot where one is near, and a frame after the one before."""
    starts: list[Fraction] = []
    for number, caption in enumerate(captions):
        earliest = starts[-1] + _FRAME if starts else Fraction(0)
        said = captions[number - 1].stop if number else Fraction(0)
        near = (
            cut
            for cut in cuts
            if -_AHEAD <= cut - caption.start <= _BEHIND and said <= cut < caption.stop
        )
        starts.append(max(next(near, caption.start), earliest))
    return starts
