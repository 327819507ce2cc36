"""Lips follow speech: closures, vowels and silence, from any recording, in time."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import UsageError
from engine.faces import CLOSED, lip_gap
from engine.media import Sound, conform_sound
from engine.models.lipsync import (
    Lips,
    SpokenPhone,
    follow,
    phones_of_script,
    phones_of_text,
)
from engine.models.lipsync.moving import sampled
from engine.models.lipsync.phones import CLASSES, of_ipa
from engine.models.speech import Spoken, speak

RATE = Fraction(24)
TEXT = (
    "My mother bought a big map. Bob may put the pepper upon a copper pan, but people beg for more."
)


@pytest.fixture(scope="module")
def spoken() -> Spoken:
    return speak(TEXT, seed=3)


@pytest.fixture(scope="module")
def sound(spoken: Spoken) -> Sound:
    return Sound.from_array(spoken.samples, spoken.rate)


@pytest.fixture(scope="module")
def phones(sound: Sound, spoken: Spoken) -> tuple[SpokenPhone, ...]:
    return phones_of_script(sound, spoken.script)


def closed(lips: Lips, phones: tuple[SpokenPhone, ...], rate: Fraction = RATE) -> float:
    """Part of the bilabials in which the lips touch on a frame."""
    gap = lip_gap(lips.shapes)
    times = (np.arange(len(gap)) + 0.5) / float(rate)
    half = 0.5 / float(rate)
    found = [
        gap[(times >= p.start - half) & (times <= p.end + half)].min() <= CLOSED
        for p in phones
        if of_ipa(p.phone)[0] == "p"
    ]
    assert len(found) > 15
    return float(np.mean(found))


def opened(lips: Lips, phones: tuple[SpokenPhone, ...]) -> float:
    """Part of the long open vowels in which the lips part."""
    gap = lip_gap(lips.shapes)
    times = (np.arange(len(gap)) + 0.5) / float(RATE)
    found = [
        gap[(times >= p.start) & (times <= p.end)].max(initial=0.0) > 3 * CLOSED
        for p in phones
        if of_ipa(p.phone)[0] in ("aa", "ae", "ao") and p.end - p.start > 0.08
    ]
    assert len(found) > 3
    return float(np.mean(found))


def test_lips_close_in_bilabials_and_open_in_vowels_by_sound_alone(
    sound: Sound, phones: tuple[SpokenPhone, ...]
) -> None:
    lips = follow(sound, RATE)
    assert lips.shapes.shape == (round(float(sound.duration) * 24), 52)
    assert closed(lips, phones) >= 0.85
    assert opened(lips, phones) == 1.0


def test_known_phones_make_them_surer(sound: Sound, phones: tuple[SpokenPhone, ...]) -> None:
    lips = follow(sound, RATE, phones)
    assert closed(lips, phones) >= 0.95
    assert opened(lips, phones) == 1.0


@pytest.mark.parametrize("rate", [Fraction(12), Fraction(30000, 1001), Fraction(60)])
def test_every_rate_of_film_shows_the_closures(
    sound: Sound, phones: tuple[SpokenPhone, ...], rate: Fraction
) -> None:
    assert closed(follow(sound, rate, phones), phones, rate) >= 0.95


@pytest.mark.parametrize("recording", ["telephone", "stereo", "quiet", "noise"])
def test_imported_recordings_move_the_lips_too(
    sound: Sound, phones: tuple[SpokenPhone, ...], recording: str
) -> None:
    wave = sound.array()
    noise = np.random.default_rng(1).standard_normal(wave.shape).astype(np.float32)
    made = {
        "telephone": conform_sound(sound, rate=8000),
        "stereo": conform_sound(sound, rate=44100, layout="stereo"),
        "quiet": Sound.from_array(wave * 0.01, sound.rate),
        "noise": Sound.from_array(wave + 0.03 * wave.std() * noise, sound.rate),
    }[recording]
    lips = follow(made, RATE)
    assert closed(lips, phones) >= 0.75
    assert opened(lips, phones) >= 0.8


def test_a_later_voice_moves_the_lips_later_and_silence_not_at_all(sound: Sound) -> None:
    now, later = follow(sound, RATE), follow(sound.part(-48000, sound.sample_count), RATE)
    gap, after = lip_gap(now.shapes), lip_gap(later.shapes)
    assert after[:46].max() <= CLOSED  # two seconds of nothing
    assert float(np.corrcoef(gap, after[48 : 48 + len(gap)])[0, 1]) > 0.99
    silent = follow(Sound.silent(48000, 48000), RATE)
    assert lip_gap(silent.shapes).max() <= CLOSED
    assert not silent.speaking.any()


def test_the_same_sound_moves_the_lips_alike_whatever_its_length(sound: Sound) -> None:
    """Parts of half a minute join without a seam."""
    once = follow(sound, RATE).shapes
    assert np.array_equal(once, follow(sound, RATE).shapes)
    wave = sound.array()
    lag = (-len(wave)) % 24000
    block = np.concatenate([wave, np.zeros((lag, 1), np.float32)])
    many = follow(Sound.from_array(np.tile(block, (8, 1)), sound.rate), RATE).shapes
    assert len(many) > 40 * 24
    period = len(block) // 1000
    seventh = many[6 * period : 6 * period + len(once)]
    assert np.abs(seventh - once)[5:-5].max() < 0.25
    assert np.abs(seventh - once).mean() < 0.02


@pytest.mark.parametrize("channels", [1, 2, 6])
@pytest.mark.parametrize("rate", [8000, 192_000])
def test_odd_formats_are_heard(channels: int, rate: int) -> None:
    tone = 0.3 * np.sin(np.arange(rate // 2) * 2 * np.pi * 220 / rate)
    lips = follow(Sound.from_array(np.tile(tone[:, None], (1, channels)), rate), RATE)
    assert len(lips.shapes) == 12
    assert np.isfinite(lips.shapes).all()


def test_no_sound_gives_no_frames() -> None:
    assert follow(Sound.silent(0, 48000), RATE).shapes.shape == (0, 52)


def test_samples_that_are_no_numbers_are_told() -> None:
    wave = np.zeros(16000, np.float32)
    wave[8000] = np.nan
    with pytest.raises(UsageError, match="Repair sound"):
        follow(Sound.from_array(wave, 16000), RATE)


def test_a_rate_that_is_none_is_told(sound: Sound) -> None:
    with pytest.raises(UsageError, match="frames a second"):
        follow(sound, Fraction(0))


def test_french_vowels_are_rounded_where_phones_are_known(sound: Sound) -> None:
    """ "tu" and "ti" sound alike here, for it is the same sound; only what is known differs."""
    start, end = 0.4, 1.2
    seen = {
        vowel: follow(sound, RATE, [SpokenPhone(vowel, start, end)]).shapes[12:26]
        for vowel in ("y", "i")
    }
    lips = {vowel: Lips(shapes, np.zeros(14)) for vowel, shapes in seen.items()}
    pucker = 20  # mouthPucker
    assert lips["y"].shapes[:, pucker].mean() > lips["i"].shapes[:, pucker].mean() + 0.15


@settings(max_examples=60)
@given(st.text(max_size=6))
def test_every_text_is_some_class(phone: str) -> None:
    assert set(of_ipa(phone)) <= set(CLASSES) - {"unknown"}


@pytest.mark.parametrize(
    ("phone", "classes"),
    [
        ("p", "p"),
        ("tʃ", "sh"),
        ("dʒ", "sh"),
        ("ˈeɪ", "eh ih"),
        ("ɔ̃", "ao"),
        ("ʁ", "k"),
        ("", "rest"),
    ],
)
def test_phones_that_look_alike_are_one_class(phone: str, classes: str) -> None:
    assert of_ipa(phone) == tuple(classes.split())


def test_a_closure_between_two_frames_is_shown() -> None:
    from engine.faces.curves import curves_of

    jaw = np.full(100, 0.5, np.float32)
    jaw[48:50] = 0.0  # 20 ms
    dense = curves_of({"jawOpen": jaw}, 100)
    at = (np.arange(24) + 0.5) / 24 * 100
    frames = lip_gap(sampled(dense, at, 100 / 24))
    assert (frames <= CLOSED).sum() in (1, 2)
    assert np.isclose(np.sort(frames)[3:], 0.5).all()


def test_times_are_those_of_the_sound_they_are_found_in(
    sound: Sound, spoken: Spoken, phones: tuple[SpokenPhone, ...]
) -> None:
    later = phones_of_script(sound.part(-24000, sound.sample_count), spoken.script, 1.0)
    assert np.allclose([b.start - a.start for a, b in zip(phones, later, strict=True)], 1.0)
    read = phones_of_text(sound, TEXT, "en-US")
    assert abs(np.median([b.start - a.start for a, b in zip(phones, read, strict=True)])) < 0.03
    with pytest.raises(UsageError, match="language"):
        phones_of_text(sound, TEXT, "tlh")
    with pytest.raises(UsageError, match="no words"):
        phones_of_text(sound, "…", "en-US")
