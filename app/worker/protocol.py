"""Frames on a pipe: JSON with a piece of raw bytes behind it; messages and wishes as such."""

from __future__ import annotations

import dataclasses
import json
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias

from app.worker.messages import (
    JobMoved,
    Logged,
    Look,
    LookFailed,
    LookMade,
    Message,
    ReviewAsked,
    Told,
)
from engine.graph import events
from engine.project import dumps, loads

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Facts: TypeAlias = dict[str, Any]

_HEAD = struct.Struct(">II")
_LARGEST = 2**30  # bytes of a frame; more is no frame of ours
_PREVIEW_SIDE = 512  # pixels; larger previews are sent thinned out

_EVENTS = {
    kind.__name__: kind
    for kind in (
        *(events.RunPlanned, events.NodeStarted, events.NodeProgress, events.NodeFinished),
        *(events.NodeFailed, events.Warning, events.Preview, events.RenderFinished),
    )
}
_PLAIN = {kind.__name__: kind for kind in (JobMoved, LookFailed, Logged)}


def write_frame(stream: BinaryIO, facts: Facts, blob: bytes = b"") -> None:
    """Write one frame. Raises OSError, ValueError when the other side is gone."""
    text = json.dumps(facts, ensure_ascii=False).encode()
    stream.write(_HEAD.pack(len(text), len(blob)) + text + blob)
    stream.flush()


def read_frame(stream: BinaryIO) -> tuple[Facts, bytes] | None:
    """The next frame; None when the stream ended, also in the middle of one."""
    head = _read_whole(stream, _HEAD.size)
    if head is None:
        return None
    length, blob_length = _HEAD.unpack(head)
    if length + blob_length > _LARGEST:
        return None
    body = _read_whole(stream, length + blob_length)
    return None if body is None else (json.loads(body[:length]), body[length:])


def encode(message: Message) -> tuple[Facts, bytes]:
    """A message of a workshop as a frame; a look's value stays behind, in the cache."""
    kind = type(message).__name__
    match message:
        case Told():
            facts, blob = _encode_event(message.event)
            return {"kind": kind, "job": message.job, "ticket": message.ticket} | facts, blob
        case ReviewAsked():
            place = message.folder.as_posix()
            found = list(message.findings)
            return {"kind": kind, "job": message.job, "folder": place, "findings": found}, b""
        case LookMade():
            facts = dict(vars(message))
            return {"kind": kind} | facts | {"value": None, "elsewhere": True}, b""
        case JobMoved() | LookFailed() | Logged():
            return {"kind": kind} | dataclasses.asdict(message), b""
        case _:
            raise TypeError(f"{kind} stays inside a process")


def decode(facts: Facts, blob: bytes) -> Message:
    """The message of a frame. Raises KeyError, TypeError, ValueError for one of another kind."""
    facts = dict(facts)
    kind = facts.pop("kind")
    match kind:
        case "Told":
            job, ticket = facts.pop("job"), facts.pop("ticket")
            return Told(job, _decode_event(facts, blob), ticket)
        case "ReviewAsked":
            return ReviewAsked(facts["job"], Path(facts["folder"]), tuple(facts["findings"]))
        case "LookMade":
            return LookMade(**facts | {"silent": tuple(facts["silent"])})
        case _:
            made: Message = _PLAIN[kind](**facts)
            return made


def encode_look(look: Look) -> Facts:
    """A look as a frame's facts; making the text of a large project takes its time."""
    changes = {"project": dumps(look.project), "base_dir": look.base_dir.as_posix()}
    return {"do": "look"} | vars(look) | changes


def decode_look(facts: Facts) -> Look:
    """The look of `encode_look`. Raises ProjectError."""
    rest = {name: value for name, value in facts.items() if name != "do"}
    project, base_dir = loads(rest.pop("project")), Path(rest.pop("base_dir"))
    return Look(project=project, base_dir=base_dir, **rest)


def _encode_event(event: events.Event) -> tuple[Facts, bytes]:
    facts = event.as_dict()
    if not isinstance(event, events.Preview):
        return facts, b""
    pixels = _pixels(event.image)
    return facts | {"shape": list(pixels.shape)}, pixels.tobytes()


def _decode_event(facts: Facts, blob: bytes) -> events.Event:
    kind: Any = _EVENTS[facts.pop("event")]
    if kind is events.Preview:
        import numpy as np

        pixels = np.frombuffer(blob, np.uint8).reshape(facts.pop("shape"))
        return events.Preview(image=pixels, **facts)
    if kind is events.RenderFinished:
        facts["files"] = tuple(Path(name) for name in facts["files"])
    event: events.Event = kind(**facts)
    return event


def _pixels(image: object) -> NDArray[np.uint8]:
    """The picture of a preview as bytes, not larger than it needs to be."""
    import numpy as np

    read = getattr(image, "array", None)
    pixels = np.asarray(read() if callable(read) else image)
    if pixels.dtype != np.uint8 or pixels.ndim != 3:
        pixels = np.zeros((1, 1, 3), np.uint8)
    step = -(-max(pixels.shape[:2]) // _PREVIEW_SIDE)
    return np.ascontiguousarray(pixels[::step, ::step])


def _read_whole(stream: BinaryIO, size: int) -> bytes | None:
    parts: list[bytes] = []
    while size > 0:
        part = stream.read(size)
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
