"""Loads torch beside a running window: its large libraries without holding Python's lock.

Python keeps its lock while the system links an extension module. For torch's libraries that is
long enough to be felt; called as a plain foreign function, the same work lets others run.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import sys
from pathlib import Path


def load_torch() -> None:
    """Import torch, if it is not; the libraries first. Raises ImportError without torch."""
    if "torch" not in sys.modules:
        _link_libraries()
    import torch  # noqa: F401


def _link_libraries() -> None:
    """Link what `import torch` will link; when this does not work, that import does it all."""
    spec = importlib.util.find_spec("torch")
    if spec is None or spec.origin is None or os.name != "posix":
        return
    folder = Path(spec.origin).parent / "lib"
    suffix = "dylib" if sys.platform == "darwin" else "so"
    dlopen = ctypes.CDLL(None).dlopen
    dlopen.argtypes = (ctypes.c_char_p, ctypes.c_int)
    dlopen.restype = ctypes.c_void_p
    for name in ("libtorch_cpu", "libtorch_python"):
        path = folder / f"{name}.{suffix}"
        if path.is_file():
            dlopen(os.fsencode(path), os.RTLD_LAZY | os.RTLD_LOCAL)
