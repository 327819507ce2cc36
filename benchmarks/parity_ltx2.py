"""Compares the LTX-2 networks with recorded outputs of the reference implementation.

    python -m benchmarks.parity_ltx2 [CHECKPOINT IO_FILE] [--json PATH]

prints one relative error, max |a - b| / max |b|, for every output that the file holds. Without
files it compares with those that the tests have: connectors, projections and a vocoder.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor

from engine.models.ltx2.loading import load_part
from engine.models.ltx2.opening import Opened, open_checkpoint
from engine.models.ltx2.transformer import StreamInput

CUTS = Path(__file__).parent.parent / "tests" / "data" / "ltx2"
Recorded = dict[str, Tensor]


def main(argv: Sequence[str] | None = None) -> int:
    """Compare; exit status 1 when an error is above the limit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("checkpoint", type=Path, nargs="?")
    parser.add_argument("recorded", type=Path, nargs="?")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--limit", type=float, default=1e-4)
    arguments = parser.parse_args(argv)
    if arguments.recorded:
        errors = compare(arguments.checkpoint, arguments.recorded)
    elif arguments.checkpoint:
        parser.error("IO_FILE is needed beside CHECKPOINT")
    else:
        errors = compare_cuts()
    text = json.dumps(errors, indent=2)
    print(text)
    if arguments.json:
        arguments.json.write_text(text + "\n", encoding="utf-8")
    return 0 if errors and max(errors.values()) <= arguments.limit else 1


def compare_cuts() -> dict[str, float]:
    """Relative errors on the cut files of the tests, the file's name before the output's."""
    found = {}
    for recorded in sorted(CUTS.glob("*_io.safetensors")):
        name = recorded.stem.removesuffix("_io")
        errors = compare(CUTS / f"{name}.safetensors", recorded)
        found |= {f"{name}.{output}": error for output, error in errors.items()}
    return found


def compare(checkpoint: Path, recorded: Path) -> dict[str, float]:
    """Relative errors by output."""
    opened, io = open_checkpoint(checkpoint), load_file(recorded)
    errors: dict[str, float] = {}
    with torch.inference_mode():
        for needs, run in CASES:
            if any(name in io for name in needs):
                made = run(opened, io)
                errors |= {n: relative(value, io[n]) for n, value in made.items() if n in io}
    return errors


def relative(made: Tensor, wanted: Tensor) -> float:
    """max |a - b| / max |b|."""
    return float((made - wanted).abs().max() / wanted.abs().max())


def _transformer(opened: Opened, io: Recorded) -> Recorded:
    model = load_part(opened, "transformer")
    streams = [
        StreamInput(
            tokens=io[f"dit.{name}"],
            timesteps=io[f"dit.{name}_timesteps"],
            sigma=io["dit.sigma"],
            positions=io[f"dit.{name}_positions"],
            context=io[f"dit.{name}_context"],
        )
        for name in ("video", "audio")
    ]
    video, audio = model(*streams)
    return {"dit.out.video": video, "dit.out.audio": audio}


def _connectors(opened: Opened, io: Recorded) -> Recorded:
    made = {}
    for name in ("video", "audio"):
        if f"connector.{name}.in" in io:
            valid = io[f"connector.{name}.mask"][:, 0, 0] > -1
            connector = load_part(opened, f"{name}_connector")
            made[f"connector.{name}.out"] = connector(io[f"connector.{name}.in"], valid)
    return made


def _video(opened: Opened, io: Recorded) -> Recorded:
    vae = load_part(opened, "vae")
    latent = vae.encode(io["vae.video"])
    return {"vae.latent": latent, "vae.decoded": vae.decode(io["vae.latent"])}


def _audio(opened: Opened, io: Recorded) -> Recorded:
    vae = load_part(opened, "audio_vae")
    latent = vae.encode(io["audio_vae.mel"])
    return {"audio_vae.latent": latent, "audio_vae.decoded": vae.decode(io["audio_vae.latent"])}


def _vocoder(opened: Opened, io: Recorded) -> Recorded:
    return {"vocoder.wave": load_part(opened, "vocoder")(io["vocoder.mel"])}


CASES: tuple[tuple[tuple[str, ...], Callable[[Opened, Recorded], Recorded]], ...] = (
    (("dit.video",), _transformer),
    (("connector.video.in", "connector.audio.in"), _connectors),
    (("vae.video",), _video),
    (("audio_vae.mel",), _audio),
    (("vocoder.mel",), _vocoder),
)

if __name__ == "__main__":
    sys.exit(main())
