"""The node canvas: draws nodes, links and frames, and says what the user asks for."""

from widgets.canvas.breadcrumbs import Breadcrumbs
from widgets.canvas.dropping import NODE_MIME
from widgets.canvas.palette import SearchPalette
from widgets.canvas.picking import Hit
from widgets.canvas.view import CanvasView
from widgets.canvas.views import (
    FrameView,
    LinkView,
    NodeView,
    PaletteEntry,
    Point,
    SocketRef,
    SocketView,
    ViewState,
)

__all__ = [
    "NODE_MIME",
    "Breadcrumbs",
    "CanvasView",
    "FrameView",
    "Hit",
    "LinkView",
    "NodeView",
    "PaletteEntry",
    "Point",
    "SearchPalette",
    "SocketRef",
    "SocketView",
    "ViewState",
]
