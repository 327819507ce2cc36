"""Tells which system libraries Qt misses on Linux, and the command that brings them.

    python requirements/system_libraries.py [--packages] [--window]

Exit 1 when one is missing. `--packages` prints only the Debian package names, for scripts;
`--window` asks also for what a real X11 window needs, beyond drawing without a screen.
"""

from __future__ import annotations

import ctypes
import sys

DRAWING = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
}
WINDOW = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libXtst.so.6": "libxtst6",  # clicks from the server, in tests
}


def missing_packages(libraries: dict[str, str]) -> list[str]:
    return [package for library, package in libraries.items() if not loads(library)]


def loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def main(arguments: list[str]) -> int:
    if sys.platform != "linux":
        return 0
    packages = missing_packages(DRAWING | WINDOW if "--window" in arguments else DRAWING)
    if "--packages" in arguments:
        print(*packages)
        return 0
    if not packages:
        return 0
    print(
        f"Qt misses system libraries of these Debian packages: {', '.join(packages)}",
        file=sys.stderr,
    )
    print(f"Debian, Ubuntu: sudo apt-get install {' '.join(packages)}", file=sys.stderr)
    print(
        "Fedora: sudo dnf install mesa-libEGL mesa-libGL libxkbcommon dbus-libs fontconfig",
        file=sys.stderr,
    )
    print("Without root: the pixi environment (pixi run test) brings them along.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
