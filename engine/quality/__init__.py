"""Technical and semantic checks of real files."""

from __future__ import annotations

from engine.quality.check import check
from engine.quality.limits import Limits
from engine.quality.report import Finding, Level, Report, Span

__all__ = ["Finding", "Level", "Limits", "Report", "Span", "check"]
