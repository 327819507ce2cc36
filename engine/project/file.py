"""Loads and saves projects: hostile files end in a clear error, saves are whole or not there."""

from __future__ import annotations

import json
import stat
from pathlib import Path

from engine.errors import ProjectError
from engine.project.document import Project
from engine.project.limits import (
    MAX_BYTES,
    check_size,
    check_text,
    finite_number,
    no_constant,
    no_twins,
    whole_number,
)
from engine.project.reading import read_document
from engine.project.writing import write_document
from engine.runtime.files import atomic_write

SUFFIX = ".aiprod"


def load(path: Path | str) -> Project:
    """Read a project file. Raises ProjectError, naming the file and the field."""
    path = Path(path)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise ProjectError("this is a folder")
        if not stat.S_ISREG(status.st_mode):
            raise ProjectError("this is not a file")
        check_size(status.st_size)
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        return loads(data)
    except ProjectError as error:
        place = f"{path.name}: {error.where}" if error.where else path.name
        raise ProjectError(error.message, where=place, mend=error.mend) from error
    except OSError as error:
        raise ProjectError(error.strerror or str(error), where=str(path)) from error


def loads(data: bytes | str) -> Project:
    """Read a project from its text. Raises ProjectError, naming the field."""
    check_size(len(data))
    try:
        text = data if isinstance(data, str) else data.decode("utf-8-sig")
        check_text(text)
        document = json.loads(
            text,
            parse_int=whole_number,
            parse_float=finite_number,
            parse_constant=no_constant,
            object_pairs_hook=no_twins,
        )
    except UnicodeDecodeError as error:
        raise ProjectError(f"byte {error.start} is not UTF-8 text") from None
    except json.JSONDecodeError as error:
        raise ProjectError(
            f"this is not JSON: {error.msg} in line {error.lineno}, column {error.colno}"
        ) from None
    except RecursionError:
        raise ProjectError("the file is nested too deep") from None
    return read_document(document)


def save(project: Project, path: Path | str) -> None:
    """Write a project whole or not at all; the previous file stays beside it as `NAME.bak`.

    Raises ProjectError when the project has a value that no file can hold, or the disk refuses.
    """
    text = dumps(project)
    check_size(len(text.encode()))
    try:
        atomic_write(Path(path), text, backup=True)
    except OSError as error:
        raise ProjectError(error.strerror or str(error), where=str(path)) from error


def dumps(project: Project) -> str:
    """The canonical text of a project. Raises ProjectError as `save` does."""
    return write_document(project)
