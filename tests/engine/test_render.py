"""The facade: what is delivered, when, and what a failure or a stop leaves behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import pytest

from engine.errors import Cancelled, ProjectError, RenderError, UsageError, ValidationError
from engine.graph import (
    Artifact,
    Cache,
    Context,
    File,
    Graph,
    Node,
    Range,
    Registry,
    Seed,
    Text,
    events,
    node,
)
from engine.jobs import Cancelled as CancelledJob
from engine.jobs import Delivered, Failed, JobStore, state_name
from engine.project import Project, ProjectSettings
from engine.render import RenderResult, Services, make_request, render, render_job

GATE = threading.Event()
STARTED = threading.Event()


@node("Line", category="Test")
def line(words: str = "a red ball", repeat: Annotated[int, Range(1, 9)] = 1) -> Text:
    """Words, some times over."""
    return " ".join([words] * repeat)


@node("Seeded line", category="Test")
def seeded_line(seed: Annotated[int | None, Seed()] = None, *, ctx: Context) -> Text:
    """The node's seed as text."""
    return str(ctx.seed)


@node("Write text", category="Test", sink=True)
def write_text(
    text: Text, name: Annotated[Path, File(save=True)] = Path("text.txt"), *, ctx: Context
) -> Artifact:
    """Writes a text file."""
    target = ctx.scratch / "text.txt"
    target.write_text(f"{text}\n{ctx.provenance.job}\n", encoding="utf-8")
    return Artifact(name.as_posix(), target, "edit")


@node("Write many", category="Test", sink=True)
def write_many(text: Text, count: int = 2, *, ctx: Context) -> list[Artifact]:
    """Writes a folder of files, and one beside it."""
    folder = ctx.scratch / "parts"
    folder.mkdir()
    for number in range(count):
        (folder / f"{number}.txt").write_text(text)
    (ctx.scratch / "list.txt").write_text(str(count))
    return [
        Artifact("parts", folder, "media"),
        Artifact("list.txt", ctx.scratch / "list.txt", "edit"),
    ]


@node("Warn", category="Test")
def warn(text: Text, *, ctx: Context) -> Text:
    """Has something to say."""
    ctx.warn("memory ran out: it is made smaller")
    return text


@node("Break", category="Test")
def break_down(text: Text) -> Text:
    """Always fails."""
    raise RenderError("the reel broke", mend="Splice it.")


@node("Wait", category="Test")
def wait(text: Text, *, ctx: Context) -> Text:
    """Waits for the gate, or for a stop."""
    STARTED.set()
    while not GATE.wait(0.01):
        ctx.check_cancelled()
    return text


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    registry = Registry()
    for function in (line, seeded_line, write_text, write_many, break_down, wait, warn):
        registry.add_function(function, type_id=f"test.{function.__name__}")
    GATE.clear()
    STARTED.clear()
    cache, store = Cache(tmp_path / "cache"), JobStore(tmp_path / "jobs.sqlite")
    yield Services(store, cache, registry)
    cache.close()
    store.close()


def project(*nodes: Node, links: dict[str, str], seed: int = 3) -> Project:
    graph = Graph()
    for item in nodes:
        graph.add(item)
    for source, target in links.items():
        graph.connect(source, target)
    return Project(graph, ProjectSettings(name="ball", seed=seed))


@pytest.fixture
def simple() -> Project:
    return project(
        Node("line", "test.line"), Node("file", "test.write_text"), links={"line": "file.text"}
    )


def files_in(folder: Path) -> dict[str, str]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text() for path in found}


def states_of(services: Services, result: RenderResult) -> list[str]:
    return [state_name(moment.state) for moment in services.store.history(result.job)]


def test_a_render_delivers_what_the_sinks_write(
    simple: Project, services: Services, tmp_path: Path
) -> None:
    result = render(simple, output=tmp_path / "out", services=services)
    assert files_in(tmp_path / "out")["text.txt"].startswith("a red ball\n")
    assert result.files == (tmp_path / "out" / "text.txt",)
    assert services.store.get(result.job).state == Delivered(("text.txt",))
    assert states_of(services, result) == [
        *("queued", "planning", "generating", "assembling", "checking", "review", "delivered")
    ]


def test_nothing_but_the_files_is_left(simple: Project, services: Services, tmp_path: Path) -> None:
    render(simple, output=tmp_path / "out", services=services)
    render(simple, output=tmp_path / "out", services=services)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert [name for name in names if not name.startswith("jobs.sqlite")] == ["cache", "out"]


def test_the_second_render_runs_nothing_and_delivers_the_same_bytes(
    simple: Project, services: Services, tmp_path: Path
) -> None:
    first = render(simple, output=tmp_path / "one", services=services)
    second = render(simple, output=tmp_path / "two", services=services)
    assert first.ran
    assert second.ran == ()
    assert files_in(tmp_path / "one") == files_in(tmp_path / "two")


def test_what_nodes_told_is_in_the_result_also_when_it_is_used_again(
    services: Services, tmp_path: Path
) -> None:
    warned = project(
        *(Node("line", "test.line"), Node("warn", "test.warn"), Node("file", "test.write_text")),
        links={"line": "warn.text", "warn": "file.text"},
    )
    said = ("Warn: memory ran out: it is made smaller",)
    request = make_request(
        warned, output=tmp_path / "out", base_dir=tmp_path, registry=services.registry
    )
    shown: list[tuple[str, ...]] = []

    def approve(_folder: Path, findings: tuple[str, ...]) -> bool:
        shown.append(findings)
        return True

    first = render_job(services.store.start(request), services=services, approve=approve)
    assert shown == [said]
    again = replace(services, cache=Cache(tmp_path / "cache"))
    told: list[events.Event] = []
    second = render(warned, output=tmp_path / "again", services=again, on_event=told.append)
    again.cache.close()
    assert (first.warnings, second.warnings, second.ran) == (said, said, ())
    assert [e.cached for e in told if isinstance(e, events.Warning)] == [True]
    state = services.store.get(second.job).state
    assert isinstance(state, Delivered)
    assert state.warnings == said


def test_separate_caches_give_the_same_bytes(
    simple: Project, services: Services, tmp_path: Path
) -> None:
    other = Services(services.store, Cache(tmp_path / "other"), services.registry)
    render(simple, output=tmp_path / "one", services=services)
    render(simple, output=tmp_path / "two", services=other)
    assert files_in(tmp_path / "one") == files_in(tmp_path / "two")


def test_overrides_and_seed_hold_for_one_render_and_are_in_its_provenance(
    simple: Project, services: Services, tmp_path: Path
) -> None:
    result = render(
        simple,
        output=tmp_path / "out",
        overrides={"line.words": "a blue box", "line.repeat": 2},
        seed=11,
        services=services,
    )
    assert files_in(tmp_path / "out")["text.txt"].startswith("a blue box a blue box\n")
    assert '"a blue box"' in result.provenance.project
    assert result.provenance.details["seeds"] == {"project": 11}
    assert simple.graph.nodes["line"].params == {}


def test_the_job_hash_is_in_the_files_and_the_job(
    simple: Project, services: Services, tmp_path: Path
) -> None:
    result = render(simple, output=tmp_path / "out", services=services)
    facts = services.store.get(result.job).provenance
    assert facts is not None
    assert facts["job"] == result.provenance.job
    assert result.provenance.job in files_in(tmp_path / "out")["text.txt"]


def test_seeds_of_nodes_are_in_the_provenance(services: Services, tmp_path: Path) -> None:
    seeded = project(
        Node("shot", "test.seeded_line", params={"seed": 42}),
        Node("file", "test.write_text"),
        links={"shot": "file.text"},
    )
    result = render(seeded, output=tmp_path / "out", services=services)
    assert result.provenance.details["seeds"] == {"project": 3, "shot": 42}
    assert files_in(tmp_path / "out")["text.txt"].startswith("42\n")


def test_folders_are_delivered_with_their_files_and_old_ones_leave(
    services: Services, tmp_path: Path
) -> None:
    many = project(
        Node("line", "test.line"), Node("many", "test.write_many"), links={"line": "many.text"}
    )
    output = tmp_path / "out"
    render(many, output=output, services=services)
    (output / "parts" / "mine.txt").write_text("mine")
    render(many, output=output, overrides={"many.count": 1}, services=services)
    assert sorted(files_in(output)) == ["list.txt", "parts/0.txt", "parts/mine.txt"]


def test_only_the_targets_are_rendered(services: Services, tmp_path: Path) -> None:
    two = project(
        Node("line", "test.line"),
        Node("a", "test.write_text", params={"name": "a.txt"}),
        Node("b", "test.write_text", params={"name": "b.txt"}),
        links={"line": "a.text"},
    )
    render(two, output=tmp_path / "out", targets=["a"], services=services)
    assert list(files_in(tmp_path / "out")) == ["a.txt"]


def test_two_sinks_with_one_file_name_deliver_nothing(services: Services, tmp_path: Path) -> None:
    graph = project(
        *(Node("line", "test.line"), Node("a", "test.write_text"), Node("b", "test.write_text")),
        links={"line": "a.text"},
    )
    graph.graph.connect("line", "b.text")
    with pytest.raises(RenderError, match=r"text\.txt, and so does"):
        render(graph, output=tmp_path / "out", services=services)
    assert not (tmp_path / "out").exists()


def test_a_failed_node_is_named_and_nothing_is_delivered(
    services: Services, tmp_path: Path
) -> None:
    broken = project(
        *(Node("line", "test.line"), Node("reel", "test.break_down", title="Second reel")),
        *(Node("a", "test.write_text"), Node("b", "test.write_text", params={"name": "b.txt"})),
        links={"line": "reel.text", "reel": "a.text"},
    )
    broken.graph.connect("line", "b.text")
    with pytest.raises(RenderError, match=r"Second reel \(reel\): the reel broke\. Splice it"):
        render(broken, output=tmp_path / "out", services=services)
    assert not (tmp_path / "out").exists()
    state = services.store.latest()[0].state
    assert isinstance(state, Failed)
    assert "the reel broke" in state.message


def test_a_stop_takes_effect_within_the_node_and_leaves_the_output_alone(
    services: Services, tmp_path: Path
) -> None:
    slow = project(
        *(Node("line", "test.line"), Node("wait", "test.wait"), Node("file", "test.write_text")),
        links={"line": "wait.text", "wait": "file.text"},
    )
    cancel = threading.Event()
    threading.Thread(target=lambda: (STARTED.wait(10), cancel.set())).start()
    with pytest.raises(Cancelled):
        render(slow, output=tmp_path / "out", cancel=cancel, services=services)
    assert not (tmp_path / "out").exists()
    assert services.store.latest()[0].state == CancelledJob(during="generating")


def test_a_job_can_be_stopped_through_the_store(services: Services, tmp_path: Path) -> None:
    slow = project(
        *(Node("line", "test.line"), Node("wait", "test.wait"), Node("file", "test.write_text")),
        links={"line": "wait.text", "wait": "file.text"},
    )

    def stop() -> None:
        STARTED.wait(10)
        services.store.cancel(services.store.latest()[0].id)

    threading.Thread(target=stop).start()
    with pytest.raises(Cancelled):
        render(slow, output=tmp_path / "out", services=services)
    assert services.store.latest()[0].state == CancelledJob(during="generating")


def test_events_end_with_the_delivered_files(
    simple: Project, services: Services, tmp_path: Path
) -> None:
    seen: list[events.Event] = []
    result = render(simple, output=tmp_path / "out", on_event=seen.append, services=services)
    assert isinstance(seen[0], events.RunPlanned)
    last = seen[-1]
    assert isinstance(last, events.RenderFinished)
    assert last.files == result.files


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"overrides": {"line.wrds": "x"}}, r"line\.wrds: .*no parameter 'wrds'.*words, repeat"),
        ({"overrides": {"lime.words": "x"}}, r"no node 'lime'.*Its nodes: file, line"),
        ({"overrides": {"line.repeat": 99}}, r"line\.repeat: 99 is out of range.*between 1 and 9"),
        ({"overrides": {"line.repeat": "many"}}, r"line\.repeat: 'many' is not a whole number"),
        ({"targets": ["line"]}, r"'line' writes no file.*Nodes that do: file"),
        ({"targets": ["fils"]}, r"no node 'fils'"),
        ({"device": "abacus"}, r"no device 'abacus'"),
    ],
)
def test_a_wrong_request_is_refused_before_a_job_is_recorded(
    simple: Project,
    services: Services,
    tmp_path: Path,
    change: dict[str, Any],
    message: str,
) -> None:
    with pytest.raises(UsageError, match=message):
        render(simple, output=tmp_path / "out", services=services, **change)
    assert services.store.latest() == []


def test_mistakes_in_the_project_are_refused_all_at_once(
    services: Services, tmp_path: Path
) -> None:
    wrong = project(
        Node("line", "test.line", params={"repeat": 0}),
        Node("file", "test.write_text", params={"name": "../../etc/passwd"}),
        links={"line": "file.text"},
    )
    with pytest.raises(ValidationError) as caught:
        render(wrong, output=tmp_path / "out", services=services)
    assert {problem.node for problem in caught.value.problems} == {"line", "file"}
    assert services.store.latest() == []


def test_a_negative_seed_is_refused(simple: Project, services: Services, tmp_path: Path) -> None:
    with pytest.raises((UsageError, ProjectError), match="seed"):
        render(simple, output=tmp_path / "out", seed=-1, services=services)


@pytest.mark.parametrize("answer", [True, False])
def test_finished_files_are_delivered_only_when_approved(
    simple: Project, services: Services, tmp_path: Path, answer: bool
) -> None:
    output = tmp_path / "out"
    request = make_request(
        simple, output=output, base_dir=tmp_path, registry=services.registry, device="cpu"
    )
    seen: list[list[str]] = []

    def approve(folder: Path, _findings: tuple[str, ...]) -> bool:
        seen.append(list(files_in(folder)))
        assert not output.exists()
        return answer

    job = services.store.start(request)
    if answer:
        render_job(job, services=services, approve=approve)
    else:
        with pytest.raises(Cancelled, match="turned down"):
            render_job(job, services=services, approve=approve)
    assert seen == [["text.txt"]]
    assert output.exists() is answer
    assert state_name(services.store.get(job.id).state) == ("delivered" if answer else "cancelled")
