"""The facade: a project in, delivered files and events out."""

from engine.render.facade import RenderResult, Services, Verdict, render, render_job
from engine.render.overrides import find_param, params_of, with_overrides
from engine.render.request import make_request

__all__ = [
    "RenderResult",
    "Services",
    "Verdict",
    "find_param",
    "make_request",
    "params_of",
    "render",
    "render_job",
    "with_overrides",
]
