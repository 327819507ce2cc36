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
from engine.models.registry import STARTER, model
from engine.models.shdt import lexicon
from engine.models.shdt.audio import RATE, SoundConfig, SoundModel, Watcher
from engine.models.shdt.family import ShdtModel, load_shdt
from engine.runtime.device import choose

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


def test_sound_knows_where_in_the_picture_things_are() -> None:
    torch.manual_seed(1)
    config = SoundConfig(vocabulary=9, width=32, hidden=32, video_width=24, taps=(0, 1))
    watcher = Watcher(config)
    for parameter in watcher.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    seen = [torch.randn(1, 5, 4, 6, 24) for _ in config.taps]
    turned = [tap.flip(2) for tap in seen]

    def happening(taps: list[torch.Tensor]) -> torch.Tensor:
        features, landing = watcher(taps)
        assert features.shape == (1, 17, 32)
        assert landing.shape == (1, 17)
        return features

    assert (happening(seen) - happening(turned)).abs().max() > 0.05
    torch.nn.init.zeros_(watcher.places.weight)
    assert torch.allclose(happening(seen), happening(turned), atol=1e-4)
