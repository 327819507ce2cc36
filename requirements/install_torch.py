"""Installs the locked torch into the Python that runs this file.

    python requirements/install_torch.py [auto|cpu|plain]

`cpu` takes the CPU build (192 MB on Linux), `plain` what the common index carries (on Linux a
CUDA build with several GB of libraries), `auto` the CPU build if an index or folder in pip's
reach has it and else the plain one. Extra places are pip's own business: PIP_EXTRA_INDEX_URL,
PIP_FIND_LINKS or pip.conf. Every torch wheel is checked against its hash in the lock.
"""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
VERSION = "2.13.0"
NO_CPU_BUILD = f"""\
No index in pip's reach offers the CPU build torch {VERSION}+cpu.
PyTorch's install page (pytorch.org, Get started: Linux, Pip, CPU) names the index that does:

    PIP_EXTRA_INDEX_URL=<that index> make setup
"""


def main(arguments: list[str]) -> int:
    build = arguments[0] if arguments else "auto"
    if build not in ("auto", "cpu", "plain") or len(arguments) > 1:
        print(__doc__, file=sys.stderr)
        return 2
    installed = installed_version()
    if installed is not None and suits(installed, build):
        return 0
    if build != "plain" and install("torch.txt"):
        return 0
    if build == "cpu":
        print(NO_CPU_BUILD, file=sys.stderr)
        return 1
    if sys.platform == "linux" and build == "auto":
        print(NO_CPU_BUILD, file=sys.stderr)
        print("Going on with the CUDA build, which brings several GB.", file=sys.stderr)
    return 0 if install("torch-plain.txt") and pip("install", f"torch=={VERSION}") else 1


def installed_version() -> str | None:
    try:
        return importlib.metadata.version("torch")
    except importlib.metadata.PackageNotFoundError:
        return None


def suits(installed: str, build: str) -> bool:
    """Whether the torch that is there is the one asked for."""
    if build == "auto" or sys.platform == "darwin":
        return installed.partition("+")[0] == VERSION
    return installed == (f"{VERSION}+cpu" if build == "cpu" else VERSION)


def install(lock: str) -> bool:
    return pip("install", "--no-deps", "--require-hashes", "-r", str(HERE / lock))


def pip(*arguments: str) -> bool:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q", *arguments]
    return subprocess.run(command, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
