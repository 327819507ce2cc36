"""Edits of a project as values: each function reads a project and gives a patch of it."""

from __future__ import annotations

from app.editing.patch import Patch, apply_patch, inverse

__all__ = ["Patch", "apply_patch", "inverse"]
