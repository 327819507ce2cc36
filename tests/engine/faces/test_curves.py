"""Curves of a face: what they hold, how far the lips are apart, files of other programs."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import MediaError, UsageError
from engine.faces import CLOSED, SHAPES, FaceCurves, at_rate, lip_gap, read_curves, write_curves
from engine.faces.curves import curves_of
from engine.faces.exchange import timecode
from engine.faces.store import load_face, save_face

GOLDEN = Path(__file__).parents[2] / "data" / "faces"


@pytest.fixture
def curves() -> FaceCurves:
    """Three frames: rest, an open vowel while looking left, a bilabial."""
    shapes = curves_of(
        {
            "jawOpen": np.array([0.0, 0.625, 0.125], np.float32),
            "mouthLowerDown": np.array([0.0, 0.25, 0.0], np.float32),
            "mouthClose": np.array([0.0, 0.0, 0.125], np.float32),
            "mouthPress": np.array([0.0, 0.0, 0.375], np.float32),
            "eyeLookOutLeft": np.array([0.0, 0.5, 0.0], np.float32),
            "eyeLookInRight": np.array([0.0, 0.5, 0.0], np.float32),
        },
        3,
    )
    head = np.array([[0, 0, 0], [0.125, -0.0625, 0.03125], [0, 0, 0]], np.float32)
    return FaceCurves(Fraction(24), shapes, head, "face")


def test_the_shapes_are_those_of_arkit_once_each() -> None:
    assert len(SHAPES) == len(set(SHAPES)) == 52
    assert SHAPES[0] == "eyeBlinkLeft"
    assert SHAPES[-1] == "tongueOut"
    assert {name.removesuffix("Left") for name in SHAPES if name.endswith("Left")} - {
        "jaw",
        "mouth",
    } == {name.removesuffix("Right") for name in SHAPES if name.endswith("Right")} - {
        "jaw",
        "mouth",
    }


def test_lips_touch_in_a_bilabial_and_at_rest_and_part_in_a_vowel(curves: FaceCurves) -> None:
    rest, vowel, bilabial = lip_gap(curves.shapes)
    assert rest <= CLOSED
    assert bilabial <= CLOSED
    assert vowel > 0.5


def test_curves_of_other_shapes_or_without_numbers_are_refused(curves: FaceCurves) -> None:
    with pytest.raises(UsageError, match="move no face"):
        FaceCurves(Fraction(24), curves.shapes[:, :51], curves.head)
    with pytest.raises(UsageError, match="not numbers"):
        FaceCurves(Fraction(24), curves.shapes * np.float32(np.nan), curves.head)
    with pytest.raises(UsageError, match="frames a second"):
        FaceCurves(Fraction(0), curves.shapes, curves.head)


@pytest.mark.parametrize("suffix", ["csv", "json"])
def test_files_are_written_as_they_were_before(
    curves: FaceCurves, tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"face.{suffix}"
    write_curves(curves, path, start=24 * 3600)
    assert path.read_text() == (GOLDEN / path.name).read_text()


@pytest.mark.parametrize("suffix", ["csv", "json"])
def test_what_is_written_is_read_back(curves: FaceCurves, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"face.{suffix}"
    write_curves(curves, path)
    again = read_curves(path, Fraction(24))
    assert again.rate == curves.rate
    np.testing.assert_allclose(again.shapes, curves.shapes, atol=1e-6)
    np.testing.assert_allclose(again.head, curves.head, atol=1e-6)


def test_the_rate_of_a_csv_is_told_from_its_timecode(curves: FaceCurves, tmp_path: Path) -> None:
    whole = FaceCurves(Fraction(30), np.tile(curves.shapes, (30, 1)), np.tile(curves.head, (30, 1)))
    write_curves(whole, tmp_path / "face.csv", start=17)
    assert read_curves(tmp_path / "face.csv").rate == 30
    short = FaceCurves(Fraction(30), curves.shapes, curves.head)
    write_curves(short, tmp_path / "short.csv")
    with pytest.raises(MediaError, match="too short to tell its rate"):
        read_curves(tmp_path / "short.csv")


def test_columns_in_any_order_and_case_are_read_and_missing_ones_are_rest(tmp_path: Path) -> None:
    path = tmp_path / "few.csv"
    path.write_text("Timecode,BlendShapeCount,TONGUEOUT,jawOpen\n0:00:00:00.5,2,0.25,1.5\n")
    read = read_curves(path, Fraction(60))
    assert read.curve("tongueOut").tolist() == [0.25]
    assert read.curve("jawOpen").tolist() == [1.0]  # kept within 0 and 1
    assert not read.head.any()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", ""),
        ("words.csv", "Hello,there\n1,2\n"),
        ("text.csv", "Timecode,BlendshapeCount,JawOpen\n00:00:00:00,1,much\n"),
        ("nan.csv", "Timecode,BlendshapeCount,JawOpen\n00:00:00:00,1,nan\n"),
        ("ragged.csv", "Timecode,BlendshapeCount,JawOpen\n00:00:00:00,1\n"),
        ("strange.csv", "Timecode,BlendshapeCount,Wing\n00:00:00:00,1,1\n"),
        ("empty.json", ""),
        ("list.json", "[1, 2]"),
        ("ragged.json", '{"exportFps": 24, "facsNames": ["jawOpen"], "weightMat": [[1, 2], [3]]}'),
        ("deep.json", "[" * 100_000),
        ("binary.json", b"\xff\xfe\x00\x01"),
    ],
)
def test_a_file_that_is_none_is_named(tmp_path: Path, name: str, content: str | bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(MediaError) as caught:
        read_curves(path, Fraction(24))
    assert name in str(caught.value)


def test_weights_that_others_export_are_read(tmp_path: Path) -> None:
    path = tmp_path / "weights.json"
    table = {"exportFps": 30.0, "facsNames": ["jawOpen", "mouthClose"], "weightMat": [[0.5, 0.25]]}
    path.write_text(json.dumps(table))
    read = read_curves(path)
    assert read.rate == 30
    assert read.curve("mouthClose").tolist() == [0.25]


def test_another_suffix_is_refused(curves: FaceCurves, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"\.csv or \.json"):
        write_curves(curves, tmp_path / "face.fbx")


@given(st.integers(0, 24 * 3600 * 120), st.sampled_from([24, 25, 30, 60]))
def test_timecodes_count_on_by_one(frame: int, rate: int) -> None:
    def counted(text: str) -> int:
        hours, minutes, seconds, frames = text.split(":")
        return ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * rate + int(frames[:2])

    day = 24 * 3600 * rate
    assert counted(timecode(frame, Fraction(rate))) == frame % day


@given(st.sampled_from([Fraction(24), Fraction(30000, 1001), Fraction(60)]), st.integers(1, 50))
def test_another_rate_keeps_the_length_and_a_still_face(rate: Fraction, count: int) -> None:
    still = FaceCurves(
        Fraction(25), np.full((count, 52), 0.5, np.float32), np.ones((count, 3), np.float32)
    )
    moved = at_rate(still, rate)
    assert abs(moved.frame_count / rate - count / Fraction(25)) <= 1 / rate
    assert np.allclose(moved.shapes, 0.5)
    assert np.allclose(moved.head, 1.0)


def test_the_cache_gives_curves_back_bit_for_bit(curves: FaceCurves, tmp_path: Path) -> None:
    save_face(curves, tmp_path)
    again = load_face(tmp_path)
    assert (again.rate, again.name) == (curves.rate, curves.name)
    assert np.array_equal(again.shapes, curves.shapes)
    assert np.array_equal(again.head, curves.head)
    (tmp_path / "shapes.npy").write_bytes(b"damaged")
    with pytest.raises(MediaError, match="damaged"):
        load_face(tmp_path)
