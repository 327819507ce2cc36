"""The process that renders for a window: `python -m app.worker`, wishes on stdin, frames on stdout.

It ends when its stdin does, so it never outlives the window.
"""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import os
import sys
import threading
from typing import BinaryIO

from app.worker.messages import Logged, Message
from app.worker.protocol import Facts, decode_look, encode, read_frame, write_frame
from app.worker.workshop import Workshop
from engine.graph import Registry
from engine.plugins import load_plugins
from engine.render import Verdict

_NICE = 5  # less urgent than the window
_PATIENCE = 20.0  # seconds that work gets to stop at the end


def main() -> int:
    """Serve one window. Returns the exit status."""
    faulthandler.enable()
    if hasattr(os, "nice"):
        os.nice(_NICE)
    wishes, frames = _own_pipes()
    room = _Room(frames)
    logging.getLogger().addHandler(_Forward(room))
    try:
        while (frame := read_frame(wishes)) is not None:
            room.carry_out(frame[0])
    finally:
        room.workshop.close(_PATIENCE)
    return 0


class _Room:
    """The workshop of this process, and the way out for what it tells."""

    def __init__(self, frames: BinaryIO) -> None:
        self._frames = frames
        self._lock = threading.Lock()
        self._disabled: list[str] = []
        self.workshop = Workshop(self.send, load_registry=self._registry)

    def carry_out(self, wish: Facts) -> None:
        """Do what the window asks for."""
        shop = self.workshop
        match wish["do"]:
            case "run_queue":
                shop.run_queue()
            case "look":
                shop.look(decode_look(wish))
            case "cancel_look":
                shop.cancel_look(wish["ticket"])
            case "cancel_job":
                shop.cancel_job(wish["job"])
            case "decide":
                shop.decide(wish["job"], Verdict(wish["approved"], wish["note"]))
            case "set":
                self._disabled = list(wish["disabled"])
                shop.use_budget(wish["budget"])
                shop.reload()
            case _:
                logging.getLogger(__name__).warning("unknown wish %r", wish["do"])

    def send(self, message: Message) -> None:
        """Tell the window; when it is gone, so is the need."""
        facts, blob = encode(message)
        with self._lock, contextlib.suppress(OSError, ValueError):
            write_frame(self._frames, facts, blob)

    def _registry(self) -> Registry:
        return load_plugins(disabled=self._disabled).registry


class _Forward(logging.Handler):
    """Sends what is logged here to the window's log."""

    def __init__(self, room: _Room) -> None:
        super().__init__(logging.INFO)
        self._room = room

    def emit(self, record: logging.LogRecord) -> None:
        self._room.send(Logged(record.levelno, record.name, self.format(record)))


def _own_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Stdin and stdout for frames alone; what anything else prints goes to stderr."""
    wishes = os.fdopen(os.dup(0), "rb")
    frames = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return wishes, frames


if __name__ == "__main__":
    sys.exit(main())
