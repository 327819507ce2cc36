"""The crash handler: writes what went wrong into a file that holds nothing personal."""

from __future__ import annotations

import getpass
import os
import platform
import re
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path, PurePath
from types import TracebackType

from engine import __version__
from engine.runtime.files import atomic_write
from engine.runtime.folders import data_dir

KEPT = 20
_PACKAGES = ("app", "engine", "widgets")


def reports_dir() -> Path:
    """The folder of the crash reports."""
    return data_dir() / "crashes"


def report_of(error: BaseException) -> str:
    """What went wrong and where, without names of users, paths, values or project content.

    Messages of errors may quote what a user wrote, so only the kinds of errors are told, with the
    places in our code and in packages.
    """
    lines = [
        f"AIPROD {__version__}, Python {platform.python_version()}",
        f"{platform.system()} {platform.release()} {platform.machine()}",
        "",
    ]
    for link in _chain(error):
        lines.append(f"{type(link).__module__}.{type(link).__qualname__}")
        lines += [
            f"  {_place(frame.filename)}, line {frame.lineno}, in {frame.name}"
            for frame in traceback.extract_tb(link.__traceback__)
        ]
        lines.append("")
    return _anonymous("\n".join(lines))


def write_report(error: BaseException) -> Path | None:
    """Write the report of an error; None when the disk refuses. Old reports make room."""
    folder = reports_dir()
    now = datetime.now(UTC)
    path = folder / f"crash-{now:%Y%m%d-%H%M%S}-{now.microsecond:06}.txt"
    try:
        atomic_write(path, report_of(error))
        for old in sorted(folder.glob("crash-*.txt"))[:-KEPT]:
            old.unlink(missing_ok=True)
    except OSError:
        return None
    return path


class CrashHandler:
    """Takes over what no other code caught, in the window's thread and in others.

    `tell` gets the report's file, on the thread of the error; an error while it is told is only
    written down.
    """

    def __init__(self, tell: Callable[[Path], None]) -> None:
        self._tell = tell
        self._telling = False
        self._before = sys.excepthook, threading.excepthook

    def install(self) -> None:
        """Be called for every error that nothing caught."""
        sys.excepthook = self._take
        threading.excepthook = lambda args: self._take(
            args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback
        )

    def remove(self) -> None:
        """Give the hooks back to who had them before."""
        sys.excepthook, threading.excepthook = self._before

    def _take(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt | SystemExit):
            self._before[0](kind, error, trace)
            return
        sys.__excepthook__(kind, error, trace)
        path = write_report(error)
        if path is None or self._telling:
            return
        self._telling = True
        try:
            self._tell(path)
        finally:
            self._telling = False


def _chain(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in found:
        found.append(link)
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return found[::-1]


def _place(filename: str) -> str:
    """A file by its path inside our packages or inside a package; of others nothing."""
    parts = PurePath(filename).parts
    if "site-packages" in parts:
        return "/".join(parts[parts.index("site-packages") + 1 :])
    for at in range(len(parts) - 1, -1, -1):
        if parts[at] in _PACKAGES and str(Path(*parts[:at])) == str(_top()):
            return "/".join(parts[at:])
    if filename.startswith(sys.base_prefix):
        return f"python/{parts[-1]}"
    return "(a file of the user)"


def _top() -> Path:
    return Path(__file__).resolve().parents[2]


def _anonymous(text: str, environment: Mapping[str, str] = os.environ) -> str:
    """The text without the user's name and home, should any have got in."""
    for secret in (str(Path.home()), environment.get("USER", ""), _user()):
        if len(secret) > 2 and secret not in ("root", "user"):
            text = re.sub(rf"(?<![A-Za-z0-9]){re.escape(secret)}(?![A-Za-z0-9])", "…", text)
    return text


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""
