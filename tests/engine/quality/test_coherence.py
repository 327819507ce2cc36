"""Sound against picture: events late and early, lips, words, cuts, and what the plot shows."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from engine.cli import main
from engine.faces.arkit import PLACE, SHAPES
from engine.faces.curves import FaceCurves
from engine.faces.exchange import write_curves
from engine.media import Clip, Sound, encode, open_image
from engine.quality.coherence import coherence
from engine.quality.coherence_plot import plot_coherence
from tests.engine.captions.speaking import said

RATE = Fraction(24)
FRAMES = 144


def bounces(late: float = 0.0, *, frames: int = FRAMES) -> Clip:
    """A ball that bounces on the floor with a knock each time, `late` frames after it."""
    pictures = np.full((frames, 90, 160, 3), 40, np.uint8)
    sound = np.zeros(frames * 2000, np.float32)
    rows, columns = np.mgrid[0:90, 0:160]
    height, speed = 20.0, 2.3
    for frame in range(frames):
        height += speed
        if height > 75:
            height, speed = 150 - height, -speed
            start = round((frame + late) * 2000)
            knock = np.exp(-np.arange(2400) / 600) * np.sin(np.arange(2400) / 8) * 0.6
            part = sound[start : start + 2400]
            part += knock[: len(part)].astype(np.float32)
        if height < 12:
            height, speed = 24 - height, -speed
        cover = np.clip(7.5 - np.hypot(rows - height, columns - 20 - frame * 0.8), 0, 1)[..., None]
        ball = np.array([220, 60, 50])
        pictures[frame] = (pictures[frame] * (1 - cover) + ball * cover).astype(np.uint8)
    return Clip.from_array(pictures, RATE, sound=Sound.from_array(sound, 48000), name="ball")


def speaking(*, lips_late: int = 0, lips: bool = True) -> tuple[Clip, FaceCurves]:
    """Syllables in the first two thirds, then silence; a mouth that opens with each of them."""
    seconds = np.arange(FRAMES * 2000) / 48000
    beat = np.clip(np.sin(2 * np.pi * 2.7 * seconds + np.sin(seconds)), 0, 1) * (seconds < 4)
    tone = beat * np.sin(2 * np.pi * 180 * seconds) * 0.5
    frames = beat.reshape(FRAMES, 2000).mean(axis=1)
    shapes = np.zeros((FRAMES, len(SHAPES)), np.float32)
    shapes[:, PLACE["jawOpen"]] = np.roll(frames, lips_late) * 0.6 * lips
    face = FaceCurves(RATE, shapes, np.zeros((FRAMES, 3), np.float32))
    still = np.full((FRAMES, 36, 64, 3), 60, np.uint8)
    return Clip.from_array(still, RATE, sound=Sound.from_array(tone, 48000)), face


@pytest.mark.parametrize("late", [-4, -1, 0, 1, 3])
def test_the_lag_of_a_bounce_is_found_within_half_a_frame(late: int) -> None:
    (shot,) = coherence(bounces(late)).shots
    assert shot.lag == pytest.approx(late, abs=0.5)
    assert shot.events >= 2


def test_sounds_that_come_late_are_warned_of_and_those_in_time_are_not() -> None:
    (late,) = coherence(bounces(3)).findings()
    assert (late.level, late.check) == ("warning", "coherence")
    assert "frames after what is seen" in late.message
    (fine,) = coherence(bounces(0)).findings()
    assert fine.level == "ok"


def test_a_clip_without_sound_or_without_events_has_no_lag() -> None:
    silent = Clip.from_array(bounces().array(), RATE)
    assert [shot.lag for shot in coherence(silent).shots] == [None]
    grey = np.full((48, 36, 64, 3), 60, np.uint8)
    still = Clip.from_array(grey, RATE, sound=bounces(frames=48).sound)
    assert [shot.lag for shot in coherence(still).shots] == [None]
    (untold,) = coherence(still).findings()
    assert untold.level == "ok"
    assert "no shot has enough events" in untold.message


@pytest.mark.parametrize("seed", range(6))
def test_flashes_and_knocks_that_have_nothing_in_common_have_no_lag(seed: int) -> None:
    """As many knocks as speech has onsets: at some distance a few always meet a flash."""
    random = np.random.default_rng(seed)
    pictures = np.full((240, 36, 64, 3), 40, np.uint8)
    for frame in random.choice(48, 8, replace=False) * 5:
        pictures[frame : frame + 2, 12:24, 20:32] = 200
    sound = np.zeros(240 * 2000, np.float32)
    knock = np.exp(-np.arange(2400) / 600) * np.sin(np.arange(2400) / 8) * 0.6
    for start in random.integers(0, len(sound), 45):
        sound[start : start + 2400] = knock[: len(sound) - start]
    film = Clip.from_array(pictures, RATE, sound=Sound.from_array(sound, 48000))
    found = coherence(film)
    assert found.picture_events
    assert len(found.onsets) > 15
    assert [shot.lag for shot in found.shots] == [None]


def test_shots_are_judged_apart() -> None:
    first, second = bounces(0), bounces(3)
    bright = second.array() // 2 + 120
    both = np.concatenate([first.array(), bright])
    assert first.sound is not None
    assert second.sound is not None
    sound = np.concatenate([first.sound.array(), second.sound.array()])
    film = Clip.from_array(both, RATE, sound=Sound.from_array(sound, 48000))
    shots = coherence(film).shots
    assert [shot.first_frame for shot in shots] == [0, FRAMES]
    assert [round(shot.lag) if shot.lag is not None else None for shot in shots] == [0, 3]


@pytest.mark.parametrize("late", [-3, 0, 2])
def test_lips_are_late_by_so_many_frames(late: int) -> None:
    clip, face = speaking(lips_late=late)
    found = coherence(clip, face=face)
    (shot,) = found.shots
    assert shot.lip_lag == late
    assert shot.lips is not None
    assert shot.lips > 0.9
    assert shot.still is not None
    assert shot.still > 0.8
    assert any("lips are" in f.message for f in found.findings()) == (abs(late) > 1.5)


def test_lips_that_rest_while_somebody_speaks_are_warned_of() -> None:
    clip, face = speaking(lips=False)
    found = coherence(clip, face=face)
    assert found.shots[0].lips == 0
    assert any("lips rest" in finding.message for finding in found.findings())


def test_lips_that_move_only_in_silence_have_no_lag() -> None:
    clip, face = speaking()
    shapes = face.shapes.copy()
    jaw = shapes[:, PLACE["jawOpen"]]
    shapes[:, PLACE["jawOpen"]] = jaw.max() * (np.arange(FRAMES) > 110)
    found = coherence(clip, face=FaceCurves(RATE, shapes, face.head))
    assert found.shots[0].lip_lag is None


def test_words_are_compared_in_the_shot_where_they_are_heard() -> None:
    heard = said("We sail at dawn. Then we go home.", start=0.2)
    script = "We sail at dusk. Then we go home."
    found = coherence(bounces(), script=script, transcript=heard, cuts=[0, 48])
    errors = [shot.words for shot in found.shots]
    assert [len(error.errors) if error else None for error in errors] == [1, 0]
    assert found.shots[0].words is not None
    assert found.shots[0].words.errors[0].wanted == "dusk"
    assert "1 words differ" in " ".join(str(finding) for finding in found.findings())


def test_the_plot_has_a_row_for_each_curve() -> None:
    clip, face = speaking()
    bare = plot_coherence(coherence(clip)).array()
    whole = plot_coherence(coherence(clip, face=face, transcript=said("Hello there."))).array()
    assert whole.shape[0] > bare.shape[0]
    assert len(np.unique(whole.reshape(-1, 3), axis=0)) > len(
        np.unique(bare.reshape(-1, 3), axis=0)
    )
    assert np.array_equal(bare, plot_coherence(coherence(clip)).array())


def test_the_command_compares_and_draws(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    film, plot, curves = tmp_path / "ball.mp4", tmp_path / "ball.png", tmp_path / "face.json"
    encode(bounces(3), film)
    write_curves(speaking()[1], curves)
    assert main(["check", str(film), "--coherence", "--plot", str(plot)]) in (0, 1)
    assert "frames after what is seen" in capsys.readouterr().out
    assert open_image(plot).width == 1280
    assert main(["check", str(film), "--face", str(curves)]) in (0, 1)
    assert "lips" in capsys.readouterr().out
    assert main(["check", str(film), "--script", str(tmp_path / "none.txt")]) == 2
