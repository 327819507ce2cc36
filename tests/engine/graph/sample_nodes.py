"""Small nodes of every kind for the tests of the graph, and a stored kind of value, the Blob."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from engine.graph import (
    Artifact,
    Codec,
    Color,
    Context,
    File,
    Flag,
    Number,
    Prompt,
    Range,
    Registry,
    Seed,
    Socket,
    Text,
    conversion,
    migration,
    node,
    register_socket_type,
)

calls: Counter[str] = Counter()
"""How often each node's function ran; tests clear it."""

gate = threading.Event()
"""What `wait` waits for."""


@dataclass(frozen=True)
class Blob:
    """Bytes that stand for a picture: stored in the cache as a file."""

    data: bytes
    folder: Path | None = None


@dataclass(frozen=True)
class Tape:
    """Blobs in a row: lives in memory only, like a timeline."""

    blobs: tuple[Blob, ...]


def save_blob(value: Blob, folder: Path) -> None:
    (folder / "data").write_bytes(value.data)


def load_blob(folder: Path) -> Blob:
    return Blob((folder / "data").read_bytes(), folder)


register_socket_type("Blob", f"{__name__}.Blob", "#123456", codec=Codec(save_blob, load_blob))
register_socket_type("Tape", f"{__name__}.Tape", "#654321")
conversion("Text", "Blob", lambda text: Blob(text.encode()))


class Mode(Enum):
    SOFT = "soft"
    HARD = "hard"


class Split(NamedTuple):
    head: Blob
    size: Number


@dataclass(frozen=True)
class Item:
    name: str
    start: int = 0
    weight: Annotated[float, Range(0, 1)] = 1.0


@node("Source", category="Test")
def source(text: str = "abc", repeat: Annotated[int, Range(1, 100)] = 1) -> Blob:
    """A blob of text."""
    calls["source"] += 1
    return Blob(text.encode() * repeat)


@node("Invert", category="Test", version=2)
def invert(blob: Blob, strength: Annotated[float, Range(0, 1)] = 1.0) -> Blob:
    """Turn a blob around."""
    calls["invert"] += 1
    return Blob(blob.data[::-1])


@migration("sample.invert", from_version=1, inputs={"image": "blob"})
def percent_became_strength(params: dict[str, Any]) -> dict[str, Any]:
    if "percent" in params:
        params["strength"] = params.pop("percent") / 100
    return params


@migration("sample.flip", from_version=3, to="sample.invert")
def flip_became_invert(params: dict[str, Any]) -> dict[str, Any]:
    return {"percent": params.get("amount", 100)}


@node("Join", category="Test", cache=False)
def join(blobs: list[Blob], extra: Blob | None = None) -> Tape:
    """Blobs in a row."""
    calls["join"] += 1
    return Tape((*blobs, *([extra] if extra else [])))


@node("Flatten", category="Test")
def flatten(tape: Tape) -> Blob:
    """The blobs of a tape as one."""
    calls["flatten"] += 1
    return Blob(b"|".join(blob.data for blob in tape.blobs))


@node("Split", category="Test")
def split(blob: Blob, at: int = 1) -> Split:
    """The beginning of a blob, and its size."""
    calls["split"] += 1
    return Split(Blob(blob.data[:at]), len(blob.data))


@node("Measure", category="Test")
def measure(blob: Blob) -> Number:
    """The size of a blob, found slowly."""
    calls["measure"] += 1
    time.sleep(0.005)
    return float(len(blob.data))


@node("Noise", category="Test", reads_settings=False)
def noise(
    size: Annotated[int, Range(0, 1000)] = 8,
    seed: Annotated[int | None, Seed()] = None,
    *,
    ctx: Context,
) -> Blob:
    """Random bytes."""
    calls["noise"] += 1
    return Blob(ctx.generator().bytes(size))


@node("Shape", category="Test", seeded=False)
def shape(*, ctx: Context) -> Text:
    """The picture size of the project."""
    return f"{ctx.settings.width}x{ctx.settings.height}"


@node("Read file", category="Test")
def read_file(path: Annotated[Path, File("any")], *, ctx: Context) -> Text:
    """The text of a file."""
    calls["read_file"] += 1
    return (ctx.base_dir / path).read_text()


@node("Write", category="Test", sink=True)
def write(
    blob: Blob,
    name: Annotated[Path, File("any", save=True)] = Path("out.bin"),
    *,
    ctx: Context,
) -> list[Artifact]:
    """Write a blob into a file, with its size beside it."""
    calls["write"] += 1
    (ctx.scratch / "a").write_bytes(blob.data)
    (ctx.scratch / "b").mkdir()
    (ctx.scratch / "b" / "size").write_text(str(len(blob.data)))
    return [
        Artifact(name.as_posix(), ctx.scratch / "a"),
        Artifact("sizes", ctx.scratch / "b", "sidecar"),
    ]


@node("Fail", category="Test")
def fail(blob: Blob) -> Blob:
    """Always stops with an error."""
    raise ValueError("the blob is sour")


@node("Leave", category="Test")
def leave() -> Blob:
    """Ends the program, as some libraries do."""
    raise SystemExit(3)


@node("Wait", category="Test")
def wait(blob: Blob, *, ctx: Context) -> Blob:
    """Waits until the gate opens or the user cancels."""
    calls["wait"] += 1
    while not gate.wait(0.005):
        ctx.check_cancelled()
    return blob


@node("Device", category="Test", device=True)
def device(blob: Blob, number: int = 0) -> Blob:
    """Tells when two of it run at once."""
    calls["device now"] += 1
    calls["device most"] = max(calls["device most"], calls["device now"])
    time.sleep(0.003)
    calls["device now"] -= 1
    return Blob(blob.data + bytes([number]))


@node("Everything", category="Test")
def everything(
    needed: str,
    whole: Annotated[int, Range(0, 10, unit="frames")] = 3,
    real: float = 0.5,
    yes: bool = True,
    color: Annotated[str, Color()] = "#ffffff",
    choice: Literal["a", "b"] = "a",
    mode: Mode = Mode.SOFT,
    rate: Fraction = Fraction(24),
    file: Annotated[Path | None, File("video")] = None,
    items: list[Item] | None = None,
    table: dict[str, int] | None = None,
    pair: tuple[int, str] = (1, "one"),
) -> Text:
    """Every kind of parameter."""
    return repr((needed, whole, real, yes, choice, mode, rate, file, items, table, pair))


@node("Say", category="Test")
def say(prompt: Prompt, loud: Flag | None = None) -> Text:
    """The text of a prompt."""
    return prompt.text.upper() if loud else prompt.text


@node("Wrong", category="Test")
def wrong() -> Blob:
    """Makes something else than it says."""
    return "text"  # type: ignore[return-value]


@node("Socketed", category="Test", cache=False)
def socketed(value: Annotated[bytes, Socket("Blob")]) -> Annotated[bytes, Socket("Blob")]:
    """Sockets named by hand."""
    return value


def sample_registry() -> Registry:
    """A registry of the nodes above, with ids `sample.NAME`."""
    import sys

    from engine.graph.registry import declared_in

    registry = Registry()
    functions, migrations = declared_in(sys.modules[__name__])
    for function in functions:
        registry.add_function(function, type_id=f"sample.{function.__name__}")
    for step in migrations:
        registry.add_migration(step)
    return registry
