"""Sound of a finished picture: as long as the picture, the same for a seed, never its ruin."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import torch

from engine.diffusion.running import Run
from engine.diffusion.sample import Sampling
from engine.diffusion.shot import Shot, decode_sound, hear_clip, sample_shot
from engine.diffusion.values import Latent
from engine.media import Clip
from engine.models.pool import ModelPool
from engine.models.registry import STARTER, model
from engine.models.shdt import lexicon
from engine.models.shdt.audio import RATE, SoundConfig, SoundModel
from engine.models.shdt.family import ShdtModel, load_shdt
from engine.models.shdt.watcher import cell_of, heard_landings, tracked
from engine.runtime.device import choose
from engine.training import world
from engine.training.autoencoder import to_picture
from engine.training.clips import scenarios

SHOT = Shot("a red ball bounces in a meadow", "", 64, 64, 9, sound=True)


@pytest.fixture(scope="module")
def starter() -> ShdtModel:
    """The starter's pictures, with a sound network of random weights."""
    files = {part: weights.path for part, weights in model(STARTER).parts.items()}
    files.pop("sound", None)
    loaded = load_shdt(files, choose("cpu"))
    torch.manual_seed(0)
    sound = SoundModel(SoundConfig(lexicon.VOCABULARY))
    torch.nn.init.normal_(sound.stream.head.weight, std=0.2)
    return replace(loaded, sound=sound.eval())


def make(starter: ShdtModel, seed: int, shot: Shot = SHOT) -> tuple[Latent, list[str]]:
    notes: list[str] = []
    latent = sample_shot(
        starter, STARTER, shot, Sampling(2, seed=seed), run=Run(on_note=notes.append)
    )
    return latent, notes


def test_a_shot_has_a_sound_as_long_as_its_picture(starter: ShdtModel) -> None:
    latent, notes = make(starter, 1)
    sound = decode_sound(starter, latent, seconds=Fraction(9, 8))
    assert sound is not None
    assert not notes
    assert sound.rate == RATE
    samples = sound.array()
    assert samples.shape == (RATE * 9 // 8, 1)
    assert np.isfinite(samples).all()
    assert np.abs(samples).max() > 0


def test_the_same_seed_gives_the_same_sound_and_another_gives_another(starter: ShdtModel) -> None:
    first, again, other = (make(starter, seed)[0].sound for seed in (1, 1, 2))
    assert first is not None
    assert again is not None
    assert other is not None
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_a_clip_that_was_not_made_here_is_heard_too(starter: ShdtModel) -> None:
    frames = np.random.default_rng(3).integers(0, 256, (30, 64, 64, 3), np.uint8)
    clip = Clip.from_array(frames, Fraction(24))
    latent = hear_clip(starter, STARTER, clip, "a ball in a meadow", seed=4)
    sound = decode_sound(starter, latent, seconds=clip.duration)
    assert sound is not None
    assert sound.array().shape == (RATE * 30 // 24, 1)


def test_sound_can_be_switched_off_and_changes_no_picture(starter: ShdtModel) -> None:
    silent, _ = make(starter, 1, replace(SHOT, sound=False))
    assert silent.sound is None
    assert torch.equal(silent.tensor, make(starter, 1)[0].tensor)


def test_a_failure_of_sound_leaves_the_picture_and_says_so(starter: ShdtModel) -> None:
    assert starter.sound is not None
    broken = replace(starter, sound=SoundModel(starter.sound.config).eval())
    assert broken.sound is not None
    torch.nn.init.constant_(broken.sound.stream.head.weight, float("nan"))
    latent, notes = make(broken, 1)
    assert latent.sound is None
    assert torch.equal(latent.tensor, make(starter, 1)[0].tensor)
    assert len(notes) == 1
    assert "silent" in notes[0]


def test_weights_without_sound_make_silent_shots(starter: ShdtModel) -> None:
    latent, notes = make(replace(starter, sound=None), 1)
    assert latent.sound is None
    assert not notes


def test_the_starter_sees_where_things_are_and_when_they_land() -> None:
    watcher = ModelPool().video(STARTER).sound.stream.watcher
    vae = ModelPool().video(STARTER)
    right = total = 0
    off = []
    for one in scenarios(12, 93, held=True, motion="bounces"):
        latent = vae.encode(to_picture(world.render(one, 128, 80)[None]))
        with torch.inference_mode():
            seen = watcher(latent)
        assert seen.features.shape == (1, 17, watcher.around.out_features)
        off.append(np.abs(seen.track[0].numpy() - world.track(one, 1.6))[:, :2].mean())
        told = torch.sigmoid(seen.lands[0]) > 0.5
        moments = [round(moment * world.RATE) for moment in world.contacts(one)]
        inside = [frame for frame in moments if 1 < frame < 15]
        right += sum(bool(told[frame - 1 : frame + 2].any()) for frame in inside)
        total += len(inside)
    assert np.mean(off) < 0.03
    assert total > 8
    assert right >= 0.9 * total


def test_what_moves_otherwise_does_not_land() -> None:
    watcher = ModelPool().video(STARTER).sound.stream.watcher
    for motion in ("left", "spins", "still", "grows"):
        for one in scenarios(2, 94, motion=motion):
            track = torch.from_numpy(world.track(one, 1.6))[None]
            with torch.inference_mode():
                assert torch.sigmoid(watcher.course(track)).max() < 0.5


def test_only_a_landing_that_is_likely_is_heard() -> None:
    never, half, sure = heard_landings(torch.tensor([-3.0, 0.0, 3.0])).tolist()
    assert never < 0.01
    assert half < 0.3
    assert sure > 0.95


def test_a_track_is_where_the_likeliest_cell_says() -> None:
    maps = torch.zeros(1, 1, 4, 5, 8)
    maps[0, 0, 0, 1, 6] = 40.0  # this cell
    maps[0, 0, 1, 1, 6] = 0.25  # a quarter of a cell to the right of its middle
    maps[0, 0, 3, 1, 6] = 0.5
    track = tracked(maps)
    np.testing.assert_allclose(track[0, 0].numpy(), [2.75 / 5, -1 / 5, -1.3], atol=1e-5)
    assert cell_of(track, 5, 8).tolist() == [[14]]
