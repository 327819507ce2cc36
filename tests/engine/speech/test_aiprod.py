"""Our own voices: every phone is said as it is told, at the length asked for, without a seam."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.cli import main
from engine.errors import ModelError, UsageError
from engine.models.speech import Curves, Manner, Word, curves_of, fingerprint, narrate, voice
from engine.models.speech.aiprod import AiprodFamily, PhoneProsody, Prosody, fitted
from engine.models.speech.aiprod import family as family_module
from engine.models.speech.aiprod.acoustic import levels
from engine.models.speech.aiprod.grid import voice_mel, whole_frames
from engine.models.speech.aiprod.pitch import melody
from engine.models.speech.aiprod.prosody import prosody_of
from engine.models.speech.aiprod.synthesis import AiprodSpeaker
from engine.models.speech.aiprod.tokens import tokens_of
from tests.engine.speech.tiny_voice import write_weights

LINE = "The red ball, a big one, falls."


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_weights(tmp_path_factory.mktemp("resources"))


@pytest.fixture(autouse=True)
def _shipped(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(family_module, "resources_dir", lambda: weights.parent)


@pytest.fixture
def speaker() -> AiprodSpeaker:
    return AiprodFamily().load(voice("clara"))


@pytest.fixture(scope="module")
def words() -> tuple[Word, ...]:
    return AiprodFamily().front_end(voice("clara")).words(LINE)


def test_words_have_places_for_pauses_between_them_and_phones_in_them(
    words: tuple[Word, ...],
) -> None:
    tokens = tokens_of(words)
    assert [t.phone for t in tokens if t.phone] == [p for word in words for p in word.phones]
    assert sum(not t.phone for t in tokens) == len(words) + 1
    assert sum(t.ends_phrase for t in tokens) == 3  # two commas and the end
    run_together = tokens_of([Word("l'", ("l",), after=""), Word("eau", ("ˈo",), after="")])
    assert sum(not t.phone for t in run_together) == 2


def test_the_same_words_and_seed_give_the_same_samples(
    speaker: AiprodSpeaker, words: tuple[Word, ...]
) -> None:
    made = speaker.synthesize(words, seed=3)
    assert np.array_equal(made, speaker.synthesize(words, seed=3))
    assert not np.array_equal(made, speaker.synthesize(words, seed=4))
    assert np.isfinite(made).all()
    assert np.abs(made).max() > 0


def test_a_stream_is_what_is_spoken_in_one_go(
    speaker: AiprodSpeaker, words: tuple[Word, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = speaker.plan(words)
    pieces = list(speaker.stream(words, plan))
    assert len(pieces) > 1
    monkeypatch.setattr("engine.models.speech.aiprod.synthesis._FIRST", 10_000)
    whole = speaker.speak(words, plan)
    assert np.allclose(np.concatenate(pieces), whole, atol=1e-6)


def test_speech_is_as_long_as_its_phones(speaker: AiprodSpeaker, words: tuple[Word, ...]) -> None:
    plan = speaker.plan(words)
    for seconds in (plan.seconds * 0.8, plan.seconds * 1.5):
        made = speaker.speak(words, fitted(plan, seconds))
        assert len(made) / speaker.rate == pytest.approx(seconds, abs=0.005)


def test_a_pitch_that_is_set_is_heard(speaker: AiprodSpeaker, words: tuple[Word, ...]) -> None:
    plan = speaker.plan(words)
    for semitones in (-4.0, 0.0, 5.0):
        heard = melody(speaker.speak(words, plan.moved(semitones)))
        wanted = 200 * 2 ** (semitones / 12)
        assert np.median(heard[heard > 0]) == pytest.approx(wanted, rel=0.02)


def test_an_energy_that_is_set_is_heard(speaker: AiprodSpeaker, words: tuple[Word, ...]) -> None:
    plan = speaker.plan(words)
    louder = Prosody(tuple(replace(p, energy=p.energy + 6) for p in plan.phones))

    def level(prosody: Prosody) -> float:
        wave = torch.from_numpy(whole_frames(speaker.speak(words, prosody)))
        return float(levels(voice_mel(wave[None]))[0].median())

    assert level(louder) - level(plan) == pytest.approx(6, abs=1)


def test_one_phone_can_be_set_and_the_others_stay(
    speaker: AiprodSpeaker, words: tuple[Word, ...]
) -> None:
    plan = speaker.plan(words)
    edited = plan.curved(durations={4: 0.5}, pitches={4: 300.0})
    assert edited.phones[4].seconds == 0.5
    assert edited.phones[4].pitch == 300.0
    assert edited.phones[:4] + edited.phones[5:] == plan.phones[:4] + plan.phones[5:]
    made = speaker.speak(words, edited)
    assert len(made) / speaker.rate == pytest.approx(edited.seconds, abs=0.005)


@pytest.mark.parametrize(
    ("curves", "told"),
    [
        ({"durations": {4: 9.0}}, "seconds"),
        ({"pitches": {4: 5.0}}, "pitch"),
        ({"energies": {4: 30.0}}, "energy"),
        ({"pitches": {999: 200.0}}, "no phone 999"),
    ],
)
def test_what_no_voice_can_say_is_named(
    speaker: AiprodSpeaker,
    words: tuple[Word, ...],
    curves: dict[str, dict[int, float]],
    told: str,
) -> None:
    with pytest.raises(UsageError, match=told):
        speaker.plan(words).curved(**curves)


def test_curves_of_other_words_are_refused(speaker: AiprodSpeaker, words: tuple[Word, ...]) -> None:
    with pytest.raises(UsageError, match="other words"):
        speaker.speak(words[:-1], speaker.plan(words))


@given(
    st.lists(
        st.builds(
            PhoneProsody,
            st.sampled_from(["", "æ", "ˈiː", "t", "s", "m", "ʒ"]),
            st.integers(-1, 9),
            st.floats(0.01, 0.4),
            st.floats(60, 400),
            st.floats(-100, -10),
        ),
        min_size=1,
        max_size=30,
    ),
    st.floats(0.3, 3.0),
)
def test_a_length_is_met_exactly_or_the_limits_are_told(
    phones: list[PhoneProsody], factor: float
) -> None:
    prosody = Prosody(tuple(phones))
    try:
        made = fitted(prosody, prosody.seconds * factor)
    except UsageError as error:
        told = str(error)
    else:
        told = ""
    if told:
        assert "it goes from" in told
        return
    assert made.seconds == pytest.approx(prosody.seconds * factor, rel=1e-6)
    assert made.frames().sum() == round(made.seconds * 100)
    assert prosody_of(made.as_json()) == made


def test_vowels_stretch_more_than_stops() -> None:
    phones = tuple(PhoneProsody(p, 0, 0.1, 200.0, -50.0) for p in ("t", "æ", "t"))
    made = fitted(Prosody(phones), 0.4)
    assert made.phones[1].seconds > 1.4 * made.phones[0].seconds


def test_a_melody_is_followed_and_silence_has_none() -> None:
    seconds = np.arange(24000) / 24000
    hertz = 120 + 60 * seconds
    phase = 2 * np.pi * np.cumsum(hertz) / 24000
    wave = sum(np.sin(k * phase) / k for k in range(1, 9)).astype(np.float32) * 0.2
    found = melody(np.concatenate([wave, np.zeros(12000, np.float32)]))
    assert np.abs(found[10:90] / hertz[2400:21600:240] - 1).max() < 0.02
    assert not found[110:].any()


def test_a_text_is_narrated_with_edited_phones() -> None:
    pieces = list(narrate("One ball. Two balls.", Manner("clara")))
    assert all(piece.phones for piece in pieces)
    first = len(pieces[0].phones)
    at = first + 2  # a phone of the second sentence
    edited = list(
        narrate("One ball. Two balls.", Manner("clara", curves=Curves(durations=((at, 0.6),))))
    )
    assert np.array_equal(edited[0].samples, pieces[0].samples)
    assert edited[1].phones[2].seconds == 0.6
    assert len(edited[1].samples) > len(pieces[1].samples) + 10_000


def test_all_phones_given_back_say_the_same() -> None:
    pieces = list(narrate(LINE, Manner("clara")))
    phones = [phone for piece in pieces for phone in piece.phones]
    again = list(narrate(LINE, Manner("clara", curves=curves_of(phones))))
    assert np.array_equal(again[0].samples, pieces[0].samples)


def test_voices_that_cannot_edit_phones_say_so() -> None:
    with pytest.raises(UsageError, match="heart cannot be edited"):
        list(narrate(LINE, Manner("heart", curves=Curves(pitches=((2, 200.0),)))))


def test_phones_are_written_edited_and_read_on_the_command_line(tmp_path: Path) -> None:
    phones, out = tmp_path / "phones.json", tmp_path / "a.wav"
    call = ["speak", LINE, "--voice", "clara", "-o", str(out)]
    assert main([*call, "--phones", str(phones)]) == 0
    rows = json.loads(phones.read_text())
    before = out.stat().st_size
    rows[3]["seconds"] += 1.0
    phones.write_text(json.dumps(rows))
    assert main([*call, "--said", str(phones)]) == 0
    assert out.stat().st_size - before == pytest.approx(24000 * out_bytes(out), rel=0.02)


def out_bytes(path: Path) -> int:
    """Bytes of a sample."""
    import soundfile

    return {"PCM_16": 2, "PCM_24": 3}.get(soundfile.info(path).subtype, 4)


def test_a_voice_without_weights_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(family_module, "resources_dir", lambda: tmp_path)
    assert not AiprodFamily().is_here(voice("clara"))
    assert "missing" in fingerprint("clara")
    with pytest.raises(ModelError, match=r"voice-acoustic\.safetensors.*train"):
        AiprodFamily().load(voice("clara"))


def test_weights_that_are_none_are_refused(weights: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        family_module.load_voice("clara", tmp_path / "none.safetensors", weights)
    with pytest.raises(ModelError, match="no voice miles"):
        family_module.load_voice(
            "miles", weights / "voice-acoustic.safetensors", weights / "voice-vocoder.safetensors"
        )
