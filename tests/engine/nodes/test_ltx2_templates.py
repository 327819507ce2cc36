"""The templates of LTX-2, rendered small by a random model: noise to see, but every node real."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.torch import save_file

from benchmarks._ltx2_peer import fill, write_prompts, write_tiny
from engine.graph import Cache, Node, Results, execute
from engine.media import Clip, Sound, open_clip
from engine.models.ltx2.upsampler import LatentUpsampler, UpsamplerConfig
from engine.models.pool import ModelPool
from engine.models.registry import register
from engine.nodes import builtin_registry
from engine.project import Project, load
from engine.project.needs import templates_lacking
from engine.runtime.folders import resources_dir

FOLDER = resources_dir() / "templates"
NAMES = sorted(path.stem for path in FOLDER.glob("ltx2_*.aiprod"))
SMALL = {
    "generate.shot": {"width": 96, "height": 64, "seconds": 0.7, "steps": 1},
    "generate.sample": {"width": 96, "height": 64, "seconds": 0.4, "steps": 1},
    "reshoot.retake": {"start": 6, "frames": 3, "steps": 1},
    "reshoot.extend": {"seconds": 0.3, "context": 9, "steps": 1},
    "sound.ambience": {"seconds": 0.7},
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A user who has every file that the templates need, small and random."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(folder))
        prompts = {
            str(node.params["text"])
            for name in NAMES
            for node in load(FOLDER / f"{name}.aiprod").graph.nodes.values()
            if node.type == "values.prompt"
        }
        for seed, name in enumerate(("ltx-2-19b-dev", "ltx-2-19b-distilled")):
            source = write_tiny(folder / f"{name}.safetensors", seed=seed)
            register(source)
            write_prompts(source, "", *sorted(prompts))
        config = UpsamplerConfig(16, 32, 1)
        tensors = fill(LatentUpsampler(config), seed=3).state_dict()
        path = folder / "ltx-2-spatial-upscaler-x2-1.0.safetensors"
        save_file(tensors, path, metadata={"config": json.dumps(asdict(config))})
        register(path)
        yield folder


@pytest.fixture(scope="module")
def models(home: Path) -> ModelPool:
    return ModelPool("cpu")


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    made = Cache(tmp_path / "cache", budget=10**9)
    yield made
    made.close()


def small(name: str) -> Project:
    """The template with small shots and as small a film."""
    project = load(FOLDER / f"{name}.aiprod")
    nodes = {
        key: node.with_params(**SMALL.get(node.type, {}))
        for key, node in project.graph.nodes.items()
    }
    graph = replace(project.graph, nodes=nodes)
    return replace(project, graph=graph, settings=replace(project.settings, width=96, height=64))


def made(project: Project, cache: Cache, models: ModelPool, *nodes: str) -> Results:
    return execute(
        project.graph, builtin_registry(), nodes, cache=cache, settings=project.settings,
        models=models, base_dir=FOLDER,
    )  # fmt: skip


def pictures(clip: object) -> np.ndarray:
    assert isinstance(clip, Clip)
    return np.stack([frame[..., :3] for frame in clip.arrays(0, clip.frame_count)])


@pytest.mark.parametrize("name", NAMES)
def test_a_template_becomes_a_film_with_sound(name: str, cache: Cache, models: ModelPool) -> None:
    with made(small(name), cache, models, "film") as results:
        film = open_clip(next(one.path for one in results["film"] if one.name == "film.mp4"))
        assert film.frame_count >= 9
        assert film.sound is not None
        assert float(pictures(film).std()) > 0


def test_a_retaken_span_is_new_and_its_sound_stays(cache: Cache, models: ModelPool) -> None:
    with made(small("ltx2_retake"), cache, models, "shot", "retake") as results:
        before, after = results["shot"], results["retake"]
        changed = np.abs(pictures(before).astype(int) - pictures(after)).max((1, 2, 3)) > 0
        assert changed.nonzero()[0].tolist() == [6, 7, 8]
        assert before.sound is not None
        assert after.sound is not None
        assert np.array_equal(before.sound.array(), after.sound.array())


def test_a_retaken_span_gets_the_sound_of_its_new_frames_where_that_is_chosen(
    cache: Cache, models: ModelPool
) -> None:
    project = small("ltx2_retake")
    nodes = project.graph.nodes
    nodes["retake"] = nodes["retake"].with_params(sound="make anew")
    with made(project, cache, models, "shot", "retake") as results:
        before, after = results["shot"].sound, results["retake"].sound
        assert before is not None
        assert after is not None
        first, stop = (round(n / 24 * before.rate) for n in (6, 9))
        changed = np.abs(before.array() - after.array()).max(1) > 0
        assert changed[first + 1 : stop - 1].mean() > 0.3  # what is too loud is cut off at 1
        assert not changed[:first].any()
        assert not changed[stop:].any()


def test_the_second_stage_is_twice_as_large(cache: Cache, models: ModelPool) -> None:
    with made(small("ltx2_two_stages"), cache, models, "sample", "refine", "decode") as results:
        small_one, large = results["sample"], results["refine"]
        assert large.tensor.shape[3:] == tuple(2 * n for n in small_one.tensor.shape[3:])
        assert pictures(results["decode"]).shape == (9, 128, 192, 3)


def test_sound_is_made_for_a_clip(cache: Cache, models: ModelPool) -> None:
    project = small("ltx2_text")
    graph = project.graph
    graph.add(Node("hear", "joint.sound_for", params={"steps": 1}))
    for name in ("clip", "prompt", "model"):
        graph.connect(f"{'shot' if name == 'clip' else name}.out", f"hear.{name}")
    with made(project, cache, models, "shot", "hear") as results:
        sound = results["hear"]
        assert isinstance(sound, Sound)
        assert abs(sound.sample_count / sound.rate - float(results["shot"].duration)) < 0.01
        assert float(np.abs(sound.array()).max()) > 0


def test_what_templates_lack_is_told_by_file(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    only_text = {item.name for files in templates_lacking().values() for item in files}
    assert only_text == {"gemma-3-12b-it-qat-q4_0-unquantized"}
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    lacking = templates_lacking()
    assert [item.name for item in lacking["LTX-2: two stages"]] == [
        "ltx-2-19b-dev",
        "ltx-2-19b-distilled",
        "ltx-2-spatial-upscaler-x2-1.0",
        "gemma-3-12b-it-qat-q4_0-unquantized",
    ]
    assert len(lacking) == len(NAMES)
