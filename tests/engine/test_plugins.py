"""Plugins add nodes; a broken one is named, and harms no other."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine import Image, Sound
from engine.graph import Cache, Context, Graph, Node, execute, upgrade
from engine.nodes import builtin_registry
from engine.plugins import Plugins, load_plugins
from engine.runtime.folders import checkout_dir, data_dir

TOP = Path(__file__).parents[2]
HEAD = "from __future__ import annotations\nfrom engine.graph import *\n"
SHOUT = (
    HEAD
    + """
@node("Shout", category="Test")
def shout(text: Text, marks: int = 1) -> Text:
    "Louder."
    return text.upper() + "!" * marks
"""
)

Write = Callable[..., Plugins]


@pytest.fixture
def load(tmp_path: Path) -> Write:
    def load(**sources: str) -> Plugins:
        for name, source in sources.items():
            (tmp_path / f"{name}.py").write_text(source)
        return load_plugins([tmp_path])

    return load


def test_a_file_in_the_folder_adds_its_nodes(load: Write) -> None:
    plugins = load(mine=SHOUT)
    assert [(plugin.name, plugin.nodes) for plugin in plugins.loaded] == [
        ("mine", ("plugin.mine.shout",))
    ]
    assert plugins.registry["plugin.mine.shout"].doc == "Louder."
    assert "values.text" in plugins.registry
    assert "plugin.mine.shout" not in builtin_registry()


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("def broken(:\n", "invalid syntax in line 1"),
        ("import no_such_module\n", "No module named 'no_such_module'"),
        ("raise SystemExit(3)\n", "SystemExit: 3"),
        ("1 / 0\n", "division by zero"),
        (SHOUT.replace("text: Text", "text: Klip"), "Klip"),
        (SHOUT.replace('category="Test"', 'category="Test", id="values.text"'), "built-in node"),
        (
            SHOUT.replace('category="Test"', 'category="Test", id="plugin.other.x"'),
            "does not begin",
        ),
        (HEAD + '@migration("values.text", from_version=1)\ndef m(p): return p\n', "built-in node"),
        (SHOUT + "@node('B', category='Test')\ndef b(text: Txet) -> Text: return text\n", "Txet"),
    ],
)
def test_a_broken_plugin_is_named_and_the_others_work(
    load: Write, source: str, message: str
) -> None:
    plugins = load(a_good=SHOUT, broken=source, z_good=SHOUT)
    assert [plugin.name for plugin in plugins.loaded] == ["a_good", "z_good"]
    (failure,) = plugins.failures
    assert failure.name == "broken"
    assert message in failure.message
    assert "broken.py" in str(failure)
    assert "Traceback" in failure.traceback or "SyntaxError" in failure.traceback
    assert not any(spec.id.startswith("plugin.broken") for spec in plugins.registry)


def test_the_traceback_shows_the_line_at_fault(load: Write) -> None:
    (failure,) = load(broken="ready = True\nvalue = nothing_here\n").failures
    assert "value = nothing_here" in failure.traceback


def test_a_plugin_is_loaded_anew_after_it_was_changed(load: Write, tmp_path: Path) -> None:
    load(mine=SHOUT)
    plugins = load(mine=SHOUT.replace("marks", "times"))
    assert list(plugins.registry["plugin.mine.shout"].param_named) == ["times"]
    (tmp_path / "mine.py").write_text("broken(")
    assert load().loaded == ()
    (tmp_path / "mine.py").unlink()
    assert (load().loaded, load().failures) == ((), ())


def test_changed_code_runs_anew(load: Write, tmp_path: Path) -> None:
    graph = Graph()
    graph.add(Node("t", "values.text", params={"value": "ho"}))
    graph.add(Node("s", "plugin.mine.shout"))
    graph.connect("t", "s.text")
    cache = Cache(tmp_path / "cache", budget=10**9)
    assert execute(graph, load(mine=SHOUT).registry, cache=cache)["s"] == "HO!"
    louder = SHOUT.replace('"!" * marks', '"!!!"')
    assert execute(graph, load(mine=louder).registry, cache=cache)["s"] == "HO!!!"


def test_two_plugins_cannot_have_one_name(load: Write, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "mine.py").write_text(SHOUT)
    load(mine=SHOUT)
    plugins = load_plugins([tmp_path, other, tmp_path])
    assert len(plugins.loaded) == 1
    assert "plugin of the same name" in plugins.failures[0].message


def test_other_files_are_left_alone(load: Write, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("1/0")
    plugins = load(_private="1/0", **{"not a name": SHOUT})
    assert plugins.loaded == ()
    assert [failure.name for failure in plugins.failures] == ["not a name"]
    assert load_plugins([tmp_path / "gone"]).failures == ()
    assert not (tmp_path / "__pycache__").exists()


def test_the_users_folder_and_the_checkouts_are_searched() -> None:
    folder = data_dir() / "plugins"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "from_user.py").write_text(SHOUT)
    try:
        plugins = load_plugins()
    finally:
        (folder / "from_user.py").unlink()
    assert plugins.failures == ()
    names = {plugin.name for plugin in plugins.loaded}
    assert names >= {"from_user"} | ({"example_image"} if checkout_dir() else set())


def test_the_example_of_an_image_mixes_a_colour_into_it() -> None:
    registry = load_plugins([TOP / "plugins"]).registry
    grey = Image.from_array(np.full((2, 3, 3), 100, np.uint8))
    tint = registry["plugin.example_image.tint"].function
    assert (tint(grey, "#ff0032", 0.5).array() == [178, 50, 75]).all()
    assert (tint(grey, "#ff0032", 0.0).array() == 100).all()
    assert (grey.array() == 100).all()


def test_the_example_of_a_sound_swings_its_loudness() -> None:
    registry = load_plugins([TOP / "plugins"]).registry
    steady = Sound.from_array(np.ones((1000, 2), np.float32), 1000)
    swung = registry["plugin.example_sound.tremolo"].function(steady, 1.0, 1.0).array()
    assert swung[0] == pytest.approx([1, 1])
    assert swung[500] == pytest.approx([0, 0], abs=1e-6)
    assert swung.dtype == np.float32


@pytest.fixture
def documented(tmp_path: Path) -> Plugins:
    """The examples of docs/plugins.md, each as a plugin named after its function."""
    text = (TOP / "docs" / "plugins.md").read_text(encoding="utf-8")
    for source in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        name = re.search(r"^def (\w+)\(", source, re.MULTILINE)
        if name:
            (tmp_path / f"{name[1]}.py").write_text(source)
    return load_plugins([tmp_path])


def test_the_examples_of_the_guide_are_plugins(documented: Plugins, tmp_path: Path) -> None:
    assert documented.failures == ()
    functions = {spec.function.__name__: spec.function for spec in documented.registry}
    assert functions["shout"]("hello", marks=2) == "HELLO!!"
    assert functions["measure"](Image.from_array(np.zeros((4, 4, 3), np.uint8))) == (0.0, True)
    assert 2 <= functions["roll"](2, ctx=Context(tmp_path, seed=1)) <= 12
    note = functions["write_notes"]("text", ctx=Context(tmp_path / "scratch"))
    assert note.path.read_text() == "text"
    old = Graph({"r": Node("r", "plugin.repeat.repeat", 1, {"count": 3})})
    new = upgrade(old, documented.registry).nodes["r"]
    assert (new.version, new.params) == (2, {"times": 3})


def test_a_plugin_that_is_switched_off_is_not_run(load: Write, tmp_path: Path) -> None:
    load(shout=SHOUT, bad="raise SystemExit")
    found = load_plugins([tmp_path], disabled=["bad", "shout"])
    assert found.loaded == ()
    assert found.failures == ()
    assert [path.stem for path in found.disabled] == ["bad", "shout"]
