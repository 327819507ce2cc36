"""What a node gets from its context, and what the context tells the outside."""

from __future__ import annotations

import json
import re
import threading
from pathlib import Path

import numpy as np
import pytest

from engine.errors import Cancelled
from engine.graph import Artifact, Context, ProjectSettings, output_name_problem
from engine.graph.context import derived_seed
from engine.graph.events import (
    Event,
    NodeFinished,
    NodeProgress,
    Preview,
    RenderFinished,
    Warning,  # noqa: A004
)


def test_numbers_of_other_libraries_can_be_sent_on(tmp_path: Path) -> None:
    told: list[Event] = []
    ctx = Context(tmp_path, on_event=told.append)
    ctx.progress(np.int64(3), np.float32(3))
    ctx.progress(np.float64("nan"), 4)
    ctx.warn(ValueError("too dark"))
    facts = [json.loads(json.dumps(event.as_dict())) for event in told]
    assert [fact["event"] for fact in facts] == ["NodeProgress", "Warning"]
    assert (facts[0]["done"], facts[0]["total"]) == (3, 3)
    assert facts[1]["message"] == "too dark"


def test_generators_depend_on_seed_and_name_alone(tmp_path: Path) -> None:
    def draw(seed: int, name: str) -> list[float]:
        return list(Context(tmp_path, seed=seed).generator(name).random(4))

    assert draw(1, "a") == draw(1, "a")
    assert draw(1, "a") != draw(1, "b")
    assert draw(1, "a") != draw(2, "a")


def test_seeds_are_the_same_on_every_machine_and_day(tmp_path: Path) -> None:
    assert derived_seed(7, "shot1") == 3353342014570257361
    assert Context(tmp_path, seed=7).generator().integers(1000) == 92


def test_torch_has_generators_of_its_own(tmp_path: Path) -> None:
    import torch

    first = torch.rand(3, generator=Context(tmp_path, seed=1).torch_generator("noise"))
    again = torch.rand(3, generator=Context(tmp_path, seed=1).torch_generator("noise"))
    assert torch.equal(first, again)


def test_what_a_node_did_not_declare_is_refused(tmp_path: Path) -> None:
    ctx = Context(tmp_path, seeded=False, reads_settings=False)
    with pytest.raises(RuntimeError, match="seeded=False"):
        ctx.generator()
    with pytest.raises(RuntimeError, match="reads_settings=False"):
        ctx.settings  # noqa: B018


def test_the_scratch_folder_is_made_when_it_is_asked_for(tmp_path: Path) -> None:
    asked = []

    def scratch() -> Path:
        asked.append(1)
        return tmp_path / "a" / "b"

    ctx = Context(scratch)
    assert not asked
    assert ctx.scratch.is_dir()
    assert ctx.scratch == tmp_path / "a" / "b"
    assert asked == [1]


def test_progress_warnings_and_previews_become_events(tmp_path: Path) -> None:
    events: list[Event] = []
    ctx = Context(tmp_path, on_event=events.append, node_id="n", node_title="N")
    ctx.progress(1, 4, "a")
    ctx.progress(2, 4)  # too soon after the last
    ctx.progress(4, 4)
    ctx.warn("careful")
    ctx.preview(np.zeros((2, 2, 3), np.uint8))
    progress = [event for event in events if isinstance(event, NodeProgress)]
    assert [(event.done, event.note) for event in progress] == [(1, "a"), (4, "")]
    assert progress[-1].seconds_left == 0
    assert Warning("n", "N", "careful") in events
    assert isinstance(events[-1], Preview)
    assert events[-1].as_dict() == {"event": "Preview", "node": "n", "title": "N"}


@pytest.mark.parametrize(
    ("image", "told"),
    [
        (np.zeros((2, 2, 3), np.float32), "not float32 of shape (2, 2, 3)"),
        (np.zeros((2, 2), np.uint8), "not uint8 of shape (2, 2)"),
        ("film.png", "not str of shape ()"),
    ],
)
def test_what_is_no_picture_is_refused_as_a_preview(
    image: object, told: str, tmp_path: Path
) -> None:
    ctx = Context(tmp_path, on_event=lambda event: None)
    with pytest.raises(TypeError, match=re.escape(told)):
        ctx.preview(image)


def test_a_tensor_is_a_preview_too(tmp_path: Path) -> None:
    import torch

    told: list[Event] = []
    Context(tmp_path, on_event=told.append).preview(torch.ones(2, 2, 3, dtype=torch.uint8))
    assert isinstance(told[0], Preview)
    assert np.array_equal(np.asarray(told[0].image), np.ones((2, 2, 3), np.uint8))


def test_a_cancel_ends_the_node_at_its_next_step(tmp_path: Path) -> None:
    cancel = threading.Event()
    ctx = Context(tmp_path, cancel=cancel)
    ctx.check_cancelled()
    cancel.set()
    for step in (ctx.check_cancelled, lambda: ctx.progress(1, 2)):
        with pytest.raises(Cancelled):
            step()


def test_a_context_needs_nothing_but_a_folder(tmp_path: Path) -> None:
    ctx = Context(tmp_path)
    ctx.progress(1, 2)
    ctx.warn("nobody listens")
    ctx.preview(None)
    assert ctx.settings == ProjectSettings()
    assert (ctx.seed, ctx.provenance.job, ctx.base_dir) == (0, "", Path.cwd())


def test_the_pool_of_models_is_made_when_it_is_asked_for(tmp_path: Path) -> None:
    pool = object()
    assert Context(tmp_path, models=lambda: pool).models is pool  # type: ignore[arg-type,return-value]


def test_events_have_a_json_form() -> None:
    finished = NodeFinished("a", "A", cached=False, seconds=1.5)
    assert finished.as_dict() == {
        "event": "NodeFinished",
        "node": "a",
        "title": "A",
        "cached": False,
        "seconds": 1.5,
    }
    done = RenderFinished((Path("out") / "film.mp4",), 2.0, 3, 4)
    assert done.as_dict()["files"] == ["out/film.mp4"]


@pytest.mark.parametrize(
    "name", ["film.mp4", "media/shot 1.mov", "Été.png", "a" * 200, ".x", "a..b"]
)
def test_names_inside_the_output_folder_are_good(name: str) -> None:
    assert output_name_problem(name) is None
    assert Artifact(name, Path()).name == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../x",
        "a/../../x",
        "/etc/passwd",
        "~/x",
        "C:/x",
        "a\\b",
        "a//b",
        "a/",
        " a",
        "a.",
        "con",
        "media/NUL.txt",
        "a\0b",
        "a\nb",
        "a?",
        "a" * 201,
        "/".join("abcdefghi"),
        "\ud800",
    ],
)
def test_names_that_lead_elsewhere_or_nowhere_are_refused(name: str) -> None:
    problem = output_name_problem(name)
    assert problem
    with pytest.raises(ValueError, match=re.escape(problem)):
        Artifact(name, Path())
