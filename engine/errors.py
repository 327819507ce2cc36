"""Errors that reach the user: each names the place, the cause and the mend."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One mistake in a project: the node and field it is in, and how to mend it."""

    message: str
    node: str | None = None
    field: str | None = None
    mend: str | None = None

    def __str__(self) -> str:
        place = ".".join(part for part in (self.node, self.field) if part)
        return _sentence(self.message, place or None, self.mend)


class AiprodError(Exception):
    """An expected failure with a message for the user.

    `where` names the node, file or field; `mend` says what to do about it.
    """

    def __init__(self, message: str, *, where: str | None = None, mend: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.mend = mend

    def __str__(self) -> str:
        return _sentence(self.message, self.where, self.mend)


class UsageError(AiprodError):
    """The command or call asked for something that makes no sense."""


class ProjectError(AiprodError):
    """A project file cannot be read or written."""


class ValidationError(AiprodError):
    """A graph has mistakes; `problems` lists every one."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class MediaError(AiprodError):
    """A picture, film or sound file cannot be read or written."""


class ModelError(AiprodError):
    """Model weights are missing, damaged or do not fit."""


class RenderError(AiprodError):
    """A node failed while the graph ran."""


class Cancelled(AiprodError):
    """The user stopped the work; finished results are kept."""

    def __init__(self, message: str = "cancelled") -> None:
        super().__init__(message)


def _sentence(message: str, where: str | None, mend: str | None) -> str:
    text = f"{where}: {message}" if where else message
    return f"{text}. {mend}" if mend else text
