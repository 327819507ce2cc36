"""The files that we write stay as they are, byte for byte, and so does what we read from them."""

from __future__ import annotations

from pathlib import Path

from engine.timeline import read_edl, read_fcpxml, read_otio
from tests.engine.timeline.fcpxml_rules import broken_rules
from tests.engine.timeline.footage import assert_same, summary
from tests.engine.timeline.golden import FOLDER, RATE, golden_timeline, write_golden


def test_the_writers_write_what_they_always_wrote(tmp_path: Path) -> None:
    names = sorted(path.name for path in write_golden(tmp_path))
    assert names == sorted(path.name for path in FOLDER.iterdir() if path.suffix != ".md")
    for name in names:
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes(), name


def test_the_kept_files_read_as_the_edit_they_were_written_from() -> None:
    wanted = summary(golden_timeline(), media=False)
    assert_same(summary(read_otio(FOLDER / "film.otio"), media=False), wanted)
    assert_same(summary(read_fcpxml(FOLDER / "film.fcpxml"), media=False), wanted)


def test_the_kept_edls_read_as_the_cuts_of_the_edit() -> None:
    timeline = golden_timeline()
    names = ["film.edl", "film_V2.edl", "film_A1.edl", "film_A2.edl", "film_A3.edl"]
    again = read_edl([FOLDER / name for name in names], rate=RATE)
    found = summary(again, media=False, adjustments=False)
    wanted = summary(timeline, media=False, adjustments=False)
    off = wanted["tracks"][0]["shots"].pop()
    assert (off["name"], off["enabled"]) == ("last", False)
    found["tracks"][0]["gaps"] = wanted["tracks"][0]["gaps"]
    assert_same(found, wanted)


def test_the_kept_fcpxml_is_legal() -> None:
    assert broken_rules((FOLDER / "film.fcpxml").read_bytes()) == []
