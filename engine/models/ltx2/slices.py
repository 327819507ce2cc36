"""Convolutions over a clip that comes slice by slice: the result of the whole, in little memory.

Frames lie (B, T, H, W, C), channels innermost. A slice comes with whether it is the last one; a
convolution keeps the two frames before it, and gives a frame when it has seen the next one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional as F

Slices = Iterator[tuple[Tensor, bool]]
SLICE = 2**19  # numbers in one slice: about what the caches of a processor hold


def cut(slices: Iterable[tuple[Tensor, bool]], most: int) -> Slices:
    """The same frames in slices of at most `most` numbers, at least one frame each."""
    for whole, last in slices:
        frames = max(1, most // whole[:, 0].numel())
        parts = deque(whole.tensor_split(-(-whole.shape[1] // frames), 1))
        del whole  # a step that waits for what follows it must not hold what it gave
        while parts:
            yield parts.popleft(), last and not parts


def each(change: Callable[[Tensor], Tensor], slices: Slices) -> Slices:
    """Slices that `change` makes of slices, as many frames each."""

    def changed(pair: tuple[Tensor, bool]) -> tuple[Tensor, bool]:
        return change(pair[0]), pair[1]

    return map(changed, slices)  # which holds nothing that it gave


class Conv(nn.Module):
    """A 3x3x3 convolution; time is padded with the edge frames, space with zeros or mirrored.

    `active` brings each place's channels to root mean square 1 before it, then SiLU.
    """

    def __init__(self, channels: int, out: int, *, mirrored: bool, active: bool = False) -> None:
        super().__init__()
        self.mirrored, self.active = mirrored, active
        self.growth = max(1, out // channels)
        self.conv = nn.Conv3d(channels, out, 3)

    def forward(self, slices: Slices, *, causal: bool) -> Slices:
        """Slices convolved; those that are not causal come one frame later."""
        kept: Tensor | None = None
        for x, last in slices:
            padded = self._padded(x, kept, causal=causal, last=last)
            del x
            kept = None if last else padded[:, -2:].clone()
            if padded.shape[1] > 2:
                out = [convolve(padded, self.conv)]
                del padded
                yield out.pop(), last  # what is given here must not be held here

    def _padded(self, x: Tensor, kept: Tensor | None, *, causal: bool, last: bool) -> Tensor:
        """Frames with what they need around them."""
        b, t, h, w, c = x.shape
        if self.mirrored and min(h, w) < 2:
            raise ValueError(f"{h} rows and {w} columns cannot be mirrored at the edge")
        before = 2 if kept is not None or causal else 1
        after = 1 if last and not causal else 0
        padded = x.new_empty(b, before + t + after, h + 2, w + 2, c)
        inner = padded[:, before : before + t, 1:-1, 1:-1]
        if self.active:
            size = torch.linalg.vector_norm(x, dim=-1, keepdim=True)
            torch.mul(x, size.square_().div_(c).add_(1e-8).rsqrt_(), out=inner)
            F.silu(inner, inplace=True)
        else:
            inner.copy_(x)
        self._edges(padded[:, before : before + t])
        padded[:, :before] = padded[:, before : before + 1] if kept is None else kept
        if after:
            padded[:, -1] = padded[:, -2]
        return padded

    def _edges(self, frames: Tensor) -> None:
        """Rows, then columns, around the picture."""
        if self.mirrored:
            frames[:, :, 0], frames[:, :, -1] = frames[:, :, 2], frames[:, :, -3]
            frames[:, :, :, 0], frames[:, :, :, -1] = frames[:, :, :, 2], frames[:, :, :, -3]
        else:
            for edge in (0, -1):
                frames[:, :, edge] = 0
                frames[:, :, :, edge] = 0


class Waiting:
    """Frames on the short way around a convolution, until it gives theirs."""

    def __init__(self) -> None:
        self._frames: deque[Tensor] = deque()

    def wait(self, frames: Tensor) -> None:
        """Frames that the convolution gets at the same time."""
        self._frames.append(frames)

    def passing(self, slices: Slices) -> Slices:
        """The same slices; their frames wait here."""

        def noted(frames: Tensor) -> Tensor:
            self.wait(frames)
            return frames

        return each(noted, slices)

    def added_to(self, made: Tensor) -> Tensor:
        """The next frames (B, T, H, W, C) are added to `made` (B, T, H, W, n C), n times."""
        at = 0
        while at < made.shape[1]:
            first = self._frames.popleft()
            count = min(first.shape[1], made.shape[1] - at)
            place = torch.unflatten(made[:, at : at + count], -1, (-1, first.shape[-1]))
            place += first[:, :count, :, :, None]
            if count < first.shape[1]:
                self._frames.appendleft(first[:, count:].clone())
            at += count
        return made


def lay_flat(module: nn.Module) -> None:
    """Order the weights of solid convolutions as `convolve` reads them; their shapes stay."""
    for layer in module.modules():
        if isinstance(layer, nn.Conv3d):
            flat = layer.weight.data.permute(0, 3, 4, 2, 1).contiguous()  # (D, 3, 3, 3, C)
            layer.weight.data = flat.permute(0, 4, 3, 1, 2)


def convolve(padded: Tensor, conv: nn.Conv3d) -> Tensor:
    """(B, T + 2, H + 2, W + 2, C) to (B, T, H, W, D).

    Off the GPU as a flat convolution of three frames at once: solid ones are slow for few frames.
    """
    if padded.device.type in ("cuda", "mps"):
        solid = F.conv3d(padded.permute(0, 4, 1, 2, 3), conv.weight, conv.bias)
        return solid.permute(0, 2, 3, 4, 1)
    count = padded.shape[1] - 2
    threes = torch.cat([padded[:, n : n + count] for n in range(3)], -1).flatten(0, 1)
    weight = conv.weight.permute(0, 3, 4, 2, 1).flatten(3)  # (D, 3, 3, 3 C), a view when laid flat
    flat = F.conv2d(threes.permute(0, 3, 1, 2), weight.permute(0, 3, 1, 2), conv.bias)
    return torch.unflatten(flat.permute(0, 2, 3, 1), 0, (-1, count))
