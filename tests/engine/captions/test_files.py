"""SRT, WebVTT and ASS: golden files, what other programs write, round trips, bad input."""

from __future__ import annotations

import contextlib
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.captions import Caption, Captions, captions_of, read_captions, write_captions
from engine.captions.clock import read_clock, write_clock
from engine.captions.srt import read_srt, write_srt
from engine.captions.values import frame_span
from engine.captions.vtt import read_vtt, write_vtt
from engine.errors import AiprodError, MediaError, UsageError

GOLDEN = Path(__file__).parents[2] / "data" / "captions"
F = Fraction
TWO = Captions(
    (
        Caption(F(1), F(7, 2), ("Tom & Jerry <3", "--> all day"), "Ann"),
        Caption(
            F(3661_5, 10), F(3662_25, 100), ("C’est «\N{NO-BREAK SPACE}l’œuvre\u00a0».",), "Bob"
        ),
        Caption(F(3663), F(3664), ("{braces} and \\N",), ""),
    ),
    "en",
)


@pytest.mark.parametrize("suffix", ["srt", "vtt", "ass"])
def test_files_are_as_the_golden_ones(tmp_path: Path, suffix: str) -> None:
    write_captions(TWO, tmp_path / f"two.{suffix}")
    assert (tmp_path / f"two.{suffix}").read_bytes() == (GOLDEN / f"two.{suffix}").read_bytes()


def test_an_srt_of_another_program_is_read() -> None:
    text = (
        "\ufeff1\r\n00:00:01,000 --> 00:00:02,500 X1:1 X2:2\r\n"
        "<i>Hello</i> {\\an8}there\r\n\r\n\r\n"
        "00:00:03.000 -> 00:00:04.2\r\n<font color='red'>3 < 4</font>\r\n- yes\r\n"
    )
    assert read_srt(text, language="en") == Captions(
        (
            Caption(F(1), F(5, 2), ("Hello there",)),
            Caption(F(3), F(21, 5), ("3 < 4", "- yes")),
        ),
        "en",
    )


def test_a_webvtt_of_another_program_is_read() -> None:
    text = (
        "WEBVTT - title\nLanguage: fr\n\nSTYLE\n::cue { color: red }\n\nNOTE a\nb\n\n"
        "intro\n00:01.000 --> 01:02:03.250 align:start line:0\n"
        "<v.loud Bob &amp; Co>Salut <b>toi</b>&nbsp;!\n<00:01.500>&lt;3\n\n"
        "00:05.000 --> 00:06.000\n\n"
    )
    read = read_vtt(text)
    assert read.language == "fr"
    assert read.captions[0] == Caption(
        F(1), F(3723_25, 100), ("Salut toi\u00a0!", "<3"), "Bob & Co"
    )
    assert read.captions[1].lines == ()


_LINE = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp", "Zs")),
    min_size=1,
    max_size=20,
)


@st.composite
def caption_lists(draw: st.DrawFn) -> Captions:
    """Captions on whole milliseconds, with any letters."""
    found = []
    for _ in range(draw(st.integers(1, 5))):
        start = F(draw(st.integers(0, 360_000_000)), 1000)
        stop = start + F(draw(st.integers(1, 100_000)), 1000)
        lines = tuple(draw(st.lists(_LINE, min_size=1, max_size=3)))
        found.append(Caption(start, stop, lines, draw(st.sampled_from(["", "Ann", "Bob & <Co>"]))))
    return Captions(tuple(found), draw(st.sampled_from(["", "en", "fr-FR"])))


@given(caption_lists())
def test_webvtt_gives_back_what_was_written(captions: Captions) -> None:
    assert read_vtt(write_vtt(captions)) == captions


@given(caption_lists())
def test_srt_gives_back_times_and_plain_text(captions: Captions) -> None:
    read = read_srt(write_srt(captions))
    assert [(c.start, c.stop) for c in read.captions] == [
        (c.start, c.stop) for c in captions.captions
    ]
    for before, after in zip(captions.captions, read.captions, strict=True):
        if not any(mark in before.text for mark in "<>{}"):
            assert after.lines == before.lines


@given(caption_lists())
def test_json_gives_back_the_same_captions(captions: Captions) -> None:
    assert captions_of(captions.as_dict()) == captions


@given(st.text(max_size=300))
def test_no_text_breaks_the_readers(text: str) -> None:
    for read in (read_srt, read_vtt):
        for whole in (text, f"WEBVTT\n\n{text}", f"1\n00:00:01,000 --> 00:00:02,000\n{text}"):
            with contextlib.suppress(MediaError):
                assert all(caption.stop > caption.start for caption in read(whole).captions)


@given(st.integers(0, 10**10), st.sampled_from([2, 3]))
def test_clocks_give_back_their_time(units: int, digits: int) -> None:
    seconds = F(units, 10**digits)
    assert seconds >= 3600 * 10000 or read_clock(write_clock(seconds, digits=digits)) == seconds


@given(
    st.fractions(0, 10_000),
    st.fractions(F(1, 1000), 50),
    st.sampled_from([F(24000, 1001), F(24), F(25), F(30000, 1001), F(60)]),
)
def test_times_move_by_half_a_frame_at_most(start: F, length: F, rate: F) -> None:
    caption = Caption(start, start + length, ("x",))
    first, last = frame_span(caption, rate)
    assert last > first
    assert abs(first / rate - start) <= 1 / (2 * rate)
    assert last == first + 1 or abs(last / rate - start - length) <= 1 / (2 * rate)
    snapped = Captions((caption,)).on_frames(rate)
    assert snapped.on_frames(rate) == snapped


def test_captions_of_a_later_start_lose_what_lies_before_it() -> None:
    moved = TWO.shifted(F(-2))
    assert moved.captions[0].start == 0
    assert moved.captions[0].stop == F(3, 2)
    assert len(TWO.shifted(F(-3662)).captions) == 2


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.srt", b"", "no caption"),
        ("a.srt", b"Hello\n", "line 1 is 'Hello'"),
        ("a.srt", b"1\n00:00:05,000 --> 00:00:02,000\nHi\n", "ends before it begins"),
        ("a.srt", b"\x00\x01\xff\xfe\x00", "no text"),
        ("a.vtt", b"1\n00:01.000 --> 00:02.000\nHi\n", "does not begin with WEBVTT"),
        ("a.vtt", b"WEBVTT\n\nid\n00:01 --> nowhere\nHi\n", "line 4"),
        ("a.vtt", b"WEBVTT\n\n00:02.000 --> 00:01.000\nHi\n", "ends before it begins"),
    ],
)
def test_what_is_no_caption_file_is_told(
    tmp_path: Path, name: str, content: bytes, told: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(MediaError, match=told) as caught:
        read_captions(tmp_path / name)
    assert name in str(caught.value)


def test_old_encodings_are_read(tmp_path: Path) -> None:
    srt = "1\n00:00:01,000 --> 00:00:02,000\nÇa va été\n"
    for encoding in ("cp1252", "utf-16"):
        (tmp_path / "a.srt").write_bytes(srt.encode(encoding))
        assert read_captions(tmp_path / "a.srt").captions[0].lines == ("Ça va été",)


@pytest.mark.parametrize("name", ["a.txt", "a", "a.srt.exe"])
def test_other_suffixes_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="caption file"):
        write_captions(TWO, tmp_path / name)
    with pytest.raises(UsageError, match="caption file"):
        read_captions(tmp_path / name)
    with pytest.raises(AiprodError):
        read_captions(tmp_path / "missing.srt")
