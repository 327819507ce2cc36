"""Marked-up text, casts of speakers, pronunciations and lengths that are met."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import UsageError
from engine.models.speech import (
    RATE,
    Script,
    Spoken,
    joined,
    narrate,
    read_cast,
    read_pronunciations,
    speak,
    speak_in,
)
from engine.models.speech.pronunciations import Pronunciations
from engine.models.speech.turns import Rest, Style, Turn, turns_of

HEART = Style("heart")
ODD = (
    "Well 🎬 done!",
    "a" * 300,
    "!!! Yes ??? --- no ... (maybe) [x] {y} <z> & \\ / % # @",
    "1234567890 " * 12,
    "Zażółć gęślą jaźń. Ünïcödé naïve café.",
    "x y z\t\tq\n\n\n\nw",
)


def turns(text: str, cast: dict[str, str] | None = None) -> list[Turn | Rest]:
    return turns_of(text, HEART, cast or {}, Pronunciations())


def test_a_break_is_a_rest_and_the_voice_does_not_fall_before_it() -> None:
    first, rest, second = turns('<speak>We wait <break time="1.5s"/> and go.</speak>')
    assert rest == Rest(1.5)
    assert first == Turn("We wait", HEART, opens=True, goes_on=True)
    assert second == Turn("and go.", HEART)


def test_prosody_changes_the_style_inside_it_and_nests() -> None:
    text = (
        '<speak>One. <prosody rate="150%" pitch="+2st" volume="-6dB">Two. '
        '<prosody rate="slow" pitch="low">Three.</prosody></prosody> Four.</speak>'
    )
    styles = [turn.style for turn in turns(text) if isinstance(turn, Turn)]
    assert styles == [
        HEART,
        Style("heart", 1.5, 2.0, -6.0),
        Style("heart", pytest.approx(1.2), -1.0, -6.0),
        HEART,
    ]


def test_voices_phonemes_and_aliases_are_followed() -> None:
    text = (
        '<speak xmlns="http://www.w3.org/2001/10/synthesis"><voice name="emma">The '
        '<phoneme alphabet="ipa" ph="təˈmɑːtəʊ">tomato</phoneme> of <sub alias="the state">TS</sub>'
        "</voice></speak>"
    )
    (turn,) = turns(text)
    assert isinstance(turn, Turn)
    assert turn.style.voice == "emma"
    assert turn.text == "The [tomato](/təˈmɑːtəʊ/) of the state"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ('<say-as interpret-as="characters">AB1</say-as>', "A, B, 1"),
        ('<say-as interpret-as="digits">12</say-as>', "1 2"),
        ('<say-as interpret-as="ordinal">22</say-as>', "22nd"),
        ('<say-as interpret-as="date" format="dmy">5/6/2024</say-as>', "6/5/2024"),
        ('<say-as interpret-as="cardinal">12</say-as>', "12"),
    ],
)
def test_say_as_makes_text_that_is_read_so(markup: str, text: str) -> None:
    (turn,) = turns(f"<speak>{markup}</speak>")
    assert isinstance(turn, Turn)
    assert turn.text == text


@pytest.mark.parametrize(
    ("markup", "told"),
    [
        ("<speak>a", "the markup is no XML"),
        ("<speak>a & b</speak>", "the markup is no XML"),
        ("<speak><audio src='x'/></speak>", r"line 1: <audio> is not understood. Use break"),
        ("<speak><break time='soon'/></speak>", r"<break> has time='soon'. Use 1.5s or 300ms"),
        ("<speak><break time='99s'/></speak>", "at most 60s"),
        ("<speak>\n<prosody rate='warp'>a</prosody></speak>", "line 2: <prosody> has rate='warp'"),
        ("<speak><prosody rate='900%'>a</prosody></speak>", "25% to 400%"),
        ("<speak><prosody pitch='7'>a</prosody></speak>", "pitch='7'"),
        ("<speak><prosody volume='+90dB'>a</prosody></speak>", "-40dB to"),
        ("<speak><say-as interpret-as='art'>a</say-as></speak>", "interpret-as='art'"),
        ("<speak><phoneme ph='x3'>a</phoneme></speak>", "is no letter of the IPA"),
        ("<speak><phoneme alphabet='x-sampa' ph='a'>a</phoneme></speak>", "Use ipa"),
        ("<speak><emphasis level='loud'>a</emphasis></speak>", "level='loud'"),
        ("<speak><voice>a</voice></speak>", "<voice> has no name"),
        ("<speak><voice name='nobody'>a</voice></speak>", "there is no voice 'nobody'"),
        ('<?xml version="1.0"?><!DOCTYPE s [<!ENTITY a "b">]><speak>&a;</speak>', "an entity"),
        ('<?xml version="1.0"?><vxml/>', "begins with <vxml>"),
    ],
)
def test_wrong_markup_names_its_tag_and_the_mend(markup: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        joined(narrate(markup))


def test_an_emphasis_bears_the_stress_and_is_drawn_out() -> None:
    plain = speak("I said this one.")
    told = speak('<speak>I said <emphasis level="strong">this</emphasis> one.</speak>')
    assert told.script.words[2].phones[1] == "ˈɪː"
    assert len(told.samples) > len(plain.samples)


def test_speech_in_markup_rests_for_as_long_as_it_says() -> None:
    short = speak('<speak>We wait. <break time="200ms"/> We go.</speak>')
    long = speak('<speak>We wait. <break time="1.2s"/> We go.</speak>')
    assert len(long.samples) - len(short.samples) == RATE


def test_a_louder_voice_is_louder_and_never_beyond_full_scale() -> None:
    soft = speak('<speak><prosody volume="soft">We go.</prosody></speak>')
    loud = speak('<speak><prosody volume="+30dB">We go.</prosody></speak>')
    assert np.abs(soft.samples).max() < 0.6 * np.abs(speak("We go.").samples).max()
    assert np.abs(loud.samples).max() <= 0.98


def test_a_cast_gives_each_speaker_a_voice_until_the_paragraph_ends() -> None:
    text = "Anna: Hello.\nAre you well?\nTom: Yes.\n\nNight fell. Note: it rained."
    found = turns(text, read_cast("Anna = emma\n\nTom=fenrir"))
    told = [(turn.style.voice, turn.text) for turn in found if isinstance(turn, Turn)]
    assert told == [
        ("emma", "Hello. Are you well?"),
        ("fenrir", "Yes."),
        ("heart", "Night fell. Note: it rained."),
    ]


def test_a_line_that_casts_nobody_is_named() -> None:
    with pytest.raises(UsageError, match="line 2 of the cast"):
        read_cast("Anna = heart\nTom")


def test_the_dictionary_of_the_project_says_how_words_sound() -> None:
    said = read_pronunciations("SQL = sequel  # not letters\naiprod = /ˈeɪpɹɑd/\nfr: bus = /bys/")
    (turn,) = turns_of("SQL in AIPROD, sql, bus.", HEART, {}, said)
    assert isinstance(turn, Turn)
    assert turn.text == "sequel in [AIPROD](/ˈeɪpɹɑd/), sql, bus."


@pytest.mark.parametrize("text", ["SQL", "= /a/", "SQL ="])
def test_a_line_that_says_nothing_of_a_word_is_named(text: str) -> None:
    with pytest.raises(UsageError, match="line 1 of the pronunciations"):
        read_pronunciations(text)


@pytest.mark.parametrize("seconds", [1.9, 2.6, 3.2])
def test_a_length_is_met_to_the_sample(seconds: float) -> None:
    spoken = speak_in("A large red ball bounces in a green meadow.", seconds)
    assert len(spoken.samples) == round(seconds * RATE)
    assert spoken.script.passages[-1].end <= seconds
    assert spoken.samples[-1] == 0.0


def test_a_length_out_of_reach_says_how_far_the_voice_would_go() -> None:
    with pytest.raises(UsageError, match=r"cannot be spoken in 0.5 s: at its fastest it takes 1\."):
        speak_in("A large red ball bounces in a green meadow.", 0.5)
    with pytest.raises(UsageError, match=r"in 30 s: at its slowest it takes"):
        speak_in("Hello.", 30)


def test_a_script_of_a_megabyte_is_refused_at_once() -> None:
    with pytest.raises(UsageError, match="1,000,000 characters"):
        next(narrate("a" * 1_000_000))


@pytest.mark.parametrize("text", ODD)
def test_odd_text_gives_clean_samples(text: str) -> None:
    assert_clean(speak(text))


@settings(max_examples=12, deadline=None, derandomize=True)
@given(st.text(min_size=1, max_size=40))
def test_any_text_gives_clean_samples_or_is_refused(text: str) -> None:
    try:
        spoken = speak(text)
    except UsageError:
        return
    assert_clean(spoken)


def test_a_text_of_5000_characters_is_spoken_sentence_by_sentence() -> None:
    text = ("The sea is calm tonight, and seven small boats are on their way home. " * 72)[:5000]
    pieces = narrate(text)
    first = next(pieces)
    assert len(first.samples) < 8 * RATE
    pieces.close()  # the rest is never made
    assert_clean(joined(narrate(text[:1400])))


def assert_clean(spoken: Spoken, step: float = 0.6) -> None:
    samples = spoken.samples
    assert isinstance(spoken.script, Script)
    assert np.isfinite(samples).all()
    assert np.abs(samples).max() <= 0.98
    assert abs(float(samples.mean())) < 1e-3
    assert samples[0] == 0.0
    assert abs(samples[-1]) < 1e-6
    steps = np.abs(np.diff(samples))
    assert steps.max() < step
    for passage in spoken.script.passages:  # joints are silent
        joint = round(passage.start * RATE)
        assert abs(samples[joint]) < 1e-3
