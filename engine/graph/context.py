"""What a running node can ask for and tell: seed, scratch space, models, progress, warnings."""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event as Flag
from typing import TYPE_CHECKING, Any

from engine.errors import Cancelled
from engine.graph.events import NodeProgress, OnEvent, Preview, Warning  # noqa: A004
from engine.graph.provenance import Provenance
from engine.graph.settings import ProjectSettings

if TYPE_CHECKING:
    import numpy as np
    import torch

    from engine.models.pool import ModelPool

_PROGRESS_INTERVAL = 0.1  # seconds between two progress events of a node


def derived_seed(seed: int, *names: str) -> int:
    """A seed of 63 bits that depends on `seed` and all `names`, equal on every machine."""
    text = "\0".join([str(seed), *names])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1


def _number(value: float) -> float:
    """A plain number, which every reader of events can be sent."""
    return value if type(value) in (int, float) else float(value)


def _picture(image: Any) -> object:
    if callable(getattr(image, "array", None)):
        return image
    if hasattr(image, "detach"):
        image = image.detach().cpu().numpy()
    shape: tuple[int, ...] = tuple(getattr(image, "shape", ()))
    if str(getattr(image, "dtype", "")) != "uint8" or len(shape) != 3 or shape[2] not in (3, 4):
        kind = getattr(image, "dtype", type(image).__name__)
        raise TypeError(
            f"a preview is an Image or bytes of shape (H, W, 3 or 4), not {kind} of shape {shape}"
        )
    return image


class Context:
    """The services of one run of one node.

    `scratch` is a folder, or a callable that makes it when it is first asked for. Tests make a
    context with nothing but a scratch folder and a seed.
    """

    def __init__(
        self,
        scratch: Path | Callable[[], Path],
        *,
        seed: int = 0,
        settings: ProjectSettings | None = None,
        base_dir: Path | None = None,
        models: ModelPool | Callable[[], ModelPool] | None = None,
        provenance: Provenance | None = None,
        cancel: Flag | None = None,
        on_event: OnEvent | None = None,
        node_id: str = "node",
        node_title: str = "Node",
        seeded: bool = True,
        reads_settings: bool = True,
    ) -> None:
        self._scratch = scratch
        self._seed = seed
        self._settings = settings or ProjectSettings()
        self._models = models
        self._cancel = cancel
        self._on_event = on_event
        self._seeded = seeded
        self._reads_settings = reads_settings
        self._told = 0.0
        self._started = time.monotonic()
        self.base_dir = base_dir or Path.cwd()
        self.provenance = provenance or Provenance()
        self.node_id = node_id
        self.node_title = node_title

    @property
    def seed(self) -> int:
        """The node's seed: its own when it has one, else made of the project's and its id."""
        if not self._seeded:
            raise RuntimeError(f"{self.node_title}: declared seeded=False, but asks for the seed")
        return self._seed

    @property
    def settings(self) -> ProjectSettings:
        """Rate, size, sample rate and name of the project."""
        if not self._reads_settings:
            raise RuntimeError(
                f"{self.node_title}: declared reads_settings=False, but asks for the settings"
            )
        return self._settings

    @property
    def scratch(self) -> Path:
        """A folder that is this result's alone, and survives a kill until the result is stored."""
        if callable(self._scratch):
            self._scratch = self._scratch()
        self._scratch.mkdir(parents=True, exist_ok=True)
        return self._scratch

    @property
    def models(self) -> ModelPool:
        """The pool of loaded models."""
        if self._models is None:
            from engine.models.pool import ModelPool

            self._models = ModelPool()
        if callable(self._models):
            self._models = self._models()
        return self._models

    def generator(self, name: str = "") -> np.random.Generator:
        """Random numbers of this node; another `name` gives an independent stream."""
        import numpy as np

        return np.random.Generator(np.random.Philox(key=derived_seed(self.seed, name)))

    def torch_generator(self, name: str = "") -> torch.Generator:
        """As `generator`, for torch on the CPU."""
        import torch

        return torch.Generator("cpu").manual_seed(derived_seed(self.seed, name))

    def progress(self, done: float, total: float, note: str = "") -> None:
        """Tell that `done` of `total` steps are done. Raises Cancelled like `check_cancelled`.

        Numbers of NumPy or torch may be given; nothing is told of those that are not finite.
        """
        self.check_cancelled()
        done, total = _number(done), _number(total)
        if not (math.isfinite(done) and math.isfinite(total)):
            return
        now = time.monotonic()
        if self._on_event is None or (now - self._told < _PROGRESS_INTERVAL and done < total):
            return
        self._told = now
        left = (now - self._started) * (total - done) / done if done > 0 else None
        self._on_event(
            NodeProgress(self.node_id, self.node_title, done, total, str(note), seconds_left=left)
        )

    def check_cancelled(self) -> None:
        """Raises Cancelled when the user stopped the work."""
        if self._cancel is not None and self._cancel.is_set():
            raise Cancelled

    def warn(self, message: str) -> None:
        """Tell the user something that did not stop the work."""
        if self._on_event is not None:
            self._on_event(Warning(self.node_id, self.node_title, str(message)))

    def preview(self, image: object) -> None:
        """Show a picture of the work so far: an Image, or bytes of shape (H, W, 3 or 4).

        A tensor of torch is fetched from its device. Raises TypeError for anything else.
        """
        if self._on_event is not None:
            self._on_event(Preview(self.node_id, self.node_title, _picture(image)))
