"""What shdt gives up when memory is short, and how much it needs as things stand."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

import torch

from engine.models.quantize import keep
from engine.models.shdt import lexicon
from engine.models.shdt.decoding import SMALLEST, working_bytes
from engine.models.shdt.transformer import ShdtTransformer, TransformerConfig
from engine.runtime.device import has_own_memory
from engine.runtime.footprint import footprint, weight_bytes
from engine.runtime.offload import placed

if TYPE_CHECKING:
    from engine.models.family import Work
    from engine.models.shdt.family import ShdtModel
    from engine.runtime.ladder import Rung


@dataclass
class Way:
    """How a model works now: nothing is given up at first."""

    batched: bool = True  # predictions of a step at once, as guidance asks for several
    side: int | None = None  # latent rows and columns of a tile; None decodes whole frames
    resident: int | None = None  # blocks that stay on the device; None for all
    narrow: bool = False  # weights in 8 bits: for good, until the model is loaded anew


@dataclass
class ShdtEasing:
    """Steps down for one piece of work; those that can be undone are when it ends.

    shape: of the latent (C, T, h, w), with the frames that are seen beside it.
    """

    model: ShdtModel
    work: Work
    shape: tuple[int, int, int, int]
    _placed: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> ShdtEasing:
        return self

    def __exit__(self, *_: object) -> None:
        self._bring_back()
        way = self.model.way
        way.batched, way.side = True, None

    def need(self) -> int:
        """Bytes that the work takes beyond what lies on the device already."""
        way = self.model.way
        _, frames, rows, columns = self.shape
        if self.work == "decode":
            return working_bytes(self.model.vae.config, rows, columns, way.side)
        count = 2 if way.batched else 1
        working = _predicting(self.model.transformer.config, count, frames, rows, columns)
        if way.resident is None:
            return working
        block = weight_bytes(self.model.transformer.blocks[0])
        return working + min(2, self.model.blocks - way.resident) * block

    def ease(self, rung: Rung) -> str | None:
        """One step of that kind."""
        if rung == "tile":
            return self._smaller_parts()
        if rung == "offload" and self.work == "denoise":
            return self._fetched()
        if rung == "narrow" and self.work == "denoise":
            return self._narrowed()
        return None

    def _smaller_parts(self) -> str | None:
        way = self.model.way
        if self.work == "denoise":
            if not way.batched:
                return None
            way.batched = False
            return "the predictions of a step are made one after another"
        before = self.need()
        side = max(self.shape[2:]) if way.side is None else way.side
        while side > SMALLEST:
            side = max(SMALLEST, -(-side // 2))
            way.side = side
            if self.need() < before:
                pixels = side * self.model.space
                return f"the picture is decoded in tiles of at most {pixels} px"
        return None

    def _fetched(self) -> str | None:
        """Half of the blocks that stay are fetched when they are needed."""
        device = self.model.precision.device
        resident = self.model.blocks if self.model.way.resident is None else self.model.way.resident
        if resident == 0 or not has_own_memory(device):
            return None
        self._bring_back()
        self._place(resident // 2)
        fetched = self.model.blocks - resident // 2
        return f"{fetched} of {self.model.blocks} blocks of the network are fetched one by one"

    def _narrowed(self) -> str | None:
        way = self.model.way
        if way.narrow:
            return None
        resident = way.resident
        self._bring_back()
        keep(self.model.transformer, "int8", only=lambda name: name.startswith("blocks."))
        way.narrow = True
        if resident is not None:
            self._place(resident)
        return "the network's weights are kept in 8 bits, which changes the picture a little"

    def _place(self, resident: int) -> None:
        transformer, device = self.model.transformer, self.model.precision.device
        transformer.to("cpu")
        self._placed.enter_context(
            placed(transformer, transformer.blocks, device, resident=resident)
        )
        self.model.way.resident = resident

    def _bring_back(self) -> None:
        if self.model.way.resident is None:
            return
        self._placed.close()
        self.model.transformer.to(self.model.precision.device)
        self.model.way.resident = None


@cache
def _predicting(config: TransformerConfig, count: int, frames: int, rows: int, columns: int) -> int:
    """Bytes at the height of `count` predictions at once, beyond the weights."""
    with torch.device("meta"):
        model = ShdtTransformer(config).requires_grad_(False)
        latent = torch.zeros(count, config.latent_channels, frames, rows, columns)
        sigma = torch.zeros(count, frames)
        words = torch.zeros(count, len(lexicon.FACETS), dtype=torch.long)
    return footprint(lambda: model(latent, sigma, words)).peak
