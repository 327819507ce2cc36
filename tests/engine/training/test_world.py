"""The starter world's renderer: deterministic, the same at every size, true to its captions."""

from __future__ import annotations

import numpy as np
import pytest

from engine.models.shdt.lexicon import FACETS
from engine.training import world

BASE = {
    "size": "large",
    "colour": "red",
    "surface": "plain",
    "shape": "cube",
    "motion": "still",
    "scene": "studio",
    "camera": "fixed",
}


def scenario(seed: int = 3, **concepts: str) -> world.Scenario:
    return world.draw_scenario(np.random.default_rng(seed), BASE | concepts)


def red(picture: np.ndarray) -> np.ndarray:
    """Where the picture is clearly red: (T, H, W)."""
    p = picture.astype(int)
    return (p[..., 0] > p[..., 1] + 60) & (p[..., 0] > p[..., 2] + 60)


def centre(mask: np.ndarray) -> np.ndarray:
    """Centre of the mask per frame, as parts of width and height."""
    return np.array(
        [[m.nonzero()[1].mean() / m.shape[1], m.nonzero()[0].mean() / m.shape[0]] for m in mask]
    )


def test_the_same_scenario_renders_to_the_same_pixels() -> None:
    assert np.array_equal(world.render(scenario(), 64, 64), world.render(scenario(), 64, 64))


def test_two_sizes_of_a_scenario_show_the_same_thing() -> None:
    large = world.render(scenario(scene="sea"), 128, 128).astype(float)
    small = world.render(scenario(scene="sea"), 64, 64).astype(float)
    shrunk = large.reshape(17, 64, 2, 64, 2, 3).mean((2, 4))
    assert np.abs(shrunk - small).mean() < 4


@pytest.mark.parametrize(
    ("motion", "axis", "sign"),
    [("left", 0, -1), ("right", 0, 1), ("rises", 1, -1), ("falls", 1, 1)],
)
def test_a_shape_moves_the_way_the_caption_says(motion: str, axis: int, sign: int) -> None:
    path = centre(red(world.render(scenario(motion=motion), 128, 72)))[:, axis]
    assert sign * (path[-1] - path[0]) > 0.2
    assert (sign * np.diff(path) > -0.01).all()


def test_growing_and_shrinking_change_the_area() -> None:
    areas = {
        motion: red(world.render(scenario(motion=motion), 96, 96)).sum((1, 2))
        for motion in ("grows", "shrinks", "still")
    }
    assert areas["grows"][-1] > 2 * areas["grows"][0]
    assert areas["shrinks"][-1] < areas["shrinks"][0] / 2
    assert areas["still"].max() < 1.1 * areas["still"].min()


def test_a_bounce_touches_the_ground_when_the_contacts_say() -> None:
    made = scenario(motion="bounces", size="small")
    bottom = np.array([m.nonzero()[0].max() for m in red(world.render(made, 96, 96))])
    assert len(world.contacts(made)) in (1, 2, 3)
    for seconds in world.contacts(made):
        frame = round(seconds * world.RATE)
        assert bottom[min(frame, 16)] >= bottom.max() - 12


def test_about_a_tenth_of_the_combinations_is_held_out() -> None:
    rng = np.random.default_rng(5)
    drawn = [
        world.held_out({f: rng.choice(list(c)) for f, c in FACETS.items()}) for _ in range(4000)
    ]
    assert 0.08 < np.mean(drawn) < 0.12


def test_training_never_draws_what_is_held_out() -> None:
    rng = np.random.default_rng(6)
    assert not any(world.held_out(world.draw_concepts(rng)) for _ in range(500))
    assert all(world.held_out(world.draw_concepts(rng, held=True)) for _ in range(50))
