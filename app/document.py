"""The open project with its undo stack: the only writer of the project."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from app.editing.keeping import keeping_facts
from app.editing.media import rebased
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
        self._open: Steps | None = None  # what the step that is being made has so far

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
        """Write the project to its file, or to another. Raises AiprodError, OSError.

        In another folder the paths of its media are led to where they still lie.
        """
        target = (path or self._path or Path()).resolve()
        if path is None and self._path is None:
            raise ValueError("the project has no file yet")
        moved = Patch()
        before = self._path.parent if self._path else None
        if before != target.parent:
            moved = rebased(self._project, self.registry, before=before, after=target.parent)
        save(apply_patch(self._project, moved), target)
        self._path = target
        self.note(moved)
        self.stack.setClean()
        self.path_changed.emit()

    def apply(self, name: str, patch: Patch, *, merge: str = "") -> None:
        """Make an edit that undo shows as `name`; an empty patch makes none.

        Edits in a row with the same non-empty `merge` are one step, such as the moves of a drag
        or the values of a slider; `end_merge` closes it. Raises ValueError or KeyError when the
        patch does not fit the project, which then stays as it is.
        """
        if patch.is_empty:
            return
        made = apply_patch(self._project, patch)
        back = inverse(self._project, patch)
        if self._open is None:
            self.stack.push(_Edit(self, name, [(patch, back)], merge, made=made))
        else:
            step = [(patch, back)]
            self._open = _joined(self._open, step) if merge and self._open else self._open + step
            self._put(patch, made)

    def end_merge(self) -> None:
        """The gesture is over: the next edit is a step of its own."""
        last = self.stack.command(self.stack.index() - 1)
        if isinstance(last, _Edit):
            last.merge = ""

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """All edits inside are one step of undo; when the block raises, none of them stays.

        Steps inside of steps are part of the outermost.
        """
        outer, self._open = self._open, []
        try:
            yield
        except BaseException:
            for patch, back in reversed(self._open or []):
                self._put(keeping_facts(self._project, back, patch))
            self._open = outer
            raise
        made, self._open = self._open or [], outer
        if outer is not None:
            self._open = [*outer, *made]
        elif made:
            self.stack.push(_Edit(self, name, made, "", made=self._project))

    def note(self, patch: Patch) -> None:
        """Write down a fact that is no edit, such as a take that was made: undo leaves it."""
        if not patch.is_empty:
            self._put(patch)

    def _put(self, patch: Patch, made: Project | None = None) -> None:
        """Change the project, into `made` where that is at hand, and tell everyone."""
        self._project = apply_patch(self._project, patch) if made is None else made
        self.changed.emit(patch)


Steps = list[tuple[Patch, Patch]]
"""Patches in the order in which they were made, each with what undoes it."""


class _Edit(QUndoCommand):
    """One step of undo: its patches, and whether the next edit may become part of it."""

    def __init__(
        self, document: Document, name: str, steps: Steps, merge: str, *, made: Project
    ) -> None:
        super().__init__(name)
        self.merge = merge
        self._document = document
        self._steps = steps
        self._made: Project | None = made  # what the first redo leads to, which push calls

    def redo(self) -> None:
        made, self._made = self._made, None
        if made is None:
            self._steps = [self._run(forth, back) for forth, back in self._steps]
        elif made is not self._document.project:
            self._document._put(self._steps[0][0], made)

    def undo(self) -> None:
        turned = [self._run(back, forth) for forth, back in reversed(self._steps)]
        self._steps = [(forth, back) for back, forth in reversed(turned)]

    def id(self) -> int:
        return 1 if self.merge else -1

    def mergeWith(self, other: QUndoCommand) -> bool:  # noqa: N802
        if not isinstance(other, _Edit) or not self.merge or other.merge != self.merge:
            return False
        self._steps = _joined(self._steps, other._steps)
        self.setObsolete(all(_cancel(forth, back) for forth, back in self._steps))
        return True

    def _run(self, patch: Patch, other: Patch) -> tuple[Patch, Patch]:
        """Apply a patch, which the other one undoes; gives both as they are from now on."""
        document = self._document
        patch = keeping_facts(document.project, patch, other)
        turned = inverse(document.project, patch)
        document._put(patch)
        return patch, turned


def _joined(before: Steps, after: Steps) -> Steps:
    """The steps in a row; two that only set the same things become one."""
    (first, back), (second, _) = before[-1], after[0]
    if _only_sets(first) and _only_sets(second) and _places(first) == _places(second):
        return [*before[:-1], (second, back), *after[1:]]
    return [*before, *after]


def _only_sets(patch: Patch) -> bool:
    return not (patch.add_links or patch.remove_links or (patch.nodes and patch.groups))


def _places(patch: Patch) -> tuple[object, ...]:
    tables = (patch.nodes, patch.groups, patch.extra)
    return (*(frozenset(table) for table in tables), patch.settings is None, patch.scope)


def _cancel(forth: Patch, back: Patch) -> bool:
    """Whether a joined step ends where it began: a drag out and back is no edit."""
    return _only_sets(forth) and repr(forth) == repr(back)
