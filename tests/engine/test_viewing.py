"""Looks at single nodes: the least work, small at first, values that stay valid; device turns."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.errors import Cancelled, RenderError, UsageError
from engine.graph import (
    Cache,
    Context,
    Graph,
    Group,
    Link,
    Node,
    Port,
    ProjectSettings,
    Registry,
    Text,
    node,
)
from engine.jobs import JobStore
from engine.nodes import builtin_registry
from engine.project import Project
from engine.render import Services
from engine.render.ground import Device
from engine.render.proxies import halved, proxied
from engine.render.turns import DeviceTurns
from engine.render.viewing import (
    NotReadyError,
    glance,
    only_what_leads_to,
    peek,
    release_returned,
    view,
)

if TYPE_CHECKING:
    from engine.media import Clip, Image

CPU = Device("cpu", "cpu float32")
calls: Counter[str] = Counter()


@node("Paint", category="Test")
def paint(level: int = 7) -> Image:
    """A grey picture."""
    from engine.media import Image

    calls["paint"] += 1
    return Image.from_array(np.full((4, 6, 3), level, np.uint8))


@node("Shot", category="Test", device=True, reads_settings=False, seeded=False)
def shot(words: str = "x", width: int = 64, height: int = 36, *, ctx: Context) -> Clip:
    """A clip that the device makes; 128 pixels wide it cannot."""
    from engine.media import Clip

    calls["shot"] += 1
    if width == 128:
        raise UsageError("128 is not a size that this model makes", where="size")
    return Clip.from_array(np.zeros((2, height, width, 3), np.uint8), Fraction(24))


@node("Break", category="Test", cache=False)
def break_down(image: Image) -> Image:
    """Always fails."""
    raise RenderError("the reel broke")


@node("Say", category="Test")
def say(words: str = "x") -> Text:
    """Words."""
    return words


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    calls.clear()
    registry: Registry = builtin_registry().copy()
    for function in (paint, shot, break_down, say):
        registry.add_function(function, type_id=f"test.{function.__name__}")
    cache, store = Cache(tmp_path / "cache", budget=10**9), JobStore(tmp_path / "jobs.sqlite")
    yield Services(store, cache, registry)
    release_returned()
    cache.close()
    store.close()


def film(*nodes: Node, links: dict[str, str] | None = None, **groups: Group) -> Project:
    graph = Graph({item.id: item for item in nodes}, [], dict(groups))
    for target, source in (links or {}).items():
        graph.connect(source, target)
    return Project(graph, ProjectSettings())


def test_what_another_node_needs_is_not_made(services: Services, tmp_path: Path) -> None:
    both = film(Node("a", "test.paint"), Node("b", "test.paint", params={"level": 9}))
    made = view(both, "b", services=services, base_dir=tmp_path)
    assert made.value.array()[0, 0, 0] == 9
    assert calls["paint"] == 1
    assert made.key == made.full_key


def test_the_inside_of_a_group_and_the_far_end_of_a_reroute_are_shown(
    services: Services, tmp_path: Path
) -> None:
    inner = {"p": Node("p", "test.paint", params={"level": 33})}
    group = Group("Deep", inner, outputs=(Port("picture", "p", "out"),))
    graph = film(Node("g", "group.deep"), Node("r", "graph.reroute"), deep=group)
    graph.graph.links.append(Link("g", "picture", "r", "value"))
    for name in ("g", "r", "g/p"):
        made = view(graph, name, services=services, base_dir=tmp_path)
        assert made.value.array()[0, 0, 0] == 33


def test_a_node_that_writes_files_shows_what_it_writes(services: Services, tmp_path: Path) -> None:
    one = film(Node("p", "test.paint"), Node("save", "deliver.image"), links={"save.image": "p"})
    made = view(one, "save", services=services, base_dir=tmp_path)
    assert made.value.array()[0, 0, 0] == 7


def test_a_node_that_is_off_or_absent_is_refused(services: Services, tmp_path: Path) -> None:
    off = film(Node("p", "test.paint", muted=True))
    with pytest.raises(UsageError, match="muted"):
        view(off, "p", services=services, base_dir=tmp_path)
    with pytest.raises(UsageError, match="no node 'q'"):
        view(off, "q", services=services, base_dir=tmp_path)


def test_wide_shots_are_proxies_until_the_full_one_is_there(
    services: Services, tmp_path: Path
) -> None:
    wide = film(Node("s", "test.shot", params={"width": 1024, "height": 576}))
    look = {"services": services, "base_dir": tmp_path, "device": CPU}
    small = view(wide, "s", proxy_width=256, **look)
    assert (small.proxy, small.value.shown) == (True, (256, 144))
    full = view(wide, "s", **look)
    assert (full.proxy, full.value.shown) == (False, (1024, 576))
    assert small.full_key == full.key
    assert view(wide, "s", proxy_width=256, **look).value.shown == (1024, 576)
    assert calls["shot"] == 2


def test_a_size_that_the_model_does_not_make_is_made_full(
    services: Services, tmp_path: Path
) -> None:
    odd = film(Node("s", "test.shot", params={"width": 512, "height": 288}))
    made = view(odd, "s", proxy_width=128, services=services, base_dir=tmp_path, device=CPU)
    assert (made.proxy, made.value.shown) == (False, (512, 288))


def test_a_look_that_must_be_cheap_is_declined_when_it_is_not(
    services: Services, tmp_path: Path
) -> None:
    one = film(Node("p", "test.paint"))
    with pytest.raises(NotReadyError):
        view(one, "p", services=services, base_dir=tmp_path, only_cheap=True)
    view(one, "p", services=services, base_dir=tmp_path)
    assert view(one, "p", services=services, base_dir=tmp_path, only_cheap=True).ran == ()


def test_peeking_leaves_out_what_cannot_run(services: Services, tmp_path: Path) -> None:
    mixed = film(
        Node("p", "test.paint"),
        Node("gone", "media.load_image", params={"file": "gone.png"}),
        Node("after", "media.hold"),
        Node("s", "test.shot"),
        links={"after.image": "gone"},
    )
    seen = peek(mixed, services=services, base_dir=tmp_path, device=None)
    assert {name: found.cached for name, found in seen.items()} == {"p": False}
    seen = peek(mixed, services=services, base_dir=tmp_path, device=CPU)
    assert seen.keys() == {"p", "s"}


def test_glances_pass_over_what_fails(services: Services, tmp_path: Path) -> None:
    mixed = film(Node("p", "test.paint"), Node("bad", "test.break_down"), links={"bad.image": "p"})
    view(mixed, "p", services=services, base_dir=tmp_path)
    shown: list[str] = []
    glance(
        mixed,
        ["p", "bad"],
        lambda name, _key, _value: shown.append(name),
        services=services,
        base_dir=tmp_path,
        device=CPU,
    )
    assert shown == ["p"]


def test_values_made_of_a_value_keep_what_it_reads(services: Services, tmp_path: Path) -> None:
    from engine.media import trim

    one = film(Node("s", "test.shot"))
    made = view(one, "s", services=services, base_dir=tmp_path, device=CPU)
    part = trim(made.value, 1)
    del made
    services.cache.budget = 0
    release_returned()
    services.cache.trim()
    assert part.array().shape == (1, 36, 64, 3)
    del part
    release_returned()
    services.cache.trim()
    assert services.cache.index.total() == 0


def test_only_what_a_node_needs_is_looked_at() -> None:
    chain = film(
        *(Node(name, "test.break_down") for name in "abc"),
        links={"b.image": "a", "c.image": "b"},
    )
    assert list(only_what_leads_to(chain, ["b"]).graph.nodes) == ["a", "b"]
    assert only_what_leads_to(chain, ["c"]) is chain


@pytest.mark.parametrize(
    ("size", "limit", "small"),
    [
        ((1024, 576), 256, (256, 144)),
        ((256, 144), 256, (256, 144)),
        ((576, 1024), 256, (144, 256)),
        ((300, 160), 256, (150, 80)),
    ],
)
def test_sizes_are_halved_until_they_fit(
    size: tuple[int, int], limit: int, small: tuple[int, int]
) -> None:
    assert halved(*size, limit) == small


def test_coarse_sizes_stay_coarse() -> None:
    assert halved(768, 512, 256, coarse=True) == (192, 128)
    assert halved(1216, 704, 256, coarse=True) == (160, 96)


def test_shots_inside_groups_are_made_small_too(services: Services) -> None:
    inner = {"s": Node("s", "test.shot", params={"width": 512, "height": 288})}
    one = film(Node("g", "group.deep"), deep=Group("Deep", inner))
    small = proxied(one, 256, services.registry)
    assert small.graph.groups["deep"].nodes["s"].params["width"] == 256
    assert proxied(one, 512, services.registry) is one


# Turns.


def test_the_more_urgent_goes_first_and_the_other_goes_on_after() -> None:
    turns, order = DeviceTurns(), list[str]()
    never, holding = threading.Event(), threading.Event()

    def job() -> None:
        with turns.turn(0, never):
            for step in range(3):
                order.append(f"job {step}")
                holding.set()
                while step == 0 and not turns.has_waiting:
                    time.sleep(0.001)
                turns.give_way(0, never)

    def look() -> None:
        holding.wait()
        with turns.turn(5, never):
            order.append("look")

    threads = [threading.Thread(target=work) for work in (job, look)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert order == ["job 0", "look", "job 1", "job 2"]


def test_one_that_waits_for_the_device_can_be_cancelled() -> None:
    turns, stop, never = DeviceTurns(), threading.Event(), threading.Event()
    caught: list[type] = []

    def wait() -> None:
        try:
            with turns.turn(1, stop):
                caught.append(int)
        except Cancelled:
            caught.append(Cancelled)

    with turns.turn(0, never):
        thread = threading.Thread(target=wait)
        thread.start()
        stop.set()
        thread.join(10)
    assert caught == [Cancelled]
    assert not turns.has_waiting
