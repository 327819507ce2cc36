"""The open project with its undo stack: the only writer of the project."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from app.editing.patch import Patch, apply_patch, inverse
from engine.graph import Registry
from engine.graph.upgrading import upgrade
from engine.project import Project, load, save


class Document(QObject):
    """One project, its file and every edit of it.

    `changed` carries the Patch that was applied, redone or undone, right after the project has
    it; `replaced` says that another project is open. The project is never changed in place, so
    that other threads may read the one they were given.
    """

    changed = Signal(object)
    replaced = Signal()
    path_changed = Signal()

    def __init__(self, registry: Registry, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.registry = registry
        self.stack = QUndoStack(self)
        self._project = Project()
        self._path: Path | None = None

    @property
    def project(self) -> Project:
        """The project as it is now."""
        return self._project

    @property
    def path(self) -> Path | None:
        """The project's file; None before it was first saved."""
        return self._path

    @property
    def base_dir(self) -> Path:
        """The folder that relative paths of media start from."""
        return self._path.parent if self._path else Path.cwd()

    @property
    def is_dirty(self) -> bool:
        """Whether there are edits that are not saved."""
        return not self.stack.isClean()

    def new(self, project: Project | None = None, *, path: Path | None = None) -> None:
        """Open this project (an empty one by default), which is not on disk unless `path` is."""
        project = project or Project()
        self._project = replace(project, graph=upgrade(project.graph, self.registry))
        self._path = path
        self.stack.clear()
        self.replaced.emit()
        self.path_changed.emit()

    def open(self, path: Path) -> None:
        """Open the project file at `path`. Raises AiprodError, OSError; then nothing changes."""
        self.new(load(path), path=path.resolve())

    def save(self, path: Path | None = None) -> None:
        """Write the project to its file, or to another. Raises AiprodError, OSError."""
        target = path or self._path
        if target is None:
            raise ValueError("the project has no file yet")
        save(self._project, target)
        self._path = target.resolve()
        self.stack.setClean()
        self.path_changed.emit()

    def apply(self, name: str, patch: Patch, *, merge: str = "") -> None:
        """Make an edit that undo shows as `name`; an empty patch makes none.

        Edits in a row with the same non-empty `merge` are one step, such as the moves of a drag
        or the values of a slider; `end_merge` closes it.
        """
        if not patch.is_empty:
            self.stack.push(_Edit(self, name, patch, merge))

    def end_merge(self) -> None:
        """The gesture is over: the next edit is a step of its own."""
        last = self.stack.command(self.stack.index() - 1)
        if isinstance(last, _Edit):
            last.merge = ""

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """All edits inside are one step of undo; when the block raises, none of them stays."""
        self.stack.beginMacro(name)
        try:
            yield
        except BaseException:
            self.stack.endMacro()
            self.stack.undo()
            raise
        self.stack.endMacro()

    def note(self, patch: Patch) -> None:
        """Write down a fact that is no edit, such as a take that was made: undo leaves it."""
        self._put(patch)

    def _put(self, patch: Patch) -> None:
        self._project = apply_patch(self._project, patch)
        self.changed.emit(patch)


class _Edit(QUndoCommand):
    """One step: the patches in the order in which they were made, and what undoes each."""

    def __init__(self, document: Document, name: str, patch: Patch, merge: str) -> None:
        super().__init__(name)
        self.merge = merge
        self._document = document
        self._steps = [(patch, inverse(document.project, patch))]

    def redo(self) -> None:
        for patch, _ in self._steps:
            self._document._put(patch)

    def undo(self) -> None:
        for _, back in reversed(self._steps):
            self._document._put(back)

    def id(self) -> int:
        return 1 if self.merge else -1

    def mergeWith(self, other: QUndoCommand) -> bool:  # noqa: N802
        if not isinstance(other, _Edit) or not self.merge or other.merge != self.merge:
            return False
        self._steps = _joined(self._steps, other._steps)
        return True


Steps = list[tuple[Patch, Patch]]


def _joined(before: Steps, after: Steps) -> Steps:
    """The steps in a row; two that only set the same nodes become one."""
    (first, back), (second, _) = before[-1], after[0]
    plain = not (first.add_links or first.remove_links or second.add_links or second.remove_links)
    if plain and first.scope == second.scope and first.nodes.keys() == second.nodes.keys():
        same = replace(first, nodes=second.nodes) == replace(second, nodes=second.nodes)
        if same:
            return [*before[:-1], (second, back), *after[1:]]
    return [*before, *after]
