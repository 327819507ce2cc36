"""The job hash stands for everything that made a file."""

from __future__ import annotations

from typing import Any

import pytest

from engine.jobs import environment, job_hash, provenance_details

PROJECT = '{"format": "aiprod", "nodes": {}}'


def test_equal_work_has_an_equal_hash() -> None:
    one = provenance_details(targets=["film", "edit"], seeds={"project": 7, "shot": 3})
    two = provenance_details(targets=["edit", "film"], seeds={"shot": 3, "project": 7})
    assert one == two
    assert job_hash(PROJECT, one) == job_hash(PROJECT, two)
    assert len(job_hash(PROJECT, one)) == 64


@pytest.mark.parametrize(
    "change",
    [
        {"targets": ["edit"]},
        {"seeds": {"project": 8}},
        {"fingerprints": {"shot": ["ab12"]}},
        {"device": "cuda"},
    ],
)
def test_any_difference_changes_the_hash(change: dict[str, Any]) -> None:
    same: dict[str, Any] = {"targets": ["film"], "seeds": {"project": 7}}
    one, two = provenance_details(**same), provenance_details(**{**same, **change})
    assert job_hash(PROJECT, one) != job_hash(PROJECT, two)


def test_another_project_has_another_hash() -> None:
    details = provenance_details()
    assert job_hash(PROJECT, details) != job_hash(PROJECT + " ", details)


def test_the_environment_names_versions_and_no_path() -> None:
    found = environment()
    assert {"aiprod", "python", "system", "numpy", "av"} <= set(found)
    assert not any("/" in value for value in found.values())
