"""The order of the rooms: every arrow points down, and no module imports itself in a circle.

Every import counts: those inside functions and those for types alone, too. The rooms and what
flows between them are drawn in docs/architecture.md.
"""

from __future__ import annotations

import ast
import re
import runpy
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from modelsearch.records.wordlists import word_tuple
from modelsearch.vocabulary import libraries

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "modelsearch"

#: Each room imports from itself and from the rooms before it.
ROOMS = word_tuple("""
    records vocabulary static sources store search query index answer render api cli
""")

#: Within ``static``, too: the kernel (machine) knows no library, and libraries know no reader.
#: What stands beside these folders joins them to a reading, and comes last.
STATIC_ROOMS = ("source", "machine", "libraries", "training", "network", "data")

#: Lines that a module and a test file may have. Whoever needs more has two ideas in one file.
MOST_LINES, MOST_TEST_LINES = 420, 500

BESIDE_ROOMS = {"__init__.py", "__main__.py", "py.typed"}


@cache
def modules() -> dict[str, Path]:
    """Return every module's dotted name with its file."""
    return {dotted(file): file for file in sorted(PACKAGE.rglob("*.py"))}


def dotted(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(file: Path) -> Iterator[str]:
    """Yield the dotted names of the project's modules that a file imports, wherever it does."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names if one.name in modules())
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}:{node.lineno} imports relatively"
            for one in node.names:
                inner = f"{node.module}.{one.name}"
                if (name := inner if inner in modules() else node.module or "") in modules():
                    yield name
        elif isinstance(node, ast.Call):
            yield from imported_by_name(node, file)


def imported_by_name(call: ast.Call, file: Path) -> Iterator[str]:
    """Yield the module that ``import_module`` or ``__import__`` loads by its written name."""
    written, whole = name_loaded(call, file)
    if whole and written in modules():
        yield written


def name_loaded(call: ast.Call, file: Path) -> tuple[str, bool]:
    """Return what is written of the name that a call imports, from its start, and whether that is
    all of it: ``"modelsearch.cli.showing"``; ``f"modelsearch.cli.{module}"``, known to the brace.
    """
    function = call.func
    called = function.attr if isinstance(function, ast.Attribute) else ast.unparse(function)
    if called not in ("import_module", "__import__") or not call.args:
        return "", False
    name, known = call.args[0], ""
    for part in name.values if isinstance(name, ast.JoinedStr) else [name]:
        text = part.value if isinstance(part, ast.Constant) else own_name(part, file)
        if not isinstance(text, str):
            return known, False
        known += text
    return known, True


def own_name(part: ast.expr, file: Path) -> str | None:
    """Return what ``{__name__}`` or ``{package.__name__}`` stands for in an f-string of a file."""
    inner = ast.unparse(part.value) if isinstance(part, ast.FormattedValue) else ""
    if inner == "__name__":
        return dotted(file)
    tails = [name for name in modules() if name.endswith(f".{inner.removesuffix('.__name__')}")]
    return min(tails, key=len) if inner.endswith(".__name__") and tails else None


@cache
def loaded_by_table() -> dict[str, set[str]]:
    """Return, by module, what it may load by names whose end a table holds: all that begin so.

    They count for the order of rooms. For circles they do not: which of them is loaded, and when,
    is the table's choice.
    """
    found: dict[str, set[str]] = {}
    for name, file in modules().items():
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                written, whole = name_loaded(node, file)
                if written.startswith("modelsearch.") and not whole:
                    found.setdefault(name, set()).update(
                        one for one in modules() if one.startswith(written)
                    )
    return found


@cache
def arrows() -> dict[str, set[str]]:
    return {name: set(imports(file)) - {name} for name, file in modules().items()}


def room(name: str) -> int:
    """Return a module's place in the order of rooms.

    What people import and run, the package itself and ``__main__``, stands above all rooms.
    """
    parts = name.split(".")
    return ROOMS.index(parts[1]) if len(parts) > 1 and parts[1] in ROOMS else len(ROOMS)


def static_room(name: str) -> int | None:
    """Return a module's place in the order of rooms inside ``static``; None outside of it."""
    parts = name.split(".")
    if len(parts) < 3 or parts[1] != "static":
        return None
    return STATIC_ROOMS.index(parts[2]) if parts[2] in STATIC_ROOMS else len(STATIC_ROOMS)


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Return the strongly connected parts of more than one node (Tarjan 1972)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(node: str) -> None:
        order[node] = low[node] = len(order)
        stack.append(node)
        for target in sorted(graph[node]):
            if target not in order:
                visit(target)
                low[node] = min(low[node], low[target])
            elif target in stack:
                low[node] = min(low[node], order[target])
        if low[node] == order[node]:
            part = stack[stack.index(node) :]
            del stack[stack.index(node) :]
            if len(part) > 1:
                found.append(sorted(part))

    for node in sorted(graph):
        if node not in order:
            visit(node)
    return found


def test_the_top_of_the_package_holds_the_rooms_and_nothing_else() -> None:
    names = {entry.name for entry in PACKAGE.iterdir()} - {"__pycache__", "schema.sql"}
    assert names - BESIDE_ROOMS == set(ROOMS)
    assert len(ROOMS) <= 12


def test_every_arrow_points_to_a_room_before() -> None:
    upward = [
        f"{name} -> {target}"
        for name, targets in arrows().items()
        for target in sorted(targets | loaded_by_table().get(name, set()))
        if room(target) > room(name)
    ]
    assert upward == []


def test_within_static_every_arrow_points_to_a_room_before() -> None:
    upward = [
        f"{name} -> {target}"
        for name, targets in arrows().items()
        for target in sorted(targets | loaded_by_table().get(name, set()))
        if (here := static_room(name)) is not None
        and (there := static_room(target)) is not None
        and there > here
    ]
    assert upward == []


def test_no_module_imports_itself_in_a_circle() -> None:
    assert circles(arrows()) == []


@pytest.mark.parametrize(
    ("folder", "most"), [(PACKAGE, MOST_LINES), (ROOT / "tests", MOST_TEST_LINES)]
)
def test_no_file_is_too_long_to_have_one_idea(folder: Path, most: int) -> None:
    lines = {file: file.read_bytes().count(b"\n") for file in sorted(folder.rglob("*.py"))}
    assert [f"{file}: {count}" for file, count in lines.items() if count > most] == []


@pytest.mark.parametrize("name", ROOMS)
def test_every_room_says_what_it_holds(name: str) -> None:
    tree = ast.parse((PACKAGE / name / "__init__.py").read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)


def test_drawing_an_answer_never_touches_the_database() -> None:
    readers = {"apsw", "sqlite3", "modelsearch.store.database", "modelsearch.store.store"}
    for file in sorted((PACKAGE / "render").glob("*.py")):
        text = file.read_text(encoding="utf-8")
        assert not any(f"import {name}" in text or f"from {name} " in text for name in readers)
        assert not re.search(r"\b(connection|load_(rows|detail|details|images))\b", text), file


#: Folders of ``static`` that serve every library.
READING_ROOMS = ("machine", "training", "network", "data")

#: Readers that name a library in a dotted name, each with its reason. The list may only grow
#: shorter: what one library needs belongs in its file in ``static/libraries``, names that have the
#: same role in several belong in ``vocabulary/roles.json``.
NAMING_LIBRARIES: dict[str, set[str]] = {
    # The formulas of ``count_parameters`` are those of PyTorch's layers and their defaults.
    "network/weights.py": {"torch"},
}


def libraries_named(file: Path) -> set[str]:
    """Return the packages that string constants of a module name as beginnings of dotted names."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            match = re.match(r"\^?(\w+)\\?\.\w*", node.value)
            if match and " " not in node.value and libraries.find(match[1]) is not None:
                found.add(match[1])
    return found


def test_readers_of_every_library_name_none() -> None:
    """The interpreter names no library at all, the readers beside it none but those listed."""
    named = {
        f"{room}/{file.name}": found
        for room in READING_ROOMS
        for file in sorted((PACKAGE / "static" / room).glob("*.py"))
        if (found := libraries_named(file))
    }
    assert named == NAMING_LIBRARIES


#: Modules of ``static/libraries`` that are about no single library.
ABOUT_NO_LIBRARY = {"library", "data_loading", "layer_kinds", "rates", "ready_made"}


def test_readers_of_every_library_import_none() -> None:
    start = "modelsearch.static.libraries."
    imported = {
        f"{name} -> {target}"
        for name, targets in arrows().items()
        for target in targets
        if name.startswith(tuple(f"modelsearch.static.{room}." for room in READING_ROOMS))
        if target.startswith(start) and target.removeprefix(start) not in ABOUT_NO_LIBRARY
    }
    assert imported == set()


def test_modules_that_are_loaded_by_name_are_seen() -> None:
    file = PACKAGE / "static" / "libraries" / "known.py"

    def loaded(code: str) -> tuple[str, bool]:
        call = ast.parse(code, mode="eval").body
        assert isinstance(call, ast.Call)
        return name_loaded(call, file)

    assert loaded('import_module("modelsearch.cli.app")') == ("modelsearch.cli.app", True)
    assert loaded('importlib.import_module(f"modelsearch.cli.{x}")') == ("modelsearch.cli.", False)
    assert loaded('__import__(f"{__name__}.x")') == ("modelsearch.static.libraries.known.x", True)
    assert loaded("import_module(name)") == ("", False)
    assert {"modelsearch.static.libraries.known", "modelsearch.cli.commands"} <= set(
        loaded_by_table()
    )


def test_the_spellings_of_the_vocabulary_are_those_of_its_files() -> None:
    script = runpy.run_path(str(ROOT / "scripts" / "prepare_vocabulary.py"))
    prepared = (PACKAGE / "vocabulary" / "spellings.txt").read_text(encoding="utf-8")
    assert script["text"]() == prepared, "run: python scripts/prepare_vocabulary.py"
