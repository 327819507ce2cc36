"""A key changes with everything that goes into a result, and with nothing else."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from engine.errors import AiprodError, ModelError
from engine.graph import Graph, ProjectSettings, Provenance, Registry
from engine.graph.fingerprints import FileFingerprints
from engine.graph.keys import Ground, result_keys
from engine.graph.prepare import prepare
from tests.engine.graph.conftest import graph_of

Keys = Callable[..., dict[str, str]]


@pytest.fixture
def keys(registry: Registry, tmp_path: Path) -> Keys:
    def keys(graph: Graph, **ground: Any) -> dict[str, str]:
        prepared = prepare(graph, ground.pop("registry", registry))
        assert not prepared.problems
        return result_keys(prepared, Ground(**{"base_dir": tmp_path} | ground), prepared.nodes)

    return keys


def chain(**params: Any) -> Graph:
    return graph_of(
        {"a": ("source", params), "b": "invert", "m": "measure"}, ("a", "b.blob"), ("b", "m.blob")
    )


def test_a_parameter_changes_its_node_and_all_after_it(keys: Keys) -> None:
    before, after = keys(chain()), keys(chain(text="x"))
    assert all(before[name] != after[name] for name in "abm")


def test_a_default_that_is_written_out_changes_nothing(keys: Keys) -> None:
    assert keys(chain()) == keys(chain(text="abc", repeat=1))


def test_title_position_and_links_elsewhere_change_nothing(keys: Keys) -> None:
    graph = chain()
    graph.nodes["a"] = replace(graph.nodes["a"], title="Mine", pos=(3.0, 4.0), extra={"c": 1})
    graph.add(replace(graph.nodes["a"], id="other"))
    assert keys(graph).items() >= keys(chain()).items()


def test_the_node_id_counts_only_where_the_seed_does(keys: Keys) -> None:
    graph = graph_of({"a": "source", "b": "source", "n": "noise", "o": "noise"})
    made = keys(graph)
    assert made["a"] == made["b"]
    assert made["n"] != made["o"]


def test_the_order_of_a_list_counts(keys: Keys) -> None:
    nodes: dict[str, Any] = {"a": "source", "b": ("source", {"text": "b"}), "j": "join"}
    one = keys(graph_of(nodes, ("a", "j.blobs"), ("b", "j.blobs")))
    two = keys(graph_of(nodes, ("b", "j.blobs"), ("a", "j.blobs")))
    assert one["j"] != two["j"]


def test_the_output_that_is_linked_counts(keys: Keys) -> None:
    nodes = {"a": "source", "s": "split", "r": "source"}
    plain = keys(graph_of(nodes, ("a", "s.blob")))
    linked = keys(graph_of(nodes, ("a", "s.blob"), ("s.size", "r.repeat")))
    assert plain["r"] != linked["r"]


def test_the_seed_counts_for_nodes_that_use_it(keys: Keys) -> None:
    graph = graph_of({"n": "noise", "l": ("noise", {"seed": 4}), "s": "shape", "a": "source"})
    one, two = keys(graph), keys(graph, settings=ProjectSettings(seed=1))
    assert [name for name in one if one[name] != two[name]] == ["n"]


def test_the_picture_size_counts_for_nodes_that_read_the_settings(keys: Keys) -> None:
    graph = graph_of({"n": "noise", "s": "shape", "a": "source"})
    one, two = keys(graph), keys(graph, settings=ProjectSettings(rate=Fraction(25)))
    assert [name for name in one if one[name] != two[name]] == ["s"]


def test_the_provenance_counts_for_sinks_alone(keys: Keys) -> None:
    graph = graph_of({"a": "source", "n": "noise", "w": "write"}, ("a", "w.blob"))
    one, two = keys(graph), keys(graph, provenance=Provenance(job="1"))
    assert [name for name in one if one[name] != two[name]] == ["w"]


def test_the_numerics_count_for_nodes_that_use_a_device_and_what_they_feed(keys: Keys) -> None:
    graph = graph_of(
        {"a": "source", "d": "device", "b": "invert", "i": "invert"},
        *(("a", "d.blob"), ("d", "b.blob"), ("a", "i.blob")),
    )
    one, two = keys(graph), keys(graph, numerics="cuda")
    assert [name for name in one if one[name] != two[name]] == ["d", "b"]


def test_a_file_counts_by_content_and_name_and_not_by_place(keys: Keys, tmp_path: Path) -> None:
    for folder, text in (("x", "one"), ("y", "one"), ("z", "two")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "file.txt").write_text(text)
    graph = graph_of({"r": ("read_file", {"path": "file.txt"})})
    x, y, z = (keys(graph, base_dir=tmp_path / folder)["r"] for folder in "xyz")
    assert x == y
    assert x != z
    far = graph_of({"r": ("read_file", {"path": str(tmp_path / "x" / "file.txt")})})
    assert keys(far)["r"] == x


def test_a_missing_file_is_told_with_its_node(keys: Keys) -> None:
    with pytest.raises(AiprodError, match=r"Read file \(r\): path: no file 'gone'"):
        keys(graph_of({"r": ("read_file", {"path": "gone"})}))


def test_what_a_node_names_besides_counts(keys: Keys, registry: Registry) -> None:
    made = []
    for weights in ("one", "two"):
        copy = registry.copy()
        spec = replace(registry["sample.source"], id="x.y", fingerprint=lambda p, w=weights: [w])
        copy.add(spec)
        graph = graph_of({"a": "source"})
        graph.nodes["a"] = replace(graph.nodes["a"], type="x.y")
        made.append(keys(graph, registry=copy)["a"])
    assert made[0] != made[1]


def test_missing_weights_are_told_with_their_node(keys: Keys, registry: Registry) -> None:
    def gone(params: object) -> list[str]:
        raise ModelError("no weights")

    copy = registry.copy()
    copy.add(replace(registry["sample.source"], id="x.y", fingerprint=gone))
    graph = graph_of({"a": "source"})
    graph.nodes["a"] = replace(graph.nodes["a"], type="x.y")
    with pytest.raises(ModelError, match=r"Source \(a\): no weights"):
        keys(graph, registry=copy)


def test_a_file_is_read_once_and_again_when_it_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a"
    file.write_text("one")
    os.utime(file, (1000, 1000))
    known = FileFingerprints()
    first = known.of(file)
    with monkeypatch.context() as patched:
        patched.delattr(Path, "open")
        assert known.of(file) == first
    file.write_text("two")
    assert known.of(file) != first


def test_a_file_that_was_just_written_is_not_trusted_by_its_time(tmp_path: Path) -> None:
    file = tmp_path / "a"
    known = FileFingerprints()
    file.write_text("one")
    status = file.stat()
    first = known.of(file)
    file.write_text("two")
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert known.of(file) != first


def test_a_sequence_counts_with_every_frame(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"shot.{number:04d}.png").write_text(str(number))
    (tmp_path / "shot.txt").write_text("else")
    pattern = tmp_path / "shot.%04d.png"
    first = FileFingerprints().of(pattern)
    (tmp_path / "shot.txt").write_text("other")
    assert FileFingerprints().of(pattern) == first
    (tmp_path / "shot.0003.png").write_text("3")
    assert FileFingerprints().of(pattern) != first
    assert FileFingerprints().of(tmp_path) != FileFingerprints().of(pattern)


def test_huge_weights_are_known_by_samples(tmp_path: Path) -> None:
    file = tmp_path / "model.safetensors"
    with file.open("wb") as out:
        out.truncate(2**30 + 10 * 2**20)
    first = FileFingerprints().of(file, sampled=True)
    with file.open("r+b") as out:
        out.seek(5)
        out.write(b"x")
    assert FileFingerprints().of(file, sampled=True) != first
