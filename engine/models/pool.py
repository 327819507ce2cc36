"""The pool of loaded models: each is loaded once and shared by all nodes of a process."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from engine.errors import ModelError
from engine.models.registry import model

if TYPE_CHECKING:
    from engine.models.family import VideoModel
    from engine.models.values import Adaptation
    from engine.runtime.device import DeviceName


class ModelPool:
    """Loads models on first use, on one device, and keeps them until `release`."""

    def __init__(self, device: DeviceName = "auto") -> None:
        self._device = device
        self._loaded: dict[tuple[str, tuple[Adaptation, ...]], VideoModel] = {}
        self._lock = threading.Lock()

    def video(self, name: str, loras: tuple[Adaptation, ...] = ()) -> VideoModel:
        """The loaded video model of that registry name, with LoRAs on top. Raises ModelError."""
        with self._lock:
            if (name, loras) not in self._loaded:
                self._loaded[name, loras] = self._load(name, loras)
            return self._loaded[name, loras]

    def release(self) -> None:
        """Forget every model, so that its memory can be used again."""
        with self._lock:
            self._loaded.clear()

    def _load(self, name: str, loras: tuple[Adaptation, ...]) -> VideoModel:
        from engine.models.lora import merge, read_lora
        from engine.models.shdt.family import load_shdt
        from engine.runtime.device import choose

        entry = model(name)
        if entry.family == "ltx2":
            from engine.models.ltx2.family import load_ltx2

            files = {part: weights.path for part, weights in entry.parts.items()}
            stack = [(read_lora(item.path), item.strength) for item in loras]
            return load_ltx2(files.pop("checkpoint"), files, choose(self._device), stack)
        if entry.family != "shdt":
            raise ModelError(f"{name} is of the unknown family {entry.family!r}", where="model")
        loaded = load_shdt(
            {part: weights.path for part, weights in entry.parts.items()}, choose(self._device)
        )
        merge(loaded.transformer, [(read_lora(item.path), item.strength) for item in loras])
        return loaded
