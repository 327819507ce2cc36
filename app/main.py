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
        from PySide6.QtWidgets import QApplication

        from app.main_window import MainWindow
    except ImportError as error:
        print(NO_QT.format(error=error), file=sys.stderr)  # noqa: T201
        return FAILED
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(["aiprod"])
    application.setApplicationName("aiprod")
    application.setApplicationDisplayName("AIPROD")
    window = MainWindow()
    window.show()
    if arguments.file is not None:
        window.open_project(arguments.file)
    return application.exec()


def make_parser() -> argparse.ArgumentParser:
    """The parser of `aiprod [FILE]`."""
    from engine import __version__

    parser = argparse.ArgumentParser(prog="aiprod", description="Make films as a graph of nodes.")
    parser.add_argument("file", type=Path, nargs="?", help="a project to open (.aiprod)")
    parser.add_argument("--version", action="version", version=f"aiprod {__version__}")
    return parser


if __name__ == "__main__":
    sys.exit(main())
