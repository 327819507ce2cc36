"""Projects and patches for hypothesis: small names, so that they meet often."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from app.editing import Patch
from app.editing.patch import scope_of
from engine.graph import Graph, Group, Link, Node, Port, ProjectSettings
from engine.project import Project

NAMES = st.sampled_from(["a", "b", "c", "shot_1", "shot_2", "shot_10"])
FIELDS = st.sampled_from(["out", "clip", "value"])
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(-2, 2) | st.text("aé\n", max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(FIELDS, inner, max_size=2),
    max_leaves=3,
)
TABLES = st.dictionaries(FIELDS, VALUES, max_size=2)
EXTRA = st.dictionaries(st.sampled_from(["canvas", "takes", "note"]), VALUES, max_size=2)
PORTS = st.lists(st.builds(Port, FIELDS, NAMES, FIELDS), max_size=2).map(tuple)
LINKS = st.builds(Link, NAMES, FIELDS, NAMES, FIELDS, st.integers(0, 2), st.booleans())


@st.composite
def nodes_named(draw: st.DrawFn, name: str) -> Node:
    return Node(
        name,
        draw(st.sampled_from(["values.text", "media.trim", "nobody.knows"])),
        draw(st.integers(1, 3)),
        draw(TABLES),
        draw(st.text("aé", max_size=2)),
        (draw(st.floats(-100, 100)), draw(st.integers(-100, 100))),
        muted=draw(st.booleans()),
        bypassed=draw(st.booleans()),
        promoted=tuple(draw(st.lists(FIELDS, max_size=1))),
        extra=draw(EXTRA),
    )


@st.composite
def node_tables(draw: st.DrawFn) -> dict[str, Node]:
    return {name: draw(nodes_named(name)) for name in draw(st.lists(NAMES, unique=True))}


GROUPS = st.builds(
    Group,
    st.text("aé", max_size=2),
    node_tables(),
    st.lists(LINKS, max_size=3).map(tuple),
    PORTS,
    PORTS,
    PORTS,
    EXTRA,
)
SETTINGS = st.builds(ProjectSettings, width=st.integers(16, 64), seed=st.integers(0, 5))
PROJECTS = st.builds(
    Project,
    st.builds(
        Graph,
        node_tables(),
        st.lists(LINKS, max_size=4),
        st.dictionaries(NAMES, GROUPS, max_size=2),
    ),
    SETTINGS,
    EXTRA,
)


@st.composite
def patches(draw: st.DrawFn, project: Project) -> Patch:
    """A patch that fits the project."""
    groups = dict(project.graph.groups)
    changed = draw(st.dictionaries(NAMES, st.none() | GROUPS, max_size=2))
    groups |= {name: group for name, group in changed.items() if group}
    left = [name for name in groups if changed.get(name, ...) is not None]
    scope = draw(st.sampled_from([None, *left]))
    if scope is not None and changed.get(scope):
        links: tuple[Link, ...] = changed[scope].links  # type: ignore[union-attr]
    else:
        links = tuple(scope_of(project, scope)[1])
    return Patch(
        nodes={
            name: draw(st.none() | nodes_named(name))
            for name in draw(st.lists(NAMES, unique=True, max_size=3))
        },
        remove_links=tuple(draw(st.lists(st.sampled_from(links), max_size=1)) if links else ()),
        add_links=tuple(draw(st.lists(LINKS, max_size=2))),
        groups=changed,
        settings=draw(st.none() | SETTINGS),
        extra=draw(EXTRA),
        scope=scope,
    )
