"""Noise is a property of its place and seed alone."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.diffusion.noise import initial_noise, philox

SHAPE = (16, 5, 10, 16)


def words(values: list[int]) -> list[np.ndarray]:
    return [np.array([value], np.uint32) for value in values]


@pytest.mark.parametrize(
    ("counter", "key", "wanted"),
    [  # the known answers that Random123 publishes
        ([0] * 4, (0, 0), [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]),
        ([2**32 - 1] * 4, (2**32 - 1,) * 2, [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD]),
    ],
)
def test_the_generator_gives_its_known_answers(counter, key, wanted) -> None:
    assert [int(word[0]) for word in philox(words(counter), key)] == wanted


def test_noise_comes_from_the_seed_alone() -> None:
    torch.manual_seed(1)
    first = initial_noise(SHAPE, 5)
    torch.manual_seed(2)
    assert torch.equal(first, initial_noise(SHAPE, 5))
    assert not torch.equal(first, initial_noise(SHAPE, 6))
    assert not torch.equal(first, initial_noise(SHAPE, 5 + 2**32))


def test_noise_is_unit_normal_and_its_places_do_not_know_each_other() -> None:
    noise = initial_noise((16, 9, 24, 40), 3)[0]
    assert float(noise.mean()) == pytest.approx(0, abs=0.01)
    assert float(noise.std()) == pytest.approx(1, abs=0.01)
    assert float((noise.abs() > 1.96).float().mean()) == pytest.approx(0.05, abs=0.003)
    for axis in range(4):
        a = noise.narrow(axis, 0, noise.shape[axis] - 1)
        b = noise.narrow(axis, 1, noise.shape[axis] - 1)
        assert float((a * b).mean()) == pytest.approx(0, abs=0.01)


def test_a_tile_has_the_noise_of_its_place() -> None:
    whole = initial_noise(SHAPE, 7)
    tile = initial_noise((16, 2, 4, 6), 7, origin=(3, 5, 9))
    assert torch.equal(tile, whole[:, :, 3:5, 5:9, 9:15])


def test_a_longer_and_larger_shot_begins_with_the_noise_of_the_smaller() -> None:
    small, large = initial_noise((16, 3, 8, 8), 7), initial_noise((16, 5, 10, 12), 7)
    assert torch.equal(small, large[:, :, :3, :8, :8])


def test_a_batch_is_its_samples_by_themselves() -> None:
    batch = torch.cat([initial_noise(SHAPE, seed) for seed in (1, 2, 3)])
    assert torch.equal(batch[1:2], initial_noise(SHAPE, 2))


def test_the_first_numbers_stay_what_they_are() -> None:
    found = initial_noise((4, 1, 1, 1), 0).flatten().tolist()
    wanted = [0.991137683, -0.924662590, -0.617608964, -0.482068598]
    assert found == pytest.approx(wanted, abs=1e-6)
