"""Makes the pictures of the documentation and of the templates: `python -m app.shell.pictures`.

    python -m app.shell.pictures              the window, into docs/pictures
    python -m app.shell.pictures templates    a frame of each template's film, beside it

Both draw what is really there: the window is the real one, the films are rendered.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

TOP = Path(__file__).resolve().parents[2]
DOCS = TOP / "docs" / "pictures"
TEMPLATES = TOP / "resources" / "templates"
CARD = (464, 260)  # twice the size on the start page, for screens of double density


@dataclass(frozen=True)
class Shot:
    """A picture of the window: its file's name, what it shows, and how."""

    name: str
    workspace: str
    project: str = "two_shots"
    theme: str = "dark"
    language: str = "en"
    size: str = "1440x900"
    scale: float = 1.0


SHOTS = (
    Shot("start", "start"),
    Shot("graph", "graph"),
    Shot("edit", "edit"),
    Shot("sound", "sound", project="sound_bed"),
    Shot("deliver", "deliver"),
    Shot("light", "graph", theme="light"),
    Shot("french", "edit", language="fr", theme="light"),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Make one set of pictures. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="app.shell.pictures", description=__doc__)
    parser.add_argument("what", nargs="?", choices=("window", "templates"), default="window")
    parser.add_argument("--only", metavar="NAME", help="only the picture of this name")
    arguments = parser.parse_args(argv)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if arguments.what == "templates":
        return _draw_templates(arguments.only)
    return _draw_window(arguments.only)


def _draw_window(only: str | None) -> int:
    DOCS.mkdir(parents=True, exist_ok=True)
    shots = [shot for shot in SHOTS if only in (None, shot.name)]
    with tempfile.TemporaryDirectory() as home:  # jobs and preferences of nobody
        nobody = os.environ | {f"XDG_{n}_HOME": f"{home}/{n}" for n in ("DATA", "CONFIG")}
        for project in sorted({shot.project for shot in shots}):  # what is shown is rendered
            again = [sys.executable, "-m", "app.shell.pictures", "templates", "--only", project]
            subprocess.run(again, cwd=TOP, check=True, env=nobody)
        for shot in shots:
            command = [sys.executable, "-m", "app.main"]
            if shot.workspace != "start":
                command.append(str(TEMPLATES / f"{shot.project}.aiprod"))
            command += ["--grab", str(DOCS / f"{shot.name}.png"), "--workspace", shot.workspace]
            command += ["--theme", shot.theme, "--lang", shot.language]
            command += ["--size", shot.size, "--scale", str(shot.scale)]
            subprocess.run(command, cwd=TOP, check=True, env=nobody)
    return 0


def _draw_templates(only: str | None) -> int:
    from app.shell.start_up import make_application
    from app.shell.templates import templates

    make_application()
    for template in templates(TEMPLATES):
        if only not in (None, template.name):
            continue
        frame = _frame_of(template.project)
        if frame is None:  # its model is not on this machine
            print(f"{template.name}: cannot be rendered here, keeps its picture")  # noqa: T201
            continue
        frame.save(str(template.picture), quality=88)
    return 0


def _frame_of(path: Path) -> QImage | None:
    """A frame of the film that a project makes, in the shape of a card; None if it makes none."""
    from PySide6.QtCore import QEventLoop, QSize, Qt
    from PySide6.QtGui import QImage

    from app.bridge import Bridge, View
    from engine.project import load
    from engine.timeline import render_video

    bridge, loop, made = Bridge(), QEventLoop(), []

    def take(view: View) -> None:
        made.append(view.value)
        loop.quit()

    bridge.view_ready.connect(take)
    bridge.view_failed.connect(lambda _failure: loop.quit())
    project = load(path)
    nodes = project.graph.nodes.values()
    node = next((node.id for node in nodes if node.type == "editorial.timeline"), None)
    if node is not None:
        bridge.view(project, path.parent, node, proxy=False)
        loop.exec()
    if not made:
        bridge.close()
        return None
    clip = render_video(made[0])
    parts = (clip.frame_count * part // 8 for part in (4, 1, 2, 6))
    frames = [next(clip.arrays(at, at + 1))[..., :3].copy() for at in parts]
    bright = [frame for frame in frames if frame.mean() > 60]  # no fade, no black
    pixels = bright[0] if bright else frames[0]
    height, width = pixels.shape[:2]
    image = QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    size = QSize(*CARD)
    aspect, mode = Qt.AspectRatioMode, Qt.TransformationMode.SmoothTransformation
    whole = image.scaled(size, aspect.KeepAspectRatioByExpanding, mode)
    corner = (whole.width() - size.width()) // 2, (whole.height() - size.height()) // 2
    bridge.close()
    return whole.copy(*corner, size.width(), size.height())


if __name__ == "__main__":
    sys.exit(main())
