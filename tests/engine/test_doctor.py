"""The doctor says what is missing, and how to mend it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from engine import doctor
from engine.doctor import Finding
from engine.models import records, registry
from engine.models.card import Card, file_sha256, write_card
from engine.runtime import folders


def names(findings: Iterable[Finding], state: str) -> list[str]:
    return [finding.name for finding in findings if finding.state == state]


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of models with all parts of the starter in it."""
    folder = tmp_path / "models"
    folder.mkdir()
    monkeypatch.setattr(records, "shipped_folder", lambda: folder)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    for part in registry.PARTS["shdt"]:
        weights = folder / f"{part}.safetensors"
        weights.write_bytes(b"weights")
        card = Card(registry.STARTER, "shdt", part, file_sha256(weights), 7, "Apache-2.0", "drawn")
        write_card(card, weights.with_suffix(".json"))
    return folder


def test_this_python_and_its_packages_are_fit() -> None:
    assert names(doctor.python(), "missing") == []
    assert names(doctor.packages(), "missing") == []
    assert {requirement.name for requirement in doctor.wanted_packages()} >= {"av", "torch"}


def test_the_lock_is_read_in_a_checkout() -> None:
    locked = doctor.locked_versions()
    assert locked["torch"].startswith("2.")
    assert "opentimelineio" in locked


def test_a_package_older_than_the_project_asks_for_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    version = doctor.importlib.metadata.version
    monkeypatch.setattr(
        doctor.importlib.metadata, "version", lambda name: "0.1" if name == "av" else version(name)
    )
    (finding,) = (finding for finding in doctor.packages() if finding.name == "av")
    assert finding.state == "missing"
    assert finding.detail.startswith("0.1 does not fit")
    assert finding.mend
    assert "make setup" in finding.mend


def test_the_encoders_of_the_presets_are_found() -> None:
    assert names(doctor.codecs(), "missing") == []


def test_an_encoder_that_ffmpeg_lacks_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "ENCODERS", ("libx264", "no_such_encoder"))
    assert names(doctor.codecs(), "missing") == ["no_such_encoder"]


def test_whole_weights_are_verified_against_their_card(models: Path) -> None:
    assert sorted(names(doctor.weights(), "ok")) == sorted(registry.PARTS["shdt"])
    assert names(doctor.weights(), "missing") == []


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (lambda folder: (folder / "vae.safetensors").unlink(), "there is no file"),
        (lambda folder: (folder / "vae.safetensors").write_bytes(b"short"), "its card says 7"),
        (lambda folder: (folder / "vae.safetensors").write_bytes(b"weightz"), "SHA-256"),
        (lambda folder: (folder / "vae.json").write_text("{"), "not a model card"),
        (lambda folder: (folder / "vae.json").write_text("[]"), "not a model card"),
    ],
)
def test_harmed_weights_are_named_with_the_mend(
    models: Path, harm: Callable[[Path], object], says: str
) -> None:
    harm(models)
    finding = next(finding for finding in doctor.weights() if finding.name == "vae")
    assert finding.state == "missing"
    assert says in finding.detail
    assert finding.mend


def test_a_part_of_the_starter_without_a_card_is_named(models: Path) -> None:
    (models / "vae.json").unlink()
    assert names(doctor.weights(), "missing") == [f"{registry.STARTER} vae"]


def test_a_folder_that_cannot_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setattr(folders, "cache_dir", lambda: tmp_path / "file" / "aiprod")
    (finding,) = (f for f in doctor.writable_folders() if f.state == "missing")
    assert finding.name == "cache"
    assert "is not a folder" in finding.detail


def test_looking_at_the_folders_makes_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "cache_dir", lambda: tmp_path / "a" / "b")
    assert names(doctor.writable_folders(), "missing") == []
    assert list(tmp_path.iterdir()) == []


def test_a_broken_plugin_is_shown_with_its_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    folder = folders.data_dir() / "plugins"
    folder.mkdir(parents=True)
    (folder / "torn.py").write_text("1 / 0\n")
    broken = [finding for finding in doctor.plugin_files() if finding.state == "warning"]
    assert [finding.name for finding in broken] == ["torn"]
    assert "ZeroDivisionError" in broken[0].detail
    assert str(folder / "torn.py") in (broken[0].mend or "") + broken[0].detail


def test_the_report_ends_with_the_verdict_and_json_with_the_same() -> None:
    good = Finding("Codecs", "FFmpeg", "ok", "fine")
    warned = Finding("Memory", "free", "warning", "1 GB", "Close something.")
    bad = Finding("Weights", "base", "missing", "no file", "Get it again.")
    assert doctor.report([good, warned]).endswith("ready to render")
    assert doctor.report([good, bad]).endswith("1 to mend")
    assert "Get it again." in doctor.report([bad])
    assert json.loads(doctor.as_json([good, warned]))["healthy"] is True
    assert json.loads(doctor.as_json([good, bad]))["healthy"] is False


def test_everything_is_looked_at() -> None:
    areas = {finding.area for finding in doctor.diagnose()}
    assert areas == {
        "Python",
        "Packages",
        "Device",
        "Memory",
        "Codecs",
        "Weights",
        "Folders",
        "Plugins",
    }
