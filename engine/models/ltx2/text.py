"""Prompts for LTX-2: features from the Gemma 3 folder that the user has, kept in files.

A prompt's features are written to a file once; from then on it needs the text model no more.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from engine.errors import ModelError
from engine.models.checkpoint import read_header
from engine.models.ltx2.catalogue import TEXT, how_to_get
from engine.runtime.files import atomic_path
from engine.runtime.folders import data_dir
from engine.runtime.footprint import weight_bytes
from engine.runtime.memory import free_memory
from engine.runtime.offload import placed

LONGEST = 1024  # tokens


@dataclass(frozen=True, eq=False)
class Features:
    """A prompt's tokens (1, L, C) for both streams, projected, before the connectors."""

    video: Tensor
    audio: Tensor


def features_path(text: str, projection: str) -> Path:
    """Where the features of a prompt are kept, for a projection of that fingerprint."""
    name = hashlib.sha256(json.dumps([text, projection]).encode()).hexdigest()[:32]
    return data_dir() / "prompts" / f"{name}.safetensors"


def save_features(features: Features, text: str, projection: str) -> Path:
    """Keep a prompt's features. Returns the file."""
    path = features_path(text, projection)
    path.parent.mkdir(parents=True, exist_ok=True)
    tensors = {"video": features.video.contiguous(), "audio": features.audio.contiguous().clone()}
    with atomic_path(path) as temporary:
        save_file(tensors, temporary, metadata={"text": text, "projection": projection})
    return path


def load_features(text: str, projection: str) -> Features | None:
    """The kept features of a prompt; None when there are none that are whole."""
    path = features_path(text, projection)
    if not path.exists():
        return None
    try:
        header = read_header(path)
        if header.metadata.get("text") != text:
            return None
        with safe_open(path, "pt") as file:
            found = Features(file.get_tensor("video"), file.get_tensor("audio"))
    except (ModelError, OSError, SafetensorError):
        return None
    return found if all(bool(torch.isfinite(x).all()) for x in vars(found).values()) else None


def project(states: Tensor, projection: nn.Module) -> Features:
    """Hidden states (1, L, C, layers) of all tokens of a prompt to its features."""
    valid = torch.ones(states.shape[:2], dtype=torch.bool, device=states.device)
    with torch.inference_mode():
        video, audio = projection(states, valid)
    return Features(video.cpu(), audio.cpu())


def fingerprint(projection: nn.Module) -> str:
    """What tells projections apart: shapes, and the first numbers of each tensor."""
    made = hashlib.sha256()
    for name, value in sorted(projection.state_dict().items()):
        made.update(f"{name}{tuple(value.shape)}".encode())
        made.update(value.flatten()[:4096].float().numpy().tobytes())
    return made.hexdigest()[:16]


@dataclass
class TextModel:
    """Gemma 3 in its folder; loaded when a prompt is first read, and let go by `release`.

    `resident` of its layers stay on the device, the others are fetched one by one; by default as
    many as there is room for.
    """

    folder: Path
    device: torch.device
    dtype: torch.dtype
    resident: int | None = None
    _loaded: tuple[Any, Any] | None = None

    def states(self, text: str) -> Tensor:
        """All hidden states (1, L, C, layers + 1) of a prompt, without padding, float32."""
        tokenizer, model = self._load()
        ids = tokenizer(
            text.strip(), return_tensors="pt", truncation=True, max_length=LONGEST
        ).input_ids
        layers = model.layers
        resident = self._room(model) if self.resident is None else self.resident
        with placed(model, layers, self.device, resident=resident), torch.inference_mode():
            found = model(input_ids=ids.to(self.device), output_hidden_states=True)
        return torch.stack(found.hidden_states, -1).float()

    def _room(self, model: Any) -> int:
        """How many of its layers fit on the device, beside the two that are fetched."""
        count = len(model.layers)
        if self.device.type == "cpu":
            return count  # where it lies already
        layer = weight_bytes(model.layers[0])
        free = 0.9 * free_memory(self.device) - (weight_bytes(model) - count * layer)
        return count if free >= count * layer else max(0, int(free // layer) - 2)

    def release(self) -> None:
        """Let go of the text model's memory."""
        self._loaded = None

    def _load(self) -> tuple[Any, Any]:
        if self._loaded is None:
            transformers = _transformers()
            check_folder(self.folder)
            model = transformers.AutoModel.from_pretrained(
                self.folder, dtype=self.dtype, local_files_only=True, use_safetensors=True
            )
            model = getattr(model, "language_model", model).eval()
            tokenizer = transformers.AutoTokenizer.from_pretrained(
                self.folder, local_files_only=True
            )
            self._loaded = tokenizer, model
        return self._loaded


def check_folder(folder: Path) -> None:
    """Raise ModelError unless it is a Gemma 3 folder."""
    try:
        kind = json.loads((folder / "config.json").read_text(encoding="utf-8"))["model_type"]
    except (OSError, ValueError, KeyError, TypeError):
        kind = None
    if kind not in ("gemma3", "gemma3_text"):
        what = "is not there" if kind is None else f"is of the kind {kind}"
        raise ModelError(
            f"the text model of LTX-2 {what}", where=str(folder), mend=how_to_get(TEXT.name)
        )


def _transformers() -> Any:
    try:
        import transformers
    except ImportError:
        raise ModelError(
            "the prompt's features are not kept yet, and reading a prompt anew needs the "
            "transformers package",
            where="prompt",
            mend=f"Install it with: pip install 'aiprod[ltx2]'. {how_to_get(TEXT.name)}",
        ) from None
    return transformers


Encode = Callable[[str], Features]
