"""AIPROD engine: everything that renders; importable and useful without a screen.

The public names load on first use, so that `import engine` stays light. `engine.render.render`
renders a project; `engine.load` and `engine.save` read and write one.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.diffusion import Condition as Condition
    from engine.diffusion import Latent as Latent
    from engine.errors import AiprodError as AiprodError
    from engine.graph import Angle as Angle
    from engine.graph import Artifact as Artifact
    from engine.graph import Color as Color
    from engine.graph import Context as Context
    from engine.graph import File as File
    from engine.graph import Flag as Flag
    from engine.graph import Graph as Graph
    from engine.graph import Label as Label
    from engine.graph import Multiline as Multiline
    from engine.graph import Node as Node
    from engine.graph import Number as Number
    from engine.graph import Prompt as Prompt
    from engine.graph import Range as Range
    from engine.graph import Seed as Seed
    from engine.graph import Socket as Socket
    from engine.graph import Text as Text
    from engine.graph import migration as migration
    from engine.graph import node as node
    from engine.media import Clip as Clip
    from engine.media import ColorInfo as ColorInfo
    from engine.media import Image as Image
    from engine.media import MediaInfo as MediaInfo
    from engine.media import Sound as Sound
    from engine.models import Model as Model
    from engine.project import Project as Project
    from engine.project import ProjectSettings as ProjectSettings
    from engine.project import load as load
    from engine.project import save as save
    from engine.timeline import Sequence as Sequence
    from engine.timeline import Timeline as Timeline

__version__ = "0.1.0"

_HOME = {
    "engine.diffusion": ("Condition", "Latent"),
    "engine.errors": ("AiprodError",),
    "engine.graph": (
        *("Angle", "Artifact", "Color", "Context", "File", "Flag", "Graph", "Label", "Multiline"),
        *("Node", "Number", "Prompt", "Range", "Seed", "Socket", "Text", "migration", "node"),
    ),
    "engine.media": ("Clip", "ColorInfo", "Image", "MediaInfo", "Sound"),
    "engine.models": ("Model",),
    "engine.project": ("Project", "ProjectSettings", "load", "save"),
    "engine.timeline": ("Sequence", "Timeline"),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = ["__version__", *sorted(_MODULE_OF)]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'engine' has no attribute {name!r}")
    value = getattr(import_module(_MODULE_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
