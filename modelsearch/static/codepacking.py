"""Making the stored form of a script's statements (see :mod:`modelsearch.static.codelines`)."""

from __future__ import annotations

import ast
import copy
import zlib
from collections.abc import Callable, Iterator, Sequence

from modelsearch.records.artefacts import PackedCode
from modelsearch.static.codelines import MOST_TEXT

_INDENT = "    "


def packed_code(tree: ast.Module, place: Callable[[int], str] = str) -> PackedCode | None:
    """Return the statements of a parsed file, compressed; None where they are too many or deep.

    ``place`` names a line, by default by its number.
    """
    try:
        lines = [
            f"{place(number)}\t{_INDENT * depth}{text}" for number, depth, text in _walk(tree.body)
        ]
    except RecursionError:
        return None
    text = "\n".join(lines)
    if len(text) > MOST_TEXT:
        return None
    data = text.encode("utf-8", "replace")
    return PackedCode(len(data), zlib.compress(data, 9))


_Line = tuple[int, int, str]


def _walk(body: Sequence[ast.stmt], depth: int = 0) -> Iterator[_Line]:
    for node in body:
        if _says_nothing(node):
            continue
        if hasattr(node, "body") or isinstance(node, ast.Match):
            yield from _compound(node, depth)
        else:
            yield node.lineno, depth, _one_line(node)


def _says_nothing(node: ast.stmt) -> bool:
    """Return whether a statement is a docstring or another text that stands for itself."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _compound(node: ast.stmt, depth: int, word: str = "") -> Iterator[_Line]:
    """Yield the head of a statement that holds others, then these, then its further branches."""
    if isinstance(node, ast.Match):
        yield node.lineno, depth, f"match {_one_line(node.subject)}:"
        for case in node.cases:
            guard = f" if {_one_line(case.guard)}" if case.guard else ""
            yield case.pattern.lineno, depth + 1, f"case {_one_line(case.pattern)}{guard}:"
            yield from _walk(case.body, depth + 2)
        return
    yield from _head(node, depth, word)
    inside: list[ast.stmt] = getattr(node, "body", [])
    yield from _walk(inside, depth + 1)
    handlers: list[ast.ExceptHandler] = getattr(node, "handlers", [])
    for handler in handlers:
        yield from _head(handler, depth)
        yield from _walk(handler.body, depth + 1)
    yield from _branches(node, depth)


def _branches(node: ast.stmt, depth: int) -> Iterator[_Line]:
    otherwise: list[ast.stmt] = getattr(node, "orelse", [])
    if isinstance(node, ast.If) and len(otherwise) == 1 and isinstance(otherwise[0], ast.If):
        yield from _compound(otherwise[0], depth, "el")
    elif otherwise:
        yield otherwise[0].lineno, depth, "else:"
        yield from _walk(otherwise, depth + 1)
    finally_: list[ast.stmt] = getattr(node, "finalbody", [])
    if finally_:
        yield finally_[0].lineno, depth, "finally:"
        yield from _walk(finally_, depth + 1)


def _head(node: ast.stmt | ast.ExceptHandler, depth: int, word: str = "") -> Iterator[_Line]:
    bare = copy.copy(node)
    bare.body = [ast.Pass()]  # type: ignore[union-attr]
    for name in ("orelse", "finalbody", "handlers"):
        if hasattr(bare, name):
            setattr(bare, name, [])
    lines = ast.unparse(bare).split("\n")[:-1]
    decorators = getattr(node, "decorator_list", [])
    first = min((one.lineno for one in decorators), default=node.lineno)
    for index, line in enumerate(line for line in lines if line):
        place = decorators[index].lineno if index < len(decorators) else node.lineno
        yield max(first, place), depth, word + line


def _one_line(node: ast.AST) -> str:
    r"""Return one line: a text that unparsing breaks keeps its line ends as ``\n``."""
    return ast.unparse(node).replace("\r", "\\r").replace("\n", "\\n")
