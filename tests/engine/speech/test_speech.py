"""Text spoken by the shipped voice: the same samples every time, pauses, and clear refusals."""

from __future__ import annotations

import socket
from pathlib import Path

import numpy as np
import pytest

from engine.audio import Sound, measure
from engine.errors import ModelError, UsageError
from engine.models.speech import RATE, fingerprint, joined, narrate, say, speak, voice, voices
from engine.models.speech.hibari import known_files, weights_of

LINE = "A large red ball bounces in a green meadow."


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("speech asked for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture(scope="module")
def spoken() -> Sound:
    return say(LINE)


def test_speech_is_mono_at_24_khz_and_audible(spoken: Sound) -> None:
    assert (spoken.rate, spoken.layout) == (RATE, "mono")
    assert 1.5 < spoken.duration < 4.0
    found = measure(spoken)
    assert -30 < found.integrated < -12
    assert found.sample_peak < 0.0


def test_the_same_text_and_seed_give_the_same_samples(spoken: Sound) -> None:
    assert np.array_equal(say(LINE).array(), spoken.array())
    assert not np.array_equal(say(LINE, seed=1).array(), spoken.array())


def test_speech_begins_and_ends_with_the_voice(spoken: Sound) -> None:
    heard = np.flatnonzero(np.abs(spoken.array()[:, 0]) > 0.01)
    assert heard[0] < 0.12 * RATE
    assert spoken.sample_count - heard[-1] < 0.25 * RATE
    assert spoken.array()[0, 0] == spoken.array()[-1, 0] == 0.0


@pytest.mark.parametrize(("speed", "ratio"), [(0.5, 1.9), (2.0, 0.55)])
def test_speed_changes_the_length(spoken: Sound, speed: float, ratio: float) -> None:
    length = float(say(LINE, speed=speed).duration / spoken.duration)
    assert length == pytest.approx(ratio, rel=0.15)


def test_a_pause_parts_sentences_and_a_longer_one_paragraphs() -> None:
    together = say("The sea is calm. Night falls.", pause=0.0).sample_count
    parted = say("The sea is calm. Night falls.", pause=0.5).sample_count
    paragraphs = say("The sea is calm.\n\nNight falls.", pause=0.5).sample_count
    assert parted - together == round(0.5 * RATE)
    assert paragraphs - together == round(1.0 * RATE)


def test_line_breaks_inside_a_paragraph_are_spaces() -> None:
    assert np.array_equal(say("The sea\n  is calm.").array(), say("The sea is calm.").array())


def test_titles_and_numbers_end_no_sentence() -> None:
    one = say("Dr. Smith paid $9.99.", pause=0.0).sample_count
    assert say("Dr. Smith paid $9.99.", pause=2.0).sample_count == one


@pytest.mark.parametrize("text", ["", "  \n\t "])
def test_an_empty_text_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="no text to speak"):
        say(text)


@pytest.mark.parametrize("text", ["...", "?!", "日本語"])
def test_a_text_without_a_word_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="pronounced in en-US"):
        say(text)


def test_letters_that_cannot_be_spoken_are_named() -> None:
    told: list[str] = []
    joined(narrate("The word 海 means sea.", warn=told.append))
    assert told == ["these letters are not spoken: 海"]


def test_a_text_beyond_the_limit_is_refused() -> None:
    with pytest.raises(UsageError, match="20,000"):
        say("word " * 5000)


@pytest.mark.parametrize("speed", [0.0, 0.4, 2.5, float("nan")])
def test_an_impossible_speed_is_refused(speed: float) -> None:
    with pytest.raises(UsageError, match="pace"):
        say(LINE, speed=speed)


def test_an_unknown_voice_is_refused_with_a_guess() -> None:
    with pytest.raises(UsageError, match=r"no voice 'hart'.*Did you mean heart"):
        say(LINE, "hart")


def test_a_voice_that_is_not_here_names_its_file_and_owner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HIBARI_HOME", str(tmp_path))
    with pytest.raises(ModelError, match=r"bf_emma\.int8\.onnx.*huggingface\.co/maureesewilliams"):
        say(LINE, "emma")


def test_a_damaged_voice_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HIBARI_HOME", str(tmp_path))
    (tmp_path / "af_kore.int8.onnx").write_bytes(b"not a voice")
    with pytest.raises(ModelError, match=r"SHA-256"):
        say(LINE, "kore")


def test_every_voice_says_what_it_is_and_whose() -> None:
    for name, known in voices().items():
        assert voice(name) == known
        assert known.language
        assert known.licence
        assert known.source.startswith("https://")
        assert fingerprint(name)


def test_the_shipped_voice_is_the_pinned_one() -> None:
    assert weights_of(voice("heart")).name == "hibari.onnx"
    assert "hibari.onnx" in known_files()


def test_speech_knows_its_words_and_their_phones() -> None:
    spoken = speak("It costs $5. Dr. Smith pays!")
    first, second = spoken.script.passages
    assert [word.text for word in first.words] == ["It", "costs", "$5", ""]
    assert first.words[2].ipa == "fˈaɪv"
    assert second.words[-1].phones == ("p", "ˈeɪ", "z")
    assert 0.0 == first.start < first.end < second.start < second.end
    assert second.end == pytest.approx(len(spoken.samples) / spoken.rate)


def test_a_pitch_moves_the_voice_and_keeps_its_length() -> None:
    low, high = speak(LINE, pitch=-6.0), speak(LINE, pitch=6.0)
    assert abs(len(low.samples) - len(high.samples)) < 0.1 * RATE
    assert _pitch(high.samples) / _pitch(low.samples) == pytest.approx(2.0, rel=0.1)


def _pitch(samples: np.ndarray) -> float:
    """Median fundamental of the voiced frames, by normalised autocorrelation, in Hz."""
    window = np.hanning(1024)
    found = []
    for start in range(0, len(samples) - 1024, 512):
        likeness = _autocorrelation(samples[start : start + 1024] * window)
        likeness /= _autocorrelation(window)
        lag = RATE // 500 + int(np.argmax(likeness[RATE // 500 : RATE // 70]))
        if likeness[lag] > 0.5 * likeness[0] > 1e-4:
            found.append(RATE / lag)
    return float(np.median(found))


def _autocorrelation(frame: np.ndarray) -> np.ndarray:
    return np.fft.irfft(np.abs(np.fft.rfft(frame, 4096)) ** 2)[:400]
