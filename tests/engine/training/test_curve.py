"""The curve of a loss: as text it falls where the loss falls, as a picture it can be read."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from rich.console import Console
from rich.live import Live
from rich.progress import Progress

from engine.cli.training import Curve
from engine.runtime.folders import resources_dir
from engine.training.curve import draw_curve, rows_of_text


def test_the_curve_falls_from_left_to_right() -> None:
    rows = rows_of_text([8, 4, 2, 1], width=4, height=4)
    filled = [sum(row[column] != " " for row in rows) for column in range(4)]
    assert filled == [4, 3, 2, 1]
    assert len(rows_of_text([1.0] * 500, width=60)[0]) == 60


@pytest.mark.parametrize("losses", [[2.0, 1.0, 0.3], [0.5], [1.0, 1.0], [-0.2, 0.4, 0.1]])
def test_a_picture_of_the_curve_shows_a_line(tmp_path: Path, losses: list[float]) -> None:
    entries = [{"step": 10.0 * n, "loss": loss} for n, loss in enumerate(losses, 1)]
    draw_curve(entries, tmp_path / "loss.png", title="vae")
    pixels = np.asarray(Image.open(tmp_path / "loss.png")).astype(int)
    blue = (pixels[..., 2] > pixels[..., 0] + 80).sum()
    assert blue > 10 if len(losses) > 1 else blue >= 0


def test_a_terminal_shows_bar_figures_and_curve() -> None:
    console = Console(file=io.StringIO(), force_terminal=True, width=80)
    bars = Progress(console=console)
    path = resources_dir() / "training" / "smoke" / "1_vae.toml"
    with Live(bars, console=console, auto_refresh=False) as live:
        shown = Curve(live, bars)
        for step in range(1, 30):
            shown.show(path, step, {"loss": 1 / step})
    told = console.file.getvalue()  # type: ignore[attr-defined]
    assert "1_vae" in told
    assert "loss 0.03448" in told
    assert "█" in told
