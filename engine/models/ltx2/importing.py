"""Recognises LTX-2's public files by their headers, and writes the card that they come without."""

from __future__ import annotations

from pathlib import Path

from engine.errors import ModelError
from engine.models.card import Card, file_sha256
from engine.models.checkpoint import Header
from engine.models.ltx2.catalogue import FILES, LICENCE, OWNER


def card_of(path: Path, header: Header) -> Card:
    """The card of a checkpoint, an upsampler or a LoRA of LTX-2, checked against its configuration.

    Raises ModelError for any other file: those come with a card.
    """
    known = next((item for item in FILES if item.name == path.stem), None)
    return Card(
        name=path.stem,
        family="ltx2",
        part=_part(path, header),
        sha256=file_sha256(path),
        bytes=path.stat().st_size,
        licence=known.licence if known else LICENCE,
        source=known.page if known else OWNER,
        training={"version": header.metadata.get("model_version", "")},
    )


def _part(path: Path, header: Header) -> str:
    from engine.models.ltx2.opening import is_ltx2, open_checkpoint

    if is_ltx2(header):
        opened = open_checkpoint(path)
        return "checkpoint" if "transformer" in opened.parts else "+".join(sorted(opened.parts))
    if "post_upsample_res_blocks.0.conv1.weight" in header.tensors:
        from engine.models.ltx2.family import read_upsampler_config, upsampler_kind

        return upsampler_kind(read_upsampler_config(path))
    if any(".audio_attn1." in name and "lora" in name for name in header.tensors):
        return "lora"
    raise ModelError(
        "it has no card, and is no file of LTX-2",
        where=str(path),
        mend="Import it with the card (.json) that its maker gives beside it.",
    )
