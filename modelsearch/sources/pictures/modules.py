"""Scripts of a project as parsed files: what their names stand for, who calls what, and which
modules they import. For reading the names of pictures (:mod:`modelsearch.sources.pictures.saving`).
"""

from __future__ import annotations

import ast
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from modelsearch.records.errors import ReadingError
from modelsearch.sources.pictures.templates import IMAGE_SUFFIXES
from modelsearch.static.source.nodes import children, imports, plain_name, walk
from modelsearch.static.source.notebook import read_notebook
from modelsearch.static.source.syntax import parsed

_Answer = TypeVar("_Answer")
_MAX_SOURCE = 500_000
_MAX_MODULES = 24
_MOST_SOUGHT = 1_000  #: places where a script's modules may stand
_MOST_KEPT = 64  #: files that are kept for the next script
#: Calls that add a suffix of their own where the name has none.
SAVERS = frozenset({"savefig"})


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file's tree and its text."""

    tree: ast.Module
    text: str


class Module:
    """One parsed file with what its names stand for, what it calls and imports, and who stands
    around a node. Names that several places give values have all of them. All of it is found when
    it is first asked for: most files write no picture, and of them only imports are asked.
    """

    def __init__(self, parsed: Parsed, folder: str) -> None:
        self.tree = parsed.tree
        #: Whether the file may name pictures; its text is searched, which takes a hundredth of
        #: the time that going through its nodes does.
        self.may_write = _may_write(parsed.text)
        self._folder = folder
        self._answers: dict[str, Any] = {}

    @cached_property
    def values(self) -> dict[str, list[ast.expr]]:
        """What names stand for."""
        return self._indexed[0]

    @cached_property
    def calls(self) -> dict[str, list[ast.Call]]:
        """The calls, by what is called."""
        return self._indexed[1]

    @cached_property
    def _indexed(self) -> tuple[dict[str, list[ast.expr]], dict[str, list[ast.Call]]]:
        values: dict[str, list[ast.expr]] = defaultdict(list)
        calls: dict[str, list[ast.Call]] = defaultdict(list)
        for node in walk(self.tree):
            if isinstance(node, ast.Call):
                calls[plain_name(node.func)].append(node)
            given = _GIVEN.get(type(node))
            for name, value in given(node) if given is not None else ():
                values[name].append(value)
        return values, calls

    @cached_property
    def imported(self) -> dict[str, None]:
        """Where imported modules would stand beside this one."""
        found: dict[str, None] = {}
        beside = f"{self._folder}/" if self._folder else ""
        for node in imports(self.tree):
            for name in _dotted(node):
                place = beside + name.replace(".", "/")
                found[f"{place}.py"] = None
                found[f"{place}/__init__.py"] = None
        return found

    def once(self, question: str, answer: Callable[[ast.Module], _Answer]) -> _Answer:
        """Return what is asked of the tree, found once."""
        if question not in self._answers:
            self._answers[question] = answer(self.tree)
        found: _Answer = self._answers[question]
        return found

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield what encloses a node, from the inside out."""
        current = self._parents.get(node)
        while current is not None:
            yield current
            current = self._parents.get(current)

    @cached_property
    def _parents(self) -> dict[ast.AST, ast.AST]:
        return {below: each for each in walk(self.tree) for below in children(each)}


def _may_write(text: str) -> bool:
    lower = text.lower()
    return any(word in lower for word in (*SAVERS, *IMAGE_SUFFIXES))


def _assigned(node: Any) -> Iterator[tuple[str, ast.expr]]:
    """What an assignment gives to names."""
    for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
        name = plain_name(target)
        if name and node.value is not None:
            yield name, node.value


def _defined(node: Any) -> Iterator[tuple[str, ast.expr]]:
    """The defaults of a function's arguments."""
    arguments = [*node.args.posonlyargs, *node.args.args]
    defaults = node.args.defaults
    for argument, default in zip(arguments[-len(defaults) :], defaults, strict=False):
        yield argument.arg, default


def _declared(node: Any) -> Iterator[tuple[str, ast.expr]]:
    """The default of the option that a call declares."""
    if plain_name(node.func) not in ("add_argument", "option"):
        return
    default = next((word.value for word in node.keywords if word.arg == "default"), None)
    for flag in node.args:
        if default is not None and isinstance(flag, ast.Constant):
            yield str(flag.value).lstrip("-").replace("-", "_"), default


def _dotted(node: ast.AST) -> list[str]:
    """The dotted names of an import statement, none for other statements."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    base = f"{node.module}." if node.module else ""
    own = [node.module] if node.module else []
    return own + [f"{base}{one.name}" for one in node.names if one.name != "*"]


_GIVEN: dict[type[ast.AST], Callable[[Any], Iterator[tuple[str, ast.expr]]]] = {
    ast.Assign: _assigned, ast.AnnAssign: _assigned, ast.FunctionDef: _defined,
    ast.AsyncFunctionDef: _defined, ast.Call: _declared,
}  # fmt: skip


class Modules:
    """The files of one root, each gone through once while it is used again and again.

    ``parsed`` gives the parsed file at a path relative to the root, None where there is none.
    """

    def __init__(self, parsed: Callable[[str], Parsed | None]) -> None:
        self._parsed = parsed
        self._kept: OrderedDict[str, Module] = OrderedDict()

    def of(self, path: str) -> Sequence[Module]:
        """Return a script and the project's modules that it imports, itself first."""
        waiting, seen, modules = deque([path]), {path}, list[Module]()
        while waiting and len(modules) < _MAX_MODULES and len(seen) < _MOST_SOUGHT:
            module = self._module(waiting.popleft())
            if module is None:
                continue
            modules.append(module)
            new = [one for one in module.imported if one not in seen]
            seen.update(new)
            waiting.extend(new)
        return modules

    def _module(self, path: str) -> Module | None:
        module = self._kept.pop(path, None)
        if module is None:
            parsed = self._parsed(path)
            if parsed is None:
                return None
            module = Module(parsed, path.rpartition("/")[0])
        self._kept[path] = module
        if len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        return module


def parsed_text(text: str, *, notebook: bool = False) -> Parsed | None:
    """Return a script's or a notebook's text as parsed; None where there is none, or no Python."""
    if not text:
        return None
    try:
        source = read_notebook(text).code if notebook else text
        return Parsed(parsed(source[:_MAX_SOURCE]), source)
    except (ReadingError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None
