"""A whole film by a small random LTX-2 model: noise to look at, but every step real."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks._ltx2_peer import write_prompts, write_tiny
from engine.media import open_clip
from engine.models.registry import model, models, register

PROMPT = "a dog barks in the rain"


def film(folder: Path, *, steps: int) -> Path:
    """A project: a shot, a second one that begins with its last frame, cut and exported."""
    size = {"width": 64, "height": 64, "seconds": 0.4, "steps": steps}
    nodes = {
        "model": ("generate.model", {"name": "ltx-2-small"}),
        "prompt": ("values.prompt", {"text": PROMPT}),
        "first": ("generate.shot", {**size, "seed": 1}),
        "last": ("media.frame", {"which": "last"}),
        "key": ("generate.keyframe", {"frame": "first"}),
        "second": ("generate.shot", {**size, "seed": 2}),
        "cut": ("editorial.sequence", {"items": [{"clip": 0}, {"clip": 1}]}),
        "timeline": ("editorial.timeline", {}),
        "film": ("deliver.film", {"file": "film.mp4", "preset": "h264"}),
    }
    links = [
        ("model.out", "first.model"),
        ("prompt.out", "first.prompt"),
        ("first.out", "last.clip"),
        ("last.out", "key.image"),
        ("model.out", "second.model"),
        ("prompt.out", "second.prompt"),
        ("key.out", "second.conditions"),
        ("first.out", "cut.clips", 0),
        ("second.out", "cut.clips", 1),
        ("cut.out", "timeline.sequences"),
        ("timeline.out", "film.timeline"),
    ]
    project = {
        "aiprod": 1,
        "settings": {"name": "Film", "rate": "24", "width": 64, "height": 64, "seed": 1},
        "nodes": {
            name: {"type": kind, "version": 1, "title": name, "params": params, "pos": [0, 0]}
            for name, (kind, params) in nodes.items()
        },
        "links": [
            {"from": link[0], "to": link[1], **({"index": link[2]} if link[2:] else {})}
            for link in links
        ],
    }
    path = folder / "film.aiprod"
    path.write_text(json.dumps(project), encoding="utf-8")
    return path


def homes(folder: Path) -> dict[str, str]:
    """The user's folders in a place of the test."""
    names = ("XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")
    return {name: str(folder / name) for name in names}


def command(project: Path, output: Path) -> list[str]:
    return [
        *(sys.executable, "-m", "engine.cli", "render", str(project), "-o", str(output)),
        *("--device", "cpu", "--json"),
    ]


def install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The small model as a user has it: imported without a card, prompts read once."""
    for name, value in homes(folder).items():
        monkeypatch.setenv(name, value)
    source = write_tiny(folder / "ltx-2-small.safetensors")
    register(source)
    write_prompts(source, PROMPT, "")


def test_a_film_killed_on_the_way_is_finished_with_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, monkeypatch)
    project = film(tmp_path, steps=3)
    environment = {**os.environ, **homes(tmp_path)}
    killed = subprocess.Popen(
        command(project, tmp_path / "out"), stdout=subprocess.PIPE, text=True, env=environment
    )
    assert killed.stdout is not None
    for line in killed.stdout:
        event = json.loads(line)
        if event.get("node") == "second" and event.get("note") == "denoising":
            killed.kill()
            break
    killed.wait()
    assert not list((tmp_path / "out").glob("film.mp4"))
    again = subprocess.run(
        command(project, tmp_path / "out"),
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    events = [json.loads(line) for line in again.stdout.splitlines()]
    cached = {e.get("node") for e in events if e.get("cached") is True}
    assert "first" in cached
    whole = {**environment, "XDG_CACHE_HOME": str(tmp_path / "fresh")}
    subprocess.run(command(project, tmp_path / "whole"), capture_output=True, check=True, env=whole)
    made, wanted = (stored(tmp_path / name) for name in ("XDG_CACHE_HOME", "fresh"))
    assert len(made) == 4  # pictures and sounds of two shots
    assert made == wanted
    made_film = tmp_path / "out" / "film.mp4"
    assert made_film.read_bytes() == (tmp_path / "whole" / "film.mp4").read_bytes()
    clip = open_clip(made_film)
    assert clip.frame_count == 18
    assert clip.sound is not None
    assert float(abs(clip.sound.array()).max()) > 0
    assert (tmp_path / "out" / "film.json").exists()


def test_public_files_need_no_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, monkeypatch)
    entry = models()["ltx-2-small"]
    card = entry.parts["checkpoint"].card
    assert (entry.family, entry.missing) == ("ltx2", ())
    assert "LTX-2 Community License" in card.licence
    assert card.source == "https://huggingface.co/Lightricks"
    assert card.training["version"] == "2.0.0"


@pytest.mark.parametrize("name", ["ltx-2-19b-dev", "ltx-2.3-22b-distilled-1.1"])
def test_a_missing_model_is_named_with_size_licence_and_place(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    with pytest.raises(Exception, match="there is no model") as told:
        model(name)
    for part in (f"{name}.safetensors", "GB", "License", "huggingface.co", str(tmp_path)):
        assert part in str(told.value)


def stored(cache: Path) -> dict[str, str]:
    """Hashes of the pictures and sounds that a cache holds, by their place, which is their key."""
    files = [path for name in ("picture.avi", "sound.f32") for path in cache.rglob(name)]
    return {
        path.relative_to(cache).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }
