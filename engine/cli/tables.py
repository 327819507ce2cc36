"""Text for people: aligned columns, and how long ago something was."""

from __future__ import annotations

from collections.abc import Sequence


def columns(rows: Sequence[Sequence[str]], *, head: Sequence[str]) -> str:
    """Rows under a head, each column as wide as its widest cell; the last one runs free."""
    table = [[word.upper() for word in head], *[list(row) for row in rows]]
    widths = [max(len(row[n]) for row in table) for n in range(len(head))]
    lines = ("  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) for row in table)
    return "\n".join(line.rstrip() for line in lines)


def age(seconds: float) -> str:
    """`3 min ago`, from a number of seconds."""
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{int(seconds // length)} {unit} ago"
    return f"{max(0, int(seconds))} s ago"
