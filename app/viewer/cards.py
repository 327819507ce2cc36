"""The words for what stands in place of a picture."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QImage

from app.said import said
from app.viewer.looking import Look
from engine.errors import Problem
from widgets.viewer import CardState

translate = QCoreApplication.translate
_LONGEST = 4000  # letters of a value that are shown


def card_of(look: Look, problems: Sequence[Problem], before: QImage | None) -> CardState:
    """What is said of a node that has no picture now. `before` is what it looked like."""
    title = translate("nodes", look.title) if look.title else ""
    if look.state == "nothing":
        return empty_card()
    if look.state == "making":
        text = " · ".join(part for part in (said(look.text), time_left(look.seconds_left)) if part)
        return CardState(
            "making",
            translate("Viewer", "Making {title}").format(title=title),
            text,
            progress=look.progress,
            preview=look.preview,
        )
    if look.state == "failed":
        return CardState(
            "failed",
            translate("Viewer", "{title} could not be made").format(title=title),
            said(look.text),
            translate("Viewer", "Try again"),
        )
    if problems:
        return CardState(
            "failed",
            translate("Viewer", "{title} cannot be made").format(title=title),
            "\n".join(_sentence(item) for item in problems[:4]),
        )
    if look.state == "asking":
        return CardState("unmade", title, preview=before)
    return CardState(
        "unmade",
        translate("Viewer", "{title} is not made yet").format(title=title),
        button=translate("Viewer", "Make it"),
        preview=before,
    )


def empty_card(tab: str = "source") -> CardState:
    """What is said when there is nothing to look at."""
    if tab == "program":
        return CardState(
            "empty",
            translate("Viewer", "There is no timeline yet"),
            translate("Viewer", "Put shots on a timeline to see the program here"),
        )
    return CardState(
        "empty",
        translate("Viewer", "Nothing to show"),
        translate("Viewer", "Select a node that makes pictures or sound"),
    )


def text_card(title: str, value: object) -> CardState:
    """The value of a node that makes words or a number."""
    return CardState("text", translate("nodes", title), words_of(value)[:_LONGEST])


def words_of(value: object) -> str:
    """A value to be read: its text, a line for each caption with its time, its words in a row."""
    captions, words = getattr(value, "captions", None), getattr(value, "words", None)
    if captions is not None:
        return "\n".join(f"{_clock(item.start)}  {item.text}" for item in captions)
    text = getattr(value, "text", None)
    if text is None and words is not None:
        text = " ".join(word.text for word in words)
    return str(value if text is None else text)


def _clock(seconds: Fraction) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes)}:{float(rest):04.1f}"


def failed_card(title: str, why: str) -> CardState:
    """What is said when a result cannot be read."""
    return CardState(
        "failed",
        translate("Viewer", "{title} cannot be shown").format(title=translate("nodes", title)),
        said(why),
        translate("Viewer", "Try again"),
    )


def time_left(seconds: float | None) -> str:
    """How long it will still take; empty when nobody knows."""
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    return translate("Viewer", "{time} left").format(time=f"{minutes}:{rest:02}")


def _sentence(problem: Problem) -> str:
    text = said(problem.message)
    return f"{text}. {said(problem.mend)}" if problem.mend else text
