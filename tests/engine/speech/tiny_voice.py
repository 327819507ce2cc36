"""A voice of a few thousand numbers, untrained: what it says is noise, but just as it is told."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import torch
from safetensors.torch import save_file

from engine.models.speech.aiprod.acoustic import AcousticConfig, AcousticModel, VoiceFacts
from engine.models.speech.aiprod.vocoder import VocoderConfig, VoiceVocoder

SMALL = {
    "width": 16,
    "heads": 2,
    "depth": 1,
    "decoder_blocks": 1,
    "post_width": 8,
    "speaker": 16,
}
FACTS = (
    VoiceFacts("clara", "en-US", "female", "", hertz=200.0, level=-50.0),
    VoiceFacts("lucie", "fr-FR", "female", "", hertz=180.0, level=-50.0),
)


def write_weights(folder: Path) -> Path:
    """Weights of both networks in a folder `models`, as the program ships them."""
    torch.manual_seed(5)
    acoustic = AcousticModel(AcousticConfig(voices=FACTS, **SMALL))
    with torch.no_grad():
        acoustic.predictor.out.weight.zero_()
        acoustic.predictor.out.bias.copy_(torch.tensor([2.2, 0.0, 0.0]))  # 8 frames each
        acoustic.decoder.out.weight[-2:].zero_()
        acoustic.decoder.out.bias[-2:] = torch.tensor([0.0, 5.0])  # always a voice, on its line
        acoustic.speakers.normal_()
    models = folder / "models"
    models.mkdir(parents=True)
    _save(acoustic, models / "voice-acoustic.safetensors")
    _save(VoiceVocoder(VocoderConfig(width=16, blocks=1)), models / "voice-vocoder.safetensors")
    return models


def _save(module: AcousticModel | VoiceVocoder, path: Path) -> None:
    tensors = {name: value.half().contiguous() for name, value in module.state_dict().items()}
    config = json.dumps(asdict(module.config))
    save_file(tensors, path, metadata={"config": config, "family": "aiprod"})
