"""Where nodes go: aligned, distributed, and tidied into columns along the flow of the links."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, TypeAlias

from engine.graph import Link
from engine.graph.cycles import topological_order

Point: TypeAlias = tuple[float, float]
Size: TypeAlias = tuple[float, float]
Places: TypeAlias = dict[str, Point]
Side: TypeAlias = Literal["left", "center", "right", "top", "middle", "bottom"]

COLUMN_GAP = 80.0
ROW_GAP = 28.0
_SWEEPS = 8
_MOST_BENDS = 4  # a link over more columns is let run freely


def align(places: Mapping[str, Point], sizes: Mapping[str, Size], side: Side) -> Places:
    """Bring nodes to a common edge or middle: of all of them together."""
    if not places:
        return {}
    axis = 0 if side in ("left", "center", "right") else 1
    low = min(pos[axis] for pos in places.values())
    high = max(pos[axis] + sizes[name][axis] for name, pos in places.items())
    share = {"left": 0.0, "top": 0.0, "center": 0.5, "middle": 0.5}.get(side, 1.0)
    made = {}
    for name, pos in places.items():
        place = low + (high - low - sizes[name][axis]) * share
        made[name] = (place, pos[1]) if axis == 0 else (pos[0], place)
    return made


def distribute(
    places: Mapping[str, Point], sizes: Mapping[str, Size], *, vertical: bool = False
) -> Places:
    """Have equal gaps between nodes, the outermost of which stay where they are."""
    axis = 1 if vertical else 0
    order = sorted(places, key=lambda name: (places[name][axis], name))
    if len(order) < 3:
        return dict(places)
    first, last = places[order[0]][axis], places[order[-1]][axis]
    inner = sum(sizes[name][axis] for name in order[:-1])
    gap = (last - first - inner) / (len(order) - 1)
    made, at = {}, first
    for name in order:
        x, y = places[name]
        made[name] = (x, at) if vertical else (at, y)
        at += sizes[name][axis] + gap
    return made


def tidy(places: Mapping[str, Point], sizes: Mapping[str, Size], links: Iterable[Link]) -> Places:
    """Nodes in columns, each right of what feeds it, with few crossings; parts one under another.

    The upper left corner of all of them stays where it is.
    """
    if not places:
        return {}
    needs: dict[str, list[str]] = {name: [] for name in _reading_order(places)}
    for link in links:
        if link.source in needs and link.target in needs and link.source != link.target:
            needs[link.target].append(link.source)
    made: Places = {}
    left, top = min(x for x, _ in places.values()), min(y for _, y in places.values())
    at = top
    lone: list[str] = []
    for part in _parts(needs):
        if len(part) == 1:
            lone.extend(part)
            continue
        block = _tidy_part({name: needs[name] for name in part}, sizes)
        for name, (x, y) in block.items():
            made[name] = (left + x, at + y)
        at += max(y + sizes[name][1] for name, (_, y) in block.items()) + 2 * ROW_GAP
    made.update(_in_rows(lone, sizes, left, at))
    return {name: (round(x), round(y)) for name, (x, y) in made.items()}


def _reading_order(places: Mapping[str, Point]) -> list[str]:
    return sorted(places, key=lambda name: (places[name][1], places[name][0], name))


def _parts(needs: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """Nodes that hang together, in the order in which they were read."""
    beside: dict[str, list[str]] = defaultdict(list)
    for name, sources in needs.items():
        for source in sources:
            beside[name].append(source)
            beside[source].append(name)
    rank = {name: number for number, name in enumerate(needs)}
    seen: set[str] = set()
    parts = []
    for start in needs:
        if start in seen:
            continue
        part, waiting = [], [start]
        seen.add(start)
        while waiting:
            name = waiting.pop()
            part.append(name)
            for other in beside[name]:
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
        parts.append(sorted(part, key=rank.__getitem__))
    return parts


def _in_rows(names: Sequence[str], sizes: Mapping[str, Size], left: float, top: float) -> Places:
    """Nodes without links, in rows of about the shape of a screen."""
    made: Places = {}
    if not names:
        return made
    area = sum((sizes[name][0] + COLUMN_GAP) * (sizes[name][1] + ROW_GAP) for name in names)
    width = max((area * 16 / 9) ** 0.5, *(sizes[name][0] for name in names))
    x, y, height = left, top, 0.0
    for name in names:
        if x > left and x + sizes[name][0] > left + width:
            x, y, height = left, y + height + ROW_GAP, 0.0
        made[name] = (x, y)
        x += sizes[name][0] + COLUMN_GAP
        height = max(height, sizes[name][1])
    return made


def _tidy_part(needs: Mapping[str, Sequence[str]], sizes: Mapping[str, Size]) -> Places:
    """One part that hangs together, from 0, 0 on."""
    columns = _columns(needs)
    layers, before = _with_bends(needs, columns)
    after: dict[str, list[str]] = defaultdict(list)
    for name, sources in before.items():
        for source in sources:
            after[source].append(name)
    _order(layers, before, after)
    heights = {name: sizes[name][1] if name in sizes else 0.0 for layer in layers for name in layer}
    middles = _middles(layers, before, after, heights)
    top = min(middles[name] - heights[name] / 2 for name in middles)
    made: Places = {}
    x = 0.0
    for layer in layers:
        real = [name for name in layer if name in sizes]
        for name in real:
            made[name] = (x, middles[name] - heights[name] / 2 - top)
        x += max((sizes[name][0] for name in real), default=0.0) + COLUMN_GAP
    return made


def _columns(needs: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """The column of each node: after all that feed it, as near to what it feeds as that allows."""
    order, left = topological_order(needs)
    order += list(left)  # on circles: wherever they come
    column: dict[str, int] = {}
    for name in order:
        column[name] = 1 + max((column.get(source, -1) for source in needs[name]), default=-1)
    users: dict[str, list[str]] = defaultdict(list)
    for name in order:
        for source in needs[name]:
            users[source].append(name)
    for name in reversed(order):
        behind = [column[user] for user in users[name] if column[user] > column[name]]
        if behind and len(behind) == len(users[name]):
            column[name] = min(behind) - 1
    lowest = min(column.values())
    return {name: place - lowest for name, place in column.items()}


def _with_bends(
    needs: Mapping[str, Sequence[str]], columns: Mapping[str, int]
) -> tuple[list[list[str]], dict[str, list[str]]]:
    """The columns, with a place kept free wherever a link runs past one, and what feeds what."""
    layers: list[list[str]] = [[] for _ in range(max(columns.values()) + 1)]
    for name in needs:
        layers[columns[name]].append(name)
    before: dict[str, list[str]] = {name: [] for name in needs}
    bends: dict[tuple[str, int], str] = {}
    for name, sources in needs.items():
        for source in sources:
            distance = columns[name] - columns[source]
            last = source
            if 1 < distance <= _MOST_BENDS:
                for column in range(columns[source] + 1, columns[name]):
                    bend = f"{source}\0{column}"
                    if (source, column) not in bends:
                        bends[source, column] = bend
                        layers[column].append(bend)
                        before[bend] = [last]
                    last = bend
            before[name].append(last)
    return layers, before


def _order(
    layers: list[list[str]],
    before: Mapping[str, Sequence[str]],
    after: Mapping[str, Sequence[str]],
) -> None:
    """Order each column by the middle of its neighbours, forth and back: few links cross."""
    rank = {name: n / max(1, len(layer)) for layer in layers for n, name in enumerate(layer)}
    for sweep in range(_SWEEPS):
        beside = after if sweep % 2 else before
        for layer in reversed(layers) if sweep % 2 else layers:
            keys = {}
            for name in layer:
                near = beside.get(name, ())
                keys[name] = sum(rank[n] for n in near) / len(near) if near else rank[name]
            layer.sort(key=lambda name, keys=keys: keys[name])  # type: ignore[misc]
            for number, name in enumerate(layer):
                rank[name] = number / max(1, len(layer))


def _middles(
    layers: list[list[str]],
    before: Mapping[str, Sequence[str]],
    after: Mapping[str, Sequence[str]],
    heights: Mapping[str, float],
) -> dict[str, float]:
    """The height of each node's middle: level with its neighbours as far as its column has room."""
    middle: dict[str, float] = {}
    for layer in layers:
        at = 0.0
        for name in layer:
            middle[name] = at + heights[name] / 2
            at += heights[name] + ROW_GAP
    for sweep in range(_SWEEPS):
        backward = sweep % 2 == 1
        for layer in reversed(layers) if backward else layers:
            wanted = []
            for name in layer:
                near = [*before.get(name, ()), *after.get(name, ())]
                if sweep < _SWEEPS - 2:
                    near = list((after if backward else before).get(name, ())) or near
                found = sorted(middle[other] for other in near)
                half = len(found) // 2
                if not found:
                    wanted.append(middle[name])
                elif len(found) % 2:
                    wanted.append(found[half])
                else:
                    wanted.append((found[half - 1] + found[half]) / 2)
            middle.update(zip(layer, _spread(layer, wanted, heights), strict=True))
    return middle


def _spread(
    layer: Sequence[str], wanted: Sequence[float], heights: Mapping[str, float]
) -> list[float]:
    """Places in order with room between them, as near to those wanted as can be (least squares)."""
    offsets, at = [], 0.0
    for number, name in enumerate(layer):
        if number:
            at += heights[layer[number - 1]] / 2 + ROW_GAP + heights[name] / 2
        offsets.append(at)
    blocks: list[tuple[float, int]] = []  # mean of what a run of nodes wants, and their number
    for place, offset in zip(wanted, offsets, strict=True):
        mean, count = place - offset, 1
        while blocks and blocks[-1][0] > mean:
            other, number = blocks.pop()
            mean, count = (mean * count + other * number) / (count + number), count + number
        blocks.append((mean, count))
    bases = [mean for mean, count in blocks for _ in range(count)]
    return [base + offset for base, offset in zip(bases, offsets, strict=True)]
