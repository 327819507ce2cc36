"""Values of options as people write them."""

from __future__ import annotations

import argparse


def size(text: str) -> tuple[int, int]:
    """Width and height from "256x144"."""
    width, x, height = text.lower().partition("x")
    if not (x and width.isdecimal() and height.isdecimal()):
        raise argparse.ArgumentTypeError(f"{text!r} is not a size such as 256x144")
    return int(width), int(height)
