"""What the benchmarks judge the starter with: landings seen and heard, close-ups, limits."""

from __future__ import annotations

import numpy as np
import torch

from benchmarks._judge import HEIGHT, NEAR, WIDTH, Judge, close_ups, judge
from benchmarks._starter_measures import Shares, bouncing, flicker
from benchmarks._thuds import heard_thuds, matched, seen_landings
from benchmarks.starter_quality import LIMITS, _row
from engine.training import world
from engine.training.autoencoder import to_picture
from engine.training.world_sound import make_beds, render_sound


def track_of(scenario: world.Scenario) -> torch.Tensor:
    return torch.from_numpy(world.track(scenario, WIDTH / HEIGHT))


def test_landings_of_renders_are_seen_and_heard_at_the_same_time() -> None:
    beds = make_beds(4)
    right = total = 0
    for scenario in bouncing(10, 508):
        sound = render_sound(scenario, beds)
        seen = seen_landings(track_of(scenario).numpy())
        good, of = matched(seen, heard_thuds(sound, 16000), seconds=17 / 8)
        right, total = right + good, total + of
    assert total >= 10
    assert right / total >= 0.9


def test_a_thud_at_another_time_is_counted_against_the_sound() -> None:
    assert matched([0.5, 1.5], [0.55, 1.45], seconds=2.1) == (2, 2)
    assert matched([0.5], [1.0], seconds=2.1) == (0, 2)
    assert matched([0.5], [0.5, 2.05], seconds=2.1) == (1, 1)
    assert matched([0.5], [], seconds=2.1) == (0, 1)


def test_close_ups_show_the_shape_at_the_same_size_everywhere() -> None:
    concepts = {"size": "small", "colour": "red", "surface": "plain", "shape": "ball",
                "motion": "grows", "scene": "night", "camera": "push"}  # fmt: skip
    scenario = world.draw_scenario(np.random.default_rng(3), concepts)
    picture = to_picture(world.render(scenario, WIDTH, HEIGHT)[None])
    near = close_ups(picture, track_of(scenario)[None])[0]
    red = (near[:, 0] > near[:, 1] + 0.3) & (near[:, 0] > near[:, 2] + 0.3)
    areas = red.float().mean((1, 2)).numpy()
    whole = np.pi * (NEAR / 2 / 1.4) ** 2 / NEAR**2
    assert np.abs(areas / whole - 1).max() < 0.15


def test_a_verdict_names_a_concept_of_every_facet_for_any_size() -> None:
    torch.manual_seed(1)
    seen = judge(Judge().eval(), torch.rand(1, 3, 17, 72, 128) * 2 - 1)
    assert set(seen.concepts) == {"size", "colour", "surface", "shape", "motion", "scene"}
    assert seen.track.shape == (17, 3)


def test_flicker_is_what_goes_back_and_forth() -> None:
    ramp = np.stack([np.full((4, 4, 3), 10 * n, np.uint8) for n in range(9)])
    assert flicker(ramp) == 0
    ramp[::2] += 5
    assert flicker(ramp) == 10


def test_shares_and_limits_tell_what_was_reached() -> None:
    shares = Shares()
    shares.add(shape=True)
    shares.add(shape=False)
    assert shares.of("shape") == 0.5
    assert _row("shape", 0.95, {"shape": 0.99})["passed"] is True
    assert _row("flicker_ratio", 1.3, {})["passed"] is False
    assert _row("bounce_in_time", None, {})["passed"] is False
    assert (
        _row("identity", 0.9, {"colour": 1.0, "shape": 0.98, "size": 1.0, "surface": 0.97})[
            "judge_on_renders"
        ]
        == 0.97
    )
    assert {better for _, better in LIMITS.values()} == {"higher", "lower"}
