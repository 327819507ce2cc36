"""Order and circles of a directed graph."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence


def topological_order(
    needs: Mapping[str, Sequence[str]],
) -> tuple[list[str], dict[str, list[str]]]:
    """Nodes after all that they need, and what is left over: nodes on or behind circles.

    Needs that are no nodes of the mapping are ignored. Nodes that could come in any order come
    in that of the mapping.
    """
    open_needs: dict[str, int] = {}
    users: dict[str, list[str]] = {}
    ready: deque[str] = deque()
    for name, sources in needs.items():
        count = 0
        for source in sources:
            if source in needs:
                count += 1
                if source in users:
                    users[source].append(name)
                else:
                    users[source] = [name]
        if count:
            open_needs[name] = count
        else:
            ready.append(name)
    order: list[str] = []
    while ready:
        name = ready.popleft()
        order.append(name)
        for user in users.get(name, ()):
            open_needs[user] -= 1
            if not open_needs[user]:
                del open_needs[user]
                ready.append(user)
    left = {name: [need for need in needs[name] if need in open_needs] for name in open_needs}
    return order, left


def find_cycles(left: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """One circle out of each knot of nodes, in the direction in which values flow."""
    cycles: list[list[str]] = []
    done: set[str] = set()
    for start in left:
        path: list[str] = []
        at: dict[str, int] = {}
        name: str | None = start
        while name is not None and name not in done:
            if name in at:
                cycles.append(path[at[name] :][::-1])
                break
            at[name] = len(path)
            path.append(name)
            name = next((need for need in left[name] if need not in done), None)
        done.update(path)
    return cycles
