"""The text of a script that is searched: docstring, comments, markdown, identifiers as words."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator

from modelsearch.records import Evidence, Fact, Passage
from modelsearch.static.program import Module

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_SKIP = re.compile(
    r"copyright|licen[sc]e|-\*-|^#!|noqa|pylint|type: ignore|all rights reserved", re.I
)
_CODE = re.compile(
    r"^\s*[\w.\[\]]+\s*(=|\(|\.)|^\s*(import|from|for|if|return|print|def|with)\b.*[(:=]"
)
_CHUNK = 1200
_MAX_TEXT = 8000
_MAX_WORDS = 600


def split_identifier(name: str) -> list[str]:
    """Split ``trainEpochs_v2`` into ``train``, ``epochs``, ``v``, ``2``."""
    return [part.lower() for part in _WORD.findall(name)]


def comments(module: Module) -> list[tuple[int, str]]:
    """The comment blocks of a module with the line where each starts; code that is commented
    out and licences are left out.
    """
    blocks: list[tuple[int, str]] = []
    last = -2
    for line, text in _comment_lines(module):
        if _SKIP.search(text) or _CODE.match(text.lstrip("# ")):
            continue
        plain = text.lstrip("#!: ").strip("-=*#~ \t")
        if len(plain) < 3:
            continue
        if blocks and line == last + 1 and len(blocks[-1][1]) < _CHUNK:
            blocks[-1] = (blocks[-1][0], f"{blocks[-1][1]} {plain}")
        else:
            blocks.append((line, plain))
        last = line
    return blocks


def _comment_lines(module: Module) -> Iterator[tuple[int, str]]:
    source = "\n".join(module.source_lines)
    if "#" not in source:
        return
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string
    except (tokenize.TokenError, SyntaxError, IndentationError):
        return


def identifiers(module: Module) -> str:
    """The names that a module uses, split into words, each word once."""
    words: dict[str, None] = {}
    for node in ast.walk(module.tree):
        name = _name(node)
        if name and len(words) < _MAX_WORDS:
            words.update(dict.fromkeys(part for part in split_identifier(name) if len(part) > 1))
    return " ".join(words)


def _name(node: ast.AST) -> str | None:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
        return node.name
    if isinstance(node, ast.arg | ast.keyword):
        return node.arg
    return None


def read_passages(module: Module) -> list[Passage]:
    """All passages of a script or notebook."""
    found: list[Passage] = []
    path = module.path
    doc = module.docstring
    if doc:
        found.append(Passage("docstring", doc.strip()[:_MAX_TEXT], path=path, line=1))
    found.extend(_inner_docstrings(module))
    if module.notebook is not None:
        for cell, text in module.notebook.markdown:
            plain = _plain_markdown(text)
            if plain:
                found.append(Passage("markdown", plain[:_MAX_TEXT], f"cell {cell}", path))
    found.extend(_chunks(comments(module), path))
    words = identifiers(module)
    if words:
        found.append(Passage("code", words, path=path, embed=False))
    return found


def _inner_docstrings(module: Module) -> list[Passage]:
    """Docstrings of top-level classes and functions, together."""
    parts = []
    for info in [*module.classes.values(), *module.functions.values()]:
        text = None if isinstance(info.node, ast.Lambda) else ast.get_docstring(info.node)
        if text:
            parts.append(f"{info.name}: {text.strip()[:400]}")
    joined = "\n".join(parts)[:_MAX_TEXT]
    return [Passage("docstring", joined, "classes and functions", module.path)] if parts else []


def _chunks(blocks: list[tuple[int, str]], path: str) -> list[Passage]:
    """Join comment blocks to passages of about a thousand characters."""
    found: list[Passage] = []
    start, text = 0, ""
    for line, block in blocks:
        if text and len(text) + len(block) > _CHUNK:
            found.append(Passage("comment", text, path=path, line=start, embed=len(found) < 2))
            text = ""
        if not text:
            start = line
        text = f"{text}\n{block}".strip()
        if len(found) >= 8:
            break
    if text:
        found.append(Passage("comment", text, path=path, line=start, embed=len(found) < 2))
    return found


def _plain_markdown(text: str) -> str:
    """Markdown without images, links' addresses and embedded HTML."""
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)", "", text)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return re.sub(r"<[^>]{0,500}>", "", text).strip()


def read_description(module: Module) -> Fact | None:
    """What the script says about itself: docstring, first markdown or leading comment."""
    doc = module.docstring
    if doc:
        text = _first_paragraph(doc)
        if text:
            return Fact(text, Evidence(module.path, "docstring", 1))
    if module.notebook is not None:
        for cell, raw in module.notebook.markdown[:3]:
            text = _first_paragraph(_plain_markdown(raw).lstrip("# "))
            if text:
                return Fact(text, Evidence(module.path, "comment", None, f"cell {cell}"))
        return None
    first = module.tree.body[0].lineno if module.tree.body else 0
    for line, block in comments(module)[:1]:
        if line < first and len(block) > 12:
            return Fact(block[:400], Evidence(module.path, "comment", line))
    return None


def _first_paragraph(text: str) -> str:
    for part in re.split(r"\n\s*\n", text.strip()):
        plain = " ".join(part.split()).strip("-=*# ")
        if len(plain) > 3 and not _SKIP.search(plain):
            return plain[:400]
    return ""
