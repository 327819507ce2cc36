"""The times that a voice of Kokoro goes by, and what the aligner made of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.media.resample import conform_sample_rate
from engine.media.sound import Sound
from engine.models.speech.align import align, best_path, score
from engine.models.speech.align_network import HOP
from engine.models.speech.align_phones import SILENCE, SYMBOLS, sounds_of
from engine.models.speech.ipa import bare
from engine.models.speech.voices import front_end, speaker, voice
from engine.training.loop import read_log
from engine.training.run import run
from engine.training.spoken import VERSION, voice_set
from engine.training.told_times import UNKNOWN, Teller, ToldPhone, rough_frames
from tests.engine.training.test_aligning import FILE, ready

pytestmark = pytest.mark.usefixtures("kokoro")
NASAL = "Un grand vent de printemps, et le pain est bon."


def test_a_voice_tells_the_times_of_the_very_sound_that_it_makes() -> None:
    words = front_end(voice("ff_siwis")).words(NASAL)
    wave, told = Teller(voice("ff_siwis")).speak(words, 1.0)
    assert np.array_equal(wave, speaker(voice("ff_siwis")).synthesize(words))
    assert [(phone.word, phone.phone) for phone in told] == [
        (number, phone) for number, word in enumerate(words) for phone in word.phones
    ]
    edges = np.array([edge for phone in told for edge in (phone.start, phone.end)])
    assert (np.diff(edges) >= 0).all()
    assert 0 <= edges[0] <= edges[-1] <= len(wave) / 24000


def test_rough_frames_and_the_aligner_put_most_sounds_in_the_same_places() -> None:
    words = front_end(voice("bf_emma")).words("The captain showed his brother a warm harbour.")
    wave, told = Teller(voice("bf_emma")).speak(words, 1.0)
    slow = conform_sample_rate(Sound.from_array(wave, 24000), 16000).array()[:, 0]
    rough = rough_frames(slow, told)
    assert len(rough) == len(slow) // HOP + 1
    sounds = [[s for phone in word.phones for s in sounds_of(phone)] for word in words]
    placed = np.full(len(rough), SYMBOLS.index(SILENCE))
    flat = [sound for word in sounds for sound in word]
    for sound, (low, high) in zip(flat, best_path(score(slow), sounds), strict=True):
        placed[low:high] = sound
    known = rough != UNKNOWN
    assert 0.4 < known.mean() < 0.95
    assert (rough[known] == placed[known]).mean() > 0.75


def test_what_is_quiet_is_silence_and_where_sounds_meet_nothing_is_said() -> None:
    wave = np.concatenate((np.zeros(8000), np.sin(np.arange(16000)), np.zeros(8000)))
    told = [ToldPhone("s", 0, 0.575, 1.0), ToldPhone("ˈɔ", 0, 1.045, 1.6)]
    rough = rough_frames(wave.astype(np.float32), told)
    silence, s, o = (SYMBOLS.index(symbol) for symbol in (SILENCE, "s", "ɔ"))
    assert set(rough[:48]) == set(rough[154:]) == {silence}
    assert set(rough[52:98]) == {s}
    assert set(rough[102:148]) == {o}
    assert {rough[99], rough[100]} == {UNKNOWN}


def test_french_nasal_vowels_last_as_long_as_they_are_heard() -> None:
    words = front_end(voice("ff_siwis")).words(NASAL)
    wave = speaker(voice("ff_siwis")).synthesize(words)
    timed = align(wave, 24000, [word.phones for word in words])
    phones = [phone for word in timed for phone in word.phones]
    nasal = [p.end - p.start for p in phones if "\N{COMBINING TILDE}" in bare(p.phone)]
    assert len(nasal) == 7
    assert np.median(nasal) > 0.06


def test_sentences_of_a_voice_that_tells_have_frames_and_others_have_none(tmp_path: Path) -> None:
    told = voice_set(tmp_path, "am_michael", 1, 61)
    (one,) = told.utterances
    assert len(one.frames) == len(told.wave(0)) // HOP + 1
    assert {sound for sound in one.frames if sound > 0} <= {s for word in one.words for s in word}
    (other,) = voice_set(tmp_path, "heart", 1, 61).utterances
    assert other.frames == ()


def test_an_aligner_learns_from_the_times_that_a_voice_goes_by(tmp_path: Path) -> None:
    ready(tmp_path / "runs" / "speech" / f"flite-rms-v{VERSION}-2-31")
    told = 'voices = ["ff_siwis"]\nvoice_sentences = 2\nexact = 0.0\njoin = 1000'
    (tmp_path / "small.toml").write_text(FILE.replace("voices = []", told))
    run(tmp_path / "small.toml", work=tmp_path / "runs", models=tmp_path / "models")
    entries = read_log(tmp_path / "runs" / "small")
    assert entries[-1]["loss"] < entries[0]["loss"] - 0.3
    assert (tmp_path / "runs" / "speech" / f"ff_siwis-v{VERSION}-2-31").is_dir()
