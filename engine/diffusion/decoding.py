"""From a latent to its picture, part after part: a long or large clip takes no more memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from einops import rearrange
from torch import Tensor

from engine.diffusion.picturing import Pixels
from engine.diffusion.sparing import within_memory
from engine.diffusion.values import Latent
from engine.models.family import Piece, Sparing, VideoModel
from engine.models.joint import JointModel


def decode(
    model: VideoModel,
    latent: Latent,
    *,
    folder: Path | None = None,
    on_note: Callable[[str], None] | None = None,
    others: object = None,
) -> Pixels:
    """The picture: uint8 (T, height, width, 3), in a file of `folder` where one is given.

    `others` may give memory back when it is short. Raises OutOfMemory.
    """
    frames = 1 + (latent.tensor.shape[2] - 1) * model.time
    made = _room((frames, latent.height, latent.width, 3), folder)

    def fill() -> None:
        if isinstance(model, JointModel):
            for number, shown in enumerate(model.decode_frames(latent.tensor)):
                made[number] = shown
            return
        size = latent.tensor.shape[3] * model.space, latent.tensor.shape[4] * model.space
        top, left = (size[0] - latent.height) // 2, (size[1] - latent.width) // 2
        for piece in _pieces(model, latent.tensor):
            _put(made, piece, top, left)

    shape = tuple(latent.tensor.shape[1:])
    within_memory(fill, model, "decode", shape, on_note=on_note, others=others)
    return made


def _pieces(model: VideoModel, latent: Tensor) -> Iterator[Piece]:
    if isinstance(model, Sparing):
        return model.pieces(latent)
    return iter([Piece(model.decode(latent)[0], 0, 0, 0)])


def _put(made: Pixels, piece: Piece, top: int, left: int) -> None:
    """Put a piece where it lies in a picture that begins at `top` and `left` of the decoded one."""
    frames, height, width = made.shape[:3]
    y, x = piece.top - top, piece.left - left
    rows = slice(max(0, y), min(height, y + piece.picture.shape[2]))
    columns = slice(max(0, x), min(width, x + piece.picture.shape[3]))
    cut = piece.picture[:, :, rows.start - y : rows.stop - y, columns.start - x : columns.stop - x]
    pixels = ((cut + 1) * 127.5).round().clamp(0, 255).to(torch.uint8)
    last = min(frames, piece.frame + piece.picture.shape[1])
    shown = rearrange(pixels.cpu(), "c t h w -> t h w c").numpy()
    made[piece.frame : last, rows, columns] = shown


def _room(shape: tuple[int, int, int, int], folder: Path | None) -> Pixels:
    """An array that is filled part after part: on the disk, so that a long clip takes no memory."""
    if folder is None:
        return np.empty(shape, np.uint8)
    return np.memmap(folder / "picture.u8", np.uint8, "w+", shape=shape)
