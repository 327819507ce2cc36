"""Loads the parts of an opened LTX-2 checkpoint, mapped from the file as they are stored."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from safetensors import safe_open
from torch import Tensor, nn

from engine.errors import ModelError
from engine.models.ltx2.opening import PREFIXES, Opened, build
from engine.models.ltx2.slices import lay_flat
from engine.models.ltx2.vocoder import VocoderWithBandwidth, hann_sinc
from engine.models.quantize import keep_stored

_BLOCKS = ("transformer_blocks.", "transformer_1d_blocks.")


def load_part(opened: Opened, part: str, *, dtype: torch.dtype = torch.float32) -> nn.Module:
    """A part with its weights on the CPU, to compute in `dtype`.

    Weights that are stored so are mapped from the file, not copied; matrices in the blocks that are
    stored narrower stay so, the rest is converted. Raises ModelError when the file holds none.
    """
    if part not in opened.parts:
        raise ModelError(f"the file holds no {part}", where=str(opened.path))
    module = build(opened.config, part, opened.parts[part])
    scales: dict[str, Tensor] = {}
    state: dict[str, Tensor] = {}
    linears = {
        f"{name}.weight"
        for name, layer in module.named_modules()
        if type(layer) is nn.Linear and name.startswith(_BLOCKS)
    }
    for name, value in _stored(opened, part):
        if name.endswith(".weight_scale"):
            scales[name.removesuffix("_scale")] = value.float().reshape(())
        elif not name.endswith(".input_scale"):
            waits = value.itemsize <= dtype.itemsize and name in linears
            if not waits and not bool(torch.isfinite(value.float()).all()):
                raise ModelError(
                    f"{PREFIXES[part]}{name} holds values that are not numbers",
                    where=str(opened.path),
                    mend="Get the file again from where its owner publishes it.",
                )
            narrow = value.itemsize < dtype.itemsize and name in linears
            keeps = narrow or not value.is_floating_point()
            state[name] = value if keeps else value.to(dtype)
    for name, scale in scales.items():
        if name not in linears or state[name].dtype == dtype:
            state[name] = (state[name].float() * scale).to(dtype)
    for name in linears:
        if state[name].dtype != dtype:
            keep_stored(module.get_submodule(name.removesuffix(".weight")), None, scales.get(name))
    module.load_state_dict(state, assign=True)
    lay_flat(module)
    if isinstance(module, VocoderWithBandwidth):
        module.resampler = hann_sinc(module.ratio)  # no file carries it
    return module.eval().requires_grad_(False)


def _stored(opened: Opened, part: str) -> Iterator[tuple[str, Tensor]]:
    """The tensors of a part by name, each mapped from the file that holds it."""
    prefix = PREFIXES[part]
    for path in opened.files[part]:
        with safe_open(path, "pt") as file:
            names = list(file.keys())
            for name in names:
                if name.startswith(prefix) and name.removeprefix(prefix) in opened.parts[part]:
                    yield name.removeprefix(prefix), file.get_tensor(name)
