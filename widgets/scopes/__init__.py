"""Scopes: what the levels and colours of a picture are."""

from __future__ import annotations

from widgets.scopes.scope_view import ScopeView
from widgets.scopes.scopes import Scopes
from widgets.scopes.traces import KINDS, Kind, Trace, trace

__all__ = ["KINDS", "Kind", "ScopeView", "Scopes", "Trace", "trace"]
