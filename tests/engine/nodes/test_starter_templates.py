"""The pipelines of the starter as templates: each renders, small here, and does what it says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.graph import Cache, Graph, Results, execute
from engine.media import Clip, open_image
from engine.models.pool import ModelPool
from engine.nodes import builtin_registry
from engine.project import load
from engine.runtime.folders import resources_dir

FOLDER = resources_dir() / "templates"
QUICK = {"width": 128, "height": 72, "steps": 2, "tries": 1}
SHOTS = ("generate.shot", "generate.sample", "reshoot.between")
REMADE = ("reshoot.extend", "reshoot.retake")


@pytest.fixture(scope="module")
def models() -> ModelPool:
    return ModelPool("cpu")


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    made = Cache(tmp_path / "cache", budget=10**9)
    yield made
    made.close()


def small(name: str) -> Graph:
    """The template's graph with small and quick shots, short ones unless they are cut into."""
    graph = load(FOLDER / f"{name}.aiprod").graph
    specs = builtin_registry()
    for node in list(graph.nodes.values()):
        if node.type in (*SHOTS, *REMADE):
            known = specs.get(node.type).param_named
            quick = {key: value for key, value in QUICK.items() if key in known}
            if node.type in SHOTS and name != "retake":
                quick["seconds"] = 0.6
            graph.nodes[node.id] = node.with_params(**quick)
    return graph


def frames(results: Results, node: str) -> np.ndarray:
    """The frames that a node gave, before they go into the edit."""
    clip = results[node]
    assert isinstance(clip, Clip)
    return np.stack([frame[..., :3] for frame in clip.arrays(0, clip.frame_count)])


def made(name: str, cache: Cache, models: ModelPool, *nodes: str) -> Results:
    """What the template's nodes make, and its film."""
    settings = load(FOLDER / f"{name}.aiprod").settings
    registry = builtin_registry()
    return execute(
        small(name), registry, [*nodes, "film"], cache=cache, settings=settings, models=models,
        base_dir=FOLDER,
    )  # fmt: skip


def test_two_stages_enlarge_a_small_shot_twice(cache: Cache, models: ModelPool) -> None:
    with made("two_stages", cache, models, "sample", "decode") as results:
        latent, pixels = results["sample"], frames(results, "decode")
        assert (latent.width, latent.height) == (128, 72)
        assert pixels.shape == (5, 288, 512, 3)
        assert results["film"]


def test_two_pictures_are_the_ends_of_a_shot(cache: Cache, models: ModelPool) -> None:
    with made("interpolation", cache, models, "between") as results:
        pixels = frames(results, "between")
        for picture, frame in (("first.png", pixels[0]), ("last.png", pixels[-1])):
            whole = open_image(FOLDER / "media" / picture).array()[..., :3]
            wanted = whole.reshape(72, 4, 128, 4, 3).mean((1, 3))
            assert np.abs(frame - wanted).mean() < 12
        assert np.abs(pixels[0].astype(int) - pixels[-1]).mean() > 4


def test_a_reference_changes_what_the_same_prompt_shows(cache: Cache, models: ModelPool) -> None:
    with made("reference", cache, models, "shot") as results:
        seen = frames(results, "shot")
    graph = small("reference")
    graph.links = [link for link in graph.links if link.source != "ref"]
    settings = load(FOLDER / "reference.aiprod").settings
    with execute(
        graph, builtin_registry(), ["shot"], cache=cache, settings=settings, models=models
    ) as results:
        assert not np.array_equal(frames(results, "shot"), seen)


def test_an_extended_shot_keeps_its_frames_and_goes_on(cache: Cache, models: ModelPool) -> None:
    with made("extend", cache, models, "shot", "longer") as results:
        before, after = frames(results, "shot"), frames(results, "longer")
        assert len(after) == len(before) + 8
        assert np.array_equal(after[: len(before)], before)


def test_a_retaken_moment_leaves_the_other_frames_alone(cache: Cache, models: ModelPool) -> None:
    with made("retake", cache, models, "shot", "retake") as results:
        before, after = frames(results, "shot"), frames(results, "retake")
        span = load(FOLDER / "retake.aiprod").graph.nodes["retake"].params
        first, stop = span["start"], span["start"] + span["frames"]
        outside = [n for n in range(len(before)) if not first <= n < stop]
        assert np.array_equal(before[outside], after[outside])
        assert not np.array_equal(before[first:stop], after[first:stop])
