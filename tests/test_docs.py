"""Every example of README.md, CONTRIBUTING.md and docs/ is run, by the rules below.

The fenced blocks of one file are one story: they run top to bottom in one empty folder that has
the checkout's `resources` and `plugins` in it, with the user's folders in a temporary place.

- `bash`: run by bash, stopping at the first error. Lines that begin with one of CHECKED are not
  run but looked up: `make TARGET` must be a target (`make -n`), `pixi run TASK` a task of
  pixi.toml; `git clone`, `cd`, `sudo`, `brew` stand as they are. `aiprod` and the renders and
  exports of a shipped template, which take minutes, are parsed, and the template is validated.
- `python`: run by this Python.  `json`, `toml`: parsed.
- A block of any language after the words "Save this as `NAME`" is also written to that file.
- `text` and other languages are not examples.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.main import make_parser as app_parser
from engine.cli.main import main as engine
from engine.cli.main import make_parser as engine_parser

TOP = Path(__file__).resolve().parents[1]
CHECKED = ("make", "pixi", "git", "cd", "sudo", "brew", "aiprod")
LONGEST = 600  # seconds one block may take
FENCE = re.compile(r"^( *)```(\w+)[^\n]*\n(.*?)^\1```\s*$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block: language, text, line where it starts, name of the file to save it as."""

    language: str
    text: str
    line: int
    file: str | None


def documents() -> list[Path]:
    tops = [TOP / "README.md", TOP / "CONTRIBUTING.md"]
    return [path for path in (*tops, *sorted((TOP / "docs").rglob("*.md"))) if path.exists()]


def blocks(document: Path) -> Iterator[Block]:
    text = document.read_text(encoding="utf-8")
    for found in FENCE.finditer(text):
        indent, language, body = found.groups()
        lines = (line.removeprefix(indent) for line in body.splitlines())
        line = text.count("\n", 0, found.start()) + 1
        paragraph = text[: found.start()].rstrip().rpartition("\n\n")[2]
        saved = re.findall(r"Save this as `([^`]+)`", paragraph)
        yield Block(language, "\n".join(lines) + "\n", line, saved[-1] if saved else None)


def program(line: str) -> str:
    """The command that a shell line starts, past comments and variables."""
    try:
        words = shlex.split(line, comments=True)
    except ValueError:
        return ""
    return next((word for word in words if not re.match(r"[A-Z_]+=", word)), "")


def is_checked(line: str) -> bool:
    """Whether the rules above look this line up instead of running it."""
    makes_film = re.search(r"aiprod-engine (render|export) resources/templates/", line)
    return program(line) in CHECKED or bool(makes_film)


def check(line: str) -> None:
    """Look up a command that is too slow, or too far from here, to be run."""
    words = [word for word in shlex.split(line, comments=True) if not re.match(r"[A-Z_]+=", word)]
    if words[0] == "make":
        targets = [word for word in words[1:] if "=" not in word]
        done = subprocess.run(
            ["make", "-n", *targets], cwd=TOP, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    elif words[:2] == ["pixi", "run"]:
        assert words[2] in tomllib.loads((TOP / "pixi.toml").read_text(encoding="utf-8"))["tasks"]
    elif words[0] == "aiprod":
        opened = app_parser().parse_args(words[1:]).file
        assert opened is None or (TOP / opened).is_file()
    elif words[0] == "aiprod-engine":
        assert engine_parser().parse_args(words[1:])
        template = str(TOP / next(word for word in words if word.endswith(".aiprod")))
        assert engine(["validate", template]) == 0


def run(command: list[str], folder: Path, environment: dict[str, str], place: str) -> None:
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )
    assert done.returncode == 0, f"{place}\n{done.stdout}\n{done.stderr}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder that stands for the checkout."""
    place = tmp_path / "checkout"
    place.mkdir()
    for name in ("resources", "plugins"):
        (place / name).symlink_to(TOP / name, target_is_directory=True)
    return place


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The commands of this environment, and folders of a user who is new here."""
    places = {f"XDG_{name}_HOME": str(tmp_path / name) for name in ("CACHE", "DATA", "CONFIG")}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return {**os.environ, **places, "PATH": path, "PYTHONPATH": str(TOP)}


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(TOP)))
def test_the_examples_of_a_document_work(
    document: Path, folder: Path, environment: dict[str, str]
) -> None:
    for block in blocks(document):
        place = f"{document.relative_to(TOP)}:{block.line}"
        if block.file:
            (folder / block.file).write_text(block.text, encoding="utf-8")
        if block.language == "bash":
            lines = block.text.replace("\\\n", "").splitlines()
            for line in lines:
                if is_checked(line):
                    check(line)
            script = "\n".join(line for line in lines if not is_checked(line))
            run(["bash", "-euo", "pipefail", "-c", script], folder, environment, place)
        elif block.language == "python":
            run([sys.executable, "-c", block.text], folder, environment, place)
        elif block.language == "json":
            json.loads(block.text)
        elif block.language == "toml":
            tomllib.loads(block.text)


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(TOP)))
def test_the_links_of_a_document_lead_somewhere(document: Path) -> None:
    text = FENCE.sub("", document.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        path, _, _ = target.partition("#")
        if path and not re.match(r"[a-z]+:", path):
            assert (document.parent / path).exists(), target
