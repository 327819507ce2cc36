"""Values of options as people write them."""

from __future__ import annotations

import argparse
from pathlib import Path

from engine.errors import UsageError


def size(text: str) -> tuple[int, int]:
    """Width and height from "256x144"."""
    width, x, height = text.lower().partition("x")
    if not (x and width.isdecimal() and height.isdecimal()):
        raise argparse.ArgumentTypeError(f"{text!r} is not a size such as 256x144")
    return int(width), int(height)


def read_text(path: Path) -> str:
    """A text file in UTF-8. Raises UsageError when it is none."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"it cannot be read as text ({error})", where=str(path)) from None
