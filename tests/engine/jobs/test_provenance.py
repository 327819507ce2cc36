"""The job hash stands for everything that made a file."""

from __future__ import annotations

import json

import pytest

from engine.jobs import environment, make_provenance

PROJECT = '{"format": "aiprod", "nodes": {}}'


def test_equal_work_has_an_equal_hash() -> None:
    one = make_provenance(PROJECT, targets=["film", "edit"], seeds={"project": 7, "shot": 3})
    two = make_provenance(PROJECT, targets=["edit", "film"], seeds={"shot": 3, "project": 7})
    assert one == two
    assert len(one.job_hash) == 64


@pytest.mark.parametrize(
    "change",
    [
        {"targets": ["edit"]},
        {"seeds": {"project": 8}},
        {"models": {"starter": "ab12"}},
        {"device": "cuda"},
    ],
)
def test_any_difference_changes_the_hash(change: dict[str, object]) -> None:
    same = {"targets": ["film"], "seeds": {"project": 7}}
    one = make_provenance(PROJECT, **same)  # type: ignore[arg-type]
    two = make_provenance(PROJECT, **{**same, **change})  # type: ignore[arg-type]
    assert one.job_hash != two.job_hash


def test_the_sidecar_holds_the_project_and_reads_back() -> None:
    made_by = make_provenance(PROJECT, targets=["film"], models={"starter": "ab12"})
    read = json.loads(made_by.as_json())
    assert read["project"] == json.loads(PROJECT)
    assert read["job"] == made_by.job_hash
    assert read["models"] == {"starter": "ab12"}


def test_the_environment_names_versions_and_no_path() -> None:
    found = dict(environment())
    assert {"aiprod", "python", "system", "numpy", "av"} <= set(found)
    assert not any("/" in value for value in found.values())
