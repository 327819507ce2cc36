"""Generation with the shipped starter weights, through the nodes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from engine.errors import ModelError, UsageError
from engine.graph import Context, Graph, Node, Prompt, validate
from engine.graph.events import Warning as Told
from engine.media import Image
from engine.models import models
from engine.models.registry import STARTER, verify
from engine.nodes import builtin_registry, generate
from engine.runtime.folders import resources_dir

PROMPT = Prompt("a large red ball bounces in a meadow")


def context(tmp_path: Path, told: list[str] | None = None, seed: int = 1) -> Context:
    def on_event(event: object) -> None:
        if isinstance(event, Told) and told is not None:
            told.append(event.message)

    return Context(tmp_path, seed=seed, on_event=on_event)


def shot(tmp_path: Path, prompt: Prompt = PROMPT, seed: int = 1, **options) -> np.ndarray:
    options = {"width": 128, "height": 72, "seconds": 1, "steps": 3, "tries": 1} | options
    clip = generate.shot(prompt, ctx=context(tmp_path / f"{seed}", seed=seed), **options)
    return clip.array()


def test_the_weights_of_the_starter_are_whole_and_all_are_at_most_60_megabytes() -> None:
    for name in (STARTER, "shdt-fast"):
        entry = models()[name]
        assert {
            "vae",
            "transformer",
            "refiner",
            "enlarger",
            "recogniser",
            "upsampler",
            "sound",
        } == entry.parts.keys()
        assert all(verify(weights) is None for weights in entry.parts.values())
    files = (resources_dir() / "models").glob("*.safetensors")
    assert sum(file.stat().st_size for file in files) <= 60e6


def test_a_shot_has_the_size_length_and_rate_that_were_asked_for(tmp_path: Path) -> None:
    clip = generate.shot(
        PROMPT, width=256, height=144, seconds=2.0, steps=1, tries=1, ctx=context(tmp_path)
    )
    assert (clip.width, clip.height, clip.frame_count, clip.rate) == (256, 144, 17, 8)


def test_equal_seeds_make_equal_frames_and_others_do_not(tmp_path: Path) -> None:
    first = shot(tmp_path / "a", seed=1)
    assert np.array_equal(first, shot(tmp_path / "b", seed=1))
    assert not np.array_equal(first, shot(tmp_path / "c", seed=2))


def lora_file(folder: Path, layer: str = "blocks.0.feed_forward.out") -> Path:
    tensors = {
        f"{layer}.lora_A.weight": torch.randn(4, 576, generator=torch.Generator().manual_seed(1)),
        f"{layer}.lora_B.weight": torch.ones(192, 4),
    }
    path = folder / "look.safetensors"
    save_file(tensors, path)
    return path


def test_a_lora_changes_the_shot_as_strongly_as_asked(tmp_path: Path) -> None:
    plain = shot(tmp_path / "a")
    file = lora_file(tmp_path)
    none, some = (
        shot(tmp_path / f"{strength}", model=generate.lora(file, strength=strength))
        for strength in (0.0, 0.05)
    )
    assert np.array_equal(plain, none)
    assert not np.array_equal(plain, some)


def test_a_lora_of_another_family_is_refused(tmp_path: Path) -> None:
    model = generate.lora(lora_file(tmp_path, "transformer_blocks.0.ff.net.2"))
    with pytest.raises(ModelError, match="family"):
        shot(tmp_path / "a", model=model)


def test_the_prompt_decides_what_is_seen(tmp_path: Path) -> None:
    day = shot(tmp_path / "a", Prompt("a ball in a snowfield"), steps=8).mean()
    night = shot(tmp_path / "b", Prompt("a ball in a night sky"), steps=8).mean()
    assert day > night + 60


def test_the_first_keyframe_is_the_first_frame(tmp_path: Path) -> None:
    picture = np.zeros((72, 128, 3), np.uint8)
    picture[:, :64] = (200, 60, 60)
    picture[:, 64:] = (60, 60, 200)
    condition = generate.keyframe(Image.from_array(picture))
    seen = shot(tmp_path, conditions=[condition], steps=6)[0].astype(int)
    assert np.abs(seen[:, 8:56].mean((0, 1)) - (200, 60, 60)).max() < 30
    assert np.abs(seen[:, 72:120].mean((0, 1)) - (60, 60, 200)).max() < 30


def test_words_that_the_model_does_not_know_are_named(tmp_path: Path) -> None:
    told: list[str] = []
    generate.sample(
        Prompt("a cinematic red ball"), width=128, height=72, seconds=0.2, steps=1,
        ctx=context(tmp_path, told),
    )  # fmt: skip
    assert any("cinematic" in message for message in told)


@pytest.mark.parametrize(("text", "message"), [("  ", "empty"), ("xyzzy plugh", "no word")])
def test_a_prompt_that_says_nothing_is_an_error(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        generate.shot(Prompt(text), ctx=context(tmp_path))


def test_a_shot_is_the_same_as_its_steps_one_by_one(tmp_path: Path) -> None:
    whole = shot(tmp_path / "a", width=256, height=144)
    latent = generate.sample(
        PROMPT, width=256, height=144, seconds=1, steps=3, ctx=context(tmp_path / "b")
    )
    latent = generate.upsample(latent, ctx=context(tmp_path / "c"))
    latent = generate.refine(latent, PROMPT, steps=4, ctx=context(tmp_path / "e"))
    assert np.array_equal(generate.decode(latent, ctx=context(tmp_path / "d")).array(), whole)


def test_a_shot_is_tried_as_often_as_it_may_be_and_tells_what_is_doubtful(tmp_path: Path) -> None:
    told: list[str] = []
    prompt = Prompt("a small dotted purple star in a desert")
    options = {"width": 128, "height": 72, "seconds": 0.6, "steps": 1}
    generate.shot(prompt, **options, tries=2, ctx=context(tmp_path, told))
    assert any(message.startswith("not quite seen in 2 tries: ") for message in told)
    told.clear()
    generate.shot(prompt, **options, tries=1, ctx=context(tmp_path, told))
    assert told == []


def test_an_unknown_model_is_named_with_those_that_are_here() -> None:
    with pytest.raises(ModelError, match=r"shdt-starter"):
        generate.model("sora")


@pytest.mark.parametrize("kind", ["generate.shot", "generate.sample", "reshoot.between"])
@pytest.mark.parametrize(
    ("params", "field", "mend"),
    [({"width": 900}, "width", "Nearby: "), ({"seconds": 5.0}, "seconds", "several shots")],
)
def test_a_size_or_length_that_is_not_made_is_found_at_validation(
    kind: str, params: dict[str, object], field: str, mend: str
) -> None:
    graph = Graph()
    graph.add(Node("shot", kind, params=params))
    found = [problem for problem in validate(graph, builtin_registry()) if problem.mend]
    assert [(p.node, p.field) for p in found if mend in str(p.mend)] == [("shot", field)]


def test_validating_a_shot_loads_no_network() -> None:
    code = (
        "import sys; from engine.graph import Graph, Node, validate;"
        "from engine.nodes import builtin_registry; graph = Graph();"
        "graph.add(Node('s', 'generate.shot')); validate(graph, builtin_registry());"
        "assert 'torch' not in sys.modules and 'av' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
