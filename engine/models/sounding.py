"""What families offer that make the sound of a picture once it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from engine.models.family import VideoModel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor


@runtime_checkable
class SoundingModel(VideoModel, Protocol):
    """A loaded model that sees a finished picture and makes its sound, one token a frame."""

    @property
    def sound_channels(self) -> int:
        """Channels of its sound tokens; 0 when its weights make no sound."""

    def look(self, picture: Tensor) -> Any:
        """What it sees in a latent (1, C, T, h, w), for `sound_velocity`."""

    def sound_velocity(self, tokens: Tensor, sigma: Tensor, words: Tensor, seen: Any) -> Tensor:
        """Velocity of sound tokens (1, M, C) at sigma (1,), for a prompt's features."""

    def decode_sound(self, tokens: Tensor) -> tuple[NDArray[np.float32], int]:
        """Tokens (1, M, C) to samples (N, channels) and their rate."""
