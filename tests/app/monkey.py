"""Random legal edits of a document, with everything checked that must hold after each of them.

Run many: `python -m tests.app.monkey --actions 5000 --seed 1`.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PySide6.QtWidgets import QApplication

from app.document import Document
from app.editing import chains, drops, frames, grouping, layout, params, ports, snippets
from app.editing import links as linking
from app.editing import nodes as editing
from app.editing.level import EditError, Level, group_of, input_of, inputs_of, outputs_of
from app.editing.patch import Patch
from app.panels.canvas import CanvasPanel
from engine.graph import Link
from engine.graph.cycles import topological_order
from engine.graph.expand import REROUTE
from engine.graph.prepare import prepare
from engine.nodes import builtin_registry
from engine.project import Project, dumps, load, loads
from engine.runtime.folders import resources_dir
from tests.app.context import running
from tests.app.panel_monkey import PanelMonkey

LARGEST = 60
TEXTS = ["", "Night", "é ß 漢", "two\nlines", "x" * 600, "a\ud800b", "#7 {}", "shot_1"]
VALUES: list[Any] = [None, 0, 1, 1.5, -3, True, "text", "fit", "#ff8800", [], [1.0, 2.0], 10**9]


class Monkey:
    """Does random edits to a document; the same seed does the same ones."""

    def __init__(self, document: Document, seed: int) -> None:
        self.document = document
        self.random = random.Random(seed)
        self.scope: str | None = None
        self.clipboard = ""
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.actions: dict[str, Callable[[], Patch]] = {
            name.removeprefix("do_"): getattr(self, name)
            for name in sorted(dir(self))
            if name.startswith("do_")
        }

    def act(self) -> str:
        """One edit, undo, redo, step or note; a refusal is fine, any other error is not."""
        chance = self.random.random()
        stack = self.document.stack
        if self.scope is not None and self.scope not in self.document.project.graph.groups:
            self.scope = None
        if chance < 0.06 and stack.canUndo():
            for _ in range(self.random.randint(1, 4)):
                stack.undo()
            return self._count("undo")
        if chance < 0.1 and stack.canRedo():
            for _ in range(self.random.randint(1, 4)):
                stack.redo()
            return self._count("redo")
        if chance < 0.14:
            self.scope = self.random.choice([None, *self.document.project.graph.groups])
            return self._count("enter")
        if chance < 0.17:
            return self._step()
        name = self.random.choice(list(self.actions))
        if len(self.level.nodes) > LARGEST:
            name = self.random.choice(["remove", "dissolve"])
        try:
            merge = self.random.choice(["", "", "drag"])
            self.document.apply(name, self.actions[name](), merge=merge)
            if self.random.random() < 0.5:
                self.document.end_merge()
        except EditError:
            self.refused[name] += 1
            return f"{name} (refused)"
        return self._count(name)

    @property
    def level(self) -> Level:
        """The level that is edited now."""
        return Level(self.document.project, self.document.registry, self.scope)

    def _count(self, name: str) -> str:
        self.done[name] += 1
        return name

    def _step(self) -> str:
        """Several edits as one step, which now and then fails and leaves nothing."""
        before = dumps(self.document.project)
        fails = self.random.random() < 0.3
        try:
            with self.document.step("step"):
                for _ in range(self.random.randint(0, 3)):
                    name = self.random.choice(list(self.actions))
                    self.document.apply(name, self.actions[name]())
                if fails:
                    raise EditError("enough")
        except EditError:
            assert dumps(self.document.project) == before
            if self.scope not in self.document.project.graph.groups:
                self.scope = None
            return self._count("failed step")
        return self._count("step")

    def _some(self) -> list[str]:
        """A few nodes, as a selection would be."""
        names = list(self.level.nodes)
        return self.random.sample(names, min(len(names), self.random.randint(1, 5)))

    def _one(self) -> str:
        names = list(self.level.nodes)
        if not names:
            raise EditError("there is no node")
        return self.random.choice(names)

    def _link(self) -> Link:
        found = list(self.level.links)
        if not found:
            raise EditError("there is no link")
        return self.random.choice(found)

    def _pos(self) -> tuple[float, float]:
        return self.random.uniform(-500, 3000), self.random.uniform(-500, 2000)

    def _socket(self, *, output: bool) -> tuple[str, str]:
        level, name = self.level, self._one()
        sockets = (outputs_of if output else inputs_of)(level, level.nodes[name])
        names = [socket.name for socket in sockets]
        spec = level.spec(level.nodes[name])
        if not output and spec is not None and self.random.random() < 0.2:
            names += [param.name for param in spec.params]
        if not names:
            raise EditError("it has no socket")
        return name, self.random.choice(names)

    def do_add(self) -> Patch:
        types = [spec.id for spec in self.document.registry]
        types += [REROUTE, *(f"group.{name}" for name in self.document.project.graph.groups)]
        of = None
        output = self.random.random() < 0.5
        if self.random.random() < 0.6 and self.level.nodes:
            of = self._socket(output=output)
        kind = self.random.choice(types)
        title = self.random.choice(TEXTS)
        return editing.add_node(
            self.level, kind, self._pos(), title=title, of=of, output=output
        ).patch

    do_add_more = do_add

    def do_remove(self) -> Patch:
        return editing.remove_nodes(self.level, self._some())

    def do_dissolve(self) -> Patch:
        return chains.dissolve(self.level, self._some())

    def do_extract(self) -> Patch:
        return chains.extract(self.level, self._some()[:1])

    def do_move(self) -> Patch:
        return editing.move_nodes(self.level, {name: self._pos() for name in self._some()})

    def do_rename(self) -> Patch:
        return editing.rename_node(self.level, self._one(), self.random.choice(TEXTS))

    def do_state(self) -> Patch:
        state = self.random.choice(["muted", "bypassed", "disabled"])
        return editing.toggle_state(self.level, self._some(), state)  # type: ignore[arg-type]

    def do_link(self) -> Patch:
        source = self._socket(output=True)
        level = self.level
        fits = [
            (name, socket.name)
            for name, node in level.nodes.items()
            for socket in inputs_of(level, node)
            if linking.why_not(level, source, (name, socket.name)) is None
        ]
        target = self.random.choice(fits) if fits else self._socket(output=False)
        index = self.random.choice([None, None, 0, 1, 5])
        return linking.link(level, source, target, index=index)

    do_link_more = do_link
    do_link_again = do_link

    def do_link_blindly(self) -> Patch:
        return linking.link(self.level, self._socket(output=True), self._socket(output=False))

    def do_unlink(self) -> Patch:
        found = list(self.level.links)
        return linking.unlink(self.level, self.random.sample(found, min(len(found), 2)))

    def do_relink(self) -> Patch:
        if self.random.random() < 0.5:
            return linking.relink(self.level, self._link(), source=self._socket(output=True))
        return linking.relink(self.level, self._link(), target=self._socket(output=False))

    def do_order_list(self) -> Patch:
        link = self._link()
        feeding = self.level.feeding[link.target]
        same = [other for other in feeding if other.input == link.input]
        self.random.shuffle(same)
        return linking.order_list(self.level, (link.target, link.input), same)

    def do_mute_link(self) -> Patch:
        return linking.mute_links(self.level, [self._link()], muted=self.random.random() < 0.5)

    def do_insert(self) -> Patch:
        link = self._link()
        given, wanted = link.source, link.target
        kinds = [spec.id for spec in self.document.registry if spec.inputs and spec.outputs]
        for kind in self.random.sample(kinds, len(kinds)):
            try:
                return chains.insert_node(self.level, kind, link, self._pos()).patch
            except EditError:
                continue
        raise EditError(f"nothing fits between {given} and {wanted}")

    def do_insert_existing(self) -> Patch:
        return chains.insert_existing(self.level, self._one(), self._link(), self._pos())

    def do_reroute(self) -> Patch:
        return chains.add_reroute(self.level, self._link(), self._pos()).patch

    def do_set_param(self) -> Patch:
        name = self._one()
        spec = self.level.spec(self.level.nodes[name])
        if spec is None or not spec.params:
            raise EditError("it has no parameters")
        param = self.random.choice(spec.params)
        choices = [*VALUES, *param.choices, param.default]
        return params.set_params(self.level, {name: {param.name: self.random.choice(choices)}})

    do_set_another_param = do_set_param

    def do_items(self) -> Patch:
        """Items of a sequence that speak of its clips."""
        names = [n.id for n in self.level.nodes.values() if n.type == "editorial.sequence"]
        if not names:
            raise EditError("there is no sequence")
        name = self.random.choice(names)
        count = len(self.level.feeding.get(name, ()))
        items = [
            {"clip": self.random.randint(0, count), "in_frame": 2, "out_frame": 9}
            for _ in range(self.random.randint(0, 3))
        ]
        return params.set_params(self.level, {name: {"items": items}})

    def do_reset_params(self) -> Patch:
        return params.reset_params(self.level, self._some())

    def do_promote(self) -> Patch:
        names = self._some()
        spec = self.level.spec(self.level.nodes[names[0]]) if names else None
        if spec is None or not spec.params:
            raise EditError("it has no parameters")
        param = self.random.choice(spec.params).name
        change = self.random.choice([params.promote, params.demote])
        return change(self.level, names, param)

    def do_copy(self) -> Patch:
        self.clipboard = snippets.copy_nodes(self.level, self._some())
        return Patch()

    def do_paste(self) -> Patch:
        snippet = snippets.read_snippet(f"see this:\n{self.clipboard}\nbye")
        pos = self.random.choice([None, self._pos()])
        with_links = self.random.random() < 0.5
        return snippets.paste(self.level, snippet, pos, with_links=with_links).patch

    def do_duplicate(self) -> Patch:
        with_links = self.random.random() < 0.5
        return snippets.duplicate(self.level, self._some(), with_links=with_links).patch

    def do_group(self) -> Patch:
        return grouping.group_nodes(self.level, self._some(), self.random.choice(TEXTS[:4])).patch

    def do_ungroup(self) -> Patch:
        names = [node.id for node in self.level.nodes.values() if group_of(node) is not None]
        return grouping.ungroup(self.level, self.random.choice(names or ["nobody"])).patch

    def do_own_group(self) -> Patch:
        return grouping.make_own(self.level, self._one()).patch

    def do_show_port(self) -> Patch:
        part = self.random.choice(["inputs", "outputs", "params"])
        if part == "params":
            node = self.level.nodes[self._one()]
            spec = self.level.spec(node)
            names = [param.name for param in spec.params] if spec else []
            return ports.show_port(
                self.level, "params", node.id, self.random.choice(names or ["x"])
            )
        node_id, field = self._socket(output=part == "outputs")
        return ports.show_port(self.level, part, node_id, field)  # type: ignore[arg-type]

    def _a_port(self) -> tuple[Any, str]:
        if self.scope is None:
            raise EditError("the graph has no ports")
        group = self.level.groups[self.scope]
        part = self.random.choice(["inputs", "outputs", "params"])
        names = [port.name for port in getattr(group, part)]
        return part, self.random.choice(names or ["none"])

    def do_hide_port(self) -> Patch:
        return ports.hide_port(self.level, *self._a_port())

    def do_rename_port(self) -> Patch:
        new = self.random.choice(["value", "é", "9 lives", "clip", ""])
        return ports.rename_port(self.level, *self._a_port(), new)

    def do_order_ports(self) -> Patch:
        part, name = self._a_port()
        return ports.order_ports(self.level, part, [name])

    def do_frame(self) -> Patch:
        rect = (*self._pos(), *self._pos())
        return frames.add_frame(self.level, rect, self.random.choice(TEXTS))[0]

    def do_change_frame(self) -> Patch:
        found = frames.frames_of(self.level)
        if not found:
            raise EditError("there is no frame")
        frame = self.random.choice(found)
        if self.random.random() < 0.3:
            return frames.remove_frames(self.level, [frame.id])
        return frames.change_frame(
            self.level, frame.id, rect=(*self._pos(), 300, 200), title=self.random.choice(TEXTS)
        )

    def do_bookmark(self) -> Patch:
        mark = frames.Bookmark(self.random.choice("abc"), *self._pos(), 1.0, self.scope)
        if self.random.random() < 0.3:
            return frames.remove_bookmark(self.document.project, mark.name)
        return frames.set_bookmark(self.document.project, mark)

    def do_arrange(self) -> Patch:
        names = self._some()
        places = {name: self.level.nodes[name].pos for name in names}
        sizes = dict.fromkeys(names, (180.0, 120.0))
        how = self.random.choice(["left", "center", "right", "top", "middle", "bottom"])
        moved = self.random.choice(
            [
                layout.align(places, sizes, how),  # type: ignore[arg-type]
                layout.distribute(places, sizes, vertical=self.random.random() < 0.5),
                layout.tidy(places, sizes, self.level.links),
            ]
        )
        return editing.move_nodes(self.level, moved)

    def do_drop(self) -> Patch:
        found = [drops.Media(Path(f"/media/{name}.mov"), "video") for name in ("a", "7 b")]
        return drops.add_drops(self.level, found, self._pos(), base_dir=Path("/media")).patch

    def do_drop_text(self) -> Patch:
        return drops.add_text(self.level, self.random.choice(TEXTS), self._pos()).patch

    def do_settings(self) -> Patch:
        settings = self.document.project.settings
        return Patch(settings=replace(settings, seed=self.random.randint(0, 9)))


def check(document: Document) -> None:
    """What holds of every document. Raises AssertionError that says what does not."""
    project, registry = document.project, document.registry
    for scope in (None, *project.graph.groups):
        _check_level(Level(project, registry, scope))
    text = dumps(project)
    read = loads(text)
    assert read == project, "the project that was saved is not the one that loads"
    assert dumps(read) == text
    circles = [p for p in prepare(project.graph, registry).problems if "circle" in p.message]
    assert not circles, circles


def _check_level(level: Level) -> None:
    where = level.scope or "the graph"
    for name, node in level.nodes.items():
        assert node.id == name, f"{where}: {node.id} is kept under {name}"
        group = group_of(node)
        assert group is None or group in level.groups, f"{where}: {name} has no group {group}"
    places: dict[tuple[str, str], list[Link]] = {}
    for link in level.links:
        source, target = level.nodes.get(link.source), level.nodes.get(link.target)
        assert source is not None, f"{where}: {link} comes from nowhere"
        assert target is not None, f"{where}: {link} leads nowhere"
        outputs = {socket.name for socket in outputs_of(level, source)}
        assert link.output in outputs, f"{where}: {link} has no such output"
        assert input_of(level, target, link.input), f"{where}: {link} has no such input"
        places.setdefault((link.target, link.input), []).append(link)
    for (target_id, name), found in places.items():
        socket = input_of(level, level.nodes[target_id], name)
        assert socket is not None
        assert socket.many or len(found) == 1, f"{where}: {found} is too much"
        indices = sorted(link.index for link in found)
        assert indices == list(range(len(found))), f"{where}: {indices} is not dense: {found}"
    needs = {name: [] for name in level.nodes} | {
        name: [link.source for link in into] for name, into in level.feeding.items()
    }
    assert not topological_order(needs)[1], f"{where}: the links run in a circle"
    if level.scope is not None:
        group = level.groups[level.scope]
        for port in (*group.inputs, *group.outputs, *group.params):
            assert port.node in level.nodes, f"{where}: {port} shows nothing"
        assert level.scope not in _inside(level, group.nodes.values()), f"{where} contains itself"


def _inside(level: Level, nodes: Iterable[Any]) -> set[str]:
    found: set[str] = set()
    for node in nodes:
        group = group_of(node)
        if group is not None:
            found |= editing.groups_within(level, group)
    return found


def run(
    actions: int,
    seed: int,
    *,
    project: Project | None = None,
    document: Document | None = None,
    panel: PanelMonkey | None = None,
) -> Monkey:
    """Do so many actions, check after each; then undo all of them and redo all of them.

    With a panel of the document, a share of the actions goes through it, and what it shows is
    checked as well.
    """
    document = document or Document(builtin_registry())
    document.new(project)
    start = dumps(document.project)
    monkey = Monkey(document, seed)
    did: list[str] = []
    for number in range(actions):
        through_panel = panel is not None and monkey.random.random() < 0.4
        did.append(panel.act() if panel and through_panel else monkey.act())
        try:
            check(document)
            if panel is not None:
                panel.check()
        except AssertionError as error:
            error.add_note(f"seed {seed}, action {number}: {', '.join(did[-5:])}")
            raise
    while document.stack.canRedo():
        document.stack.redo()
    end = dumps(document.project)
    while document.stack.canUndo():
        document.stack.undo()
    assert dumps(document.project) == start, f"seed {seed}: undo does not lead back to the start"
    while document.stack.canRedo():
        document.stack.redo()
    assert dumps(document.project) == end, f"seed {seed}: redo does not lead to the end"
    if panel is not None:
        panel.check()
    return monkey


def film() -> Project:
    """A project to begin with: the film that is a template."""
    return load(resources_dir() / "templates" / "first_film.aiprod")


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.app.monkey", description=__doc__)
    parser.add_argument("--actions", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1, help="odd ones begin with a film")
    parser.add_argument("--without-panel", action="store_true", help="edits of the document only")
    arguments = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    project = film() if arguments.seed % 2 else Project()
    started = time.perf_counter()
    if arguments.without_panel:
        monkey = run(arguments.actions, arguments.seed, project=project)
    else:
        monkey = run_with_panel(arguments.actions, arguments.seed, project=project)
    seconds = time.perf_counter() - started
    print(f"{arguments.actions} actions with seed {arguments.seed} in {seconds:.1f} s: all holds")
    print(", ".join(f"{name} {count}" for name, count in monkey.done.most_common()))
    print("refused:", ", ".join(f"{name} {n}" for name, n in monkey.refused.most_common()))
    return 0


def run_with_panel(actions: int, seed: int, *, project: Project) -> Monkey:
    """Do them in a context of its own, with a canvas."""
    application = QApplication.instance() or QApplication([])
    with TemporaryDirectory() as folder, running(Path(folder)) as context:
        panel = CanvasPanel(context)
        panel.resize(1000, 700)
        sys.excepthook = _end_on_error  # of slots, which Qt would only print
        monkey = run(
            actions,
            seed,
            project=project,
            document=context.document,
            panel=PanelMonkey(panel, seed),
        )
        panel.deleteLater()
    del application
    return monkey


def _end_on_error(kind: type[BaseException], error: BaseException, _trace: object) -> None:
    traceback.print_exception(kind, error, error.__traceback__)
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
