"""Words heard by the real Whisper base: their times, long sounds, missing and damaged models."""

from __future__ import annotations

import json
import shutil
import socket
import sys
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from engine.cli import main
from engine.errors import Cancelled, ModelError, UsageError
from engine.media import Sound, Transcript, conform_sound, encode_sound
from engine.media.transcript import HeardWord, find, transcript_of
from engine.models.ears import EARS, ears_folder, fingerprint, import_ears, is_ears, transcribe
from engine.models.ears.hearing import _hear, _hear_all, _language, _Told, elisions_joined
from engine.models.speech import speak
from engine.models.speech.align_text import script_transcript

LINE = "A large red ball bounces in a green meadow. The old sailor watched it for an hour."


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the ears asked for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture(scope="module")
def spoken() -> Sound:
    said = speak(LINE)
    return Sound.from_array(said.samples, said.rate, name="line")


@pytest.fixture(scope="module")
def heard(whisper: Path, spoken: Sound) -> Transcript:
    del whisper
    return transcribe(spoken)


def test_every_word_is_heard_in_order(heard: Transcript) -> None:
    words = [word.text.strip(".,").lower() for word in heard.words]
    assert words == LINE.replace(".", "").lower().split()
    assert heard.language == "en"
    assert all(0 < word.certainty <= 1 for word in heard.words)
    starts = [word.start for word in heard.words]
    assert starts == sorted(starts)


def test_words_are_heard_where_they_are_said(heard: Transcript) -> None:
    said = speak(LINE)
    known = script_transcript(said.samples, said.rate, said.script)
    late = [abs(h.start - k.start) for h, k in zip(heard.words, known.words, strict=True)]
    assert sorted(late)[len(late) // 2] < 0.15


def test_phrases_are_found_without_regard_to_case_and_marks(heard: Transcript) -> None:
    ((start, stop),) = find(heard, "green MEADOW, the")
    assert heard.words[7].start == start
    assert heard.words[9].stop == stop
    assert find(heard, "blue meadow") == find(heard, "") == []


def test_a_transcript_comes_back_from_json(heard: Transcript) -> None:
    assert transcript_of(json.loads(json.dumps(heard.as_dict()))) == heard


def test_words_after_many_silent_minutes_have_their_own_times(whisper: Path, spoken: Sound) -> None:
    wave = conform_sound(spoken, rate=16000).array()[:, 0]
    samples = np.zeros(16000 * 400, np.float32)
    samples[16000 * 390 : 16000 * 390 + len(wave)] = wave
    told: list[float] = []
    found = transcribe(
        Sound.from_array(samples, 16000), language="en", on_progress=lambda d, _: told.append(d)
    )
    assert len(found.words) == len(LINE.split())
    assert 389.5 < found.words[0].start < 391
    assert told == sorted(told)
    assert told[-1] == 400


def in_two_languages(spoken: Sound) -> tuple[Sound, int, int]:
    """English, French and English lines a second apart at 16 kHz; where the French one lies."""
    english = conform_sound(spoken, rate=16000).array()[:, 0]
    line = speak("Bonjour, je parle avec ma sœur dans le jardin.", "lucie")
    french = conform_sound(Sound.from_array(line.samples, line.rate), rate=16000).array()[:, 0]
    pause = np.zeros(16000, np.float32)
    both = np.concatenate([english, pause, french * 0.3, pause, english])
    start = len(english) + len(pause)
    return Sound.from_array(both, 16000), start, start + len(french)


def test_lines_of_two_languages_are_all_heard(whisper: Path, spoken: Sound) -> None:
    both, _, _ = in_two_languages(spoken)
    found = transcribe(both)
    words = [word.text.strip(".,").lower() for word in found.words]
    assert "jardin" in words
    assert [words.count(word) for word in ("sailor", "meadow", "hour")] == [2, 2, 2]
    starts = [word.start for word in found.words]
    assert starts == sorted(starts)


def test_a_line_that_was_left_out_is_heard_by_itself_in_its_own_language(spoken: Sound) -> None:
    """The model hears half a minute in one language and leaves out what is said in another."""
    both, start, stop = in_two_languages(spoken)

    class English:
        def detect_language(self, wave: np.ndarray) -> tuple[str, float, None]:
            return "fr" if np.abs(wave).max() < 0.15 else "en", 0.95, None

        def transcribe(
            self, wave: np.ndarray, *, language: str, **_: object
        ) -> tuple[list[SimpleNamespace], None]:
            loud = np.abs(wave) > (0.15 if language == "en" else 0.02)
            words = [
                SimpleNamespace(word=f" {language}", start=n / 2, end=n / 2 + 0.5, probability=0.9)
                for n, half in enumerate(loud[: len(loud) // 8000 * 8000].reshape(-1, 8000))
                if half.any()
            ]
            passage = SimpleNamespace(
                words=words, start=0.0, end=len(wave) / 16000, compression_ratio=1.0
            )
            return [passage], None

    wave = both.array()[:, 0]
    found = _hear_all(English(), wave, "", "", _Told(None, 0.0, 30.0))
    french = [word for word in found if word.language == "fr"]
    assert {word.text for word in french} == {"fr"}
    assert abs(float(french[0].start) - start / 16000) < 1
    assert abs(float(french[-1].stop) - stop / 16000) < 1
    assert [word.text for word in found if word.language == "en"].count("en") >= 12
    assert all(before.stop <= after.start for before, after in pairwise(found))


def test_a_language_is_told_by_more_speech_where_the_first_leaves_doubt() -> None:
    """A hum at the beginning of a stretch does not have five minutes heard in a wrong language."""
    asked: list[float] = []

    class Doubtful:
        def detect_language(self, wave: np.ndarray) -> tuple[str, float, None]:
            asked.append(len(wave) / 16000)
            return ("cy", 0.4, None) if len(wave) < 16000 * 10 else ("en", 0.95, None)

    wave = np.zeros(16000 * 60, np.float32)
    pieces = [(Fraction(n), Fraction(n + 1)) for n in (0, 5)]
    pieces += [(Fraction(n), Fraction(n + 6)) for n in (10, 20, 30, 40, 50)]
    assert _language(Doubtful(), wave, pieces) == ("en", True)
    assert asked == [8, 32]
    assert _language(Doubtful(), wave, pieces[:1]) == ("cy", False)


def test_a_passage_that_goes_round_in_a_loop_is_heard_again_without_it() -> None:
    """Whisper may say one thing over and over to the end of its half minute."""

    class Looping:
        def transcribe(
            self, wave: np.ndarray, *, no_repeat_ngram_size: int, **_: object
        ) -> tuple[list[SimpleNamespace], None]:
            loops = not no_repeat_ngram_size
            said = ["five"] * 100 if loops else ["five", "shoes"]
            words = [
                SimpleNamespace(word=f" {text}", start=n / 10, end=n / 10 + 0.1, probability=0.5)
                for n, text in enumerate(said)
            ]
            passage = SimpleNamespace(
                words=words, start=2.0 if loops else 0.0, end=5.0, compression_ratio=30.0 * loops
            )
            return [passage], None

    wave = np.full(16000 * 10, 0.1, np.float32)
    told = _hear(Looping(), wave, "en", "", _Told(None, 0.0, 10.0))
    assert [(word.text, float(word.start)) for word in told] == [("five", 2.0), ("shoes", 2.1)]


def test_silence_and_noise_say_nothing(whisper: Path) -> None:
    noise = np.random.default_rng(0).standard_normal(32000).astype(np.float32)
    assert transcribe(Sound.silent(48000, 16000)) == Transcript(())
    assert transcribe(Sound.from_array(noise * 0.05, 16000)).words == ()


def test_hearing_can_be_stopped(whisper: Path, spoken: Sound) -> None:
    def stop(_done: float, _total: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        transcribe(spoken, on_progress=stop)


def test_unknown_languages_and_ears_are_refused(whisper: Path, spoken: Sound) -> None:
    with pytest.raises(UsageError, match="no language 'xx'"):
        transcribe(spoken, language="xx")
    with pytest.raises(UsageError, match="no ears 'huge'"):
        transcribe(spoken, "huge")


def test_missing_ears_say_what_to_get_and_where(spoken: Sound) -> None:
    with pytest.raises(ModelError) as caught:
        transcribe(spoken, "small")
    for part in ("model.bin", "486 MB", "MIT", EARS["small"].page, "models register"):
        assert part in str(caught.value)


def test_without_the_package_the_error_says_how_to_install_it(
    whisper: Path, spoken: Sound, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "faster_whisper", None)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    import_ears(whisper)
    with pytest.raises(ModelError, match=r"aiprod\[ears\]"):
        transcribe(spoken)


def test_a_folder_is_imported_whole_or_not_at_all(
    whisper: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    part = tmp_path / "part"
    shutil.copytree(whisper, part)
    (part / "tokenizer.json").unlink()
    with pytest.raises(ModelError, match=r"lacks tokenizer\.json"):
        import_ears(part)
    assert is_ears(part)
    with pytest.raises(ModelError, match="not here"):
        ears_folder("base")
    made = import_ears(whisper / "model.bin")
    assert made == ears_folder("base")
    assert {path.name for path in made.iterdir()} == {path.name for path in whisper.iterdir()}
    assert fingerprint("base").startswith("whisper 2 base d01c3014")


def test_what_is_no_whisper_model_is_refused(whisper: Path, tmp_path: Path) -> None:
    for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
        shutil.copy(whisper / name, tmp_path / name)
    (tmp_path / "model.bin").write_bytes(b"\x06\0\0\0\x0cTransformer" * 100)
    assert not is_ears(tmp_path)
    with pytest.raises(ModelError, match="no Whisper model"):
        import_ears(tmp_path)


def test_the_command_writes_captions_finds_words_and_checks_the_script(
    whisper: Path, spoken: Sound, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    film, script = tmp_path / "line.wav", tmp_path / "script.txt"
    encode_sound(spoken, film)
    script.write_text("A small red ball bounces in a green meadow. The sailor watched it.")
    captions = tmp_path / "line.srt"
    words = ["transcribe", str(film), "-o", str(captions), "--find", "old sailor", "--json"]
    assert main([*words, "--script", str(script)]) == 1
    facts = json.loads(capsys.readouterr().out)
    assert captions.read_text().count("-->") == 2
    assert len(facts["found"]) == 1
    assert [row[1:] for row in facts["differences"]][:2] == [["small", "large"], ["", "old"]]
    assert main(["transcribe", str(film), "-o", str(tmp_path / "x.doc")]) == 2


def test_a_word_keeps_what_hangs_on_it_by_an_apostrophe() -> None:
    parts = ("s", "'est", "allez", "-vous", "?")
    heard = [HeardWord(text, Fraction(n), Fraction(n + 1)) for n, text in enumerate(parts)]
    told = [(word.text, word.start, word.stop) for word in elisions_joined(heard)]
    assert told == [("s'est", 0, 2), ("allez-vous", 2, 4), ("?", 4, 5)]
