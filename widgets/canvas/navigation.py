"""Which node the arrow keys go to: along the links first, else to what lies that way."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from widgets.canvas.contents import Contents

Way: TypeAlias = Literal["left", "right", "up", "down"]
_COLUMN = 240.0  # units of the canvas that count as one column
VECTORS = {"left": (-1.0, 0.0), "right": (1.0, 0.0), "up": (0.0, -1.0), "down": (0.0, 1.0)}


def next_node(contents: Contents, current: str | None, way: Way) -> str | None:
    """The node that the arrow leads to; the upper left one when there is no current node."""
    if current is None or current not in contents.nodes:
        return first_node(contents)
    if way in {"left", "right"}:
        linked = _linked(contents, current, forward=way == "right")
        if linked is not None:
            return linked
    return _towards(contents, current, VECTORS[way])


def reading_order(contents: Contents) -> list[str]:
    """All nodes from left to right, column by column, each from top to bottom."""
    places = {name: item.view.pos for name, item in contents.nodes.items()}
    return sorted(places, key=lambda name: (round(places[name][0] / _COLUMN), places[name][1]))


def neighbour(contents: Contents, current: str | None, step: int) -> str | None:
    """The node some steps on in the order of reading, around the end; so each can be reached."""
    names = reading_order(contents)
    if not names:
        return None
    if current not in names:
        return names[0 if step > 0 else -1]
    return names[(names.index(current) + step) % len(names)]


def first_node(contents: Contents) -> str | None:
    """The node nearest to the upper left corner."""
    places = ((item.view.pos[0] + item.view.pos[1], name) for name, item in contents.nodes.items())
    return min(places, default=(0.0, None))[1]


def _linked(contents: Contents, current: str, *, forward: bool) -> str | None:
    middle = contents.rect(current).center().y()
    ends = [
        link.view.target if forward else link.view.source
        for link in contents.links_of([current])
        if (link.view.source if forward else link.view.target) == current
    ]
    return min(ends, key=lambda name: abs(contents.rect(name).center().y() - middle), default=None)


def _towards(contents: Contents, current: str, way: tuple[float, float]) -> str | None:
    """The nearest node in that direction; what lies off to the side counts as farther."""
    names = [name for name in contents.nodes if name != current]
    if not names:
        return None
    boxes = contents.boxes[[contents.nodes[name].row for name in names]]
    own = contents.rect(current).center()
    offsets = boxes[:, :2] + boxes[:, 2:] / 2 - (own.x(), own.y())
    ahead = offsets @ np.array(way)
    aside = np.abs(offsets @ np.array((way[1], way[0])))
    cost = np.where(ahead > 1.0, ahead + 2.5 * aside, np.inf)
    best = int(np.argmin(cost))
    return names[best] if np.isfinite(cost[best]) else None
