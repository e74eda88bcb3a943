"""One script or notebook as a whole: everything that static reading says about it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from modelsearch.codelines import packed_code
from modelsearch.errors import ReadingError
from modelsearch.profile import split_words
from modelsearch.records import Evidence, Fact, NamedFact, Passage, ScriptReading
from modelsearch.static.architecture import read_architecture
from modelsearch.static.datasets import read_datasets
from modelsearch.static.devices import read_devices
from modelsearch.static.evaluator import Evaluator
from modelsearch.static.frameworks import read_frameworks, version_from_files
from modelsearch.static.outputs import read_outputs
from modelsearch.static.program import Module, Program
from modelsearch.static.settings_stated import stated_settings
from modelsearch.static.stages import StageInfo, read_stages

_MAX_PASSAGE = 4_000
_MAX_PASSAGES = 24
_TEST_NAME = re.compile(r"(^|[/_])(test|tests|conftest|setup)(_|\.py$|/)|_test\.py$|^docs/")
_SKIPPED_NAMES = frozenset({"__init__.py", "setup.py", "conftest.py"})
_WORDY = re.compile(r"[A-Za-z]{3,}.*\s.*[A-Za-z]{3,}")


def read_script(root: Path, path: str) -> ScriptReading:
    """Read ``root / path`` (``.py`` or ``.ipynb``) and the project modules that it imports.

    Raises ReadingError when the file is unreadable, too large or not Python.
    """
    try:
        return _read(root, path)
    except ReadingError:
        raise
    except (RecursionError, MemoryError):
        raise
    except Exception as error:  # one odd file must not end a run; its name says what happened
        raise ReadingError(f"could not be read ({type(error).__name__}: {error})"[:160]) from error


def _read(root: Path, path: str) -> ScriptReading:
    program = Program.load(root, path)
    name = PurePosixPath(path).name
    if name in _SKIPPED_NAMES or not program.main.tree.body:
        return ScriptReading(False, "empty" if not program.main.tree.body else "package plumbing")
    evaluator = Evaluator(program)
    framework, frameworks = read_frameworks(program)
    if framework is None and not frameworks:
        return ScriptReading(False, "no machine-learning library", lines_of_code=_lines(program))
    stages = read_stages(evaluator)
    is_model, reason = _classify(program, evaluator, stages)
    reading = ScriptReading(
        is_model,
        reason,
        framework=framework,
        frameworks=frameworks,
        imported=_imported(program, evaluator),
        lines_of_code=_lines(program),
    )
    if is_model:
        _fill(reading, program, evaluator, stages)
    return reading


def _fill(
    reading: ScriptReading, program: Program, evaluator: Evaluator, stages: list[StageInfo]
) -> None:
    architecture = read_architecture(program, evaluator, stages)
    reading.stages = [stage.record for stage in stages]
    reading.architecture = architecture.architecture
    reading.families = architecture.families
    reading.layer_facts = architecture.layer_facts
    reading.parameters = architecture.parameters
    reading.techniques = architecture.techniques
    reading.task = architecture.task
    reading.datasets = read_datasets(program, evaluator)
    reading.hardware = read_devices(program, evaluator)
    if reading.framework is not None:
        reading.framework_version = version_from_files(
            str(reading.framework.value), program.folder, program.root
        )
    reading.hyperparameters = stated_settings(program, evaluator)
    reading.metrics = read_outputs(program.main)
    reading.classes = [
        NamedFact("class", Fact(info.name, program.evidence(module, info.node)))
        for module in program.modules.values()
        for info in module.classes.values()
    ]
    reading.description = _description(program)
    reading.passages = list(_passages(program))[:_MAX_PASSAGES]
    notebook = program.main.notebook
    reading.code = packed_code(program.main.tree, notebook.key if notebook else str)


# ---- is it a model? ------------------------------------------------------------------------------


def _classify(program: Program, evaluator: Evaluator, stages: list[StageInfo]) -> tuple[bool, str]:
    """Say whether the file trains or defines a model, and why (not)."""
    path = program.main.path
    if _TEST_NAME.search(path):
        return False, "a test"
    if stages and _runs(program, evaluator):
        return True, "trains a model"
    imported = _imported_by_sibling(program)
    if stages and not imported:
        return True, "defines a training loop"
    if imported:
        return False, "a helper module that another script imports"
    if _defines_network(program) and not _only_loads(program):
        return True, "defines a model"
    return False, "trains and defines no model"


def _runs(program: Program, evaluator: Evaluator) -> bool:
    """Whether the script itself starts something: a main block, or calls at the top level."""
    main = program.main
    if main.main_block or main.notebook is not None:
        return True
    return any(isinstance(node, ast.For | ast.While | ast.With) for node in main.tree.body) or any(
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) for node in main.tree.body
    )


def _imported_by_sibling(program: Program) -> bool:
    """Whether a script nearby imports this file (a text search, bounded)."""
    main = program.root / program.main.path
    stem, folder = main.stem, main.parent.name
    pattern = re.compile(
        rf"^\s*(from|import)\s+[\w.]*\b({re.escape(stem)}|{re.escape(folder)})\b|"
        rf"^\s*from\s+[.\w]*\s+import\s+.*\b{re.escape(stem)}\b",
        re.MULTILINE,
    )
    nearby = [*main.parent.glob("*.py"), *main.parent.parent.glob("*.py")]
    for other in nearby[:200]:
        if other == main or other.name == "__init__.py":
            continue
        try:
            if pattern.search(other.read_text(encoding="utf-8", errors="replace")[:200_000]):
                return True
        except OSError:
            continue
    package = main.parent / "__init__.py"
    try:
        return bool(pattern.search(package.read_text(encoding="utf-8", errors="replace")))
    except OSError:
        return False


_BASES = frozenset({"Module", "LightningModule", "Model", "Layer", "Block", "HybridBlock"})


def _defines_network(program: Program) -> bool:
    """Whether a class of the script derives from a library's module class."""
    for info in program.main.classes.values():
        for base in info.node.bases:
            name = program.main.qualified(base) or ""
            if name.rpartition(".")[2] in _BASES and ":" not in name:
                return True
    return False


def _only_loads(program: Program) -> bool:
    """Whether the script loads weights and never updates any: inference."""
    text = "\n".join(program.main.source_lines)
    return "load_state_dict" in text or "load_weights" in text or "load_model(" in text


# ---- text beside the code ------------------------------------------------------------------------


def _lines(program: Program) -> int:
    """Lines that are neither blank nor comments."""
    lines = (line.strip() for line in program.main.source_lines)
    return sum(1 for line in lines if line and not line.startswith("#"))


def _imported(program: Program, evaluator: Evaluator) -> list[str]:
    used = [*program.modules, *evaluator.used_files]
    return [path for path in dict.fromkeys(used) if path != program.main.path]


def _description(program: Program) -> Fact | None:
    """The first paragraph of the docstring, else of the first words of a notebook or file."""
    main = program.main
    if main.docstring:
        node = main.tree.body[0]
        text = " ".join(main.docstring.strip().split("\n\n")[0].split())
        if _WORDY.search(text):
            return Fact(text[:600], program.evidence(main, node, "docstring"))
    if main.notebook is not None:
        for cell, text in main.notebook.markdown[:4]:
            plain = " ".join(line for line in text.splitlines() if not line.startswith("#"))
            plain = " ".join(plain.split())
            if len(plain) > 20 and _WORDY.search(plain):
                return Fact(plain[:600], Evidence(main.path, "docstring", None, f"cell {cell}"))
        return None
    return _leading_comment(main)


def _leading_comment(main: Module) -> Fact | None:
    comments = []
    first = 0
    for number, line in enumerate(main.source_lines[:40], 1):
        text = line.strip()
        if text.startswith("#") and not text.startswith(("#!", "# -*-")):
            first = first or number
            comments.append(text.lstrip("# "))
        elif text and not text.startswith("#"):
            break
    text = " ".join(" ".join(comments).split())
    if len(text) < 20 or not _WORDY.search(text) or re.search(r"copyright|licen[cs]e", text, re.I):
        return None
    return Fact(text[:600], Evidence(main.path, "comment", first))


def _passages(program: Program) -> Iterator[Passage]:
    main = program.main
    title = split_words(str(PurePosixPath(main.path).with_suffix("")))
    if main.docstring:
        yield Passage("docstring", main.docstring[:_MAX_PASSAGE], title, main.path, 1)
    if main.notebook is not None:
        text = "\n\n".join(text for _, text in main.notebook.markdown)
        for start in range(0, min(len(text), 5 * _MAX_PASSAGE), _MAX_PASSAGE):
            yield Passage("markdown", text[start : start + _MAX_PASSAGE], title, main.path, None)
    comments = "\n".join(_comments(main))
    if comments:
        yield Passage("comment", comments[:_MAX_PASSAGE], "", main.path, None, embed=False)
    words = " ".join(dict.fromkeys(_identifiers(main)))
    if words:
        yield Passage("code", words[: 2 * _MAX_PASSAGE], "", main.path, None, embed=False)


def _comments(main: Module) -> Iterator[str]:
    """Comments and the docstrings of functions and classes: words, not disabled code."""
    for line in main.source_lines:
        text = line.strip()
        if text.startswith("#") and _WORDY.search(text) and not re.search(r"[=(\[{]", text):
            yield text.lstrip("#! ")
    for node in ast.walk(main.tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            doc = ast.get_docstring(node)
            if doc:
                yield doc


def _identifiers(main: Module) -> Iterator[str]:
    """Identifiers split into words, each with its own spelling beside them."""
    for node in ast.walk(main.tree):
        name = (
            getattr(node, "id", None) or getattr(node, "attr", None)
            or getattr(node, "name", None) or getattr(node, "arg", None)
        )  # fmt: skip
        if isinstance(name, str) and len(name) > 2:
            parts = split_words(name).lower()
            yield name.lower()
            if parts != name.lower():
                yield parts
