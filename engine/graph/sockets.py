"""Kinds of values that links carry: their names, classes, colours, storage and conversions."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

Loadable: TypeAlias = str | Callable[..., Any]
"""A callable or class, or the dotted path of one that is imported when first used."""


@dataclass(frozen=True, slots=True)
class Codec:
    """How a value is kept in the cache: `save(value, folder)` and `load(folder) -> value`.

    Both may be dotted paths. `save` may take a keyword `progress(done, total)`, which raises
    Cancelled when the user stopped the work.
    """

    save: Loadable
    load: Loadable


@dataclass(frozen=True, slots=True)
class SocketType:
    """A kind of value: its name, the dotted path of its class, and its colour in the canvas.

    Without a codec a value lives in memory only. `plain` values hold no reference to files of
    the cache and are JSON by themselves.
    """

    name: str
    class_path: str
    color: str
    codec: Codec | None = None
    plain: bool = False

    def loaded_class(self) -> type | None:
        """The class, if its module is imported already; never imports it."""
        module, _, name = self.class_path.rpartition(".")
        found = getattr(sys.modules.get(module), "__dict__", {}).get(name)
        return found if isinstance(found, type) else None

    def holds(self, cls: type) -> bool:
        """True when `cls` is this kind's class, however it was imported."""
        module, _, name = self.class_path.rpartition(".")
        return cls.__name__ == name and (
            cls.__module__ == module or cls.__module__.startswith(module + ".")
        )


_TYPES: dict[str, SocketType] = {}
_CONVERSIONS: dict[tuple[str, str], Loadable] = {}


def register_socket_type(
    name: str,
    class_path: str,
    color: str,
    *,
    codec: Codec | None = None,
    plain: bool = False,
) -> SocketType:
    """Make `name` usable in node signatures. Raises ValueError when it means another class."""
    known = _TYPES.get(name)
    if known and known.class_path != class_path:
        raise ValueError(f"the socket type {name} is taken by {known.class_path}")
    _TYPES[name] = SocketType(name, class_path, color, codec, plain)
    return _TYPES[name]


def socket_type(name: str) -> SocketType:
    """The socket type of that name. Raises KeyError when there is none."""
    return _TYPES[name]


def socket_types() -> tuple[SocketType, ...]:
    """All socket types, in the order of their registration."""
    return tuple(_TYPES.values())


def socket_of_class(cls: type) -> SocketType | None:
    """The socket type whose values are of class `cls`."""
    named = _TYPES.get(cls.__name__)
    if named and named.holds(cls):
        return named
    return next((kind for kind in _TYPES.values() if kind.holds(cls)), None)


def conversion(source: str, target: str, function: Loadable) -> None:
    """Let links run from sockets of type `source` to sockets of type `target`.

    `function(value) -> value` must depend on nothing but its argument.
    """
    for name in (source, target):
        if name not in _TYPES:
            raise ValueError(f"there is no socket type {name}")
    _CONVERSIONS[source, target] = function


def can_link(source: str, target: str) -> bool:
    """True when a value of type `source` may feed an input of type `target`."""
    return source == target or (source, target) in _CONVERSIONS


def convert(value: object, source: str, target: str) -> Any:
    """`value` as the `target` type wants it. Raises KeyError when there is no conversion."""
    if source == target:
        return value
    return resolve(_CONVERSIONS[source, target])(value)


def resolve(what: Loadable) -> Callable[..., Any]:
    """The callable behind a dotted path, imported on first use."""
    return _imported(what) if isinstance(what, str) else what


@cache
def _imported(path: str) -> Callable[..., Any]:
    module, _, name = path.rpartition(".")
    found = getattr(importlib.import_module(module), name)
    if not callable(found):
        raise TypeError(f"{path} is not callable")
    return found  # type: ignore[no-any-return]


def _media_codec(kind: str) -> Codec:
    return Codec(f"engine.media.store.save_{kind}", f"engine.media.store.load_{kind}")


_PLAIN = Codec("engine.graph.plain.save", "engine.graph.plain.load")
_ARTIFACT = Codec("engine.graph.plain.save_artifact", "engine.graph.plain.load_artifact")

register_socket_type("Clip", "engine.media.Clip", "#4f8fe6", codec=_media_codec("clip"))
register_socket_type("Image", "engine.media.Image", "#58b8a8", codec=_media_codec("image"))
register_socket_type("Sound", "engine.media.Sound", "#5fb35f", codec=_media_codec("sound"))
register_socket_type("Prompt", "engine.graph.types.Prompt", "#d9a441", codec=_PLAIN, plain=True)
register_socket_type("Condition", "engine.diffusion.Condition", "#d97b41")
register_socket_type("Model", "engine.models.Model", "#9b6fd6")
register_socket_type(
    "Latent",
    "engine.diffusion.Latent",
    "#d65f9e",
    codec=Codec("engine.diffusion.store.save_latent", "engine.diffusion.store.load_latent"),
)
register_socket_type("Voice", "engine.models.speech.Voice", "#8a9c3f")
register_socket_type(
    "Script",
    "engine.models.speech.Script",
    "#c3b25f",
    codec=Codec("engine.models.speech.store.save_script", "engine.models.speech.store.load_script"),
)
register_socket_type(
    "FaceCurves",
    "engine.faces.FaceCurves",
    "#e58fb0",
    codec=Codec("engine.faces.store.save_face", "engine.faces.store.load_face"),
)
register_socket_type(
    "Transcript",
    "engine.media.Transcript",
    "#a9c15a",
    codec=Codec(
        "engine.media.transcript.save_transcript", "engine.media.transcript.load_transcript"
    ),
)
register_socket_type(
    "Captions",
    "engine.captions.Captions",
    "#d8c35a",
    codec=Codec("engine.captions.values.save_captions", "engine.captions.values.load_captions"),
)
register_socket_type("Sequence", "engine.timeline.Sequence", "#c95a5a")
register_socket_type("Timeline", "engine.timeline.Timeline", "#b0413e")
register_socket_type("Text", "builtins.str", "#b8b8b8", codec=_PLAIN, plain=True)
register_socket_type("Number", "builtins.float", "#8f9aa5", codec=_PLAIN, plain=True)
register_socket_type("Flag", "builtins.bool", "#7a7a8c", codec=_PLAIN, plain=True)
register_socket_type("Artifact", "engine.graph.artifacts.Artifact", "#e0e0e0", codec=_ARTIFACT)

conversion("Text", "Prompt", "engine.graph.types.Prompt")
conversion("Image", "Clip", "engine.media.still_clip")
