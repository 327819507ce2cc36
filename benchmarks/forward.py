"""Times the starter's transformer against what torch has of its own, at equal size.

Run `python -m benchmarks.forward [--repeat N] [--json FILE]`; prints JSON. `same` is the same
network with the same weights, written down with stock parts (`nn.RMSNorm`, `nn.Linear`,
`nn.Conv2d`, SDPA); it has to give the same. The other peers have the same width, depth and heads
over the same tokens (norm first, no dropout), and feed-forwards so wide that their parameters are
as many, but neither positions nor levels of noise nor convolutions: `stock` attends to itself and
to the prompt (`nn.TransformerDecoderLayer`, whose attention is SDPA), `prompt_less` to itself only
(`nn.TransformerEncoderLayer`, on its fused path). The limit is a `ratio` of at most 1.0 to `same`;
how it stands to the others tells what positions, levels of noise and convolutions cost. All run on
the same threads, turn about; CPU times, of which the best counts: other work on the machine only
ever adds to it.

`--compile` adds the same with `torch.compile`, which is off in the product.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from benchmarks._plain_transformer import PlainTransformer
from engine.models.checkpoint import config_of, read_header
from engine.models.shdt import lexicon
from engine.models.shdt.transformer import ShdtTransformer, TransformerConfig
from engine.runtime.folders import resources_dir

_RATIOS = {"ratio": "same", "ratio_to_stock": "stock", "ratio_to_prompt_less": "prompt_less"}
SIZES = {"128x72, 17 frames": (5, 10, 16), "80x80, 17 frames": (5, 10, 10)}


def main() -> int:
    """Measure and print; 1 when the limit is passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=20)
    parser.add_argument("--batch", type=int, default=2, help="2: with and without the prompt")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)
    path = resources_dir() / "models" / "shdt-transformer.safetensors"
    config = TransformerConfig(**config_of(read_header(path), path))
    figures: dict[str, Any] = {"threads": torch.get_num_threads(), "limit": 1.0}
    for name, extent in SIZES.items():
        figures[name] = compared(
            config, extent, options.batch, options.repeat, compiled=options.compile
        )
    text = json.dumps(figures, indent=2)
    print(text)
    if options.json:
        options.json.write_text(text + "\n", encoding="utf-8")
    return 0 if max(figures[name]["ratio"] for name in SIZES) <= 1.0 else 1


def compared(
    config: TransformerConfig,
    extent: tuple[int, int, int],
    batch: int,
    repeat: int,
    *,
    compiled: bool,
) -> dict[str, Any]:
    """Times of both networks, and how ours relates to the peer's."""
    torch.manual_seed(0)
    t, h, w = extent
    ours = ShdtTransformer(config).eval().requires_grad_(False)
    _filled(ours)
    same = PlainTransformer(ours).eval().requires_grad_(False)
    parameters = sum(value.numel() for value in ours.blocks.parameters())
    peer = stock(config, parameters).eval().requires_grad_(False)
    less = prompt_less(config, parameters).eval().requires_grad_(False)
    latent = torch.randn(batch, config.latent_channels, t, h, w)
    sigma = torch.rand(batch, t)
    words = torch.zeros(batch, len(lexicon.FACETS), dtype=torch.long)
    tokens = torch.randn(batch, t * h * w // config.patch**2, config.width)
    memory = torch.randn(batch, len(lexicon.FACETS), config.width)
    runs = {
        "ours": lambda: ours(latent, sigma, words),
        "same": lambda: same(latent, sigma, words),
        "stock": lambda: peer(tokens, memory),
        "prompt_less": lambda: less(tokens),
    }
    if compiled:
        faster = torch.compile(ours)
        runs["ours_compiled"] = lambda: faster(latent, sigma, words)
    with torch.inference_mode():
        torch.testing.assert_close(runs["ours"](), runs["same"](), atol=1e-4, rtol=1e-4)
    times = timed(runs, repeat)
    found: dict[str, Any] = {
        f"{name}_ms": round(1000 * min(each), 2) for name, each in times.items()
    }
    for key, name in _RATIOS.items():
        found[key] = round(min(times["ours"]) / min(times[name]), 3)
    found["parameters_ours"] = parameters
    found["parameters_stock"] = sum(value.numel() for value in peer.parameters())
    return found


def _filled(network: nn.Module) -> None:
    """Numbers in place of the zeros that a training begins with."""
    with torch.no_grad():
        for value in network.parameters():
            value.normal_(0, 0.05)


def stock(config: TransformerConfig, parameters: int) -> nn.Module:
    """Layers of torch with an attention to the prompt, together of about as many parameters."""
    width, depth = config.width, config.depth
    hidden = round((parameters / depth - 8 * width**2 - 15 * width) / (2 * width + 1))
    layer = nn.TransformerDecoderLayer(width, config.heads, hidden, **_HOW)
    return nn.TransformerDecoder(layer, depth)


def prompt_less(config: TransformerConfig, parameters: int) -> nn.Module:
    """Layers of torch without one, together of about as many parameters."""
    width, depth = config.width, config.depth
    hidden = round((parameters / depth - 4 * width**2 - 9 * width) / (2 * width + 1))
    layer = nn.TransformerEncoderLayer(width, config.heads, hidden, **_HOW)
    return nn.TransformerEncoder(layer, depth, enable_nested_tensor=False)


_HOW: dict[str, Any] = {
    "dropout": 0.0,
    "activation": "gelu",
    "batch_first": True,
    "norm_first": True,
}


@torch.inference_mode()
def timed(runs: dict[str, Callable[[], Tensor]], repeat: int) -> dict[str, list[float]]:
    """CPU seconds of each run, turn about, after a first one that does not count."""
    times: dict[str, list[float]] = {name: [] for name in runs}
    for turn in range(repeat + 1):
        for name, run in runs.items():
            began = time.process_time()
            run()
            if turn:
                times[name].append(time.process_time() - began)
    return times


if __name__ == "__main__":
    sys.exit(main())
