"""The map (docs/architecture.md) and the recipes (CONTRIBUTING.md) name what exists."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import re
from pathlib import Path

import pytest

from tests.test_house import PACKAGE, ROOMS, ROOT

MAP = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
RECIPES = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PLACES = re.compile(r"`([\w/]+\.py)(?:: (\w+))?`")
FILES = re.compile(
    r"`((?:modelsearch|tests|docs|bench|fixtures|scripts)/[\w./-]+|[\w]+\.(?:sql|toml|md))`"
)


def places(text: str) -> list[tuple[str, str]]:
    """Return (file, name) of all places that a page names as ``room/file.py: name``."""
    return sorted({(file, name) for file, name in PLACES.findall(" ".join(text.split()))})


def found(file: str) -> Path:
    inside = PACKAGE / file
    return inside if inside.exists() else ROOT / file


@pytest.mark.parametrize("room", ROOMS)
def test_the_map_names_every_room(room: str) -> None:
    assert f"| `{room}/` |" in MAP


@pytest.mark.parametrize(("file", "name"), places(MAP) + places(RECIPES))
def test_what_the_pages_name_exists(file: str, name: str) -> None:
    assert found(file).is_file(), file
    if name:
        tree = ast.parse(found(file).read_text(encoding="utf-8"))
        defined = {
            node.name
            for node in tree.body
            if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef)
        }
        defined |= {
            target.id
            for node in tree.body
            if isinstance(node, ast.Assign | ast.AnnAssign)
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
            if isinstance(target, ast.Name)
        }
        assert name in defined, f"{file} defines no {name}"


def test_the_files_of_every_recipe_exist() -> None:
    missing = [path for path in FILES.findall(RECIPES) if not (ROOT / path.rstrip("/")).exists()]
    assert missing == []


def test_there_is_a_recipe_for_each_usual_change() -> None:
    wanted = ("a library", "a field", "an artefact kind", "a date phrase", "a question kind")
    assert [one for one in wanted if f"## Add {one}" not in RECIPES] == []


def imports_of_the_package(file: Path) -> list[tuple[str, str]]:
    """Return (module, name) of all that a file imports from the package by name."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return [
        (node.module, alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("modelsearch")
        for alias in node.names
        if node.module is not None
    ]


@pytest.mark.parametrize("folder", ["bench", "scripts"])
def test_what_is_measured_with_exists(folder: str) -> None:
    """A measurement is run by hand and seldom: what it imports must not have moved meanwhile."""
    missing = []
    for file in sorted((ROOT / folder).rglob("*.py")):
        for module, name in imports_of_the_package(file):
            try:
                there = hasattr(importlib.import_module(module), name)
                there = there or importlib.util.find_spec(f"{module}.{name}") is not None
            except ImportError:
                there = False
            if not there:
                missing.append(f"{file.relative_to(ROOT)}: {module}.{name}")
    assert missing == []
