"""Hands the device to one run at a time, the most urgent first, also between two steps."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from engine.errors import Cancelled
from engine.graph import NodeSpec, Registry, events

_LOOK = 0.05  # seconds between two looks whether a waiting run was cancelled


class DeviceTurns:
    """Who may use the device: one thread; of those that wait, the one of the highest rank."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._holder: int | None = None
        self._waiting: list[int] = []

    @property
    def has_waiting(self) -> bool:
        """Whether somebody waits for the device."""
        return bool(self._waiting)

    @contextmanager
    def turn(self, rank: int, cancel: threading.Event) -> Iterator[None]:
        """Hold the device. Raises Cancelled when `cancel` is set before it is free."""
        self._take(rank, cancel)
        try:
            yield
        finally:
            self._release()

    def give_way(self, rank: int, cancel: threading.Event) -> None:
        """Let those of a higher rank go first; without effect for a thread that holds nothing.

        Raises Cancelled when `cancel` is set meanwhile; the device is then no longer held.
        """
        with self._changed:
            held = self._holder == threading.get_ident()
            if not held or max(self._waiting, default=rank) <= rank:
                return
        self._release()
        self._take(rank, cancel)

    def _take(self, rank: int, cancel: threading.Event) -> None:
        with self._changed:
            self._waiting.append(rank)
            try:
                while self._holder is not None or rank < max(self._waiting):
                    if cancel.is_set():
                        raise Cancelled
                    self._changed.wait(_LOOK)
                self._holder = threading.get_ident()
            finally:
                self._waiting.remove(rank)

    def _release(self) -> None:
        with self._changed:
            if self._holder == threading.get_ident():
                self._holder = None
                self._changed.notify_all()


def taking_turns(
    registry: Registry,
    on_event: events.OnEvent,
    *,
    turns: DeviceTurns,
    rank: int,
    cancel: threading.Event,
) -> tuple[Registry, events.OnEvent]:
    """The registry and the listener for a run whose device nodes take turns with those of others.

    The turn begins inside the node, when the lock of its result is held already, so that a run
    that holds the device never waits for another's result.
    """

    def change(spec: NodeSpec) -> NodeSpec:
        if not spec.device:
            return spec
        function = spec.function

        @functools.wraps(function)
        def run(**arguments: Any) -> Any:
            with turns.turn(rank, cancel):
                return function(**arguments)

        return replace(spec, function=run)

    def listen(event: events.Event) -> None:
        on_event(event)
        if isinstance(event, events.NodeProgress | events.Preview):
            turns.give_way(rank, cancel)

    return registry.mapped(change), listen
