"""Scripts of a project as parsed files: what their names stand for, who calls what, and which
modules they import. For reading the names of pictures (:mod:`modelsearch.sources.pictures.saving`).
"""

from __future__ import annotations

import ast
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any, TypeVar

from modelsearch.records.errors import ReadingError
from modelsearch.sources.pictures.templates import IMAGE_SUFFIX
from modelsearch.static.source.nodes import children, plain_name, walk
from modelsearch.static.source.notebook import read_notebook
from modelsearch.static.source.syntax import parsed

_Answer = TypeVar("_Answer")
_MAX_SOURCE = 500_000
_MAX_MODULES = 24
_MOST_SOUGHT = 1_000  #: places where a script's modules may stand
_MOST_KEPT = 64  #: files that are kept for the next script
_LONGEST_SUFFIX = 6  #: letters of a picture's suffix with its dot, and a line's end
#: Calls that add a suffix of their own where the name has none.
SAVERS = frozenset({"savefig"})


class Module:
    """One parsed file with what its names stand for, what it calls and imports, and who stands
    around a node. Names that several places give values have all of them.
    """

    def __init__(self, tree: ast.Module, folder: PurePosixPath) -> None:
        self.tree = tree
        self.values: dict[str, list[ast.expr]] = defaultdict(list)
        self.calls: dict[str, list[ast.Call]] = defaultdict(list)
        self.imported: dict[str, None] = {}
        #: Whether a text of the file ends as the name of a picture does, or a call needs none.
        self.may_write = False
        self._folder = folder
        self._parents: dict[ast.AST, ast.AST] = {}
        self._answers: dict[str, Any] = {}
        for node in walk(tree):
            note = _NOTED.get(type(node))
            if note is not None:
                note(self, node)

    def assign(self, node: Any) -> None:
        """Keep what an assignment gives to names."""
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            name = plain_name(target)
            if name and node.value is not None:
                self.values[name].append(node.value)

    def define(self, node: Any) -> None:
        """Keep the defaults of a function's arguments."""
        arguments = [*node.args.posonlyargs, *node.args.args]
        defaults = node.args.defaults
        for argument, default in zip(arguments[-len(defaults) :], defaults, strict=False):
            self.values[argument.arg].append(default)

    def call(self, node: Any) -> None:
        """Keep a call by its name, and the default of the option that it declares."""
        name = plain_name(node.func)
        self.calls[name].append(node)
        self.may_write = self.may_write or name in SAVERS
        if name not in ("add_argument", "option"):
            return
        default = next((word.value for word in node.keywords if word.arg == "default"), None)
        for flag in node.args:
            if default is not None and isinstance(flag, ast.Constant):
                self.values[str(flag.value).lstrip("-").replace("-", "_")].append(default)

    def take(self, node: Any) -> None:
        """Keep where imported modules would stand beside this one."""
        if isinstance(node, ast.Import):
            dotted = [alias.name for alias in node.names]
        else:
            dotted = [node.module] if node.module else []
            dotted += [f"{node.module}.{one.name}" if node.module else one.name
                       for one in node.names if one.name != "*"]  # fmt: skip
        for name in dotted:
            place = self._folder.joinpath(*name.split("."))
            self.imported[f"{place}.py"] = None
            self.imported[f"{place}/__init__.py"] = None

    def text(self, node: Any) -> None:
        """Notice a text that ends as the name of a picture."""
        if not self.may_write and isinstance(node.value, str):
            self.may_write = IMAGE_SUFFIX.search(node.value[-_LONGEST_SUFFIX:]) is not None

    def once(self, question: str, answer: Callable[[ast.Module], _Answer]) -> _Answer:
        """Return what is asked of the tree, found once."""
        if question not in self._answers:
            self._answers[question] = answer(self.tree)
        found: _Answer = self._answers[question]
        return found

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield what encloses a node, from the inside out."""
        if not self._parents:
            self._parents = {below: each for each in walk(self.tree) for below in children(each)}
        current = self._parents.get(node)
        while current is not None:
            yield current
            current = self._parents.get(current)


_NOTED: dict[type[ast.AST], Callable[[Module, Any], None]] = {
    ast.Assign: Module.assign, ast.AnnAssign: Module.assign, ast.FunctionDef: Module.define,
    ast.AsyncFunctionDef: Module.define, ast.Call: Module.call, ast.Import: Module.take,
    ast.ImportFrom: Module.take, ast.Constant: Module.text,
}  # fmt: skip


class Modules:
    """The files of one root, each gone through once while it is used again and again.

    ``parsed`` gives the parsed file at a path relative to the root, None where there is none.
    """

    def __init__(self, parsed: Callable[[str], ast.Module | None]) -> None:
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
            tree = self._parsed(path)
            if tree is None:
                return None
            module = Module(tree, PurePosixPath(path).parent)
        self._kept[path] = module
        if len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        return module


def parsed_text(text: str, *, notebook: bool = False) -> ast.Module | None:
    """Return a script's or a notebook's text as parsed; None where there is none, or no Python."""
    if not text:
        return None
    try:
        source = read_notebook(text).code if notebook else text
        return parsed(source[:_MAX_SOURCE])
    except (ReadingError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None
