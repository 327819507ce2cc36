"""Finds node files in the plugin folders and loads each by itself, so that none harms another."""

from __future__ import annotations

import hashlib
import linecache
import re
import sys
import traceback
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType

from engine.errors import AiprodError
from engine.graph.registry import Migration, Registry, declared_in
from engine.graph.situation import Situation
from engine.graph.spec import Fingerprint, NodeSpec, declaration_of, read_spec
from engine.nodes import builtin_registry
from engine.runtime.folders import plugin_dirs

_PACKAGE = "aiprod_plugins"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Plugin:
    """A plugin that works: its name, its file, and the ids of the nodes that it adds."""

    name: str
    path: Path
    nodes: tuple[str, ...]


@dataclass(frozen=True)
class PluginFailure:
    """A plugin that does not work: why in a sentence, and the traceback for its author."""

    name: str
    path: Path
    message: str
    traceback: str

    def __str__(self) -> str:
        return f"plugin {self.name} ({self.path}): {self.message}"


@dataclass(frozen=True)
class Plugins:
    """The built-in nodes with those of all plugins that work, and what became of each file."""

    registry: Registry
    loaded: tuple[Plugin, ...]
    failures: tuple[PluginFailure, ...]
    disabled: tuple[Path, ...] = ()


def load_plugins(
    folders: Iterable[Path] | None = None,
    *,
    builtin: Registry | None = None,
    disabled: Iterable[str] = (),
) -> Plugins:
    """Load every `.py` file of the plugin folders anew; calling it again reloads changed files.

    Files whose name begins with "_" or "." are left out, and `disabled` ones, by their name
    without `.py`, are not run. Never raises for what a plugin does.
    """
    off = frozenset(disabled)
    passed_over: list[Path] = []
    registry = (builtin or builtin_registry()).copy()
    loaded: dict[str, Plugin] = {}
    failures: list[PluginFailure] = []
    for path in _plugin_files(plugin_dirs() if folders is None else folders):
        if path.stem in off:
            passed_over.append(path)
            continue
        try:
            if path.stem in loaded:
                raise AiprodError(f"{loaded[path.stem].path} is a plugin of the same name")
            specs, migrations = _load(path)
            _add(registry, specs, migrations)
            loaded[path.stem] = Plugin(path.stem, path, tuple(spec.id for spec in specs))
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            failures.append(_failure(path, error))
    return Plugins(registry, tuple(loaded.values()), tuple(failures), tuple(passed_over))


def _plugin_files(folders: Iterable[Path]) -> list[Path]:
    found: list[Path] = []
    for folder in dict.fromkeys(folder.resolve() for folder in folders):
        if folder.is_dir():
            found.extend(
                sorted(p for p in folder.glob("*.py") if not p.name.startswith(("_", ".")))
            )
    return found


def _load(path: Path) -> tuple[list[NodeSpec], list[Migration]]:
    """Run a plugin's file and read the nodes it declares."""
    if not _NAME.fullmatch(path.stem):
        raise AiprodError("the name of a plugin has only letters, digits and _ in it")
    source = path.read_bytes()
    linecache.checkcache(str(path))
    module = ModuleType(f"{_PACKAGE}.{path.stem}")
    module.__file__ = str(path)
    sys.modules[module.__name__] = module
    exec(compile(source, str(path), "exec"), vars(module))
    prefix = f"plugin.{path.stem}."
    content = hashlib.sha256(source).hexdigest()
    functions, migrations = declared_in(module)
    specs = []
    for function in functions:
        declared = declaration_of(function)
        wanted = declared.id if declared else None
        _check_id(wanted, prefix)
        spec = read_spec(function, type_id=wanted or prefix + function.__name__)
        specs.append(replace(spec, fingerprint=_with_content(spec.fingerprint, content)))
    for step in migrations:
        _check_id(step.type, prefix)
        _check_id(step.to, prefix)
    return specs, migrations


def _check_id(type_id: str | None, prefix: str) -> None:
    if type_id is None or type_id.startswith(prefix):
        return
    if builtin_registry().get(type_id) is not None:
        raise AiprodError(
            f"{type_id!r} is a built-in node, and a plugin cannot take its place",
            mend=f"Leave the id out, or let it begin with {prefix!r}.",
        )
    raise AiprodError(f"the id {type_id!r} does not begin with {prefix!r}")


def _with_content(inner: Fingerprint | None, content: str) -> Fingerprint:
    """The fingerprints of a node, and that of its plugin's file: edited code runs anew."""

    def fingerprint(situation: Situation) -> list[str]:
        return [content, *(inner(situation) if inner is not None else ())]

    return fingerprint


def _add(registry: Registry, specs: list[NodeSpec], migrations: list[Migration]) -> None:
    """Add a plugin's nodes, all or none."""
    trial = registry.copy()
    for target in (trial, registry):
        for spec in specs:
            target.add(spec)
        for step in migrations:
            target.add_migration(step)


def _failure(path: Path, error: BaseException) -> PluginFailure:
    message = str(error) if isinstance(error, AiprodError) else f"{type(error).__name__}: {error}"
    if isinstance(error, SyntaxError):
        message = f"{error.msg} in line {error.lineno}"
    return PluginFailure(path.stem, path, message, "".join(traceback.format_exception(error)))
