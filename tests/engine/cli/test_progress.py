"""What a render shows: bars on a terminal, lines elsewhere."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from rich.console import Console
from rich.progress import Progress

from engine.cli.progress import Bars, JsonLines, show_line
from engine.graph import events

RUN: tuple[events.Event, ...] = (
    events.RunPlanned(run=2, cached=1),
    events.NodeFinished("wind", "Wind", cached=True, seconds=0.0),
    events.NodeStarted("shot", "Shot [1]"),
    events.NodeProgress("shot", "Shot [1]", 15, 30, "denoising", run_seconds_left=75.2),
    events.Warning("shot", "Shot [1]", "the model does not know the word 'zebra'"),
    events.NodeFinished("shot", "Shot [1]", cached=False, seconds=12.34),
    events.NodeStarted("film", "Export film"),
    events.NodeFailed("film", "Export film", "the disk is full"),
    events.RenderFinished((Path("film.mp4"),), 12.5, 1, 1),
)


def test_lines_tell_what_is_made_kept_and_failed(capsys: pytest.CaptureFixture[str]) -> None:
    for event in RUN:
        show_line(event)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.splitlines() == [
        "kept     Wind",
        "warning  Shot [1]: the model does not know the word 'zebra'",
        "made     Shot [1] (12.3 s)",
        "failed   Export film",
    ]


def test_each_event_is_one_json_line(capsys: pytest.CaptureFixture[str]) -> None:
    tell = JsonLines()
    for event in RUN:
        tell(event)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["event"] for line in lines] == [type(event).__name__ for event in RUN]
    assert lines[-1]["files"] == ["film.mp4"]


def test_bars_show_the_node_at_work_and_the_whole() -> None:
    text = io.StringIO()
    console = Console(file=text, force_terminal=True, width=100)
    with Progress(console=console, auto_refresh=False) as progress:
        bars = Bars(progress)
        for event in RUN[:5]:
            bars(event)
        progress.refresh()
        assert [(task.description, task.completed) for task in progress.tasks] == [
            ("whole render, 0:01:15 left", 0.5),
            ("  Shot [1] denoising", 15),
        ]
        for event in RUN[5:]:
            bars(event)
        assert [(task.description, task.completed) for task in progress.tasks] == [
            ("whole render, 0:01:15 left", 1)
        ]
    assert "the model does not know the word 'zebra'" in text.getvalue()
