"""A script and the project modules it imports, parsed and indexed by name. Nothing is executed.

:meth:`Program.load` parses one file and follows its imports to files beside it, within
:class:`Limits`. A :class:`Module` knows its functions, classes and import aliases, and resolves
names to dotted ones (``optim.Adam`` → ``torch.optim.Adam``).
"""

from __future__ import annotations

import ast
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from modelsearch.errors import ReadingError
from modelsearch.records import Evidence, EvidenceKind
from modelsearch.static.notebook import Notebook, read_notebook

#: Packages that a project file of the same name must not shadow.
LIBRARIES = frozenset(
    [
        "torch",
        "torchvision",
        "torchaudio",
        "torchtext",
        "tensorflow",
        "keras",
        "jax",
        "flax",
        "optax",
        "numpy",
        "scipy",
        "pandas",
        "sklearn",
        "matplotlib",
        "transformers",
        "datasets",
        "diffusers",
        "accelerate",
        "pytorch_lightning",
        "lightning",
        "xgboost",
        "lightgbm",
        "catboost",
        "fastai",
        "mxnet",
        "paddle",
        "tqdm",
        "yaml",
        "json",
        "os",
        "sys",
        "argparse",
        "typing",
        "dataclasses",
        "collections",
        "functools",
        "gym",
        "gymnasium",
        "PIL",
        "cv2",
        "haiku",
        "einops",
        "wandb",
        "ignite",
        "stable_baselines3",
        "sb3_contrib",
        "torch_geometric",
        "dgl",
        "peft",
        "trl",
        "evaluate",
        "tokenizers",
        "tensorflow_datasets",
        "tensorflow_probability",
        "optuna",
        "ray",
        "hydra",
        "omegaconf",
        "click",
        "typer",
        "fire",
        "absl",
        "ml_collections",
        "skorch",
        "spacy",
        "nltk",
        "gensim",
        "sentence_transformers",
        "monai",
        "equinox",
        "chainer",
        "skimage",
        "seaborn",
        "tensorboardX",
        "deepspeed",
        "apex",
        "bitsandbytes",
        "mlflow",
        "pettingzoo",
        "supersuit",
        "envpool",
        "labml",
    ]
)
_PRINTS = re.compile(r"^\s*print\s+[^(=\s]")
_PRINT = re.compile(r"^(\s*(?:.*:\s)?)print\s+(?!\()(.*?)(,?)\s*$")


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one reading: bytes of the script, of each imported module, of all of them
    together, and the number of imported modules.
    """

    script_bytes: int = 1_500_000
    notebook_bytes: int = 40_000_000
    module_bytes: int = 300_000
    total_bytes: int = 900_000
    modules: int = 40


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


@dataclass(eq=False, slots=True)
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

    @property
    def docstring(self) -> str | None:
        """The module's docstring."""
        return ast.get_docstring(self.tree)

    @property
    def top_level(self) -> list[ast.stmt]:
        """The statements of the file in order."""
        return self.tree.body

    def dotted(self, node: ast.AST) -> str | None:
        """Return a Name or Attribute chain as written: ``a.b.c``; None for anything else."""
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
        if text is None:
            return None
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


def is_main_test(node: ast.stmt) -> bool:
    """Say whether a statement is ``if __name__ == "__main__":``."""
    if not isinstance(node, ast.If) or not isinstance(node.test, ast.Compare):
        return False
    sides = [node.test.left, *node.test.comparators]
    names = any(isinstance(side, ast.Name) and side.id == "__name__" for side in sides)
    return names and any(
        isinstance(side, ast.Constant) and side.value == "__main__" for side in sides
    )


def _index(module: Module) -> None:
    """Fill a module's tables by one walk that does not recurse."""
    queue: deque[tuple[ast.AST, ClassInfo | None, bool]] = deque([(module.tree, None, True)])
    while queue:
        node, owner, top = queue.popleft()
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                info = FunctionInfo(child.name, child, module, owner)
                if owner is not None and node is owner.node:
                    owner.methods[child.name] = info
                else:
                    module.all_functions[child.name] = info
                    if top:
                        module.functions[child.name] = info
                queue.append((child, None, False))
            elif isinstance(child, ast.ClassDef):
                klass = ClassInfo(child.name, child, module)
                module.class_of[child] = klass
                module.all_classes[child.name] = klass
                if top:
                    module.classes[child.name] = klass
                queue.append((child, klass, False))
            elif isinstance(child, ast.Import | ast.ImportFrom):
                _aliases(module, child)
            elif isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case):
                queue.append((child, owner, top))
    for statement in module.tree.body:
        if is_main_test(statement) and isinstance(statement, ast.If):
            module.main_block.extend(statement.body)


def _parse(text: str) -> ast.Module:
    """Parse source; print statements of Python 2 are tolerated."""
    try:
        return ast.parse(text)
    except SyntaxError as error:
        if "print" not in (error.msg or ""):
            raise
    return ast.parse("\n".join(_PRINT.sub(r"\1print(\2)", line) for line in _joined_lines(text)))


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


def parse_module(text: str, path: str, notebook: Notebook | None = None) -> Module:
    """Parse and index one source text. Raises :class:`ReadingError` on broken syntax."""
    try:
        tree = _parse(text)
    except SyntaxError as error:
        raise ReadingError(f"syntax error at line {error.lineno}: {error.msg}") from error
    except (ValueError, MemoryError, RecursionError) as error:
        raise ReadingError(f"cannot be parsed: {type(error).__name__}") from error
    module = Module(path, tree, text.split("\n"), notebook=notebook)
    _index(module)
    return module


@lru_cache(maxsize=96)
def _cached(file: str, path: str, mtime: int, size: int) -> Module | None:
    """Parse an imported module once for all scripts of a project; None when it is broken."""
    try:
        return parse_module(Path(file).read_text("utf-8", "replace"), path)
    except (ReadingError, OSError):
        return None


def _bounded_text(file: Path, limit: int) -> str:
    """Read a file as UTF-8 text, or say why not."""
    try:
        size = file.stat().st_size
        if size > limit:
            raise ReadingError(f"larger than the bound ({size} > {limit} bytes)")
        data = file.read_bytes()
    except OSError as error:
        raise ReadingError(f"cannot be read: {error.strerror or error}") from error
    if b"\0" in data:
        raise ReadingError("not text: contains NUL bytes")
    return data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")


class Program:
    """One script with the project modules that it imports, directly or not."""

    def __init__(self, root: Path, main: Module, limits: Limits) -> None:
        """Start with the script alone; :meth:`load` follows the imports."""
        self.root = root
        self.main = main
        self.limits = limits
        self.modules: dict[str, Module] = {main.path: main}
        self.folder = (root / main.path).parent
        self._found: dict[tuple[str, str], Module | None] = {}
        self._bytes = 0

    @classmethod
    def load(cls, root: Path, path: str, limits: Limits | None = None) -> Program:
        """Parse ``root / path`` (``.py`` or ``.ipynb``) and what it imports from the project.

        Raises :class:`ReadingError` when the script is too large, not text or not Python.
        """
        limits = limits or Limits()
        file = root / path
        if file.suffix == ".ipynb":
            book = read_notebook(_bounded_text(file, limits.notebook_bytes))
            if book.language not in ("python", "ipython", "python3"):
                raise ReadingError(f"a notebook in {book.language}, not Python")
            main = _parse_cells(book, path)
        else:
            main = parse_module(_bounded_text(file, limits.script_bytes), path)
        main.is_main = True
        program = cls(root, main, limits)
        program._follow()
        return program

    def _follow(self) -> None:
        """Load the imports of every module, breadth first, within the limits."""
        queue = deque([self.main])
        while queue:
            module = queue.popleft()
            for dotted in _imports(module):
                known = set(self.modules)
                found = self.module_for(dotted, module)
                if found is not None and found.path not in known:
                    queue.append(found)

    def module_for(self, dotted: str, importer: Module) -> Module | None:
        """Return the project module that ``dotted`` names when imported from ``importer``.

        A leading dot means relative, as in an import statement. None for libraries.
        """
        key = (dotted, importer.path)
        if key not in self._found:
            self._found[key] = self._find(dotted, importer)
        return self._found[key]

    def _find(self, dotted: str, importer: Module) -> Module | None:
        here = (self.root / importer.path).parent
        if dotted.startswith("."):
            level = len(dotted) - len(dotted.lstrip("."))
            for _ in range(level - 1):
                here = here.parent
            return self._open(here, dotted.lstrip("."))
        if not dotted or dotted.partition(".")[0] in LIBRARIES:
            return None
        tried = set()
        for start in (here, self.folder):
            folder = start
            while True:
                for place in (folder, folder / "src"):
                    if place not in tried:
                        tried.add(place)
                        found = self._open(place, dotted)
                        if found is not None:
                            return found
                if folder == self.root or folder.parent == folder:
                    break
                folder = folder.parent
        return None

    def _open(self, folder: Path, dotted: str) -> Module | None:
        base = folder.joinpath(*dotted.split(".")) if dotted else folder
        candidates = [base / "__init__.py"]
        if dotted:
            candidates.insert(0, base.parent / f"{base.name}.py")
        for file in candidates:
            try:
                stat = file.stat()
                path = file.relative_to(self.root).as_posix()
            except (OSError, ValueError):
                continue
            if path in self.modules:
                return self.modules[path]
            if stat.st_size > self.limits.module_bytes or len(self.modules) > self.limits.modules:
                return None
            if self._bytes + stat.st_size > self.limits.total_bytes:
                return None
            module = _cached(str(file), path, stat.st_mtime_ns, stat.st_size)
            if module is not None:
                self._bytes += stat.st_size
                self.modules[path] = module
            return module
        return None

    def resolve(self, module: Module, node: ast.AST) -> ClassInfo | FunctionInfo | None:
        """Return the project class or function that a Name or Attribute stands for."""
        text = module.dotted(node)
        return self.resolve_name(module, text) if text else None

    def resolve_name(
        self, module: Module, text: str, depth: int = 0
    ) -> ClassInfo | FunctionInfo | None:
        """Like :meth:`resolve`, for a dotted name as written in ``module``."""
        if depth > 8:
            return None
        head, _, rest = text.partition(".")
        found: ClassInfo | FunctionInfo | None = module.classes.get(head) or module.functions.get(
            head
        )
        if found is not None and head not in module.aliases:
            if rest and isinstance(found, ClassInfo):
                return found.methods.get(rest)
            return None if rest else found
        if head in module.aliases:
            target = module.aliases[head] + (f".{rest}" if rest else "")
            return self._resolve_path(module, target, depth)
        for star in module.stars:
            other = self.module_for(star, module)
            if other is not None:
                found = self.resolve_name(other, text, depth + 1)
                if found is not None:
                    return found
        if not rest:
            return module.all_classes.get(head) or module.all_functions.get(head)
        return None

    def _resolve_path(
        self, module: Module, target: str, depth: int
    ) -> ClassInfo | FunctionInfo | None:
        """Split a dotted path into a project module and a name in it."""
        dots = len(target) - len(target.lstrip("."))
        parts = target[dots:].split(".")
        for cut in range(len(parts) - 1, -1, -1):
            name = "." * dots + ".".join(parts[:cut])
            other = self.module_for(name, module) if name else None
            if other is not None and other is not module:
                return self.resolve_name(other, ".".join(parts[cut:]), depth + 1)
        return None

    def evidence(self, module: Module, node: ast.AST, kind: EvidenceKind = "code") -> Evidence:
        """Say where a node stands."""
        line = getattr(node, "lineno", None)
        key = module.notebook.key(line) if module.notebook and line else None
        return Evidence(module.path, kind, line, key)


def _imports(module: Module) -> Iterator[str]:
    """Yield every dotted name that may be a project module, in order of the text."""
    for target in [*module.stars, *module.aliases.values()]:
        if target.partition(".")[0] in LIBRARIES:
            continue
        yield target
        head = target.rpartition(".")[0]
        if head.strip("."):
            yield head
        elif target.startswith("."):
            yield "." * (len(target) - len(target.lstrip(".")))


def _parse_cells(book: Notebook, path: str) -> Module:
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
    book.code = "\n".join(lines)
    return parse_module(book.code, path, book)
