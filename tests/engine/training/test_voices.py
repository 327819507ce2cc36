"""Voices from training files: speakers, acoustics, vocoder, and one's own with consent."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from safetensors.torch import load_file

from engine.cli import main
from engine.errors import ModelError, UsageError
from engine.media import probe
from engine.models.card import read_card
from engine.models.checkpoint import config_of, read_header
from engine.models.registry import register
from engine.models.speech import Word, fingerprint, speak, voice
from engine.models.speech.aiprod import family as family_module
from engine.models.speech.aiprod import own_marking
from engine.models.speech.aiprod.family import load_voice
from engine.models.speech.aiprod.tokens import tokens_of
from engine.models.speech.align import TimedPhone, TimedWord
from engine.training.loop import read_log
from engine.training.run import run
from engine.training.voice_acoustic import chosen
from engine.training.voice_consent import says, statement_of
from engine.training.voice_data import VoiceSet, taught_set, token_frames
from engine.training.voice_texts import voice_sentences
from tests.engine.ears.conftest import whisper  # noqa: F401

LOOP = """
[loop]
steps = {steps}
batch = 3
warmup = 3
log_every = 4
checkpoint_every = 4
average = 0.5
"""
SPEAKERS = (
    'kind = "voice-speakers"\nname = "voice-speakers"\n'
    + LOOP.format(steps=8)
    + """
[training]
voices = ["heart"]
sentences = 6
takes = 2
seed = 51
sizes = [0.8, 1.0, 1.25]
[model]
width = 16
vector = 16
"""
)
ACOUSTIC = (
    'kind = "voice-acoustic"\nname = "voice-acoustic"\nspeakers = "voice-speakers"\n'
    + LOOP.format(steps=12)
    + """
[training]
rate = 5e-3
seen = 1.0
heard = 1.0
[[training.voices]]
name = "clara"
teacher = "heart"
sentences = 6
language = "en-US"
sex = "female"
description = "a woman"
[model]
width = 16
heads = 2
depth = 1
decoder_blocks = 1
post_width = 8
speaker = 16
"""
)
VOCODER = """
[training]
voices = ["heart"]
sentences = [6]
frames = 32
judge_width = 4
judged = {judged}
rate = 3e-3
[model]
width = 16
blocks = 1
"""
PLAIN = (
    'kind = "voice-vocoder"\nname = "plain"\nintermediate = true\n'
    + LOOP.format(steps=12)
    + VOCODER.format(judged=0.0)
)
JUDGED = (
    'kind = "voice-vocoder"\nname = "voice-vocoder"\nstart = "plain"\nacoustic = "voice-acoustic"\n'
    + LOOP.format(steps=4)
    + VOCODER.format(judged=0.5)
)
OWN = (
    'kind = "voice"\nname = "anna"\nspeakers = "voice-speakers"\nacoustic = "voice-acoustic"\n'
    + LOOP.format(steps=4)
    + """
[training]
recordings = "recordings"
person = "{person}"
consent = "{consent}"
statement = "{statement}"
learn = "{learn}"
"""
)
SAID = ("The captain found a narrow river.", "We think the garden is quiet tonight.")


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `runs` and `models`, of all four stages."""
    folder = tmp_path_factory.mktemp("voices")
    for name, text in (("s", SPEAKERS), ("a", ACOUSTIC), ("p", PLAIN), ("j", JUDGED)):
        _run(folder, name, text)
    return folder


def _run(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.toml"
    path.write_text(text)
    return run(path, work=folder / "runs", models=folder / "models")


@pytest.fixture(scope="module")
def recorded(trained: Path, whisper: Path) -> Path:  # noqa: F811
    """Recordings of a person, and her consent."""
    folder = trained / "recordings"
    folder.mkdir()
    lines = []
    for number in range(3):
        text = " ".join(SAID)
        _record(folder / f"{number}.wav", text, number)
        lines.append(f"{number}.wav\t{text}")
    (folder / "lines.tsv").write_text("\n".join(lines))
    _record(trained / "yes.wav", statement_of("Anna Example", "en"), 9)
    return folder


def _record(path: Path, text: str, seed: int) -> None:
    spoken = speak(text, seed=seed)
    soundfile.write(path, spoken.samples, spoken.rate)


def _own(
    consent: str = "yes.wav",
    statement: str = "",
    learn: str = "vector",
    person: str = "Anna Example",
) -> str:
    wanted = statement or statement_of(person, "en")
    return OWN.format(person=person, consent=consent, statement=wanted, learn=learn)


def test_sentences_are_the_same_each_time_and_held_out_ones_others() -> None:
    for language in ("en-US", "fr-FR"):
        made = voice_sentences(language, 200, 1)
        assert made == voice_sentences(language, 200, 1)
        assert all(text[0].isupper() and text[-1] in ".?!" for text in made)
        assert not set(made) & set(voice_sentences(language, 200, 1, held_out=True))


def test_sentences_are_of_many_words_in_either_language() -> None:
    for language in ("en-US", "fr-FR"):
        words = {word for text in voice_sentences(language, 400, 1) for word in text.split()}
        assert len(words) > 800


def test_french_words_of_the_dictionary_are_held_out_too() -> None:
    made, held = (
        {word for text in voice_sentences("fr-FR", 400, 1, held_out=out) for word in text.split()}
        for out in (False, True)
    )
    long = {word for word in held if len(word) > 7 and word.isalpha() and word.islower()}
    assert len(long) > 300
    assert len(long & made) < 15  # what the frames themselves say


def test_a_voice_is_heard_as_often_as_it_has_sentences(trained: Path) -> None:
    few = taught_set(trained / "runs" / "voices", "heart", 6, 51)
    many = VoiceSet(few.places * 3)
    random = np.random.default_rng(3)
    who = [voice for _ in range(50) for voice in chosen([many, few], 8, random)[1]]
    assert 0.2 < np.mean(who) < 0.3


def test_a_place_between_words_lasts_as_long_as_the_pause() -> None:
    words = [Word("a", ("ˈeɪ",), after=", "), Word("tea", ("t", "ˈiː"), after=".")]
    timed = [
        TimedWord(0.10, 0.30, (TimedPhone("ˈeɪ", 0.10, 0.30),)),
        TimedWord(0.50, 0.80, (TimedPhone("t", 0.50, 0.60), TimedPhone("ˈiː", 0.60, 0.80))),
    ]
    frames = token_frames(tokens_of(words), timed, 100)
    assert frames.tolist() == [10, 20, 20, 10, 20, 20]


def test_every_stage_learns_and_says_what_it_is(trained: Path) -> None:
    for run_name in ("voice-acoustic", "plain"):
        log = read_log(trained / "runs" / run_name)
        for part in ("loss", *({"seen", "heard"} & log[0].keys())):
            assert log[-1][part] < log[0][part]
    assert {"seen", "heard"} <= read_log(trained / "runs" / "voice-acoustic")[0].keys()
    for name, part in (
        ("voice-speakers", "speakers"),
        ("voice-acoustic", "voices"),
        ("voice-vocoder", "vocoder"),
    ):
        card = read_card(trained / "models" / f"{name}.json")
        assert (card.family, card.part, card.licence) == ("aiprod", part, "Apache-2.0")


def test_a_trained_voice_speaks_near_its_teacher(trained: Path) -> None:
    models = trained / "models"
    speaker = load_voice(
        "clara", models / "voice-acoustic.safetensors", models / "voice-vocoder.safetensors"
    )
    words = family_module.AiprodFamily().front_end(voice("clara")).words("A quiet river.")
    plan = speaker.plan(words)
    assert all(100 < phone.pitch < 400 for phone in plan.phones)  # the teacher's, about 200 Hz
    made = speaker.speak(words, plan)
    assert np.isfinite(made).all()
    assert len(made) / 24000 == pytest.approx(plan.seconds, abs=0.005)


def test_a_set_that_was_stopped_is_made_on(trained: Path) -> None:
    folder = trained / "runs" / "voices"
    before = sorted(folder.rglob("*.npy"))
    heard = taught_set(folder, "heart", 6, 51)
    assert len(heard) == 6
    assert sorted(folder.rglob("*.npy")) == before
    lesson = heard.lesson(0)
    assert len(lesson.wave) == 240 * len(lesson.hertz) == 240 * lesson.frames.sum()
    assert lesson.mel.shape == (80, len(lesson.hertz))


def test_a_vector_is_learned_of_recordings_with_consent(trained: Path, recorded: Path) -> None:
    weights = _run(trained, "anna", _own())
    consent = config_of(read_header(weights), weights)["consent"]
    assert consent["person"] == "Anna Example"
    assert "agree that a computer learns my voice" in consent["heard"]
    card = read_card(weights.with_suffix(".json"))
    assert (card.family, card.part, card.licence) == ("aiprod", "voice", "unstated")
    base, own = load_file(trained / "models" / "voice-acoustic.safetensors"), load_file(weights)
    assert [name for name in own if not torch.equal(own[name], base[name])] == ["speakers"]


def test_speech_of_a_persons_voice_is_marked_in_the_file(
    trained: Path, recorded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = _run(trained, "marked", _own(learn="all").replace('"anna"', '"anna-marked"'))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    register(made)
    monkeypatch.setattr(family_module, "resources_dir", lambda: trained)
    known = voice("anna-marked")
    assert (known.family, known.language) == ("aiprod", "en-US")
    assert own_marking("anna-marked") in fingerprint("anna-marked")
    assert not own_marking("clara")
    project = {
        "aiprod": 1,
        "nodes": {
            "said": {
                "type": "sound.speech",
                "version": 1,
                "params": {"text": "A quiet river.", "other": "anna-marked"},
            },
            "saved": {"type": "deliver.sound", "version": 1, "params": {"file": "line.flac"}},
        },
        "links": [{"from": "said.out", "to": "saved.sound"}],
    }
    (tmp_path / "film.aiprod").write_text(json.dumps(project))
    assert main(["render", str(tmp_path / "film.aiprod"), "-o", str(tmp_path / "out")]) == 0
    spoken = tmp_path / "spoken.wav"
    assert main(["speak", "A quiet river.", "--voice", "anna-marked", "-o", str(spoken)]) == 0
    for path in (tmp_path / "out" / "line.flac", spoken):
        assert "in the voice of Anna Example" in probe(path).metadata["aiprod_details"]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"statement": statement_of("Peter Hansen", "en"), "person": "Peter Hansen"}, "heard as"),
        ({"statement": "I agree."}, "is not the one that is asked for"),
        ({"consent": "none.wav"}, "none.wav"),
    ],
)
def test_a_voice_without_consent_is_not_made(
    trained: Path, recorded: Path, changed: dict[str, str], told: str
) -> None:
    from engine.errors import AiprodError

    with pytest.raises(AiprodError, match=told):
        _run(trained, "bad", _own(**changed))


def test_no_voice_is_made_where_its_consent_cannot_be_heard(
    trained: Path, recorded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    with pytest.raises(ModelError, match=r"no ears here.*faster-whisper-base.*models register"):
        _run(trained, "unheard", _own())


AGREES = "agree that a computer learns my voice from my recordings and speaks in my voice."


@pytest.mark.parametrize(
    ("heard", "person", "enough"),
    [
        (f"I, Hannaburg, {AGREES}", "Hannah Berg", True),
        (f"I, an example, {AGREES}", "Anna Example", True),
        (f"I, Sarah Johnson, {AGREES}", "Sarah Jones", False),
        (f"I, John Miller, {AGREES}", "Tom Miller", False),
        (f"I {AGREES}", "Tom Miller", False),
        (f"I, Tom Miller, do not {AGREES}", "Tom Miller", False),
        (f"I, Maximiliana Constantinopoulos, don't {AGREES}", "Maximiliana Constantinopoulos", 0),
        (f"I, Tom Miller, dis{AGREES}", "Tom Miller", False),
        (f"I, Tom Miller, {AGREES.replace('learns', 'reads')}", "Tom Miller", False),
        (f"I, Tom Miller, {AGREES} Or not.", "Tom Miller", False),
        ("", "Tom Miller", False),
    ],
)
def test_a_consent_has_the_name_and_every_other_word(heard: str, person: str, enough: bool) -> None:
    reader = family_module.AiprodFamily().front_end(voice("clara"))
    assert says(heard, person, "en", reader) == enough


@pytest.mark.parametrize(
    ("name", "person", "ending", "enough"),
    [
        ("Mari-Dupond", "Marie Dupont", "apprennent ma voix", True),
        ("Chloé Martin", "Chloé Martin", "apprenne, ma voix", True),
        ("Marie Dubois", "Marie Dupont", "apprenne ma voix", False),
        ("Marie Dupont", "Marie Dupont", "comprenne ma voix", False),
    ],
)
def test_a_french_consent_is_compared_by_its_sounds(
    name: str, person: str, ending: str, enough: bool
) -> None:
    reader = family_module.AiprodFamily().front_end(voice("lucie"))
    heard = statement_of(name, "fr").replace("apprenne ma voix", ending)
    assert says(heard, person, "fr", reader) == enough


def test_a_consent_by_somebody_else_is_refused(trained: Path, recorded: Path) -> None:
    from engine.models.speech.aiprod.speakers import SpeakerConfig, SpeakerNetwork
    from engine.training.voice_consent import consent_of, wave_of

    network = SpeakerNetwork(SpeakerConfig(width=8, vector=8)).eval()
    network.same.fill_(1.01)  # nobody is as like as that
    with pytest.raises(UsageError, match="another voice"):
        consent_of(
            trained / "yes.wav",
            statement_of("Anna Example", "en"),
            "Anna Example",
            "en-US",
            reader=family_module.AiprodFamily().front_end(voice("clara")),
            speakers=network,
            recordings=[wave_of(recorded / "0.wav")],
        )


def test_wrong_lines_are_named(tmp_path: Path) -> None:
    from engine.training.voice_own import lines_of

    (tmp_path / "lines.tsv").write_text("0.wav and no tab")
    with pytest.raises(UsageError, match="line 1"):
        lines_of(tmp_path)
    with pytest.raises(UsageError, match=r"lines\.tsv"):
        lines_of(tmp_path / "nowhere")


def test_a_voice_cannot_take_the_name_of_another(trained: Path, recorded: Path) -> None:
    with pytest.raises(UsageError, match="heart already"):
        _run(trained, "taken", _own().replace('"anna"', '"heart"'))


def test_wrong_settings_are_named(trained: Path) -> None:
    with pytest.raises(UsageError, match="learn is one of all, vector"):
        _run(trained, "wrong", _own(learn="nothing"))
    with pytest.raises(UsageError, match="sentences has a number"):
        _run(trained, "wrong", PLAIN.replace("sentences = [6]", "sentences = [6, 7]"))
