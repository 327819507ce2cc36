"""The pool of loaded models: each is loaded once and shared by all nodes of a process."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.errors import ModelError
from engine.models.family import Sparing
from engine.models.registry import model

if TYPE_CHECKING:
    from engine.models.family import VideoModel
    from engine.models.values import Adaptation
    from engine.runtime.device import DeviceName
    from engine.runtime.ladder import Rung


class ModelPool:
    """Loads models on first use, on one device, and keeps them until `release`."""

    def __init__(self, device: DeviceName = "auto") -> None:
        self._device = device
        self._loaded: dict[tuple[str, tuple[Adaptation, ...]], VideoModel] = {}
        self._lock = threading.Lock()
        self._at_work: tuple[str, tuple[Adaptation, ...]] | None = None

    def video(self, name: str, loras: tuple[Adaptation, ...] = ()) -> VideoModel:
        """The loaded video model of that registry name, with LoRAs on top. Raises ModelError."""
        key = name, loras
        with self._lock:
            self._at_work = key
            found = self._loaded.get(key)
            if found is None or (isinstance(found, Sparing) and found.is_changed):
                self._loaded.pop(key, None)
                found = self._loaded[key] = self._load(name, loras)
            return found

    def ease(self, rung: Rung) -> str | None:
        """Let go of the models that are not at work, and say so; None when there are none."""
        with self._lock:
            idle = [key for key in self._loaded if key != self._at_work]
            if rung != "release" or not idle:
                return None
            for key in idle:
                del self._loaded[key]
        return "models that are not at work were let go"

    def release(self) -> None:
        """Forget every model, so that its memory can be used again."""
        with self._lock:
            self._loaded.clear()

    def _load(self, name: str, loras: tuple[Adaptation, ...]) -> VideoModel:
        from engine.models.lora import linear_shapes, merge, read_lora
        from engine.models.shdt.family import load_shdt
        from engine.runtime.device import choose

        entry = model(name)
        if entry.family == "ltx2":
            from engine.models.ltx2.family import load_ltx2

            files = {part: weights.path for part, weights in entry.parts.items()}
            opened = load_ltx2(files.pop("checkpoint"), files, choose(self._device))
            adapted = [(read_lora(item.path, opened.linears), item.strength) for item in loras]
            return replace(opened, loras=adapted)
        if entry.family != "shdt":
            raise ModelError(f"{name} is of the unknown family {entry.family!r}", where="model")
        loaded = load_shdt(
            {part: weights.path for part, weights in entry.parts.items()}, choose(self._device)
        )
        shapes = linear_shapes(loaded.transformer)
        stack = [(read_lora(item.path, shapes), item.strength) for item in loras]
        merge(loaded.transformer, stack)
        if loaded.second is not None:  # it was trained on from the first: the same names and sizes
            merge(loaded.second.transformer, stack)
        return loaded
