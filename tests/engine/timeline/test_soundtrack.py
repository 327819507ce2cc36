"""The rendered sound holds the samples that the edit says, at the levels that it says."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest

from engine.errors import MediaError
from engine.media import Clip, Sound
from engine.media.sound import Samples
from engine.timeline import (
    AudioTrack,
    SequenceItem,
    SoundClip,
    Timeline,
    Transition,
    build_sequence,
    build_timeline,
    render_audio,
)
from engine.timeline.blend import Picture

RATE = Fraction(24)
HZ = 48000
FRAME = HZ // 24


def ramp(frames: int = 100, rate: int = HZ) -> Sound:
    """A mono sound whose sample n is n / 10^7."""
    return Sound.from_array(np.arange(frames * rate // 24, dtype=np.float32) / 1e7, rate)


def level(value: float = 0.5, frames: int = 100, *, layout: str = "mono") -> Sound:
    channels = {"mono": 1, "stereo": 2, "5.1": 6}[layout]
    return Sound.from_array(np.full((frames * FRAME, channels), value), HZ, layout=layout)


def silent_clip(sound: Sound, frames: int = 100) -> Clip:
    def make(start: int, stop: int) -> Iterator[Picture]:
        return iter(np.zeros((stop - start, 8, 16, 3), np.uint8))

    return Clip.from_arrays(make, rate=RATE, width=16, height=8, frame_count=frames, sound=sound)


def heard(*clips: SoundClip, sound: Sound, rate: Fraction = RATE, gain: float = 0.0) -> Samples:
    timeline = build_timeline([], [sound], rate=rate, audio=[AudioTrack(clips, gain=gain)])
    return render_audio(timeline).array()


def test_a_sound_lies_where_it_is_put_from_where_it_is_cut() -> None:
    mix = heard(SoundClip(at=3, in_frame=10, out_frame=20), sound=ramp())
    assert mix.shape == (13 * FRAME, 2)
    assert (mix[: 3 * FRAME] == 0).all()
    np.testing.assert_allclose(mix[3 * FRAME :, 0], np.arange(10 * FRAME, 20 * FRAME) / 1e7, 1e-6)
    np.testing.assert_array_equal(mix[:, 0], mix[:, 1])


@pytest.mark.parametrize("rate", [Fraction(30000, 1001), Fraction(24000, 1001), Fraction(60)])
def test_cuts_at_any_rate_join_without_a_lost_sample(rate: Fraction) -> None:
    clips = [SoundClip(at=at, in_frame=at, out_frame=at + 7) for at in range(0, 70, 7)]
    mix = heard(*clips, sound=ramp(120), rate=rate)
    np.testing.assert_allclose(mix[:, 0], np.arange(len(mix)) / 1e7, 1e-6)


def test_gain_counts_in_decibels() -> None:
    assert heard(SoundClip(gain=-6), sound=level(), gain=-14)[0, 0] == pytest.approx(0.05)


@pytest.mark.parametrize("pan", [-1.0, -0.5, 0.0, 0.3, 1.0])
def test_a_pan_keeps_the_power(pan: float) -> None:
    left, right = heard(SoundClip(pan=pan), sound=level())[1000]
    assert left**2 + right**2 == pytest.approx(0.5, rel=1e-5)
    assert np.sign(round(float(right - left), 6)) == np.sign(pan)


def test_the_middle_leaves_stereo_untouched() -> None:
    sound = Sound.from_array(np.random.default_rng(1).normal(0, 0.1, (FRAME * 20, 2)), HZ)
    np.testing.assert_allclose(heard(SoundClip(), sound=sound), sound.array(), rtol=1e-6)


def test_fades_are_straight_lines_of_their_length() -> None:
    mix = heard(SoundClip(fade_in=10, fade_out=5), sound=level(1.0, 50))
    assert mix[5 * FRAME, 0] == pytest.approx(0.5, abs=1e-3)
    assert mix[0, 0] < 1e-4
    assert mix[10 * FRAME, 0] == mix[44 * FRAME, 0] == 1
    assert mix[-1, 0] < 1e-4
    assert (np.diff(mix[: 10 * FRAME, 0]) > 0).all()


def test_tracks_add_up() -> None:
    sounds = [level(0.25), level(0.125, layout="stereo")]
    mix = render_audio(build_timeline([], sounds, rate=RATE)).array()
    np.testing.assert_allclose(mix, 0.375)


def test_surround_is_folded_to_stereo() -> None:
    mix = heard(SoundClip(), sound=level(0.1, layout="5.1"))
    assert mix[100, 0] == pytest.approx(0.1 * (1 + 2 * 0.5**0.5), rel=1e-4)


def test_another_sample_rate_is_resampled_to_the_same_length() -> None:
    mix = heard(SoundClip(), sound=level(0.5).part(0, 44100))
    assert len(mix) == 23 * FRAME
    slow = Sound.from_array(np.full(44100, 0.5), 44100)
    assert len(heard(SoundClip(), sound=slow)) == HZ


def cross_fade(style: Transition) -> Timeline:
    clips = [silent_clip(level(0.5)), silent_clip(level(0.5))]
    items = [
        SequenceItem(clip=0, in_frame=20, out_frame=50, transition=style),
        SequenceItem(clip=1, in_frame=20, out_frame=50),
    ]
    return build_timeline([build_sequence(clips, items, rate=RATE)], rate=RATE)


@pytest.mark.parametrize("kind", ["dissolve", "wipe", "dip", "push"])
def test_the_pictures_sound_cross_fades_with_equal_power(kind: str) -> None:
    mix = render_audio(cross_fade(Transition(kind, 10))).array()[:, 0]  # type: ignore[arg-type]
    assert mix[30 * FRAME] == pytest.approx(0.5 * 2**0.5, rel=1e-4)
    np.testing.assert_allclose(mix[: 25 * FRAME], 0.5)
    np.testing.assert_allclose(mix[35 * FRAME :], 0.5)


def test_sound_may_cut_while_the_picture_dissolves() -> None:
    mix = render_audio(cross_fade(Transition("dissolve", 10, sound=False))).array()
    np.testing.assert_allclose(mix, 0.5)


def test_any_part_of_a_mix_equals_that_of_the_whole() -> None:
    timeline = cross_fade(Transition("dissolve", 10))
    sound = render_audio(timeline)
    whole = sound.array()
    for start, stop in ((0, 10), (16000, 50001), (45000, 119000), (119999, 120000)):
        np.testing.assert_array_equal(sound.array(start, stop), whole[start:stop])
    blocks = np.concatenate(list(sound.blocks(size=777)))
    np.testing.assert_array_equal(blocks, whole)


def test_sounds_open_when_they_begin_and_not_before() -> None:
    opened: list[int] = []

    def read(start: int, stop: int) -> Iterator[Samples]:
        opened.append(start)
        yield np.zeros((stop - start, 1), np.float32)

    sound = Sound(HZ, "mono", HZ * 3600, read)
    clips = tuple(
        SoundClip(at=n * 240, in_frame=n * 240, out_frame=n * 240 + 240) for n in range(50)
    )
    timeline = build_timeline([], [sound], rate=RATE, audio=[AudioTrack(clips)])
    blocks = render_audio(timeline).blocks()
    next(blocks)
    assert opened == [0]


def test_missing_sound_is_named_with_its_clip() -> None:
    timeline = build_timeline(
        [], [level()], rate=RATE, audio=[AudioTrack((SoundClip(name="sea"),))]
    )
    with pytest.raises(MediaError, match="sea: its media 'sound_01' has no sound"):
        render_audio(Timeline(timeline.otio))


def at_speed(speed: str, *, keep_pitch: bool = False, frames: int = 200) -> Timeline:
    """A second of a 480 Hz tone that rises in level over its clip, at a speed."""
    times = np.arange(frames * FRAME) / HZ
    tone = Sound.from_array(np.sin(2 * np.pi * 480 * times) * times / times[-1], HZ)
    item = SequenceItem(0, 48, 48 + 48, speed=Fraction(speed), keep_pitch=keep_pitch)
    sequence = build_sequence([silent_clip(tone, frames)], [item], rate=RATE)
    return build_timeline([sequence], rate=RATE)


def pitch(samples: Samples) -> float:
    """The strongest frequency of the middle of a sound, in Hz."""
    middle = samples[len(samples) // 4 : 3 * len(samples) // 4, 0]
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle))))
    return float(np.argmax(spectrum) * HZ / len(middle))


@pytest.mark.parametrize("speed", ["2", "1/2", "-1", "-3/2", "1001/1000"])
def test_a_shot_at_another_speed_sounds_at_its_speed_and_pitch(speed: str) -> None:
    timeline = at_speed(speed)
    mix = render_audio(timeline).array()
    assert len(mix) == timeline.frame_count * FRAME
    assert pitch(mix) == pytest.approx(480 * abs(Fraction(speed)), rel=0.02)
    louder = np.abs(mix[-FRAME:]).max() - np.abs(mix[:FRAME]).max()
    assert louder > 0 if Fraction(speed) > 0 else louder < 0


@pytest.mark.parametrize("speed", ["2", "1/2", "-1/2"])
def test_a_shot_at_another_speed_may_keep_its_pitch(speed: str) -> None:
    mix = render_audio(at_speed(speed, keep_pitch=True)).array()
    assert pitch(mix) == pytest.approx(480, rel=0.02)


def test_a_sped_shot_is_heard_from_the_sample_of_its_in_point() -> None:
    steps = Sound.from_array(np.repeat(np.arange(100) % 2 * 0.5, FRAME).astype(np.float32), HZ)
    item = SequenceItem(0, 11, 51, speed=Fraction(2))
    sequence = build_sequence([silent_clip(steps)], [item], rate=RATE)
    mix = render_audio(build_timeline([sequence], rate=RATE)).array()[:, 0]
    middles = mix[FRAME // 4 :: FRAME // 2]
    np.testing.assert_allclose(middles, np.arange(11, 51) % 2 * 0.5, atol=0.01)


def test_any_part_of_a_sped_shot_equals_that_of_the_whole() -> None:
    for keep_pitch in (False, True):
        sound = render_audio(at_speed("-3/2", keep_pitch=keep_pitch))
        whole = sound.array()
        for start, stop in ((0, 10), (16000, 40001), (59990, 63990)):
            np.testing.assert_array_equal(sound.array(start, stop), whole[start:stop])


def test_a_held_frame_is_silent() -> None:
    clip = silent_clip(level(0.5))
    items = [SequenceItem(0, 5, frames=20, speed=Fraction(0)), SequenceItem(0, 0, 10)]
    mix = render_audio(build_timeline([build_sequence([clip], items, rate=RATE)], rate=RATE))
    assert not mix.array(0, 20 * FRAME).any()
    np.testing.assert_allclose(mix.array(20 * FRAME), 0.5)
