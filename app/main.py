"""Entry point `aiprod`: opens the window, or says what keeps it from opening."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

FAILED = 1

NO_QT = """\
aiprod: the window needs Qt, which cannot be loaded: {error}
Not installed: pip install "aiprod[app]", or make setup in a checkout.
A system library is missing (Debian, Ubuntu): apt-get install \
libegl1 libgl1 libxkbcommon0 libdbus-1-3 libfontconfig1
Renders need no window: aiprod-engine render PROJECT"""


def main(argv: Sequence[str] | None = None) -> int:
    """Open the application. Returns its exit status."""
    arguments = make_parser().parse_args(argv)
    try:
        import PySide6.QtWidgets  # noqa: F401
    except ImportError as error:
        print(NO_QT.format(error=error), file=sys.stderr)  # noqa: T201
        return FAILED
    if arguments.grab is not None:
        return _take_picture(arguments)
    return _run(arguments.file)


def make_parser() -> argparse.ArgumentParser:
    """The parser of `aiprod [FILE]`."""
    from engine import __version__

    parser = argparse.ArgumentParser(prog="aiprod", description="Make films as a graph of nodes.")
    parser.add_argument("file", type=Path, nargs="?", help="a project to open (.aiprod)")
    parser.add_argument("--version", action="version", version=f"aiprod {__version__}")
    grab = parser.add_argument_group("pictures of the window")
    grab.add_argument("--grab", type=Path, metavar="PNG", help="write a picture and end")
    grab.add_argument("--size", type=_size, default=(1440, 900), metavar="WxH", help="its size")
    grab.add_argument("--scale", type=float, default=1.0, help="pixels a point, such as 2")
    grab.add_argument("--theme", choices=("dark", "light"), default="dark")
    grab.add_argument("--lang", choices=("en", "fr"), default="en")
    grab.add_argument(
        "--workspace", choices=("start", "graph", "edit", "sound", "deliver"), default="graph"
    )
    return parser


def _run(file: Path | None) -> int:
    from app.main_window import MainWindow
    from app.settings import Settings
    from app.shell.start_up import CrashTeller, FileOpener, dress, make_application

    application = make_application()
    settings = Settings()
    dress(application, settings)
    crashes = CrashTeller(application)
    crashes.handler.install()
    window = MainWindow(settings)
    FileOpener(application, window.open_project)
    window.show()
    if file is not None:
        window.open_project(file)
    try:
        return application.exec()
    finally:
        crashes.handler.remove()


def _take_picture(arguments: argparse.Namespace) -> int:
    from app.shell.grab import Picture, grab, passing_settings, prepare

    prepare(arguments.scale)
    from app.main_window import MainWindow
    from app.shell.start_up import dress, make_application

    application = make_application()
    workspace = arguments.workspace
    picture = Picture(
        path=arguments.grab,
        size=arguments.size,
        theme=arguments.theme,
        language=arguments.lang,
        workspace="graph" if workspace == "start" else workspace,
    )
    settings = passing_settings(picture)
    dress(application, settings)
    window = MainWindow(settings)
    window.sits_for_picture()
    window.show()
    if arguments.file is not None and not window.open_project(arguments.file):
        return FAILED
    if workspace != "start":
        window.show_workbench()
    done = grab(window, picture)
    window.close_without_asking()
    return 0 if done else FAILED


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    return int(width), int(height)


if __name__ == "__main__":
    sys.exit(main())
