"""Word nodes: heard, timed and checked words; captions made, loaded, burnt, exported; markers."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from engine.captions import Caption, Captions
from engine.captions.looks import Ground, Place
from engine.captions.typography import FIXED, NARROW
from engine.errors import MediaError, UsageError, ValidationError
from engine.graph import Cache, Context, Graph, Link, Node, ProjectSettings, Registry, execute
from engine.graph.events import Event, Warning  # noqa: A004
from engine.media import Clip, Sound, Transcript, encode_sound
from engine.models.ears import EARS
from engine.models.speech import speak
from engine.models.speech.align_text import LANGUAGES
from engine.models.speech.family import Passage, Script, Word
from engine.nodes import builtin_registry
from engine.nodes import words as nodes
from engine.timeline import (
    SequenceItem,
    Timeline,
    build_sequence,
    build_timeline,
    captions_on,
    read_fcpxml,
    write_edl,
    write_fcpxml,
    write_otio,
)
from engine.timeline.markers import markers_of
from engine.timeline.otio_file import read_otio
from tests.engine.captions.speaking import ENGLISH, FRENCH, said
from tests.engine.ears.conftest import whisper  # noqa: F401
from tests.engine.timeline.fcpxml_rules import broken_rules
from tests.engine.timeline.footage import Footage

RATE = Fraction(25)


@pytest.fixture
def told() -> list[Event]:
    return []


@pytest.fixture
def ctx(tmp_path: Path, told: list[Event]) -> Context:
    return Context(
        tmp_path / "scratch",
        seed=5,
        settings=ProjectSettings(width=640, height=360),
        on_event=told.append,
        base_dir=tmp_path,
    )


def warnings(told: list[Event]) -> list[str]:
    return [event.message for event in told if isinstance(event, Warning)]


def film(seconds: int = 20) -> Timeline:
    clip = Clip.from_array(np.zeros((seconds * 25, 36, 64, 3), np.uint8), RATE, name="black")
    shots = build_sequence([clip], [], rate=RATE, name="Main")
    return build_timeline([shots], [], rate=RATE, start=90000, size=(64, 36), name="Film")


def test_the_choices_of_the_nodes_are_those_of_the_engine() -> None:
    assert get_args(nodes.EarsName) == tuple(EARS)
    assert get_args(nodes.ReadLanguage) == LANGUAGES
    assert get_args(nodes.Place) == get_args(Place)
    assert get_args(nodes.Ground) == get_args(Ground)


def test_captions_take_several_speakers_and_their_starts(ctx: Context) -> None:
    first, second = said("Are you there?", start=0), said("Yes, I am here.", start=0)
    made = nodes.captions([first, second], (0.0, 4.5), ("Ann", "Bob"), ctx=ctx)
    assert [(c.speaker, float(c.start)) for c in made.captions] == [("Ann", 0.0), ("Bob", 4.5)]
    with pytest.raises(UsageError, match="2 starts for 1 transcripts"):
        nodes.captions([first], (0.0, 1.0), ctx=ctx)


def test_a_line_that_is_muted_keeps_its_start_and_its_speaker(ctx: Context) -> None:
    line = said("Yes, I am here.", start=0)
    made = nodes.captions([None, line], (0.0, 4.5), ("Ann", "Bob"), ctx=ctx)
    assert [(c.speaker, float(c.start)) for c in made.captions] == [("Bob", 4.5)]
    assert nodes.captions([None], ctx=ctx).captions == ()


def test_captions_leave_with_the_shots_of_a_timeline(ctx: Context) -> None:
    words = [said("We leave at dawn.", start=0), said("Be there.", start=0)]
    cut = 40
    assert words[0].words[-1].stop < Fraction(cut, 24) < 2
    shots = [SequenceItem(clip=0, out_frame=cut), SequenceItem(clip=0, out_frame=100)]
    sequence = build_sequence([Footage(Fraction(24), 100)], shots, rate=Fraction(24))
    edit = build_timeline([sequence], rate=Fraction(24))
    made = nodes.captions(words, (0.0, 2.0), ("Ann", "Bob"), timeline=edit, ctx=ctx).captions
    assert (made[0].stop, made[1].start) == (Fraction(cut, 24), Fraction(cut, 24))


def test_captions_that_cannot_be_read_in_time_warn(ctx: Context, told: list[Event]) -> None:
    nodes.captions([said(ENGLISH, pace=400)], ctx=ctx)
    assert any("before they are read" in message for message in warnings(told))


def test_a_french_line_keeps_its_spaces_in_an_edit_and_in_the_picture(
    ctx: Context, tmp_path: Path
) -> None:
    lines = [said("Really? No!", "en-US", start=0), said("Vraiment ? Non !", "fr-FR", start=4)]
    made = nodes.captions(lines, ctx=ctx)
    french = f"Vraiment{NARROW}? Non{NARROW}!"
    assert [caption.text for caption in made.captions] == ["Really? No!", french]
    write_fcpxml(nodes.add_captions(film(), made), tmp_path / "film.fcpxml")
    assert french in (tmp_path / "film.fcpxml").read_text(encoding="utf-8")
    clip = Clip.from_array(np.full((150, 90, 160, 3), 90, np.uint8), RATE)
    drawn = nodes.burn_captions(clip, made, ctx=ctx).array()
    wide = replace(made.captions[1], lines=(french.replace(NARROW, FIXED),))
    other = nodes.burn_captions(clip, Captions((made.captions[0], wide)), ctx=ctx).array()
    assert (drawn[110] != 90).any()
    assert (drawn == other).all()  # no box for a letter that the font lacks


def test_french_captions_show_what_the_script_says(ctx: Context) -> None:
    script = (
        "« Le billet coûte 23 €, soit 1 200 F de 1990 », dit M. Dupont.\n"
        "Appelez le 01 42 68 53 00 dès 8h30 : 20 % de remise !"
    )
    heard = np.random.default_rng(1).standard_normal((16000 * 11, 1)).astype(np.float32) * 0.05
    times = nodes.time_words(Sound.from_array(heard, 16000), script, "fr-FR", ctx=ctx)
    made = nodes.captions([times], ctx=ctx)
    shown = " ".join(" ".join(caption.lines) for caption in made.captions)
    assert plain(shown) == plain(script)


def plain(text: str) -> str:
    """A text without its shades of spaces."""
    return " ".join(re.sub(r"([«»:!])", r" \1 ", text.replace(NARROW, " ")).split())


def test_a_script_of_two_languages_tells_them_word_by_word(ctx: Context) -> None:
    passages = (
        Passage(0.0, 1.0, "heart", "en-US", (Word("Really", ("ɹ", "ˈiː", "l", "i"), after="?"),)),
        Passage(1.0, 2.0, "heart", "fr-FR", (Word("Non", ("n", "ˈɔ̃"), after=" !"),)),
    )
    noise = np.random.default_rng(1).normal(0, 0.1, (32000, 1)).astype(np.float32)
    timed = nodes.time_script(Sound.from_array(noise, 16000), Script(passages), ctx=ctx)
    assert [(word.text, word.language) for word in timed.words] == [
        ("Really?", "en-US"),
        ("Non !", "fr-FR"),
    ]
    shown = nodes.captions([timed], ctx=ctx).captions
    assert " ".join(caption.text for caption in shown) == f"Really? Non{NARROW}!"


def test_speech_that_does_not_say_its_script_warns(ctx: Context, told: list[Event]) -> None:
    heard = said("We sail at dawn, my friends.")
    assert nodes.check_words(heard, "We sail at dawn my friends!", ctx=ctx).startswith("0 of 6")
    assert not warnings(told)
    report = nodes.check_words(heard, "We sailed at dusk, friends.", ctx=ctx)
    assert report.startswith("3 of 5 words differ (60.0%)")
    assert "sailed → sail" in report
    assert len(warnings(told)) == 1


def test_words_of_a_known_text_are_timed(ctx: Context) -> None:
    spoken = speak("We sail at dawn.")
    sound = Sound.from_array(spoken.samples, spoken.rate)
    found = nodes.time_words(sound, "We sail at dawn.", ctx=ctx)
    assert found.text == "We sail at dawn."
    assert 0 <= found.words[0].start < found.words[3].start < sound.duration


def test_captions_are_loaded_later_and_burnt(ctx: Context, tmp_path: Path) -> None:
    (tmp_path / "a.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nHello\n")
    loaded = nodes.load_captions(Path("a.srt"), "en", 0.5, ctx=ctx)
    assert loaded.captions[0].start == Fraction(3, 2)
    clip = Clip.from_array(np.full((75, 90, 160, 3), 90, np.uint8), RATE)
    frames = nodes.burn_captions(clip, loaded, color="#ff0000ff", ctx=ctx).array()
    drawn = [place for place in range(75) if (frames[place] != 90).any()]
    assert drawn == list(range(38, 63)) or drawn == list(range(37, 62))
    with pytest.raises(MediaError):
        nodes.load_captions(Path("missing.srt"), ctx=ctx)


def test_exported_edits_carry_captions_in_each_language(tmp_path: Path) -> None:
    english, french = (
        nodes_captions(said(ENGLISH, "en", pace=300)),
        nodes_captions(said(FRENCH, "fr", pace=300)),
    )
    edit = nodes.add_captions(nodes.add_captions(film(30), english), french)
    write_fcpxml(edit, tmp_path / "film.fcpxml")
    text = (tmp_path / "film.fcpxml").read_bytes()
    assert broken_rules(text) == []
    assert text.count(b"<caption ") == len(english.captions) + len(french.captions)
    assert b"SRT?captionFormat=SRT.fr" in text
    write_otio(edit, tmp_path / "film.otio")
    for read in (read_fcpxml(tmp_path / "film.fcpxml"), read_otio(tmp_path / "film.otio")):
        found = {c.language: c for c, _ in captions_on(read)}
        assert found == {c.language: c for c, _ in captions_on(edit)}
    report = write_edl(edit, tmp_path / "film.edl")
    assert any("captions" in loss.where for loss in report.losses)


def nodes_captions(transcript: Transcript) -> Captions:
    from engine.captions import make_captions

    return make_captions(transcript)


def test_titles_are_titles_and_new_captions_replace_old_ones(tmp_path: Path) -> None:
    old = Captions((Caption(Fraction(1), Fraction(2), ("Old",)),), "en")
    new = Captions((Caption(Fraction(1), Fraction(2), ("New & <better>",), "Ann"),), "en")
    edit = nodes.add_captions(nodes.add_captions(film(), old), new, "titles")
    write_fcpxml(edit, tmp_path / "film.fcpxml")
    text = (tmp_path / "film.fcpxml").read_text()
    assert broken_rules(text.encode()) == []
    assert "New &amp; &lt;better&gt;" in text
    assert "<title " in text
    assert "Old" not in text
    assert "<caption " not in text


def test_captions_after_the_film_are_reported(tmp_path: Path) -> None:
    late = Captions((Caption(Fraction(100), Fraction(102), ("Late",)),), "en")
    report = write_fcpxml(nodes.add_captions(film(), late), tmp_path / "film.fcpxml")
    assert [loss.what for loss in report.losses if "caption" in loss.where] == [
        "lies after the film"
    ]


def test_chapters_and_phrases_become_markers(ctx: Context, told: list[Event]) -> None:
    transcript = said("We sail at dawn. Then we sail home.", start=2)
    edit = nodes.chapter_markers(film(), transcript, least=1.0, pause=0.5)
    assert [marker.name for marker in markers_of(edit)] == [
        "We sail at dawn.",
        "Then we sail home.",
    ]
    marked = nodes.mark_words(film(), transcript, "We sail", ctx=ctx)
    starts = [marker.marked_range.start_time.value for marker in markers_of(marked)]
    assert starts[0] == 50
    assert len(starts) == 2
    nodes.mark_words(film(), transcript, "whale", ctx=ctx)
    assert warnings(told) == ["'whale' is not heard"]


@pytest.mark.usefixtures("whisper")
def test_a_line_is_heard_and_saved_as_captions_by_a_graph(tmp_path: Path) -> None:
    graph = Graph(
        nodes={
            node.id: node
            for node in (
                Node("line", "media.load_sound", params={"file": "line.wav"}),
                Node("hear", "words.transcribe"),
                Node("make", "words.captions", params={"speakers": ["Ann"]}),
                Node("save", "words.save_captions", params={"file": "line.vtt"}),
            )
        },
        links=[
            Link("line", "out", "hear", "sound"),
            Link("hear", "out", "make", "transcripts", 0),
            Link("make", "out", "save", "captions"),
        ],
    )
    spoken = speak("A large red ball bounces in a green meadow.")
    encode_sound(Sound.from_array(spoken.samples, spoken.rate), tmp_path / "line.wav")
    cache = Cache(tmp_path / "cache")
    for _ in range(2):  # the second time from the cache
        with execute(
            graph,
            builtin_registry(),
            ["save"],
            cache=cache,
            settings=ProjectSettings(),
            base_dir=tmp_path,
        ) as results:
            text = results["save"].path.read_text()
    heard = text.replace("<v Ann>a ", "<v Ann>A ")  # ears are not sure of a first capital
    assert "<v Ann>A large red ball bounces\nin a green meadow.</v>" in heard


def test_captions_of_a_wrong_kind_of_file_are_refused_before_a_render(tmp_path: Path) -> None:
    graph = Graph(
        nodes={
            "load": Node("load", "words.load_captions", params={"file": "a.txt"}),
            "save": Node("save", "words.save_captions"),
        },
        links=[Link("load", "out", "save", "captions")],
    )
    (tmp_path / "a.txt").write_text("hello")
    registry: Registry = builtin_registry()
    with (
        pytest.raises(ValidationError, match=r"\.srt or \.vtt"),
        execute(
            graph,
            registry,
            ["save"],
            cache=Cache(tmp_path / "cache"),
            settings=ProjectSettings(),
            base_dir=tmp_path,
        ),
    ):
        pass


def test_every_word_node_has_help_and_the_category() -> None:
    registry = Registry()
    registry.add_module(nodes)
    for spec in registry:
        assert spec.doc
        assert spec.category == "Words"
