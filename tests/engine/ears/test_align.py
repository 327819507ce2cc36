"""Phones and words placed in speech: how exactly, in what sound, and what is refused."""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import UsageError
from engine.media import Sound, conform_sound
from engine.models.speech import speak
from engine.models.speech.align import LONGEST, TimedWord, align, best_path
from engine.models.speech.align_phones import SYMBOLS, feature_table, sounds_of
from engine.models.speech.align_text import script_transcript, text_transcript

KNOWN = Path(__file__).parents[2] / "data" / "known_times"
LINE = "A large red ball bounces in a green meadow. We paid $5 for it, in 2024."


@dataclass(frozen=True)
class Sentence:
    """Speech whose phone times are known: words that the aligner never heard."""

    samples: np.ndarray
    rate: int
    phones: list[list[str]]
    times: np.ndarray  # (phones, 2)


def sentences(voice: str) -> list[Sentence]:
    found = []
    for path in sorted(KNOWN.glob(f"{voice}*.json")):
        facts = json.loads(path.read_text(encoding="utf-8"))
        samples, rate = soundfile.read(path.with_suffix(".flac"), dtype="float32")
        times = np.array([span for word in facts["times"] for span in word])
        found.append(Sentence(samples, rate, facts["phones"], times))
    assert found
    return found


def times_of(words: tuple[TimedWord, ...]) -> np.ndarray:
    return np.array([(p.start, p.end) for word in words for p in word.phones])


@pytest.mark.parametrize("voice", ["rms", "awb"])
def test_half_of_all_phone_times_are_within_25_ms(voice: str) -> None:
    errors = [
        np.abs(times_of(align(s.samples, s.rate, s.phones)) - s.times) for s in sentences(voice)
    ]
    assert np.median(np.concatenate(errors)) <= 0.025


def test_other_rates_channels_levels_and_noise_change_little() -> None:
    sentence = sentences("rms")[0]
    sound = Sound.from_array(sentence.samples, sentence.rate)
    noise = np.random.default_rng(1).standard_normal(len(sentence.samples)) * 0.1
    noisy = sentence.samples + noise * sentence.samples.std()
    heard = {
        "48 kHz stereo": (conform_sound(sound, rate=48000, layout="stereo").array(), 48000),
        "telephone": (conform_sound(sound, rate=8000).array(), 8000),
        "soft": (sentence.samples * 0.01, sentence.rate),
        "noisy": (noisy.astype(np.float32), sentence.rate),
    }
    for name, (samples, rate) in heard.items():
        errors = np.abs(times_of(align(samples, rate, sentence.phones)) - sentence.times)
        assert np.median(errors) <= 0.025, name


def test_words_of_our_own_voice_are_placed_as_they_are_written() -> None:
    spoken = speak(LINE)
    found = script_transcript(spoken.samples, spoken.rate, spoken.script)
    assert [word.text for word in found.words] == LINE.split()
    assert found.language == "en-US"
    again = text_transcript(spoken.samples, spoken.rate, LINE, "en-US")
    assert [word.text for word in again.words] == LINE.split()
    for first, second in zip(found.words, again.words, strict=True):
        assert abs(first.start - second.start) <= Fraction(1, 25)
    pause = found.words[9].start - found.words[8].stop
    assert Fraction(1, 4) < pause < Fraction(3, 4)


def test_the_same_speech_is_placed_the_same() -> None:
    sentence = sentences("awb")[0]
    first, second = (align(sentence.samples, sentence.rate, sentence.phones) for _ in range(2))
    assert first == second


def test_words_without_phones_take_no_time() -> None:
    sentence = sentences("rms")[0]
    words = align(sentence.samples, sentence.rate, [[], *sentence.phones, []])
    assert words[0].start == words[0].end == 0
    assert words[-1].start == words[-1].end == words[-2].end


@pytest.mark.parametrize(
    ("samples", "phones", "told"),
    [
        (np.zeros(0, np.float32), [["a"]], "no sound"),
        (np.full(16000, np.nan, np.float32), [["a"]], "not numbers"),
        (np.zeros(1600, np.float32), [["a"] * 50], "do not fit"),
        (np.zeros(1600, np.float32), [["7"]], "no sound of the IPA"),
        (np.zeros((int(LONGEST) + 1) * 1000, np.float32), [["a"]], "sentence by sentence"),
    ],
)
def test_what_cannot_be_placed_is_told(
    samples: np.ndarray, phones: list[list[str]], told: str
) -> None:
    with pytest.raises(UsageError, match=told):
        align(samples, 1000 if len(samples) > 100_000 else 16000, phones)


@pytest.mark.parametrize(
    ("phone", "sounds"),
    [
        ("ˈhə", "h ə"),
        ("aɪ", "a ɪ"),
        ("ˈI", "a ɪ"),
        ("tʃ", "ʧ"),
        ("t͡ʃ", "ʧ"),
        ("iː", "i"),
        ("ɔ̃", "ɔ̃"),
        ("ɡʲ", "ɡ"),
        ("ç", "ç"),
        ("", ""),
    ],
)
def test_phones_are_sounds_with_or_without_marks(phone: str, sounds: str) -> None:
    assert [SYMBOLS[index] for index in sounds_of(phone)] == sounds.split()


def test_sounds_that_differ_have_features_that_differ() -> None:
    table = feature_table()
    nasal, plain = (table[SYMBOLS.index(s)] for s in ("ɔ̃", "ɔ"))
    assert (nasal != plain).sum() == 1
    assert table.min() >= 0
    assert table.max() <= 1


@given(
    st.lists(st.lists(st.integers(1, 5), max_size=4), min_size=1, max_size=5),
    st.integers(0, 60),
    st.integers(0, 2**32 - 1),
)
def test_paths_keep_the_order_and_leave_no_sound_out(
    words: list[list[int]], spare: int, seed: int
) -> None:
    count = sum(map(len, words))
    frames = count + spare
    likely = np.random.default_rng(seed).standard_normal((frames, 6)).astype(np.float32)
    spans = best_path(likely, words)
    assert spans.shape == (count, 2)
    assert (spans[:, 1] > spans[:, 0]).all()
    assert (spans[1:, 0] >= spans[:-1, 1]).all()
    assert not count or (spans[0, 0] >= 0 and spans[-1, 1] <= frames)
