"""Nodes are aligned, distributed and tidied; frames and bookmarks are kept with the project."""

from __future__ import annotations

import time
from itertools import pairwise
from random import Random

from app.editing import frames, grouping
from app.editing.layout import ROW_GAP, align, distribute, tidy
from app.editing.level import Level
from engine.graph import Graph, Link, Node
from engine.project import Project, dumps, loads
from tests.app.editing.levels import REGISTRY, after, level, shots

SIZES = {"a": (100.0, 50.0), "b": (200.0, 80.0), "c": (60.0, 20.0)}
PLACES = {"a": (0.0, 0.0), "b": (500.0, 100.0), "c": (220.0, 400.0)}


def test_nodes_are_aligned_to_each_side_of_all_of_them() -> None:
    def places(side: str) -> list[tuple[float, float]]:
        return list(align(PLACES, SIZES, side).values())  # type: ignore[arg-type]

    assert [x for x, _ in places("left")] == [0, 0, 0]
    assert [x for x, _ in places("right")] == [600, 500, 640]
    assert [x for x, _ in places("center")] == [300, 250, 320]
    assert [y for _, y in places("top")] == [0, 0, 0]
    assert [y for _, y in places("bottom")] == [370, 340, 400]
    assert [y for _, y in places("middle")] == [185, 170, 200]
    assert align({}, {}, "left") == {}


def test_distributed_nodes_have_equal_gaps_and_the_outermost_stay() -> None:
    made = distribute(PLACES, SIZES)
    assert made["a"] == PLACES["a"]
    assert made["b"] == PLACES["b"]
    assert made["c"] == (270.0, 400.0)
    assert distribute({"a": (0, 0)}, SIZES) == {"a": (0, 0)}


def test_tidied_nodes_stand_right_of_what_feeds_them_and_do_not_overlap() -> None:
    rng = Random(7)
    names = [f"n{n}" for n in range(120)]
    links = [Link(names[rng.randrange(n)], "out", names[n], "x", 0) for n in range(1, 120)]
    links += [Link(names[n - 1], "out", names[n], "y", 0) for n in range(1, 120, 5)]
    sizes = {name: (180.0, rng.choice([60.0, 140.0])) for name in names}
    places = {name: (rng.uniform(0, 99), rng.uniform(0, 99)) for name in names}
    made = tidy(places, sizes, links)
    assert all(made[k.source][0] + 180 < made[k.target][0] for k in links)
    columns: dict[float, list[tuple[float, float]]] = {}
    for name, (x, y) in made.items():
        columns.setdefault(x, []).append((y, sizes[name][1]))
    for column in columns.values():
        for (y, height), (below, _) in pairwise(sorted(column)):
            assert below - y - height >= ROW_GAP - 1
    assert made == tidy(places, sizes, links)


def test_2000_nodes_are_tidied_while_one_waits_and_circles_do_no_harm() -> None:
    rng = Random(1)
    names = [f"n{n}" for n in range(2000)]
    links = [Link(names[max(0, n - 9)], "out", names[n], "x", 0) for n in range(1, 2000)]
    links.append(Link(names[-1], "out", names[0], "x", 0))
    places = {name: (rng.uniform(0, 999), rng.uniform(0, 999)) for name in names}
    started = time.thread_time()
    made = tidy(places, dict.fromkeys(names, (180.0, 100.0)), links)
    assert time.thread_time() - started < 1
    assert len(made) == 2000


def test_parts_that_do_not_hang_together_stand_apart() -> None:
    links = [Link("a", "out", "b", "x")]
    made = tidy({**PLACES}, SIZES, links)
    assert made["a"][0] < made["b"][0]
    assert made["c"][1] > max(made["a"][1] + 50, made["b"][1] + 80)


def test_frames_are_kept_with_the_level_they_are_in() -> None:
    here = shots(1)
    patch, name = frames.add_frame(here, (0, 0, 100, 50), " Day\n1 ", color="#FF0000")
    here = after(here, patch)
    assert frames.frames_of(here) == (frames.Frame(name, "Day 1", (0, 0, 100, 50), "#ff0000"),)
    here = after(here, grouping.group_nodes(here, ["a"], "Part").patch)
    inside = here.inside("part")
    patch, other = frames.add_frame(inside, (1, 2, 3, 4), "In")
    inside = after(inside, patch)
    assert [frame.id for frame in frames.frames_of(inside)] == [other]
    read = Level(loads(dumps(inside.project)), REGISTRY, "part")
    assert frames.frames_of(read) == frames.frames_of(inside)
    inside = after(inside, frames.change_frame(inside, other, title="Out", rect=(0, 0, -5, 9)))
    assert frames.frames_of(inside)[0].rect == (0, 0, 1, 9)
    assert "canvas" not in after(inside, frames.remove_frames(inside, [other])).groups["part"].extra


def test_what_is_not_understood_of_the_canvas_stays_in_the_file() -> None:
    odd = [{"id": 3}, "x", {"id": "f", "title": "", "rect": [0, 0, 1, 1], "note": "kept"}]
    canvas = {"frames": odd, "grid": 8, "bookmarks": [{"name": "v"}]}
    here = Level(Project(Graph(), extra={"canvas": canvas}), REGISTRY)
    assert [frame.id for frame in frames.frames_of(here)] == ["f"]
    assert frames.bookmarks_of(here.project) == ()
    here = after(here, frames.move_frames(here, {"f": (5, 6)}))
    kept = here.project.extra["canvas"]
    assert kept["frames"][:2] == odd[:2]
    assert kept["frames"][2] == {
        "id": "f",
        "title": "",
        "rect": [5, 6, 1, 1],
        "note": "kept",
        "color": frames.COLOR,
    }
    assert kept["grid"] == 8


def test_bookmarks_are_set_replaced_and_removed() -> None:
    project = level([Node("a", "values.text")]).project
    here = Level(project, REGISTRY)
    here = after(here, frames.set_bookmark(project, frames.Bookmark("Start", 1, 2, 0.5)))
    again = frames.Bookmark("Start", 3, 4, 1, "part")
    here = after(here, frames.set_bookmark(here.project, again))
    assert frames.bookmarks_of(here.project) == (again,)
    here = after(here, frames.remove_bookmark(here.project, "Start"))
    assert here.project.extra == {}
