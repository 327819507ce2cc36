"""A damaged edit file is read or refused by name; it never ends in a bare Python error."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import AiprodError
from engine.timeline import Timeline, lay_out, read_edl, read_fcpxml, read_otio
from tests.engine.timeline.golden import FOLDER, RATE

FORMS = ["film.otio", "film.fcpxml", "film.edl"]


def read(path: Path) -> Timeline:
    if path.suffix == ".edl":
        return read_edl(path, rate=RATE)
    return read_otio(path) if path.suffix == ".otio" else read_fcpxml(path)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    form=st.sampled_from(FORMS),
    place=st.floats(0, 1),
    length=st.integers(0, 40),
    new=st.binary(max_size=12) | st.sampled_from([b"0", b"-1", b"99999999999999", b'"', b"/0s"]),
)
def test_any_damage_is_read_or_refused(
    tmp_path: Path, form: str, place: float, length: int, new: bytes
) -> None:
    content = (FOLDER / form).read_bytes()
    at = int(place * len(content))
    path = tmp_path / form
    path.write_bytes(content[:at] + new + content[at + length :])
    with contextlib.suppress(AiprodError):
        timeline = read(path)
        for track in [*timeline.video_tracks, *timeline.audio_tracks]:
            lay_out(track, timeline.rate)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("share", [0, 0.1, 0.5, 0.99])
def test_a_file_cut_short_is_read_or_refused(tmp_path: Path, form: str, share: float) -> None:
    content = (FOLDER / form).read_bytes()
    path = tmp_path / form
    path.write_bytes(content[: int(share * len(content))])
    if form == "film.edl":
        read(path)
        return
    with pytest.raises(AiprodError) as caught:
        read(path)
    assert caught.value.where == form


@pytest.mark.parametrize("form", FORMS)
def test_a_missing_file_is_named(tmp_path: Path, form: str) -> None:
    with pytest.raises(AiprodError) as caught:
        read(tmp_path / form)
    assert caught.value.where == form


def test_an_otio_file_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.otio"
    path.write_text('{"OTIO_SCHEMA": "Gap.1", "name": "nothing"}')
    with pytest.raises(AiprodError, match="holds no timeline"):
        read(path)
