"""Files that mean harm end in a clear error, at once and in little memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from engine.errors import ProjectError
from engine.project import loads

ROOT = Path(__file__).parents[3]

MEASURED = """
import pathlib, re, resource, sys, time
from engine.errors import ProjectError
from engine.project import load
started = time.process_time()
try:
    load(sys.argv[1])
    words = "loaded"
except ProjectError as error:
    words = str(error)
seconds = time.process_time() - started
if sys.platform == "linux":  # where ru_maxrss counts what the parent had when it forked
    status = pathlib.Path("/proc/self/status").read_text()
    peak = int(re.search(r"VmHWM:\\s+(\\d+)", status)[1]) * 1024
else:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(seconds, peak / 2**20, words)
"""


def write_pieces(path: Path, head: bytes, piece: bytes, count: int, tail: bytes = b"") -> None:
    with path.open("wb") as file:
        file.write(head)
        for start in range(0, count, 10_000):
            numbers = range(start, min(start + 10_000, count))
            file.write(b"".join(piece.replace(b"%", b"%d" % number) for number in numbers))
        file.write(tail)


HOSTILE = {
    "100 MB of nesting": (b"", b"[[[[[[[[[[", 10 * 2**20, b""),
    "16 MB of nesting": (b"", b'{"a":', 3 * 2**20, b""),
    "deep lists": (b'{"aiprod":1,"x":', b"[", 199_000, b""),
    "deep tables": (b'{"aiprod":1,"x":', b'{"a":', 299_000, b""),
    "a million nodes": (b'{"aiprod":1,"nodes":{', b'"a%":{},', 10**6, b'"z":{}}}'),
    "many nodes": (b'{"aiprod":1,"nodes":{', b'"a%":{"type":"x"},', 290_000, b'"z":{"type":"x"}}}'),
    "many names": (b'{"aiprod":1,"x":{', b'"%":0,', 590_000, b'"z":0}}'),
    "many numbers": (b'{"aiprod":1,"x":[', b"0.%,", 990_000, b"0]}"),
    "many texts": (b'{"aiprod":1,"x":[', b'"%",', 990_000, b"0]}"),
    "a huge number": (b'{"aiprod":1,"settings":{"seed":', b"1234567890", 1_500_000, b"}}"),
    "a huge text": (b'{"aiprod":1,"settings":{"name":"', b"1234567890", 1_500_000, b'"}}'),
}


HARMLESS = ("many names", "many numbers", "many texts")
"""Large, but no larger than a project may be."""


@pytest.mark.skipif(sys.platform == "win32", reason="memory is measured by POSIX")
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_within_two_seconds_and_200_mb(tmp_path: Path, name: str) -> None:
    file = tmp_path / "hostile.aiprod"
    head, piece, count, tail = HOSTILE[name]
    write_pieces(file, head, piece, count, tail)
    output = subprocess.run(
        [sys.executable, "-c", MEASURED, str(file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    seconds, memory, words = output.strip().split(" ", 2)
    assert float(seconds) < 2
    assert float(memory) < 200
    assert words.startswith("hostile.aiprod: ") or name in (
        "many names",
        "many numbers",
        "many texts",
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"aiprod": 1, "x": NaN}', "NaN"),
        ('{"aiprod": 1, "x": -Infinity}', "Infinity"),
        ('{"aiprod": 1, "x": 1e999}', "too large"),
        ('{"aiprod": 1, "x": 9223372036854775808}', "too large"),
        ('{"aiprod": 1, "x": "\\ud800"}', "half a character"),
        ('{"aiprod": 1, "settings": {"rate": "1e1000000000"}}', "not a ratio"),
        ('{"aiprod": 1, "x": ' + "[" * 40 + "]" * 40 + "}", "nested deeper"),
        ('{"aiprod": 1, "x": ' + "[" * 5000 + "]" * 5000 + "}", "nested"),
        ('{"aiprod": 1, "x": {"a": 1, "a": 2}}', "'a' appears twice"),
        ('{"aiprod": 1, "aiprod": 1}', "'aiprod' appears twice"),
        ('{"aiprod": true}', "whole number"),
        ('{"aiprod": 1} {"aiprod": 1}', "not JSON"),
        ('{"aiprod": 1, "x": "\x00"}', "not JSON"),
        ("\ufeff\ufeff{}", "not JSON"),
    ],
)
def test_what_json_does_not_forbid_is_refused_all_the_same(text: str, words: str) -> None:
    with pytest.raises(ProjectError, match=words):
        loads(text)
