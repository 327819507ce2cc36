"""Reads the finished films back before they are delivered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from engine.errors import RenderError


def check_films(
    folder: Path, names: Iterable[str], *, check_cancelled: Callable[[], None]
) -> tuple[str, ...]:
    """What the technical check has to say of the films `names` in `folder`, one line each.

    Raises RenderError for a film that cannot be read back, and what `check_cancelled` raises.
    """
    findings: list[str] = []
    for name in names:
        from engine.quality import check

        report = check(folder / name, on_progress=lambda _done, _total: check_cancelled())
        told = [finding for finding in report.findings if finding.level != "ok"]
        if report.info is None:
            cause = told[0].message if told else "its file is damaged"
            raise RenderError(f"cannot be read back: {cause}", where=name, mend="Check the disk.")
        findings += [f"{name}: {finding}" for finding in told]
    return tuple(findings)
