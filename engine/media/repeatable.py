"""Settings without which an encoder gives other bytes for the same frames now and then."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module

_X265_BLOCK = 64  # pixels a side of x265's usual coding tree units


def repeatable(encoder: str, width: int, options: Mapping[str, str]) -> dict[str, str]:
    """The options of FFmpeg's `encoder`, such that equal frames of that width give equal bytes."""
    made = dict(options)
    if encoder == "libx264" and _has_avx512():
        # With AVX-512 its look-ahead differs from run to run for small pictures, also on one
        # thread. AVX2 gives the bytes of processors without AVX-512, and is as fast.
        _add(made, "x264-params", "asm=AVX2")
    if encoder == "libx265" and width <= _X265_BLOCK:
        # With a single unit in a row no two runs are equal.
        _add(made, "x265-params", f"ctu={_X265_BLOCK // 2}")
    return made


def _add(options: dict[str, str], name: str, setting: str) -> None:
    options[name] = ":".join(filter(None, (options.get(name), setting)))


@cache
def _has_avx512() -> bool:
    """Whether x264 would use AVX-512: F, CD, BW, DQ and VL, as numpy found them."""
    features = getattr(import_module("numpy._core._multiarray_umath"), "__cpu_features__", {})
    return bool(features.get("AVX512_SKX")) and bool(features.get("AVX2"))
