"""The code that writes pictures: a script and the modules of the project that it imports, parsed.

Bounded in size and number of modules. What cannot be parsed is left out.
"""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

from modelsearch.static.source.nodes import children, walk

_MAX_SOURCE = 500_000
_MAX_MODULES = 24
_MAGIC = re.compile(r"^\s*[%!?].*$", re.MULTILINE)


class CodeModule:
    """One parsed file with what its names stand for and who stands around a node."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.values: dict[str, list[ast.expr]] = defaultdict(list)
        self.calls: dict[str, list[ast.Call]] = defaultdict(list)
        self.parents: dict[ast.AST, ast.AST] = {}
        for node in walk(tree):
            for child in children(node):
                self.parents[child] = node
            self._note(node)

    def _note(self, node: ast.AST) -> None:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self._value(target, node.value)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            self._value(node.target, node.value)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            arguments = [*node.args.posonlyargs, *node.args.args]
            defaults = node.args.defaults
            for argument, default in zip(arguments[-len(defaults) :], defaults, strict=False):
                self.values[argument.arg].append(default)
        elif isinstance(node, ast.Call):
            name = last_name(node.func)
            self.calls[name].append(node)
            if name in ("add_argument", "option"):
                self._option(node)

    def _value(self, target: ast.expr, value: ast.expr) -> None:
        name = last_name(target)
        if name:
            self.values[name].append(value)

    def _option(self, call: ast.Call) -> None:
        default = next((word.value for word in call.keywords if word.arg == "default"), None)
        for flag in call.args:
            if default is not None and isinstance(flag, ast.Constant):
                self.values[str(flag.value).lstrip("-").replace("-", "_")].append(default)

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield what encloses a node, from the inside out."""
        current = self.parents.get(node)
        while current is not None:
            yield current
            current = self.parents.get(current)


def code_modules(path: str, text_of: Callable[[str], str]) -> list[CodeModule]:
    """Parse a script and the project's modules that it imports, itself first."""
    waiting, seen, modules = [path], {path}, list[CodeModule]()
    while waiting and len(modules) < _MAX_MODULES:
        current = waiting.pop(0)
        tree = _parse(text_of(current), notebook=current.endswith(".ipynb"))
        if tree is None:
            continue
        modules.append(CodeModule(tree))
        for imported in _imported(tree, PurePosixPath(current).parent):
            if imported not in seen:
                seen.add(imported)
                waiting.append(imported)
    return modules


def _parse(text: str, *, notebook: bool) -> ast.Module | None:
    try:
        source = _MAGIC.sub("pass", _notebook_code(text)) if notebook else text
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source[:_MAX_SOURCE])
    except (SyntaxError, ValueError, RecursionError, MemoryError, KeyError, TypeError):
        return None


def _notebook_code(text: str) -> str:
    cells = json.loads(text)["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def _imported(tree: ast.Module, folder: PurePosixPath) -> Iterator[str]:
    """Yield where imported modules would stand beside the importing one."""
    for node in walk(tree):
        dotted: list[str] = []
        if isinstance(node, ast.Import):
            dotted = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            dotted = [node.module] if node.module else []
            dotted += [f"{node.module}.{one.name}" if node.module else one.name
                       for one in node.names if one.name != "*"]  # fmt: skip
        for name in dotted:
            place = folder.joinpath(*name.split("."))
            yield f"{place}.py"
            yield f"{place}/__init__.py"


def last_name(node: ast.expr) -> str:
    """Return the last part of a dotted name: ``plt.savefig`` → ``savefig``."""
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""
