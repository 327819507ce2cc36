"""Recognises LTX-2's public files by their headers, and writes the card that they come without."""

from __future__ import annotations

import re
from pathlib import Path

from engine.errors import ModelError
from engine.models.card import Card, file_sha256
from engine.models.checkpoint import Header
from engine.models.ltx2.catalogue import FILES, LICENCE, OWNER

_PIECE = re.compile(r"(.+)-(\d+)-of-(\d+)")  # as large files are split: name-00001-of-00004
_NUMBERS = 2**24  # read at a time


def card_of(path: Path, header: Header) -> Card:
    """The card of a checkpoint, a piece of one, an upsampler or a LoRA of LTX-2.

    It is compared with its configuration and read whole: raises ModelError for what does not fit,
    for values that are not numbers, and for any other file, which comes with a card.
    """
    piece = _PIECE.fullmatch(path.stem)
    name = piece[1] if piece else path.stem
    part = _part(path, header, int(piece[2]) if piece else 0)
    known = next((item for item in FILES if item.name == name), None)
    check_numbers(path, header)
    return Card(
        name=name,
        family="ltx2",
        part=part,
        sha256=file_sha256(path),
        bytes=path.stat().st_size,
        licence=known.licence if known else LICENCE,
        source=known.page if known else OWNER,
        training={"version": header.metadata.get("model_version", "")},
    )


def check_numbers(path: Path, header: Header) -> None:
    """Raise ModelError when a tensor of the file holds values that are not numbers."""
    import torch
    from safetensors import safe_open

    with safe_open(path, "pt") as file:
        for name in header.tensors:
            for numbers in file.get_tensor(name).flatten().split(_NUMBERS):
                if not bool(torch.isfinite(numbers.float()).all()):
                    raise ModelError(
                        f"{name} holds values that are not numbers",
                        where=str(path),
                        mend="Get the file again from where its owner publishes it.",
                    )


def _part(path: Path, header: Header, piece: int) -> str:
    from engine.models.ltx2.opening import check_piece, is_ltx2, is_piece, open_checkpoint

    if piece and is_piece(header):
        check_piece(path)
        return "checkpoint" if piece == 1 else f"piece_{piece}"
    if is_ltx2(header):
        opened = open_checkpoint(path)
        return "checkpoint" if "transformer" in opened.parts else "+".join(sorted(opened.parts))
    if "post_upsample_res_blocks.0.conv1.weight" in header.tensors:
        from engine.models.ltx2.family import load_upsampler, upsampler_kind

        return upsampler_kind(load_upsampler(path).config)
    if any(".audio_attn1." in name and "lora" in name for name in header.tensors):
        return "lora"
    raise ModelError(
        "it has no card, and is no file of LTX-2",
        where=str(path),
        mend="Import it with the card (.json) that its maker gives beside it.",
    )
