"""Small nodes for tests of the bridge: quick ones, one that waits for a gate, one that fails."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np

from engine.errors import RenderError
from engine.graph import Artifact, Context, File, Graph, Node, Range, Registry, Text, node
from engine.nodes import builtin_registry
from engine.project import Project, ProjectSettings

if TYPE_CHECKING:
    from engine.media import Clip, Image

GATE = threading.Event()
STARTED = threading.Event()
calls: Counter[str] = Counter()


@node("Line", category="Test")
def line(words: str = "a red ball") -> Text:
    """Words."""
    return words


@node("Write text", category="Test", sink=True)
def write_text(
    text: Text, name: Annotated[Path, File(save=True)] = Path("text.txt"), *, ctx: Context
) -> Artifact:
    """Writes a text file."""
    target = ctx.scratch / "text.txt"
    target.write_text(text, encoding="utf-8")
    return Artifact(name.as_posix(), target, "edit")


@node("Wait", category="Test")
def wait(text: Text, *, ctx: Context) -> Text:
    """Waits for the gate, or for a stop."""
    STARTED.set()
    while not GATE.wait(0.01):
        ctx.check_cancelled()
    return text


@node("Complain", category="Test")
def complain(text: Text, *, ctx: Context) -> Text:
    """Has something to say."""
    ctx.warn("the words are pale")
    return text


@node("Break", category="Test")
def break_down(text: Text) -> Text:
    """Always fails."""
    raise RenderError("the reel broke", mend="Splice it.")


@node("Paint", category="Test")
def paint(level: Annotated[int, Range(0, 255)] = 200) -> Image:
    """A grey picture, kept in the cache."""
    from engine.media import Image

    calls["paint"] += 1
    return Image.from_array(np.full((36, 64, 3), level, np.uint8))


@node("Broken frames", category="Test", cache=False, seeded=False)
def broken_frames() -> Clip:
    """A clip that costs nothing, whose frames cannot be made."""
    from fractions import Fraction

    from engine.media import Clip

    def make(start: int, stop: int) -> Iterator[np.ndarray[Any, Any]]:
        raise KeyError(f"frame {start} of {stop}")
        yield  # what makes it a generator

    return Clip.from_arrays(make, rate=Fraction(24), width=64, height=36, frame_count=24)


@node("Steps", category="Test", device=True, reads_settings=False)
def steps(
    text: Text,
    width: int = 64,
    height: int = 36,
    count: int = 3,
    pause: float = 0.01,
    *,
    ctx: Context,
) -> Clip:
    """Works step by step on the device, and keeps the steps that are done."""
    from fractions import Fraction

    from engine.media import Clip

    kept = ctx.scratch / "step"
    first = int(kept.read_text()) if kept.exists() else 0
    for number in range(first, count):
        calls["steps now"] += 1
        calls["steps most"] = max(calls["steps most"], calls["steps now"])
        time.sleep(pause)
        calls["steps now"] -= 1
        calls[f"steps of {text}"] += 1
        kept.write_text(str(number + 1))
        ctx.progress(number + 1, count, "stepping")
    level = int(ctx.generator().integers(255))
    frames = np.full((2, height, width, 3), level, np.uint8)
    return Clip.from_array(frames, Fraction(24))


NODES = (line, write_text, wait, complain, break_down, paint, broken_frames, steps)


def bridge_registry() -> Registry:
    """The built-in nodes and those above as `test.<name>`."""
    registry = builtin_registry().copy()
    for function in NODES:
        registry.add_function(function, type_id=f"test.{function.__name__}")
    return registry


def project(*nodes: Node, links: dict[str, str] | None = None, name: str = "ball") -> Project:
    """A project of these nodes; `links` from "node" to "node.input"."""
    graph = Graph()
    for item in nodes:
        graph.add(item)
    for target, source in (links or {}).items():
        graph.connect(source, target)
    return Project(graph, ProjectSettings(name=name, seed=3))


def text_project(words: str = "a red ball", *, via: str | None = None, name: str = "x") -> Project:
    """A line of text, through a node of the type `via`, into a file."""
    nodes = [Node("line", "test.line", params={"words": words}), Node("file", "test.write_text")]
    if via is None:
        return project(*nodes, links={"file.text": "line"}, name=name)
    middle = Node("middle", via)
    return project(*nodes, middle, links={"middle.text": "line", "file.text": "middle"}, name=name)
