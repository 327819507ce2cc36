"""The delivery presets: loudness and true-peak ceilings, each with where it is written."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DeliveryPreset:
    """Integrated loudness in LUFS and the highest true peak in dBTP.

    dialogue: the loudness is that of the passages in which somebody speaks.
    """

    lufs: float
    peak: float
    source: str
    dialogue: bool = False


DELIVERIES: dict[str, DeliveryPreset] = {
    "broadcast -23 (EBU)": DeliveryPreset(-23.0, -1.0, "EBU R 128 (2023)"),
    "broadcast -24 (ATSC)": DeliveryPreset(-24.0, -2.0, "ATSC A/85:2013"),
    "streaming -14": DeliveryPreset(-14.0, -1.0, "music and video services' own norm"),
    "streaming -16": DeliveryPreset(-16.0, -1.0, "AES TD1008 (2021)"),
    "film -27 (dialogue)": DeliveryPreset(
        -27.0, -2.0, "streaming film specifications: dialogue-gated", dialogue=True
    ),
}
