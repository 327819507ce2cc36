"""Fixtures of the graph's tests: a registry of small nodes, a cache, a way to run graphs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.graph import Cache, Graph, Node, Registry, Results, execute
from tests.engine.graph import sample_nodes


@pytest.fixture(scope="session")
def registry() -> Registry:
    return sample_nodes.sample_registry()


@pytest.fixture
def calls() -> Iterator[Any]:
    sample_nodes.calls.clear()
    return sample_nodes.calls


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    made = Cache(tmp_path / "cache", budget=10**9)
    yield made
    made.close()


@pytest.fixture
def run(registry: Registry, cache: Cache, tmp_path: Path) -> Callable[..., Results]:
    def run(graph: Graph, *targets: str, **options: Any) -> Results:
        given = {"cache": cache, "base_dir": tmp_path} | options
        return execute(graph, registry, targets or None, **given)

    return run


@pytest.fixture
def make_graph() -> Callable[..., Graph]:
    return graph_of


def graph_of(nodes: dict[str, str | tuple[str, dict[str, Any]]], *links: tuple[str, str]) -> Graph:
    """A graph of `sample` nodes: {"id": "type"} or {"id": ("type", params)}, and links."""
    graph = Graph()
    for name, value in nodes.items():
        kind, params = value if isinstance(value, tuple) else (value, {})
        version = 2 if kind == "invert" else 1
        graph.add(Node(name, f"sample.{kind}", version, params))
    for number, (source, target) in enumerate(links):
        graph.connect(source, target, index=number)
    return graph
