"""A project file holds the whole project, in a text that differs only where the project does."""

from __future__ import annotations

import difflib
import os
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from engine.errors import ProjectError
from engine.graph import Graph, Group, Link, Node, Port
from engine.project import Project, ProjectSettings, dumps, load, loads, save
from engine.project.document import bring_up


def film() -> Project:
    graph = Graph()
    for number in range(1, 12):
        graph.add(
            Node(f"shot{number}", "generate.shot", 2, {"prompt": "a red ball", "seconds": 2.5})
        )
        graph.connect(f"shot{number}", "cut.clips", index=number)
    graph.add(
        Node(
            "cut",
            "edit.sequence",
            params={"items": [{"input": 1, "in": 0, "out": 10}, {"input": 2, "note": "é" * 90}]},
            title="First cut",
            pos=(120.0, 80.5),
            promoted=("speed",),
            extra={"color": "#ff8800", "tall": True},
        )
    )
    graph.add(Node("off", "plugin.lost.node", 9, {"x": [1, [2, {"y": None}]]}, disabled=True))
    graph.add(Node("m", "edit.trim", muted=True))
    graph.add(Node("b", "edit.trim", bypassed=True))
    graph.links.append(Link("m", "out", "b", "clip", muted=True))
    graph.groups["talk"] = Group(
        "Talk",
        {"say": Node("say", "sound.speech")},
        (Link("say", "out", "say", "text"),),
        (Port("text", "say", "text"),),
        (Port("sound", "say", "out"),),
        (Port("speed", "say", "speed"),),
        {"icon": "mouth"},
    )
    settings = ProjectSettings(Fraction(24000, 1001), 1920, 1080, 44100, 7, "Été")
    return Project(graph, settings, {"view": {"zoom": 0.5, "frames": []}})


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    save(film(), tmp_path / "film.aiprod")
    assert load(tmp_path / "film.aiprod") == film()


def test_equal_projects_have_equal_texts() -> None:
    one, two = film(), film()
    two.graph.nodes = dict(reversed(two.graph.nodes.items()))
    two.graph.links.reverse()
    assert dumps(one) == dumps(two) == dumps(loads(dumps(one)))


def test_a_changed_parameter_changes_one_line() -> None:
    project = film()
    before = dumps(project).splitlines()
    nodes = project.graph.nodes
    nodes["shot3"] = nodes["shot3"].with_params(seconds=3.0)
    changed = list(difflib.unified_diff(before, dumps(project).splitlines(), n=0, lineterm=""))
    assert changed[3:] == ['-        "seconds": 2.5', '+        "seconds": 3.0']


def test_a_new_node_adds_its_own_lines_only() -> None:
    project = film()
    before = dumps(project).splitlines()
    project.graph.add(Node("shot12", "generate.shot"))
    changed = list(difflib.unified_diff(before, dumps(project).splitlines(), n=0, lineterm=""))
    assert [line for line in changed[2:] if line.startswith("-")] == []


def test_nodes_come_in_natural_order_and_links_one_a_line() -> None:
    lines = dumps(film()).splitlines()
    shots = [line for line in lines if line.startswith('    "shot')]
    assert [line.strip() for line in shots] == [f'"shot{number}": {{' for number in range(1, 12)]
    assert '    {"from": "shot2.out", "to": "cut.clips", "index": 2},' in lines
    assert max(map(len, lines)) < 200


def test_a_changed_parameter_inside_a_group_changes_one_line() -> None:
    project = film()
    before = dumps(project).splitlines()
    talk = project.graph.groups["talk"]
    nodes = {"say": talk.nodes["say"].with_params(text="hello", speed=2)}
    project.graph.groups["talk"] = replace(talk, nodes=nodes)
    middle = dumps(project).splitlines()
    nodes = {"say": talk.nodes["say"].with_params(text="hello", speed=3)}
    project.graph.groups["talk"] = replace(talk, nodes=nodes)
    changed = list(difflib.unified_diff(middle, dumps(project).splitlines(), n=0, lineterm=""))
    assert changed[3:] == ['-            "speed": 2,', '+            "speed": 3,']
    assert len(before) < len(middle)


def test_an_empty_project_has_a_short_text() -> None:
    assert loads(dumps(Project())) == Project()
    assert loads('{"aiprod": 1}') == Project()


def test_saving_keeps_the_previous_file_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "film.aiprod"
    save(Project(), file)
    save(film(), file)
    assert load(tmp_path / "film.aiprod.bak") == Project()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["film.aiprod", "film.aiprod.bak"]


@pytest.mark.parametrize(
    ("node", "words"),
    [
        (Node("a", "x.y", params={"v": float("nan")}), "nan"),
        (Node("a", "x.y", params={"v": 2**70}), "too large"),
        (Node("a", "x.y", params={"v": {1: 2}}), "not a name"),
        (Node("a", "x.y", params={"v": Path("a")}), "cannot hold"),
        (Node("a", "x.y", params={"v": "\ud800"}), "half a character"),
        (Node("a", "x.y", params={"no name": 1}), "valid name"),
        (Node("a/b", "x.y"), "valid name"),
        (Node("b", "x.y"), "kept under"),
        (Node("a", "../x"), "valid name"),
    ],
)
def test_what_could_not_be_loaded_is_not_saved(tmp_path: Path, node: Node, words: str) -> None:
    file = tmp_path / "film.aiprod"
    save(Project(), file)
    name = "a" if node.id == "b" else node.id
    with pytest.raises(ProjectError, match=words):
        save(Project(Graph({name: node})), file)
    assert load(file) == Project()


def test_a_disk_that_refuses_leaves_the_old_file(tmp_path: Path) -> None:
    file = tmp_path / "film.aiprod"
    save(Project(), file)
    with pytest.raises(ProjectError, match="film"):
        save(film(), tmp_path / "film.aiprod" / "inside.aiprod")
    assert load(file) == Project()


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ('{"aiprod": 2}', None, "Open it with a newer"),
        ('{"aiprod": 0}', "aiprod", "whole number"),
        ('{"nodes": {}}', None, "not an AIPROD project"),
        ("[]", None, "not an AIPROD project"),
        ("", None, "not JSON"),
        ('{"aiprod": 1, "nodes": []}', "nodes", "not a table"),
        ('{"aiprod": 1, "nodes": {"a": {}}}', "nodes.a", "no type"),
        ('{"aiprod": 1, "nodes": {"a": {"type": 3}}}', "nodes.a.type", "valid name"),
        ('{"aiprod": 1, "nodes": {"../a": {"type": "x"}}}', "nodes", "valid name"),
        (
            '{"aiprod": 1, "nodes": {"a": {"type": "x", "pos": [1]}}}',
            "nodes.a.pos",
            "not a position",
        ),
        (
            '{"aiprod": 1, "nodes": {"a": {"type": "x", "muted": 1}}}',
            "nodes.a.muted",
            "neither true nor false",
        ),
        ('{"aiprod": 1, "links": [{"from": "a", "to": "b.c"}]}', "links[0].from", "not a place"),
        (
            '{"aiprod": 1, "links": [{"from": "a.b", "to": "b.c", "x": 1}]}',
            "links[0]",
            "no field 'x'",
        ),
        ('{"aiprod": 1, "settings": {"width": 0}}', "settings.width", "from 16 to"),
        ('{"aiprod": 1, "settings": {"rate": "24/0"}}', "settings.rate", "not a ratio"),
        ('{"aiprod": 1, "settings": {"rate": 0}}', "settings.rate", "above 0"),
        ('{"aiprod": 1, "settings": {"widht": 640}}', "settings.widht", "no such setting"),
        (
            '{"aiprod": 1, "groups": {"g": {"inputs": [{"name": "a", "at": "b"}]}}}',
            "groups.g.inputs[0].at",
            "not a place",
        ),
        ('{"aiprod": 1, "nodes": {"a": {"type": "x"}, "a": {"type": "y"}}}', None, "twice"),
    ],
)
def test_a_mistake_in_a_file_is_named_with_its_place(
    tmp_path: Path, text: str, place: str | None, words: str
) -> None:
    with pytest.raises(ProjectError, match=words) as caught:
        loads(text)
    assert caught.value.where == place
    (tmp_path / "film.aiprod").write_text(text)
    with pytest.raises(ProjectError, match=r"^film\.aiprod: "):
        load(tmp_path / "film.aiprod")


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="No such file"):
        load(tmp_path / "gone.aiprod")
    with pytest.raises(ProjectError, match="folder"):
        load(tmp_path)
    with pytest.raises(ProjectError, match="not a file"):
        load("/dev/null")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "film.aiprod")
    with pytest.raises(ProjectError, match="not a file"):
        load(tmp_path / "film.aiprod")


def test_older_formats_are_brought_up_step_by_step() -> None:
    steps = {
        1: lambda document: document | {"two": True},
        2: lambda document: document | {"three": document["two"]},
    }
    made = bring_up({"one": True}, 1, steps=steps, current=3)
    assert made == {"one": True, "two": True, "three": True}
    with pytest.raises(ProjectError, match="no longer read"):
        bring_up({}, 1, steps={2: steps[2]}, current=3)
    with pytest.raises(ProjectError, match="format 4"):
        bring_up({}, 4, steps=steps, current=3)


def test_a_byte_order_mark_is_no_obstacle() -> None:
    assert loads(b"\xef\xbb\xbf" + dumps(film()).encode()) == film()


def test_unknown_nodes_survive_untouched() -> None:
    project = film()
    lost = replace(project.graph.nodes["off"], extra={"future": {"a": [1, 2]}})
    project.graph.nodes["off"] = lost
    assert loads(dumps(project)).graph.nodes["off"] == lost
