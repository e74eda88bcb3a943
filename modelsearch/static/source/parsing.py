"""One parsed file: its functions, classes and import aliases by name. Nothing is executed."""

from __future__ import annotations

import ast
import re
import sys
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from modelsearch.records.errors import ReadingError
from modelsearch.static.source.dialects import (
    has_magic,
    is_python_2,
    newer_lines,
    plain_lines,
    unwrap_cells,
    wide_tabs,
)
from modelsearch.static.source.nodes import children, forget, keep_imports, walk
from modelsearch.static.source.notebook import Notebook
from modelsearch.static.source.syntax import parsed

_OLD_KEYWORD = re.compile(r"([(,]\s*)async\s*=(?!=)")
_PRINTS = re.compile(r"^\s*print\s+[^(=\s]")


_LONGEST_PRINT = 2_000  #: characters of a line that is looked at
_PRINT = re.compile(r"^(\s*(?:.*:\s)?)print\s+(?!\()(.*?)(,?)\s*$")


@dataclass(eq=False, slots=True)
class FunctionInfo:
    """A function or method (or lambda) and where it stands; ``owner`` is its class."""

    name: str
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    module: Module
    owner: ClassInfo | None = None

    @property
    def qualified(self) -> str:
        """``path:Class.name`` or ``path:name``."""
        owner = f"{self.owner.name}." if self.owner else ""
        return f"{self.module.path}:{owner}{self.name}"


@dataclass(eq=False, slots=True)
class ClassInfo:
    """A class definition. ``methods`` are its own, not inherited ones."""

    name: str
    node: ast.ClassDef
    module: Module
    methods: dict[str, FunctionInfo] = field(default_factory=dict)

    @property
    def qualified(self) -> str:
        """``path:Class``."""
        return f"{self.module.path}:{self.name}"


@dataclass(eq=False, slots=True, weakref_slot=True)
class Module:
    """One parsed file. ``aliases`` maps a local name to the dotted name it was imported as;
    ``stars`` are the modules imported with ``*``; functions and classes are the top-level ones
    (``all_functions`` and ``all_classes`` also hold nested ones, the last of a name winning).
    """

    path: str
    tree: ast.Module
    source_lines: list[str]
    is_main: bool = False
    notebook: Notebook | None = None
    aliases: dict[str, str] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    functions: dict[str, FunctionInfo] = field(default_factory=dict)
    classes: dict[str, ClassInfo] = field(default_factory=dict)
    all_functions: dict[str, FunctionInfo] = field(default_factory=dict)
    all_classes: dict[str, ClassInfo] = field(default_factory=dict)
    class_of: dict[ast.ClassDef, ClassInfo] = field(default_factory=dict)
    main_block: list[ast.stmt] = field(default_factory=list)

    def let_go(self) -> None:
        """Forget functions and classes: they name the module and each other, and would keep it in
        memory until garbage is sought among all objects.
        """
        for klass in self.class_of.values():
            klass.methods.clear()
        for table in (self.functions, self.classes, self.all_functions, self.all_classes):
            table.clear()
        self.class_of.clear()

    @property
    def docstring(self) -> str | None:
        """The module's docstring."""
        return ast.get_docstring(self.tree)

    def dotted(self, node: ast.AST) -> str | None:
        """Return a Name or Attribute chain as written: ``a.b.c``; None for anything else."""
        if isinstance(node, ast.Name):
            return node.id
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return None
        parts.append(node.id)
        return ".".join(reversed(parts))

    def qualified(self, node: ast.AST) -> str | None:
        """Return the dotted name of a Name or Attribute after resolving import aliases.

        A class or function of this file gives ``path:Name``; an unknown name itself.
        """
        text = self.dotted(node)
        return None if text is None else self.resolved(text)

    def resolved(self, text: str) -> str:
        """Return a dotted name as :meth:`qualified` does, from how it is written."""
        head, _, rest = text.partition(".")
        local = self.classes.get(head) or self.functions.get(head)
        if head in self.aliases:
            head = self.aliases[head]
        elif local is not None:
            head = local.qualified
        return f"{head}.{rest}" if rest else head


def _aliases(module: Module, node: ast.Import | ast.ImportFrom) -> None:
    """Enter what one import statement binds."""
    if isinstance(node, ast.Import):
        for item in node.names:
            if item.asname:
                module.aliases[item.asname] = item.name
            else:
                head = item.name.partition(".")[0]
                module.aliases[head] = head
        return
    base = "." * node.level + (node.module or "")
    for item in node.names:
        if item.name == "*":
            module.stars.append(base)
        else:
            joint = "" if base.endswith(".") or not base else "."
            module.aliases[item.asname or item.name] = f"{base}{joint}{item.name}"


def added_paths(tree: ast.Module) -> list[str]:
    """What top-level ``sys.path.append`` and ``insert`` calls add, as far as it is written out."""
    found = []
    for statement in tree.body[:200]:
        call = statement.value if isinstance(statement, ast.Expr) else None
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            continue
        if ast.unparse(call.func) not in ("sys.path.append", "sys.path.insert") or not call.args:
            continue
        parts = [each.value for each in walk(call.args[-1]) if isinstance(each, ast.Constant)]
        texts = [part for part in parts if isinstance(part, str) and not part.startswith("/")]
        if texts and len(texts) < 6:
            found.append("/".join(texts))
    return found[:8]


def is_main_test(node: ast.stmt) -> bool:
    """Return whether a statement is ``if __name__ == "__main__":``."""
    if not isinstance(node, ast.If) or not isinstance(node.test, ast.Compare):
        return False
    sides = [node.test.left, *node.test.comparators]
    names = any(isinstance(side, ast.Name) and side.id == "__name__" for side in sides)
    return names and any(
        isinstance(side, ast.Constant) and side.value == "__main__" for side in sides
    )


def _add_function(
    module: Module,
    node: ast.FunctionDef | ast.AsyncFunctionDef,
    owner: ClassInfo | None,
    top: bool,
) -> None:
    info = FunctionInfo(node.name, node, module, owner)
    if owner is not None:
        owner.methods[node.name] = info
        return
    module.all_functions[node.name] = info
    if top:
        module.functions[node.name] = info


def _add_class(module: Module, node: ast.ClassDef, top: bool) -> ClassInfo:
    klass = ClassInfo(node.name, node, module)
    module.class_of[node] = klass
    module.all_classes[node.name] = klass
    if top:
        module.classes[node.name] = klass
    return klass


#: Statements in which none stands, which are most.
_PLAIN = frozenset({
    ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr, ast.Return, ast.Raise, ast.Assert,
    ast.Delete, ast.Pass, ast.Break, ast.Continue, ast.Global, ast.Nonlocal,
})  # fmt: skip
#: What statements stand in.
_HOLDING = (ast.stmt, ast.ExceptHandler, ast.match_case)


def _index(module: Module) -> None:
    """Fill a module's tables by one walk that does not recurse."""
    queue: deque[tuple[ast.AST, ClassInfo | None, bool]] = deque([(module.tree, None, True)])
    found = []
    while queue:
        node, owner, top = queue.popleft()
        for child in children(node):
            kind: Any = child.__class__
            if kind in _PLAIN:
                continue
            if kind is ast.FunctionDef or kind is ast.AsyncFunctionDef:
                method_of = owner if owner and node is owner.node else None
                _add_function(module, child, method_of, top)  # type: ignore[arg-type]
                queue.append((child, None, False))
            elif kind is ast.ClassDef:
                queue.append((child, _add_class(module, child, top), False))  # type: ignore[arg-type]
            elif kind is ast.Import or kind is ast.ImportFrom:
                _aliases(module, child)  # type: ignore[arg-type]
                found.append(child)
            elif isinstance(child, _HOLDING):
                queue.append((child, owner, top))
    keep_imports(module.tree, found)
    for statement in module.tree.body:
        if is_main_test(statement) and isinstance(statement, ast.If):
            module.main_block.extend(statement.body)


def _parse(text: str) -> ast.Module:
    """Parse source; what Python 2 and the time before 3.7 wrote otherwise is tolerated, and so are
    lines of magic and of the shell in an exported notebook.
    """
    tree = _tolerant(text)
    if "get_ipython()" in text or "marimo" in text:
        unwrap_cells(tree)
    return tree


def _tolerant(text: str) -> ast.Module:
    try:
        return parsed(text)
    except SyntaxError as error:
        first = error
    for rewrite in (_renamed, _without_magic, newer_lines, _with_prints, wide_tabs):
        again = rewrite(text)
        if again == text:
            continue
        text = again
        try:
            return parsed(text)
        except SyntaxError:
            continue
    raise first


def _renamed(text: str) -> str:
    return _OLD_KEYWORD.sub(r"\1async_=", text)


def _without_magic(text: str) -> str:
    return "\n".join(plain_lines(text)) if has_magic(text) else text


def _with_prints(text: str) -> str:
    """Return a text with the print statements of Python 2 made calls."""
    if not is_python_2(text):
        return text
    return "\n".join(_printed(line) for line in _joined_lines(text))


def _printed(line: str) -> str:
    return _PRINT.sub(r"\1print(\2)", line) if len(line) <= _LONGEST_PRINT else line


def _joined_lines(text: str) -> list[str]:
    """The lines of a text, print statements that go on over several of them made one; the lines
    that they took stay, empty, so that no line changes its number.
    """
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if not _PRINTS.match(line):
            continue
        taken = number + 1
        while taken < len(lines) and taken < number + 12 and _goes_on(lines[number]):
            lines[number] = f"{lines[number].rstrip().removesuffix(chr(92))} {lines[taken].strip()}"
            lines[taken] = ""
            taken += 1
    return lines


def _goes_on(line: str) -> bool:
    return line.rstrip().endswith("\\") or line.count("(") > line.count(")")


_LONG = 100_000


_MAX_ELEMENTS = 2_002


def _shorten(tree: ast.AST) -> None:
    """Cut literals of thousands of elements short: data in the code, which says nothing more."""
    for node in walk(tree):
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            if len(node.elts) > _MAX_ELEMENTS:
                del node.elts[_MAX_ELEMENTS:]
                forget(node)
        elif isinstance(node, ast.Dict) and len(node.keys) > _MAX_ELEMENTS:
            del node.keys[_MAX_ELEMENTS:], node.values[_MAX_ELEMENTS:]
            forget(node)


def _no_python(error: SyntaxError, text: str) -> str:
    """Say where the syntax breaks and which version the text is perhaps written for."""
    message = f"syntax error at line {error.lineno}: {error.msg}"
    if is_python_2(text):
        return f"{message} (Python 2, of which not all can be read)"
    version = ".".join(map(str, sys.version_info[:2]))
    return f"{message} (read as Python {version}; newer syntax needs a newer Python)"


def parse_module(text: str, path: str, notebook: Notebook | None = None) -> Module:
    """Parse and index one source text. Raises :class:`ReadingError` on broken syntax."""
    try:
        tree = _parse(text)
    except SyntaxError as error:
        raise ReadingError(_no_python(error, text)) from error
    except (ValueError, MemoryError, RecursionError) as error:
        raise ReadingError(f"cannot be parsed: {type(error).__name__}") from error
    if len(text) > _LONG:
        _shorten(tree)
    module = Module(path, tree, text.split("\n"), notebook=notebook)
    _index(module)
    return module


def same_module(module: Module) -> Module:
    """Return a parsed file anew, as the script that is run: it shares the tree."""
    again = Module(module.path, module.tree, module.source_lines, is_main=True)
    again.aliases, again.stars = module.aliases, module.stars
    again.main_block = module.main_block
    made: dict[int, FunctionInfo | ClassInfo] = {}
    for node, info in module.class_of.items():
        made[id(info)] = klass = again.class_of[node] = ClassInfo(info.name, node, again)
        for name, method in info.methods.items():
            klass.methods[name] = FunctionInfo(name, method.node, again, klass)
    for name, function in module.all_functions.items():
        again.all_functions[name] = FunctionInfo(name, function.node, again)
        made[id(function)] = again.all_functions[name]
    return _same_names(module, again, made)


def _same_names(module: Module, again: Module, made: dict[int, FunctionInfo | ClassInfo]) -> Module:
    """Give a module the names of another one, in their order."""
    for name, function in module.functions.items():
        other = made.get(id(function)) or FunctionInfo(name, function.node, again)
        assert isinstance(other, FunctionInfo)
        again.functions[name] = other
    for table, into in ((module.classes, again.classes), (module.all_classes, again.all_classes)):
        for name, klass in table.items():
            copy = made[id(klass)]
            assert isinstance(copy, ClassInfo)
            into[name] = copy
    return again


def parse_cells(book: Notebook, path: str) -> Module:
    """Parse the joined cells; a cell with broken syntax is left out rather than the notebook."""
    try:
        return parse_module(book.code, path, book)
    except ReadingError:
        pass
    lines = book.code.split("\n")
    ends = [*book.starts[1:], len(lines) + 1]
    for start, end in zip(book.starts, ends, strict=True):
        try:
            _parse("\n".join(lines[start - 1 : end - 1]))
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            lines[start - 1 : end - 1] = [""] * (end - start)
            book.lost += 1
    book.code = "\n".join(lines)
    return parse_module(book.code, path, book)
