"""The words beside and in the code: descriptions and the passages that are searched."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from modelsearch.records.artefacts import Evidence, Fact, Passage
from modelsearch.records.text import split_words
from modelsearch.static.source.nodes import walk
from modelsearch.static.source.program import Module, Program

_MAX_PASSAGE = 4_000
_MAX_PASSAGES = 24
_WORDY = re.compile(r"[A-Za-z]{3,}.*\s.*[A-Za-z]{3,}")


def read_description(program: Program) -> Fact | None:
    """Return the first paragraph of the docstring, else of the first words of a notebook or
    file.
    """
    main = program.main
    if main.docstring:
        node = main.tree.body[0]
        text = " ".join(main.docstring.strip().split("\n\n")[0].split())
        if _WORDY.search(text[:600]):
            return Fact(text[:600], program.evidence(main, node, "docstring"))
    if main.notebook is not None:
        for cell, text in main.notebook.markdown[:4]:
            plain = " ".join(line for line in text.splitlines() if not line.startswith("#"))
            plain = " ".join(plain.split())
            if len(plain) > 20 and _WORDY.search(plain[:600]):
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
    if (
        len(text) < 20
        or not _WORDY.search(text[:600])
        or re.search(r"copyright|licen[cs]e", text, re.I)
    ):
        return None
    return Fact(text[:600], Evidence(main.path, "comment", first))


def read_passages(program: Program) -> list[Passage]:
    """Return the searched texts of a script or notebook, bounded."""
    return list(_all_passages(program))[:_MAX_PASSAGES]


def _all_passages(program: Program) -> Iterator[Passage]:
    main = program.main
    title = split_words(str(PurePosixPath(main.path).with_suffix("")))
    if main.docstring:
        yield Passage(
            "docstring", main.docstring[:_MAX_PASSAGE], title, main.path, _first_line(main)
        )
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


def _first_line(main: Module) -> int:
    """Return the line of the docstring's first words: it may begin with empty lines."""
    node = main.tree.body[0]
    value = node.value if isinstance(node, ast.Expr) else None
    raw = value.value if isinstance(value, ast.Constant) else ""
    text = raw if isinstance(raw, str) else ""
    return node.lineno + text[: len(text) - len(text.lstrip())].count("\n")


def _comments(main: Module) -> Iterator[str]:
    """Comments and the docstrings of functions and classes: words, not disabled code."""
    for line in main.source_lines:
        text = line.strip()
        if text.startswith("#") and _WORDY.search(text[:600]) and not re.search(r"[=(\[{]", text):
            yield text.lstrip("#! ")
    for node in walk(main.tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            doc = ast.get_docstring(node)
            if doc:
                yield doc


def _identifiers(main: Module) -> Iterator[str]:
    """Identifiers split into words, each with its own spelling beside them."""
    for node in walk(main.tree):
        name = (
            getattr(node, "id", None)
            or getattr(node, "attr", None)
            or getattr(node, "name", None)
            or getattr(node, "arg", None)
        )
        if isinstance(name, str) and len(name) > 2:
            parts = split_words(name).lower()
            yield name.lower()
            if parts != name.lower():
                yield parts
