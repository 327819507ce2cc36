"""A run makes what is needed and nothing else, and keeps what it has made."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.errors import Cancelled, RenderError, UsageError, ValidationError
from engine.graph import (
    Cache,
    Context,
    Graph,
    Node,
    Number,
    ProjectSettings,
    Prompt,
    Registry,
    Results,
    execute,
    node,
    read_spec,
)
from engine.graph.events import (
    Event,
    NodeFailed,
    NodeFinished,
    NodeProgress,
    NodeStarted,
    RunPlanned,
)
from engine.nodes import builtin_registry
from tests.engine.graph.conftest import graph_of
from tests.engine.graph.sample_nodes import Tape, gate

Run = Callable[..., Results]
ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def _closed_gate() -> Iterator[None]:
    gate.clear()
    yield
    gate.set()


def film(**params: Any) -> Graph:
    """Two blobs, one of them turned around, in a row, as one, written."""
    return graph_of(
        {"a": ("source", params), "b": "invert", "j": "join", "f": "flatten", "w": "write"},
        ("a", "b.blob"),
        ("a", "j.blobs"),
        ("b", "j.blobs"),
        ("j", "f.tape"),
        ("f", "w.blob"),
    )


def test_a_run_gives_the_values_of_its_targets(run: Run) -> None:
    results = run(film(text="abc"), "f", "b")
    assert results["f"].data == b"abc|cba"
    assert results["b"].data == b"cba"
    assert set(results.ran) == set("abjf")


def test_without_targets_the_sinks_run_and_give_their_files(run: Run) -> None:
    film_file, folder = run(film()).artifacts
    assert (film_file.name, film_file.role) == ("out.bin", "film")
    assert film_file.path.read_bytes() == b"abc|cba"
    assert (folder.path / "size").read_text() == "7"


def test_without_sinks_the_nodes_that_nothing_uses_run(run: Run) -> None:
    graph = graph_of({"a": "source", "b": "invert", "c": "source"}, ("a", "b.blob"))
    assert set(run(graph).values) == {"b", "c"}


def test_only_what_the_target_needs_runs(run: Run, calls: Counter[str]) -> None:
    graph = film()
    graph.add(replace(graph.nodes["a"], id="x", params={"text": "x"}))
    run(graph, "b")
    assert calls == {"source": 1, "invert": 1}


def test_a_mistake_elsewhere_does_not_stop_a_target(run: Run) -> None:
    graph = film()
    graph.add(replace(graph.nodes["a"], id="x", params={"text": 3}))
    assert run(graph, "b")["b"].data == b"cba"
    with pytest.raises(ValidationError) as caught:
        run(graph, "x", "b")
    assert [(problem.node, problem.field) for problem in caught.value.problems] == [("x", "text")]


def test_a_node_after_an_unknown_type_or_a_circle_does_not_run(run: Run) -> None:
    graph = graph_of({"u": "nothing", "a": "invert"}, ("u", "a.blob"))
    with pytest.raises(ValidationError, match="no node type"):
        run(graph, "a")
    circle = graph_of({"a": "invert", "b": "invert"}, ("a", "b.blob"), ("b", "a.blob"))
    with pytest.raises(ValidationError, match="circle"):
        run(circle, "a")


def test_a_target_that_is_not_there_is_a_mistake_of_the_caller(run: Run) -> None:
    graph = film()
    with pytest.raises(UsageError, match="no node 'x'"):
        run(graph, "x")
    graph.nodes["w"] = replace(graph.nodes["w"], muted=True)
    with pytest.raises(UsageError, match="muted"):
        run(graph, "w")


def test_a_second_run_makes_nothing(run: Run, calls: Counter[str]) -> None:
    run(film())
    calls.clear()
    results = run(film())
    assert (calls, results.ran, results.cached) == ({}, (), ("w",))


def test_another_process_finds_the_results(run: Run, cache: Cache, calls: Counter[str]) -> None:
    run(film()).close()
    calls.clear()
    again = Cache(cache.root, budget=10**9)
    results = run(film(), cache=again)
    assert calls == {}
    assert results.artifacts[0].path.read_bytes() == b"abc|cba"


def test_results_upstream_of_a_cached_one_are_not_even_read(run: Run, cache: Cache) -> None:
    run(film(), "f").close()
    keys = run(film(), "a", "b").keys
    cache.memory.clear()
    for name in "ab":
        cache.drop(keys[name])
    assert run(film(), "f").cached == ("f",)


def test_a_changed_parameter_runs_its_node_and_those_after_it(
    run: Run, calls: Counter[str]
) -> None:
    run(film())
    calls.clear()
    graph = film()
    graph.nodes["b"] = graph.nodes["b"].with_params(strength=0.5)
    run(graph)
    assert calls == {"invert": 1, "join": 1, "flatten": 1, "write": 1}


def test_a_value_that_lives_in_memory_is_made_again_in_a_new_process(
    run: Run, cache: Cache, calls: Counter[str]
) -> None:
    run(film(), "j")
    assert isinstance(run(film(), "j")["j"], Tape)
    assert calls["join"] == 1
    cache.memory.clear()
    run(film(), "j")
    assert (calls["join"], calls["source"]) == (2, 1)


def test_a_value_in_memory_is_not_used_when_what_it_refers_to_was_dropped(
    run: Run, cache: Cache, calls: Counter[str]
) -> None:
    keys = run(film(), "j").keys
    cache.drop(keys["b"])
    tape = run(film(), "j")["j"]
    assert (calls["join"], calls["invert"], calls["source"]) == (2, 2, 1)
    assert tape.blobs[1].data == b"cba"


def test_a_damaged_result_is_made_again(run: Run, cache: Cache, calls: Counter[str]) -> None:
    keys = run(film(), "f").keys
    cache.memory.clear()
    for name in "fb":
        key = keys[name]
        (cache.root / "entries" / key[:2] / key / "0" / "data").write_bytes(b"junk")
    assert run(film(), "f")["f"].data == b"abc|cba"
    assert calls == {"source": 1, "invert": 2, "join": 2, "flatten": 2}


def test_a_plain_value_that_took_its_time_is_kept_on_disk(
    run: Run, cache: Cache, calls: Counter[str]
) -> None:
    graph = graph_of({"a": "source", "m": "measure"}, ("a", "m.blob"))
    run(graph, "m")
    cache.memory.clear()
    assert run(graph, "m")["m"] == 3.0
    assert calls["measure"] == 1


def test_links_convert_and_feed_parameters(run: Run) -> None:
    graph = graph_of(
        {"t": "shape", "m": "measure", "s": "source", "p": "say"},
        ("t", "m.blob"),
        ("m", "s.repeat"),
        ("t", "s.text"),
        ("t", "p.prompt"),
    )
    results = run(graph, "s", "p", settings=ProjectSettings(width=64, height=36))
    assert results["s"].data == b"64x36" * 5
    assert results["p"] == "64x36"


def test_a_linked_value_out_of_range_stops_the_node(run: Run) -> None:
    graph = graph_of(
        {"a": ("source", {"text": ""}), "m": "measure", "s": "source"},
        ("a", "m.blob"),
        ("m", "s.repeat"),
    )
    with pytest.raises(RenderError, match=r"Source \(s\): repeat: 0.0 is out of range"):
        run(graph, "s")


def test_several_outputs_flow_on_their_own(run: Run) -> None:
    graph = graph_of(
        {"a": "source", "s": ("split", {"at": 2}), "b": "invert", "r": "source"},
        ("a", "s.blob"),
        ("s.head", "b.blob"),
        ("s.size", "r.repeat"),
    )
    results = run(graph, "b", "r", "s")
    assert results["b"].data == b"ba"
    assert results["r"].data == b"abc" * 3
    assert results["s"]["size"] == 3


def test_every_kind_of_parameter_reaches_the_function(run: Run) -> None:
    params = {"needed": "x", "whole": 4.0, "mode": "hard", "items": [{"name": "a"}], "file": None}
    text = run(graph_of({"e": ("everything", params)}), "e")["e"]
    for part in ("'x', 4,", "Mode.HARD", "Item(name='a', start=0, weight=1.0)", "Fraction(24, 1)"):
        assert part in text


def test_the_seed_makes_the_noise(run: Run) -> None:
    graph = graph_of({"n": "noise", "o": "noise", "l": ("noise", {"seed": 3})})
    zero = run(graph, "n", "o", "l")
    one = run(graph, "n", "o", "l", settings=ProjectSettings(seed=1))
    assert zero["n"].data != zero["o"].data
    assert zero["n"].data != one["n"].data
    assert zero["l"].data == one["l"].data


def test_a_linked_seed_is_the_nodes_own(run: Run) -> None:
    fixed = graph_of({"n": ("noise", {"seed": 3})})
    linked = graph_of({"a": "source", "m": "measure", "n": "noise"}, ("a", "m.blob"))
    linked.connect("m", "n.seed")
    assert run(linked, "n")["n"].data == run(fixed, "n")["n"].data


def test_a_node_that_fails_is_named_and_finished_work_is_kept(
    run: Run, calls: Counter[str]
) -> None:
    graph = graph_of({"a": "source", "x": "fail"}, ("a", "x.blob"))
    graph.nodes["x"] = replace(graph.nodes["x"], title="My shot")
    events: list[Event] = []
    with pytest.raises(RenderError, match=r"My shot \(x\): ValueError: the blob is sour") as caught:
        run(graph, "x", on_event=events.append)
    assert isinstance(caught.value.__cause__, ValueError)
    assert [event.node for event in events if isinstance(event, NodeFailed)] == ["x"]
    calls.clear()
    run(graph, "a")
    assert calls == {}


def test_a_node_that_leaves_the_program_fails_like_any_other(run: Run) -> None:
    with pytest.raises(RenderError, match=r"Leave \(x\): SystemExit: 3"):
        run(graph_of({"x": "leave"}), "x")


def test_a_node_that_makes_something_else_is_named(run: Run) -> None:
    with pytest.raises(RenderError, match=r"Wrong \(x\): it should have made a Blob"):
        run(graph_of({"x": "wrong"}), "x")


def test_events_tell_what_happens(run: Run) -> None:
    events: list[Event] = []
    graph = graph_of({"a": "source", "b": "invert"}, ("a", "b.blob"))
    run(graph, "b", on_event=events.append)
    assert [type(event) for event in events] == [
        RunPlanned,
        *([NodeStarted, NodeFinished] * 2),
    ]
    events.clear()
    run(graph, "b", on_event=events.append)
    assert events == [RunPlanned(0, 1), NodeFinished("b", "Invert", cached=True, seconds=0.0)]
    assert events[1].as_dict()["cached"] is True


def test_cancel_ends_a_run_and_keeps_what_was_finished(run: Run, calls: Counter[str]) -> None:
    graph = graph_of({"a": "source", "x": "wait", "b": "invert"}, ("a", "x.blob"), ("x", "b.blob"))
    cancel = threading.Event()

    def on_event(event: Event) -> None:
        if isinstance(event, NodeStarted) and event.node == "x":
            cancel.set()

    with pytest.raises(Cancelled):
        run(graph, "b", cancel=cancel, on_event=on_event)
    assert (calls["wait"], calls["invert"]) == (1, 0)
    gate.set()
    run(graph, "b")
    assert (calls["source"], calls["wait"]) == (1, 2)


def test_progress_tells_the_time_left_of_node_and_run(
    registry: Registry, cache: Cache, tmp_path: Path
) -> None:
    @node("Slow", category="Test", seeded=False, reads_settings=False)
    def slow(number: int = 0, *, ctx: Context) -> Number:
        """Three steps."""
        for step in range(1, 4):
            time.sleep(0.12)
            ctx.progress(step, 3, f"step {step}")
        return float(number)

    copy = registry.copy()
    copy.add(read_spec(slow, type_id="sample.slow"))
    graph = graph_of({"x": "slow", "y": ("slow", {"number": 1})})
    events: list[Event] = []
    execute(graph, copy, cache=cache, on_event=events.append, workers=1)
    told = [event for event in events if isinstance(event, NodeProgress)]
    assert [(event.node, event.note) for event in told[:3]] == [
        ("x", f"step {i}") for i in (1, 2, 3)
    ]
    assert told[0].run_seconds_left is None
    second = told[3]
    assert second.seconds_left is not None
    assert second.run_seconds_left == pytest.approx(second.seconds_left)
    assert cache.index.timings()["sample.slow"] >= 0.36


def test_slow_nodes_run_at_the_same_time(run: Run) -> None:
    names = [f"x{i}" for i in range(3)]
    graph = graph_of({name: ("source", {"text": name}) for name in names})
    running, most = 0, 0
    for name in names:
        graph.add(replace(graph.nodes[name], id=f"w{name}", type="sample.wait", params={}))
        graph.connect(name, f"w{name}.blob")

    def on_event(event: Event) -> None:
        nonlocal running, most
        if isinstance(event, NodeStarted) and event.node.startswith("w"):
            running += 1
            most = max(most, running)
            if running == 3:
                gate.set()
        if isinstance(event, NodeFinished) and event.node.startswith("w"):
            running -= 1

    threading.Timer(20, gate.set).start()
    run(graph, on_event=on_event, workers=3)
    assert most == 3


def test_device_nodes_run_one_at_a_time(run: Run, calls: Counter[str]) -> None:
    graph = graph_of({"a": "source"})
    for number in range(6):
        graph.add(
            replace(
                graph.nodes["a"], id=f"d{number}", type="sample.device", params={"number": number}
            )
        )
        graph.connect("a", f"d{number}.blob")
    run(graph, *[f"d{number}" for number in range(6)], workers=4)
    assert calls["device most"] == 1


def test_any_number_of_threads_makes_the_same_values(registry: Registry, tmp_path: Path) -> None:
    made = []
    for workers in (1, 4):
        cache = Cache(tmp_path / str(workers), budget=10**9)
        graph = graph_of({f"n{i}": "noise" for i in range(20)} | {"j": "join", "f": "flatten"})
        for i in range(20):
            graph.connect(f"n{i}", "j.blobs", index=i)
        graph.connect("j", "f.tape")
        made.append(execute(graph, registry, ["f"], cache=cache, workers=workers)["f"].data)
    assert made[0] == made[1]


def test_two_threads_that_want_the_same_result_make_it_once(run: Run, calls: Counter[str]) -> None:
    graph = graph_of({"a": "source", "x": "wait"}, ("a", "x.blob"))
    results: list[bytes] = []

    def work() -> None:
        results.append(run(graph, "x")["x"].data)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    while not calls["wait"]:
        time.sleep(0.005)
    time.sleep(0.1)
    gate.set()
    for thread in threads:
        thread.join()
    assert results == [b"abc", b"abc"]
    assert calls["wait"] == 1


def test_open_results_keep_their_entries(run: Run, cache: Cache) -> None:
    results = run(film(), "f")
    cache.budget = 0
    assert cache.trim() == 0
    assert results["f"].folder.exists()
    results.close()
    assert cache.trim() > 0
    assert not results["f"].folder.exists()


def test_a_killed_run_leaves_its_checkpoint_and_harms_nothing(
    cache: Cache, registry: Registry, tmp_path: Path
) -> None:
    code = f"""
import pathlib, time
from engine.graph import Artifact, Cache, Context, execute, node, read_spec
from engine.nodes import builtin_registry
from tests.engine.graph.conftest import graph_of
from tests.engine.graph.sample_nodes import sample_registry

@node("Long", category="Test", sink=True)
def long(*, ctx: Context) -> Artifact:
    step = ctx.scratch / "step"
    if not step.exists():
        step.write_text("half")
        print("half", flush=True)
        time.sleep(60)
    (ctx.scratch / "out").write_text(step.read_text() + " and whole")
    return Artifact("out", ctx.scratch / "out")

registry = sample_registry()
registry.add(read_spec(long, type_id="sample.long"))
cache = Cache(pathlib.Path({str(cache.root)!r}), budget=10**9)
graph = graph_of({{"a": "source", "b": "invert", "x": "long"}}, ("a", "b.blob"))
print(execute(graph, registry, ["b"], cache=cache).ran, flush=True)
print(execute(graph, registry, ["x"], cache=cache).artifacts[0].path.read_text(), flush=True)
"""
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "('a', 'b')\n"
        assert first.stdout.readline() == "half\n"
        os.kill(first.pid, signal.SIGKILL)
    second = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert second.stdout == "()\nhalf and whole\n"
    assert list((cache.root / "work").iterdir()) == []


def test_the_nodes_of_values_hold_and_join_them(cache: Cache) -> None:
    graph = Graph()
    graph.add(Node("a", "values.text", params={"value": "a ball"}))
    graph.add(Node("b", "values.text", params={"value": "bounces"}))
    graph.add(Node("j", "values.join"))
    graph.add(Node("p", "values.prompt", params={"negative": "blur"}))
    graph.connect("a", "j.parts", index=0)
    graph.connect("b", "j.parts", index=1)
    graph.connect("j", "p.text")
    results = execute(graph, builtin_registry(), cache=cache)
    assert results["p"] == Prompt("a ball bounces", "blur")
