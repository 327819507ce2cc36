"""Captions: the words of a film as text over it, timed, broken into lines, drawn and exchanged."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from engine.captions.values import Caption, Captions, captions_of

if TYPE_CHECKING:
    from engine.captions.burning import burned as burned
    from engine.captions.files import FORMATS as FORMATS
    from engine.captions.files import read_captions as read_captions
    from engine.captions.files import write_captions as write_captions
    from engine.captions.looks import Look as Look
    from engine.captions.making import Rules as Rules
    from engine.captions.making import make_captions as make_captions
    from engine.captions.reading_speed import too_fast as too_fast

_HOME = {
    "burning": ("burned",),
    "files": ("FORMATS", "read_captions", "write_captions"),
    "looks": ("Look",),
    "making": ("Rules", "make_captions"),
    "reading_speed": ("too_fast",),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = ["Caption", "Captions", "captions_of", *sorted(_MODULE_OF)]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'engine.captions' has no attribute {name!r}")
    value = getattr(import_module(f"engine.captions.{_MODULE_OF[name]}"), name)
    globals()[name] = value
    return value
