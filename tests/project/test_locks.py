"""The lock files: complete, hashed, host-free, and true to what the project asks for."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from rattler import CondaLockedBinaryPackage, LockFile, MatchSpec, VersionWithSource

TOP = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))
PIXI = tomllib.loads((TOP / "pixi.toml").read_text(encoding="utf-8"))
LOCKS = ("run.txt", "dev.txt", "torch.txt", "torch-plain.txt")


@dataclass(frozen=True)
class Pin:
    name: str
    version: str
    hashes: int


def pins(lock: str) -> Iterator[Pin]:
    text = (TOP / "requirements" / lock).read_text(encoding="utf-8")
    entries = re.sub(r"(?m)^\s*#.*\n?", "", text).replace("\\\n", " ").splitlines()
    for entry in filter(str.strip, entries):
        requirement = Requirement(entry.partition("--hash")[0])
        (pin,) = requirement.specifier
        assert pin.operator == "=="
        yield Pin(canonicalize_name(requirement.name), pin.version, entry.count("--hash=sha256:"))


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_is_pinned_and_hashed(lock: str) -> None:
    locked = list(pins(lock))
    assert locked
    assert [pin for pin in locked if not pin.hashes] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_no_lock_names_an_index_or_a_cuda_package(lock: str) -> None:
    text = (TOP / "requirements" / lock).read_text(encoding="utf-8")
    assert not re.search(r"https?:|--(extra-)?index-url|--find-links|nvidia|triton", text)


def test_the_lock_satisfies_the_project() -> None:
    wanted = [
        *PROJECT["project"]["dependencies"],
        *PROJECT["project"]["optional-dependencies"]["app"],
        *PROJECT["dependency-groups"]["dev"],
    ]
    locked = {
        pin.name: pin.version for lock in ("dev.txt", "torch-plain.txt") for pin in pins(lock)
    }
    for text in wanted:
        requirement = Requirement(text)
        assert requirement.specifier.contains(locked[canonicalize_name(requirement.name)]), text


def test_both_torch_locks_hold_the_same_release() -> None:
    releases = {pin.version.partition("+")[0] for lock in LOCKS[2:] for pin in pins(lock)}
    assert len(releases) == 1


def test_the_development_lock_contains_the_run_time_lock() -> None:
    assert set(pins("run.txt")) <= set(pins("dev.txt"))


@pytest.fixture(scope="module")
def pixi_packages() -> dict[str, list[CondaLockedBinaryPackage]]:
    environment = LockFile.from_path(TOP / "pixi.lock").default_environment()
    assert environment is not None
    return {
        platform.name: [
            package
            for package in environment.packages(platform) or []
            if isinstance(package, CondaLockedBinaryPackage)
        ]
        for platform in environment.platforms()
    }


def manifest_specs(platform: str) -> dict[str, str]:
    target = PIXI.get("target", {}).get(platform, {})
    return {**PIXI["dependencies"], **target.get("dependencies", {})}


def test_the_pixi_lock_has_every_platform_of_its_manifest(
    pixi_packages: dict[str, list[CondaLockedBinaryPackage]],
) -> None:
    assert set(pixi_packages) == set(PIXI["workspace"]["platforms"])
    assert {"linux-64", "osx-64", "osx-arm64", "win-64"} <= set(pixi_packages)


@pytest.mark.parametrize("platform", PIXI["workspace"]["platforms"])
def test_the_pixi_lock_satisfies_every_spec_of_its_manifest(
    platform: str, pixi_packages: dict[str, list[CondaLockedBinaryPackage]]
) -> None:
    for name, spec in manifest_specs(platform).items():
        found = [package for package in pixi_packages[platform] if package.name == name]
        assert len(found) == 1, f"{platform}: {name} {spec}"
        assert found[0].satisfies(MatchSpec(f"{name} {spec}")), f"{platform}: {name} {spec}"


@pytest.mark.parametrize("platform", PIXI["workspace"]["platforms"])
def test_every_package_of_the_pixi_lock_finds_its_dependencies_in_it(
    platform: str, pixi_packages: dict[str, list[CondaLockedBinaryPackage]]
) -> None:
    names = {package.name for package in pixi_packages[platform]}
    for package in pixi_packages[platform]:
        for dependency in package.package_record.depends:
            name = dependency.split()[0]
            assert name.startswith("__") or name in names, f"{package.name} needs {dependency}"


def test_pixi_brings_a_python_that_the_project_takes(
    pixi_packages: dict[str, list[CondaLockedBinaryPackage]],
) -> None:
    takes = Requirement(f"python{PROJECT['project']['requires-python']}").specifier
    for packages in pixi_packages.values():
        (python,) = (package for package in packages if package.name == "python")
        assert takes.contains(str(VersionWithSource(str(python.package_record.version))))
