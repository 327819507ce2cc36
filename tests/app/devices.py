"""A sound card that is not there: it keeps its own time, and knows what is heard when."""

from __future__ import annotations

import time
from typing import Any, ClassVar

import numpy as np

from app.playback.devices import RATE, Fill, SilentStream, Times


class Card(SilentStream):
    """Takes samples as a card does whose quartz runs `pace` times as fast as the computer's.

    Sounds made by `ramp` tell the place that is heard by their level.
    """

    pace = 1.0
    opened: ClassVar[list[Card]] = []

    def __init__(self, fill: Fill) -> None:
        self.seconds = self.block / RATE / self.pace
        self.blocks: list[tuple[float, np.ndarray[Any, Any]]] = []

        def listen(out: Any, count: int, times: Times, status: Any) -> None:
            fill(out, count, times, status)
            self.blocks.append((times.outputBufferDacTime, out[:, 0].copy()))

        super().__init__(listen)
        Card.opened.append(self)

    def level_now(self) -> float:
        """The sample that is heard now; 0 for silence."""
        now = time.monotonic()
        for begun, samples in reversed(self.blocks[-12:]):
            place = int((now - begun) * RATE * self.pace)
            if 0 <= place < len(samples):
                return float(samples[place])
        return 0.0

    def heard(self) -> np.ndarray[Any, Any]:
        """Everything that it was given, in a row."""
        return np.concatenate([samples for _, samples in self.blocks] or [np.zeros(0)])


class FastCard(Card):
    """A card whose quartz is 5 % fast."""

    pace = 1.05
