"""The families with their real weights, and what they say when a file lacks or is another."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.audio.loudness import measure
from engine.errors import ModelError, UsageError
from engine.media import Sound
from engine.models.card import file_sha256, read_card
from engine.models.ears import transcribe
from engine.models.ears.script import word_errors
from engine.models.speech import RATE, Spoken, fingerprint, speak, speak_in, voice, voices
from engine.models.speech import kokoro as kokoro_family
from engine.models.speech import piper as piper_family
from engine.models.speech.aiprod.family import (
    ACOUSTIC,
    SPEAKERS,
    VOCODER,
    load_voice,
    weights,
)
from engine.models.speech.importing import import_voices, is_voice
from engine.models.speech.levels import TARGET, gain_to_target
from engine.models.speech.places import front_end_of
from engine.models.speech.samples import sample_of
from engine.models.speech.voices import is_here, speaker
from tests.engine.speech.test_turns import ODD, assert_clean

ENGLISH = "Seven small boats are on their way home."
PLAIN = (
    ENGLISH,
    "The old man opened the door and looked at the garden.",
    "We bought bread and two bottles of milk this morning.",
    "The train leaves at noon, so do not be late.",
    "My brother plays the piano in a small room.",
)
CLEAR = ("Le marché ouvre tous les matins.", "Il pleut depuis trois jours dans la vallée.")
FRENCH = "Les enfants du président ont mangé vingt et un gâteaux."


def wrong_words(spoken: Spoken, text: str, ears: str, language: str) -> float:
    """The part of the words that Whisper base does not hear."""
    sound = Sound.from_array(spoken.samples, spoken.rate)
    return word_errors(text, transcribe(sound, ears, language=language)).rate


def test_kokoro_is_understood_in_english(kokoro: Path, ears: str) -> None:
    assert wrong_words(speak(ENGLISH, "am_michael"), ENGLISH, ears, "en") <= 0.1


def test_kokoro_is_understood_in_french(kokoro: Path, ears: str) -> None:
    spoken = speak(FRENCH, "ff_siwis")
    assert wrong_words(spoken, FRENCH, ears, "fr") <= 0.2
    assert spoken.script.words[1].phones[0] == "ɑ̃"


def test_a_voice_of_piper_is_understood(piper: Path, ears: str) -> None:
    assert voice("en_US-joe-medium").language == "en-US"
    assert wrong_words(speak(ENGLISH, "en_US-joe-medium"), ENGLISH, ears, "en") <= 0.2


@pytest.mark.parametrize("name", ["clara", "miles", "edith"])
def test_our_own_voices_are_understood(name: str, ears: str) -> None:
    wrong = [wrong_words(speak(text, name), text, ears, "en") for text in PLAIN]
    assert np.mean(wrong) <= 0.1


def test_our_french_voice_is_mostly_understood(ears: str) -> None:
    wrong = [wrong_words(speak(text, "lucie"), text, ears, "fr") for text in CLEAR]
    assert np.mean(wrong) <= 0.25


@pytest.mark.parametrize("name", ["clara", "miles", "edith", "lucie"])
def test_our_own_voices_give_clean_samples(name: str) -> None:
    for text in (*ODD, "One. Two? Three!"):
        assert_clean(speak(text, name), step=1.0)  # their s; that of their teachers goes up to 0.6


def test_our_own_voices_that_are_not_in_the_weights_say_so() -> None:
    assert all(is_here(voice(name)) for name in ("clara", "miles", "edith", "lucie"))
    with pytest.raises(ModelError, match=r"no voice otto in it, only clara, miles, edith, lucie"):
        load_voice("otto", weights(ACOUSTIC), weights(VOCODER))


def test_the_weights_of_our_own_voices_are_whole_and_at_most_24_megabytes() -> None:
    total = 0
    for stem in (ACOUSTIC, VOCODER, SPEAKERS):
        card = read_card(weights(stem).with_suffix(".json"))
        assert file_sha256(weights(stem)) == card.sha256
        assert card.licence == "Apache-2.0"
        total += card.bytes
    assert total <= 24e6


def test_piper_makes_the_same_samples_from_the_same_seed(piper: Path) -> None:
    one, same, other = (speak("Yes.", "en_US-joe-medium", seed=seed).samples for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


@pytest.mark.parametrize(
    "name", ["heart", "clara", "miles", "edith", "lucie", "am_michael", "ff_siwis"]
)
def test_voices_are_equally_loud(name: str, kokoro: Path) -> None:
    spoken = speak(FRENCH if voice(name).language == "fr-FR" else ENGLISH, name)
    loudness = measure(Sound.from_array(spoken.samples, spoken.rate)).integrated
    assert abs(loudness - TARGET) < 2


@pytest.mark.parametrize("language", ["en-US", "fr-FR", "es-ES", "zh-CN", "de-DE", "uk-UA"])
def test_the_sample_of_every_language_can_be_read(language: str) -> None:
    anyone = replace(voice("heart"), language=language)
    assert len(front_end_of(anyone).words(sample_of(anyone))) >= 1


def test_a_voice_of_piper_in_a_language_without_a_front_end_speaks(piper: Path) -> None:
    beside = next((piper_family.folder()).glob("*.onnx.json"))
    before = beside.read_text()
    try:
        beside.write_text(json.dumps(json.loads(before) | {"language": {"code": "de_DE"}}))
        german = voice(beside.name.removesuffix(".onnx.json"))
        assert german.language == "de-DE"
        assert len(speak("[hallo](/hˈalo/).", german.name).samples) > 2000
    finally:
        beside.write_text(before)


def test_silence_is_left_and_what_is_very_soft_raised_within_a_limit() -> None:
    assert gain_to_target(-np.inf) == 0
    assert gain_to_target(-90) == 20


def test_french_glides_are_told_to_kokoro_as_it_learned_them(kokoro: Path) -> None:
    french, english = (
        [speaker(voice(name)).feeds(text, 1.0)["tokens"].tolist() for text in ("plɥˈi", "plyˈi")]
        for name in ("ff_siwis", "am_michael")
    )
    assert french[0] == french[1]
    assert english[0] != english[1]


def test_a_length_is_met_by_kokoro_too(kokoro: Path) -> None:
    spoken = speak_in("Bonsoir à tous.", 1.5)
    assert len(spoken.samples) == 1.5 * RATE


def test_a_language_without_a_front_end_is_spoken_from_phones(kokoro: Path) -> None:
    shutil.copyfile(
        kokoro_family.folder() / "voices" / "am_michael.bin",
        kokoro_family.folder() / "voices" / "em_alex.bin",
    )
    with pytest.raises(UsageError, match="es-ES cannot be read out, and 'Hola'"):
        speak("Hola.", "em_alex")
    spoken = speak("[Hola](/ˈola/), [amigo](/aˈmiɣo/).", "em_alex")
    assert [word.text for word in spoken.script.words] == ["Hola", "amigo"]
    (kokoro_family.folder() / "voices" / "em_alex.bin").unlink()


def test_the_key_changes_with_the_files_of_a_voice(kokoro: Path) -> None:
    before = fingerprint("af_heart")
    assert "missing" in before
    target = kokoro_family.folder() / "voices" / "af_heart.bin"
    shutil.copyfile(kokoro / "am_michael.bin", target)
    assert is_here(voice("af_heart"))
    assert fingerprint("af_heart") != before
    target.unlink()


def test_a_missing_voice_names_files_sizes_licence_and_owner(kokoro: Path) -> None:
    with pytest.raises(ModelError, match=r"bf_isabella\.bin \(0\.5 MB\).*hexgrad.*Apache-2\.0"):
        speak("Hello.", "bf_isabella")


def test_all_voices_in_one_file_are_read_as_their_owner_packs_them(
    kokoro: Path, tmp_path: Path
) -> None:
    style = np.fromfile(kokoro / "ff_siwis.bin", np.float32).reshape(510, 1, 256)
    with (tmp_path / "voices-v1.0.bin").open("wb") as file:
        np.savez(file, zf_xiaoni=style)
    assert is_voice(tmp_path / "voices-v1.0.bin")
    (made,) = import_voices(tmp_path / "voices-v1.0.bin")
    assert is_here(voice("zf_xiaoni"))
    made.unlink()


@pytest.mark.parametrize("name", ["kokoro-v1.0.int8.onnx", "other.onnx"])
def test_a_file_that_is_no_voice_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"not a model" * 99)
    with pytest.raises(ModelError, match=name):
        import_voices(tmp_path / name)


def test_a_damaged_description_of_a_voice_is_refused(piper: Path, tmp_path: Path) -> None:
    shutil.copyfile(piper, tmp_path / "odd.onnx")
    (tmp_path / "odd.onnx.json").write_text('{"audio": {}}')
    with pytest.raises(ModelError, match=r"odd\.onnx\.json.*no description of a Piper voice"):
        import_voices(tmp_path / "odd.onnx")


def test_a_file_of_several_speakers_gives_several_voices(piper: Path) -> None:
    read = json.loads(piper.with_name(piper.name + ".json").read_text())
    read |= {"num_speakers": 2, "speaker_id_map": {"ann": 0, "tom": 1}}
    folder = piper_family.folder()
    (folder / "duo.onnx").write_bytes(b"")
    (folder / "duo.onnx.json").write_text(json.dumps(read))
    assert {"duo:ann", "duo:tom"} <= set(voices())
    for path in folder.glob("duo*"):
        path.unlink()
