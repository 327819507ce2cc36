"""Captions made of transcripts: breaks, lines, reading speed, gaps, speakers, French."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.captions import Rules, make_captions, too_fast, write_captions
from engine.captions.chapters import chapters
from engine.captions.making import Token, break_lines
from engine.captions.typography import FIXED, NARROW, set_text
from engine.errors import UsageError
from engine.media import HeardWord, Transcript
from engine.media.transcript import joined, load_transcript, save_transcript
from tests.engine.captions.speaking import ENGLISH, FRENCH, said


def test_captions_break_where_phrases_end() -> None:
    made = make_captions(said(ENGLISH))
    assert [caption.lines for caption in made.captions] == [
        ("When the captain of the ship saw the", "storm, he told everyone to go below,"),
        ("but nobody listened to him.",),
        ("The waves grew higher", "and higher until the old mast broke"),
        ("with a terrible noise.",),
        ("Was that the end?",),
        ("Not for Doctor Elizabeth Carter,", "who had seen worse."),
    ]


def tokens(sentence: str) -> list[Token]:
    """The words of an English sentence, times apart."""
    return [Token(word, Fraction(0), Fraction(1), "en") for word in sentence.split()]


def test_a_line_never_ends_with_an_article_where_it_need_not() -> None:
    sentence = "She gave the book to a friend of the family yesterday"
    lines = break_lines(tokens(sentence), 30)
    assert len(lines) == 2
    assert not any(line.split()[-1] in ("the", "a", "of", "to") for line in lines)


def test_names_stay_together() -> None:
    sentence = "Yesterday we talked to Elizabeth Carter about this"
    lines = break_lines(tokens(sentence), 32)
    assert any("Elizabeth Carter" in line for line in lines)


def test_captions_stay_long_enough_to_be_read() -> None:
    made = make_captions(said(ENGLISH, pace=150))
    assert not too_fast(made, 180)
    for caption in made.captions:
        assert caption.duration >= 1


def test_hurried_speech_is_told() -> None:
    made = make_captions(said(ENGLISH, pace=320))
    hurried = too_fast(made, 225)
    assert hurried
    assert all(item.words_per_minute > 225 for item in hurried)


def test_short_gaps_are_closed_and_long_ones_stay() -> None:
    first, second = said("We leave at dawn.", start=0), said("Be there.", start=2.4)
    third = said("Goodbye.", start=9)
    made = make_captions(joined([first, second, third], [Fraction(0)] * 3, [""] * 3)).captions
    assert made[0].stop == made[1].start
    assert made[2].start - made[1].stop >= 1


def test_a_caption_does_not_outstay_its_last_word() -> None:
    made = make_captions(said("Stop!", start=2)).captions[0]
    assert made.start == 2
    assert made.duration <= Fraction(60, 160) + Rules().linger


def test_captions_come_and_go_with_shots() -> None:
    """One that would hang over by less than a second leaves at the cut; there the next comes."""
    first, second = said("We leave at dawn.", start=0), said("Be there.", start=2)
    both = joined([first, second], [Fraction(0)] * 2, ["Anna", "Ben"])
    last = both.words[3].stop
    cut = (last + 2) / 2
    loose, kept = (make_captions(both, cuts=cuts).captions for cuts in ((), (cut,)))
    assert (loose[0].stop, loose[1].start) == (2, 2)
    assert (kept[0].stop, kept[1].start) == (cut, cut)
    behind = make_captions(both, cuts=(Fraction(21, 10),)).captions
    assert behind[1].start == Fraction(21, 10)


def test_a_caption_is_not_cut_off_while_its_words_are_said() -> None:
    spoken = said("We leave at dawn.", start=0)
    cut = spoken.words[2].start
    kept, loose = (make_captions(spoken, cuts=cuts).captions[0] for cuts in ((cut,), ()))
    assert kept == loose
    assert kept.stop > cut


def test_speakers_never_share_a_caption() -> None:
    ann, bob = said("Are you there?", speaker="Ann"), said("Yes.", start=2.3, speaker="Bob")
    made = make_captions(joined([ann, bob], [Fraction(0)] * 2, ["", ""])).captions
    assert [(caption.speaker, caption.text) for caption in made] == [
        ("Ann", "Are you there?"),
        ("Bob", "Yes."),
    ]


def test_a_long_silence_parts_captions() -> None:
    words = said("one two three four").words
    far = tuple(replace(w, start=w.start + 4, stop=w.stop + 4) for w in words[2:])
    made = make_captions(Transcript((*words[:2], *far), "en")).captions
    assert [caption.text for caption in made] == ["one two", "three four"]


def test_french_is_set_as_french() -> None:
    made = make_captions(said(FRENCH, "fr"))
    text = " ".join(caption.text for caption in made.captions)
    assert f"de descendre{FIXED}: personne ne l’écouta{NARROW}!" in text
    assert f"fin{NARROW}?" in text
    assert f"«{FIXED}Non{FIXED}», dit Marie…" in text
    lines = [line for caption in made.captions for line in caption.lines]
    assert not any(line[0] in "!?:;»" for line in lines)


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ('Il dit "oui".', f"Il dit «{FIXED}oui{FIXED}»."),
        ("Vraiment?!", f"Vraiment{NARROW}?!"),
        ("Il est 12:30; viens.", f"Il est 12:30{NARROW}; viens."),
        ("Aujourd'hui...", "Aujourd’hui…"),
        ("«Non»", f"«{FIXED}Non{FIXED}»"),
    ],
)
def test_french_marks(written: str, wanted: str) -> None:
    assert set_text(written, "fr-CA") == wanted
    assert set_text(wanted, "fr") == wanted


def mixed() -> Transcript:
    """An English line, a French one and an English one."""
    lines = [
        said('He says: "no; never!" Really?', "en-US", start=0, speaker="A"),
        said('Il dit : "non ; jamais !" Vraiment ?', "fr-FR", start=6, speaker="B"),
        said("She says: yes!", "en-US", start=12, speaker="A"),
    ]
    return joined(lines, [Fraction(0)] * 3, [""] * 3)


def test_each_sentence_of_a_mixed_script_is_set_in_its_language() -> None:
    made = make_captions(mixed())
    assert made.language == ""
    assert [caption.text for caption in made.captions] == [
        'He says: "no; never!" Really?',
        f"Il dit{FIXED}: «{FIXED}non{NARROW}; jamais{NARROW}!{FIXED}» Vraiment{NARROW}?",
        "She says: yes!",
    ]


def test_a_mixed_transcript_keeps_its_languages_in_the_cache(tmp_path: Path) -> None:
    save_transcript(mixed(), tmp_path)
    assert load_transcript(tmp_path) == mixed()


@pytest.mark.parametrize("suffix", [".srt", ".vtt", ".ass"])
def test_files_keep_french_spaces_of_a_mixed_script(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"film{suffix}"
    write_captions(make_captions(mixed()), path)
    text = path.read_text(encoding="utf-8-sig")
    assert f"«{FIXED}non{NARROW}; jamais{NARROW}!{FIXED}»" in text.replace("\\N", " ").replace(
        "\n", " "
    )
    assert '"no; never!"' in text


def test_english_keeps_its_marks() -> None:
    assert set_text("Really?!  It's 12:30;  come...", "en") == "Really?! It's 12:30; come…"


_WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Z", "C"), exclude_characters="\u2028"),
    min_size=1,
    max_size=24,
)


@st.composite
def transcripts(draw: st.DrawFn) -> Transcript:
    """Words with any times that go forward, any marks, up to three speakers."""
    at = Fraction(draw(st.integers(0, 5000)), 1000)
    words = []
    for text in draw(st.lists(_WORDS, max_size=30)):
        at += Fraction(draw(st.integers(0, 2500)), 1000)
        stop = at + Fraction(draw(st.integers(0, 900)), 1000)
        who, own = (
            draw(st.sampled_from(kinds)) for kinds in (["", "", "A", "B"], ["", "en", "fr"])
        )
        words.append(HeardWord(text, at, stop, 1.0, who, own))
        at = stop
    return Transcript(tuple(words), draw(st.sampled_from(["en", "fr", ""])))


_CUTS = st.lists(st.fractions(0, 30, max_denominator=24), max_size=12, unique=True).map(sorted)


@given(transcripts(), st.integers(20, 50), st.integers(1, 3), _CUTS)
def test_every_word_is_shown_once_in_order_within_the_lines(
    transcript: Transcript, width: int, lines: int, cuts: list[Fraction]
) -> None:
    made = make_captions(transcript, Rules(line=width, lines=lines), cuts)
    shown = "".join(caption.text for caption in made.captions)
    letters = [c for c in shown if c.isalnum()]
    spoken = (set_text(w.text, w.language or transcript.language) for w in transcript.words)
    assert letters == [c for c in "".join(spoken) if c.isalnum()]
    for caption in made.captions:
        long = [line for line in caption.lines if len(line) > width]
        assert all(" " not in line for line in long)
        assert len(caption.lines) <= lines or len(caption.text.split()) == len(caption.lines)
    for before, after in pairwise(made.captions):
        assert before.stop <= after.start
        assert before.start < after.start


@pytest.mark.parametrize(
    "rules", [{"line": 5}, {"lines": 0}, {"words_per_minute": 5}, {"words_per_minute": 9999}]
)
def test_impossible_rules_are_refused(rules: dict[str, int]) -> None:
    with pytest.raises(UsageError, match="Use"):
        Rules(**rules)


def test_nothing_said_makes_no_captions() -> None:
    assert make_captions(Transcript(())).captions == ()


def test_chapters_begin_after_long_pauses() -> None:
    parts = [said(ENGLISH), said("Later, at sea. Nothing moved.", start=61), said("No.", start=65)]
    found = chapters(joined(parts, [Fraction(0)] * 3, [""] * 3))
    assert [(float(chapter.start), chapter.title) for chapter in found] == [
        (1.0, "When the captain of the ship…"),
        (61.0, "Later, at sea."),
    ]
