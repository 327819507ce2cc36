"""The contact sheet shows each shot in its place, under any name."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from engine.errors import MediaError
from engine.media import Clip
from engine.timeline import SequenceItem, Timeline, build_sequence, build_timeline, contact_sheet

RATE = Fraction(24)


def timeline(shots: int, *, size: tuple[int, int] = (64, 36)) -> Timeline:
    clips = [
        Clip.from_array(np.full((10, size[1], size[0], 3), 20 * n + 40, np.uint8), RATE)
        for n in range(shots)
    ]
    items = [SequenceItem(n, name=f"{n} 映画 été " + "long " * 30) for n in range(shots)]
    return build_timeline([build_sequence(clips, items, rate=RATE)], rate=RATE, size=(64, 36))


@pytest.mark.parametrize(
    ("shots", "columns", "grid"), [(1, 0, (1, 1)), (7, 0, (3, 3)), (5, 5, (5, 1))]
)
def test_shots_lie_in_rows(shots: int, columns: int, grid: tuple[int, int]) -> None:
    sheet = contact_sheet(timeline(shots), columns=columns, cell_width=128)
    assert sheet.shape[1] == 12 + grid[0] * 140
    for shot in range(shots):
        column, row = shot % grid[0], shot // grid[0]
        top = sheet.shape[0] - (grid[1] - row) * (72 + 3 * 10 + 24)
        assert sheet[top + 36, 12 + column * 140 + 64].tolist() == [20 * shot + 40] * 3


def test_several_frames_of_each_shot() -> None:
    told: list[tuple[int, int]] = []
    contact_sheet(timeline(2), frames_per_shot=3, progress=lambda *done: told.append(done))
    assert told[-1] == (6, 6)


def test_a_narrow_shot_stands_in_the_middle_of_its_cell() -> None:
    sheet = contact_sheet(timeline(1, size=(36, 36)), cell_width=128)
    row = sheet[sheet.shape[0] - 90, 12:140]
    assert row[0].tolist() == [0, 0, 0]
    assert row[64].tolist() == [40, 40, 40]


def test_an_empty_timeline_gives_a_sheet_with_its_title() -> None:
    sheet = contact_sheet(build_timeline([], rate=RATE, size=(64, 36)))
    assert sheet.max() > 200


def test_missing_media_is_named() -> None:
    with pytest.raises(MediaError, match="is not loaded"):
        contact_sheet(Timeline(timeline(1).otio))
