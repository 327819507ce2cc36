"""Shots steered by graphs of ordinary nodes: each pipeline with the shipped starter weights."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.errors import Cancelled, RenderError
from engine.graph import (
    Cache,
    Context,
    Graph,
    Node,
    ProjectSettings,
    Prompt,
    PromptChange,
    Registry,
    execute,
    node,
)
from engine.graph.events import NodeProgress
from engine.graph.events import Warning as Warned
from engine.media import Clip, Image, Sound, encode, open_clip
from engine.models.pool import ModelPool
from engine.nodes import builtin_registry, generate, reshoot

SIZE = {"width": 64, "height": 64}
QUICK = {"steps": 2, "seed": 3}
SETTINGS = ProjectSettings(rate=Fraction(24), width=64, height=64)
RED, BLUE = (200, 60, 60), (60, 60, 200)
HELD, OTHER = 18.5, 12.0  # dB: the autoencoder itself gives a picture of these back at 22.6


def picture(color: tuple[int, int, int] = RED) -> np.ndarray:
    made = np.full((64, 64, 3), color, np.uint8)
    made[16:48, 20:44] = 255 - np.array(color, np.uint8)
    return made


@node("Test still", category="Test", id="test.still", cache=False)
def still(red: bool = True, width: int = 64) -> Image:
    """A picture of two colours."""
    return Image.from_array(picture(RED if red else BLUE)[:, :width])


@node("Test clip", category="Test", id="test.clip", cache=False)
def clip(frames: int = 17, rate: int = 8, color: int = 120) -> Clip:
    """A square that moves over a colour, with a soft sound."""
    pixels = np.full((frames, 64, 64, 3), (color, 90, 160), np.uint8)
    for number in range(frames):
        left = 4 + round(36 * number / max(1, frames))
        pixels[number, 20:44, left : left + 20] = (230, 220, 60)
    sound = Sound.from_array(0.1 * np.sin(np.arange(frames * 48000 // rate) / 30), 48000)
    return Clip.from_array(pixels, Fraction(rate), sound=sound)


@node("Test mask", category="Test", id="test.mask", cache=False)
def mask(width: int = 64) -> Image:
    """White in its right half."""
    made = np.zeros((64, width, 3), np.uint8)
    made[:, width // 2 :] = 255
    return Image.from_array(made)


@node("Test moving mask", category="Test", id="test.moving", cache=False)
def moving(frames: int = 17) -> Clip:
    """White in the right half of its last frames."""
    made = np.zeros((frames, 64, 64, 3), np.uint8)
    made[frames // 2 :, :, 32:] = 255
    return Clip.from_array(made, Fraction(8))


@pytest.fixture(scope="module")
def registry() -> Registry:
    made = builtin_registry().copy()
    for function in (still, clip, mask, moving):
        made.add_function(function)
    return made


@pytest.fixture(scope="module")
def models() -> ModelPool:
    return ModelPool("cpu")


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cache]:
    made = Cache(tmp_path_factory.mktemp("cache"), budget=10**9)
    yield made
    made.close()


@pytest.fixture
def run(registry: Registry, models: ModelPool, cache: Cache, tmp_path: Path) -> Iterator[Any]:
    opened = []

    def run(graph: Graph, target: str = "out") -> Any:
        results = execute(
            graph, registry, [target], cache=cache, settings=SETTINGS, models=models,
            base_dir=tmp_path,
        )  # fmt: skip
        opened.append(results)
        return results[target]

    yield run
    for results in opened:
        results.close()


def graph_of(nodes: dict[str, tuple[str, dict[str, Any]]], *links: tuple[str, str]) -> Graph:
    graph = Graph()
    specs = builtin_registry()
    for name, (kind, params) in nodes.items():
        spec = specs.get(kind)
        graph.add(Node(name, kind, spec.version if spec else 1, params))
    for index, (source, target) in enumerate(links):
        graph.connect(source, target, index=index)
    return graph


WORDS = ("values.prompt", {"text": "a large red ball bounces in a meadow"})


def steered(*conditions: tuple[str, str, dict[str, Any]], **params: Any) -> Graph:
    """A shot with conditions, each (source kind, condition kind, its params)."""
    nodes: dict[str, Any] = {
        "words": WORDS,
        "out": ("generate.shot", {**SIZE, **QUICK, "tries": 1, "seconds": 2.0, **params}),
    }
    links = [("words", "out.prompt")]
    for number, (source, kind, given) in enumerate(conditions):
        nodes[f"c{number}"] = (kind, given)
        if source:
            nodes[f"s{number}"] = (source, {})
            entry = "clip" if source == "test.clip" else "image"
            links.append((f"s{number}", f"c{number}.{entry}"))
        links.append((f"c{number}", "out.conditions"))
    return graph_of(nodes, *links)


def near(frame: np.ndarray, wanted: np.ndarray) -> float:
    """PSNR in dB."""
    return float(-10 * np.log10(((frame.astype(float) - wanted) ** 2).mean() / 255**2))


# Conditions


@pytest.mark.parametrize(
    ("place", "at"), [({"frame": "first"}, 0), ({"frame": "last"}, 16),
                      ({"frame": "number", "number": 7}, 7)]
)  # fmt: skip
def test_a_keyframe_is_seen_at_its_frame(run: Any, place: dict[str, Any], at: int) -> None:
    frames = run(steered(("test.still", "generate.keyframe", place))).array()
    assert near(frames[at], picture()) > 20
    far = 16 if at < 8 else 0
    assert near(frames[far], picture()) < near(frames[at], picture()) - 5


def test_first_last_and_others_are_held_at_once(run: Any) -> None:
    graph = steered(
        ("test.still", "generate.keyframe", {"frame": "first"}),
        ("test.still", "generate.keyframe", {"frame": "number", "number": 8}),
        ("test.still", "generate.keyframe", {"frame": "last"}),
    )
    graph.nodes["s1"] = graph.nodes["s1"].with_params(red=False)
    frames = run(graph).array()
    assert near(frames[0], picture()) > 20
    assert near(frames[8], picture(BLUE)) > 18
    assert near(frames[16], picture()) > 20


def test_a_keyframe_of_less_strength_is_followed_less(run: Any) -> None:
    found = [
        near(
            run(steered(("test.still", "generate.keyframe", {"strength": s}))).array()[0], picture()
        )
        for s in (1.0, 0.5)
    ]
    assert found[0] > found[1]


def test_a_keyframe_may_be_looked_at_beside_the_shot(run: Any) -> None:
    plain = run(steered()).array()
    seen = run(steered(("test.still", "generate.keyframe", {"mode": "guide"}))).array()
    held = run(steered(("test.still", "generate.keyframe", {}))).array()
    assert not np.array_equal(plain, seen)
    assert not np.array_equal(held, seen)


def test_a_reference_changes_the_shot_and_has_no_place_in_it(run: Any) -> None:
    plain = run(steered()).array()
    told = run(steered(("test.still", "control.reference", {}))).array()
    assert not np.array_equal(plain, told)
    assert max(near(frame, picture()) for frame in told) < 20


def test_frames_of_a_clip_are_what_a_shot_begins_with(run: Any) -> None:
    graph = steered(("test.clip", "control.frames", {}))
    graph.nodes["s0"] = graph.nodes["s0"].with_params(frames=9)
    frames = run(graph).array()
    wanted = clip(frames=9).array()
    assert min(near(frames[n], wanted[n]) for n in range(9)) > 18


def test_a_few_frames_are_held_too_where_they_fill_no_group_of_the_model(run: Any) -> None:
    graph = steered(("test.clip", "control.frames", {"place": "last"}))
    graph.nodes["s0"] = graph.nodes["s0"].with_params(frames=2)
    frames, alone, wanted = run(graph).array(), run(steered()).array(), clip(frames=2).array()
    for n in range(2):
        assert near(frames[15 + n], wanted[n]) > near(alone[15 + n], wanted[n]) + 5


def test_a_start_with_little_change_keeps_its_clip(run: Any) -> None:
    found = [
        near(run(steered(("test.clip", "control.start", {"change": c}))).array(), clip().array())
        for c in (0.1, 0.9)
    ]
    assert found[0] > 20
    assert found[0] > found[1] + 3


def test_a_region_is_kept_where_the_mask_is_black(run: Any) -> None:
    graph = steered(("test.clip", "control.region", {}))
    graph.add(Node("mask", "test.mask"))
    graph.connect("mask", "c0.mask")
    frames, own = run(graph).array(), clip().array()
    assert near(frames[:, :, :24], own[:, :, :24]) > near(frames[:, :, 40:], own[:, :, 40:]) + 3


@pytest.mark.parametrize(
    "params",
    [{"rescale": 0.7}, {"skip": 1.0}, {"skip": 1.0, "blocks": [0, 3]}, {"start": 0.5},
     {"stop": 0.2}, {"change": "falling"}],
)  # fmt: skip
def test_guidance_of_every_kind_changes_the_shot(run: Any, params: dict[str, Any]) -> None:
    plain = run(steered()).array()
    assert not np.array_equal(plain, run(steered(("", "control.guidance", params))).array())


def test_what_must_not_be_shown_changes_the_shot(run: Any) -> None:
    graph = steered()
    plain = run(graph).array()
    graph.nodes["words"] = graph.nodes["words"].with_params(negative="a meadow")
    assert not np.array_equal(plain, run(graph).array())


def test_a_weight_changes_the_shot_by_its_phrase(run: Any) -> None:
    graph = steered(guidance=2.0, steps=4, seconds=1.0)

    def red(text: str) -> float:
        graph.nodes["words"] = graph.nodes["words"].with_params(text=text)
        frame = run(graph).array()[4].astype(float)
        return float(np.abs(frame - frame.mean((0, 1))).mean())

    said = [red(f"a large (red:{weight}) ball in a studio") for weight in ("0", "1", "2.5")]
    assert len({round(value, 3) for value in said}) == 3
    assert red("a large ball in a studio") == pytest.approx(said[0], abs=1.0)


def test_the_weight_of_the_cameras_words_is_its_strength(run: Any) -> None:
    graph = steered(steps=6)

    def moved(weight: float) -> float:
        text = f"a small red ball stays still in a meadow (as the camera pushes in:{weight})"
        graph.nodes["words"] = graph.nodes["words"].with_params(text=text)
        frames = run(graph).array().astype(float)
        return float(np.abs(frames[-1] - frames[0]).mean())

    assert moved(2.0) > moved(0.5) + 5


def test_prompts_over_time_are_heard_in_their_part_of_the_shot(run: Any) -> None:
    graph = steered(steps=6, guidance=4.0)
    graph.nodes["words"] = Node("words", "values.schedule", params={"starts": [1.0], "blend": 0.2})
    for number, scene in enumerate(("a ball in a snowfield", "a ball in a night sky")):
        graph.add(Node(f"p{number}", "values.prompt", params={"text": scene}))
        graph.connect(f"p{number}", "words.prompts", index=number)
    frames = run(graph).array()
    assert frames[:5].mean() > frames[12:].mean() + 20


def test_a_prompt_after_the_end_of_the_shot_is_told(models: ModelPool, tmp_path: Path) -> None:
    told: list[str] = []

    def hear(event: object) -> None:
        if isinstance(event, Warned):
            told.append(event.message)

    prompt = Prompt("a ball", changes=(PromptChange(0.1, "a cube"), PromptChange(3.0, "a star")))
    ctx = Context(tmp_path, models=models, on_event=hear)
    generate.sample(prompt, **SIZE, seconds=0.6, steps=1, sound=False, ctx=ctx)
    assert told == ["the prompt of 3 s comes after the shot's end: a star"]


# Clips made anew


def reshot(kind: str, *extra: tuple[str, str, str], **params: Any) -> Graph:
    """A test clip made anew; `extra` are (name, kind, input)."""
    nodes: dict[str, Any] = {
        "in": ("test.clip", {}),
        "words": WORDS,
        "out": (f"reshoot.{kind}", {**QUICK, **params}),
    }
    links = [("in", "out.clip"), ("words", "out.prompt")]
    for name, source, entry in extra:
        nodes[name] = (source, {})
        links.append((name, f"out.{entry}"))
    return graph_of(nodes, *links)


@pytest.mark.parametrize(("start", "frames"), [(0, 5), (6, 8), (0, 17), (16, 1)])
def test_a_retake_leaves_all_frames_outside_its_span_as_they_are(
    run: Any, start: int, frames: int
) -> None:
    made, own = run(reshot("retake", start=start, frames=frames)).array(), clip().array()
    outside = [n for n in range(17) if not start <= n < start + frames]
    assert np.array_equal(made[outside], own[outside])
    assert all(not np.array_equal(made[n], own[n]) for n in range(start, start + frames))


def test_a_retake_of_a_film_file_keeps_its_stored_frames_bit_for_bit(
    run: Any, tmp_path: Path
) -> None:
    encode(clip(frames=72, rate=24), tmp_path / "in.mp4", "h264")
    graph = reshot("retake", start=30, frames=12)
    graph.nodes["in"] = Node("in", "media.load_clip", params={"file": "in.mp4"})
    made = run(graph)
    own = open_clip(tmp_path / "in.mp4")
    assert (made.frame_count, made.rate, made.pixel_format) == (72, 24, own.pixel_format)
    pairs = zip(made.stored(), own.stored(), strict=True)
    same = [np.array_equal(a.to_ndarray(), b.to_ndarray()) for a, b in pairs]
    assert [n for n in range(72) if not same[n]] == list(range(30, 42))
    assert np.array_equal(made.sound.array(), own.sound.array())


def test_a_retake_fits_what_lies_around_it(run: Any) -> None:
    alone = run(steered()).array()
    made, own = run(reshot("retake", start=5, frames=4, steps=6)).array(), clip().array()
    assert near(made[6], own[6]) > near(alone[6], own[6])


@pytest.mark.parametrize("direction", ["after its end", "before its beginning"])
@pytest.mark.parametrize(("seconds", "new"), [(0.25, 2), (2.0, 16)])
def test_an_extended_clip_holds_its_own_frames_as_they_are(
    run: Any, direction: str, seconds: float, new: int
) -> None:
    made = run(reshot("extend", direction=direction, seconds=seconds))
    own, frames = clip().array(), made.array()
    assert len(frames) == 17 + new
    kept = frames[:17] if direction == "after its end" else frames[new:]
    assert np.array_equal(kept, own)
    heard = made.sound.array()
    silent = heard[17 * 6000 :] if direction == "after its end" else heard[: new * 6000]
    assert (len(heard), float(np.abs(silent).max())) == ((17 + new) * 6000, 0.0)


def test_an_extension_goes_on_from_the_last_frames(run: Any) -> None:
    made = run(reshot("extend", seconds=0.5, steps=6)).array()
    alone = run(steered(steps=6)).array()
    assert near(made[17], made[16]) > near(alone[1], made[16])


def test_one_frame_is_led_up_to(run: Any) -> None:
    graph = reshot("extend", direction="before its beginning", seconds=0.5)
    graph.nodes["in"] = graph.nodes["in"].with_params(frames=1)
    made = run(graph).array()
    assert near(made[3], made[4]) > near(run(steered()).array()[3], made[4]) + 3


def with_still(graph: Graph, **where: Any) -> Graph:
    """The graph with a keyframe more."""
    name = f"still{len(graph.nodes)}"
    graph.add(Node(name, "test.still"))
    graph.add(Node(f"key{name}", "generate.keyframe", params=where))
    graph.connect(name, f"key{name}.image")
    graph.connect(f"key{name}", "out.conditions", index=len(graph.nodes))
    return graph


def test_keyframes_of_a_retake_count_from_its_first_new_frame(run: Any) -> None:
    graph = with_still(reshot("retake", start=20, frames=8), frame="number", number=3)
    graph.nodes["in"] = graph.nodes["in"].with_params(frames=40)
    made = run(graph).array()
    assert near(made[23], picture()) > HELD
    assert max(near(made[at], picture()) for at in (18, 19, 20, 21, 28, 29)) < OTHER
    with pytest.raises(RenderError, match="frame 8, and frames 0 to 7 are made anew"):
        run(with_still(reshot("retake", start=2, frames=8), frame="number", number=8))


@pytest.mark.parametrize(
    ("direction", "places"),
    [
        ("after its end", {2: {"frame": "number", "number": 2}, 13: {"frame": "last"}}),
        ("before its beginning", {0: {"frame": "first"}, 9: {"frame": "number", "number": 9}}),
    ],
)
def test_keyframes_of_an_extension_count_over_all_its_shots(
    run: Any, direction: str, places: dict[int, dict[str, Any]]
) -> None:
    graph = reshot("extend", direction=direction, seconds=1.75)
    for where in places.values():
        graph = with_still(graph, **where)
    made = run(graph).array()
    new = made[17:] if direction == "after its end" else made[:14]
    assert all(near(new[at], picture()) > HELD for at in places)
    assert near(new[6], picture()) < OTHER


def test_prompts_over_time_count_from_the_first_new_frame(run: Any) -> None:
    graph = reshot("extend", seconds=2.0, steps=6, guidance=4.0)
    graph.nodes["in"] = graph.nodes["in"].with_params(frames=1)
    graph.nodes["words"] = Node("words", "values.schedule", params={"starts": [1.0], "blend": 0.2})
    for number, scene in enumerate(("a ball in a snowfield", "a ball in a night sky")):
        graph.add(Node(f"p{number}", "values.prompt", params={"text": scene}))
        graph.connect(f"p{number}", "words.prompts", index=number)
    frames = run(graph).array()[1:]
    assert frames[4:7].mean() > frames[12:].mean() + 20


def test_a_retaken_span_gets_new_sound_from_the_starter_too(run: Any) -> None:
    made, own = run(reshot("retake", start=4, frames=8, sound="make anew")), clip()
    new, old = made.sound.array(), own.sound.array()
    assert new.shape == old.shape
    assert np.array_equal(new[: 4 * 6000], old[: 4 * 6000])
    assert np.array_equal(new[12 * 6000 :], old[12 * 6000 :])
    assert not np.allclose(new[4 * 6000 : 12 * 6000], old[4 * 6000 : 12 * 6000], atol=0.01)


def test_an_inpainted_clip_is_its_own_outside_the_mask(run: Any) -> None:
    made = run(reshot("inpaint", ("mask", "test.mask", "mask"))).array()
    own = clip().array()
    assert np.array_equal(made[:, :, :32], own[:, :, :32])
    assert not np.array_equal(made[:, :, 32:], own[:, :, 32:])


def test_a_moving_mask_counts_frame_by_frame(run: Any) -> None:
    made = run(reshot("inpaint", ("mask", "test.moving", "moving_mask"))).array()
    own = clip().array()
    assert np.array_equal(made[:8], own[:8])
    assert np.array_equal(made[8:, :, :32], own[8:, :, :32])
    assert not np.array_equal(made[12, :, 32:], own[12, :, 32:])


def test_an_outpainted_clip_holds_its_picture(run: Any) -> None:
    graph = reshot("outpaint", left=16)
    graph.nodes["crop"] = Node("crop", "media.crop", params={"left": 16})
    graph.links = [link for link in graph.links if link.target != "out" or link.input != "clip"]
    graph.connect("in", "crop.clip")
    graph.connect("crop", "out.clip")
    made, own = run(graph).array(), clip().array()
    assert made.shape == own.shape
    assert np.array_equal(made[:, :, 16:], own[:, :, 16:])
    assert not np.array_equal(made[:, :, :16], own[:, :, :16])


def test_a_restyled_clip_of_any_rate_keeps_its_length_and_sound(run: Any) -> None:
    graph = reshot("restyle", change=0.3)
    graph.nodes["in"] = graph.nodes["in"].with_params(frames=40, rate=24)
    made = run(graph)
    assert (made.frame_count, made.rate) == (40, 24)
    assert made.sound.sample_count == 80000


def test_a_loop_keeps_its_middle_and_makes_its_seam(run: Any) -> None:
    made, own = run(reshot("loop", seconds=0.5)).array(), clip().array()
    same = [bool(np.array_equal(a, b)) for a, b in zip(made, own, strict=True)]
    assert same == [n in range(2, 15) for n in range(17)]


def test_a_shot_leads_from_one_still_to_another_without_a_word(run: Any) -> None:
    nodes = {
        "a": ("test.still", {}),
        "b": ("test.still", {"red": False}),
        "out": ("reshoot.between", {**SIZE, **QUICK}),
    }
    frames = run(graph_of(nodes, ("a", "out.first"), ("b", "out.last"))).array()
    assert near(frames[0], picture()) > 20
    assert near(frames[16], picture(BLUE)) > 20


def test_a_run_of_several_shots_that_was_stopped_goes_on_to_the_same_frames(
    models: ModelPool, tmp_path: Path
) -> None:
    def extended(folder: Path, cancel: threading.Event | None = None) -> np.ndarray:
        def hear(event: object) -> None:
            if cancel and isinstance(event, NodeProgress) and event.done >= 5:
                cancel.set()

        ctx = Context(
            folder, seed=3, models=models, cancel=cancel, on_event=hear if cancel else None
        )
        made = reshoot.extend(clip(), Prompt("a red ball"), seconds=2.0, steps=4, ctx=ctx)
        return made.array()

    whole = extended(tmp_path / "a")
    with pytest.raises(Cancelled):
        extended(tmp_path / "b", threading.Event())
    assert np.array_equal(extended(tmp_path / "b"), whole)


# Mistakes


@pytest.mark.parametrize(
    ("graph", "message"),
    [
        (steered(("test.still", "generate.keyframe", {"frame": "number", "number": 40})),
         "frames 0 to 16.*Move it to 16"),
        (steered(("test.clip", "control.start", {}), seconds=1.0), "17 frames.*the shot 9"),
        (steered(("", "control.guidance", {"skip": 1, "blocks": [99]})), "no block 99.*0 to"),
        (steered(("", "control.guidance", {}), ("", "control.guidance", {})),
         "one guidance.*Unlink all but one"),
        (steered(("test.still", "generate.keyframe", {}), ("test.clip", "control.frames", {})),
         "two keyframes are held at frame 0.*Move"),
        (steered(("test.clip", "joint.reference_clip", {})), 'no reference clip.*use "Reference"'),
        (steered(("", "joint.guidance", {})), "no guidance of picture and sound.*LTX-2"),
        (steered(("", "control.guidance", {"start": 0.5, "stop": 0.5})), "is 0.5.*after it starts"),
        (reshot("retake", start=15, frames=9), "no span of a clip of 17"),
        (reshot("inpaint"), "mask is needed"),
        (reshot("outpaint"), "needs a margin"),
        (reshot("outpaint", left=300), "Nearby"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_mend(run: Any, graph: Graph, message: str) -> None:
    with pytest.raises(RenderError, match=message):
        run(graph)


def test_a_mask_of_another_size_or_length_is_refused(run: Any) -> None:
    graph = reshot("inpaint", ("mask", "test.mask", "mask"))
    graph.nodes["mask"] = graph.nodes["mask"].with_params(width=48)
    with pytest.raises(RenderError, match="the mask is 48x64, its clip 64x64"):
        run(graph)
    graph = reshot("inpaint", ("mask", "test.moving", "moving_mask"))
    graph.nodes["mask"] = graph.nodes["mask"].with_params(frames=5)
    with pytest.raises(RenderError, match="the mask has 5 frames"):
        run(graph)


@pytest.mark.parametrize("kind", ["inpaint", "restyle"])
def test_a_clip_longer_than_a_shot_names_how_long_it_may_be(run: Any, kind: str) -> None:
    graph = reshot(kind, *([("mask", "test.mask", "mask")] if kind == "inpaint" else []))
    graph.nodes["in"] = graph.nodes["in"].with_params(frames=40)
    with pytest.raises(RenderError, match=r"40 frames.*Trim it to 17 at most: 2\.1"):
        run(graph)
    graph = reshot("loop", seconds=2.0)
    graph.nodes["in"] = graph.nodes["in"].with_params(frames=9)
    with pytest.raises(RenderError, match="Make less"):
        run(graph)
    graph.nodes["in"] = graph.nodes["in"].with_params(frames=2)
    with pytest.raises(RenderError, match="longer clip"):
        run(graph)
    graph = reshot("retake", frames=30)
    graph.nodes["in"] = graph.nodes["in"].with_params(frames=40)
    with pytest.raises(RenderError, match="retake in parts"):
        run(graph)


def test_starts_of_a_schedule_that_do_not_fit_are_refused(run: Any) -> None:
    graph = steered()
    graph.nodes["words"] = Node("words", "values.schedule", params={"starts": [2.0, 1.0]})
    for number in range(3):
        graph.add(Node(f"p{number}", "values.prompt", params={"text": "a ball"}))
        graph.connect(f"p{number}", "words.prompts", index=number)
    with pytest.raises(RenderError, match="rising order"):
        run(graph)
