"""Exit statuses of the command line, and which error ends with which."""

from __future__ import annotations

from engine.errors import AiprodError, Cancelled, ProjectError, UsageError, ValidationError

DONE = 0
FAILED = 1
BAD_USAGE = 2
INTERRUPTED = 130


def status_of(error: AiprodError) -> int:
    """2 when the call or the project is wrong, 130 when the user stopped it, else 1."""
    if isinstance(error, UsageError | ProjectError | ValidationError):
        return BAD_USAGE
    return INTERRUPTED if isinstance(error, Cancelled) else FAILED
